"""What pmxcfs says when the membership under /etc/pve changes."""

from collections.abc import Sequence

from .cluster import CONFIG_VERSION, NAME, Cluster, Node

_DEAF = "CS_ERR_LIBRARY (failed to connect to corosync)"
_SERVICES = (("quorum", "quorum"), ("confdb", "cmap"), ("dcdb", "cpg"), ("status", "cpg"))


def say(node: Node, at: float, *texts: str) -> float:
    """Write pmxcfs lines."""
    return node.boot.speak(at, "pmxcfs", texts)


def sync(
    cluster: Cluster,
    at: float,
    domain: str,
    members: Sequence[Node],
    *,
    behind: Node | None = None,
) -> None:
    """Bring all `members` of a domain to the same state; `behind` is the one that missed writes."""
    members = sorted(members, key=lambda node: node.id)
    current = [node for node in members if node is not behind]
    asker, leader = members[0], current[0]
    asker.epochs[domain] += 1
    epoch = f"{asker.member}/{asker.epochs[domain]:08X}"
    updates = cluster.rng.randint(3, 11) if behind else 0
    for node in members:
        start = at + cluster.rng.uniform(0.0005, 0.003)
        start = say(
            node,
            start,
            f"[{domain}] notice: members: {', '.join(member.member for member in members)}",
            f"[{domain}] notice: starting data syncronisation",
        )
        start = say(
            node, start + 0.004, f"[{domain}] notice: received sync request (epoch {epoch})"
        )
        start = say(node, start + 0.012, f"[{domain}] notice: received all states")
        if domain == "dcdb":
            start = say(
                node,
                start,
                f"[dcdb] notice: leader is {leader.member}",
                f"[dcdb] notice: synced members: {', '.join(member.member for member in current)}",
                *_exchange(node, leader, behind, updates),
            )
        say(node, start, f"[{domain}] notice: all data is up to date")


def _exchange(node: Node, leader: Node, behind: Node | None, updates: int) -> tuple[str, ...]:
    if node is leader:
        return (
            "[dcdb] notice: start sending inode updates",
            f"[dcdb] notice: sent all ({updates}) updates",
        )
    if node is behind:
        return (
            "[dcdb] notice: waiting for updates from leader",
            f"[dcdb] notice: update complete - trying to commit (got {updates} inode updates)",
        )
    return ()


def stand_alone(node: Node, at: float, back: float | None) -> float:
    """Lose quorum with a write under way; return when the node asks to join the group again.

    back: when quorum returns, if it does.
    """
    say(
        node,
        at,
        "[status] notice: node lost quorum",
        f"[dcdb] notice: members: {node.member}",
        f"[status] notice: members: {node.member}",
        "[dcdb] crit: received write while not quorate - trigger resync",
        "[dcdb] crit: leaving CPG group",
    )
    say(
        node,
        at + 0.74,
        "[dcdb] notice: start cluster connection",
        "[dcdb] crit: cpg_join failed: CS_ERR_EXIST",
        "[dcdb] crit: can't initialize service",
    )
    again = at + 6.78
    if back is None or again < back:
        say(
            node,
            again,
            f"[dcdb] notice: members: {node.member}",
            "[dcdb] notice: all data is up to date",
        )
    return again


def start(node: Node, at: float) -> None:
    """Start before corosync does, as the unit files order it."""
    say(
        node,
        at,
        f"[main] notice: resolved node name '{node.name}' to '{node.address}' for default node IP address",
    )
    for domain, service in _SERVICES:
        at = say(
            node,
            at + 0.02,
            f"[{domain}] crit: {service}_initialize failed: {_DEAF}",
            f"[{domain}] crit: can't initialize service",
        )


def greet(node: Node, at: float) -> None:
    """Find corosync and quorum after a start."""
    say(
        node,
        at,
        f"[status] notice: update cluster info (cluster name  {NAME}, version = {CONFIG_VERSION})",
        "[status] notice: node has quorum",
    )


def stop(node: Node, at: float) -> float:
    """Lose corosync and leave during an orderly shutdown; return the time after the last line."""
    say(
        node,
        at,
        "[confdb] crit: cmap_dispatch failed: 2",
        "[status] crit: cpg_dispatch failed: CS_ERR_LIBRARY",
        "[status] crit: cpg_leave failed: CS_ERR_LIBRARY",
        "[quorum] crit: quorum_dispatch failed: CS_ERR_LIBRARY",
        "[status] notice: node lost quorum",
        "[dcdb] crit: cpg_dispatch failed: CS_ERR_LIBRARY",
        "[dcdb] crit: cpg_leave failed: CS_ERR_LIBRARY",
    )
    return say(
        node,
        at + 1.6,
        "[main] notice: teardown filesystem",
        "[main] notice: exit proxmox configuration filesystem (0)",
    )
