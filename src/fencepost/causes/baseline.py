"""What is ordinary on this cluster: whether a trace also comes in hours without incident."""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TypeVar

from fencepost.causes.scene import HOST_LEAD, Scene
from fencepost.model.case import Case, Gravity
from fencepost.model.event import Event

ENOUGH = timedelta(minutes=30)
"""Less quiet time than this tells nothing about what is ordinary."""

ONE_MOMENT = timedelta(seconds=60)
"""Lines of one kind this close together tell of one thing, not of several."""

COINCIDENCE = 0.05
"""A trace that would be there by chance in one of twenty incidents is not a trace of this one."""

SELDOM = 0.01
"""What may be called certain must not be there by chance in one of a hundred."""

E = TypeVar("E", bound=Event)
Place = str | int | None


@dataclass(frozen=True, slots=True)
class Usual:
    """How often one kind of trace comes on one node in quiet hours.

    quiet: how long the node was heard outside incidents graver than a warning.
    moments: how often the trace came in that time. lines: the first line of each.
    """

    quiet: timedelta
    moments: int
    lines: tuple[Event, ...]

    def chance(self, window: timedelta, seen: int = 1) -> float:
        """Return the probability that a window of this length holds `seen` moments by accident.

        0.0 when it never comes in quiet hours, or when too few of them were read to know.
        Moments are taken to come independently of each other (Poisson).
        """
        if self.quiet < ENOUGH or not self.moments:
            return 0.0
        expected = self.moments * (window / self.quiet)
        fewer = sum(  # by logarithms: an incident of hours may hold hundreds of moments
            math.exp(n * math.log(expected) - expected - math.lgamma(n + 1)) for n in range(seen)
        )
        return max(0.0, 1.0 - fewer)


def usual(case: Case, event: Event) -> Usual:
    """Return how often the same kind of trace comes on the same node in quiet hours."""
    return _usual(case, event.node, type(event))[_place(event)]  # type: ignore[arg-type]


@lru_cache(maxsize=1024)
def _usual(case: Case, node: str, kind: type[Event]) -> dict[Place, Usual]:
    spans = quiet_spans(case, node)
    begins = [since for since, _ in spans]
    quiet = sum((until - since for since, until in spans), timedelta(0))
    traces: dict[Place, list[Event]] = {}
    for event in case.timeline.of(kind, node=node):
        traces.setdefault(_place(event), []).append(event)
    found: dict[Place, Usual] = {}
    for place, same in traces.items():
        lines = []
        for moment in moments(same):
            at = moment[0].at
            before = bisect_right(begins, at)
            if before and at <= spans[before - 1][1]:
                lines.append(moment[0])
        found[place] = Usual(quiet=quiet, moments=len(lines), lines=tuple(lines))
    return found


def _place(event: Event) -> Place:
    """What a line is about: the troubles of another port, device or server are another trace."""
    place: Place = None
    for field in ("port", "device", "server"):
        place = place or getattr(event, field, None)
    return place


def unusual(
    scene: Scene,
    events: Sequence[E],
    within: timedelta | None = None,
    chance: float = COINCIDENCE,
) -> list[E]:
    """Return those of the events whose kind does not come as often in quiet hours.

    within: how long the stretch is that the events were looked for in; the incident and the
    minutes before it, when not given.
    """
    window = within or (scene.until - scene.since + HOST_LEAD)
    traces: dict[object, list[E]] = {}
    for event in events:
        traces.setdefault((event.node, type(event), _place(event)), []).append(event)
    odd = {
        trace
        for trace, same in traces.items()
        if usual(scene.case, same[0]).chance(window, len(moments(same))) < chance
    }
    return [event for event in events if (event.node, type(event), _place(event)) in odd]


def moments(events: Iterable[E]) -> list[list[E]]:
    """Return events, in order of time, in groups that tell of one thing each."""
    found: list[list[E]] = []
    for event in events:
        if found and event.at - found[-1][-1].at <= ONE_MOMENT:
            found[-1].append(event)
        else:
            found.append([event])
    return found


@lru_cache(maxsize=32)
def quiet_spans(case: Case, node: str) -> tuple[tuple[datetime, datetime], ...]:
    """Return the stretches in which the node was heard and the cluster was not disturbed."""
    if node not in case.heard:
        return ()
    at, end = case.heard[node]
    found: list[tuple[datetime, datetime]] = []
    for incident in case.incidents:
        if incident.gravity is Gravity.WARNING:
            continue
        since, until = case.within(incident)
        if since - HOST_LEAD > at:
            found.append((at, min(since - HOST_LEAD, end)))
        at = max(at, until)
    if end > at:
        found.append((at, end))
    return tuple(found)
