"""How often and how evenly a node's links went down: the difference between flap and loss."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from fencepost.causes.scene import AT_ONCE as ONE_LOSS
from fencepost.causes.scene import Scene
from fencepost.events.corosync import CorosyncStarted
from fencepost.model.case import Cut, Proof
from fencepost.model.history import falls_within

FINE = timedelta(milliseconds=300)
COARSE = timedelta(seconds=1)
"""Knet looks at its links every 0.2 s: what it loses together stands this close, by the stamps."""


AT_ONCE, CLEARLY, CLEARLY_NOT = 0.55, 0.65, 0.45
"""Measured, as the node itself and as its peers saw it: ports that flap 0.6 to 1.0 and 0.5 to 1.0,
one of them that flapped each 3 s 0.58 and 0.3; loss at one node 0.25 to 0.3 and 0.2 to 0.4."""


@dataclass(frozen=True, slots=True)
class Flaps:
    """The link losses between one node and its peers, as all who saw them logged them.

    cycles: how many separate moments of loss there were, as the best observer saw them.
    together: how far the node's link changes came for several peers at once, as it or as they
    saw it, whichever is more: near one for a port, near none for random loss.
    clear: whether both agree, and are far enough from the middle, to tell the two apart.
    usual: median time a link was down. lines: those that tell of the losses.
    """

    cycles: int
    together: float
    clear: bool
    downs: int
    usual: timedelta | None
    lines: tuple[Proof, ...]

    @property
    def at_once(self) -> bool:
        """Whether most losses came for several peers at once."""
        return self.together >= AT_ONCE


def flaps_of(scene: Scene, node: str) -> Flaps:
    """Count the losses between `node` and its peers in the incident."""
    own = _cuts(scene, node)
    lengths = sorted(cut.until - cut.since for cut in own if cut.until is not None)
    mine = [cut for cut in own if cut.node == node]
    others: dict[str, list[datetime]] = {}
    for cut in own:
        if cut.node != node:
            others.setdefault(cut.node, []).append(cut.since)
    most = max(2, (len({cut.peer for cut in mine}) + 1) // 2)
    downs = _moments([(cut.since, cut.peer) for cut in mine])
    ups = _moments([(cut.until, cut.peer) for cut in mine if cut.until is not None])
    whole = [moment for moment in downs if len(moment) >= most]
    shared = sum(len(moment) for moment in [*downs, *ups] if len(moment) >= most)
    fine = any(cut.since.microsecond for cut in own)
    measures = [_agreement(others)] if len(others) > 1 else []
    if mine and (fine or not measures):  # within whole seconds much comes together by chance
        measures.append(shared / (sum(map(len, downs)) + sum(map(len, ups))))
    together = max(measures, default=0.0)
    mean = sum(measures) / len(measures) if measures else 0.0
    return Flaps(
        cycles=max([len(whole), *map(len, others.values())], default=0),
        together=together,
        clear=(mean >= CLEARLY or together <= CLEARLY_NOT) and (fine or len(others) > 1),
        downs=len(own),
        usual=lengths[len(lengths) // 2] if lengths else None,
        lines=tuple(cut.opened for cut in own),
    )


def _agreement(others: dict[str, list[datetime]]) -> float:
    """The share of the peers' losses of a node that at least half of the other peers saw, too."""
    agreed = total = 0
    for peer, times in others.items():
        rest = [theirs for name, theirs in others.items() if name != peer]
        for at in times:
            seen = sum(falls_within(theirs, at - ONE_LOSS, at + ONE_LOSS) for theirs in rest)
            agreed += seen * 2 >= len(rest)
            total += 1
    return agreed / total if total else 0.0


def ragged(scene: Scene) -> bool:
    """Whether links went down and up many times, and not together: that is loss, not an outage."""
    directed = {(cut.node, cut.peer, cut.link) for cut in scene.cuts}
    if not directed or len(scene.cuts) <= 1.5 * len(directed):
        return False
    even = [node for node in scene.heard if flaps_of(scene, node).at_once]
    return len(even) * 2 < len(scene.heard)


def _cuts(scene: Scene, node: str) -> list[Cut]:
    """The losses between a node and its peers on the link that has most of them."""
    own_id = scene.case.cluster.id_of(node)
    by_link: dict[int, list[Cut]] = {}
    for cut in scene.cuts:
        if cut.node != node and cut.peer != own_id:
            continue
        restart = scene.case.timeline.of(
            CorosyncStarted,
            node=node,
            since=cut.since,
            until=cut.since + timedelta(seconds=8),
        )
        if not restart:
            by_link.setdefault(cut.link, []).append(cut)
    return max(by_link.values(), key=len, default=[])


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
