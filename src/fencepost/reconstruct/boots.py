"""The lives of each node: where one boot ends and the next begins."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import itemgetter

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

Covered = Mapping[str, Sequence[datetime]]
"""File → the times of one node's lines in it, in order, on the common clock."""


def split_boots(
    timeline: Timeline,
    signs: Mapping[str, list[datetime]],
    covered: Mapping[str, Covered] | None = None,
) -> list[Boot]:
    """Return every boot of every node, not yet saying how it ended.

    signs: for each node, the times of its lines in order, on the common clock.
    covered: the same for each file of each node.
    """
    found: list[Boot] = []
    for node in sorted(signs):
        starts = _starts(timeline, node, (covered or {}).get(node, {}))
        found += _boots_of(node, starts, signs[node])
    return found


@dataclass(slots=True)
class _Start:
    """A boot's start: its first mark, and what else marks the same one.

    at: when it began, as near as its marks tell. inside: whether it began inside the logs.
    """

    at: datetime
    boot_id: str | None
    inside: bool
    kinds: set[type[Event]]

    def takes(self, mark: Event, at: datetime, since: datetime | None) -> bool:
        """Whether another mark is of this start: by its id, its time, or the lines around it.

        since: the last line before the mark in its file; the mark says that a boot began
        between the two.
        """
        boot = _boot_id(mark)
        if boot and self.boot_id:
            return boot == self.boot_id
        if since is not None and isinstance(mark, BootSeparated) and since < self.at <= at:
            return True
        return abs(at - self.at) <= SAME_START and type(mark) not in self.kinds

    def join(self, mark: Event, at: datetime) -> None:
        """Add what a mark tells."""
        self.at = min(self.at, at)
        self.boot_id = self.boot_id or _boot_id(mark)
        self.inside = self.inside or _began_here(mark)
        self.kinds.add(type(mark))


def _starts(timeline: Timeline, node: str, covered: Covered) -> list[_Start]:
    """Return the starts of a node's boots, in order."""
    marks = timeline.of(BootSeparated, KernelStarted, BootChanged, node=node)
    told: list[Event] = [*marks] or [*_mux_starts(timeline, node)]
    found: list[_Start] = []
    for at, mark in sorted(((_born(mark), mark) for mark in told), key=itemgetter(0)):
        since = _line_before(mark, covered)
        same = next((start for start in reversed(found) if start.takes(mark, at, since)), None)
        if same is None:
            found.append(_Start(at, _boot_id(mark), _began_here(mark), {type(mark)}))
        else:
            same.join(mark, at)
    return sorted(found, key=lambda start: start.at)


def _boot_id(mark: Event) -> str | None:
    return mark.boot if isinstance(mark, BootSeparated | BootChanged) else mark.boot_id


def _born(mark: Event) -> datetime:
    """When the boot of a mark began: a journal's first line may come long after that."""
    if isinstance(mark, BootChanged) and mark.age_s is not None:
        return mark.at - timedelta(seconds=mark.age_s)
    return mark.at


def _began_here(mark: Event) -> bool:
    return not isinstance(mark, BootChanged) or (mark.age_s is not None and mark.age_s < FRESH_S)


def _line_before(mark: Event, covered: Covered) -> datetime | None:
    """When the line before a mark was written in the same file."""
    times = covered.get(mark.origin.file, ())
    before = bisect_left(times, mark.at)
    return times[before - 1] if before else None


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


def _boots_of(node: str, starts: list[_Start], signs: list[datetime]) -> list[Boot]:
    """Cut a node's lines at the first one of each boot."""
    found: list[Boot] = []
    edges: list[tuple[int, _Start | None]] = [(0, None)]
    for start in starts:
        low = bisect_left(signs, start.at)
        if low < len(signs):
            edges = [*(edge for edge in edges if edge[0] != low), (low, start)]
    for (low, began), (high, _) in pairwise([*edges, (len(signs), None)]):
        if low < high:
            found.append(
                Boot(
                    node=node,
                    began=signs[low] if began and began.inside else None,
                    first_heard=signs[low],
                    last_heard=signs[high - 1],
                    back_at=signs[high] if high < len(signs) else None,
                    boot_id=began.boot_id if began else None,
                )
            )
    return found
