"""See `bad_config`."""

from bisect import bisect_right
from datetime import datetime
from functools import lru_cache
from operator import attrgetter

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene, look
from fencepost.events.corosync import (
    ConfigInvalid,
    ConfigParseFailed,
    ConfigReloadFailed,
    CorosyncExitFailed,
)
from fencepost.events.kernel_net import (
    BondPartnerMismatch,
    BondWithoutPartner,
    CarrierGained,
    SpeedDowngraded,
)
from fencepost.events.pmxcfs import ReloadCommandFailed
from fencepost.model.case import Case, Confidence, Incident, Proof
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.7 starting up
        n1 12:00:00 corosync [MAIN  ] parse error in config: The consensus timeout parameter (40 ms) may not be less than join timeout (50 ms).
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine exiting with status 8 at main.c:1445.
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.7 starting up
        n1 12:00:03 corosync [TOTEM ] A new membership (1.9) was formed. Members joined: 1 2
        n1 12:10:03 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
    """,
)
def bad_config(case: Case, incident: Incident) -> Hypothesis | None:
    """A setting kept corosync from starting or from taking its configuration.

    Why it reboots a node:
        A corosync that cannot start leaves its node without quorum. A broken corosync.conf
        saved under /etc/pve is copied to every node first and only then refused, so the next
        reboot of any node finds it.

    What it is mistaken for:
        A crash, or a network that does not come up.

    What to do:
        `corosync -t` names the line. Correct the file through /etc/pve/corosync.conf with a
        higher config_version; where the node is out of the cluster, correct its local copy.

    References:
        corosync 3.1.10 exec/totemconfig.c, exec/coroparse.c; pve-cluster 9.1.6 src/pmxcfs/dcdb.c
        writes the file before the reload is tried.
    """
    scene = look(case, incident)
    said: list[Proof] = [
        *scene.events(ConfigParseFailed, ConfigInvalid, ConfigReloadFailed, ReloadCommandFailed)
    ]
    failed = [event for event in scene.events(CorosyncExitFailed) if event.status == 8]
    if not said and not failed:
        return _port_settings(scene)
    nodes = sorted({proof.node for proof in [*said, *failed] if proof.node})
    return Hypothesis(
        cause="bad_config",
        blames=tuple(nodes),
        confidence=Confidence.LIKELY,
        says="corosync refused its configuration",
        because=(*said[:3], *failed[:1]),
        missing=() if said else ("corosync's own line on what it refused, just before it quit",),
        settle_with="on that node: corosync -t",
        weight=8.0 if failed else 4.0,
    )


def _port_settings(scene: Scene) -> Hypothesis | None:
    """A bond without its partner, or a port at half duplex, on a node that lost its peers."""
    for node in scene.members:
        bond: list[Proof] = [
            *unusual(
                scene, scene.events(BondWithoutPartner, BondPartnerMismatch, node=node, lead=True)
            )
        ]
        half: list[Proof] = [
            event for event in _last_carriers(scene, node) if (event.duplex or "").lower() == "half"
        ]
        slow: list[Proof] = [*scene.events(SpeedDowngraded, node=node, lead=True)]
        if not (bond or half) or not (scene.who_lost(node) or scene.lost_by(node)):
            continue
        what = "its bond had no LACP partner" if bond else "its port ran at half duplex"
        return Hypothesis(
            cause="bad_config",
            blames=(node,),
            confidence=Confidence.LIKELY,
            says=f"{node} lost its peers while {what}",
            because=(*bond[:2], *half[-1:], *slow[:1], *scene.proofs(node, most=2)),
            settle_with=f"on {node}: cat /proc/net/bonding/*; ethtool PORT; the switch's port settings",
            weight=8.9,
        )
    return None


def _last_carriers(scene: Scene, node: str) -> list[CarrierGained]:
    """The last word on each port before the last loss, in the order in which ports came up."""
    until = _last_loss(scene, node)
    found: list[CarrierGained] = []
    for gained in _carriers(scene.case).get(node, {}).values():
        high = len(gained) if until is None else bisect_right(gained, until, key=attrgetter("at"))
        if high:
            found.append(gained[high - 1])
    return found


@lru_cache(maxsize=4)
def _carriers(case: Case) -> dict[str, dict[str, list[CarrierGained]]]:
    """When each port of each node got its link."""
    found: dict[str, dict[str, list[CarrierGained]]] = {}
    for event in case.timeline.of(CarrierGained):
        found.setdefault(event.node, {}).setdefault(event.port, []).append(event)
    return found


def _last_loss(scene: Scene, node: str) -> datetime | None:
    """When `node` last lost a peer: a port that renegotiates says so after it has broken."""
    times = [loss.at for loss in scene.losses if node in (loss.observer, loss.peer)]
    return max(times, default=None)
