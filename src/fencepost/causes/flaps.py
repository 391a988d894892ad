"""How often and how evenly a node's links went down: the difference between flap and loss."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fencepost.causes.scene import Scene
from fencepost.events.corosync import CorosyncStarted
from fencepost.model.case import Cut, Proof

FINE = timedelta(milliseconds=300)
COARSE = timedelta(seconds=1)
"""Knet looks at its links every 0.2 s: what it loses together stands this close, by the stamps."""


@dataclass(frozen=True, slots=True)
class Flaps:
    """The link losses between one node and its peers, as all who saw them logged them.

    cycles: how many separate moments of loss there were, as the best observer saw them.
    together: share of the node's link changes, down and up, that came for several peers at
    once: near one for a port, near none for random loss. usual: median time a link was down. lines: those that tell of
    the losses.
    """

    cycles: int
    together: float
    downs: int
    usual: timedelta | None
    lines: tuple[Proof, ...]


def flaps_of(scene: Scene, node: str) -> Flaps:
    """Count the losses between `node` and its peers in the incident."""
    own = _cuts(scene, node)
    lengths = sorted(cut.until - cut.since for cut in own if cut.until is not None)
    usual = lengths[len(lengths) // 2] if lengths else None
    mine = [cut for cut in own if cut.node == node]
    others: dict[str, int] = {}
    for cut in own:
        if cut.node != node:
            others[cut.node] = others.get(cut.node, 0) + 1
    lines = tuple(cut.opened for cut in own)
    if not mine:
        return Flaps(max(others.values(), default=0), _even(others), len(own), usual, lines)
    downs = _moments([(cut.since, cut.peer) for cut in mine])
    ups = _moments([(cut.until, cut.peer) for cut in mine if cut.until is not None])
    most = max(2, (len({cut.peer for cut in mine}) + 1) // 2)
    whole = [moment for moment in downs if len(moment) >= most]
    shared = sum(len(moment) for moment in [*downs, *ups] if len(moment) >= most)
    cycles = max([len(whole), *others.values()], default=0)
    changes = sum(map(len, downs)) + sum(map(len, ups))
    return Flaps(cycles, shared / changes, len(own), usual, lines)


def ragged(scene: Scene) -> bool:
    """Whether links went down and up many times, and not together: that is loss, not an outage."""
    cuts = [cut for cut in scene.case.cuts if scene.since <= cut.since <= scene.until]
    directed = {(cut.node, cut.peer, cut.link) for cut in cuts}
    if not directed or len(cuts) <= 2.5 * len(directed):
        return False
    even = [node for node in scene.heard if flaps_of(scene, node).together >= 0.6]
    return len(even) * 2 < len(scene.heard)


def _even(counts: dict[str, int]) -> float:
    """Without the node's own log: how evenly its peers lost it."""
    return min(counts.values()) / max(counts.values()) if len(counts) > 1 else 0.0


def _cuts(scene: Scene, node: str) -> list[Cut]:
    own_id = scene.case.cluster.id_of(node)
    found = []
    for cut in scene.case.cuts:
        if not scene.since <= cut.since <= scene.until:
            continue
        if cut.node != node and cut.peer != own_id:
            continue
        restart = scene.case.timeline.of(
            CorosyncStarted,
            node=node,
            since=cut.since,
            until=cut.since + timedelta(seconds=8),
        )
        if not restart:
            found.append(cut)
    return found


def _moments(changes: list[tuple[datetime, int]]) -> list[list[tuple[datetime, int]]]:
    """Return the changes in groups that came at once."""
    window = FINE if any(at.microsecond for at, _ in changes) else COARSE
    found: list[list[tuple[datetime, int]]] = []
    for change in sorted(changes):
        if found and change[0] - found[-1][0][0] <= window:
            found[-1].append(change)
        else:
            found.append([change])
    return found
