"""Finds the entries whose MESSAGE holds a needle; each distinct message is looked at once."""

import numpy as np
from numpy.typing import NDArray

from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.items import items_of
from fencepost.sources.binary_journal.layout import PACKED, ObjectType
from fencepost.sources.binary_journal.payload import LONGEST, payload_of
from fencepost.sources.needles import Needles

MESSAGE = b"MESSAGE="
_MESSAGE = np.uint64(int.from_bytes(MESSAGE, "little"))
_PLAIN = np.uint64(0xFF | PACKED << 8)
_ROWS = 1 << 15  # entries looked at in one go


def spoken(file: JournalFile, candidates: Offsets, needles: Needles | None) -> Offsets:
    """Return those candidates whose MESSAGE holds a needle; all of them without needles.

    candidates: offsets at which whole entries lie.
    """
    if needles is None:
        return candidates
    kept = [np.empty(0, np.int64)]
    for begin in range(0, len(candidates), _ROWS):
        part = candidates[begin : begin + _ROWS]
        messages = _messages(file, part)
        distinct = np.unique(messages[messages > 0])
        said = distinct[_holding(_texts(file, distinct), needles)]
        # An entry whose message is gone is decoded all the same, so that it is counted.
        kept.append(part[np.isin(messages, said) | (messages == 0)])
    return np.concatenate(kept)


def _messages(file: JournalFile, entries: Offsets) -> Offsets:
    """Return for each entry the DATA object of its MESSAGE, 0 where it has none.

    An entry's fields stand in the order of writing, and a message is mostly new: so they are
    looked at from the last on.
    """
    found = np.zeros(len(entries), np.int64)
    packed: dict[int, bool] = {}
    for rows, table in items_of(file, entries):
        left = np.arange(len(rows))
        for column in range(table.shape[1] - 1, -1, -1):
            offsets = table[left, column]
            hits = _plain(file, offsets)
            found[rows[left[hits]]] = offsets[hits]
            left = left[~hits]
            if not len(left):
                break
        for row, offsets in zip(rows[left].tolist(), table[left].tolist(), strict=True):
            found[row] = next((one for one in offsets if _is_packed(file, one, packed)), 0)
    return found


def _plain(file: JournalFile, offsets: Offsets) -> NDArray[np.bool_]:
    """Tell which objects are messages as they stand."""
    sound = file.inside(offsets, file.payload_at + 8)
    safe = np.where(sound, offsets, 0) >> 3
    sound &= file.words[np.where(sound, safe + (file.payload_at >> 3), 0)] == _MESSAGE
    sound &= (file.words[safe] & _PLAIN) == ObjectType.DATA
    return sound


def _is_packed(file: JournalFile, offset: int, known: dict[int, bool]) -> bool:
    """Tell whether a compressed message lies there."""
    if offset not in known:
        size = file.size_of(offset, ObjectType.DATA)
        packed = size is not None and file.bytes[offset + 1] & PACKED
        known[offset] = bool(packed) and payload_of(file, offset, len(MESSAGE)) == MESSAGE
    return known[offset]


def _texts(file: JournalFile, messages: Offsets) -> list[bytes]:
    """Return the payloads of MESSAGE objects, those that are not whole as nothing."""
    heads, sizes = file.words[messages >> 3], file.words[(messages >> 3) + 1].astype(np.int64)
    ends = messages + np.clip(sizes, 0, LONGEST)
    whole = (sizes >= file.payload_at) & (messages + sizes <= file.end)
    plain = whole & ((heads & _PLAIN) == ObjectType.DATA)
    view, begins = file.bytes, (messages + file.payload_at).tolist()
    places = zip(messages.tolist(), begins, ends.tolist(), plain.tolist(), strict=True)
    return [
        view[begin:end] if simple else payload_of(file, at) or b""
        for at, begin, end, simple in places
    ]


def _holding(texts: list[bytes], needles: Needles) -> NDArray[np.bool_]:
    """Tell which texts hold a needle, looking through all of them at once."""
    ends = np.cumsum([len(text) + 1 for text in texts]) if texts else np.empty(0, np.int64)
    joined = b"\0".join(texts)
    holding = np.zeros(len(texts), np.bool_)
    places = np.array([at for at, _ in needles.hits(joined)], np.int64)
    holding[np.searchsorted(ends, places, "right")] = True
    return holding
