"""Unpacks compressed streams piece by piece: gzip, xz, bzip2 and zstd, asked in one way.

However small a hostile stream is, one call returns a bounded amount.
"""

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from fencepost.sources.stream import CHUNK, Stream, TornError

PIECE = 8 * 1024  # small, because what one piece holds before a damaged byte is lost
ZSTD_PIECE = 512  # zstd cannot be told to stop: 512 bytes may hold 16 MiB, as runs of 128 KiB
XZ_MEMORY = 128 * 1024 * 1024  # `xz -9` needs 65 MiB; a hostile header may ask for 4 GiB
ZSTD_MEMORY = 128 * 1024 * 1024  # the window of `zstd --ultra -22`; --long=31 asks for 2 GiB


class Unpacker(Protocol):
    """What bz2's and lzma's objects have in common."""

    @property
    def eof(self) -> bool:
        """Whether the compressed data have ended."""
        ...

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes without more data."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What stands behind the end of the compressed data."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Take `data`, return at most about `max_length` bytes."""
        ...


class _Inflate:
    """zlib's object."""

    def __init__(self, bits: int) -> None:
        self._inner = zlib.decompressobj(bits)

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


class _Unzstd:
    """zstandard's object, fed in pieces so small that none can become too much."""

    def __init__(self) -> None:
        import zstandard

        unzstd = zstandard.ZstdDecompressor(max_window_size=ZSTD_MEMORY)
        self._inner = unzstd.decompressobj()
        self._error = zstandard.ZstdError
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data + self._waiting

    def decompress(self, data: bytes, _max_length: int, /) -> bytes:
        waiting = self._waiting + data
        self._waiting = waiting[ZSTD_PIECE:]
        try:
            return self._inner.decompress(waiting[:ZSTD_PIECE])
        except self._error as error:
            raise ValueError(str(error).removeprefix("zstd decompressor error: ")) from error


def gunzip() -> Unpacker:
    """Begin a gzip member."""
    return _Inflate(zlib.MAX_WBITS | 16)


def inflate() -> Unpacker:
    """Begin bare deflate data, as they stand in zip archives."""
    return _Inflate(-zlib.MAX_WBITS)


def unxz() -> Unpacker:
    """Begin an xz stream."""
    return lzma.LZMADecompressor(memlimit=XZ_MEMORY)


def unzstd() -> Unpacker:
    """Begin a zstd frame."""
    return _Unzstd()


def unbzip2() -> Unpacker:
    """Begin a bzip2 stream."""
    return bz2.BZ2Decompressor()


@dataclass(frozen=True, slots=True)
class Packing:
    """A compressed form: its first bytes, its name, and what begins to unpack it."""

    magic: bytes
    name: str
    start: Callable[[], Unpacker]


PACKINGS = (
    Packing(b"\x1f\x8b\x08", "gzip", gunzip),
    Packing(b"\xfd7zXZ\x00", "xz", unxz),
    Packing(b"BZh", "bzip2", unbzip2),
    Packing(b"\x28\xb5\x2f\xfd", "zstd", unzstd),
)


Spend = Callable[[int, int, int], None]
"""Told before a part is handed out: bytes taken in, bytes handed out, bytes of the part; raises
TornError when that is too much."""


def unpacked(packed: Stream, packing: Packing, spend: Spend) -> Iterator[bytes]:
    """Yield what a compressed stream holds, all its joined parts.

    Raises:
        TornError: the data are damaged or end early.
    """
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
        part = piece(unit, data, packing.name, done)
        data = b""
        if part:
            spend(packed.done, done, len(part))
            done += len(part)
            yield part


def piece(unit: Unpacker, data: bytes, name: str, done: int) -> bytes:
    """Unpack the next piece; `done` bytes came before it.

    Raises:
        TornError: the data are damaged.
    """
    try:
        return unit.decompress(data, CHUNK)
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        raise TornError(f"{name} data not readable after {done} bytes: {error}") from error
