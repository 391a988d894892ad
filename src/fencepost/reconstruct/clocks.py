"""One clock for all nodes, worked out from what several of them logged about the same thing.

Every member of a ring logs its forming within milliseconds, with the same ring id; every
node logs a configuration reload and the new version at about the same moment. So the
difference of their stamps is the difference of their clocks, within an error that the
stamps' own resolution and the spread of the anchors give.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import mean, median
from typing import Any

from fencepost.events.corosync import ConfigReloaded
from fencepost.events.pmxcfs import ClusterInfoUpdated
from fencepost.events.totem import MembershipFormed
from fencepost.model.case import Clock
from fencepost.model.event import Event
from fencepost.model.timeline import Timeline
from fencepost.reconstruct.recognise import Sign
from fencepost.reconstruct.stretches import LARGEST_S, Stretch, Stretches

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
class Setting:
    """How to turn written times into common time."""

    clocks: tuple[Clock, ...]
    _stretches: Stretches
    _offsets: dict[Stretch, float]

    def shift(self, sign: Sign) -> timedelta:
        """Return what to subtract from the time that was written with this line."""
        return timedelta(seconds=self._offsets.get(self._stretches.of(sign), 0.0))

    def common(self, sign: Sign) -> datetime:
        """Return when a line was written, on the common clock."""
        return sign.at - self.shift(sign) if any(self._offsets.values()) else sign.at

    def set(self, events: Iterable[Event]) -> list[Event]:
        """Return the events with their times on the common clock."""
        if not any(self._offsets.values()):
            return list(events)
        moved: list[Event] = []
        for event in events:
            by = self.shift(Sign.of(event))
            moved.append(event.moved(event.at - by) if by else event)
        return moved


def set_clocks(timeline: Timeline, signs: Iterable[Sign] = ()) -> Setting:
    """Work out every node's offset from the common clock, for each stretch between steps."""
    stretches = Stretches(timeline, signs)
    anchors = _anchors(timeline, stretches)
    resolution = _resolution(timeline)
    offsets, errors, counts = _solve(anchors, resolution)
    _bridge_steps(stretches, offsets)
    used = {
        stretch: _applied(offset, errors.get(stretch, 0.5), resolution.get(stretch.node, 0.5))
        for stretch, offset in offsets.items()
    }
    clocks = []
    for node in sorted({stretch.node for stretch in counts}):
        best = max(
            (stretch for stretch in counts if stretch.node == node),
            key=lambda stretch: (counts[stretch], -stretch.life, -stretch.index),
        )
        clocks.append(
            Clock(
                node,
                timedelta(milliseconds=round(offsets[best] * 1000)),
                timedelta(milliseconds=max(1, round(errors[best] * 1000))),
                counts[best],
            )
        )
    return Setting(tuple(clocks), stretches, used)


def _applied(offset: float, error: float, resolution: float) -> float:
    """Return what is taken off the stamps: nothing that is within the error or finer than they."""
    if abs(offset) <= error or abs(offset) > LARGEST_S:
        return 0.0
    return float(round(offset)) if resolution >= COARSE_S / 2 else offset


Sightings = dict[Stretch, float]


def _anchors(timeline: Timeline, stretches: Stretches) -> list[tuple[Sightings, float]]:
    """Return, for each thing that several nodes logged exactly once, when each did."""
    found: list[tuple[Sightings, float]] = []
    for kind, name, differ in ANCHORS:
        seen: dict[Hashable, dict[str, list[Event]]] = {}
        for event in timeline.of(kind):
            thing: Any = getattr(event, name)
            seen.setdefault(thing, {}).setdefault(event.node, []).append(event)
        for thing in seen.values():
            once = {
                stretches.of(Sign.of(events[0])): events[0].at.timestamp()
                for events in thing.values()
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
) -> tuple[dict[Stretch, float], dict[Stretch, float], dict[Stretch, int]]:
    """Spread offsets from one reference over all stretchs that anchors connect."""
    pairs: dict[tuple[Stretch, Stretch], list[tuple[float, float]]] = {}
    counts: dict[Stretch, int] = {}
    for seen, differ in anchors:
        for stretch in seen:
            counts[stretch] = counts.get(stretch, 0) + 1
        for one in seen:
            for other in seen:
                if one != other:
                    pairs.setdefault((one, other), []).append((seen[other] - seen[one], differ))
    offsets: dict[Stretch, float] = {}
    errors: dict[Stretch, float] = {}
    order = sorted(counts, key=lambda stretch: (-counts[stretch], stretch.node, stretch.index))
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
            errors[start] = min(errors[stretch] for stretch in group[1:])
        middle = sorted(offsets[stretch] for stretch in group)[(len(group) - 1) // 2]
        for stretch in group:
            offsets[stretch] -= middle
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


def _bridge_steps(stretches: Stretches, offsets: dict[Stretch, float]) -> None:
    """Give a stretch without anchors its neighbour's offset, changed by the steps between them.

    Where a node has no anchor at all, its clock is taken to be right after it was set last.
    """
    for node in stretches.nodes:
        ahead = stretches.ahead(node)
        order = sorted(ahead)
        known = [number for number, stretch in enumerate(order) if stretch in offsets]
        if not known:
            known = [len(order) - 1]
            offsets[order[-1]] = 0.0
        for number, stretch in enumerate(order):
            if stretch not in offsets:
                near = order[min(known, key=lambda n: (abs(n - number), n))]
                offsets[stretch] = offsets[near] + ahead[stretch] - ahead[near]
