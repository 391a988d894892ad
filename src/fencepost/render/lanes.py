"""An incident as lanes, one a node: who was with whom, quorum, HA, links, resets. Facts only."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate

from fencepost.events.pve_ha_lrm import LrmStateChanged
from fencepost.model.case import Boot, Case, Ending, Incident, Membership, Proof, Span
from fencepost.render import times, words

MOST_LANES = 12
MOST_MARKS = 24
"""Marks in one row; where there would be more, those that lie closest together are drawn as one."""

Ends = Sequence[datetime]
"""When the boots of one node ended, in order."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of time in a row. tone: how it is drawn. says: what it means, in words.

    count: how many stretches it stands for. proof: the line that opened it.
    """

    since: datetime
    until: datetime
    tone: str
    label: str
    says: str
    proof: Proof | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One aspect of a node over time."""

    name: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """One node. resets: when boots of it ended and, as `until`, when it was back."""

    node: str
    rows: tuple[Row, ...]
    resets: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """An incident's lanes between two moments; left_out counts nodes that found no room."""

    since: datetime
    until: datetime
    lanes: tuple[Lane, ...]
    left_out: int

    def marks(self) -> Iterator[Mark]:
        """Yield every mark, lane by lane."""
        for lane in self.lanes:
            for row in lane.rows:
                yield from row.marks
            yield from lane.resets


def chart(case: Case, incident: Incident) -> Chart:
    """Lay an incident out in lanes."""
    since, until = _window(incident)
    names = [node.name for node in case.cluster.nodes] or list(incident.nodes)
    concerned = {*incident.nodes, *incident.lost_quorum, *incident.armed}
    first = [name for name in names if name in concerned]
    ordered = [*first, *(name for name in names if name not in concerned)]
    chosen = set(ordered[:MOST_LANES])
    lanes = tuple(_lane(case, name, since, until) for name in names if name in chosen)
    return Chart(since, until, lanes, len(names) - len(lanes))


def _window(incident: Incident) -> tuple[datetime, datetime]:
    ends = [boot.ended for boot in incident.boots if boot.ended is not None]
    moments = [incident.began, incident.ended, *(step.at for step in incident.story), *ends]
    since, until = min(moments), max(moments)
    length = max(until - since, timedelta(seconds=20))
    backs = [boot.back_at for boot in incident.boots if boot.back_at is not None]
    until = max([until, *(back for back in backs if back <= until + length)])
    margin = max((until - since) * 0.06, timedelta(seconds=2))
    return since - margin, until + margin


def _lane(case: Case, node: str, since: datetime, until: datetime) -> Lane:
    boots = case.boots_of(node)
    ends = sorted(boot.ended for boot in boots if boot.ended is not None)
    rows = {
        "sees": _united(_memberships(case, node, ends)),
        "quorum": _quorum(case, node, ends),
        "HA": _ha(case, node, ends, until),
        "links": _links(case, node, ends),
    }
    clipped = {name: tuple(_clip(marks, since, until)) for name, marks in rows.items()}
    return Lane(
        node,
        tuple(
            Row(name, _coarsen(marks, until - since)) for name, marks in clipped.items() if marks
        ),
        tuple(_clip(_resets(boots, until), since, until)),
    )


def _memberships(case: Case, node: str, ends: Ends) -> Iterator[Mark]:
    everybody = len(case.cluster.nodes)
    for member in case.memberships.of(node):
        others = _others(case, member)
        tone = "whole" if len(member.members) >= everybody else "part" if others else "alone"
        label = ", ".join(others) or "alone"
        says = f"{node} sees {words.listing(others)}" if others else f"{node} is alone"
        yield Mark(
            member.since, _end(member.until, member.since, ends), tone, label, says, member.proof
        )


def _others(case: Case, member: Membership) -> list[str]:
    own = case.cluster.id_of(member.node)
    return [case.cluster.name_of(one) for one in member.members if one != own]


def _quorum(case: Case, node: str, ends: Ends) -> list[Mark]:
    has = [
        Mark(
            member.since,
            _end(member.until, member.since, ends),
            "has",
            "has quorum",
            f"{node} has quorum",
            member.proof,
        )
        for member in case.memberships.of(node)
        if member.quorate
    ]
    lost = [
        _mark(span, ends, "lost", "no quorum", f"{node} has no quorum")
        for span in case.quorum_losses.of(node)
    ]
    return _under(_united(has), lost)


def _ha(case: Case, node: str, ends: Ends, until: datetime) -> list[Mark]:
    armed = [
        _mark(span, ends, "armed", "watchdog armed", f"{node}: HA has armed the watchdog")
        for span in case.armed.of(node)
    ]
    changes = case.timeline.of(LrmStateChanged, node=node, until=until)
    nexts = [*(change.at for change in changes[1:]), None]
    says = f"{node}: HA has lost its lock and no longer feeds the watchdog"
    starved = [
        Mark(change.at, _end(later, change.at, ends), "starved", "HA lock lost", says, change)
        for change, later in zip(changes, nexts, strict=False)
        if change.now == "lost_agent_lock"
    ]
    return _under(_united(armed), starved)


def _united(marks: Iterable[Mark]) -> list[Mark]:
    """Join like marks that overlap or touch: two daemons may hold one watchdog."""
    joined: list[Mark] = []
    for mark in sorted(marks, key=lambda mark: mark.since):
        last = joined[-1] if joined else None
        if last is not None and last.label == mark.label and mark.since <= last.until:
            joined[-1] = replace(last, until=max(last.until, mark.until))
        else:
            joined.append(mark)
    return joined


def _under(marks: list[Mark], over: list[Mark]) -> list[Mark]:
    """Return both in order of time, the first cut out where the second, in order, lie over them."""
    begins = [upper.since for upper in over]
    reached = list(accumulate((upper.until for upper in over), max))
    left: list[Mark] = []
    for mark in marks:
        pieces = [mark]
        for upper in over[bisect_right(reached, mark.since) : bisect_left(begins, mark.until)]:
            if pieces:  # what the ones before cut off lies before this one
                pieces[-1:] = _cut_out(pieces[-1], upper)
        left += pieces
    return sorted((*left, *over), key=lambda mark: mark.since)


def _cut_out(mark: Mark, upper: Mark) -> Iterator[Mark]:
    if upper.until <= mark.since or mark.until <= upper.since:
        yield mark
        return
    if mark.since < upper.since:
        yield replace(mark, until=upper.since)
    if upper.until < mark.until:
        yield replace(mark, since=upper.until)


def _links(case: Case, node: str, ends: Ends) -> list[Mark]:
    """Join stretches in which some link was down, and name the peers beyond."""
    joined: list[Mark] = []
    peers: list[list[str]] = []
    for cut in case.cuts.of(node):
        peer = case.cluster.name_of(cut.peer)
        until = _end(cut.until, cut.since, ends)
        if joined and cut.since <= joined[-1].until:
            joined[-1] = replace(joined[-1], until=max(joined[-1].until, until))
            if peer not in peers[-1]:
                peers[-1].append(peer)
        else:
            joined.append(Mark(cut.since, until, "down", "", "", cut.opened))
            peers.append([peer])
    return [
        replace(
            mark,
            label=f"to {', '.join(some)} down",
            says=f"{node}: no answer over a link to {words.listing(some)}",
        )
        for mark, some in zip(joined, peers, strict=True)
    ]


def _resets(boots: Sequence[Boot], until: datetime) -> Iterator[Mark]:
    for boot in boots:
        if boot.ended is not None:
            kind = boot.ending or Ending.UNKNOWN
            says = f"{boot.node}: {words.ending(boot)}, {words.moment_of_end(boot)}"
            if boot.back_at is not None:
                says += f", back {times.to_the_second(boot.back_at)}"
            proof = boot.because[0] if boot.because else None
            tone = "stopped" if kind is Ending.ASKED_FOR else "reset"
            label = "stopped" if kind is Ending.ASKED_FOR else "went down"
            if kind in (Ending.SELF_FENCE, Ending.HARDWARE_RESET):
                label = "reset"
            yield Mark(boot.ended, boot.back_at or until, tone, label, says, proof)


def _mark(span: Span, ends: Ends, tone: str, label: str, says: str) -> Mark:
    return Mark(span.since, _end(span.until, span.since, ends), tone, label, says, span.opened)


def _end(until: datetime | None, since: datetime, ends: Ends) -> datetime:
    """End an open stretch with the boot in which it began; the far future while that ran on."""
    place = bisect_left(ends, since)
    last = ends[place] if place < len(ends) else datetime.max.replace(tzinfo=since.tzinfo)
    return last if until is None else min(until, last)


def _clip(marks: Iterable[Mark], since: datetime, until: datetime) -> Iterator[Mark]:
    for mark in marks:
        if mark.since <= until and mark.until >= since:
            yield replace(mark, since=max(mark.since, since), until=min(mark.until, until))


def _coarsen(marks: tuple[Mark, ...], length: timedelta) -> tuple[Mark, ...]:
    """Draw neighbours as one until there are few enough to tell apart."""
    reach = length / 400
    while len(marks) > MOST_MARKS:
        joined: list[Mark] = []
        for mark in sorted(marks, key=lambda mark: mark.since):
            last = joined[-1] if joined else None
            if last is not None and _near(last, mark, reach):
                joined[-1] = replace(
                    last,
                    until=max(last.until, mark.until),
                    tone=last.tone if last.tone == mark.tone else "mixed",
                    label=last.label if last.tone == mark.tone else "changing",
                    count=last.count + mark.count,
                )
            else:
                joined.append(mark)
        marks, reach = tuple(joined), reach * 2
    return marks


def _near(last: Mark, mark: Mark, reach: timedelta) -> bool:
    alike = last.tone == mark.tone and mark.since - last.until <= reach
    return alike or mark.until - last.since <= reach * 2
