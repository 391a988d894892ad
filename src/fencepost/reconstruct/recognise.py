"""Lines → events: which event class reads which line, each line once."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from fencepost.events import EVENTS
from fencepost.model.event import Event
from fencepost.model.line import Line
from fencepost.reconstruct.ages import Ages

NO_NUMBERS = str.maketrans("", "", "0123456789abcdef")
"""Numbers change from line to line, and sequence numbers and ids are hexadecimal."""
EDGES = ("^", "$", "(?<!: )")
"""What in a pattern may find other things before a message than an opened line has there."""

SHAPES_KEPT = 20_000
"""A bound for logs whose texts never repeat; past it, answers are worked out anew."""


def needles() -> tuple[str, ...]:
    """Return the literals of which every line that can matter contains at least one."""
    found = {text for event in EVENTS for way in event.grammar.wordings for text in way.needles}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def proofs() -> dict[str, tuple[str, ...]]:
    """Return for a needle the patterns of which a line must match one to mean something.

    Left out are needles of patterns that ask where a message begins or ends, or whether a colon
    stands before it: a reader does not know that before it has opened the line.
    """
    found: dict[str, list[str]] = {}
    for event in EVENTS:
        for way in event.grammar.wordings:
            for text in way.needles:
                found.setdefault(text, []).append(way.pattern)
    return {
        text: tuple(dict.fromkeys(patterns))
        for text, patterns in found.items()
        if not any(edge in way.replace("[^", "[") for way in patterns for edge in EDGES)
    }


def programs() -> frozenset[str]:
    """Return the programs whose lines can mean something."""
    return frozenset(program for event in EVENTS for program in event.grammar.by)


class Sign(NamedTuple):
    """That a node was alive: when it wrote a line, and where that line stands."""

    node: str
    at: datetime
    file: str
    line: int | None
    boot_id: str | None
    monotonic_us: int | None

    @classmethod
    def of(cls, told: Line | Event) -> "Sign":
        """Return the sign that a line or an event is."""
        origin = told.origin
        return cls(told.node, told.at, origin.file, origin.line, told.boot_id, told.monotonic_us)


@dataclass(slots=True)
class Heard:
    """What a node's logs covered: first and last line, signs of life between, who spoke."""

    first: datetime
    last: datetime
    signs: list[Sign] = field(default_factory=list)
    programs: set[str] = field(default_factory=set)


class Recogniser:
    """Turns lines into events; remembers which nodes were heard, when, and what it has seen.

    A log that is read twice (a journal and the syslog copied from it) counts once: of equal
    lines (node, second, program, process, text) as many are kept as one single file holds.
    Nothing that it says depends on the order in which files are read.
    """

    def __init__(self) -> None:
        self.heard: dict[str, Heard] = {}
        self.lines = 0
        self._by_program: dict[str, list[tuple[type[Event], tuple[str, ...]]]] = {}
        for event in EVENTS:
            literals = tuple(way.literal.translate(NO_NUMBERS) for way in event.grammar.wordings)
            for program in event.grammar.by:
                self._by_program.setdefault(program, []).append((event, literals))
        self._shapes: dict[tuple[str, str], tuple[type[Event], ...]] = {}
        self._kept: list[tuple[Event, tuple[object, ...]]] = []
        self._ages = Ages()

    def events(self, lines: Iterable[Line]) -> list[Event]:
        """Return the events that these lines announce, and all that were read before."""
        for line in lines:
            self.read(line)
        return self.told()

    def read(self, line: Line) -> None:
        """Take in one line: that its node lived, and what it says."""
        self.lines += 1
        self._hear(line)
        self._ages.hear(line)
        for kind in self._candidates(line):
            event = kind.read(line)
            if event is not None:
                second = int(line.at.timestamp())
                key = (line.node, second, line.program, line.pid, line.text)
                self._kept.append((event, key))
                return

    def told(self) -> list[Event]:
        """Return what all lines said, each once, and what comparing them says, file by file.

        Of copies the one that knows most is kept: a journal's before a text's, one with
        fractions of a second before one without.
        """
        fine = {event.origin.file for event, _ in self._kept if event.at.microsecond}
        order = sorted(
            self._kept,
            key=lambda kept: (
                kept[0].monotonic_us is None,
                kept[0].origin.file not in fine,
                kept[0].origin.file,
                kept[0].origin.line or 0,
            ),
        )
        most: Counter[tuple[object, ...]] = Counter()
        own: Counter[tuple[object, ...]] = Counter()
        found: list[Event] = []
        for event, key in order:
            here = (event.origin.file, *key)
            own[here] += 1
            if own[here] > most[key]:
                most[key] = own[here]
                found.append(event)
        return [*found, *self._ages.events()]

    def _candidates(self, line: Line) -> tuple[type[Event], ...]:
        """Return the events of this program whose literals stand in the line.

        Log lines repeat with other numbers, so the answer is kept for each text without them.
        """
        kinds = self._by_program.get(line.program)
        if kinds is None:
            return ()
        shape = line.text.translate(NO_NUMBERS)
        found = self._shapes.get((line.program, shape))
        if found is None:
            found = tuple(kind for kind, literals in kinds if any(lit in shape for lit in literals))
            if len(self._shapes) < SHAPES_KEPT:
                self._shapes[line.program, shape] = found
        return found

    def _hear(self, line: Line) -> None:
        heard = self.heard.get(line.node)
        if heard is None:
            heard = self.heard[line.node] = Heard(line.at, line.at)
        heard.programs.add(line.program)
        heard.signs.append(Sign.of(line))
        if line.at > heard.last:
            heard.last = line.at
        elif line.at < heard.first:
            heard.first = line.at
