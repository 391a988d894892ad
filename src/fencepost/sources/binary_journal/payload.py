"""Reads DATA objects: `NAME=value`, as it stands or compressed by XZ, LZ4 or Zstandard."""

import lzma

import lz4.block
import zstandard

from fencepost.sources.binary_journal.file import JournalFile
from fencepost.sources.binary_journal.layout import PACKED, ObjectType, Packed

LONGEST = 64 * 1024
"""Bytes of a value that are handed on; no text of a Line is longer."""

XZ_MEMORY = 64 * 1024 * 1024
LZ4_UNPACKED = 64 * 1024 * 1024
"""LZ4 blocks can only be unpacked whole; journald rarely takes fields as long as this."""

ZSTD_WINDOW = 8 * 1024 * 1024
_UNZSTD = zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW)  # takes longer than a message


def payload_of(file: JournalFile, offset: int, most: int = LONGEST) -> bytes | None:
    """Return the first bytes of the payload of the DATA object there; None if not readable."""
    size = file.size_of(offset, ObjectType.DATA)
    if size is None or size < file.payload_at:
        return None
    packed = file.bytes[offset + 1] & PACKED
    begin, end = offset + file.payload_at, offset + size
    if not packed:
        return file.bytes[begin : min(end, begin + most)]
    return unpacked(file.bytes[begin:end], packed, most)


def unpacked(data: bytes, packed: int, most: int = LONGEST) -> bytes | None:
    """Return the first bytes of what was compressed; None when it is damaged."""
    try:
        match packed:
            case Packed.ZSTD:
                return _UNZSTD.stream_reader(data).read(most) or None
            case Packed.XZ:
                return lzma.LZMADecompressor(memlimit=XZ_MEMORY).decompress(data, most) or None
            case Packed.LZ4:
                return _lz4(data, most)
    except (zstandard.ZstdError, lzma.LZMAError, lz4.block.LZ4BlockError, EOFError, ValueError):
        return None
    return None


def _lz4(data: bytes, most: int) -> bytes | None:
    """Unpack a block that its size, in eight bytes, goes before."""
    size = int.from_bytes(data[:8], "little")
    if len(data) <= 8 or not 0 < size <= LZ4_UNPACKED:
        return None
    whole: bytes = lz4.block.decompress(data[8:], uncompressed_size=size)
    return whole[:most]
