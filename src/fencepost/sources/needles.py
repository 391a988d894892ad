"""Finds any of many fixed texts in bytes, fast.

Python's regular expressions try every alternative wherever one of them may begin, which for
hundreds of wordings is everywhere. So each needle is looked for by a few bytes from one of its
rarer bytes on, shared in a prefix tree, and only where these stand is the needle compared. For
much data Hyperscan does it where it is installed (`scanner.py`), with the same answer.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from fencepost.sources.scanner import scanner

COMMON = b" 0e1os:2r5nta6cid38479\"pu.mfl[]T-\nyvb_EORNMghSxA=()I,/CkDJ+PwLF>Uq<BY@H;zGWZK'Qj"
"""Bytes by how often they stand in syslog and journals, most frequent first."""

RANK = [len(COMMON) - COMMON.index(byte) if byte in COMMON else 0 for byte in range(256)]
"""How common a byte is; 0 for the rarest."""

SCANNED = 1024 * 1024
"""Bytes searched in all from which on Hyperscan pays for being started."""

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
        scan = scanner(self._texts) if self._searched > SCANNED else None
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
