"""Boots that ended on request: an orderly stop, and how far the log shows it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from fencepost.events.corosync import CorosyncSignalled, CorosyncStarted
from fencepost.events.kernel_boot import KernelStopped, SysrqUsed
from fencepost.events.kernel_host import ThermalTripped
from fencepost.events.pve_ha_lrm import LrmShutdownRequested, LrmWatchdogOpened
from fencepost.events.systemd import (
    JournalStopped,
    PowerKeyPressed,
    ShutdownAnnounced,
    ShutdownRequested,
    ShutdownTargetReached,
    SystemShuttingDown,
    SystemStopping,
)
from fencepost.events.watchdog_mux import (
    ClientDied,
    ClientExpired,
    MuxExitedArmed,
    MuxExitedClean,
    WatchdogDriver,
)
from fencepost.model.case import Boot, Confidence, Ending, Evidence, Proof
from fencepost.model.document import Wtmp
from fencepost.model.event import Event
from fencepost.reconstruct.witnesses import (
    TAIL,
    Known,
    few,
    gone_for_good,
    last_words,
    unclean,
)

SHUTDOWN_TAIL = timedelta(minutes=15)
"""A stop that moves its guests away first may take this long from its announcement on."""

OVER = timedelta(seconds=60)
"""A boot's log goes on no longer than this after the last targets of its shutdown."""

LAST_WORDS = timedelta(seconds=10)
"""The same, where no boot after it shows that the machine went down at all."""

ANNOUNCED: tuple[type[Event], ...] = (
    ShutdownRequested,
    ShutdownAnnounced,
    SystemStopping,
    LrmShutdownRequested,
)
AT_ONCE: tuple[type[Event], ...] = (PowerKeyPressed, SysrqUsed)
"""What ends a machine soon, or was ignored: a power key may be set to do nothing."""

FINAL: tuple[type[Event], ...] = (
    ShutdownTargetReached,
    SystemShuttingDown,
    JournalStopped,
    KernelStopped,
)
ORDERLY = (*ANNOUNCED, *AT_ONCE, *FINAL)
STARTING: tuple[type[Event], ...] = (CorosyncStarted, WatchdogDriver, LrmWatchdogOpened)
"""What a machine that is shutting down does not do: the stop before it was over, or called off."""

MUX: tuple[type[Event], ...] = (ClientExpired, ClientDied, MuxExitedArmed)


def shut_down(boot: Boot, known: Known) -> Boot | None:
    """The stop reached its last targets, or watchdog-mux and corosync were told to go."""
    orderly = stopping(boot, known)
    final = [event for event in orderly if isinstance(event, FINAL)]
    if final and not last_words(boot, known, TAIL, ThermalTripped):
        return _asked_for(boot, known, orderly, orderly_to_the_end=True)
    if final or orderly or boot.back_at is None:
        return None
    clean = last_words(boot, known, OVER, MuxExitedClean, CorosyncSignalled)
    if len({type(event) for event in clean}) < 2:
        return None
    return _asked_for(boot, known, clean)


def was_stopping(boot: Boot, known: Known) -> Boot | None:
    """A stop was announced, and the log ends before its last targets: nothing else ended it."""
    orderly = stopping(boot, known)
    if not orderly:
        return None
    if boot.back_at is None and gone_for_good(boot, known, orderly[0].at) is None:
        return None
    if known.timeline.of(*MUX, node=boot.node, since=orderly[0].at, until=boot.last_heard):
        return None
    return _asked_for(boot, known, orderly)


def stopping(boot: Boot, known: Known) -> list[Event]:
    """Return the lines of the orderly stop that was under way when the log stops."""
    said = last_words(boot, known, SHUTDOWN_TAIL, *ORDERLY)
    started = last_words(boot, known, SHUTDOWN_TAIL, *STARTING)
    if started:
        said = [event for event in said if event.at >= started[-1].at]
    final = [event for event in said if isinstance(event, FINAL)]
    over = LAST_WORDS if boot.back_at is None else OVER
    if final and boot.last_heard - final[-1].at > over:
        said = [event for event in said if event.at > final[-1].at]
    return [event for event in said if _counts(event, said, boot.last_heard)]


def _counts(event: Event, said: Sequence[Event], end: datetime) -> bool:
    """Whether a line speaks of a stop now: not of one at a later hour, nor of an idle key."""
    if isinstance(event, ShutdownAnnounced):
        return event.when is None
    return not isinstance(event, AT_ONCE) or (
        end - event.at <= OVER or any(other.at >= event.at and other is not event for other in said)
    )


def _asked_for(
    boot: Boot, known: Known, orderly: Sequence[Event], *, orderly_to_the_end: bool = False
) -> Boot:
    expired = known.timeline.of(*MUX, node=boot.node, since=orderly[0].at, until=boot.last_heard)
    left_open = unclean(boot, known)
    sure = orderly_to_the_end and not left_open
    return replace(
        boot,
        ending=Ending.ASKED_FOR,
        ended=boot.last_heard,
        uncertain=timedelta(seconds=5),
        confidence=Confidence.CERTAIN if sure else Confidence.LIKELY,
        because=tuple(few(orderly)),
        despite=tuple(few([*expired, *left_open])),
    )


def logged_out(boot: Boot, known: Known) -> Boot | None:
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
        and boot.last_heard - OVER <= entry.began <= boot.back_at
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
