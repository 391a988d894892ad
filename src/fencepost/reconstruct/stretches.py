"""Stretches of a node's log that one setting of its clock wrote: between steps, boot by boot.

A clock that is set leaves lines before it on the old time. Where the old time was ahead, both
stretches cover the same hours, so a line's own time does not tell on which side it lies: its
boot's own clock does, or where it stands in its file.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise

from fencepost.events.clock_sync import ClockStepped
from fencepost.events.inferred import ClockJumped
from fencepost.model.timeline import Timeline
from fencepost.reconstruct.recognise import Sign
from fencepost.reconstruct.starts import Start, find_starts

SAME_STEP = timedelta(seconds=60)
"""A step that a time service logs and one that the journal's two clocks show, this close."""

EARLIEST = datetime.min.replace(tzinfo=UTC)
"""Begin of what lies before the first start of a log."""

LARGEST_S = 100 * 366 * 86400.0
"""A clock is not set by more than a century; who logs so is not believed."""

SOON = timedelta(minutes=15)
"""A clock that is set this soon after a start had the battery clock's time until then."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """Lines of one node between two settings of its clock.

    life: which of its boots with a step, 0 for what lies before them. index: steps passed in it.
    """

    node: str
    life: int = 0
    index: int = 0


@dataclass(slots=True)
class _Life:
    """One boot as written, and the steps that its clock made."""

    start: Start
    steps: list[ClockStepped | ClockJumped] = field(default_factory=list)


class Stretches:
    """Which stretch a line belongs to, and how the clock moved from one to the next."""

    def __init__(self, timeline: Timeline, signs: Iterable[Sign]) -> None:
        self._lives: dict[str, list[_Life]] = {}
        steps = _steps(timeline)
        for node in steps:
            self._lives[node] = [
                _Life(Start(EARLIEST)),
                *(_Life(start) for start in find_starts(timeline, node)),
            ]
        self._falls = _falls(sign for sign in signs if sign.node in steps)
        for node, own in steps.items():
            for step in own:  # until it was set, its boot wrote the old time
                old = step.at - timedelta(seconds=step.seconds)
                self._lives[node][self._life(Sign.of(step)._replace(at=old))].steps.append(step)

    @property
    def nodes(self) -> list[str]:
        """The nodes whose clock was set while their logs ran."""
        return sorted(self._lives)

    def of(self, sign: Sign) -> Stretch:
        """Return the stretch in which this line was written."""
        if sign.node not in self._lives:
            return Stretch(sign.node)
        life = self._life(sign)
        steps = self._lives[sign.node][life].steps
        passed = sum(self._passed(step, sign) for step in steps)
        return Stretch(sign.node, life, passed)

    def ahead(self, node: str) -> dict[Stretch, float]:
        """Return for each stretch of a node how far its clock is ahead of the first one's.

        A clock is right after it was set. So a boot that begins with a step ends on the clock
        with which the one before ended; any other begins on it.
        """
        found: dict[Stretch, float] = {}
        last = 0.0
        for number, life in enumerate(self._lives[node]):
            moved = list(accumulate((step.seconds for step in life.steps), initial=0.0))
            early = (
                bool(life.steps)
                and life.steps[0].at - timedelta(seconds=life.steps[0].seconds)
                <= life.start.at + SOON
            )
            begin = last - (moved[-1] if early and number else 0.0)
            for index, by in enumerate(moved):
                found[Stretch(node, number, index)] = begin + by
            last = begin + moved[-1]
        return found

    def _life(self, sign: Sign) -> int:
        """Return which boot wrote this: by its id, its place in the file, else its time."""
        lives = self._lives[sign.node]
        if sign.boot_id is not None:
            for number, life in enumerate(lives):
                if sign.boot_id == life.start.boot_id:
                    return number
        here = [
            (life.start.lines[sign.file], n)
            for n, life in enumerate(lives)
            if sign.file in life.start.lines
        ]
        if here and sign.line is not None:
            before = [n for line, n in sorted(here) if line <= sign.line]
            if before:
                return before[-1]
            others = [n for n, life in enumerate(lives) if sign.file not in life.start.lines]
            return max((n for n in others if n < here[0][1]), default=0)
        return max(n for n, life in enumerate(lives) if life.start.at <= sign.at)

    def _passed(self, step: ClockStepped | ClockJumped, sign: Sign) -> bool:
        """Whether the line was written after this step of its boot."""
        if sign.monotonic_us is not None and step.monotonic_us is not None:
            return sign.monotonic_us >= step.monotonic_us
        if sign.at < step.at:
            return False
        ahead = timedelta(seconds=-step.seconds)
        if sign.at > step.at + ahead or sign.line is None:
            return True
        if sign.file == step.origin.file and step.origin.line is not None:
            return sign.line >= step.origin.line
        falls = self._falls.get((sign.node, sign.file), ())
        slack = timedelta(seconds=2)
        line = next(
            (
                line
                for line, high, low in falls
                if low >= step.at - slack and high <= step.at + ahead + slack
            ),
            0,
        )
        return sign.line >= line


def _steps(timeline: Timeline) -> dict[str, list[ClockStepped | ClockJumped]]:
    """Return each node's steps, each once: a journal shows what the time service says as well."""
    found: dict[str, list[ClockStepped | ClockJumped]] = {}
    for jump in timeline.of(ClockJumped):
        found.setdefault(jump.node, []).append(jump)
    for step in timeline.of(ClockStepped):
        own = found.setdefault(step.node, [])
        if not any(_same_step(jump, step) for jump in own if isinstance(jump, ClockJumped)):
            own.append(step)
    return {
        node: sorted(own, key=lambda step: step.at)
        for node, steps in found.items()
        if (own := [step for step in steps if abs(step.seconds) <= LARGEST_S])
    }


def _same_step(jump: ClockJumped, step: ClockStepped) -> bool:
    near = abs(jump.at - step.at) <= SAME_STEP
    return near and abs(jump.seconds - step.seconds) <= max(1.0, abs(step.seconds) / 50)


Fall = tuple[int, datetime, datetime]
"""The first line after which a file's times fall back, and the times before and after."""


def _falls(signs: Iterable[Sign]) -> Mapping[tuple[str, str], list[Fall]]:
    """Return where the times of a node's lines fall back by more than a second in each file."""
    by_file: dict[tuple[str, str], list[tuple[int, datetime]]] = {}
    for sign in signs:
        if sign.line is not None and sign.monotonic_us is None:
            by_file.setdefault((sign.node, sign.file), []).append((sign.line, sign.at))
    return {
        key: [
            (line, high, low)
            for (_, high), (line, low) in pairwise(sorted(told))
            if high - low > timedelta(seconds=1)
        ]
        for key, told in by_file.items()
    }
