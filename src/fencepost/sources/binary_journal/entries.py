"""Chooses the entries of a journal that are worth decoding, with arrays instead of loops."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.index import Index
from fencepost.sources.binary_journal.layout import ENTRY_ITEMS, PACKED, ObjectType
from fencepost.sources.binary_journal.payload import payload_of
from fencepost.sources.binary_journal.recovery import recover
from fencepost.sources.needles import Needles

MESSAGE = b"MESSAGE="
_MESSAGE = np.uint64(int.from_bytes(MESSAGE, "little"))
SIGN_OF_LIFE = 128
"""Entries of which at least one is handed on."""

_ROWS = 1 << 15  # entries looked at in one go
_CELLS = 1 << 20  # and references to fields in one go


@dataclass(slots=True)
class Choice:
    """What a journal has to offer.

    entries: all of them, in the order of writing. candidates: those of a wanted program.
    holes: the parts of a damaged file that could not be read.
    """

    entries: Offsets
    candidates: Offsets
    boots: list[Offsets] = field(default_factory=list)
    holes: list[tuple[int, int]] = field(default_factory=list)


def choose(file: JournalFile, programs: frozenset[str]) -> Choice:
    """Find all entries, and those of these programs; all of them when none is named."""
    wanted = _payloads(programs)
    index = Index(file)
    entries = index.all_entries()
    if programs:
        data = [
            offset
            for name in sorted({payload.partition(b"=")[0] for payload in wanted})
            for value, offset in index.values(name)
            if name + b"=" + value in wanted
        ]
        candidates = _union([index.entries_of(offset) for offset in data])
    else:
        candidates = entries
    boots = [index.entries_of(offset) for _, offset in index.values(b"_BOOT_ID")]
    if not index.damaged and file.are_entries(candidates).all():
        return Choice(entries, candidates, boots)
    found = recover(file, wanted)
    walked = np.frombuffer(found.entries, np.int64) if found.entries else np.empty(0, np.int64)
    entries = _union([entries, walked])
    entries = entries[file.are_entries(entries)]
    if programs:
        known = np.unique(np.frombuffer(found.data, np.int64)) if found.data else walked[:0]
        candidates = _union([candidates, _referring(file, entries, known)])
    else:
        candidates = entries
    return Choice(entries, candidates, boots, found.holes)


def spoken(file: JournalFile, candidates: Offsets, needles: Needles | None) -> Offsets:
    """Return those candidates whose MESSAGE holds a needle; all of them without needles."""
    sound = candidates[file.are_entries(candidates)]
    if needles is None:
        return sound
    kept = [np.empty(0, np.int64)]
    for begin in range(0, len(sound), _ROWS):
        part = sound[begin : begin + _ROWS]
        messages = _messages(file, part)
        distinct = np.unique(messages[messages > 0])
        texts = [payload_of(file, offset) or b"" for offset in distinct.tolist()]
        said = distinct[_holding(texts, needles)]
        # An entry whose message is gone is decoded all the same, so that it is counted.
        kept.append(part[np.isin(messages, said) | (messages == 0)])
    return np.concatenate(kept)


def around(choice: Choice, wanted: Offsets) -> Offsets:
    """Return the wanted entries, those right before them, and those that show life."""
    entries = choice.entries
    if not len(entries):
        return wanted
    before = np.searchsorted(entries, wanted) - 1
    ends = [boot[[0, -1]] for boot in choice.boots if len(boot)]
    return _union(
        [wanted, entries[before[before >= 0]], entries[::SIGN_OF_LIFE], *ends, entries[[0, -1]]]
    )


def _payloads(programs: frozenset[str]) -> frozenset[bytes]:
    names = {f"{field}={name}" for name in programs for field in ("SYSLOG_IDENTIFIER", "_COMM")}
    if "kernel" in programs:
        names.add("_TRANSPORT=kernel")
    if "systemd" in programs:
        names.add("_SYSTEMD_UNIT=init.scope")
    return frozenset(name.encode("utf-8", "replace") for name in names)


def _union(parts: list[Offsets]) -> Offsets:
    return np.unique(np.concatenate([np.empty(0, np.int64), *parts]))


def _items(file: JournalFile, entries: Offsets) -> Iterator[tuple[NDArray[np.intp], Offsets]]:
    """Yield rows of `entries` of one length, and the DATA offsets of each of these rows."""
    sizes = file.words[(entries >> 3) + 1].astype(np.int64)
    counts = (sizes - ENTRY_ITEMS) // file.item_size
    for count in np.unique(counts).tolist():
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


def _messages(file: JournalFile, entries: Offsets) -> Offsets:
    """Return for each entry the DATA object of its MESSAGE, 0 where it has none."""
    found = np.zeros(len(entries), np.int64)
    packed: dict[int, bool] = {}
    for rows, offsets in _items(file, entries):
        sound = file.inside(offsets, file.payload_at + 8)
        table = np.where(sound, offsets, 0)
        heads = file.words[table >> 3]
        sound &= (heads & np.uint64(0xFF)) == ObjectType.DATA
        texts = file.words[np.where(sound, (table + file.payload_at) >> 3, 0)]
        flags = heads & np.uint64(PACKED << 8)
        hits = sound & (texts == _MESSAGE) & (flags == 0)
        first = hits.argmax(1)
        every = np.arange(len(rows))
        has = hits[every, first]
        found[rows] = np.where(has, table[every, first], 0)
        pressed = sound & (flags != 0) & ~has[:, None]
        for row, column in zip(*(axis.tolist() for axis in np.nonzero(pressed)), strict=True):
            offset = int(table[row, column])
            if offset not in packed:
                packed[offset] = (payload_of(file, offset) or b"").startswith(MESSAGE)
            if packed[offset]:
                found[rows[row]] = offset
    return found


def _referring(file: JournalFile, entries: Offsets, data: Offsets) -> Offsets:
    """Return the entries that refer to one of these DATA objects, or to something broken."""
    kept = [np.empty(0, np.int64)]
    for begin in range(0, len(entries), _ROWS):
        part = entries[begin : begin + _ROWS]
        for rows, table in _items(file, part):
            sound = file.inside(table, file.payload_at)
            sound &= file.bytes8[np.where(sound, table, 0)] == ObjectType.DATA
            hits = np.isin(table, data) | ~sound
            kept.append(part[rows[hits.any(1)]])
    return np.concatenate(kept)


def _holding(texts: list[bytes], needles: Needles) -> NDArray[np.bool_]:
    """Tell which texts hold a needle, looking through all of them at once."""
    ends = np.cumsum([len(text) + 1 for text in texts]) if texts else np.empty(0, np.int64)
    joined = b"\0".join(texts)
    holding = np.zeros(len(texts), np.bool_)
    at = needles.find(joined, 0)
    while at >= 0:
        text = int(np.searchsorted(ends, at, "right"))
        holding[text] = True
        at = needles.find(joined, int(ends[text]))
    return holding
