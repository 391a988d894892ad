"""The same thing again and again: how often, how far apart, when in the day, on which node."""

import itertools
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from fencepost.events.corosync import NotScheduled
from fencepost.events.kernel_net import CarrierLost, NicHung
from fencepost.events.totem import TokenLost
from fencepost.model.case import Boot, Case, Ending
from fencepost.model.event import Event
from fencepost.model.history import falls_within
from fencepost.model.verdict import Pattern

AGAIN = 3
"""Fewer than this is not a pattern."""

ONE_BURST = timedelta(seconds=60)
"""Repeats within this time are one occurrence."""

WATCHED: tuple[tuple[type[Event], str], ...] = (
    (TokenLost, "token lost"),
    (NicHung, "network port hung"),
    (CarrierLost, "link lost"),
    (NotScheduled, "corosync not scheduled"),
)


def find_patterns(case: Case) -> list[Pattern]:
    """Return what came again and again over all boots, most frequent first."""
    found: list[Pattern] = []
    nodes = sorted({event.node for event in case.timeline})
    for kind, what in WATCHED:
        seen = {
            node: _bursts(case.timeline.of(kind, node=node, since=case.began, until=case.ended))
            for node in nodes
        }
        seen = {node: firsts for node, firsts in seen.items() if len(firsts) >= AGAIN}
        for group in _together(seen):
            where = " and ".join([", ".join(group[:-1]), group[-1]]) if group[1:] else group[0]
            found.append(_pattern(f"{what} on {where}", seen[group[0]]))
    found += _boots(case.boots)
    return sorted(found, key=lambda pattern: (-pattern.count, pattern.says))


def _together(seen: dict[str, list[Event]]) -> list[list[str]]:
    """Group nodes that say the same thing at the same times, the one that says it most first."""
    groups: list[list[str]] = []
    for node in sorted(seen, key=lambda name: (-len(seen[name]), name)):
        own = [event.at for event in seen[node]]
        for group in groups:
            theirs = [event.at for event in seen[group[0]]]
            shared = sum(falls_within(theirs, at - ONE_BURST, at + ONE_BURST) for at in own)
            if shared >= 0.8 * len(theirs):
                group.append(node)
                break
        else:
            groups.append([node])
    return groups


def _bursts(events: Sequence[Event]) -> list[Event]:
    firsts: list[Event] = []
    last: Event | None = None
    for event in events:
        if last is None or event.at - last.at > ONE_BURST:
            firsts.append(event)
        last = event
    return firsts


def _pattern(what: str, firsts: Sequence[Event]) -> Pattern:
    gaps = [b.at - a.at for a, b in itertools.pairwise(firsts)]
    middle = _middle(gaps)
    says = f"{what} {len(firsts)} times, {_every(gaps)}{_hours(firsts)}"
    because = (firsts[0], firsts[len(firsts) // 2], firsts[-1])
    return Pattern(says=says, count=len(firsts), median_gap=middle, because=because)


def _middle(gaps: Sequence[timedelta]) -> timedelta:
    """Return the median, the lower of two middle ones."""
    return sorted(gaps)[(len(gaps) - 1) // 2]


def _every(gaps: Sequence[timedelta]) -> str:
    """Say the usual distance: the middle half of the gaps."""
    ordered = sorted(gaps)
    low = ordered[len(ordered) // 4]
    high = ordered[(len(ordered) * 3) // 4]
    if _span(low) == _span(high):
        return f"about every {_span(high)}"
    return f"mostly {_span(low)} to {_span(high)} apart"


def _span(gap: timedelta) -> str:
    seconds = gap.total_seconds()
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size or (unit == "min" and seconds >= size):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def _hours(firsts: Sequence[Event]) -> str:
    """Name an hour of the day that holds most of them."""
    hour, count = max(
        Counter(event.at.hour for event in firsts).items(), key=lambda x: (x[1], x[0])
    )
    days = {event.at.date() for event in firsts}
    if len(days) > 1 and count >= AGAIN and count * 2 > len(firsts):
        return f", {count} of them between {hour:02d}:00 and {(hour + 1) % 24:02d}:00 UTC"
    return ""


def _boots(boots: Sequence[Boot]) -> list[Pattern]:
    found: list[Pattern] = []
    said = {
        Ending.SELF_FENCE: "fenced itself",
        Ending.UNKNOWN: "went down without a word",
        Ending.KERNEL_PANIC: "panicked",
        Ending.POWER_LOSS: "lost power",
        Ending.HARDWARE_RESET: "was reset by its hardware",
    }
    for node in sorted({boot.node for boot in boots}):
        for ending, what in said.items():
            own = [b for b in boots if b.node == node and b.ending is ending and b.ended]
            if len(own) < AGAIN - 1:
                continue
            times = [boot.ended for boot in own if boot.ended is not None]
            gaps = [b - a for a, b in itertools.pairwise(times)]
            because = tuple(boot.because[0] for boot in own if boot.because)
            found.append(
                Pattern(
                    says=f"{node} {what} {len(own)} times",
                    count=len(own),
                    median_gap=_middle(gaps),
                    because=because,
                )
            )
    return found
