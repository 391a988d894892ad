"""See `config_mismatch`."""

from fencepost.causes.scene import Scene, joined, look
from fencepost.events.corosync import ConfigVersionRefused
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n3 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.7 starting up
        n3 12:00:03 corosync [CMAP  ] Received config version (4) is different than my config version (3)! Exiting
        n1 12:00:03 corosync [TOTEM ] A new membership (1.9) was formed. Members joined: 3
    """,
    silent="""
        n3 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.7 starting up
        n3 12:00:03 corosync [TOTEM ] A new membership (1.9) was formed. Members joined: 1 2
        n1 12:10:03 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
    """,
)
def config_mismatch(case: Case, incident: Incident) -> Hypothesis | None:
    """A node came with another config_version than the others, and its corosync quit.

    Why it reboots a node:
        A node whose corosync quits has no quorum; an armed one resets itself. Up to corosync
        3.1.10-pve2 such a quit could leave a ghost member behind that blocks /etc/pve on all
        nodes, and then all armed nodes reset themselves with quorum intact.

    What it is mistaken for:
        A crash of corosync, or a network fault.

    What to do:
        Copy /etc/corosync/corosync.conf with the higher config_version from a good node to the
        one that quit, compare, start corosync there.

    References:
        corosync 3.1.10 exec/cmap.c cmap_sync_activate: the lower side exits, at its first sync.
    """
    scene = look(case, incident)
    refused = scene.events(ConfigVersionRefused)
    if not refused:
        return None
    stale = sorted({event.node for event in refused if event.own < event.received})
    nodes = stale or sorted({event.node for event in refused})
    newest = max(max(event.received, event.own) for event in refused)
    oldest = min(min(event.received, event.own) for event in refused)
    elsewhere = [name for name in _reset_quorate(scene) if name not in nodes]
    return Hypothesis(
        cause="config_mismatch",
        blames=tuple(nodes),
        confidence=Confidence.LIKELY if elsewhere else Confidence.CERTAIN,
        says=(
            f"corosync.conf differed: {joined(nodes)} had config_version {oldest}, others "
            f"{newest}, and the side with the lower one quits"
        ),
        because=tuple(refused[:4]),
        missing=(f"why {joined(elsewhere)} went down with quorum",) if elsewhere else (),
        settle_with="on every node: grep config_version /etc/corosync/corosync.conf",
        weight=8.0 if elsewhere else 9.8,
    )


def _reset_quorate(scene: Scene) -> list[str]:
    """Nodes that reset themselves with quorum: a side that quits cannot be the whole story."""
    return [boot.node for boot in scene.incident.boots if scene.fenced_quorate(boot.node)]
