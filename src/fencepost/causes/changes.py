"""Since when: what was changed on a node in the days before a trace first came."""

from datetime import timedelta
from functools import lru_cache

from fencepost.events.kernel_boot import KernelStarted
from fencepost.events.services import AdminCommand, PackagesUpgraded
from fencepost.model.case import Case, Proof
from fencepost.model.event import Event

DAYS = timedelta(days=7)
"""A change longer ago than this is not offered as the beginning of a trouble."""

KNOWN = timedelta(hours=1)
"""The node must have been heard this long before the change, so that the trouble was not there."""

UPGRADES = ("upgrade", "/apt install", "/apt-get install")


@lru_cache(maxsize=64)
def change_before(case: Case, first: Event) -> tuple[str, Proof] | None:
    """Return what was changed on the node last before its first line of this kind, and the proof.

    first: the first line of its kind in all that was read. None when nothing was changed in the
    week before, or when too little was read of the time before the change.
    """
    known = case.heard[first.node][0] + KNOWN if first.node in case.heard else first.at
    since = max(first.at - DAYS, known)
    found: list[tuple[str, Event]] = []
    kernels = case.timeline.of(KernelStarted, node=first.node, until=first.at)
    if len(kernels) > 1 and kernels[-1].version != kernels[-2].version:
        found.append((f"kernel {kernels[-1].version} was booted", kernels[-1]))
    found += [
        ("packages were upgraded", upgrade)
        for upgrade in case.timeline.of(
            PackagesUpgraded, node=first.node, since=since, until=first.at
        )
    ]
    found += [
        ("packages were upgraded by hand", typed)
        for typed in case.timeline.of(AdminCommand, node=first.node, since=since, until=first.at)
        if any(word in typed.command for word in UPGRADES)
    ]
    found = [(what, event) for what, event in found if event.at >= since]
    if not found:
        return None
    what, event = max(found, key=lambda change: change[1].at)
    return f"the first came {_ago(first.at - event.at)} after {what}", event


def _ago(span: timedelta) -> str:
    if span >= timedelta(days=2):
        return f"{span.days} days"
    hours = span.total_seconds() / 3600
    return f"{hours:.0f} hours" if hours >= 2 else f"{span.total_seconds() / 60:.0f} minutes"
