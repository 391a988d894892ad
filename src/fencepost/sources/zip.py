"""Reads zip archives as a stream, member after member.

The standard library's reader needs the list at the end of the archive, so it must have the
whole archive on disk, gives nothing of one that was cut off, and believes the list: entries that
overlap, a list of any size. Here the members are read as they follow each other.

Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 to 4.3.9, 4.4, 4.5; Info-ZIP extrafld.txt, "UT".
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from fencepost.model.line import Gap
from fencepost.sources.stream import CHUNK, Opened, Stream, TornError
from fencepost.sources.tar import date_of, inner_name
from fencepost.sources.unpack import (
    PIECE,
    Spend,
    Unpacker,
    inflate,
    piece,
    unbzip2,
    unxz,
    unzstd,
)

MEMBER = b"PK\x03\x04"
EMPTY = b"PK\x05\x06"
LIST = (b"PK\x01\x02", EMPTY, b"PK\x06\x06", b"PK\x06\x08")
DESCRIPTOR = b"PK\x07\x08"
ENCRYPTED, SIZES_FOLLOW = 1, 8
UNKNOWN = 0xFFFFFFFF  # the size is in the zip64 field

_HEADER = struct.Struct("<4s5H3L2H")
_STORED = 0
_METHODS: dict[int, tuple[str, Callable[[], Unpacker]]] = {
    8: ("deflate", inflate),
    12: ("bzip2", unbzip2),
    93: ("zstd", unzstd),
    95: ("xz", unxz),
}


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    modified: float


def is_zip(head: bytes) -> bool:
    """Tell whether these are the first bytes of a zip archive."""
    return head.startswith((MEMBER, EMPTY))


def zip_members(archive: Opened, spend: Spend) -> Iterator[Opened | Gap]:
    """Yield each file in the archive, and a Gap for each that cannot be read.

    Raises:
        TornError: the archive ends early.
    """
    stream = archive.stream
    while True:
        start = stream.read(len(MEMBER))
        if start in LIST:
            return
        if len(start) < len(MEMBER):
            raise TornError("torn: the archive ends without its list of members")
        stream.unread(start)
        header = _header(stream) if start == MEMBER else None
        if header is None:
            yield Gap("damaged archive: no member where one should be", file=archive.name)
            _find(stream)
            continue
        label = f"{archive.name}/{inner_name(header.name)}"
        body = _Body(stream, header, spend)
        if says := _why_not(header):
            yield Gap(says, file=label)
        elif not header.name.endswith("/"):
            yield Opened(label, date_of(header.modified, archive.modified), Stream(body.chunks))
        body.skip()


def _why_not(header: _Header) -> str:
    if header.flags & ENCRYPTED:
        return "encrypted in a zip archive: not read; unpack it first"
    if header.method != _STORED and header.method not in _METHODS:
        return f"packed by zip's method {header.method}: not read; unpack it first"
    return ""


class _Body:
    """The bytes that belong to one header.

    chunks: the member unpacked; raises TornError when it is damaged or the archive ends in it.
    """

    def __init__(self, stream: Stream, header: _Header, spend: Spend) -> None:
        self._stream = stream
        self._header = header
        self._spend = spend
        self._follows = bool(header.flags & SIZES_FOLLOW)
        # Compressed data say themselves where they end, so no size need be believed.
        ends_itself = header.method != _STORED and not _why_not(header)
        self._sized = not ends_itself and (header.packed > 0 or not self._follows)
        self._left = header.packed if self._sized else 0
        self._over = False
        self.chunks = self._checked()

    def skip(self) -> None:
        """Pass what was not read, as far as it is known where it ends."""
        if self._sized:
            while self._left:
                self._left -= len(self._read(CHUNK))
        elif not _why_not(self._header):
            with suppress(TornError):
                for _ in self.chunks:
                    pass
        if self._sized or self._over:
            self._pass_descriptor()
        else:
            _find(self._stream)

    def _checked(self) -> Iterator[bytes]:
        crc = 0
        stored = self._header.method == _STORED
        for part in self._stored() if stored else self._unpacked():
            crc = zlib.crc32(part, crc)
            yield part
        self._over = True
        if not self._follows and crc != self._header.crc:
            raise TornError("damaged: its checksum is not that of its bytes")

    def _read(self, size: int) -> bytes:
        part = self._stream.read(min(size, self._left) if self._sized else size)
        if not part:
            raise TornError("torn: the archive ends inside this member")
        return part

    def _unpacked(self) -> Iterator[bytes]:
        name, start = _METHODS[self._header.method]
        unit, taken, done, last = start(), 0, 0, b""
        try:
            while not unit.eof:
                data = b""
                if unit.needs_input:
                    data = last = self._read(PIECE)
                    taken += len(data)
                part = piece(unit, data, name, done)
                if part:
                    self._spend(taken, done, len(part))
                    done += len(part)
                    yield part
        except TornError:
            self._stream.unread(last)  # the next member may begin in it
            raise
        self._stream.unread(unit.unused_data)

    def _stored(self) -> Iterator[bytes]:
        if not self._sized:
            yield from self._up_to_descriptor()
            return
        while self._left:
            part = self._read(CHUNK)
            self._left -= len(part)
            yield part

    def _up_to_descriptor(self) -> Iterator[bytes]:
        """Yield bytes that end where a descriptor stands that has their checksum and size."""
        crc, size, held = 0, 0, b""
        while True:
            held += self._read(CHUNK)
            begin = 0
            while (end := held.find(DESCRIPTOR, begin)) >= 0 and end + 12 <= len(held):
                crc = zlib.crc32(held[begin:end], crc)
                size += end - begin
                yield held[begin:end]
                if struct.unpack_from("<LL", held, end + 4) == (crc, size & UNKNOWN):
                    self._stream.unread(held[end:])
                    return
                crc = zlib.crc32(held[end : end + 1], crc)
                size += 1
                yield held[end : end + 1]
                begin = end + 1
            cut = max(begin, end if end >= 0 else len(held) - len(DESCRIPTOR) + 1)
            crc = zlib.crc32(held[begin:cut], crc)
            size += cut - begin
            yield held[begin:cut]
            held = held[cut:]

    def _pass_descriptor(self) -> None:
        """Pass checksum and sizes behind a member: with or without a mark, of 4 or 8 bytes."""
        if not self._follows:
            return
        ahead = self._stream.read(26)
        lengths = (16, 24) if ahead.startswith(DESCRIPTOR) else (12, 20)
        length = next((some for some in lengths if ahead[some : some + 2] == b"PK"), 0)
        self._stream.unread(ahead[length:])


def _header(stream: Stream) -> _Header | None:
    """Return the next header, None when its lengths lead over the next one."""
    block = stream.read(_HEADER.size)
    if len(block) < _HEADER.size:
        raise TornError("torn: the archive ends inside a header")
    _, _, flags, method, time, date, crc, packed, size, name, extra = _HEADER.unpack(block)
    names = stream.read(name + extra)
    if MEMBER in names:
        stream.unread(block + names)
        return None
    label, fields = _name(names[:name]), _fields(names[name:])
    longer = fields.get(1, b"")
    if packed == UNKNOWN:
        at = 8 if size == UNKNOWN else 0
        packed = int.from_bytes(longer[at : at + 8], "little")
    stamp = fields.get(0x5455, b"")
    modified = _dos_time(date, time)
    if stamp[:1] and stamp[0] & 1 and len(stamp) >= 5:
        modified = int.from_bytes(stamp[1:5], "little", signed=True)
    return _Header(label, flags, method, crc, packed, modified)


def _name(raw: bytes) -> str:
    try:
        name = raw.decode()
    except UnicodeDecodeError:
        name = raw.decode("cp437")
    return name if "/" in name else name.replace("\\", "/")


def _fields(extra: bytes) -> dict[int, bytes]:
    fields = {}
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        fields[kind] = extra[4 : 4 + size]
        extra = extra[4 + size :]
    return fields


def _dos_time(date: int, time: int) -> float:
    try:
        return datetime(
            1980 + (date >> 9),
            date >> 5 & 15,
            date & 31,
            time >> 11,
            time >> 5 & 63,
            min(59, (time & 31) * 2),
            tzinfo=UTC,
        ).timestamp()
    except ValueError:
        return 0


def _find(stream: Stream) -> None:
    """Go on to the next mark of a member or of the list."""
    stream.read(1)
    held = b""
    while part := stream.read(CHUNK):
        held += part
        found = [at for mark in (MEMBER, *LIST) if (at := held.find(mark)) >= 0]
        if found:
            stream.unread(held[min(found) :])
            return
        held = held[1 - len(MEMBER) :]
