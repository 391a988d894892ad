"""What pasting does to a log: hard wraps, Markdown's escapes, the pager's mark, quoting."""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from fencepost.sources.blocks import Record
from fencepost.sources.stamps import find_stamp

WIDEST = 250
"""Characters; nobody's terminal or mail program wraps later."""

MOST_WRAPS = 40
"""Physical lines that one log line may fill."""

_ESCAPED = re.compile(rb"\\\[\d+\\?\]\\?:|\\\[[A-Z]{2,7} *\\?\]")
_ESCAPE = re.compile(rb"\\([!-/:-@\[-`{-~])")
_QUOTE = re.compile(rb"^(?:> ?)+")
_BREAK = re.compile(rb"[>\s]*(?:```|~~~|-- |lines \d+-\d+|$)")


LONGEST = 40_000  # bytes that surely hold the longest text and the envelope before it


class Whole(NamedTuple):
    """A log line as it was before the paste, and the physical line it begins in."""

    record: Record
    text: bytes


@dataclass(frozen=True, slots=True)
class Layout:
    """What a paste did to the lines of a file.

    width: characters at which lines were wrapped, None when they were not. split: words were
    cut apart at that width. escaped: Markdown's backslashes stand in them. quoted: with `> `
    before them. pager: width at which a pager cut lines off with `>`.
    """

    width: int | None = None
    split: bool = False
    escaped: bool = False
    quoted: bool = False
    pager: int | None = None

    @property
    def verbatim(self) -> bool:
        """Whether lines stand as they were logged, so that bytes can be searched for words."""
        return self == VERBATIM

    def whole(self, records: Iterable[Record]) -> Iterator[Whole]:
        """Put wrapped lines together again and take the marks of the paste off."""
        if self.verbatim:
            for record in records:
                yield Whole(record, record.raw)
            return
        for record, lines in self._grouped(records):
            lines[0] = _QUOTE.sub(b"", lines[0])
            text = (b"" if self.split else b" ").join(lines)
            yield Whole(record, _ESCAPE.sub(rb"\1", text) if _ESCAPED.search(text) else text)

    def _grouped(self, records: Iterable[Record]) -> Iterator[tuple[Record, list[bytes]]]:
        first: Record | None = None
        lines: list[bytes] = []
        last = b""
        for record in records:
            line = self._shown(record.raw)
            wrapped = first and len(lines) < MOST_WRAPS and self._continues(last, line)
            last = line
            if wrapped:
                lines.append(_QUOTE.sub(b"", line) if self.split else line.lstrip(b"> \t"))
                continue
            if first:
                yield first, lines
            first, lines = record, [line]
        if first:
            yield first, lines

    def _shown(self, raw: bytes) -> bytes:
        line = raw.rstrip(b"\r")
        if self.pager and line.endswith(b">") and _width(line) == self.pager:
            return line[:-1]
        return line

    def _continues(self, last: bytes, line: bytes) -> bool:
        """Tell whether `line` is the rest of `last`, which had no room for it."""
        if self.width is None or _breaks(last, line) or find_stamp(line):
            return False
        if self.split:
            return _width(last) == self.width
        return _had_no_room(last, line, self.width)


VERBATIM = Layout()


def clean(raw: bytes) -> bytes:
    """Take off what no logger wrote: NUL bytes of a torn write, the mark of an editor."""
    if b"\0" in raw:
        raw = raw.replace(b"\0", b"")
    if raw[:3] == codecs.BOM_UTF8:
        raw = raw[3:]
    return raw[:LONGEST]


def layout_of(lines: Sequence[bytes], stamped: Sequence[bool]) -> Layout:
    """Tell from the first lines of a file, and which of them have a stamp, what a paste did."""
    many = max(2, len(lines) // 10)
    pairs = [
        (last, line)
        for (last, line), timed in zip(pairwise(lines), stamped[1:], strict=True)
        if not (timed or _breaks(last, line))
    ]
    layout = VERBATIM
    if any(stamped) and len(pairs) >= many:
        layout = _wraps(lines, pairs)
    elif any(stamped) and len(pairs) > 1:
        layout = _wraps_few(lines, pairs)
    escaped = sum(_ESCAPED.search(line) is not None for line in lines) * 10 >= len(lines)
    quoted = sum(line.startswith(b">") for line in lines) * 10 >= len(lines)
    return replace(layout, escaped=escaped, quoted=quoted, pager=_pager(lines))


def _wraps(lines: Sequence[bytes], pairs: Sequence[tuple[bytes, bytes]]) -> Layout:
    """Find the width at which nearly all lines end that others follow without a stamp.

    The widest may hold a word that was too long to wrap, so the next few are tried as well.
    """
    widths = [_width(line) for line in lines]
    ends = [_width(last) for last, _ in pairs]
    for width in sorted({some for some in widths if some <= WIDEST}, reverse=True)[:5]:
        if sum(other > width for other in widths) > len(lines) // 20:
            break
        if len(pairs) >= 3 and ends.count(width) >= len(pairs) * 0.9:
            return Layout(width, split=True)
        if sum(_had_no_room(*pair, width) for pair in pairs) >= len(pairs) * 0.7:
            return Layout(width)
    return VERBATIM


def _wraps_few(lines: Sequence[bytes], pairs: Sequence[tuple[bytes, bytes]]) -> Layout:
    """Find the width of a paste so wide that few lines were wrapped: all these are the widest.

    Lines of several lines' own, which some programs log, differ in width.
    """
    widest = max(_width(line) for line in lines)
    if widest > WIDEST or any(_width(last) != widest for last, _ in pairs):
        return VERBATIM
    return Layout(widest, split=True)


def _pager(lines: Sequence[bytes]) -> int | None:
    widths = [_width(line) for line in lines if line.endswith(b">")]
    widest = max((_width(line) for line in lines), default=0)
    return widest if widths.count(widest) >= 2 else None


def _breaks(last: bytes, line: bytes) -> bool:
    """Tell whether something between these lines, or one of them, is no log line's part."""
    return bool(_BREAK.match(last) or _BREAK.match(line))


def _had_no_room(last: bytes, line: bytes, width: int) -> bool:
    """Tell whether the first word of `line` would not have fitted behind `last`."""
    word = line.lstrip(b"> \t").split(None, 1)[0]
    return _width(last) + 1 + _width(word) > width


def _width(line: bytes) -> int:
    return len(line) if line.isascii() else len(line.decode("utf-8", "replace"))
