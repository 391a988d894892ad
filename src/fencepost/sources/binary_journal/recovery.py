"""Walks a damaged journal object by object, by their sizes, and finds the way again after a hole.

Entries refer only to what was written before them, so of a journal that was cut off every entry
before the cut can be had this way, whatever became of its index.
"""

import struct
from array import array
from dataclasses import dataclass, field

import numpy as np

from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.layout import (
    ALIGNMENT,
    OBJECT_HEADER,
    SMALLEST,
    ObjectType,
)

_CHUNK = 1 << 17  # words looked at in one go
_HEADS = struct.Struct("<QQ")
_TYPES = {
    kind | flags << 8: (kind, SMALLEST[kind])
    for kind in ObjectType
    for flags in (range(8) if kind is ObjectType.DATA else (0,))
}
"""The first eight bytes of an object, as a number, that are possible."""


@dataclass(slots=True)
class Recovered:
    """What was found on the walk.

    data: DATA objects with one of the wanted payloads.
    holes: the offsets between which nothing could be made out.
    """

    entries: "array[int]" = field(default_factory=lambda: array("q"))
    data: "array[int]" = field(default_factory=lambda: array("q"))
    holes: list[tuple[int, int]] = field(default_factory=list)


def recover(file: JournalFile, wanted: frozenset[bytes]) -> Recovered:
    """Find all entries, and the DATA objects whose payload is `wanted`."""
    found, finder = Recovered(), _Finder(file)
    longest = max(map(len, wanted), default=0) + file.payload_at
    begin, offset, last = 0, file.begin, file.begin - ALIGNMENT
    while offset + OBJECT_HEADER <= file.end:
        head, size = _HEADS.unpack_from(file.bytes, offset)
        kind, smallest = _TYPES.get(head, (None, 0))
        if kind is None or not smallest <= size <= file.end - offset:
            # The size of the object before may be what is wrong: it may lie inside that one.
            begin = begin or offset
            offset = finder.following(last)
            continue
        if begin:
            if offset > begin:
                found.holes.append((begin, offset))
            begin = 0
        if kind is ObjectType.ENTRY:
            found.entries.append(offset)
        elif (
            kind is ObjectType.DATA
            and size <= longest
            and file.bytes[offset + file.payload_at : offset + size] in wanted
        ):
            found.data.append(offset)
        last, offset = offset, (offset + size + ALIGNMENT - 1) & -ALIGNMENT
    if begin and file.words[begin >> 3 :].any():
        found.holes.append((begin, file.end))
    return found


class _Finder:
    """Finds the next place that looks like an object, a chunk of the file at a time."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self._chunk = -1
        self._places: Offsets = np.empty(0, np.int64)

    def following(self, offset: int) -> int:
        """Return the first such place after an offset; the file's end when there is none."""
        chunk = (offset >> 3) // _CHUNK
        while chunk * _CHUNK < len(self._file.words):
            if chunk != self._chunk:
                self._chunk, self._places = chunk, self._look(chunk)
            at = int(np.searchsorted(self._places, offset, "right"))
            if at < len(self._places):
                return int(self._places[at])
            chunk += 1
        return self._file.end

    def _look(self, chunk: int) -> Offsets:
        file, begin = self._file, chunk * _CHUNK
        words = file.words[begin : begin + _CHUNK + 1]
        places = np.flatnonzero(np.isin(words[:-1], np.array(list(_TYPES), np.uint64)))
        sizes = words[places + 1]
        offsets = (places + begin).astype(np.int64) * 8
        smallest = np.array([_TYPES[head][1] for head in words[places].tolist()], np.uint64)
        left = (file.end - offsets).astype(np.uint64)
        sound: Offsets = offsets[(sizes >= smallest) & (sizes <= left)]
        return sound
