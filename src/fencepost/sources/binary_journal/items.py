"""Follows entries to the DATA objects of their fields, thousands at a time."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.layout import ENTRY_ITEMS, ObjectType

_CELLS = 1 << 20  # references looked at in one go
_ROWS = 1 << 15


def items_of(file: JournalFile, entries: Offsets) -> Iterator[tuple[NDArray[np.intp], Offsets]]:
    """Yield rows of `entries` of one length, and the DATA offsets of each of these rows.

    entries: offsets at which whole entries lie.
    """
    sizes = file.words[(entries >> 3) + 1].astype(np.int64)
    counts = (sizes - ENTRY_ITEMS) // file.item_size
    for count in np.flatnonzero(np.bincount(counts, minlength=1)).tolist():
        if not count:
            continue
        rows = np.flatnonzero(counts == count)
        step = max(1, _CELLS // count)
        for part in (rows[at : at + step] for at in range(0, len(rows), step)):
            begins = (entries[part] + ENTRY_ITEMS)[:, None]
            if file.offset_size == 4:
                table = file.halves[(begins >> 2) + np.arange(count)]
            else:
                table = file.words[(begins >> 3) + 2 * np.arange(count)]
            yield part, table.astype(np.int64)


def referring(file: JournalFile, entries: Offsets, data: Offsets) -> Offsets:
    """Return the entries that refer to one of these DATA objects, or to something broken."""
    kept = [np.empty(0, np.int64)]
    for begin in range(0, len(entries), _ROWS):
        part = entries[begin : begin + _ROWS]
        for rows, table in items_of(file, part):
            sound = file.inside(table, file.payload_at)
            sound &= file.bytes8[np.where(sound, table, 0)] == ObjectType.DATA
            hits = np.isin(table, data) | ~sound
            kept.append(part[rows[hits.any(1)]])
    return np.concatenate(kept)
