"""Signs of a disturbance, each with its time, how grave it is on its own, and whom it concerns."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fencepost.events.corosync import (
    ConfigParseFailed,
    ConfigVersionRefused,
    CorosyncExited,
    CorosyncExitFailed,
    CorosyncSignalled,
    CorosyncStarted,
    NotScheduled,
)
from fencepost.events.kernel_host import MemoryRanOut, ProcessSegfaulted
from fencepost.events.kernel_net import CarrierLost, NicHung
from fencepost.events.knet import (
    DecryptFailed,
    DigestMismatch,
    MtuMisconfigured,
    PacketRejected,
)
from fencepost.events.pmxcfs import CorosyncConnectionLost
from fencepost.events.pve_ha_crm import (
    FenceAcknowledged,
    NodeStateChanged,
    ServiceRecovered,
    ServiceRecoveredInPlace,
)
from fencepost.events.pve_ha_lrm import LrmLockLost, LrmLoopSlow, LrmStateChanged
from fencepost.events.systemd import UnitFailed, UnitOomKilled, UnitProcessDied
from fencepost.events.totem import (
    ClusterUnformable,
    FailedToReceive,
    LeaveNotReceived,
    PauseFlushed,
    Retransmitted,
    TokenLate,
    TokenLost,
)
from fencepost.events.watchdog_mux import (
    ClientDied,
    ClientExpired,
    ClientNearExpiry,
    ClientSaved,
    MuxExitedArmed,
)
from fencepost.model.case import (
    JOINS_WITHIN,
    Boots,
    Cut,
    Gravity,
    Membership,
    Proof,
    Span,
    stays_alone,
)
from fencepost.model.cluster import Cluster
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.timeline import Timeline

STAYED_DOWN = timedelta(seconds=10)
"""A link down for longer than this has stayed down; shorter is a flap.

Whether another link covers it makes no difference here: where none does and the token is lost,
totem says so itself.
"""

GLUE = timedelta(minutes=30)
"""A state that lasts longer than this does not tie what happens in it into one incident."""

FIRST_RING = timedelta(seconds=20)
"""Rings within this time of corosync's start belong to the start."""

SAME_SEQS = 30
"""As many retransmit lines in a row for the same numbers are no longer ordinary loss."""

OWN_UNITS = ("corosync", "pve-cluster", "pve-ha-lrm", "pve-ha-crm", "watchdog-mux")


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. until: how far the state lasts that it opened; at for a moment."""

    at: datetime
    until: datetime
    gravity: Gravity
    nodes: tuple[str, ...]
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """What signals are taken from."""

    timeline: Timeline
    cluster: Cluster
    boots: Boots
    memberships: History[Membership]
    cuts: History[Cut]
    quorum_losses: History[Span]
    armed: History[Span]


def find_signals(seen: Seen) -> list[Signal]:
    """Return all signs of disturbance, in order."""
    found = [
        *_from_events(seen),
        *_from_rings(seen),
        *_from_cuts(seen),
        *_from_quorum(seen),
        *_from_retransmits(seen),
        *_from_boots(seen),
    ]
    return sorted(found, key=lambda signal: (signal.at, -signal.gravity, signal.nodes))


WARNINGS: tuple[type[Event], ...] = (
    TokenLate,
    NotScheduled,
    PauseFlushed,
    NicHung,
    CarrierLost,
    LrmLoopSlow,
    MtuMisconfigured,
)
DISTURBANCES: tuple[type[Event], ...] = (
    TokenLost,
    FailedToReceive,
    ClusterUnformable,
    ConfigVersionRefused,
    ConfigParseFailed,
    CorosyncExitFailed,
    DigestMismatch,
    DecryptFailed,
    PacketRejected,
)
LOSSES: tuple[type[Event], ...] = (
    LeaveNotReceived,
    FenceAcknowledged,
    ServiceRecovered,
    ServiceRecoveredInPlace,
)
STARVED: tuple[type[Event], ...] = (
    ClientNearExpiry,
    ClientSaved,
    ClientExpired,
    ClientDied,
    MuxExitedArmed,
)


def _from_events(seen: Seen) -> Iterator[Signal]:
    for kinds, gravity in (
        (WARNINGS, Gravity.WARNING),
        (DISTURBANCES, Gravity.DISTURBED),
        (LOSSES, Gravity.MEMBER_LOST),
        (STARVED, Gravity.QUORUM_LOST),
    ):
        for event in seen.timeline.of(*kinds):
            yield Signal(event.at, event.at, gravity, (event.node,), event)
    for event in seen.timeline.of(UnitProcessDied, UnitFailed, UnitOomKilled):
        if event.unit.split(".")[0] in OWN_UNITS:
            yield Signal(event.at, event.at, Gravity.DISTURBED, (event.node,), event)
    for crash in seen.timeline.of(ProcessSegfaulted, MemoryRanOut):
        if crash.process.startswith(("corosync", "pmxcfs")):
            yield Signal(crash.at, crash.at, Gravity.DISTURBED, (crash.node,), crash)
    for lost in seen.timeline.of(CorosyncConnectionLost):
        if not _orderly_stop(seen.timeline, lost):
            yield Signal(lost.at, lost.at, Gravity.DISTURBED, (lost.node,), lost)
    for change in seen.timeline.of(NodeStateChanged):
        if change.now in ("unknown", "fence") and change.was in ("online", "unknown"):
            nodes = (change.subject,)
            yield Signal(change.at, change.at, Gravity.MEMBER_LOST, nodes, change)
    for lock in seen.timeline.of(LrmLockLost, LrmStateChanged):
        if isinstance(lock, LrmLockLost) or "lost_agent_lock" in (lock.was, lock.now):
            yield Signal(lock.at, lock.at, Gravity.QUORUM_LOST, (lock.node,), lock)


def _orderly_stop(timeline: Timeline, event: Event) -> bool:
    return bool(
        timeline.of(
            CorosyncSignalled,
            CorosyncExited,
            node=event.node,
            since=event.at - timedelta(seconds=30),
            until=event.at + timedelta(seconds=2),
        )
    )


def _from_rings(seen: Seen) -> Iterator[Signal]:
    for member in seen.memberships:
        own = seen.cluster.id_of(member.node)
        if stays_alone(member, seen.memberships) and _heard_on(seen, member):
            until = member.until if member.until and member.until - member.since <= GLUE else None
            yield Signal(
                member.since,
                until or member.since,
                Gravity.DISTURBED,
                (member.node,),
                member.proof,
            )
        if member.left:
            gone = [node_id for node_id in member.left if node_id != own]
            back = _rejoined(seen, member, gone)
            yield Signal(
                member.since,
                back,
                Gravity.MEMBER_LOST,
                (member.node, *(seen.cluster.name_of(node_id) for node_id in gone)),
                member.proof,
            )
        elif not member.joined and not _starting(seen, member):
            yield Signal(
                member.since, member.since, Gravity.DISTURBED, (member.node,), member.proof
            )


def _heard_on(seen: Seen, member: Membership) -> bool:
    """Whether the node was heard long enough after this to know that nobody joined."""
    end = member.until or _last_heard(seen, member.node)
    return end - member.since >= JOINS_WITHIN


def _rejoined(seen: Seen, member: Membership, gone: list[int]) -> datetime:
    """When those that left were all seen again by this node, if that was soon."""
    missing = set(gone)
    for later in seen.memberships.of(member.node).begun(member.since, member.since + GLUE):
        if later.since == member.since:
            continue
        missing -= set(later.members)
        if not missing:
            return later.since
    return member.since


def _starting(seen: Seen, member: Membership) -> bool:
    since = member.since - FIRST_RING
    return bool(
        seen.timeline.of(CorosyncStarted, node=member.node, since=since, until=member.since)
    )


def _from_cuts(seen: Seen) -> Iterator[Signal]:
    for cut in seen.cuts:
        lasted = (cut.until or _last_heard(seen, cut.node)) - cut.since
        stayed = cut.until is not None and STAYED_DOWN <= lasted <= GLUE
        until = cut.until if stayed and cut.until is not None else cut.since
        gravity = Gravity.DISTURBED if lasted >= STAYED_DOWN else Gravity.WARNING
        yield Signal(
            cut.since, until, gravity, (cut.node, seen.cluster.name_of(cut.peer)), cut.opened
        )
        if cut.closed is not None and not stayed:
            yield Signal(cut.closed.at, cut.closed.at, Gravity.WARNING, (cut.node,), cut.closed)


def _last_heard(seen: Seen, node: str) -> datetime:
    return seen.boots.of(node)[-1].last_heard


def _from_quorum(seen: Seen) -> Iterator[Signal]:
    for span in seen.quorum_losses:
        until = span.until if span.until and span.until - span.since <= GLUE else span.since
        yield Signal(span.since, until, Gravity.QUORUM_LOST, (span.node,), span.opened)
        if span.until is not None and until == span.since and span.closed is not None:
            yield Signal(span.until, span.until, Gravity.WARNING, (span.node,), span.closed)


def _from_retransmits(seen: Seen) -> Iterator[Signal]:
    """Long runs for the same numbers are a disturbance; a burst of changing ones is a warning."""
    nodes = sorted({event.node for event in seen.timeline.of(Retransmitted)})
    for node in nodes:
        for run in runs(seen.timeline.of(Retransmitted, node=node), timedelta(seconds=10)):
            firsts: Counter[str] = Counter()
            for event in run:
                firsts[event.seqs.split(" ", 1)[0]] += event.times
            same = max(firsts.values())
            gravity = Gravity.DISTURBED if same >= SAME_SEQS else Gravity.WARNING
            if firsts.total() >= 5:
                yield Signal(run[0].at, run[-1].at, gravity, (node,), run[0])


def runs(events: Sequence[Retransmitted], gap: timedelta) -> list[list[Retransmitted]]:
    """Return events in runs that are at most `gap` apart."""
    found: list[list[Retransmitted]] = []
    for event in events:
        if found and event.at - found[-1][-1].at <= gap:
            found[-1].append(event)
        else:
            found.append([event])
    return found


def _from_boots(seen: Seen) -> Iterator[Signal]:
    for boot in seen.boots:
        if boot.ended is None:
            continue
        back = boot.back_at
        until = back if back and back - boot.ended <= GLUE else boot.ended
        proof = boot.because[0] if boot.because else None
        yield Signal(boot.ended, until, Gravity.NODE_DOWN, (boot.node,), proof)
