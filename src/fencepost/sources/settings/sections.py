"""Cuts a file into sections: what one command printed, or one settings file.

A file is cut at headings first (prompts, report titles, echoed commands) and then at the lines
by which the known documents begin, so that plain concatenations come apart as well.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from fencepost.model.document import Document
from fencepost.model.line import Origin
from fencepost.sources.settings.headings import read_heading, short_name

_CAP = 2000  # characters of a line; JSON alone, which reads `written`, puts more into one
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
_FENCE = re.compile(r"\s*```\S*")


class Facts(TypedDict):
    """What every document holds, whatever its kind."""

    origin: Origin
    node: str | None
    where: Mapping[str, Origin]


@dataclass(frozen=True, slots=True)
class Section:
    """Some lines of a file that belong together.

    command: what printed them, as far as a heading says; `""` otherwise.
    first: number of the first line in the whole file, from 1.
    lines: without colour codes and trailing blanks, for reading.
    written: the same lines word for word, for quoting.
    """

    file: str
    node: str | None
    command: str
    first: int
    lines: tuple[str, ...]
    written: tuple[str, ...]

    def origin(self, index: int = 0) -> Origin:
        """Return where line `index` of this section stands in the file."""
        text = self.written[index].rstrip("\r")[:_CAP] if index < len(self.written) else ""
        return Origin(self.file, self.first + index, text=text)

    def facts(self, where: Mapping[str, int]) -> Facts:
        """Return what every document holds; `where` maps its facts to lines of this section."""
        return Facts(
            origin=self.origin(),
            node=self.node,
            where={name: self.origin(index) for name, index in where.items()},
        )

    def find(self, pattern: str) -> tuple[int, re.Match[str]] | None:
        """Return the first line that begins with `pattern`, as (index, match)."""
        return next(self.every(pattern), None)

    def every(self, pattern: str) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield every line that begins with `pattern`, as (index, match)."""
        compiled = re.compile(pattern)
        for index, line in enumerate(self.lines):
            if found := compiled.match(line):
                yield index, found

    def part(self, begin: int, end: int) -> "Section":
        """Return lines `begin` to `end` (not included) as a section of their own."""
        return replace(
            self,
            first=self.first + begin,
            lines=self.lines[begin:end],
            written=self.written[begin:end],
        )

    def owned_by(self, node: str | None) -> "Section":
        """Return the section as `node`'s, unless it is known already whose it is."""
        return self if self.node else replace(self, node=node)

    def trimmed(self) -> "Section":
        """Return the section without blank lines before and after it."""
        filled = [index for index, line in enumerate(self.lines) if line]
        return self.part(filled[0], filled[-1] + 1) if filled else self.part(0, 0)

    @property
    def path(self) -> str:
        """The file that the command names (`cat /proc/net/bonding/bond0`), or `""`."""
        return next((word for word in self.command.split() if word.startswith("/")), "")


@dataclass(frozen=True, slots=True)
class Kind:
    """A document that is known: how to tell it by its lines, and who reads it.

    first: lines that always begin a new document.
    once: lines that a document holds once at most; a second one begins the next document,
        and with `ordered` one that should have come before those already seen does too.
    every: lines that may come again and again.
    braces: a document goes on while braces are open.
    preface: comments and blank lines just before the document are part of it.
    parse: reads a section; None when it is not this document after all.
    """

    parse: Callable[[Section], Document | None]
    first: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    every: tuple[str, ...] = ()
    ordered: bool = False
    braces: bool = False
    preface: bool = False


@dataclass(frozen=True, slots=True)
class _Opening:
    """A line pattern of a kind; rank is −1 for `first`, the place in `once`, None for `every`."""

    kind: Kind
    rank: int | None

    def starts_anew(self, seen: set[int]) -> bool:
        """Say whether the document that has `seen` these ranks ends before this line."""
        if self.rank is None:
            return False
        return self.rank < 0 or self.rank in seen or (self.kind.ordered and self.rank < max(seen))


class Cutter:
    """Cuts sections at the lines by which the given kinds of document begin."""

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self._openings: list[_Opening] = []
        patterns: list[str] = []
        for kind in kinds:
            ranked: list[tuple[str, int | None]] = [(text, -1) for text in kind.first]
            ranked += [(text, rank) for rank, text in enumerate(kind.once)]
            ranked += [(text, None) for text in kind.every]
            for text, rank in ranked:
                patterns.append(f"({text})")
                self._openings.append(_Opening(kind, rank))
        self._pattern = re.compile("|".join(patterns))
        if self._pattern.groups != len(patterns):
            raise ValueError("a line pattern of a kind must not hold groups of its own")

    def cut(self, section: Section) -> Iterator[tuple[Kind, Section]]:
        """Yield the documents of a section with their kinds; what stands between is left out."""
        kind: Kind | None = None
        seen: set[int] = set()
        begin = preface = depth = 0
        for index, line in enumerate(section.lines):
            opening = None if depth else self._opening(line)
            if opening and (opening.kind is not kind or opening.starts_anew(seen)):
                start = preface if opening.kind.preface else index
                if kind:
                    yield kind, section.part(begin, start).trimmed()
                kind, begin, seen = opening.kind, start, set()
            if opening:
                seen.add(-1 if opening.rank is None else opening.rank)
            if kind and kind.braces:
                depth = max(0, depth + _depth(line))
            if line and not line.lstrip().startswith("#"):
                preface = index + 1
        if kind:
            yield kind, section.part(begin, len(section.lines))

    def _opening(self, line: str) -> _Opening | None:
        found = self._pattern.match(line)
        return self._openings[found.lastindex - 1] if found and found.lastindex else None


def _depth(line: str) -> int:
    if line.endswith("{") and not line.lstrip().startswith("#"):
        return 1
    return -1 if line.strip() == "}" else 0


def split_sections(file: str, text: str, node: str | None) -> list[Section]:
    """Cut a file at its headings; `node` is whose it is when the file itself does not say."""
    written = text.removesuffix("\n").split("\n")
    lines = [_readable(line) for line in written]
    sections: list[Section] = []
    command, owner, begin = "", None, 0

    def close(end: int) -> None:
        part = Section(
            file, owner, command, begin + 1, tuple(lines[begin:end]), tuple(written[begin:end])
        )
        whole = end - begin == len(lines)
        sections.append(part if whole else part.trimmed())

    for index, line in enumerate(lines):
        heading = read_heading(line)
        if heading is None and not _FENCE.fullmatch(line):
            continue
        close(index)
        if heading:
            command, owner = heading.command, heading.node
        elif any(lines[begin:index]):
            command, owner = "", None
        begin = index + 1
    close(len(lines))
    return _owned(sections, node)


def _readable(line: str) -> str:
    line = line[:_CAP]
    if "\x1b" in line:
        line = _ESCAPE.sub("", line)
    return line.replace("\x00", "").removeprefix("\ufeff").rstrip()


def _owned(sections: list[Section], node: str | None) -> list[Section]:
    """Give sections that name no node the one that was told last, or the only one, or `node`."""
    told = {section.node for section in sections} | {_told(section) for section in sections}
    told.discard(None)
    current = told.pop() if len(told) == 1 else node
    owned: list[Section] = []
    for section in sections:
        title = section.node if not section.command else None
        current = title or _told(section) or current
        owned.append(section if section.node else replace(section, node=current))
    return [section for section in owned if any(section.lines)]


def _told(section: Section) -> str | None:
    """Return the node that the output of `hostname`, `hostnamectl` or `uname` names."""
    said = next((line.strip() for line in section.lines if line), "")
    match section.command.split():
        case ["hostname", *_] | ["uname", "-n"] | ["cat", "/etc/hostname"]:
            found = re.fullmatch(r"([A-Za-z0-9][\w.-]*)", said)
        case ["uname", *_]:
            found = re.match(r"Linux ([A-Za-z0-9][\w.-]*) \d", said)
        case ["hostnamectl", *_]:
            found = re.match(r"Static hostname: ([A-Za-z0-9][\w.-]*)", said)
        case _:
            found = None
    return short_name(found[1]) if found else None
