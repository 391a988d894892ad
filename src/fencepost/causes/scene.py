"""Who lost whom: the picture of an incident that every cause starts from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar, overload

from fencepost.events.corosync import CorosyncSignalled
from fencepost.events.totem import LeaveNotReceived, TokenLate, TokenLost
from fencepost.model.case import (
    JOINS_WITHIN,
    Boot,
    Case,
    Cut,
    Ending,
    Incident,
    Membership,
    Proof,
    stays_alone,
)
from fencepost.model.event import Event
from fencepost.model.history import NEVER

A = TypeVar("A", bound=Event)
B = TypeVar("B", bound=Event)
C = TypeVar("C", bound=Event)
D = TypeVar("D", bound=Event)

HOST_LEAD = timedelta(seconds=180)
"""What stalls a host may begin this long before the cluster notices."""

BOOT_TAKES = timedelta(minutes=3)
"""What is started within this time of a boot belongs to the boot."""

GOODBYE = timedelta(seconds=6)
"""A link goes down about a second after its peer was stopped, and some seconds at most."""

TELLS_WITHIN = timedelta(seconds=10)
"""A node logs within this time what it lost: links after 2 s, the new ring after token and consensus
(3.65 s and 4.38 s with three nodes)."""

AT_ONCE = timedelta(milliseconds=1600)
"""Link losses of one node this close together are one loss: knet looks every 0.2 s, stamps may be
whole seconds, and peers' pings are spread over a ping interval."""


@dataclass(frozen=True, slots=True)
class Loss:
    """`observer` lost sight of `peer` for a while; both are names."""

    observer: str
    peer: str
    at: datetime
    until: datetime | None
    proof: Event


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """An incident as its nodes saw it. All nodes are names.

    members: nodes that were up and in the ring or wanted to be.
    heard: those of them whose corosync lines were read.
    losses: every loss of a peer, by knet (all links to it down); where knet is not heard of,
    by leaving the ring. A ring may throw out a node that no link was lost to.
    rings, cuts: those that began in it.
    """

    case: Case
    incident: Incident
    since: datetime
    until: datetime
    members: tuple[str, ...]
    heard: tuple[str, ...]
    losses: tuple[Loss, ...]
    rings: tuple[Membership, ...]
    cuts: tuple[Cut, ...]

    # --- asking -----------------------------------------------------------------------------

    @overload
    def events(self, a: type[A], /, *, node: str | None = None, lead: bool = False) -> list[A]: ...
    @overload
    def events(
        self, a: type[A], b: type[B], /, *, node: str | None = None, lead: bool = False
    ) -> list[A | B]: ...
    @overload
    def events(
        self, a: type[A], b: type[B], c: type[C], /, *, node: str | None = None, lead: bool = False
    ) -> list[A | B | C]: ...
    @overload
    def events(
        self,
        a: type[A],
        b: type[B],
        c: type[C],
        d: type[D],
        /,
        *,
        node: str | None = None,
        lead: bool = False,
    ) -> list[A | B | C | D]: ...
    @overload
    def events(
        self, *kinds: type[Event], node: str | None = None, lead: bool = False
    ) -> list[Event]: ...
    def events(self, *kinds: type[Event], node: str | None = None, lead: bool = False) -> Any:
        """Return events of the incident; `lead` looks some minutes further back."""
        since = self.since - HOST_LEAD if lead else self.since
        return self.case.timeline.of(*kinds, node=node, since=since, until=self.until)

    def lost_by(self, observer: str) -> set[str]:
        """Return the peers that `observer` lost."""
        return {loss.peer for loss in self.losses if loss.observer == observer}

    def who_lost(self, peer: str) -> set[str]:
        """Return the nodes that lost `peer`."""
        return {loss.observer for loss in self.losses if loss.peer == peer}

    def listening(self, node: str, at: datetime) -> bool:
        """Whether the log of `node` goes on long enough after this to tell what it lost then."""
        return any(boot.last_heard >= at + TELLS_WITHIN for boot in self.case.boots_of(node).at(at))

    def boot_of(self, node: str) -> Boot | None:
        """Return the boot of `node` that ended in this incident, if one did."""
        return next((boot for boot in self.incident.boots if boot.node == node), None)

    def booting(self, node: str) -> bool:
        """Whether `node` had begun a boot in the minutes before its first loss."""
        first = self.first_loss(node)
        return first is not None and any(
            boot.began is not None
            for boot in self.case.boots_of(node).begun(first - BOOT_TAKES, first)
        )

    def fenced_quorate(self, node: str) -> bool:
        """Whether this node reset itself without having lost quorum in the minutes before."""
        boot = self.boot_of(node)
        if boot is None or boot.ending is not Ending.SELF_FENCE or boot.ended is None:
            return False
        since = boot.ended - timedelta(seconds=150)
        return not self.case.quorum_losses.of(node).begun(since, boot.ended)

    # --- the picture ------------------------------------------------------------------------

    @property
    def pairs(self) -> set[frozenset[str]]:
        """Return the pairs of nodes of which one lost the other."""
        return {frozenset((loss.observer, loss.peer)) for loss in self.losses}

    def hub(self) -> str | None:
        """Return the one node that every loss involves, when it is the only such node.

        With two nodes, or one pair, both are in every loss and neither is singled out.
        """
        pairs = self.pairs
        if not pairs:
            return None
        common = frozenset.intersection(*pairs)
        return next(iter(common)) if len(common) == 1 else None

    def alone(self) -> list[str]:
        """Return the nodes that lost all others at some moment, while others kept each other.

        A node whose own log is missing counts when all the others lost it, and kept somebody.
        """
        found = []
        for node in self.members:
            peers = set(self.members) - {node}
            observers = {name for name in peers if name in self.heard}
            own = self.lost_by(node) >= peers if node in self.heard else False
            seen = self.who_lost(node) >= observers and len(observers) > 0
            kept = any(self.lost_by(name) < set(self.members) - {name} for name in observers)
            if (own and (seen or not observers)) or (seen and kept and node not in self.heard):
                found.append(node)
        return found

    def onsets(self, node: str) -> list[tuple[datetime, set[str]]]:
        """Return the moments at which a node lost peers, with all it lost in that moment."""
        found: list[tuple[datetime, set[str]]] = []
        for loss in self.losses:
            if loss.observer != node:
                continue
            if found and loss.at - found[-1][0] <= AT_ONCE:
                found[-1][1].add(loss.peer)
            else:
                found.append((loss.at, {loss.peer}))
        return found

    def first_loss(self, node: str) -> datetime | None:
        """Return when `node` first lost a peer or was first lost by one."""
        return next((loss.at for loss in self.losses if node in (loss.observer, loss.peer)), None)

    def proofs(self, *nodes: str, most: int = 4) -> list[Proof]:
        """Return the first losses that involve any of these nodes, one for each pair."""
        found: list[Proof] = []
        seen: set[tuple[str, str]] = set()
        for loss in self.losses:
            if nodes and loss.observer not in nodes and loss.peer not in nodes:
                continue
            if (loss.observer, loss.peer) not in seen:
                seen.add((loss.observer, loss.peer))
                found.append(loss.proof)
        return found[:most]

    def tokens(self, *nodes: str, most: int = 2) -> list[Proof]:
        """Return the first lines about a late or lost token, of these nodes or of all."""
        said = [
            event for event in self.events(TokenLost, TokenLate) if not nodes or event.node in nodes
        ]
        return list(said[:most])


@lru_cache(maxsize=4)
def look(case: Case, incident: Incident) -> Scene:
    """Draw the picture of one incident."""
    since, until = case.within(incident)
    rings = case.memberships.begun(since, until)
    cuts = case.cuts.begun(since, until)
    rude = [cut for cut in cuts if not _polite(case, cut)]
    seen = _by_links(case, rude) or _by_rings(case, rings) or _by_pasted_words(case, since, until)
    losses = sorted(
        [*seen, *_never_joined(case, rings)],
        key=lambda loss: (loss.at, loss.observer, loss.peer),
    )
    speakers = case.memberships.nodes | case.timeline.nodes(LeaveNotReceived, TokenLost)
    heard = tuple(
        name
        for name in sorted(speakers)
        if name in case.heard and case.heard[name][0] <= until and case.heard[name][1] >= since
    )
    return Scene(
        case=case,
        incident=incident,
        since=since,
        until=until,
        members=_members(case, since, until, losses, heard),
        heard=heard,
        losses=tuple(losses),
        rings=rings,
        cuts=cuts,
    )


def _members(
    case: Case,
    since: datetime,
    until: datetime,
    losses: Sequence[Loss],
    heard: Sequence[str],
) -> tuple[str, ...]:
    """Nodes that were in a ring shortly before or during the incident."""
    ids: set[int] = set()
    for member in case.memberships.touching(since, until):
        ids |= set(member.members) | set(member.left)
    names = {case.cluster.name_of(node_id) for node_id in ids}
    names |= {name for loss in losses for name in (loss.observer, loss.peer)}
    if not ids:
        names |= set(heard)
    return tuple(sorted(names))


def _by_links(case: Case, cuts: Sequence[Cut]) -> list[Loss]:
    """Losses by knet: all links that a pair uses are down at once."""
    links = max(1, len(case.cluster.links) or 1)
    by_pair: dict[tuple[str, int], list[Cut]] = {}
    for cut in cuts:
        by_pair.setdefault((cut.node, cut.peer), []).append(cut)
    found = []
    for (node, peer), own in by_pair.items():
        used = max(links, len({cut.link for cut in own}))
        down: dict[int, datetime] = {}  # until when each link is
        for at, same in groupby(own, key=attrgetter("since")):
            cuts = list(same)
            for cut in cuts:
                down[cut.link] = max(down.get(cut.link, at), cut.until or NEVER)
            if sum(until > at for until in down.values()) >= used:
                name = case.cluster.name_of(peer)
                found += [Loss(node, name, at, cut.until, cut.opened) for cut in cuts]
    return found


def _polite(case: Case, cut: Cut) -> bool:
    """Whether the peer had said goodbye: its corosync was stopped, and the link followed."""
    peer = case.cluster.name_of(cut.peer)
    since, until = cut.since - GOODBYE, cut.since + GOODBYE
    stopped = case.timeline.of(CorosyncSignalled, node=peer, since=since, until=cut.since)
    return bool(stopped) or any(
        cut.peer in member.left and cut.peer not in member.failed
        for member in case.memberships.of(cut.node).begun(since, until)
    )


def _never_joined(case: Case, rings: Sequence[Membership]) -> list[Loss]:
    """Losses of a node that started, stayed alone, and did not find those that were there."""
    found: list[Loss] = []
    for member in rings:
        if not stays_alone(member, case.memberships):
            continue
        late = member.since + JOINS_WITHIN
        for other in case.memberships.at(late):
            if other.node != member.node and other.until != late:
                at, until = member.since, member.until
                found.append(Loss(member.node, other.node, at, until, member.proof))
                found.append(Loss(other.node, member.node, at, until, other.proof))
    return found


def _by_rings(case: Case, rings: Sequence[Membership]) -> list[Loss]:
    """Losses by leaving the ring without a goodbye."""
    name_of = case.cluster.name_of
    return [
        Loss(member.node, name_of(node_id), member.since, member.until, member.proof)
        for member in rings
        for node_id in member.failed
        if node_id != case.cluster.id_of(member.node)
    ]


def _by_pasted_words(case: Case, since: datetime, until: datetime) -> list[Loss]:
    """Losses from `failed: 2 3` lines whose ring was not pasted along with them."""
    return [
        Loss(said.node, case.cluster.name_of(node_id), said.at, None, said)
        for said in case.timeline.of(LeaveNotReceived, since=since, until=until)
        for node_id in said.failed
    ]


def joined(names: Sequence[str]) -> str:
    """Write a list of names as prose: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + " and " + names[-1]
