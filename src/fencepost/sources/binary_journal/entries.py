"""Chooses the entries of a journal that are worth decoding, with arrays instead of loops."""

from dataclasses import dataclass, field

import numpy as np

from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.index import Index
from fencepost.sources.binary_journal.items import referring
from fencepost.sources.binary_journal.recovery import recover

SIGN_OF_LIFE = 512
"""Entries of one boot of which at least one is handed on: about 64 KiB of log, as text."""

SAMPLED = 32
"""Of so many entries one is asked for its time, to find a stretch of time."""

_ALL_TIME = (0, (1 << 63) - 1)

Window = tuple[int, int]
"""The first and the last microsecond since 1970 that are asked for."""


@dataclass(slots=True)
class Choice:
    """What a journal has to offer.

    entries: all of them, in the order of writing. candidates: those of a wanted program.
    boots: the entries of each boot. holes: the parts of a damaged file that could not be read.
    """

    entries: Offsets
    candidates: Offsets
    boots: list[Offsets] = field(default_factory=list)
    holes: list[tuple[int, int]] = field(default_factory=list)


def choose(file: JournalFile, programs: frozenset[str], *, alone: bool = False) -> Choice:
    """Find all entries, and those of these programs; all of them when none is named.

    alone: nothing but what these programs said is asked for, no signs of life.
    """
    wanted = _payloads(programs)
    index = Index(file)
    alone = alone and bool(programs)
    entries = np.empty(0, np.int64) if alone else index.all_entries()
    if programs:
        data = [
            offset
            for name in sorted({payload.partition(b"=")[0] for payload in wanted})
            for value, offset in index.values(name)
            if name + b"=" + value in wanted
        ]
        candidates = union([index.entries_of(offset) for offset in data])
    else:
        candidates = entries
    boots = [] if alone else [index.entries_of(offset) for _, offset in index.values(b"_BOOT_ID")]
    if alone and not index.damaged:
        entries = candidates
    if not index.damaged and file.are_entries(candidates).all():
        return Choice(entries, candidates, boots)
    found = recover(file, wanted)
    walked = np.frombuffer(found.entries, np.int64) if found.entries else np.empty(0, np.int64)
    entries = union([entries, walked])
    entries = entries[file.are_entries(entries)]
    if programs:
        known = np.unique(np.frombuffer(found.data, np.int64)) if found.data else walked[:0]
        candidates = union([candidates, referring(file, entries, known)])
        candidates = candidates[file.are_entries(candidates)]
    else:
        candidates = entries
    return Choice(entries, candidates, _boots_of(file, entries), found.holes)


def within(file: JournalFile, choice: Choice, window: Window) -> Choice:
    """Return what lies in a stretch of time, and a little around it.

    Times mostly grow along the file, but a clock that is set goes back: so it is not bisected,
    but a sample of all times tells in which parts of the file the stretch may lie.
    """
    if window == _ALL_TIME or not len(choice.entries):
        return choice
    sampled = choice.entries[::SAMPLED]
    sampled = sampled[file.are_entries(sampled)]
    times = file.words[(sampled >> 3) + 3]
    low, high = (np.uint64(max(0, at)) for at in window)
    inside = np.flatnonzero((times >= low) & (times <= high))
    # A stretch shorter than a sample lies where the times pass it.
    passed = np.flatnonzero((times[:-1] < low) & (times[1:] > high))
    hits = np.concatenate([inside, passed])
    if len(hits):
        first, last = max(int(hits.min()) - 1, 0), int(hits.max()) + 1
    else:
        first = last = len(sampled) - 1 if len(times) and times[-1] < low else 0
    begin = int(sampled[first]) if len(sampled) else 0
    end = int(sampled[last + 1]) if last + 1 < len(sampled) else file.end

    def cut(offsets: Offsets) -> Offsets:
        found: Offsets = offsets[slice(*np.searchsorted(offsets, (begin, end)))]
        return found

    boots = [part for part in map(cut, choice.boots) if len(part)]
    return Choice(cut(choice.entries), cut(choice.candidates), boots, choice.holes)


def around(choice: Choice, wanted: Offsets) -> Offsets:
    """Return the wanted entries, those right before them, and those that show life."""
    parts = [wanted]
    for boot in choice.boots or [choice.entries]:
        if not len(boot):
            continue
        own = wanted[slice(*np.searchsorted(wanted, (boot[0], boot[-1] + 1)))]
        at = np.searchsorted(boot, own)
        before = at[boot[at] == own] - 1
        parts += [boot[before[before >= 0]], boot[::SIGN_OF_LIFE], boot[[0, -1]]]
    return union([*parts, choice.entries[:1], choice.entries[-1:]])


def union(parts: list[Offsets]) -> Offsets:
    """Return what is in any of these, in order, each once."""
    joined = np.concatenate([np.empty(0, np.int64), *parts])
    joined.sort(kind="stable")
    return joined[np.diff(joined, prepend=-1) > 0]


def _payloads(programs: frozenset[str]) -> frozenset[bytes]:
    names = {f"{field}={name}" for name in programs for field in ("SYSLOG_IDENTIFIER", "_COMM")}
    if "kernel" in programs:
        names.add("_TRANSPORT=kernel")
    if "systemd" in programs:
        names.add("_SYSTEMD_UNIT=init.scope")
    return frozenset(name.encode("utf-8", "replace") for name in names)


def _boots_of(file: JournalFile, entries: Offsets) -> list[Offsets]:
    """Return the entries of each boot, by the id that each entry bears."""
    if not len(entries):
        return []
    ids = np.stack([file.words[(entries >> 3) + 5], file.words[(entries >> 3) + 6]], axis=1)
    _, boot = np.unique(ids, axis=0, return_inverse=True)
    order = np.argsort(boot.ravel(), kind="stable")
    edges = np.flatnonzero(np.diff(boot.ravel()[order])) + 1
    return np.split(entries[order], edges)
