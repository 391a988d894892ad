"""Lines → events: which event class reads which line, each line once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from fencepost.events import EVENTS
from fencepost.model.event import Event
from fencepost.model.line import Line
from fencepost.reconstruct.ages import Ages

NO_NUMBERS = str.maketrans("", "", "0123456789abcdef")
"""Numbers change from line to line, and sequence numbers and ids are hexadecimal."""
SHAPES_KEPT = 20_000
"""A bound for logs whose texts never repeat; past it, answers are worked out anew."""


def needles() -> tuple[str, ...]:
    """Return the literals of which every line that can matter contains at least one."""
    found = {text for event in EVENTS for way in event.grammar.wordings for text in way.needles}
    return tuple(sorted(found, key=lambda text: (-len(text), text)))


def programs() -> frozenset[str]:
    """Return the programs whose lines can mean something."""
    return frozenset(program for event in EVENTS for program in event.grammar.by)


@dataclass(slots=True)
class Heard:
    """What a node's log covered: first and last line, signs of life between, who spoke."""

    first: datetime
    last: datetime
    signs: list[datetime] = field(default_factory=list)
    programs: set[str] = field(default_factory=set)


class Recogniser:
    """Turns lines into events; remembers which nodes were heard, when, and what it has seen.

    A log that is read twice (a journal and the syslog copied from it) counts once: of equal
    lines (node, second, program, process, text) as many are kept as one single file holds.
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
        self._seen: dict[str, Counter[tuple[object, ...]]] = {}
        self._most: Counter[tuple[object, ...]] = Counter()
        self._ages = Ages()

    def events(self, lines: Iterable[Line]) -> Iterator[Event]:
        """Yield the events that these lines announce, then what only all of them tell."""
        for line in lines:
            yield from self.read(line)
        yield from self.compared()

    def read(self, line: Line) -> Iterator[Event]:
        """Yield what one line says: nothing, or an event."""
        self.lines += 1
        self._hear(line)
        self._ages.hear(line)
        for kind in self._candidates(line):
            event = kind.read(line)
            if event is not None:
                if not self._twice(line):
                    yield event
                return

    def compared(self) -> Iterator[Event]:
        """Yield what the lines read so far tell together: begins of boots, jumps of clocks."""
        yield from self._ages.events()

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
            self.heard[line.node] = Heard(line.at, line.at, [line.at], {line.program})
            return
        heard.programs.add(line.program)
        heard.signs.append(line.at)
        heard.first = min(heard.first, line.at)
        heard.last = max(heard.last, line.at)

    def _twice(self, line: Line) -> bool:
        key = (line.node, int(line.at.timestamp()), line.program, line.pid, line.text)
        own = self._seen.setdefault(line.origin.file, Counter())
        own[key] += 1
        if own[key] <= self._most[key]:
            return True
        self._most[key] = own[key]
        return False
