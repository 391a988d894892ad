"""One clock for all nodes, worked out from what several of them logged about the same thing.

Every member of a ring logs its forming within milliseconds, with the same ring id; every
node logs a configuration reload and the new version at about the same moment. So the
difference of their stamps is the difference of their clocks, within an error that the
stamps' own resolution and the spread of the anchors give.
"""

from bisect import bisect_right
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import mean, median
from typing import Any

from fencepost.events.clock_sync import ClockStepped
from fencepost.events.corosync import ConfigReloaded
from fencepost.events.inferred import ClockJumped
from fencepost.events.pmxcfs import ClusterInfoUpdated
from fencepost.events.totem import MembershipFormed
from fencepost.model.case import Clock
from fencepost.model.event import Event
from fencepost.model.timeline import Timeline

ANCHORS: tuple[tuple[type[Event], str, float], ...] = (
    (MembershipFormed, "ring", 0.05),
    (ConfigReloaded, "by_node", 0.5),
    (ClusterInfoUpdated, "version", 2.5),
)
"""What both ends log about the same thing: event, the field that names the thing, and by how
many seconds the two may truly differ."""


COARSE_S = 1.0
MANY = 8
ROUNDING_S = 0.41
"""Standard deviation of the difference of two times of which the fraction was cut off."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of one node's log between two steps of its clock."""

    node: str
    index: int


@dataclass(frozen=True, slots=True)
class Setting:
    """How to turn written times into common time."""

    clocks: tuple[Clock, ...]
    _steps: dict[str, list[datetime]]
    _offsets: dict[Segment, float]

    def shift(self, node: str, at: datetime) -> timedelta:
        """Return what to subtract from a written time of this node."""
        index = bisect_right(self._steps.get(node, []), at)
        return timedelta(seconds=self._offsets.get(Segment(node, index), 0.0))

    def set(self, events: Iterable[Event]) -> list[Event]:
        """Return the events with their times on the common clock."""
        if not any(self._offsets.values()):
            return list(events)
        moved: list[Event] = []
        for event in events:
            by = self.shift(event.node, event.at)
            moved.append(event.moved(event.at - by) if by else event)
        return moved


def set_clocks(timeline: Timeline) -> Setting:
    """Work out every node's offset from the common clock, for each stretch between steps."""
    steps = {
        node: [event.at for event in events]
        for node, events in _by_node(timeline.of(ClockStepped, ClockJumped)).items()
    }
    anchors = _anchors(timeline, steps)
    resolution = _resolution(timeline)
    offsets, errors, counts = _solve(anchors, resolution)
    _bridge_steps(timeline, steps, offsets)
    used = {
        segment: _applied(offset, errors.get(segment, 0.5), resolution.get(segment.node, 0.5))
        for segment, offset in offsets.items()
    }
    clocks = []
    for node in sorted({segment.node for segment in counts}):
        best = max(
            (segment for segment in counts if segment.node == node),
            key=lambda segment: (counts[segment], -segment.index),
        )
        clocks.append(
            Clock(
                node,
                timedelta(milliseconds=round(offsets[best] * 1000)),
                timedelta(milliseconds=max(1, round(errors[best] * 1000))),
                counts[best],
            )
        )
    return Setting(tuple(clocks), steps, used)


def _applied(offset: float, error: float, resolution: float) -> float:
    """Return what is taken off the stamps: nothing that is within the error or finer than they."""
    if abs(offset) <= error:
        return 0.0
    return float(round(offset)) if resolution >= COARSE_S / 2 else offset


def _by_node(events: Iterable[Event]) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.node, []).append(event)
    return found


Sightings = dict[Segment, float]


def _anchors(timeline: Timeline, steps: dict[str, list[datetime]]) -> list[tuple[Sightings, float]]:
    """Return, for each thing that several segments logged exactly once, when each did."""
    found: list[tuple[Sightings, float]] = []
    for kind, name, differ in ANCHORS:
        seen: dict[Hashable, dict[str, list[Event]]] = {}
        for event in timeline.of(kind):
            thing: Any = getattr(event, name)
            seen.setdefault(thing, {}).setdefault(event.node, []).append(event)
        for thing in seen.values():
            once = {
                Segment(node, bisect_right(steps.get(node, []), events[0].at)): (
                    events[0].at.timestamp()
                )
                for node, events in thing.items()
                if len(events) == 1
            }
            if len(once) > 1:
                found.append((once, differ))
    return found


def _resolution(timeline: Timeline) -> dict[str, float]:
    """Return half the resolution of each node's stamps, in seconds."""
    fine = {event.node for event in timeline if event.at.microsecond}
    return {event.node: 0.002 if event.node in fine else 0.5 for event in timeline}


def _solve(
    anchors: list[tuple[Sightings, float]], resolution: dict[str, float]
) -> tuple[dict[Segment, float], dict[Segment, float], dict[Segment, int]]:
    """Spread offsets from one reference over all segments that anchors connect."""
    pairs: dict[tuple[Segment, Segment], list[tuple[float, float]]] = {}
    counts: dict[Segment, int] = {}
    for seen, differ in anchors:
        for segment in seen:
            counts[segment] = counts.get(segment, 0) + 1
        for one in seen:
            for other in seen:
                if one != other:
                    pairs.setdefault((one, other), []).append((seen[other] - seen[one], differ))
    offsets: dict[Segment, float] = {}
    errors: dict[Segment, float] = {}
    order = sorted(counts, key=lambda segment: (-counts[segment], segment.node, segment.index))
    for start in order:
        if start in offsets:
            continue
        offsets[start], errors[start] = 0.0, resolution[start.node]
        group = [start]
        for here in group:
            for there in order:
                if there in offsets or (here, there) not in pairs:
                    continue
                difference, error = _settle(
                    pairs[here, there], resolution[here.node] + resolution[there.node]
                )
                offsets[there] = offsets[here] + difference
                errors[there] = error
                group.append(there)
        if len(group) > 1:  # the one to start from is known as well as the best of the others
            errors[start] = min(errors[segment] for segment in group[1:])
        middle = sorted(offsets[segment] for segment in group)[(len(group) - 1) // 2]
        for segment in group:
            offsets[segment] -= middle
    return offsets, errors, counts


def _settle(differences: list[tuple[float, float]], resolution: float) -> tuple[float, float]:
    """Return the median difference and its error, from the most exact kind of anchor there is.

    Of many differences between whole seconds the mean says more: cutting off the fraction moves
    each by less than a second, up as often as down.
    """
    sharpest = min(differ for _, differ in differences)
    values = [value for value, differ in differences if differ == sharpest]
    middle = median(values)
    if resolution >= COARSE_S and len(values) >= MANY:
        near = [value for value in values if abs(value - middle) <= 2 * COARSE_S]
        return mean(near), sharpest + 2 * ROUNDING_S / sqrt(len(near))
    spread = median(abs(value - middle) for value in values)
    return middle, max(resolution, sharpest, spread)


def _bridge_steps(
    timeline: Timeline, steps: dict[str, list[datetime]], offsets: dict[Segment, float]
) -> None:
    """Give a stretch without anchors its neighbour's offset, changed by the step between them."""
    for node, times in steps.items():
        sizes = [event.seconds for event in timeline.of(ClockStepped, ClockJumped, node=node)]
        known = [i for i in range(len(times) + 1) if Segment(node, i) in offsets]
        if not known:
            continue
        for index in range(len(times) + 1):
            if Segment(node, index) in offsets:
                continue
            near = min(known, key=lambda i: (abs(i - index), i))
            passed = sum(sizes[near:index]) if near < index else -sum(sizes[index:near])
            offsets[Segment(node, index)] = offsets[Segment(node, near)] + passed
