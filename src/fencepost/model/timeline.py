"""All events of a case in order, and quick ways to ask for some of them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import attrgetter
from typing import Any, TypeVar, overload

from fencepost.model.event import Event

A = TypeVar("A", bound=Event)
B = TypeVar("B", bound=Event)
C = TypeVar("C", bound=Event)
D = TypeVar("D", bound=Event)
E = TypeVar("E", bound=Event)
_at = attrgetter("at")


class Timeline:
    """Events sorted by time; events of one moment keep the order in which they were read."""

    __slots__ = ("_by_kind", "_by_kind_and_node", "_nodes", "events")

    def __init__(self, events: Iterable[Event]) -> None:
        self.events: tuple[Event, ...] = tuple(sorted(events, key=_at))
        by_kind: dict[type[Event], list[Event]] = {}
        by_both: dict[tuple[type[Event], str], list[Event]] = {}
        for event in self.events:
            by_kind.setdefault(type(event), []).append(event)
            by_both.setdefault((type(event), event.node), []).append(event)
        self._by_kind = by_kind
        self._by_kind_and_node = by_both
        self._nodes: dict[type[Event], set[str]] = {}
        for kind, node in by_both:
            self._nodes.setdefault(kind, set()).add(node)

    def __iter__(self) -> Iterator[Event]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    @overload
    def of(
        self,
        a: type[A],
        /,
        *,
        node: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[A]: ...
    @overload
    def of(
        self,
        a: type[A],
        b: type[B],
        /,
        *,
        node: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[A | B]: ...
    @overload
    def of(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        /,
        *,
        node: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[A | B | C]: ...
    @overload
    def of(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        d: type[D],
        /,
        *,
        node: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[A | B | C | D]: ...
    @overload
    def of(
        self,
        *kinds: type[Event],
        node: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> list[Event]: ...
    def of(
        self,
        *kinds: type[Event],
        node: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Any:
        """Return events of these kinds in order, `since` ≤ at ≤ `until`, of one node or of all."""
        found: list[Event] = []
        for kind in kinds:
            some = self._all(kind, node)
            low = 0 if since is None else bisect_left(some, since, key=_at)
            high = len(some) if until is None else bisect_right(some, until, key=_at)
            found.extend(some[low:high])
        if len(kinds) > 1:
            found.sort(key=_at)
        return found

    def first(self, *kinds: type[E], node: str | None = None) -> E | None:
        """Return the earliest event of these kinds, of one node or of all."""
        found: list[E] = [some[0] for kind in kinds if (some := self._all(kind, node))]
        return min(found, key=_at, default=None)

    def last(self, *kinds: type[E], node: str, until: datetime | None = None) -> E | None:
        """Return the latest event of these kinds on `node`, at or before `until`."""
        found: E | None = None
        for kind in kinds:
            some: list[E] = self._all(kind, node)
            high = len(some) if until is None else bisect_right(some, until, key=_at)
            if high and (found is None or some[high - 1].at >= found.at):
                found = some[high - 1]
        return found

    def nodes(self, *kinds: type[Event]) -> frozenset[str]:
        """Return the nodes that logged any of these kinds."""
        return frozenset().union(*(self._nodes.get(kind, ()) for kind in kinds))

    def _all(self, kind: type[E], node: str | None) -> list[E]:
        some: Any = (
            self._by_kind.get(kind) if node is None else self._by_kind_and_node.get((kind, node))
        )
        return some or []
