"""How LRMs arm themselves, start services, and move them back to the node they prefer."""

from .cluster import SERVICES, Cluster, Node
from .guests import moved_away, task
from .ha import Moves, crm, lrm

IDLE_AFTER = 603.0
"""Seconds (60 rounds) without a service after which an LRM goes idle."""


def arm(node: Node, at: float) -> float:
    """Let an idle LRM take its lock and the watchdog."""
    return lrm(
        node,
        at,
        f"successfully acquired lock 'ha_agent_{node.name}_lock'",
        "watchdog active",
        "status change wait_for_agent_lock => active",
    )


def disarm(node: Node, at: float) -> None:
    """Let an LRM without services go idle."""
    lrm(
        node,
        at,
        "node had no service configured for 60 rounds, going idle.",
        "status change active => wait_for_agent_lock",
        "watchdog closed (disabled)",
    )


def start(cluster: Cluster, node: Node, sid: str, at: float) -> None:
    """Let the LRM of `node` start a service."""
    worker = node.boot.fork(at)
    node.boot.say(at, "pve-ha-lrm", f"starting service {sid}", worker)
    done = at + cluster.rng.uniform(1.9, 3.4)
    task(
        cluster, node, "pve-ha-lrm", "vzstart", sid[3:], began=at + 0.02, ended=done, parent=worker
    )
    node.boot.say(done + 0.003, "pve-ha-lrm", f"service status {sid} started", worker)


def recover(cluster: Cluster, moves: Moves, at: float) -> None:
    """Let the new nodes arm themselves and start what was recovered to them."""
    for node in dict.fromkeys(target for _, target in moves):
        begun = arm(node, at + cluster.rng.uniform(0.4, 6.0))
        for sid, target in moves:
            if target is node:
                start(cluster, node, sid, begun)
                begun += 0.4


def fail_back(cluster: Cluster, home: Node, decided: float) -> float:
    """Move every service back to the node that its affinity rule prefers; return the end."""
    rng, master = cluster.rng, cluster.master
    strangers = [sid for sid in SERVICES if cluster.places[sid] is not home]
    at = decided
    for sid in strangers:
        source = cluster.places[sid]
        at = crm(
            master,
            at,
            f"relocate service '{sid}' to node '{home.name}'",
            f"service '{sid}': state changed from 'started' to 'relocate'  "
            f"(node = {source.name}, target = {home.name})",
        )
    ends: dict[Node, float] = {}
    arm(home, decided + rng.uniform(4.0, 6.0))
    for sid in strangers:
        source = cluster.places[sid]
        begun = decided + rng.uniform(2.0, 4.0) + 0.3 * strangers.index(sid)
        settled = master.crm.after(_relocate(cluster, source, home, sid, begun) + 0.5)
        crm(
            master,
            settled,
            f"service '{sid}': state changed from 'relocate' to 'started'  (node = {home.name})",
        )
        cluster.places[sid] = home
        start(cluster, home, sid, settled + rng.uniform(1.0, 8.0))
        ends[source] = max(ends.get(source, 0.0), settled)
    for source, end in ends.items():
        disarm(source, end + IDLE_AFTER + rng.uniform(0.0, 9.0))
    return max(ends.values())


def _relocate(cluster: Cluster, source: Node, home: Node, sid: str, at: float) -> float:
    worker = source.boot.fork(at)
    source.boot.say(
        at, "pve-ha-lrm", f"service {sid} - start relocate to node '{home.name}'", worker
    )
    stopped = at + cluster.rng.uniform(2.5, 4.8)
    task(
        cluster,
        source,
        "pve-ha-lrm",
        "vzshutdown",
        sid[3:],
        began=at + 0.02,
        ended=stopped,
        parent=worker,
    )
    moved_away(source, int(sid[3:]), stopped - 0.2)
    moved = stopped + cluster.rng.uniform(3.2, 4.8)
    task(
        cluster,
        source,
        "pve-ha-lrm",
        "vzmigrate",
        sid[3:],
        began=stopped + 0.05,
        ended=moved,
        parent=worker,
    )
    source.boot.say(
        moved + 0.004, "pve-ha-lrm", f"service {sid} - end relocate to node '{home.name}'", worker
    )
    return moved
