"""The lives of each node: where one boot ends and the next begins."""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import datetime, timedelta

from fencepost.events.inferred import BootChanged
from fencepost.events.kernel_boot import BootSeparated, KernelStarted
from fencepost.events.watchdog_mux import MuxExitedClean, WatchdogDriver
from fencepost.model.case import Boot
from fencepost.model.event import Event
from fencepost.model.timeline import Timeline

SAME_START = timedelta(seconds=180)
"""A separator, the kernel's first line and a new boot id this close together are one start."""

FRESH_S = 600.0
"""A boot whose first line carries a younger monotonic time than this began inside the logs."""


def split_boots(timeline: Timeline, signs: Mapping[str, list[datetime]]) -> list[Boot]:
    """Return every boot of every node, not yet saying how it ended.

    signs: for each node, the times of its lines in order, on the common clock.
    """
    found: list[Boot] = []
    for node in sorted(signs):
        found += _boots_of(node, _starts(timeline, node), signs[node])
    return found


def _starts(timeline: Timeline, node: str) -> list[tuple[datetime, Event, bool]]:
    """Return when boots of a node started: time, first line, whether it began in the logs."""
    marks: list[Event] = timeline.of(BootSeparated, KernelStarted, BootChanged, node=node)
    if not any(isinstance(mark, BootSeparated | KernelStarted | BootChanged) for mark in marks):
        marks = list(_mux_starts(timeline, node))
    found: list[tuple[datetime, Event, bool]] = []
    kinds: set[type[Event]] = set()
    for mark in marks:
        kind = type(mark)
        near = bool(found) and mark.at - found[-1][0] <= SAME_START
        if near and kind not in kinds:
            kinds.add(kind)
            began = found[-1][2] or _began_here(mark)
            found[-1] = (found[-1][0], found[-1][1], began)
            continue
        kinds = {kind}
        found.append((mark.at, mark, _began_here(mark)))
    return found


def _began_here(mark: Event) -> bool:
    match mark:
        case BootChanged(age_s=age):
            return age is not None and age < FRESH_S
        case BootSeparated():
            return True
        case _:
            return True


def _mux_starts(timeline: Timeline, node: str) -> list[WatchdogDriver]:
    """Starts of watchdog-mux that are boots: it cannot be restarted while a client is armed.

    For logs that were filtered by unit and hold neither kernel lines nor separators.
    """
    found = []
    for start in timeline.of(WatchdogDriver, node=node):
        clean = timeline.of(
            MuxExitedClean, node=node, since=start.at - timedelta(seconds=20), until=start.at
        )
        if not clean:
            found.append(start)
    return found


def _boots_of(
    node: str, starts: list[tuple[datetime, Event, bool]], signs: list[datetime]
) -> list[Boot]:
    if not signs:
        return []
    found: list[Boot] = []
    edges = [at for at, _, _ in starts if bisect_left(signs, at) > 0]
    begins = {at: (mark, began) for at, mark, began in starts}
    for begin, end in zip([None, *edges], [*edges, None], strict=True):
        low = 0 if begin is None else bisect_left(signs, begin)
        high = len(signs) if end is None else bisect_left(signs, end)
        if high <= low:
            continue
        first_mark = begin
        if begin is None:
            first_mark = next((at for at in begins if at <= signs[low]), None)
        mark, began = begins.get(first_mark, (None, False)) if first_mark else (None, False)
        found.append(
            Boot(
                node=node,
                began=first_mark if began else None,
                first_heard=signs[low],
                last_heard=signs[high - 1],
                back_at=end,
                boot_id=getattr(mark, "boot", None),
            )
        )
    return found
