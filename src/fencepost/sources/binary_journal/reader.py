"""Reads systemd's journal files as they lie on disk, without journalctl or libsystemd."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np

from fencepost.model.line import Gap, Line
from fencepost.sources.binary_journal.decode import Decoder
from fencepost.sources.binary_journal.entries import Window, around, choose, within
from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.index import Index
from fencepost.sources.binary_journal.layout import Header
from fencepost.sources.binary_journal.messages import spoken
from fencepost.sources.blocks import count
from fencepost.sources.journal import NEWEST
from fencepost.sources.needles import needles_of
from fencepost.sources.stream import CHUNK, Stream, TornError

LARGEST_COPY = 1 << 32
"""Bytes of a journal inside an archive that are copied out to be read."""

MOST_GAPS = 8
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Progress = Callable[[int], None]


def read_journal(
    source: Path | Stream,
    name: str,
    node: str,
    *,
    programs: frozenset[str] = frozenset(),
    needles: tuple[str, ...] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    progress: Progress | None = None,
) -> Iterator[Line | Gap]:
    """Yield a line for each entry, for those worth it when there are `needles`, then the gaps.

    source: the file itself, or the bytes of an archive's member, which are copied to a
    temporary file that has no name. node: whose entries they are that do not say.
    programs: whose entries these are; empty for any. since, until: lines outside may be left
    out, and a file that lies outside as a whole is not read.
    """
    torn = None
    window = _micros(since, 0), _micros(until, (1 << 63) - 1)
    try:
        with source.open("rb") if isinstance(source, Path) else _temporary() as file:
            if isinstance(source, Stream):
                torn = _copy(source, file)
            journal = JournalFile(file)
            if not _lies_outside(journal.header, *window):
                yield from _read(journal, name, node, programs, needles, window, progress)
    except (OSError, ValueError) as error:
        yield Gap(str(error), file=name)
    if torn:
        yield Gap(torn, file=name)


def hosts_in(path: Path) -> tuple[str, ...]:
    """Return the host names that a journal's entries bear, sorted; none if not readable."""
    try:
        with path.open("rb") as file:
            values = Index(JournalFile(file)).values(b"_HOSTNAME")
            return tuple(sorted(value.decode("utf-8", "replace") for value, _ in values))
    except (OSError, ValueError):
        return ()


def _micros(at: datetime | None, otherwise: int) -> int:
    return otherwise if at is None else (at - _EPOCH) // timedelta(microseconds=1)


def _lies_outside(header: Header, since: int, until: int) -> bool:
    """Tell whether a file has no entry of this time, as far as its header can be believed."""
    first, last = sorted((header.head_realtime, header.tail_realtime))
    return first > 0 and last < NEWEST and (first > until or last < since)


def _temporary() -> BinaryIO:
    return tempfile.TemporaryFile()


def _copy(source: Stream, file: BinaryIO) -> str | None:
    """Copy a member of an archive; return what went wrong."""
    says, done = None, 0
    try:
        while part := source.read(CHUNK):
            file.write(part)
            done += len(part)
            if done >= LARGEST_COPY:
                says = f"only the first {done} bytes of this journal were read"
                break
    except TornError as torn:
        says = str(torn)
    file.flush()
    return says


def _read(
    file: JournalFile,
    name: str,
    node: str,
    programs: frozenset[str],
    needles: tuple[str, ...],
    window: Window,
    progress: Progress | None,
) -> Iterator[Line | Gap]:
    """Yield the lines, then the gaps."""
    finder = needles_of(needles)
    whole = choose(file, programs, alone=finder is None)
    choice = within(file, whole, window)
    wanted = spoken(file, choice.candidates, finder)
    chosen = around(choice, wanted) if finder else wanted
    sound = file.are_entries(chosen)
    decoder = Decoder(file, name, node)
    for at, (offset, line) in enumerate(decoder.lines(chosen[sound])):
        if line:
            yield line
        if progress and not at % 1024:
            progress(offset)
    if progress:
        progress(file.end)
    if file.unreadable:
        yield Gap(f"{file.unreadable} bytes could not be read from the disk", decoder.node, name)
    losses = _Losses(file, name, decoder.node)
    if file.cut or whole.holes:
        yield from losses.of_file(whole.entries, whole.holes)
    yield from losses.of_entries(decoder.lost, int((~sound).sum()))


class _Losses:
    """Says what of a journal was lost, with its hours."""

    def __init__(self, file: JournalFile, name: str, node: str) -> None:
        self._file = file
        self._name = name
        self._node = node

    def of_file(self, entries: Offsets, holes: list[tuple[int, int]]) -> Iterator[Gap]:
        """Yield a gap for each hole and for what was cut off.

        entries: all that were found, each verified to be one.
        """
        file = self._file
        times = file.words[(entries >> 3) + 3]
        for begin, end in holes[:MOST_GAPS]:
            before, after = np.searchsorted(entries, (begin, end)).tolist()
            first = int(times[before - 1]) if before else file.header.head_realtime
            last = int(times[after]) if after < len(times) else file.header.tail_realtime
            yield self._gap(f"damaged: {end - begin} bytes at byte {begin}", first, last)
        if len(holes) > MOST_GAPS:
            yield Gap(f"damaged in {len(holes) - MOST_GAPS} more places", self._node, self._name)
        missing = file.header.entries - len(entries)
        if missing > 0:
            says = f"{count(missing, 'journal entry', 'journal entries')} missing"
            if file.cut:
                after = int(times[-1]) if len(times) else file.header.head_realtime
                yield self._gap(f"cut off: {says}", after, file.header.tail_realtime)
            else:
                yield Gap(f"damaged: {says}", self._node, self._name)

    def of_entries(self, times: list[int], more: int) -> Iterator[Gap]:
        """Yield a gap for entries not decoded: those of these times, and so many more."""
        if lost := more + len(times):
            says = f"{count(lost, 'journal entry', 'journal entries')} not readable"
            yield self._gap(says, min(times, default=0), max(times, default=0))

    def _gap(self, says: str, first: int, last: int) -> Gap:
        """Return a gap with its hours, where these can be true."""
        if 0 < first <= last < NEWEST:
            begin, end = (_EPOCH + timedelta(microseconds=at) for at in (first, last))
            says += f", from {begin:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC"
        return Gap(says, self._node, self._name)
