"""How each boot ended: the decision table, with the lines that speak for and against.

The rules of proof are those of CONTRACT.md: nobody shoots a node, so a reset is either
the node's own watchdog, an orderly stop, a crash, or the loss of power; what the log does
not show is said as unknown, with what would decide.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from fencepost.events.corosync import CorosyncSignalled
from fencepost.events.kernel_boot import (
    KernelStopped,
    ResetReasonReported,
    SoftdogFired,
    SysrqUsed,
    WatchdogNotStopped,
)
from fencepost.events.kernel_host import (
    KernelOopsed,
    KernelPanicked,
    MachineChecked,
    PreviousBootError,
    ThermalTripped,
)
from fencepost.events.pve_ha_lrm import (
    LrmLockAcquired,
    LrmLockLost,
    LrmShutdownRequested,
    LrmStateChanged,
)
from fencepost.events.systemd import (
    JournalStopped,
    PanicRecordFound,
    PowerKeyPressed,
    ShutdownAnnounced,
    ShutdownTargetReached,
    SystemShuttingDown,
    SystemStopping,
)
from fencepost.events.totem import TokenLost
from fencepost.events.watchdog_mux import (
    ClientDied,
    ClientExpired,
    ClientNearExpiry,
    ClientSaved,
    MuxExitedArmed,
    MuxExitedClean,
)
from fencepost.laws import watchdog
from fencepost.model.case import (
    Boot,
    Confidence,
    Ending,
    Evidence,
    Proof,
)
from fencepost.model.document import PstoreDump, Wtmp
from fencepost.model.event import Event
from fencepost.reconstruct.witnesses import (
    Known,
    chassis_says,
    few,
    last_contact,
    lost_by_peers,
    next_start,
    sel_says,
    unclean,
    ups_says,
)

SHUTDOWN_TAIL = timedelta(minutes=15)
"""Lines of an orderly stop this long before the end belong to it."""

TAIL = timedelta(seconds=180)
"""What can explain an end stands in the last minutes before it."""

SAME_MOMENT = timedelta(seconds=5)
"""Ends of several nodes this close together, clocks set, are one moment."""

LAST_WORDS = timedelta(seconds=10)
"""A log that goes on longer than this after the last targets of a shutdown was not shut down."""

QUIET_AFTER = timedelta(seconds=40)
"""A log that goes on longer than this after its watchdog expired was not reset by it."""

ORDERLY: tuple[type[Event], ...] = (
    ShutdownAnnounced,
    SystemStopping,
    ShutdownTargetReached,
    SystemShuttingDown,
    JournalStopped,
    LrmShutdownRequested,
    PowerKeyPressed,
    KernelStopped,
    SysrqUsed,
)
FINAL: tuple[type[Event], ...] = (
    ShutdownTargetReached,
    SystemShuttingDown,
    JournalStopped,
    KernelStopped,
)
LEFT_OVER = timedelta(seconds=30)
"""A kernel that starts logs within this time the machine checks that the life before left."""

FIRMWARE = ("thermal", "uncorrected", "sync flood", "watchdog", "power button", "machine check")
"""Words of a chipset's reset reason that name the hardware or its own watchdog."""
MUX: tuple[type[Event], ...] = (ClientExpired, ClientDied, MuxExitedArmed)


def decide_endings(known: Known) -> list[Boot]:
    """Return the boots, each with how it ended where it did."""
    decided = [_decide(boot, known) for boot in known.boots]
    return _see_power(decided, known)


def _decide(boot: Boot, known: Known) -> Boot:
    for rule in (
        _panicked,
        _asked_for,
        _mux_proof,
        _device_released,
        _panic_recorded,
        _starved,
        _hardware,
        _vanished,
    ):
        answer = rule(boot, known)
        if answer is not None:
            return _bounded(answer)
    return boot


def _bounded(boot: Boot) -> Boot:
    """Keep the estimate between the last line heard and the first of the next boot."""
    if boot.ended is None:
        return boot
    ended = max(boot.ended, boot.last_heard)
    if boot.back_at is not None:
        ended = min(ended, boot.back_at)
    return replace(boot, ended=ended)


# --- asked for --------------------------------------------------------------------------------


def _asked_for(boot: Boot, known: Known) -> Boot | None:
    since = max(boot.first_heard, boot.last_heard - SHUTDOWN_TAIL)
    orderly = known.timeline.of(*ORDERLY, node=boot.node, since=since, until=boot.last_heard)
    final = [event for event in orderly if isinstance(event, FINAL)]
    if boot.back_at is None:
        over = final and boot.last_heard - final[-1].at <= LAST_WORDS
        if final and not over:
            return None  # it was another boot's: the log goes on
        if not final and not (orderly and _left_for_good(boot, known)):
            return None
    if not orderly:
        clean = known.timeline.of(
            MuxExitedClean,
            CorosyncSignalled,
            node=boot.node,
            since=boot.last_heard - timedelta(seconds=60),
            until=boot.last_heard,
        )
        if len({type(event) for event in clean}) < 2:
            return _logged_out(boot, known)
        orderly = [*clean]
    expired = known.timeline.of(*MUX, node=boot.node, since=orderly[0].at, until=boot.last_heard)
    if expired and not final:
        return None
    left_open = unclean(boot, known)
    return replace(
        boot,
        ending=Ending.ASKED_FOR,
        ended=boot.last_heard,
        uncertain=timedelta(seconds=5),
        confidence=Confidence.CERTAIN if final and not left_open else Confidence.LIKELY,
        because=tuple(few(orderly)),
        despite=tuple(few([*expired, *left_open])),
    )


def _logged_out(boot: Boot, known: Known) -> Boot | None:
    """A shutdown that the login records know of, though the log lost its lines."""
    if boot.back_at is None:
        return None
    said: list[Proof] = [
        Evidence(boot.node, entry.began, entry.origin)
        for doc in known.documents
        if isinstance(doc, Wtmp) and doc.node == boot.node
        for entry in doc.entries
        if entry.kind == "shutdown"
        and entry.began is not None
        and boot.last_heard - timedelta(seconds=60) <= entry.began <= boot.back_at
    ]
    if not said:
        return None
    return replace(
        boot,
        ending=Ending.ASKED_FOR,
        ended=boot.last_heard,
        uncertain=boot.back_at - boot.last_heard,
        confidence=Confidence.LIKELY,
        because=tuple(said),
        despite=tuple(unclean(boot, known)),
    )


def _left_for_good(boot: Boot, known: Known) -> bool:
    """Whether its peers saw it leave after its last lines and never come back."""
    return lost_by_peers(boot, known) is not None


# --- self-fence -------------------------------------------------------------------------------


def _mux_proof(boot: Boot, known: Known) -> Boot | None:
    """The multiplexer's own word, near the end of the log, and nothing after it."""
    timeline, node = known.timeline, boot.node
    since = max(boot.first_heard, boot.last_heard - TAIL)
    said = timeline.of(*MUX, node=node, since=since, until=boot.last_heard)
    fired = timeline.of(SoftdogFired, node=node, since=since, until=boot.last_heard)
    sel = sel_says(boot, known, "watchdog")
    if said and boot.last_heard - said[0].at > QUIET_AFTER:
        said = []
    near = timeline.last(ClientNearExpiry, node=node, until=boot.last_heard)
    if near is not None:
        saved = timeline.of(ClientSaved, node=node, since=near.at, until=boot.last_heard)
        quiet = boot.last_heard - near.at <= QUIET_AFTER
        if near.at < since or saved or not quiet:
            near = None
    if not (said or fired or near or sel):
        return None
    if boot.back_at is None and not (said or fired) and not _left_for_good(boot, known):
        return None
    first: Event | None = (said or fired or [near])[0]
    if first is not None:
        wait = {
            ClientExpired: 11.1,
            ClientDied: 11.1,
            MuxExitedArmed: 10.1,
            ClientNearExpiry: 21.1,
        }.get(type(first), 0.5)
        ended, uncertain = first.at + timedelta(seconds=wait), timedelta(seconds=3)
    else:
        ended, uncertain = boot.last_heard, (boot.back_at or boot.last_heard) - boot.last_heard
    proofs: list[Proof] = [
        *sel,
        *few([*fired, *said, *([near] if near else [])]),
        *_starving(boot, known, ended),
        *few(timeline.of(WatchdogNotStopped, node=node, since=since, until=boot.last_heard)),
        *unclean(boot, known),
    ]
    orderly = timeline.of(*ORDERLY, node=node, since=since, until=boot.last_heard)
    return replace(
        boot,
        ending=Ending.SELF_FENCE,
        ended=ended,
        uncertain=uncertain,
        confidence=Confidence.LIKELY if orderly else Confidence.CERTAIN,
        because=tuple(proofs),
        despite=tuple(few(orderly)),
    )


def _device_released(boot: Boot, known: Known) -> Boot | None:
    """The kernel's word that the watchdog was let go of without being stopped, no shutdown."""
    last = known.timeline.last(WatchdogNotStopped, node=boot.node, until=boot.last_heard)
    if last is None or last.at < boot.first_heard or boot.back_at is None:
        return None
    if boot.last_heard - last.at > timedelta(seconds=15):
        return None
    return replace(
        boot,
        ending=Ending.SELF_FENCE,
        ended=last.at + timedelta(seconds=watchdog.DEVICE_TIMEOUT_S),
        uncertain=timedelta(seconds=3),
        confidence=Confidence.LIKELY,
        because=(last, *_starving(boot, known, last.at), *unclean(boot, known)),
        missing=("why watchdog-mux let go of the device: its last lines were not written",),
    )


def _starved(boot: Boot, known: Known) -> Boot | None:
    """Armed, cut off from its lock or its quorum to the end, and gone when the watchdog was due.

    The last words of a reset node are often not on disk; the law then says what they were:
    an LRM that cannot renew its lock does not feed the watchdog.
    """
    lost = _last_loss(boot, known)
    if lost is None:
        return None
    at, proofs = lost
    due = at + timedelta(seconds=watchdog.QUORUM_LOSS_TO_RESET_S[0])
    reset = at + timedelta(seconds=59)
    limit = at + timedelta(seconds=watchdog.QUORUM_LOSS_TO_RESET_S[1] + 15)
    if boot.last_heard > limit:
        return None  # it lived on longer than a starved watchdog allows
    if boot.back_at is not None:
        if boot.back_at < due - timedelta(seconds=15):
            return None
    elif not _left_for_good(boot, known):
        return None
    heard_near = boot.last_heard >= at + timedelta(seconds=40)
    return replace(
        boot,
        ending=Ending.SELF_FENCE,
        ended=max(reset, boot.last_heard),
        uncertain=timedelta(seconds=10),
        confidence=Confidence.LIKELY,
        because=(*proofs, *unclean(boot, known)),
        missing=(
            ()
            if heard_near
            else (
                (
                    f"the last {round((reset - boot.last_heard).total_seconds())} s before the end "
                    "were never written to its log"
                ),
            )
        )
        + ("watchdog-mux's own line; a BMC event log or pstore would settle it",),
    )


def _last_loss(boot: Boot, known: Known) -> tuple[datetime, list[Proof]] | None:
    """When an armed node lost its lock or quorum for good in this boot, and the lines for it."""
    timeline, node = known.timeline, boot.node
    since, until = boot.first_heard, boot.last_heard
    armed = [
        span
        for span in known.armed
        if span.node == node
        and span.by == "lrm"
        and span.since <= until
        and (span.until is None or span.until >= until)
    ]
    if not armed:
        return None
    quorum = [
        span
        for span in known.quorum_losses
        if span.node == node
        and since <= span.since <= until
        and (span.until is None or span.until >= until)
        and span.closed is None
    ]
    lock = [
        event
        for event in timeline.of(LrmLockLost, LrmStateChanged, node=node, since=since, until=until)
        if isinstance(event, LrmLockLost) or event.now == "lost_agent_lock"
    ]
    regained = [
        event
        for event in timeline.of(
            LrmStateChanged, LrmLockAcquired, node=node, since=since, until=until
        )
        if isinstance(event, LrmLockAcquired) or event.now == "active"
    ]
    lock = [event for event in lock if not regained or event.at >= regained[-1].at]
    opened = armed[-1].opened
    proofs: list[Proof] = [] if opened is None else [opened]
    if quorum:
        loss = quorum[-1]
        return loss.since, [*([loss.opened] if loss.opened else []), *few(lock), *proofs]
    if lock:
        return lock[0].at, [*few(lock), *proofs]
    return None


def _starving(boot: Boot, known: Known, end: datetime) -> list[Proof]:
    """Lines that show what it was starved of in the minutes before."""
    proofs: list[Proof] = []
    for span in known.quorum_losses:
        if span.node == boot.node and end - timedelta(seconds=120) <= span.since <= end:
            proofs += [span.opened] if span.opened else []
    since = end - timedelta(seconds=120)
    proofs += few(
        known.timeline.of(LrmLockLost, LrmStateChanged, node=boot.node, since=since, until=end)
    )
    return proofs


# --- panic, hardware, power --------------------------------------------------------------------


def _panicked(boot: Boot, known: Known) -> Boot | None:
    """The kernel's own last words."""
    timeline, node, end = known.timeline, boot.node, boot.last_heard
    panics = timeline.of(KernelPanicked, node=node, since=end - TAIL, until=end)
    minute = timedelta(seconds=60)
    oopses = timeline.of(KernelOopsed, node=node, since=end - minute, until=end)
    if not panics and (not oopses or boot.back_at is None):
        return None
    return replace(
        boot,
        ending=Ending.KERNEL_PANIC,
        ended=(*panics, *oopses)[0].at,
        uncertain=timedelta(seconds=15),
        confidence=Confidence.CERTAIN if panics else Confidence.LIKELY,
        because=(*few([*panics, *oopses]), *unclean(boot, known)),
    )


def _panic_recorded(boot: Boot, known: Known) -> Boot | None:
    """What the next boot found in pstore; a dump without a date speaks of the last boot only."""
    if boot.back_at is None:
        return None
    until = boot.back_at + timedelta(minutes=3)
    found = known.timeline.of(PanicRecordFound, node=boot.node, since=boot.back_at, until=until)
    followed = any(
        other.node == boot.node and other.first_heard > boot.back_at for other in known.boots
    )
    dumps: list[Proof] = [
        Evidence(boot.node, None, doc.origin)
        for doc in known.documents
        if isinstance(doc, PstoreDump) and doc.node == boot.node and not followed
    ]
    if not found and not dumps:
        return None
    return replace(
        boot,
        ending=Ending.KERNEL_PANIC,
        ended=last_contact(boot, known) or boot.last_heard,
        uncertain=timedelta(seconds=30),
        confidence=Confidence.LIKELY,
        because=(*few(found), *dumps, *unclean(boot, known)),
    )


def _hardware(boot: Boot, known: Known) -> Boot | None:
    timeline, node = known.timeline, boot.node
    before = timeline.of(
        MachineChecked,
        ThermalTripped,
        node=node,
        since=boot.last_heard - timedelta(seconds=60),
        until=boot.last_heard,
    )
    after: list[Event] = []
    if boot.back_at is not None:
        after = [
            event
            for event in timeline.of(
                PreviousBootError,
                ResetReasonReported,
                node=node,
                since=boot.back_at,
                until=boot.back_at + timedelta(minutes=5),
            )
            if isinstance(event, PreviousBootError)
            or any(word in event.reason.lower() for word in FIRMWARE)
        ]
        after += timeline.of(
            MachineChecked, node=node, since=boot.back_at, until=boot.back_at + LEFT_OVER
        )
    power = sel_says(boot, known, "power supply", "ac lost", "power unit")
    chassis = chassis_says(boot, known)
    if (power or chassis) and boot.back_at is not None:
        return replace(
            boot,
            ending=Ending.POWER_LOSS,
            ended=boot.last_heard,
            uncertain=boot.back_at - boot.last_heard,
            confidence=Confidence.LIKELY,
            because=(*power, *chassis, *unclean(boot, known)),
        )
    if boot.back_at is None or not (before or after):
        return None
    return replace(
        boot,
        ending=Ending.HARDWARE_RESET,
        ended=last_contact(boot, known) or boot.last_heard,
        uncertain=timedelta(seconds=30),
        confidence=Confidence.LIKELY,
        because=(*few([*after, *before]), *unclean(boot, known)),
    )


def _see_power(boots: list[Boot], known: Known) -> list[Boot]:
    """Several nodes, armed and idle alike, gone in one moment without a warning: power."""
    open_ends = [boot for boot in boots if boot.ending is Ending.UNKNOWN and boot.ended is not None]
    answer: dict[int, Boot] = {}
    for boot in open_ends:
        together = [
            other
            for other in open_ends
            if other.ended and boot.ended and abs(other.ended - boot.ended) <= SAME_MOMENT
        ]
        nodes = {other.node for other in together}
        witness = ups_says(boot, known)
        if not witness and (len(nodes) < 2 or not _idle_among(together, known)):
            continue
        if any(_warned(other, known) for other in together):
            continue
        others: list[Proof] = [
            proof for other in together if other.node != boot.node for proof in other.because[:1]
        ]
        answer[id(boot)] = replace(
            boot,
            ending=Ending.POWER_LOSS,
            confidence=Confidence.LIKELY,
            because=(*witness, *boot.because, *others),
            missing=("an UPS, BMC or PDU log, which would prove it",) if not witness else (),
        )
    return [answer.get(id(boot), boot) for boot in boots]


def _idle_among(boots: list[Boot], known: Known) -> bool:
    """Whether one of these nodes held no watchdog, so that it cannot have fenced itself."""
    return any(
        not any(
            span.node == boot.node
            and span.since <= boot.last_heard
            and (span.until is None or span.until >= boot.last_heard)
            for span in known.armed
        )
        for boot in boots
    )


def _warned(boot: Boot, known: Known) -> bool:
    """Whether the node itself lost the token well before its log stops: then it was not power."""
    since = boot.last_heard - timedelta(seconds=120)
    return any(
        span.node == boot.node and since <= span.since <= boot.last_heard - timedelta(seconds=10)
        for span in known.quorum_losses
    ) or bool(
        known.timeline.of(
            TokenLost,
            node=boot.node,
            since=since,
            until=boot.last_heard - timedelta(seconds=10),
        )
    )


# --- nothing tells -----------------------------------------------------------------------------


def _vanished(boot: Boot, known: Known) -> Boot | None:
    contact = lost_by_peers(boot, known)
    if boot.back_at is None and contact is None:
        return None
    ended = last_contact(boot, known) or boot.last_heard
    latest = boot.back_at or max(ended, boot.last_heard)
    sure = last_contact(boot, known) is not None
    because: list[Proof] = [
        *([contact] if contact else []),
        *next_start(boot, known),
        *unclean(boot, known),
    ]
    return replace(
        boot,
        ending=Ending.UNKNOWN,
        ended=ended,
        uncertain=timedelta(seconds=5) if sure else max(latest - ended, timedelta(seconds=5)),
        confidence=Confidence.POSSIBLE,
        because=tuple(because),
        missing=(
            (
                "the log just stops: power, a hard reset, a frozen or panicked kernel and a "
                "watchdog whose last words were not written look alike here"
            ),
            f"on {boot.node}: last -x, ls /var/lib/systemd/pstore, ipmitool sel list",
        ),
    )
