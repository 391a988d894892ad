"""Boots that the node's own watchdog ended: by its words, by the device, or by the law."""

from dataclasses import replace
from datetime import datetime, timedelta

from fencepost.events.kernel_boot import SoftdogFired, WatchdogNotStopped
from fencepost.events.pve_ha_lrm import LrmLockAcquired, LrmLockLost, LrmStateChanged
from fencepost.events.watchdog_mux import (
    ClientDied,
    ClientExpired,
    ClientNearExpiry,
    ClientSaved,
    MuxExitedArmed,
)
from fencepost.laws import watchdog
from fencepost.model.case import Boot, Confidence, Ending, Proof
from fencepost.model.event import Event
from fencepost.reconstruct.shutdowns import MUX, ORDERLY, stopping
from fencepost.reconstruct.witnesses import (
    TAIL,
    Known,
    few,
    gone_for_good,
    held_to_the_end,
    last_words,
    sel_says,
    unclean,
)

QUIET_AFTER = timedelta(seconds=40)
"""A log that goes on longer than this after its watchdog expired was not reset by it."""

TO_RESET_S: dict[type[Event], float] = {
    ClientExpired: 11.1,
    ClientDied: 11.1,
    MuxExitedArmed: 10.1,
    ClientNearExpiry: 21.1,
    SoftdogFired: 0.5,
}
"""From each of these lines to the reset. Source: measured on real stacks."""

LOSS_TO_RESET = timedelta(seconds=59)
"""From the loss of quorum to the reset. Source: measured, 54.6 to 60.7 s after a cut."""


def expired(boot: Boot, known: Known) -> Boot | None:
    """The multiplexer's own word, near the end of the log, and nothing after it."""
    said = last_words(boot, known, TAIL, *MUX)
    fired = last_words(boot, known, TAIL, SoftdogFired)
    sel = sel_says(boot, known, "watchdog")
    if said and boot.last_heard - said[0].at > QUIET_AFTER:
        said = []
    near = _near_expiry(boot, known)
    if not (said or fired or near or sel):
        return None
    first = next(iter([*said, *fired, *([near] if near else [])]), None)
    if first is not None:
        ended, uncertain = _reset_after(first), timedelta(seconds=3)
    else:
        ended, uncertain = boot.last_heard, (boot.back_at or boot.last_heard) - boot.last_heard
    if boot.back_at is None and not (said or fired):
        due = ended + uncertain if near else None
        if gone_for_good(boot, known, due) is None:
            return None
    proofs: list[Proof] = [
        *sel,
        *few([*fired, *said, *([near] if near else [])]),
        *_starving(boot, known, ended),
        *few(last_words(boot, known, TAIL, WatchdogNotStopped)),
        *unclean(boot, known),
    ]
    orderly = last_words(boot, known, TAIL, *ORDERLY)
    return replace(
        boot,
        ending=Ending.SELF_FENCE,
        ended=ended,
        uncertain=uncertain,
        confidence=Confidence.LIKELY if orderly else Confidence.CERTAIN,
        because=tuple(proofs),
        despite=tuple(few(orderly)),
    )


def _reset_after(event: Event) -> datetime:
    return event.at + timedelta(seconds=TO_RESET_S[type(event)])


def _near_expiry(boot: Boot, known: Known) -> Event | None:
    """The warning before the expiry, when it was not taken back and the log stops soon after."""
    near = last_words(boot, known, QUIET_AFTER, ClientNearExpiry)
    if not near or known.timeline.of(
        ClientSaved, node=boot.node, since=near[-1].at, until=boot.last_heard
    ):
        return None
    return near[-1]


def device_released(boot: Boot, known: Known) -> Boot | None:
    """The kernel's word that the watchdog was let go of without being stopped, no shutdown."""
    said = last_words(boot, known, timedelta(seconds=15), WatchdogNotStopped)
    if not said or boot.back_at is None or stopping(boot, known):
        return None
    last = said[-1]
    return replace(
        boot,
        ending=Ending.SELF_FENCE,
        ended=last.at + timedelta(seconds=watchdog.DEVICE_TIMEOUT_S),
        uncertain=timedelta(seconds=3),
        confidence=Confidence.LIKELY,
        because=(last, *_starving(boot, known, last.at), *unclean(boot, known)),
        missing=("why watchdog-mux let go of the device: its last lines were not written",),
    )


def starved(boot: Boot, known: Known) -> Boot | None:
    """Armed, cut off from its lock or its quorum to the end, and gone when the watchdog was due.

    The last words of a reset node are often not on disk; the law then says what they were:
    an LRM that cannot renew its lock does not feed the watchdog.
    """
    lost = _last_loss(boot, known)
    if lost is None:
        return None
    at, proofs = lost
    soonest, latest = (timedelta(seconds=s) for s in watchdog.QUORUM_LOSS_TO_RESET_S)
    reset = at + LOSS_TO_RESET
    if boot.last_heard > at + latest + timedelta(seconds=15):
        return None  # it lived on longer than a starved watchdog allows
    if boot.back_at is not None:
        if boot.back_at < at + soonest - timedelta(seconds=15):
            return None
    elif gone_for_good(boot, known, at + latest) is None:
        return None
    missing = ["watchdog-mux's own line; a BMC event log or pstore would settle it"]
    if boot.last_heard < at + timedelta(seconds=40):
        lost_s = round((reset - boot.last_heard).total_seconds())
        missing.insert(0, f"the last {lost_s} s before the end were never written to its log")
    return replace(
        boot,
        ending=Ending.SELF_FENCE,
        ended=max(reset, boot.last_heard),
        uncertain=timedelta(seconds=10),
        confidence=Confidence.LIKELY,
        because=(*proofs, *unclean(boot, known)),
        despite=tuple(few(stopping(boot, known))),
        missing=tuple(missing),
    )


def _last_loss(boot: Boot, known: Known) -> tuple[datetime, list[Proof]] | None:
    """When an armed node lost its lock or quorum for good in this boot, and the lines for it."""
    armed = [span for span in held_to_the_end(boot, known) if span.by == "lrm"]
    if not armed:
        return None
    since, until = boot.first_heard, boot.last_heard
    quorum = [
        span
        for span in known.quorum_losses.of(boot.node).begun(since, until)
        if (span.until is None or span.until >= until) and span.closed is None
    ]
    said = known.timeline.of(
        LrmLockLost, LrmStateChanged, LrmLockAcquired, node=boot.node, since=since, until=until
    )
    lock: list[Event] = []
    for event in said:
        if isinstance(event, LrmLockAcquired) or (
            isinstance(event, LrmStateChanged) and event.now == "active"
        ):
            lock = []
        elif isinstance(event, LrmLockLost) or (
            isinstance(event, LrmStateChanged) and event.now == "lost_agent_lock"
        ):
            lock.append(event)
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
    since = max(boot.first_heard, end - timedelta(seconds=120))
    proofs: list[Proof] = [
        span.opened for span in known.quorum_losses.of(boot.node).begun(since, end) if span.opened
    ]
    proofs += few(
        known.timeline.of(LrmLockLost, LrmStateChanged, node=boot.node, since=since, until=end)
    )
    return proofs
