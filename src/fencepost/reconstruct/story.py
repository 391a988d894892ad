"""The story of an incident: one sentence a step, in order, each with its line."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from fencepost.events.corosync import (
    ConfigVersionRefused,
    CorosyncExitFailed,
    CorosyncSignalled,
    CorosyncStarted,
    NotScheduled,
)
from fencepost.events.kernel_host import MemoryRanOut, ProcessSegfaulted
from fencepost.events.kernel_net import CarrierGained, CarrierLost, NicHung
from fencepost.events.pve_ha_crm import CrmStateChanged, FenceAcknowledged, NodeStateChanged
from fencepost.events.pve_ha_lrm import LrmStateChanged
from fencepost.events.systemd import ShutdownAnnounced, UnitProcessDied
from fencepost.events.totem import FailedToReceive, TokenLost
from fencepost.events.watchdog_mux import (
    ClientDied,
    ClientExpired,
    ClientNearExpiry,
    ClientSaved,
)
from fencepost.model.case import Boot, Ending, Membership, Proof, Recovery, Step
from fencepost.model.event import Event
from fencepost.reconstruct.signals import Seen

MOST_STEPS = 60
"""A story longer than this is cut in the middle; the evidence keeps the rest."""

AT_ONCE = timedelta(seconds=4)
"""The same thing on several nodes within this time is told in one sentence."""

ENDED = {
    Ending.SELF_FENCE: "resets itself, its watchdog was no longer fed",
    Ending.ASKED_FOR: "goes down in an orderly way, somebody or something asked for it",
    Ending.KERNEL_PANIC: "the kernel panics",
    Ending.POWER_LOSS: "loses power",
    Ending.HARDWARE_RESET: "is reset by its hardware",
    Ending.UNKNOWN: "the log just stops, and nothing says why",
}


def tell(
    seen: Seen,
    began: datetime,
    ended: datetime,
    boots: Sequence[Boot],
    recoveries: Sequence[Recovery],
) -> list[Step]:
    """Return the story's steps in order."""
    since, until = began - timedelta(seconds=15), ended + timedelta(seconds=5)
    steps = [
        *_from_events(seen, since, until),
        *_from_rings(seen, since, until),
        *_from_quorum(seen, since, until),
        *_from_boots(boots),
        *(
            Step(
                recovery.at,
                None,
                f"the master recovers {recovery.service} from {recovery.source} to "
                f"{recovery.target}",
                recovery.origin,
            )
            for recovery in recoveries
        ),
    ]
    steps.sort(key=lambda step: (step.at, step.node is None, step.node or "", step.says))
    return _shorten(_told(_without_repeats(steps)))


def _from_events(seen: Seen, since: datetime, until: datetime) -> Iterator[Step]:
    kinds: tuple[type[Event], ...] = (
        NicHung,
        CarrierLost,
        CarrierGained,
        NotScheduled,
        TokenLost,
        FailedToReceive,
        MemoryRanOut,
        ProcessSegfaulted,
        UnitProcessDied,
        CorosyncSignalled,
        CorosyncStarted,
        ConfigVersionRefused,
        CorosyncExitFailed,
        ShutdownAnnounced,
        LrmStateChanged,
        ClientNearExpiry,
        ClientSaved,
        ClientExpired,
        ClientDied,
        CrmStateChanged,
        NodeStateChanged,
        FenceAcknowledged,
    )
    for event in seen.timeline.of(*kinds, since=since, until=until):
        says = _sentence(event)
        if says is not None:
            yield Step(event.at, event.node, says, event)


def _sentence(event: Event) -> str | None:
    """What happened on the event's node; the node's name is put before it."""
    match event:
        case NicHung(driver=driver, port=port):
            return f"the network port {port} ({driver}) hangs"
        case CarrierLost(port=port):
            return f"port {port} loses its link"
        case CarrierGained(port=port):
            return f"port {port} has a link again"
        case NotScheduled(paused_ms=paused):
            return f"corosync had not run for {paused / 1000:.1f} s"
        case TokenLost(token_ms=token):
            wait = f" for {token} ms" if token else ""
            return f"no token{wait}, a new ring is formed"
        case FailedToReceive():
            return "cannot receive the others' messages and leaves the ring"
        case MemoryRanOut(process=process):
            return f"memory ran out, the kernel killed {process}"
        case ProcessSegfaulted(process=process):
            return f"{process} crashed"
        case UnitProcessDied(unit=unit):
            return f"the main process of {unit} died"
        case CorosyncSignalled():
            return "corosync is told to stop and leaves in an orderly way"
        case CorosyncStarted():
            return "corosync starts"
        case ConfigVersionRefused(received=received, own=own):
            return f"corosync quits, its config_version is {own}, the others have {received}"
        case CorosyncExitFailed():
            return "corosync cannot start"
        case ShutdownAnnounced(kind=kind):
            return f"a {kind} was asked for"
        case LrmStateChanged(was="active", now="lost_agent_lock"):
            return "the LRM can no longer renew its lock and stops feeding the watchdog"
        case LrmStateChanged(was="lost_agent_lock", now="active"):
            return "the LRM has its lock back, the watchdog is fed again"
        case ClientNearExpiry():
            return "the watchdog has not been fed for 50 s, 10 s are left"
        case ClientSaved():
            return "the watchdog was fed again before it expired"
        case ClientExpired():
            return "the watchdog has not been fed for 60 s, nothing can stop the reset now"
        case ClientDied():
            return "the daemon that fed the watchdog died, the reset follows in 10 s"
        case CrmStateChanged(now="master"):
            return "becomes the HA master"
        case CrmStateChanged(was="master"):
            return "is no longer the HA master"
        case NodeStateChanged(subject=subject, was="online", now="unknown"):
            return f"the master no longer sees {subject}"
        case NodeStateChanged(subject=subject, now="fence"):
            return f"the master waits for {subject}'s lock to expire (state `fence`)"
        case NodeStateChanged(subject=subject, was=was, now="online") if was != "unknown":
            return f"the master sees {subject} again"
        case FenceAcknowledged(subject=subject):
            return f"the master has {subject}'s lock and may recover its services"
        case _:
            return None


def _from_rings(seen: Seen, since: datetime, until: datetime) -> Iterator[Step]:
    for member in seen.memberships.begun(since, until):
        says = _ring(seen, member)
        if says is not None:
            yield Step(member.since, member.node, says, member.proof)


def _ring(seen: Seen, member: Membership) -> str | None:
    own = seen.cluster.id_of(member.node)
    missed = set(member.left) & set(member.joined)
    if missed:
        return "had been expelled without noticing, and is back in the ring"
    if member.left:
        gone = _names(seen, [node_id for node_id in member.left if node_id != own])
        if len(member.members) == 1:
            return "alone in its ring, all others are lost"
        if not member.failed:
            return f"{gone} left the ring in an orderly way"
        return f"the ring goes on without {gone}"
    if member.joined:
        joined = _names(seen, [node_id for node_id in member.joined if node_id != own])
        return f"{joined} joined the ring" if joined else None
    return "the same ring is formed again, nobody was lost"


def _names(seen: Seen, ids: Sequence[int]) -> str:
    names = [seen.cluster.name_of(node_id) for node_id in ids]
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]


def _from_quorum(seen: Seen, since: datetime, until: datetime) -> Iterator[Step]:
    for span in seen.quorum_losses.touching(since, until):
        if since <= span.since <= until:
            yield Step(span.since, span.node, "quorum is lost", span.opened)
        if span.until is not None and span.closed is not None and since <= span.until <= until:
            lasted = round((span.until - span.since).total_seconds())
            says = f"has quorum again, after {lasted} s"
            yield Step(span.until, span.node, says, span.closed)


def _from_boots(boots: Sequence[Boot]) -> Iterator[Step]:
    for boot in boots:
        proof: Proof | None = boot.because[0] if boot.because else None
        if boot.ended is not None and boot.ending is not None:
            yield Step(boot.ended, boot.node, ENDED[boot.ending], proof)
        if boot.back_at is not None:
            yield Step(boot.back_at, boot.node, "boots again", None)


def _without_repeats(steps: list[Step]) -> list[Step]:
    """Leave out a sentence that stood in one of the last few steps already."""
    kept: list[Step] = []
    for step in steps:
        recent = [
            other
            for other in kept[-24:]
            if other.says == step.says
            and other.node == step.node
            and step.at - other.at <= timedelta(seconds=30)
        ]
        if not recent:
            kept.append(step)
    return kept


def _told(steps: list[Step]) -> list[Step]:
    """Put the nodes before their sentences, and one sentence for all that say it at once."""
    told: list[Step] = []
    done: set[int] = set()
    for number, step in enumerate(steps):
        if number in done:
            continue
        if step.node is None:
            told.append(step)
            continue
        nodes = [step.node]
        for later in range(number + 1, len(steps)):
            other = steps[later]
            if other.at - step.at > AT_ONCE:
                break
            if other.says == step.says and other.node and other.node not in nodes:
                nodes.append(other.node)
                done.add(later)
        who = ", ".join(sorted(nodes))
        node = step.node if len(nodes) == 1 else None
        told.append(Step(step.at, node, f"{who}: {step.says}", step.proof))
    return told


def _shorten(steps: list[Step]) -> list[Step]:
    if len(steps) <= MOST_STEPS:
        return steps
    head, tail = steps[: MOST_STEPS // 2], steps[-MOST_STEPS // 2 :]
    left_out = len(steps) - len(head) - len(tail)
    middle = Step(head[-1].at, None, f"… {left_out} more steps of the same kinds …", None)
    return [*head, middle, *tail]
