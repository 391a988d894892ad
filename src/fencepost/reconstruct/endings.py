"""How each boot ended: the decision table, asked from the top; the first answer decides.

The rules of proof are those of docs/explanation/endings.md: nobody shoots a node, so a reset is
either the node's own watchdog, an orderly stop, a crash, or the loss of power; what the log does
not show is said as unknown, with what would decide.
"""

from dataclasses import replace
from datetime import timedelta

from fencepost.model.case import Boot, Boots, Confidence, Ending, Proof
from fencepost.reconstruct.crashes import broken, panic_recorded, panicked
from fencepost.reconstruct.fences import device_released, expired, starved
from fencepost.reconstruct.power import gone_together, supply_failed
from fencepost.reconstruct.shutdowns import logged_out, shut_down, was_stopping
from fencepost.reconstruct.witnesses import (
    Known,
    gone_for_good,
    last_contact,
    lost_by_peers,
    next_start,
    unclean,
)


def decide_endings(known: Known) -> Boots:
    """Return the boots, each with how it ended where it did."""
    return gone_together(Boots(_decide(boot, known) for boot in known.boots), known)


def _decide(boot: Boot, known: Known) -> Boot:
    for rule in (
        panicked,
        shut_down,
        logged_out,
        expired,
        device_released,
        panic_recorded,
        starved,
        supply_failed,
        broken,
        was_stopping,
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


def _vanished(boot: Boot, known: Known) -> Boot | None:
    """The log just stops, and nothing tells why."""
    contact = (lost_by_peers if boot.back_at else gone_for_good)(boot, known)
    if boot.back_at is None and contact is None:
        return None
    heard = last_contact(boot, known)
    ended = heard or boot.last_heard
    latest = boot.back_at or max(ended, boot.last_heard)
    because: list[Proof] = [
        *([contact] if contact else []),
        *next_start(boot, known),
        *unclean(boot, known),
    ]
    return replace(
        boot,
        ending=Ending.UNKNOWN,
        ended=ended,
        uncertain=timedelta(seconds=5) if heard else max(latest - ended, timedelta(seconds=5)),
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
