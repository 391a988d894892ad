"""What a hang of the port does to the cluster: a blip, an expulsion, or a self-fence."""

from dataclasses import dataclass

from . import corosync, ha, lifecycle, nic, pmxcfs, services
from .cluster import Cluster, Node, Pids

_LATE_LOCK = 121.4
"""Seconds from a rejoin until the lock that a reset left behind is free: the node has the lowest
corosync id, so its own fresh pmxcfs starts the count of 120 again."""


@dataclass(frozen=True, slots=True)
class Hang:
    """One hang of the transmit ring.

    cut: from here on nothing leaves the port. outage: seconds until it sends again.
    resets: whether an adapter reset ended it. fed: the LRM's last good round before.
    """

    cut: float
    outage: float
    resets: bool
    fed: float

    @property
    def healed(self) -> float:
        """When the port sends again."""
        return self.cut + self.outage


@dataclass(frozen=True, slots=True)
class SelfFence:
    """What became of a hang that outlasted the watchdog."""

    reset: float
    back: float
    acked: bool
    moves: ha.Moves


def blip(cluster: Cluster, victim: Node, hang: Hang) -> None:
    """Lose the token; the ring forms again with everybody before the wait for consensus ends."""
    _break(cluster, victim, hang, until=hang.healed)
    consensus = _lose_token(cluster, victim, hang.cut)
    back = min(_links_return(cluster, victim, hang.healed, 1.7, 2.1) + 0.3, consensus - 0.1)
    ring = cluster.next_ring()
    for node in cluster.nodes:
        at = corosync.form_ring(node, back, ring, cluster.nodes)
        if cluster.rng.random() < 0.6:
            pmxcfs.say(node, at + 0.05, "[dcdb] notice: cpg_send_message retried 1 times")
    cluster.cuts.append((victim, hang.cut, back))


def expulsion(cluster: Cluster, victim: Node, hang: Hang) -> float | None:
    """Lose the node as a member and quorum on it, until the port sends again.

    Returns when the LRM had its lock again.
    """
    _break(cluster, victim, hang, until=hang.healed)
    lost = _expel(cluster, victim, _lose_token(cluster, victim, hang.cut))
    back = max(_links_return(cluster, victim, hang.healed, 2.0, 3.6), lost) + 0.8
    alone_until = pmxcfs.stand_alone(victim, lost, back)
    _take_back(cluster, victim, back, alone_until)
    cluster.cuts.append((victim, hang.cut, back))
    if victim is not cluster.master:
        ha.miss(cluster, victim, lost, back)
    ha.starve_crm(cluster, victim, hang.cut, lost, back)
    regained = ha.starve_lrm(cluster, victim, hang.fed, lost, back)
    ha.watchdog(victim, hang.fed, regained)
    return regained


def self_fence(
    cluster: Cluster, victim: Node, hang: Hang, down: float, pids: Pids, *, tail: float
) -> SelfFence:
    """Outlast the watchdog: the node resets itself and comes back `down` seconds later.

    pids: of its daemons in the next boot. tail: seconds after the last forced sync of the
    journal that still reached the disk.
    """
    lost = _expel(cluster, victim, _lose_token(cluster, victim, hang.cut))
    pmxcfs.stand_alone(victim, lost, None)
    ha.starve_lrm(cluster, victim, hang.fed, lost, None)
    ha.starve_crm(cluster, victim, hang.cut, lost, None)
    _complain(cluster, victim, lost)
    reset = ha.watchdog(victim, hang.fed, None)
    if reset is None:
        raise ValueError("a watchdog that nobody feeds must reset the node")
    _break(cluster, victim, hang, until=reset)
    victim.boot.ended = reset - 10.04 + tail
    began = reset + down
    cluster.cuts.append((victim, hang.cut, began + 16.0))
    if victim is cluster.master:
        heir = cluster.others(victim)[-1]
        ha.take_over(cluster, heir, hang.cut + 117.7, victim)
        joined = lifecycle.start(cluster, victim, began, pids, clean=False)
        ha.set_node(heir, heir.crm.after(joined), victim, "unknown", "online")
        _restart_services(cluster, victim, joined + _LATE_LOCK)
        return SelfFence(reset, began, acked=False, moves=())
    acked, moves = ha.fence(cluster, victim, hang.fed, lost)
    services.recover(cluster, moves, acked + 0.5)
    joined = lifecycle.start(cluster, victim, began, pids, clean=False)
    online = cluster.master.crm.after(joined)
    ha.set_node(cluster.master, online, victim, "unknown", "online")
    services.fail_back(cluster, victim, online + 0.01)
    return SelfFence(reset, began, acked=True, moves=moves)


def _break(cluster: Cluster, victim: Node, hang: Hang, *, until: float) -> None:
    if not hang.resets:
        nic.hang(victim, cluster.rng, hang.cut, until)
        return
    negotiation = cluster.rng.uniform(2.5, 2.7)
    reset = hang.healed - negotiation
    nic.hang(victim, cluster.rng, hang.cut, reset)
    nic.reset(victim, cluster.rng, reset, hang.healed)


def _lose_token(cluster: Cluster, victim: Node, cut: float) -> float:
    peers = cluster.others(victim)
    corosync.lose_links(victim, peers, cut + cluster.rng.uniform(1.55, 2.2))
    for peer in peers:
        corosync.lose_links(peer, [victim], cut + cluster.rng.uniform(1.55, 2.2))
    last_token = cut - cluster.rng.uniform(0.05, 0.3)
    return max(
        corosync.lose_token(node, last_token + cluster.rng.uniform(0.0, 0.0015))
        for node in cluster.nodes
    )


def _expel(cluster: Cluster, victim: Node, at: float) -> float:
    peers = cluster.others(victim)
    ring = cluster.next_ring()
    lost = corosync.form_ring(victim, at, ring, [victim], left=peers, quorate=False)
    for peer in peers:
        done = corosync.form_ring(peer, at, ring, peers, left=[victim])
        if cluster.rng.random() < 0.5:
            pmxcfs.say(peer, done + 0.08, "[dcdb] notice: cpg_send_message retried 1 times")
    pmxcfs.sync(cluster, at + 0.005, "dcdb", peers)
    pmxcfs.sync(cluster, at + 0.008, "status", peers)
    return lost


def _links_return(
    cluster: Cluster, victim: Node, healed: float, soonest: float, latest: float
) -> float:
    peers = cluster.others(victim)
    at = healed + cluster.rng.uniform(soonest, latest)
    corosync.gain_links(victim, peers, at)
    for peer in peers:
        corosync.gain_links(peer, [victim], at - cluster.rng.uniform(0.0, 0.6))
    return at


def _take_back(cluster: Cluster, victim: Node, at: float, grouped: float) -> None:
    peers = cluster.others(victim)
    ring = cluster.next_ring()
    for peer in peers:
        corosync.form_ring(peer, at, ring, cluster.nodes, joined=[victim])
    done = corosync.form_ring(victim, at, ring, cluster.nodes, joined=peers, quorate=True)
    pmxcfs.say(victim, done, "[status] notice: node has quorum")
    pmxcfs.sync(cluster, done + 0.002, "status", cluster.nodes)
    pmxcfs.sync(cluster, max(done, grouped) + 0.004, "dcdb", cluster.nodes, behind=victim)


def _complain(cluster: Cluster, victim: Node, lost: float) -> None:
    say = victim.boot.say
    for start in (lost + cluster.rng.uniform(9.0, 14.0), lost + cluster.rng.uniform(30.0, 36.0)):
        say(start, "pvestatd", "storage 'nas' is not online")
        say(
            start + 0.3,
            "pvestatd",
            f"status update time ({cluster.rng.uniform(10.1, 10.6):.3f} seconds)",
        )
    minute = (lost // 60 + 1) * 60
    for kind in ("replication", "jobs"):
        worker = victim.boot.fork(minute)
        lock = f"file-{kind}_cfg"
        say(minute + 1.2, "pvescheduler", f"{kind}: cfs-lock '{lock}' error: no quorum!", worker)


def _restart_services(cluster: Cluster, node: Node, at: float) -> None:
    begun = services.arm(node, at)
    for sid, place in cluster.places.items():
        if place is node:
            services.start(cluster, node, sid, begun)
            begun += 0.9
