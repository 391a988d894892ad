"""Opens a journal file and hands out only what really lies inside it.

The file is mapped, not read: pages come and go as they are looked at, and under memory pressure
the system drops them again.
"""

import os
import struct
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from fencepost.sources.binary_journal.layout import (
    ALIGNMENT,
    DATA_PAYLOAD,
    DATA_PAYLOAD_COMPACT,
    ENTRY_ITEMS,
    KNOWN,
    LONGEST_HEADER,
    MOST_ITEMS,
    OBJECT_HEADER,
    OLDEST_HEADER,
    SMALLEST,
    ObjectType,
    header_of,
)
from fencepost.sources.binary_journal.mapping import bytes_of

Offsets = NDArray[np.int64]

_OBJECT = struct.Struct("<BBHIQ")
_NUMBER = struct.Struct("<Q")


class JournalFile:
    """One mapped journal file. unreadable: bytes that its disk could not read, here zeros.

    Offsets from inside the file are believed only after `size_of` or `are_entries` has seen
    that an object of the right type and a possible size lies there.

    Raises:
        ValueError: it is no journal, or one of a format that came later; with the reason.
    """

    def __init__(self, file: BinaryIO) -> None:
        length = os.fstat(file.fileno()).st_size
        if length < OLDEST_HEADER:
            raise ValueError(f"a journal of {length} bytes: its header is cut off")
        self.bytes, self.unreadable = bytes_of(file.fileno(), length)
        self.header = header = header_of(self.bytes[:LONGEST_HEADER])
        if header.incompatible & ~KNOWN:
            flags = header.incompatible & ~KNOWN
            raise ValueError(f"a journal with features not known here (flags {flags:#x})")
        sound = OLDEST_HEADER <= header.size <= LONGEST_HEADER and not header.size % ALIGNMENT
        self.begin = header.size if sound else OLDEST_HEADER
        self.end = length
        self.payload_at = DATA_PAYLOAD_COMPACT if header.compact else DATA_PAYLOAD
        self.offset_size = 4 if header.compact else 8
        self.item_size = 4 if header.compact else 16
        self.bytes8 = np.frombuffer(self.bytes, np.uint8)
        self.words = np.frombuffer(self.bytes, np.dtype("<u8"), length // 8)
        self.halves = np.frombuffer(self.bytes, np.dtype("<u4"), length // 4)

    @property
    def cut(self) -> bool:
        """Whether the last object that the header knows of is missing or not whole."""
        tail = self.header.tail_object
        if tail % ALIGNMENT or tail + OBJECT_HEADER > self.end:
            return True
        return bool(tail) and tail + self.number(tail + 8) > self.end

    def number(self, offset: int) -> int:
        """Return the number of eight bytes at an offset that is inside the file."""
        return int(_NUMBER.unpack_from(self.bytes, offset)[0])

    def size_of(self, offset: int, kind: ObjectType) -> int | None:
        """Return the size of the object of this type there, None when there is none."""
        if offset % ALIGNMENT or not self.begin <= offset <= self.end - OBJECT_HEADER:
            return None
        found, _, _, _, size = _OBJECT.unpack_from(self.bytes, offset)
        if found != kind or size < SMALLEST[kind] or size > self.end - offset:
            return None
        return int(size)

    def inside(self, offsets: Offsets, size: int) -> NDArray[np.bool_]:
        """Tell which offsets can be those of objects of at least `size` bytes."""
        span = self.end - size - self.begin
        # What lies before the begin becomes huge: one comparison does for both ends.
        fits = offsets.astype(np.uint64) - np.uint64(self.begin) <= np.uint64(max(span, 0))
        fits &= span >= 0
        fits &= (offsets & (ALIGNMENT - 1)) == 0
        return fits

    def are_entries(self, offsets: Offsets) -> NDArray[np.bool_]:
        """Tell at which of these offsets a whole entry lies."""
        known = self.inside(offsets, ENTRY_ITEMS)
        safe = np.where(known, offsets, 0)
        size = self.words[(safe >> 3) + 1]
        items = (size - np.uint64(ENTRY_ITEMS)) // np.uint64(self.item_size)
        known &= self.bytes8[safe] == ObjectType.ENTRY
        known &= (size >= ENTRY_ITEMS) & (items <= MOST_ITEMS)
        known &= safe + np.minimum(size, np.uint64(1 << 31)).astype(np.int64) <= self.end
        return known
