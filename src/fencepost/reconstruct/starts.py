"""Starts of boots: which marks in a node's logs are of one and the same start."""

from bisect import bisect_left, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter

from fencepost.events.inferred import BootChanged
from fencepost.events.kernel_boot import BootSeparated, KernelStarted
from fencepost.events.watchdog_mux import MuxExitedClean, WatchdogDriver
from fencepost.model.event import Event
from fencepost.model.timeline import Timeline

SAME_START = timedelta(seconds=180)
"""A separator, the kernel's first line and a new boot id this close together are one start."""

SAME_LINE = timedelta(seconds=5)
"""The same mark in two files this close together is one: nothing boots as quickly."""

FRESH_S = 600.0
"""A boot whose first line carries a younger monotonic time than this began inside the logs."""

Covered = Mapping[str, Sequence[datetime]]
"""File → the times of one node's lines in it, in order."""


@dataclass(slots=True)
class Start:
    """A boot's start.

    at: when it began, as near as its marks tell. inside: whether it began inside the logs.
    lines: file → the first of its marks in it.
    """

    at: datetime
    boot_id: str | None = None
    inside: bool = False
    lines: dict[str, int] = field(default_factory=dict)
    _marks: list[tuple[datetime, Event]] = field(default_factory=list)

    def add(self, mark: Event, at: datetime) -> None:
        """Add what a mark tells."""
        self._marks.append((at, mark))
        self.at = min(self.at, at)
        self.boot_id = self.boot_id or boot_of(mark)
        self.inside = self.inside or _began_here(mark)
        if mark.origin.line is not None:
            first = self.lines.get(mark.origin.file, mark.origin.line)
            self.lines[mark.origin.file] = min(first, mark.origin.line)

    def takes(self, mark: Event, at: datetime, since: datetime | None) -> bool:
        """Whether a mark without a boot id is of this start: by its time and the lines around it.

        since: the line before the mark in its file. A separator says that a boot began between
        the two, and so it does of all lines before it that their boot was another one.
        """
        for _, other in self._marks:
            same_file = other.origin.file == mark.origin.file
            if isinstance(other, BootSeparated) and same_file and _earlier(mark, other):
                return False
        if isinstance(mark, BootSeparated) and since is not None and since < self.at <= at:
            return True
        if abs(at - self.at) > SAME_START:
            return False
        return all(
            type(other) is not type(mark)
            or (other.origin.file != mark.origin.file and abs(at - when) <= SAME_LINE)
            for when, other in self._marks
        )


def find_starts(timeline: Timeline, node: str, covered: Covered | None = None) -> list[Start]:
    """Return the starts of a node's boots, in order of time.

    Marks of one boot id are one start, wherever they stand. The others are joined with the
    nearest that they can be of.
    """
    marks = timeline.of(BootSeparated, KernelStarted, BootChanged, node=node)
    told: list[Event] = [*marks] or [*_mux_starts(timeline, node)]
    found: list[Start] = []
    named: dict[str, Start] = {}
    timed = sorted(((_born(mark), mark) for mark in told), key=itemgetter(0))
    for at, mark in timed:
        boot = boot_of(mark)
        if boot is not None:
            if boot not in named:
                named[boot] = Start(at)
                found.append(named[boot])
            named[boot].add(mark, at)
    order = [(start.at, number) for number, start in enumerate(found)]
    for at, mark in timed:
        if boot_of(mark) is None:
            _join(mark, at, _line_before(mark, covered or {}), found, order)
    return sorted(found, key=lambda start: start.at)


def _join(
    mark: Event,
    at: datetime,
    since: datetime | None,
    found: list[Start],
    order: list[tuple[datetime, int]],
) -> None:
    """Join a mark without a boot id with the nearest start that it can be of, or begin one.

    order: the starts by the times at which they were found, each with its place in `found`.
    """
    low, high = at - SAME_START, at + SAME_START
    if isinstance(mark, BootSeparated) and since is not None:
        low = min(low, since)
    places = range(bisect_left(order, (low, 0)), bisect_left(order, (high, len(found))))
    numbers = [order[place][1] for place in places]
    near = [number for number in numbers if found[number].takes(mark, at, since)]
    best = min(near, key=lambda number: (abs(found[number].at - at), number), default=None)
    if best is None:
        best = len(found)
        found.append(Start(at))
        insort(order, (at, best))
    found[best].add(mark, at)  # which keeps it in reach, as marks come in order of time


def boot_of(mark: Event) -> str | None:
    """Return the id of the boot that a mark begins, None when it does not say."""
    return mark.boot if isinstance(mark, BootSeparated | BootChanged) else mark.boot_id


def _born(mark: Event) -> datetime:
    """When the boot of a mark began: a journal's first line may come long after that."""
    if isinstance(mark, BootChanged) and mark.age_s is not None:
        return mark.at - timedelta(seconds=mark.age_s)
    return mark.at


def _began_here(mark: Event) -> bool:
    return not isinstance(mark, BootChanged) or (mark.age_s is not None and mark.age_s < FRESH_S)


def _earlier(mark: Event, other: Event) -> bool:
    return (mark.origin.line or 0) < (other.origin.line or 0)


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
