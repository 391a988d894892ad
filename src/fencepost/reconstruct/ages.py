"""What boot ids and times since boot tell: when each boot was first heard, jumps of the clock.

One boot may stand in several files (a journal is split as it grows, users have their own), and
these may be read in any order. So nothing is said before all lines have been seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from fencepost.events.inferred import BootChanged, ClockJumped
from fencepost.model.event import Event
from fencepost.model.line import Line

JUMP_S = 1.0
"""Smaller differences between wall and monotonic time are slewing and rounding."""

Boot = tuple[str, str]
"""A node and the id of one of its boots."""


@dataclass(slots=True)
class Stretch:
    """The lines of one boot in one file, between two jumps. Ages and skews in seconds.

    age: time since boot. skew: wall time less age, which is when the machine started. jump:
    how far the clock moved right before, where this file shows it.
    """

    line: Line
    first_age: float
    first_skew: float
    last_age: float
    last_skew: float
    jump: float | None = None
    before: float = 0.0


class Ages:
    """Remembers the first line of every boot, and where a file's clock moved."""

    def __init__(self) -> None:
        self._first: dict[Boot, Line] = {}
        self._stretches: dict[Boot, dict[str, list[Stretch]]] = {}

    def hear(self, line: Line) -> None:
        """Take note of a line that names its boot."""
        if line.boot_id is None:
            return
        boot = (line.node, line.boot_id)
        first = self._first.get(boot)
        if first is None or _is_earlier(line, first):
            self._first[boot] = line
        if line.monotonic_us is None:
            return
        age = line.monotonic_us / 1e6
        skew = line.at.timestamp() - age
        own = self._stretches.setdefault(boot, {}).setdefault(line.origin.file, [])
        if own and abs(skew - own[-1].last_skew) <= JUMP_S:
            own[-1].last_age, own[-1].last_skew = age, skew
            return
        jump = skew - own[-1].last_skew if own else None
        before = own[-1].last_age if own else age
        own.append(Stretch(line, age, skew, age, skew, jump, before))

    def events(self) -> Iterator[Event]:
        """Yield the begin of every boot, then the jumps of its clock."""
        for (node, boot), line in sorted(
            self._first.items(), key=lambda first: (first[1].at, *first[0])
        ):
            age = None if line.monotonic_us is None else line.monotonic_us / 1e6
            yield BootChanged(
                at=line.at,
                node=node,
                origin=line.origin,
                boot_id=boot,
                monotonic_us=line.monotonic_us,
                boot=boot,
                age_s=age,
            )
        for (node, boot), files in sorted(self._stretches.items()):
            for stretch, seconds in _jumps([own for _, own in sorted(files.items())]):
                line = stretch.line
                yield ClockJumped(
                    at=line.at,
                    node=node,
                    origin=line.origin,
                    boot_id=boot,
                    monotonic_us=line.monotonic_us,
                    seconds=round(seconds, 3),
                )


def _is_earlier(line: Line, other: Line) -> bool:
    return _place(line) < _place(other)


def _place(line: Line) -> tuple[float, datetime, str, int]:
    """Order the lines of one boot by its own time; those without it come after, by the clock."""
    age = float("inf") if line.monotonic_us is None else line.monotonic_us
    return age, line.at, line.origin.file, line.origin.line or 0


def _jumps(files: list[list[Stretch]]) -> Iterator[tuple[Stretch, float]]:
    """Yield the stretches of one boot that begin with a jump, and how far it went."""
    seen: list[tuple[Stretch, float]] = []
    for stretch in sorted((one for own in files for one in own), key=attrgetter("first_age")):
        jump = _between_files(stretch, files) if stretch.jump is None else stretch.jump
        if jump is None or abs(jump) <= JUMP_S:
            continue
        # Another file of the same boot shows the same jump between its own two lines.
        if any(
            abs(jump - other) <= JUMP_S and stretch.before <= one.first_age for one, other in seen
        ):
            continue
        seen.append((stretch, jump))
        yield stretch, jump


def _between_files(stretch: Stretch, files: list[list[Stretch]]) -> float | None:
    """Return how far the clock moved between the file before and this one's first line.

    None where another file goes on meanwhile: that one shows it.
    """
    before: Stretch | None = None
    for own in files:
        if stretch is own[0]:
            continue
        if own[0].first_age < stretch.first_age < own[-1].last_age:
            return None
        for one in own:
            if one.last_age <= stretch.first_age and (
                before is None or one.last_age > before.last_age
            ):
                before = one
    return None if before is None else stretch.first_skew - before.last_skew
