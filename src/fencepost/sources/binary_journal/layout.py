"""How a journal file is laid out: the header, the objects, where their fields stand.

All numbers are little-endian, all offsets count from the file's begin, all objects begin at
multiples of eight.
Source: systemd, docs/JOURNAL_FILE_FORMAT.md (232 to 257).
"""

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

MAGIC = b"LPKSHHRH"
OLDEST_HEADER = 208
"""Bytes of the header that every version has."""

LONGEST_HEADER = 4096
ALIGNMENT = 8


class ObjectType(IntEnum):
    """What an object holds."""

    DATA = 1
    FIELD = 2
    ENTRY = 3
    DATA_HASH_TABLE = 4
    FIELD_HASH_TABLE = 5
    ENTRY_ARRAY = 6
    TAG = 7


class Incompatible(IntFlag):
    """What a reader must understand to read a file."""

    XZ = 1
    LZ4 = 2
    KEYED_HASH = 4
    ZSTD = 8
    COMPACT = 16


KNOWN = sum(Incompatible)


class Packed(IntFlag):
    """How a DATA object's payload is compressed, in the object's flags."""

    XZ = 1
    LZ4 = 2
    ZSTD = 4


PACKED = sum(Packed)

# Object header: type, flags, six bytes reserved, then the size of the object with this header.
OBJECT_HEADER = 16
SMALLEST = {
    ObjectType.DATA: 64,
    ObjectType.FIELD: 40,
    ObjectType.ENTRY: 64,
    ObjectType.DATA_HASH_TABLE: 16,
    ObjectType.FIELD_HASH_TABLE: 16,
    ObjectType.ENTRY_ARRAY: 24,
    ObjectType.TAG: 64,
}
"""Bytes of an object of each type without anything in it."""

DATA_NEXT_IN_FIELD = 32
DATA_ENTRY = 40
DATA_PAYLOAD = 64
DATA_PAYLOAD_COMPACT = 72
FIELD_NEXT_IN_HASH = 24
FIELD_HEAD_DATA = 32
FIELD_PAYLOAD = 40
ENTRY_ITEMS = 64
ARRAY_NEXT = 16
ARRAY_ITEMS = 24
HASH_ITEM = 16

MOST_ITEMS = 1024
"""Fields of one entry; journald takes no more."""

_HEADER = struct.Struct("<8sIIB7x16s16s16s16s15Q")


@dataclass(frozen=True, slots=True)
class Header:
    """What the header says; nothing of it is checked against the file yet.

    Times in microseconds since 1970; ids as 32 hex digits.
    """

    incompatible: int
    state: int
    machine_id: str
    seqnum_id: str
    size: int
    arena_size: int
    field_table: int
    field_table_size: int
    tail_object: int
    entries: int
    entry_array: int
    head_realtime: int
    tail_realtime: int

    @property
    def compact(self) -> bool:
        """Whether offsets in arrays are of four bytes."""
        return bool(self.incompatible & Incompatible.COMPACT)


def header_of(head: bytes) -> Header:
    """Return the header that a file begins with.

    Raises:
        ValueError: it is no journal, or too short for one.
    """
    if len(head) < OLDEST_HEADER or not head.startswith(MAGIC):
        raise ValueError("no journal: its header is cut off")
    (_, _, incompatible, state, _, machine, _, seqnum, *numbers) = _HEADER.unpack_from(head)
    (size, arena, _, _, fields, fields_size, tail, _, entries, _, _, array, first, last, _) = (
        numbers
    )
    return Header(
        incompatible=incompatible,
        state=state,
        machine_id=machine.hex(),
        seqnum_id=seqnum.hex(),
        size=size,
        arena_size=arena,
        field_table=fields,
        field_table_size=fields_size,
        tail_object=tail,
        entries=entries,
        entry_array=array,
        head_realtime=first,
        tail_realtime=last,
    )
