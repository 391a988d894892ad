"""Opens what is packed: gzip, xz, bzip2 and tar, one inside the other, never to disk.

A packing is recognised by its first bytes, never by a name, and nothing in an archive is
believed: sizes are limits to stop at, member names are labels, links are not followed.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from fencepost.model.line import Gap
from fencepost.sources.stream import CHUNK, Opened, Stream, TornError
from fencepost.sources.tar import is_tar, tar_members

PIECE = 8 * 1024  # small, because what one piece holds before a damaged byte is lost
XZ_MEMORY = 128 * 1024 * 1024  # `xz -9` needs 65 MiB; a hostile header may ask for 4 GiB


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an archive is followed.

    depth: packings inside each other. members: files in one tar. unpacked: bytes out of one
    compressed file.
    """

    depth: int = 6
    members: int = 100_000
    unpacked: int = 1 << 35


LIMITS = Limits()


class _Unpacker(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Gunzip:
    """zlib's object, asked the way bz2's and lzma's are."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(zlib.MAX_WBITS | 16)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


def _unxz() -> _Unpacker:
    return lzma.LZMADecompressor(memlimit=XZ_MEMORY)


@dataclass(frozen=True, slots=True)
class _Packing:
    magic: bytes
    name: str
    start: Callable[[], _Unpacker]


PACKINGS = (
    _Packing(b"\x1f\x8b\x08", "gzip", _Gunzip),
    _Packing(b"\xfd7zXZ\x00", "xz", _unxz),
    _Packing(b"BZh", "bzip2", bz2.BZ2Decompressor),
)


def unfold(file: Opened, limits: Limits = LIMITS, depth: int = 0) -> Iterator[Opened | Gap]:
    """Yield the plain files in `file`: itself, what it is a packed form of, or its members."""
    packing = next((some for some in PACKINGS if file.stream.head.startswith(some.magic)), None)
    if not packing and not is_tar(file.stream.head):
        yield file
    elif depth >= limits.depth:
        yield Gap(f"packed more than {limits.depth} times over: not opened", file=file.name)
    elif packing:
        inner = Stream(_unpacked(file.stream, packing, limits.unpacked))
        yield from unfold(Opened(file.name, file.modified, inner), limits, depth + 1)
    else:
        yield from _members(file, limits, depth)


def _members(file: Opened, limits: Limits, depth: int) -> Iterator[Opened | Gap]:
    try:
        for count, member in enumerate(tar_members(file)):
            if count >= limits.members:
                yield Gap(f"more than {limits.members} members: the rest not read", file=file.name)
                return
            if isinstance(member, Gap):
                yield member
            else:
                yield from unfold(member, limits, depth + 1)
    except TornError as torn:
        yield Gap(str(torn), file=file.name)


def _unpacked(packed: Stream, packing: _Packing, limit: int) -> Iterator[bytes]:
    done, unit, data = 0, packing.start(), b""
    while True:
        if unit.eof:
            # More compressed parts may follow, and NUL padding after any of them.
            data = unit.unused_data.lstrip(b"\0")
            while not data:
                more = packed.read(PIECE)
                if not more:
                    return
                data = more.lstrip(b"\0")
            unit = packing.start()
        elif unit.needs_input:
            data = packed.read(PIECE)
            if not data:
                raise TornError(f"torn: the {packing.name} data end early, after {done} bytes")
        try:
            part = unit.decompress(data, CHUNK)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
            says = f"{packing.name} data not readable after {done} bytes: {error}"
            raise TornError(says) from error
        data = b""
        done += len(part)
        if done > limit:
            raise TornError(f"more than {limit} bytes when unpacked: the rest not read")
        if part:
            yield part
