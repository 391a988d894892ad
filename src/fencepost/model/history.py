"""Stretches of time in order, and quick ways to ask for those of one node or of one time."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from operator import attrgetter
from typing import Protocol, TypeVar

NEVER = datetime.max.replace(tzinfo=UTC)
"""When a stretch ends that lasted to the end of what was read."""


class Stretch(Protocol):
    """What lasted on one node for a time; until is None while it lasted to the end."""

    @property
    def node(self) -> str:
        """Whose stretch it is."""

    @property
    def since(self) -> datetime:
        """When it began."""

    @property
    def until(self) -> datetime | None:
        """When it was over."""


S = TypeVar("S", bound=Stretch)


def falls_within(times: Sequence[datetime], since: datetime, until: datetime) -> bool:
    """Whether any of the times, which are in order, lies in this time, both its ends included."""
    place = bisect_left(times, since)
    return place < len(times) and times[place] <= until


class History(tuple[S, ...]):  # noqa: SLOT001  the indexes are made when they are first asked
    """Stretches sorted by their begin; those of one moment keep the order in which they came.

    Each question costs as much as its answer is long, and little more: a case of a year has
    thousands of incidents, and each of them asks.
    """

    def __new__(cls, stretches: Iterable[S] = ()) -> "History[S]":
        """Sort the stretches."""
        return super().__new__(cls, sorted(stretches, key=attrgetter("since")))

    @property
    def nodes(self) -> frozenset[str]:
        """The nodes that have a stretch here."""
        return frozenset(self._by_node)

    def of(self, node: str) -> "History[S]":
        """Return the stretches of one node."""
        return self._by_node.get(node) or History()

    def begun(self, since: datetime | None = None, until: datetime | None = None) -> tuple[S, ...]:
        """Return those that began in this time, both its ends included."""
        low = 0 if since is None else bisect_left(self._begins, since)
        high = len(self) if until is None else bisect_right(self._begins, until)
        return self[low:high]

    def first(self, since: datetime) -> S | None:
        """Return the first that began at this moment or after it."""
        low = bisect_left(self._begins, since)
        return self[low] if low < len(self) else None

    def touching(self, since: datetime, until: datetime) -> list[S]:
        """Return those that had begun by `until` and were not over before `since`."""
        high = bisect_right(self._begins, until)
        return [self[place] for place in self._lasting(high, since)]

    def at(self, moment: datetime) -> list[S]:
        """Return those that lasted at this moment, the ends of a stretch included."""
        return self.touching(moment, moment)

    def _lasting(self, high: int, since: datetime) -> Iterator[int]:
        """Yield the places below `high` of what lasted until `since`, in order.

        One stretch that lasts for months must not make all after it be looked at, so halves of
        the history in which everything was over are passed by.
        """
        left = [(len(self._ends) - 1, 0)]
        while left:
            level, place = left.pop()
            ends = self._ends[level]
            if place << level >= high or place >= len(ends) or ends[place] < since:
                continue
            if level == 0:
                yield place
            else:
                left += [(level - 1, 2 * place + 1), (level - 1, 2 * place)]

    @cached_property
    def _begins(self) -> list[datetime]:
        return [one.since for one in self]

    @cached_property
    def _ends(self) -> list[list[datetime]]:
        """When each was over, then the later of each two, of each four, up to the last of all."""
        levels = [[NEVER if one.until is None else one.until for one in self]]
        while len(levels[-1]) > 1:
            below = levels[-1]
            levels.append([max(below[n : n + 2]) for n in range(0, len(below), 2)])
        return levels

    @cached_property
    def _by_node(self) -> dict[str, "History[S]"]:
        found: dict[str, list[S]] = {}
        for one in self:
            found.setdefault(one.node, []).append(one)
        return {node: History(own) for node, own in found.items()}
