"""See `asked_for`."""

from datetime import datetime, timedelta

from fencepost.causes.scene import Scene, joined, look
from fencepost.events.corosync import (
    ConfigVersionRefused,
    CorosyncExited,
    CorosyncExitFailed,
    CorosyncSignalled,
    KilledByNode,
    NodeShutDown,
)
from fencepost.events.kernel_host import ThermalTripped
from fencepost.events.services import (
    AdminCommand,
    PackagesUpgraded,
    UpgradeRebooted,
    UpsLowBattery,
    UpsShutdown,
)
from fencepost.events.systemd import ShutdownRequested, UnitStopping
from fencepost.events.totem import TokenLost
from fencepost.model.case import Case, Confidence, Ending, Incident, Membership, Proof
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

STOPS: tuple[type[Event], ...] = (CorosyncSignalled, CorosyncExited, NodeShutDown, KilledByNode)
CONFIG_READ_FAILED = 8
"""Exit status of a corosync that cannot use its configuration (exec/util.h)."""

FIRST = timedelta(seconds=12)
"""An orderly stop explains an incident when it comes before the losses, not after them."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:10:00 corosync [MAIN  ] Node was shut down by a signal
        n2 12:10:00 corosync [MAIN  ] Corosync Cluster Engine exiting normally
        n1 12:10:00 corosync [QUORUM] Sync members[2]: 1 3
        n1 12:10:00 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:01 corosync [KNET  ] link: host: 2 link: 0 is down
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:01 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:05 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
        n1 12:10:09 corosync [QUORUM] Sync members[2]: 1 3
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
)
def asked_for(case: Case, incident: Incident) -> Hypothesis | None:
    """Somebody or something asked for it: an orderly reboot, shutdown or stop of corosync.

    Why it reboots a node:
        It is the reboot. And a corosync that is stopped while the LRM of its node is armed
        starves the watchdog just as a cut cable does: the node resets itself a minute later.

    What it is mistaken for:
        A fence. Every ordinary shutdown prints `watchdog did not stop!`, and after a shutdown
        the master logs fencing and recovery too, where the shutdown policy says so.

    What to do:
        Nothing, where it was meant. Before corosync is stopped by hand, disarm HA and wait
        for `watchdog closed (disabled)`.

    References:
        pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm; systemd-logind; corosync 3.1.10 exec/main.c.
    """
    scene = look(case, incident)
    stopped = [boot for boot in incident.boots if boot.ending is Ending.ASKED_FOR]
    other = [boot for boot in incident.boots if boot.ending is not Ending.ASKED_FOR]
    stops = _stops(scene)
    left = _left_politely(scene)
    first_loss = _first_trouble(scene)
    limit = min(first_loss or incident.began, incident.began) + FIRST
    early = [event for event in stops if event.at <= limit]
    asked = {boot.node for boot in stopped} | {_stopped_node(scene, event) for event in early}
    if any(_refused_its_config(scene, node) for node in asked):
        return None
    if other and not _explained(scene, early):
        return None
    if not stopped and not early and not left:
        return None
    nodes = sorted(
        asked | ({name for member in left for name in _gone(scene, member)} if not early else set())
    )
    proofs: list[Proof] = [
        *(proof for boot in stopped for proof in boot.because[:2]),
        *early[:3],
        *_who(scene, nodes),
        *(member.proof for member in left[:2]),
    ]
    dropped = _dropped(scene, asked)
    forced = scene.events(UpsLowBattery, UpsShutdown, ThermalTripped, lead=True)
    sure = bool(early) or any(boot.confidence is Confidence.CERTAIN for boot in stopped)
    what = "went down or left the cluster in an orderly way"
    return Hypothesis(
        cause="asked_for",
        blames=tuple(nodes),
        confidence=(
            Confidence.POSSIBLE
            if dropped and not stopped
            else Confidence.CERTAIN
            if sure and not (other or forced or dropped)
            else Confidence.LIKELY
        ),
        says=f"{joined(nodes)} {what}: somebody or something asked for it",
        because=tuple(proofs),
        despite=(*forced[:2], *dropped[:2]),
        missing=() if _who(scene, nodes) else ("who asked: shell history, task log, apt log",),
        settle_with=f"on {nodes[0]}: last -x | head; ls -lt /var/log/apt /var/log/pve/tasks | head",
        weight=9.0,
    )


def _stops(scene: Scene) -> list[Event]:
    """Orderly stops of corosync, leaving out nodes that quit over a configuration version."""
    return [
        event
        for event in scene.events(*STOPS)
        if isinstance(event, NodeShutDown | KilledByNode | CorosyncSignalled)
        or scene.events(CorosyncSignalled, node=event.node)
    ]


def _stopped_node(scene: Scene, event: Event) -> str:
    if isinstance(event, NodeShutDown):
        return scene.case.cluster.name_of(event.peer)
    return event.node


def _refused_its_config(scene: Scene, node: str) -> bool:
    """Whether corosync on this node quit over its configuration: then the stop is not the story."""
    return bool(scene.events(ConfigVersionRefused, node=node)) or any(
        event.status == CONFIG_READ_FAILED for event in scene.events(CorosyncExitFailed, node=node)
    )


def _first_trouble(scene: Scene) -> datetime | None:
    """When a token or a member was first lost without a goodbye."""
    times = [event.at for event in scene.events(TokenLost)[:1]]
    times += [member.since for member in scene.rings if member.failed][:1]
    return min(times, default=None)


def _left_politely(scene: Scene) -> list[Membership]:
    """Rings that somebody left with a goodbye and in which no token was lost before."""
    return [
        member
        for member in scene.rings
        if member.left
        and not member.failed
        and not set(member.left) & set(member.joined)
        and not scene.case.timeline.of(
            TokenLost,
            since=member.since - timedelta(seconds=15),
            until=member.since,
        )
    ]


def _dropped(scene: Scene, asked: set[str]) -> list[Proof]:
    """Rings that threw out a node which nobody had stopped: the stop is not all that happened."""
    if not asked:
        return []
    return [
        member.proof
        for member in scene.rings
        if {scene.case.cluster.name_of(node_id) for node_id in member.failed} - asked
        and member.node not in asked
    ]


def _gone(scene: Scene, member: Membership) -> list[str]:
    return [scene.case.cluster.name_of(node_id) for node_id in member.left]


def _explained(scene: Scene, early: list[Event]) -> bool:
    """Whether every other boot that ended is one whose own corosync was stopped before."""
    for boot in scene.incident.boots:
        if boot.ending is Ending.ASKED_FOR or boot.ended is None:
            continue
        if boot.ending is not Ending.SELF_FENCE:
            return False
        since = boot.ended - timedelta(seconds=150)
        if not any(event.node == boot.node and event.at >= since for event in early):
            return False
    return True


def _who(scene: Scene, nodes: list[str]) -> list[Proof]:
    found: list[Proof] = [
        *scene.events(AdminCommand, ShutdownRequested, UpgradeRebooted, lead=True)[:2],
        *scene.events(PackagesUpgraded, lead=True)[-1:],
        *(event for event in scene.events(UnitStopping) if event.node in nodes),
    ]
    return found[:3]
