"""What a report in plain text is laid out in; terminal and Markdown draw the same blocks.

Texts are sentences as the report holds them: whoever draws a block makes them safe to show.
"""

from dataclasses import dataclass
from typing import Literal

from fencepost.render.prose import Instruction

Tone = Literal["", "bad", "warn", "good", "soft"]
"""How much a block should catch the eye."""


@dataclass(frozen=True, slots=True)
class Heading:
    """Opens a part; level 1 is the report's title, 2 a part, 3 and 4 what is in it."""

    level: int
    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, with a word in front that says what they are about."""

    text: str
    label: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a list. lead: its first words. names: numbers of its evidence."""

    text: str
    lead: str = ""
    names: tuple[str, ...] = ()
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Entries:
    """A list. label: its heading. aligned: its leads make a column, as the clock of a story."""

    entries: tuple[Entry, ...]
    label: str = ""
    aligned: bool = False


@dataclass(frozen=True, slots=True)
class Steps:
    """What to do, one after the other."""

    steps: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A line of evidence. place: node, time, file and line, where known."""

    name: str
    place: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Quotes:
    """Lines that a claim leans on: quoted, only named, and the number of those left out."""

    label: str
    quotes: tuple[Quote, ...]
    names: tuple[str, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels, as leads of entries, with what is to be said about each."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Command:
    """Something to be typed as it stands."""

    label: str
    text: str


Block = Heading | Paragraph | Entries | Steps | Quotes | Facts | Command
