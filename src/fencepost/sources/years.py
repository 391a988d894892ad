"""Gives stamps the year and the zone that they leave out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from itertools import pairwise

from fencepost.model.line import Assumption
from fencepost.sources.rotation import Rotated, rotation_of
from fencepost.sources.stamps import NEWEST, OLDEST, Minute, Stamp

HALF_A_YEAR = 183  # days
LEAP = 2000  # a year that has every date
CIRCLE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class First:
    """The first stamp of one file.

    key: the file, as the plan names it. name: as reports name it. modified: its date.
    """

    key: tuple[str, int]
    name: str
    minute: Minute
    modified: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """The year of the first stamp of every file, and what was assumed for it."""

    years: dict[tuple[str, int], int]
    assumptions: tuple[Assumption, ...]


class Clock:
    """Turns the stamps of one file into UTC, in the order in which they stand there.

    year: of the first stamp without one; a step back by more than half a year begins the
    next year, and such a step forwards goes back to it (a clock that was wrong for a while).
    zone: of stamps without one.
    """

    def __init__(self, year: int, zone: tzinfo) -> None:
        self._first = self._year = min(max(year, OLDEST), NEWEST)
        self._zone = zone
        self._day: int | None = None
        self._minute: Minute | None = None
        self._begin = datetime.min.replace(tzinfo=UTC)

    def at(self, stamp: Stamp) -> datetime:
        """Return the moment that a stamp names."""
        if stamp.minute is not self._minute:
            self._minute = stamp.minute
            self._begin = moment(stamp.minute, self._turned(stamp.minute), self._zone)
        return self._begin + timedelta(microseconds=stamp.micros)

    def _turned(self, minute: Minute) -> int:
        if minute.year is None:
            day = _day_on_circle(minute.month, minute.day)
            step = 0 if self._day is None else day - self._day
            if step < -HALF_A_YEAR:
                self._year += 1
            elif step > HALF_A_YEAR and self._year > self._first:
                self._year -= 1
            self._day = day
        return self._year


def moment(minute: Minute, year: int, zone: tzinfo) -> datetime:
    """Return the beginning of a minute in UTC; `year` and `zone` where it names none.

    A day that its month does not have (29 February in a common year) is one of the next month.
    """
    year, own = minute.year or year, minute.zone or zone
    try:
        begin = datetime(year, *minute[1:5], tzinfo=own)
    except ValueError:
        first = datetime(year, minute.month, 1, minute.hour, minute.minute, tzinfo=own)
        begin = first + timedelta(days=minute.day - 1)
    return begin if own is UTC else begin.astimezone(UTC)


def plan_years(firsts: Sequence[First], year: int | None, zone: tzinfo) -> Plan:
    """Work out the year of each file whose stamps name none.

    With `year`, that is the year of the earliest of them: on the circle of the year it is the
    one after the longest stretch without any. Otherwise files that do name years decide, by
    nearness; else each file's own date does: the latest year that is not after it. The files of
    one rotated log follow each other, so an older one does not begin after a newer one.
    """
    yearless = [first for first in firsts if first.minute.year is None]
    dated = [first for first in firsts if first.minute.year is not None]
    if not yearless:
        return Plan({}, ())
    logs = _logs(yearless)
    if year is not None:
        oldest = _from(year, [log[-1] for log in logs])
        return Plan({key: at for log in logs for key, at in _onward(log, oldest)}, ())
    if dated:
        years = _back(logs, {one.key: _nearest_year(one, dated, zone) for one in yearless}, zone)
        sources = [f"from the dates in {dated[0].name}"] * len(yearless)
    else:
        years = _back(logs, {one.key: _latest_year(one, zone) for one in yearless}, zone)
        sources = []
        for first in yearless:
            same = [other for other in yearless if years[other.key] == years[first.key]]
            sources.append(_file_dates([other.name for other in same]))
    says = [f"year {years[first.key]}, {s}" for first, s in zip(yearless, sources, strict=True)]
    return Plan(years, tuple(Assumption(one) for one in dict.fromkeys(says)))


def _logs(firsts: Sequence[First]) -> list[list[First]]:
    """Return the files of each log, the newest first."""
    found: dict[str, list[tuple[Rotated, First]]] = {}
    for first in firsts:
        place = rotation_of(first.name)
        found.setdefault(place.log, []).append((place, first))
    return [
        [first for _, first in sorted(log, key=lambda one: (one[0].age, one[1].key))]
        for log in found.values()
    ]


def _onward(
    log: Sequence[First], oldest: Mapping[tuple[str, int], int]
) -> Iterator[tuple[tuple[str, int], int]]:
    """Give each file of a log its year, from that of the oldest on."""
    year, last = oldest[log[-1].key], _on_circle(log[-1].minute)
    for first in reversed(log):
        at = _on_circle(first.minute)
        year += at < last
        last = at
        yield first.key, year


def _back(
    logs: Sequence[Sequence[First]], years: dict[tuple[str, int], int], zone: tzinfo
) -> dict[tuple[str, int], int]:
    """Correct the years of older files so that none begins after a newer one."""
    for log in logs:
        for newer, older in pairwise(log):
            limit = moment(newer.minute, years[newer.key], zone)
            while moment(older.minute, years[older.key], zone) > limit:
                years[older.key] -= 1
    return years


def _file_dates(names: list[str]) -> str:
    if len(names) == 1:
        return f"from the file's date ({names[0]})"
    return f"from the files' dates ({names[0]} and {len(names) - 1} more)"


def _from(year: int, firsts: list[First]) -> dict[tuple[str, int], int]:
    places = sorted({_on_circle(first.minute) for first in firsts})
    before = [places[-1], *places[:-1]]
    gaps = [(place - last) % CIRCLE for last, place in zip(before, places, strict=True)]
    earliest = places[max(range(len(places)), key=lambda i: (gaps[i] or CIRCLE, -i))]
    return {first.key: year + (_on_circle(first.minute) < earliest) for first in firsts}


def _on_circle(minute: Minute) -> timedelta:
    """Return how far into the year a minute is."""
    days = _day_on_circle(minute.month, minute.day)
    return timedelta(days=days, hours=minute.hour, minutes=minute.minute)


@cache
def _day_on_circle(month: int, day: int) -> int:
    return (datetime(LEAP, month, 1, tzinfo=UTC) - datetime(LEAP, 1, 1, tzinfo=UTC)).days + day - 1


def _nearest_year(first: First, dated: list[First], zone: tzinfo) -> int:
    known = [moment(other.minute, OLDEST, zone) for other in dated]
    years = sorted({at.year + step for at in known for step in (-1, 0, 1)})

    def distance(year: int) -> timedelta:
        at = moment(first.minute, year, zone)
        return min(abs(at - other) for other in known)

    return min(years, key=distance)


def _latest_year(first: First, zone: tzinfo) -> int:
    limit = first.modified + timedelta(days=1)
    year = limit.year + 1
    while moment(first.minute, year, zone) > limit:
        year -= 1
    return year
