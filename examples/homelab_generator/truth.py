"""What was planted: the answers that a reader of the example should find."""

import json
from typing import Any

from .cluster import Node
from .ha import EXPIRED_AFTER
from .journal import dated
from .story import Story


def planted(story: Story) -> str:
    """Return the truth as JSON; all times are UTC."""
    victim, neighbour, bystander = story.cluster.nodes
    near_miss, fed, regained = story.near_miss
    truth: dict[str, Any] = {
        "about": (
            "the onboard Intel I219 (e1000e) of proxmox hangs every half hour; three hangs "
            "outlast the watchdog and the node resets itself, the second time while it is CRM "
            "master and back before anybody marks it fenced; proxmox2 is rebooted by hand"
        ),
        "kind": "example",
        "year": 2025,
        "incident": True,
        "causes": ["nic_hang"],
        "blamed": [victim.name],
        "endings": {
            victim.name: [
                {"ending": "self_fence", "at": _utc(fence.reset)} for fence in story.fences
            ],
            neighbour.name: [{"ending": "asked_for", "at": _utc(story.rebooted)}],
            bystander.name: [],
        },
        "recoveries": [
            {"service": sid, "from": victim.name, "to": target.name}
            for fence in story.fences
            for sid, target in fence.moves
        ],
        "fence_acks": [
            {"node": victim.name, "ending": "self_fence"} for fence in story.fences if fence.acked
        ],
        "near_misses": [
            {
                "node": victim.name,
                "at": _utc(near_miss),
                "margin_s": round(fed + EXPIRED_AFTER - regained, 1),
            }
        ],
        "token_losses": len(story.losses),
        "clock_offsets_ms": {node.name: _offset_ms(node) for node in story.cluster.nodes},
    }
    return json.dumps(truth, indent=1) + "\n"


def _utc(at: float) -> str:
    return f"{dated(at):%Y-%m-%dT%H:%M:%SZ}"


def _offset_ms(node: Node) -> int:
    return -round(node.late * 1000)
