"""An event is its message definition: class, wordings, meaning and source in one place.

A subclass is declared with `logged` (a line announces it) or `inferred` (silence does).
Its fields are the named groups of its wordings; a class whose fields and groups differ
fails at import, so the catalogue cannot lie.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Self, TypeVar, dataclass_transform

from fencepost.model.line import Line, Origin
from fencepost.model.literal import required_literal

NodeIds = tuple[int, ...]
"""Corosync node ids, in the order in which the line lists them."""


class Danger(StrEnum):
    """How much an administrator should worry about one such line on its own."""

    HARMLESS = "harmless"
    NOTABLE = "worth a look"
    WARNING = "warning"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True)
class Wording:
    """One way in which some version words an event.

    pattern: regular expression searched in the message text.
    example: one real message, envelope left off.
    versions: which releases print it, in words; empty when all known ones do.
    literal: the longest text that every match contains, for prefilters.
    """

    pattern: str
    example: str
    versions: str
    literal: str

    @property
    def says(self) -> re.Pattern[str]:
        """The pattern, compiled when it is first needed: most never are in one run."""
        return _compiled(self.pattern)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_GROUP = re.compile(r"\(\?P<(\w+)>")


def wording(says: str, *, example: str, versions: str = "") -> Wording:
    """Declare one wording; `says` is a regular expression whose named groups become fields."""
    return Wording(says, example, versions, required_literal(says))


@dataclass(frozen=True, slots=True)
class Grammar:
    """How an event class is recognised and explained."""

    by: tuple[str, ...]
    wordings: tuple[Wording, ...]
    fields: dict[str, Callable[[str], Any]]
    danger: Danger
    look: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Event:
    """Something that happened on one node at one moment.

    at: aware UTC, on the common clock of the case once clocks are set.
    node: the machine that said it.
    pid: of the process that said it.
    times: how often it was said, for a line that syslog compressed.
    """

    grammar: ClassVar[Grammar]

    at: datetime
    node: str
    origin: Origin
    pid: int | None = None
    times: int = 1

    @classmethod
    def read(cls, line: Line) -> Self | None:
        """Understand `line` as this event, or return None when it says something else."""
        for way in cls.grammar.wordings:
            if way.literal not in line.text:
                continue
            match = way.says.search(line.text)
            if match is None:
                continue
            try:
                fields = {
                    name: cls.grammar.fields[name](value)
                    for name, value in match.groupdict().items()
                    if value is not None
                }
            except ValueError:  # a number longer than Python converts: nobody logged that
                return None
            return cls(
                at=line.at,
                node=line.node,
                origin=line.origin,
                pid=line.pid,
                times=line.times,
                **fields,
            )
        return None


E = TypeVar("E", bound=Event)


def _node_ids(text: str) -> NodeIds:
    return tuple(int(word) for word in re.findall(r"\d+", text))


_CONVERTERS: dict[Any, Callable[[str], Any]] = {
    int: int,
    int | None: int,
    float: float,
    float | None: float,
    str: str,
    str | None: str,
    NodeIds: _node_ids,
}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def logged(
    *,
    by: str | tuple[str, ...],
    wordings: tuple[Wording, ...],
    danger: Danger,
    source: str,
    look: str = "",
) -> Callable[[type[E]], type[E]]:
    """Declare an event by the lines that announce it.

    by: the program or programs (syslog identifiers) that say it.
    danger: how much one such line should worry its reader.
    source: upstream program, version, file and function that print it.
    look: what to look at next, one sentence.
    Raises TypeError at import when fields and named groups differ.
    """

    def declare(cls: type[E]) -> type[E]:
        own = [name for name in cls.__annotations__ if name != "grammar"]
        hints = cls.__annotations__
        optional = {name for name in own if hasattr(cls, name)}
        for way in wordings:
            groups = set(_GROUP.findall(way.pattern))
            if groups - set(own) or set(own) - optional - groups:
                msg = f"{cls.__name__}: fields {own} but groups {sorted(groups)}"
                raise TypeError(msg)
        made = cls
        if own:  # a class without fields of its own is the base's dataclass already: quicker start
            made = dataclass(
                frozen=True, slots=True, kw_only=True, eq=False, repr=False, match_args=False
            )(cls)
        made.grammar = Grammar(
            (by,) if isinstance(by, str) else by,
            wordings,
            {name: _CONVERTERS[hints[name]] for name in own},
            danger,
            look,
            source,
        )
        return made

    return declare


@dataclass_transform(frozen_default=True, kw_only_default=True)
def inferred(*, danger: Danger, source: str, look: str = "") -> Callable[[type[E]], type[E]]:
    """Declare an event that no line announces: something that silence or comparison says."""
    return logged(by=(), wordings=(), danger=danger, source=source, look=look)
