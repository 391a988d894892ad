"""Picks from a long log the records worth opening, without opening the others.

Handed on are: every record that holds a needle, the first and the last stamped one, one of every
64 KiB (256 in large files) as a sign of life, the first of every day where the year must be
counted, the one after a boot separator, and the stamped one right before each of these. All work
is on bytes.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator

from fencepost.sources.blocks import Block, Blocks, Record
from fencepost.sources.needles import Needles
from fencepost.sources.stamps import Stamp

SIGN_OF_LIFE = 64 * 1024
"""Bytes of a log in which at least one record is handed on."""

LARGE, SPARSE = 8 * 1024 * 1024, 4
"""Beyond so many bytes of one file, so many stretches share a sign of life."""


class Picker:
    """One pass over the blocks of one file.

    stamped: tells whether a record has a time of its own. stamp: finds the stamp of a record
    where years must be counted from day to day, None where records name them. proven: whether
    a record that holds a needle is worth it.
    """

    def __init__(
        self,
        blocks: Blocks,
        wanted: Needles,
        stamped: Callable[[bytes], object],
        stamp: Callable[[bytes], Stamp | None] | None = None,
        proven: Callable[[bytes, bytes], bool] | None = None,
    ) -> None:
        self._blocks = blocks
        self._separator = blocks.framing.separator
        self._kept = blocks.framing.kept
        self._wanted = wanted
        self._stamped = stamped
        self._stamp = stamp
        self._proven = proven
        self._day: tuple[int, int] | None = None
        self._same_day = re.compile(rb"\n")
        self._seeking = True
        self._last: Record | None = None

    def __iter__(self) -> Iterator[Record]:
        """Yield the records picked, in order."""
        for block in self._blocks:
            yield from self._records(block)
        if self._last:
            yield self._last

    def _records(self, block: Block) -> Iterator[Record]:
        data, done = block.data, 0
        for start in self._starts(block):
            if start < done:
                continue
            before = self._stamped_before(data, start, done)
            if before is None and self._last:
                yield self._last
            self._last = None
            for begin in (start,) if before is None else (before, start):
                done = self._end(data, begin) + self._kept
                yield Record(block.line_at(begin), data[begin : done - self._kept])
        last = self._stamped_before(data, len(data), done)
        if last is not None:
            self._last = Record(block.line_at(last), data[last : self._end(data, last)])

    def _starts(self, block: Block) -> list[int]:
        """Return where the records begin that are wanted for their own sake."""
        data = block.data
        starts = self._hits(data)
        separators = [start for start in starts if data.startswith(b"-- ", start)]
        starts += self._followers(data, separators)
        starts += self._new_days(data)
        starts += self._signs_of_life(block, sorted(starts))
        return sorted(set(starts))

    def _hits(self, data: bytes) -> list[int]:
        starts, position = [], 0
        for at, needle in self._wanted.hits(data):
            if at >= position:
                before = data.rfind(self._separator, 0, at - self._kept + len(self._separator))
                start = before + self._kept if before >= 0 else 0
                end = self._end(data, start)
                if self._proven is None or self._proven(needle, data[start:end]):
                    starts.append(start)
                    position = max(end + self._kept, at + 1)
        return starts

    def _followers(self, data: bytes, separators: list[int]) -> list[int]:
        """Return the first stamped records after the file's begin and after each separator."""
        starts, follower = [], -1
        after = [self._end(data, start) + self._kept for start in separators]
        for position in [0, *after] if self._seeking else after:
            if position > follower:
                follower = self._stamped_from(data, position)
            starts.append(follower)
        self._seeking = follower == len(data)
        return [start for start in starts if start < len(data)]

    def _new_days(self, data: bytes) -> list[int]:
        starts: list[int] = []
        start = 0 if self._stamp and not self._all_of_one_day(data) else len(data)
        while self._stamp and start < len(data):
            stamp = self._stamp(data[start : self._end(data, start)])
            if stamp and stamp.minute.year is None:
                day = (stamp.minute.month, stamp.minute.day)
                if day != self._day:
                    self._day = day
                    self._same_day = re.compile(rb"\n(?!" + re.escape(stamp.dated) + rb")")
                    starts.append(start)
            match = self._same_day.search(data, start)
            start = match.end() if match else len(data)
        return starts

    def _all_of_one_day(self, data: bytes) -> bool:
        """Tell whether a block begins and ends on the day that was the last; most do."""
        for start in (self._stamped_from(data, 0), self._stamped_before(data, len(data), 0)):
            if start is None or start == len(data) or self._day is None:
                return False
            stamp = self._stamp(data[start : self._end(data, start)]) if self._stamp else None
            if stamp is None or (stamp.minute.month, stamp.minute.day) != self._day:
                return False
        return True

    def _signs_of_life(self, block: Block, known: list[int]) -> list[int]:
        """Return the first record of each stretch in which no other is handed on."""
        data, offset = block.data, block.offset
        stretch = SIGN_OF_LIFE * (SPARSE if offset >= LARGE else 1)
        starts = []
        for mark in range(-(-offset // stretch), (offset + len(data)) // stretch + 1):
            position = mark * stretch - offset
            following = bisect_left(known, position)
            if following < len(known) and known[following] < position + stretch:
                continue
            before = data.find(self._separator, position - self._kept) if position else -self._kept
            if before >= 0 or not position:
                starts.append(before + self._kept)
        return [start for start in starts if start < len(data)]

    def _end(self, data: bytes, start: int) -> int:
        end = data.find(self._separator, start)
        return end if end >= 0 else len(data)

    def _stamped_from(self, data: bytes, start: int) -> int:
        while start < len(data):
            end = self._end(data, start)
            if self._stamped(data[start:end]):
                return start
            start = end + self._kept
        return len(data)

    def _stamped_before(self, data: bytes, start: int, floor: int) -> int | None:
        reach = len(self._separator) - self._kept - 1
        while start > floor:
            before = data.rfind(self._separator, floor, start + reach)
            begin = before + self._kept if before >= 0 else floor
            if self._stamped(data[begin : self._end(data, begin)]):
                return begin
            start = begin
        return None
