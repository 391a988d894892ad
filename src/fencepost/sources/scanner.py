"""Finds many fixed texts at once with Hyperscan, where it is installed."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from fencepost.sources.stems import Everyday, Within, stems_of

SAMPLE = 64 * 1024
"""Bytes from which is learned what everyday lines hold."""

STRAY, LESSONS = 4096, 8
"""More stems than one in so many bytes that belong to no needle are a reason to learn again, at
most so often."""


class Scanner:
    """Finds all needles with Hyperscan, by stems that are rare in what it has searched."""

    def __init__(self, texts: tuple[bytes, ...]) -> None:
        self._texts = texts
        self._everyday = Everyday()
        self._lessons = 0
        self._chosen: list[list[Within]] = []
        self._database: Any = None

    def hits(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return every needle that stands in the data, with a place inside it, in order."""
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
def scanner(texts: tuple[bytes, ...]) -> Callable[[bytes], list[tuple[int, bytes]]] | None:
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
    return Scanner(texts).hits
