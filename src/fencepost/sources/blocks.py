"""Cuts a stream into blocks of whole records, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from fencepost.model.line import Gap
from fencepost.sources.stream import CHUNK, Stream, TornError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEWLINE = ord("\n")
MUCH = 1024 * 1024
"""Bytes of a file from which on numpy pays for being loaded."""
LONGEST = 1024 * 1024
"""Bytes of the longest record that is read; longer ones are skipped and counted."""


@dataclass(frozen=True, slots=True)
class Framing:
    """How records follow each other.

    separator: the bytes between two records. kept: how many of these bytes belong to the
    record before; the others begin the next one.
    """

    separator: bytes
    kept: int


LINES = Framing(b"\n", 1)
EXPORT_ENTRIES = Framing(b"\n\n__", 2)  # every entry begins with __CURSOR or its like


class Block:
    """Whole records: their bytes, the line (from 1) and the byte (from 0) they begin at."""

    __slots__ = ("_counted", "_line", "_newlines", "data", "offset")

    def __init__(self, data: bytes, line: int, offset: int) -> None:
        self.data = data
        self.offset = offset
        self._line = line
        self._counted = 0
        self._newlines: NDArray[np.bool_] | None = None

    def line_at(self, position: int) -> int:
        """Return the line that a byte stands in; positions may only grow.

        Every line of a file is counted once, by whoever gets there first.
        """
        if self.offset < MUCH:
            self._line += self.data.count(b"\n", self._counted, position)
        else:
            self._line += self._many_lines(self._counted, position)
        self._counted = position
        return self._line

    def _many_lines(self, begin: int, end: int) -> int:
        import numpy as np  # noqa: PLC0415 - slow to load, and quicker only for much

        if self._newlines is None:
            self._newlines = np.frombuffer(self.data, np.uint8) == NEWLINE
        return int(np.count_nonzero(self._newlines[begin:end]))


class Record(NamedTuple):
    """One record without its separator, and the line (from 1) that it begins in."""

    line: int
    raw: bytes


class Blocks:
    """The blocks of one stream, and afterwards what was wrong with it."""

    def __init__(
        self,
        stream: Stream,
        framing: Framing = LINES,
        *,
        longest: int = LONGEST,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.framing = framing
        self._stream = stream
        self._longest = longest
        self._progress = progress
        self._line = 1
        self._offset = 0
        self._overlong: list[int] = []
        self._nuls = 0
        self._nul_lines = 0
        self._first_nul_line = 0
        self._torn: TornError | None = None

    def __iter__(self) -> Iterator[Block]:
        """Yield blocks to the end, or to where the stream is torn."""
        separator, kept = self.framing.separator, self.framing.kept
        rest, skipping = b"", False
        while part := self._read():
            end = part.rfind(separator) + kept if len(separator) == 1 and not skipping else 0
            if end and len(rest) + part.find(separator) <= self._longest:
                # The usual case, with one copy of the bytes in place of three.
                yield from self._whole(b"".join((rest, memoryview(part)[:end])))
                rest = part[end:]
                continue
            data = rest + part
            first = data.find(separator, max(0, len(rest) - len(separator) + 1))
            # A part is no longer than a record may be, so only the first can be too long.
            if skipping or (first if first >= 0 else len(data)) > self._longest:
                if not skipping:
                    self._overlong.append(self._line)
                skipping = first < 0
                cut = first + kept if first >= 0 else len(data) - len(separator) + 1
                data = self._pass(data, cut)
                first = -1 if skipping else data.find(separator)
            cut = data.rfind(separator) + kept if first >= 0 else 0
            if cut:
                yield from self._whole(data[:cut])
            rest = data[cut:]
        if rest and not skipping:
            yield self._block(rest)

    def _whole(self, data: bytes) -> Iterator[Block]:
        block = self._block(data)
        yield block
        self._line = block.line_at(len(data))
        self._offset += len(data)

    def gaps(self, file: str, node: str | None = None) -> Iterator[Gap]:
        """Yield what could not be read of this file."""
        if self._overlong:
            says = f"{count(len(self._overlong), 'record')} of more than {self._longest} bytes"
            yield Gap(f"{says} not read (line {self._overlong[0]})", node, file)
        if self._torn:
            yield Gap(str(self._torn), node, file)

    def nul_gaps(self, file: str, node: str | None) -> Iterator[Gap]:
        """Yield a Gap when NUL bytes stand between the lines of a log."""
        if self._nuls:
            where = f"line {self._first_nul_line}"
            if self._nul_lines > 1:
                where += f" and in {count(self._nul_lines - 1, 'other line')}"
            says = f"{count(self._nuls, 'NUL byte')} at {where}"
            yield Gap(f"{says}: the end of a write that a crash cut off", node, file)

    def _read(self) -> bytes:
        try:
            part = self._stream.piece(min(CHUNK, self._longest), self._longest)
        except TornError as torn:
            self._torn = torn
            return b""
        if self._progress and part:
            self._progress(self._stream.done)
        return part

    def _pass(self, data: bytes, cut: int) -> bytes:
        self._line += data.count(b"\n", 0, cut)
        self._offset += cut
        return data[cut:]

    def _block(self, data: bytes) -> Block:
        position = data.find(b"\0")
        if position >= 0:
            self._nuls += data.count(b"\0")
            self._first_nul_line = self._first_nul_line or self._line + data.count(
                b"\n", 0, position
            )
        while position >= 0:
            self._nul_lines += 1
            end = data.find(b"\n", position)
            position = data.find(b"\0", end) if end >= 0 else -1
        return Block(data, self._line, self._offset)


def every(blocks: Blocks) -> Iterator[Record]:
    """Yield every record."""
    separator, kept = blocks.framing.separator, blocks.framing.kept
    for block in blocks:
        data, line, start = block.data, block.line_at(0), 0
        while start < len(data):
            end = data.find(separator, start)
            raw = data[start:] if end < 0 else data[start:end]
            yield Record(line, raw)
            line += raw.count(b"\n") + kept
            start += len(raw) + kept


def count(number: int, thing: str, things: str = "") -> str:
    """Return `1 line` or `3 lines`.

    >>> count(2, "entry", "entries")
    '2 entries'
    """
    return f"{number} {thing if number == 1 else things or thing + 's'}"
