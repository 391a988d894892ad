"""The lives of each node: where one boot ends and the next begins."""

from bisect import bisect_right
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise

from fencepost.model.case import Boot, Boots
from fencepost.model.timeline import Timeline
from fencepost.reconstruct.starts import Covered, Start, find_starts

ROUNDED = timedelta(seconds=1)
"""A copy of a line with whole seconds stands up to this long before the line itself."""


def split_boots(
    timeline: Timeline,
    signs: Mapping[str, list[datetime]],
    covered: Mapping[str, Covered] | None = None,
) -> Boots:
    """Return every boot of every node, not yet saying how it ended.

    signs: for each node, the times of its lines in order, on the common clock.
    covered: the same for each file of each node.
    """
    found: list[Boot] = []
    for node in sorted(signs):
        starts = find_starts(timeline, node, (covered or {}).get(node))
        found += _boots_of(node, starts, signs[node])
    return Boots(found)


def _boots_of(node: str, starts: list[Start], signs: list[datetime]) -> list[Boot]:
    """Cut a node's lines at the first one of each boot."""
    found: list[Boot] = []
    edges: list[tuple[int, Start | None]] = [(0, None)]
    for start in starts:
        low = bisect_right(signs, start.at - ROUNDED)
        if low < len(signs):
            if edges[-1][0] == low:
                edges.pop()
            edges.append((low, start))
    for (low, began), (high, _) in pairwise([*edges, (len(signs), None)]):
        if low < high:
            found.append(
                Boot(
                    node=node,
                    began=signs[low] if began and began.inside else None,
                    first_heard=signs[low],
                    last_heard=signs[high - 1],
                    back_at=signs[high] if high < len(signs) else None,
                    boot_id=began.boot_id if began else None,
                )
            )
    return found
