"""What the HA stack says: watchdog-mux, pve-ha-lrm and pve-ha-crm of pve-ha-manager 5.0."""

from collections.abc import Sequence

from .cluster import SERVICES, Cluster, Node

_LRM_RETRY = 5.0
"""Seconds between two tries of an LRM that lost its lock."""

WARNED_AFTER, EXPIRED_AFTER = 50.7, 60.7
"""Seconds after the last feeding: watchdog-mux looks once a second for more than 50 and 60."""

LOCK_LIFETIME = 120.0
"""Seconds after which a lock that nobody renews may be taken."""

Moves = tuple[tuple[str, Node], ...]
"""Recovered services, each with the node that it went to."""


def lrm(node: Node, at: float, *texts: str) -> float:
    """Write lines of the LRM."""
    return node.boot.speak(at, "pve-ha-lrm", texts)


def crm(node: Node, at: float, *texts: str) -> float:
    """Write lines of the CRM."""
    return node.boot.speak(at, "pve-ha-crm", texts)


# --- the node that is cut off -----------------------------------------------------------


def starve_lrm(
    cluster: Cluster, node: Node, fed: float, lost: float, back: float | None
) -> float | None:
    """Let an armed LRM miss its lock; return when it got it again, None when it never did.

    fed: its last good round. lost, back: when quorum was lost and when it returned.
    """
    lock = f"ha_agent_{node.name}_lock"
    blocked = fed + 10.0 < lost
    failed = lost + cluster.rng.uniform(0.05, 0.9) if blocked else fed + 10.0
    reason = "Device or resource busy" if blocked else "Permission denied"
    if back is not None and failed >= back:
        return failed
    lrm(node, failed, f"lost lock '{lock} - cfs lock update failed - {reason}")
    gave_up = failed + cluster.rng.uniform(4.0, 4.9)
    if back is not None and back + 0.2 < gave_up:
        regained = failed + 1.0 + (back - failed) // 1.0 + 0.1
        lrm(node, regained, f"successfully acquired lock '{lock}'")
        return regained
    lrm(node, gave_up, "status change active => lost_agent_lock")
    if back is None:
        return None
    regained = gave_up + _LRM_RETRY
    while regained < back + 0.1:
        regained += _LRM_RETRY
    lrm(
        node,
        regained,
        f"successfully acquired lock '{lock}'",
        "status change lost_agent_lock => active",
    )
    return regained


def starve_crm(cluster: Cluster, node: Node, cut: float, lost: float, back: float | None) -> None:
    """Let the CRM of the node that is cut off wait for quorum."""
    noticed = node.crm.after(cut)
    noticed = max(noticed, lost + cluster.rng.uniform(0.6, 0.9))
    if back is not None and noticed >= back:
        return
    if node is not cluster.master:
        crm(node, noticed, "status change slave => wait_for_quorum")
        if back is not None:
            crm(node, node.crm.after(back + 1.0), "status change wait_for_quorum => slave")
        return
    lock = "ha_manager_lock"
    crm(node, noticed, f"lost lock '{lock} - cfs lock update failed - Device or resource busy")
    gave_up = noticed + 5.02
    if back is not None and back + 0.2 < gave_up:
        crm(node, back + 0.4, f"successfully acquired lock '{lock}'")
        return
    crm(
        node,
        gave_up,
        "status change master => lost_manager_lock",
        "watchdog closed (disabled)",
        "status change lost_manager_lock => wait_for_quorum",
    )
    if back is not None:
        crm(
            node,
            node.crm.after(back + 1.0),
            f"successfully acquired lock '{lock}'",
            "watchdog active",
            "status change wait_for_quorum => master",
        )


def watchdog(node: Node, fed: float, saved: float | None) -> float | None:
    """Count the LRM's silence since `fed`; return the moment of the reset, None when saved."""
    if saved is not None and saved < fed + WARNED_AFTER:
        return None
    node.boot.say(fed + WARNED_AFTER, "watchdog-mux", "client watchdog is about to expire")
    if saved is not None:
        node.boot.say(saved + 0.9, "watchdog-mux", "client watchdog was updated before expiring")
        return None
    expired = fed + EXPIRED_AFTER
    node.boot.say(expired, "watchdog-mux", "client watchdog expired - disable watchdog updates")
    left = expired + 1.0
    node.boot.say(left, "watchdog-mux", "exit watchdog-mux with active connections")
    node.boot.say(left + 0.11, "kernel", "watchdog: watchdog0: watchdog did not stop!")
    node.boot.say(left + 0.2, "systemd", "watchdog-mux.service: Deactivated successfully.")
    return left + 10.15


# --- the master that looks on -----------------------------------------------------------


def set_node(master: Node, at: float, subject: Node, was: str, now: str) -> float:
    """Let the master change its view of a node."""
    return crm(master, at, f"node '{subject.name}': state changed from '{was}' => '{now}'")


def miss(cluster: Cluster, subject: Node, lost: float, back: float) -> None:
    """Let the master notice a short absence, if one of its rounds falls into it."""
    rounds = cluster.master.crm
    if rounds.after(lost) < back:
        set_node(cluster.master, rounds.after(lost), subject, "online", "unknown")
        set_node(cluster.master, rounds.after(back), subject, "unknown", "online")


def take_over(cluster: Cluster, heir: Node, at: float, *missing: Node) -> None:
    """Make `heir` master; it finds `missing` gone."""
    cluster.master = heir
    at = crm(
        heir,
        at,
        "successfully acquired lock 'ha_manager_lock'",
        "watchdog active",
        "status change slave => master",
    )
    for subject in missing:
        at = set_node(heir, at, subject, "online", "unknown")


def fence(cluster: Cluster, subject: Node, fed: float, lost: float) -> tuple[float, Moves]:
    """Let the master mark the node, wait for its lock and recover its services.

    fed: the node's last good round. lost: when the ring went on without it.
    Returns the time of the recovery and where each service went.
    """
    master = cluster.master
    unknown = master.crm.after(lost)
    set_node(master, unknown, subject, "online", "unknown")
    fenced = master.crm.after(unknown + 50.0)
    stranded = [sid for sid in SERVICES if cluster.places[sid] is subject]
    marked = (f"service '{sid}': state changed from 'started' to 'fence'" for sid in stranded)
    set_node(master, crm(master, fenced, *marked), subject, "unknown", "fence")
    asked = master.crm.after(max(fed + LOCK_LIFETIME, fenced + 1.0))
    acked = master.crm.after(asked + 1.0)
    return acked, _recover(cluster, subject, stranded, acked)


def _recover(cluster: Cluster, subject: Node, stranded: Sequence[str], at: float) -> Moves:
    master = cluster.master
    at = crm(
        master,
        at,
        f"successfully acquired lock 'ha_agent_{subject.name}_lock'",
        f"fencing: acknowledged - got agent lock for node '{subject.name}'",
    )
    at = set_node(master, at, subject, "fence", "unknown")
    freed = (f"service '{sid}': state changed from 'fence' to 'recovery'" for sid in stranded)
    at = crm(master, at, *freed)
    targets = sorted(cluster.others(subject), key=lambda node: node.name)
    moves: Moves = tuple((sid, targets[index % len(targets)]) for index, sid in enumerate(stranded))
    for sid, target in moves:
        at = crm(
            master,
            at,
            f"recover service '{sid}' from fenced node '{subject.name}' to node '{target.name}'",
            f"service '{sid}': state changed from 'recovery' to 'started'  (node = {target.name})",
        )
        cluster.places[sid] = target
    return moves
