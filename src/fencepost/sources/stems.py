"""Chooses stems: a few short texts of which every needle holds one, and everyday lines hold few.

A matcher of fixed texts slows down with their number, and wherever parts of them stand: two hundred
stems of four rare bytes are found more than three times as fast as the thousand needles that hold
them. What is everyday is learned from the log itself.
"""

from collections import Counter
from collections.abc import Iterable
from heapq import heapify, heappop, heapreplace

SIZE = 4
"""Bytes of a stem: of three to eight, Hyperscan finds four fastest by far."""

OWN_COST = 500
"""A stem costs as much as pairs of bytes that are one in so many."""

Within = tuple[int, bytes]
"""A needle, and how many bytes of it end where the stem in it does."""


class Everyday:
    """What ordinary lines are made of: the stems in a sample of them, and pairs of bytes."""

    def __init__(self) -> None:
        self.stems: set[bytes] = set()
        self._pairs: Counter[bytes] = Counter()
        self._all = 0

    def learn(self, sample: bytes) -> None:
        """Take this for everyday, too."""
        self.stems |= stems_in(sample)
        self._pairs.update(_runs(sample, 2))
        self._all += len(sample)

    def cost(self, stem: bytes) -> float:
        """Return about how much it costs to look for a stem, hits left out."""
        often = self._pairs.get
        pairs = often(stem[:2], 0) + often(stem[1:3], 0) + often(stem[2:], 0)
        return 1 + self._all / OWN_COST + pairs


def stems_of(needles: Iterable[bytes], everyday: Everyday) -> dict[bytes, list[Within]]:
    """Return texts to look for, and for each the needles to compare where it stands.

    Each needle is listed under one text, at the first place where that stands in it: itself
    where all its stems are everyday, or it is too short to have any. So whoever compares
    finds a needle wherever it stands, and once.
    """
    holding: dict[bytes, list[bytes]] = {}
    chosen: dict[bytes, list[Within]] = {}
    for needle in needles:
        stems = stems_in(needle) - everyday.stems
        for stem in stems:
            holding.setdefault(stem, []).append(needle)
        if not stems:
            chosen[needle] = [(len(needle), needle)]
    costs = {stem: everyday.cost(stem) for stem in holding}
    # The stem that covers most for its cost comes next. What one covers only shrinks, so that
    # it is counted again when its turn comes.
    left: set[bytes] = set().union(*holding.values())
    turns = [(-len(found) / costs[stem], stem) for stem, found in holding.items()]
    heapify(turns)
    while left:
        worth, stem = turns[0]
        found = [needle for needle in holding[stem] if needle in left]
        if not found:
            heappop(turns)
        elif -len(found) / costs[stem] > worth:
            heapreplace(turns, (-len(found) / costs[stem], stem))
        else:
            heappop(turns)
            chosen[stem] = [(needle.find(stem) + SIZE, needle) for needle in found]
            left.difference_update(found)
    return chosen


def stems_in(data: bytes) -> set[bytes]:
    """Return every stem that stands in the data."""
    return set(_runs(data, SIZE))


def _runs(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(len(data) - size + 1)]
