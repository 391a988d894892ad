"""Reads systemd's journal files as they lie on disk, without journalctl or libsystemd."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import Struct
from typing import BinaryIO

import numpy as np

from fencepost.model.line import Gap, Line, Origin
from fencepost.sources.binary_journal.entries import around, choose, spoken
from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.index import Index
from fencepost.sources.binary_journal.layout import ENTRY_ITEMS
from fencepost.sources.binary_journal.payload import payload_of
from fencepost.sources.blocks import count
from fencepost.sources.journal import LONGEST_QUOTE, NEWEST, line_of
from fencepost.sources.needles import needles_of
from fencepost.sources.stream import CHUNK, Stream, TornError

LARGEST_COPY = 1 << 32
"""Bytes of a journal inside an archive that are copied out to be read."""

MOST_GAPS = 8
MOST_REMEMBERED = 100_000
NEEDED = frozenset(
    (
        b"MESSAGE",
        b"SYSLOG_IDENTIFIER",
        b"_COMM",
        b"_PID",
        b"SYSLOG_PID",
        b"_HOSTNAME",
        b"_MACHINE_ID",
        b"_TRANSPORT",
    )
)
_ENTRY = Struct("<16x3Q16sQ")  # the object's header, then number, times, boot, hash
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Progress = Callable[[int], None]


def read_journal(
    source: Path | Stream,
    name: str,
    node: str,
    *,
    programs: frozenset[str] = frozenset(),
    needles: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Iterator[Line | Gap]:
    """Yield a line for each entry, for those worth it when there are `needles`, then the gaps.

    source: the file itself, or the bytes of an archive's member, which are copied to a
    temporary file that has no name. node: whose entries they are that do not say.
    """
    torn = None
    try:
        with source.open("rb") if isinstance(source, Path) else _temporary() as file:
            if isinstance(source, Stream):
                torn = _copy(source, file)
            journal = _Journal(JournalFile(file), name, node)
            yield from journal.read(programs, needles, progress)
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


class _Journal:
    """One journal: decodes entries, remembers repeated fields, counts what is lost."""

    def __init__(self, file: JournalFile, name: str, node: str) -> None:
        self._file = file
        self._name = name
        self._node = node
        self._hosts: dict[str, str] = {}
        self._fields: dict[int, tuple[bytes, bytes] | None] = {}
        self._lost: list[int] = []

    def read(
        self, programs: frozenset[str], needles: tuple[str, ...], progress: Progress | None
    ) -> Iterator[Line | Gap]:
        """Yield the lines, then the gaps."""
        file = self._file
        choice = choose(file, programs if needles else frozenset())
        finder = needles_of(needles)
        wanted = spoken(file, choice.candidates, finder)
        chosen = around(choice, wanted) if finder else wanted
        sound = file.are_entries(chosen)
        for at, offset in enumerate(chosen[sound].tolist()):
            line = self._line(offset)
            if line:
                self._node = line.node
                yield line
            if progress and not at % 1024:
                progress(offset)
        if progress:
            progress(file.end)
        gone = int((~sound).sum())
        yield from self._gaps(choice.entries, choice.holes, gone)

    def _line(self, offset: int) -> Line | None:
        file = self._file
        number, realtime, monotonic, boot, xor = _ENTRY.unpack_from(file.bytes, offset)
        fields, broken = self._fields_of(offset)
        if not 0 < realtime < NEWEST or (broken and b"MESSAGE" not in fields):
            self._lost.append(realtime)
            return None

        def field(name: str) -> str | None:
            value = fields.get(name.encode())
            return None if value is None else value.decode("utf-8", "replace")

        fields[b"__REALTIME_TIMESTAMP"] = b"%d" % realtime
        fields[b"__MONOTONIC_TIMESTAMP"] = b"%d" % monotonic
        fields[b"_BOOT_ID"] = boot.hex().encode()
        if fields.get(b"_TRANSPORT") == b"kernel":
            fields.setdefault(b"SYSLOG_IDENTIFIER", b"kernel")
        machine, host = field("_MACHINE_ID"), field("_HOSTNAME")
        if machine and host:
            self._hosts[machine] = host
        node = self._hosts.get(machine or "") or machine or self._node
        cursor = (
            f"s={file.header.seqnum_id};i={number:x};b={boot.hex()};"
            f"m={monotonic:x};t={realtime:x};x={xor:x}"
        )
        line = line_of(field, self._name, 0, "", node)
        quote = (field("MESSAGE") or "")[:LONGEST_QUOTE]
        return replace(line, origin=Origin(self._name, None, cursor, quote))

    def _fields_of(self, offset: int) -> tuple[dict[bytes, bytes], bool]:
        """Return the fields of an entry, and whether any of them could not be read."""
        file, fields, broken = self._file, dict[bytes, bytes](), False
        size = file.number(offset + 8)
        numbers, width = (file.halves, 4) if file.offset_size == 4 else (file.words, 8)
        begin, end = (offset + ENTRY_ITEMS) // width, (offset + size) // width
        for data in numbers[begin : end : file.item_size // width].tolist():
            if data not in self._fields:
                self._remember(data)
            known = self._fields[data]
            if known is None:
                broken = True
            elif known[0] in NEEDED:
                fields.setdefault(*known)
        return fields, broken

    def _remember(self, data: int) -> None:
        if len(self._fields) >= MOST_REMEMBERED:
            self._fields.clear()
        payload = payload_of(self._file, data)
        name, equals, value = (payload or b"").partition(b"=")
        self._fields[data] = (name, value if name in NEEDED else b"") if equals else None

    def _gaps(self, entries: Offsets, holes: list[tuple[int, int]], gone: int) -> Iterator[Gap]:
        file = self._file
        entries = entries[file.are_entries(entries)]
        times = file.words[(entries >> 3) + 3]
        for begin, end in holes[:MOST_GAPS]:
            before, after = np.searchsorted(entries, (begin, end)).tolist()
            first = int(times[before - 1]) if before else file.header.head_realtime
            last = int(times[after]) if after < len(times) else file.header.tail_realtime
            yield self._gap(f"damaged: {end - begin} bytes at byte {begin}", first, last)
        if len(holes) > MOST_GAPS:
            yield Gap(f"damaged in {len(holes) - MOST_GAPS} more places", self._node, self._name)
        missing = file.header.entries - len(entries)
        if missing > 0 and (file.cut or holes):
            after = int(times[-1]) if len(times) else file.header.head_realtime
            says = f"{count(missing, 'journal entry', 'journal entries')} missing"
            if file.cut:
                yield self._gap(f"cut off: {says}", after, file.header.tail_realtime)
            else:
                yield Gap(f"damaged: {says}", self._node, self._name)
        if lost := gone + len(self._lost):
            says = f"{count(lost, 'journal entry', 'journal entries')} not readable"
            yield self._gap(says, min(self._lost, default=0), max(self._lost, default=0))

    def _gap(self, says: str, first: int, last: int) -> Gap:
        """Return a gap with its hours, where these can be true."""
        if 0 < first <= last < NEWEST:
            begin, end = (_EPOCH + timedelta(microseconds=at) for at in (first, last))
            says += f", from {begin:%Y-%m-%d %H:%M:%S} to {end:%Y-%m-%d %H:%M:%S} UTC"
        return Gap(says, self._node, self._name)
