"""Boots that a panic or the hardware ended: last words, and what the next boot reports."""

from dataclasses import replace
from datetime import timedelta

from fencepost.events.kernel_boot import ResetReasonReported
from fencepost.events.kernel_host import (
    KernelOopsed,
    KernelPanicked,
    MachineChecked,
    PreviousBootError,
    ThermalTripped,
)
from fencepost.events.systemd import PanicRecordFound
from fencepost.model.case import Boot, Confidence, Ending, Evidence, Proof
from fencepost.model.document import PstoreDump
from fencepost.model.event import Event
from fencepost.reconstruct.shutdowns import FINAL, stopping
from fencepost.reconstruct.witnesses import (
    TAIL,
    Known,
    few,
    first_words,
    last_contact,
    last_words,
    unclean,
)

MINUTE = timedelta(seconds=60)

DEAD_AFTER = timedelta(seconds=40)
"""A kernel that panicked says a little more at most; whoever talks on longer lives."""

FIRMWARE = ("thermal", "uncorrected", "sync flood", "watchdog", "power button", "machine check")
"""Words of a chipset's reset reason that name the hardware or its own watchdog."""


def panicked(boot: Boot, known: Known) -> Boot | None:
    """The kernel's own last words."""
    panics = last_words(
        boot, known, TAIL if boot.back_at is not None else DEAD_AFTER, KernelPanicked
    )
    oopses = last_words(boot, known, MINUTE, KernelOopsed)
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


def panic_recorded(boot: Boot, known: Known) -> Boot | None:
    """What the next boot found in pstore; a dump without a date speaks of the last boot only."""
    if boot.back_at is None:
        return None
    found = first_words(boot, known, TAIL, PanicRecordFound)
    followed = known.boots.of(boot.node)[-1].first_heard > boot.back_at
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


def broken(boot: Boot, known: Known) -> Boot | None:
    """A machine check or heat at the end, or what the next boot says of the one before."""
    hot = last_words(boot, known, TAIL, ThermalTripped)
    before = [*last_words(boot, known, MINUTE, MachineChecked), *hot]
    after: list[Event] = [
        *(
            event
            for event in first_words(
                boot, known, timedelta(minutes=5), PreviousBootError, ResetReasonReported
            )
            if not isinstance(event, ResetReasonReported)
            or any(word in event.reason.lower() for word in FIRMWARE)
        ),
        *first_words(boot, known, MINUTE / 2, MachineChecked),
    ]
    orderly = stopping(boot, known)
    off = hot and any(isinstance(event, FINAL) for event in orderly)
    if (boot.back_at is None and not off) or not (before or after):
        return None
    return replace(
        boot,
        ending=Ending.HARDWARE_RESET,
        ended=last_contact(boot, known) or boot.last_heard,
        uncertain=timedelta(seconds=30),
        confidence=Confidence.LIKELY,
        because=(*few([*after, *before]), *unclean(boot, known)),
        despite=tuple(few(orderly)),
    )
