"""An event is its message definition: class, wordings, meaning and source in one place.

A subclass is declared with `logged` (a line announces it) or `inferred` (silence does).
Its fields are the named groups of its wordings; a class whose fields and groups differ
fails at import, so the catalogue cannot lie.
"""

import re
from collections.abc import Callable
from copy import copy
from dataclasses import FrozenInstanceError, dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from types import CodeType, FunctionType
from typing import Any, ClassVar, Self, TypeVar, cast, dataclass_transform

from fencepost.model.line import Line, Origin
from fencepost.model.literal import alternatives, required_literal

NodeIds = tuple[int, ...]
"""Corosync node ids, in the order in which the line lists them."""

TELLING = 10
"""Characters of a text that is rare enough in logs by itself."""


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
    literal: the longest text that every match contains.
    """

    pattern: str
    example: str
    versions: str
    literal: str

    @property
    def needles(self) -> tuple[str, ...]:
        """Return texts of which every match contains at least one, for prefilters."""
        return (self.literal,) if len(self.literal) >= TELLING else alternatives(self.pattern)

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


_put = object.__setattr__
"""How a frozen event gets its fields."""

_OF_AN_OPEN_CLASS = ("__dict__", "__weakref__")


@cache
def _init_code(names: tuple[str, ...], *, then: bool) -> CodeType:
    """Return the code of an `__init__` that takes these fields; it serves many classes."""
    puts = [f"put(self, {name!r}, {name})" for name in names]
    body = "; ".join([*puts, "self.__post_init__()"] if then else puts)
    module = compile(f"def __init__(self, *, {', '.join(names)}): {body}", "<event>", "exec")
    return next(one for one in module.co_consts if isinstance(one, CodeType))


T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def _sealed(cls: type[T]) -> type[T]:
    """Return the class with slots for the fields it annotates, and an `__init__` for all.

    What `dataclass(frozen=True, slots=True, kw_only=True)` would do, in a fifth of the time: that
    compiles three functions for each of some hundred classes, at every start.
    """
    body = {name: one for name, one in vars(cls).items() if name not in _OF_AN_OPEN_CLASS}
    own = tuple(name for name in cls.__annotations__ if name not in ("grammar", "fields"))
    defaults = getattr(cls.__init__, "__kwdefaults__", None) or {}
    defaults = defaults | {name: body.pop(name) for name in own if name in body}
    names = getattr(cls, "fields", ()) + own
    code = _init_code(names, then=hasattr(cls, "__post_init__"))
    init = FunctionType(code, {"put": _put}, "__init__")
    init.__kwdefaults__ = {name: one for name, one in defaults.items() if name in names}
    body |= {"__slots__": own, "__init__": init, "fields": names}
    return cast("type[T]", type(cls.__name__, cls.__bases__, body))


@_sealed
class Event:
    """Something that happened on one node at one moment; frozen, compared by identity.

    at: aware UTC, on the common clock of the case once clocks are set.
    node: the machine that said it.
    pid: of the process that said it.
    times: how often it was said, for a line that syslog compressed.
    boot_id, monotonic_us: the boot that said it, and when since its start, where the source knows.
    """

    grammar: ClassVar[Grammar]
    fields: ClassVar[tuple[str, ...]]

    at: datetime
    node: str
    origin: Origin
    pid: int | None = None
    times: int = 1
    boot_id: str | None = None
    monotonic_us: int | None = None

    def moved(self, to: datetime) -> Self:
        """Return the same event at another moment."""
        twin = copy(self)
        _put(twin, "at", to)
        return twin

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")

    def __getstate__(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.fields}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            _put(self, name, value)

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self.__getstate__().items())
        return f"{type(self).__name__}({said})"

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
                boot_id=line.boot_id,
                monotonic_us=line.monotonic_us,
                **fields,
            )
        return None

    def words(self) -> str:
        """Say this event as its program would: a text that `read` understands as the same.

        Of its wordings the first is filled in that can tell all fields but those left at their
        default. Raises ValueError when none can.
        """
        values = {name: getattr(self, name) for name in self.grammar.fields}
        usual = getattr(type(self).__init__, "__kwdefaults__", None) or {}
        told = {n: _written(one) for n, one in values.items() if n not in usual or one != usual[n]}
        for way in self.grammar.wordings:
            text = way.example
            match = way.says.search(text)
            if match is None or told.keys() != _telling(match).keys():
                continue
            for name in sorted(told, key=match.start, reverse=True):
                text = text[: match.start(name)] + told[name] + text[match.end(name) :]
            again = way.says.search(text)
            if again and _telling(again) == told:
                return text
        msg = f"no wording of {type(self).__name__} tells {sorted(told)}"
        raise ValueError(msg)


def _telling(match: re.Match[str]) -> dict[str, str]:
    return {name: part.strip() for name, part in match.groupdict().items() if part is not None}


def _written(value: object) -> str:
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


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
        made = _sealed(cls)
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
