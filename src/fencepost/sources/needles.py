"""Finds any of many fixed texts in bytes, fast.

Python's regular expressions try every alternative wherever one of them may begin, which for
hundreds of wordings is everywhere. So each needle is looked for by a few bytes from one of its
rarer bytes on, shared in a prefix tree, and only where these stand is the needle compared.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from fencepost.sources.stems import Everyday, Within, stems_of

COMMON = b" 0e1os:2r5nta6cid38479\"pu.mfl[]T-\nyvb_EORNMghSxA=()I,/CkDJ+PwLF>Uq<BY@H;zGWZK'Qj"
"""Bytes by how often they stand in syslog and journals, most frequent first."""

RANK = [len(COMMON) - COMMON.index(byte) if byte in COMMON else 0 for byte in range(256)]
"""How common a byte is; 0 for the rarest."""

SCANNED = 1024 * 1024
"""Bytes searched in all from which on Hyperscan pays for being started."""

SAMPLE = 64 * 1024
"""Bytes from which is learned what everyday lines hold."""

STRAY, LESSONS = 4096, 8
"""More stems than one in so many bytes that belong to no needle are a reason to learn again, at
most so often."""

LONG = 8000
"""Bytes of a record past which its patterns are not asked; opening it cuts its text first."""

TAIL = 6
"""Bytes of a needle that are looked for, from its rare byte on; three may have to do."""


class Needles:
    """Finds where one of the needles stands."""

    def __init__(self, needles: tuple[bytes, ...]) -> None:
        self._texts = needles
        self._searched = 0
        rare = _rare_bytes(needles)
        found: dict[bytes, list[tuple[int, bytes]]] = {}
        for needle in needles:
            _, offset = min((RANK[needle[i]], i) for i in _offsets(needle) if needle[i] in rare)
            found.setdefault(needle[offset : offset + TAIL], []).append((offset, needle))
        tree: dict[Any, Any] = {}
        for tail in found:
            branch = tree
            for byte in tail:
                branch = branch.setdefault(byte, {})
            branch[None] = True
        self._tails = re.compile(_alternatives(tree))
        self._needles = {
            tail: [one for end in range(1, len(tail) + 1) for one in found.get(tail[:end], ())]
            for tail in found
        }

    def hits(self, data: bytes) -> Iterable[tuple[int, bytes]]:
        """Return every needle that stands in the data, with a place inside it, in order."""
        self._searched += len(data)
        scan = _scanner(self._texts) if self._searched > SCANNED else None
        return scan(data) if scan else self._standing(data, 0)

    def find(self, data: bytes, start: int) -> int:
        """Return where a needle, or a byte of it, stands from `start` on; -1 when none does."""
        return next((at for at, _ in self._standing(data, start)), -1)

    def _standing(self, data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
        while match := self._tails.search(data, start):
            at = match.start()
            for offset, needle in self._needles[match[0]]:
                # Before the data's begin this counts from its end, where too little is left.
                if data.startswith(needle, at - offset):
                    yield at, needle
            start = at + 1


class _Scanner:
    """Finds all needles with Hyperscan, by stems that are rare in what it has searched."""

    def __init__(self, texts: tuple[bytes, ...]) -> None:
        self._texts = texts
        self._everyday = Everyday()
        self._lessons = 0
        self._chosen: list[list[Within]] = []
        self._database: Any = None

    def hits(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return every needle that stands in the data, with a place inside it, in order.

        Raises:
            hyperscan.error: it has no code for this processor.
        """
        if self._database is None:
            self._learn(data)
        found: list[tuple[int, int]] = []

        def note(which: int, _begin: int, end: int, _flags: int, _context: object) -> None:
            found.append((end, which))

        self._database.scan(data, match_event_handler=note)
        hits = [
            (end - 1, needle)
            for end, which in found
            for size, needle in self._chosen[which]
            if data.startswith(needle, end - size) and end >= size
        ]
        if len(found) - len(hits) > len(data) // STRAY and self._lessons < LESSONS:
            self._learn(data)
        return hits

    def _learn(self, data: bytes) -> None:
        """Choose stems that are rare in this, too."""
        import hyperscan  # noqa: PLC0415 - an extra, and slow to load

        self._lessons += 1
        self._everyday.learn(data[len(data) // 2 :][:SAMPLE])
        stems = stems_of(self._texts, self._everyday)
        self._chosen = list(stems.values())
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=tuple(stems),
            ids=range(len(stems)),
            elements=len(stems),
            flags=[0] * len(stems),
            literal=True,
        )


@lru_cache(maxsize=8)
def _scanner(texts: tuple[bytes, ...]) -> Callable[[bytes], list[tuple[int, bytes]]] | None:
    """Return what finds all of these texts with Hyperscan; None where that cannot be had."""
    try:
        import hyperscan  # noqa: PLC0415 - an extra, and slow to load
    except ImportError:
        return None
    try:
        hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK).compile(
            expressions=(b"any",), literal=True
        )
    except hyperscan.error:  # a processor that it has no code for
        return None
    return _Scanner(texts).hits


def needles_of(
    needles: tuple[str, ...], *, also: tuple[bytes, ...] = (), in_json: bool = False
) -> Needles | None:
    """Return what finds exactly those lines that hold a needle, None if that is all of them.

    also: bytes to be found as well, as they stand.
    in_json: the lines are JSON, where needles stand as JSON escapes them.
    """
    if not needles or not all(needles):
        return None
    forms = {form for needle in needles for form in _forms(needle, in_json=in_json)}
    return _built(tuple(sorted(forms.union(also))))


@lru_cache(maxsize=8)
def _built(needles: tuple[bytes, ...]) -> Needles:
    return Needles(needles)


def proven_by(proofs: Mapping[str, tuple[str, ...]]) -> Callable[[bytes, bytes], bool] | None:
    """Return what tells whether a record with a needle matches one of the needle's patterns.

    A needle without patterns is proof enough, and so is one in a long record: a pattern may take
    time that grows with its square. Much cheaper than to open a record's envelope.
    """
    if not proofs:
        return None
    patterns = {text.encode("utf-8", "replace"): tuple(ways) for text, ways in proofs.items()}
    searches: dict[bytes, list[Callable[[str], object]]] = {}

    def proven(needle: bytes, record: bytes) -> bool:
        ways = searches.get(needle)
        if ways is None:
            ways = searches[needle] = [re.compile(w).search for w in patterns.get(needle, ())]
        if not ways or len(record) > LONG:
            return True
        text = record.decode("utf-8", "replace")
        return any(search(text) for search in ways)

    return proven


JSON_STYLES = (
    *({ord(char): f"\\u{ord(char):04x}" for char in chars} for chars in ("", "<>&", "<>&'")),
    {ord("/"): "\\/"},
)
"""What writers of JSON escape beyond what they must: nothing, Go, who guards HTML too, PHP."""


def _forms(needle: str, *, in_json: bool) -> set[bytes]:
    if not in_json:
        return {needle.encode("utf-8", "replace")}
    must = (json.dumps(needle, ensure_ascii=ascii_only)[1:-1] for ascii_only in (False, True))
    return {
        form.translate(style).encode("utf-8", "replace") for form in must for style in JSON_STYLES
    }


def _rare_bytes(needles: tuple[bytes, ...]) -> set[int]:
    """Choose the bytes to look from: as rare as can be with at least one in every needle."""
    options = [{needle[i] for i in _offsets(needle)} for needle in needles]
    rare = set().union(*options)
    for byte in sorted(rare, key=RANK.__getitem__, reverse=True):
        having = [option for option in options if byte in option]
        if all(len(option) > 1 for option in having):
            rare.remove(byte)
            for option in having:
                option.remove(byte)
    return rare


def _offsets(needle: bytes) -> range:
    return range(max(1, len(needle) - 2))


def _alternatives(tree: dict[Any, Any]) -> bytes:
    following = sorted(byte for byte in tree if byte is not None)
    ways = [re.escape(bytes([byte])) + _alternatives(tree[byte]) for byte in following]
    if None in tree:
        ways.append(b"")
    return ways[0] if len(ways) == 1 else b"(?:" + b"|".join(ways) + b")"
