"""Follows a journal's own index: fields, their values, and the entries that have them.

No hash is computed: a FIELD object heads a chain of all DATA objects of its name. Chains only
ever lead one way (values to older ones, arrays to newer ones), so what turns back is damage.
"""

from collections.abc import Iterator

import numpy as np

from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.layout import (
    ALIGNMENT,
    ARRAY_ITEMS,
    ARRAY_NEXT,
    DATA_ENTRY,
    DATA_NEXT_IN_FIELD,
    ENTRY_ITEMS,
    FIELD_HEAD_DATA,
    FIELD_NEXT_IN_HASH,
    FIELD_PAYLOAD,
    HASH_ITEM,
    ObjectType,
)
from fencepost.sources.binary_journal.payload import payload_of


class Index:
    """The index of one file. damaged: whether any part of what was asked for was broken."""

    def __init__(self, file: JournalFile) -> None:
        self._file = file
        self.damaged = file.cut
        self._fields = dict(self._heads())

    def values(self, field: bytes) -> Iterator[tuple[bytes, int]]:
        """Yield the values of a field, newest first, each with the offset of its DATA object."""
        file, offset = self._file, self._fields.get(field, 0)
        before = file.end
        while offset:
            payload = payload_of(file, offset) if offset < before else None
            if payload is None or not payload.startswith(field + b"="):
                self.damaged = True
                return
            yield payload[len(field) + 1 :], offset
            before, offset = offset, file.number(offset + DATA_NEXT_IN_FIELD)

    def entries_of(self, data: int) -> Offsets:
        """Return the entries that have a value, by the offset that `values` gave."""
        first, array, count = (self._file.number(data + DATA_ENTRY + 8 * i) for i in range(3))
        if not first:
            return np.empty(0, np.int64)
        alone = np.array([min(first, self._file.end)], np.int64)
        return self._sorted([alone, *self._arrays(array)], count)

    def all_entries(self) -> Offsets:
        """Return all entries, in the order of writing."""
        header = self._file.header
        return self._sorted(list(self._arrays(header.entry_array)), header.entries)

    def _heads(self) -> Iterator[tuple[bytes, int]]:
        """Yield each field's name and the head of its chain."""
        file, header = self._file, self._file.header
        table, size = header.field_table, header.field_table_size
        if table % ALIGNMENT or size % HASH_ITEM or not file.begin <= table <= file.end - size:
            self.damaged = True
            return
        for bucket in file.words[table >> 3 : (table + size) >> 3 : 2].tolist():
            before, offset = 0, bucket
            while offset:
                length = file.size_of(offset, ObjectType.FIELD) if offset > before else None
                if length is None:
                    self.damaged = True
                    break
                name = file.bytes[offset + FIELD_PAYLOAD : offset + length]
                yield name, file.number(offset + FIELD_HEAD_DATA)
                before, offset = offset, file.number(offset + FIELD_NEXT_IN_HASH)

    def _arrays(self, offset: int) -> Iterator[Offsets]:
        file, before = self._file, 0
        numbers = file.halves if file.offset_size == 4 else file.words
        while offset:
            size = file.size_of(offset, ObjectType.ENTRY_ARRAY) if offset > before else None
            if size is None:
                self.damaged = True
                return
            begin = (offset + ARRAY_ITEMS) // file.offset_size
            yield numbers[begin : (offset + size) // file.offset_size].astype(np.int64)
            before, offset = offset, file.number(offset + ARRAY_NEXT)

    def _sorted(self, parts: list[Offsets], count: int) -> Offsets:
        """Join arrays, leaving out slots not yet used; `count` is how many there should be."""
        joined = np.concatenate(parts) if parts else np.empty(0, np.int64)
        used = joined[joined != 0]
        found: Offsets = used[self._file.inside(used, ENTRY_ITEMS)]
        if len(found) < max(len(used), count) or not bool((np.diff(found) > 0).all()):
            self.damaged = True
            found = np.unique(found)
        return found
