"""What the nodes of a cluster of three log when one of them is cut off, and between times.

The texts are those of corosync 3.1 on Proxmox VE 8. pve2 is the one whose link fails: mostly for
some seconds, now and then for so long that its watchdog resets it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

NODES = ("pve1", "pve2", "pve3")
LOST = "pve2"
Said = tuple[float, str, str, str]
"""Seconds since the begin, node, program, text."""


@dataclass(slots=True)
class Story:
    """What matters in the logs of all nodes, over so many seconds.

    said: in the order of time. resets: for each node, when a boot ended and the next began.
    """

    seconds: float
    said: list[Said] = field(default_factory=list)
    resets: dict[str, list[tuple[float, float]]] = field(default_factory=dict)


def tell(seconds: float, outages: int, seed: int) -> Story:
    """Tell of so many outages within so many seconds; every eighth ends in a reset."""
    chance, story, ring = Random(seed), Story(seconds), 0x100
    step = seconds / (outages + 1)
    for number in range(outages):
        at = step * (number + 0.5 + 0.3 * chance.random())
        ring += 8
        if number % 8 == 7:
            story.said += _fenced(at, ring)
            story.resets.setdefault(LOST, []).append((at + 62.0, at + 150.0))
        else:
            story.said += _averted(at, ring, 12.0 + 20.0 * chance.random())
    for hour in range(1, int(seconds // 3600)):
        story.said += [(hour * 3600.0 + i, node, "pmxcfs", "[dcdb] notice: data verification successful")
                       for i, node in enumerate(NODES)]  # fmt: skip
    story.said.sort()
    return story


def _averted(at: float, ring: int, lasted: float) -> Iterator[Said]:
    yield from _cut_off(at, ring)
    yield from _joined(at + lasted, ring + 4)


def _fenced(at: float, ring: int) -> Iterator[Said]:
    yield from _cut_off(at, ring)
    yield (
        at + 10,
        LOST,
        "pve-ha-lrm",
        "lost lock 'ha_agent_pve2_lock - cfs lock update failed - Operation not permitted",
    )
    yield at + 15, LOST, "pve-ha-lrm", "status change active => lost_agent_lock"
    yield at + 50, LOST, "watchdog-mux", "client watchdog is about to expire"
    yield at + 60, LOST, "watchdog-mux", "client watchdog expired - disable watchdog updates"
    yield at + 61, LOST, "watchdog-mux", "exit watchdog-mux with active connections"
    master = "pve1"
    yield at + 12, master, "pve-ha-crm", f"node '{LOST}': state changed from 'online' => 'unknown'"
    yield at + 72, master, "pve-ha-crm", "service 'vm:101': state changed from 'started' to 'fence'"
    yield at + 72, master, "pve-ha-crm", f"node '{LOST}': state changed from 'unknown' => 'fence'"
    yield at + 132, master, "pve-ha-crm", f"successfully acquired lock 'ha_agent_{LOST}_lock'"
    yield (
        at + 132,
        master,
        "pve-ha-crm",
        f"fencing: acknowledged - got agent lock for node '{LOST}'",
    )
    yield at + 132, master, "pve-ha-crm", f"node '{LOST}': state changed from 'fence' => 'unknown'"
    yield (
        at + 132,
        master,
        "pve-ha-crm",
        "service 'vm:101': state changed from 'fence' to 'recovery'",
    )
    yield (
        at + 142,
        master,
        "pve-ha-crm",
        f"recover service 'vm:101' from fenced node '{LOST}' to node 'pve3'",
    )
    yield (
        at + 143,
        master,
        "pve-ha-crm",
        "service 'vm:101': state changed from 'recovery' to 'started'  (node = pve3)",
    )
    yield (
        at + 150,
        LOST,
        "kernel",
        "Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0)",
    )
    yield at + 155, LOST, "watchdog-mux", "Watchdog driver 'Software Watchdog', version 0"
    yield at + 160, LOST, "systemd", "Starting corosync.service - Corosync Cluster Engine..."
    yield at + 161, LOST, "systemd", "Started corosync.service - Corosync Cluster Engine."
    yield from _joined(at + 165, ring + 4)
    yield at + 175, LOST, "pve-ha-lrm", "starting server"
    yield at + 176, LOST, "pve-ha-lrm", "status change startup => wait_for_agent_lock"
    yield at + 200, LOST, "pve-ha-lrm", "successfully acquired lock 'ha_agent_pve2_lock'"
    yield at + 200, LOST, "pve-ha-lrm", "watchdog active"
    yield at + 200, LOST, "pve-ha-lrm", "status change wait_for_agent_lock => active"
    yield at + 190, master, "pve-ha-crm", f"node '{LOST}': state changed from 'unknown' => 'online'"


def _cut_off(at: float, ring: int) -> Iterator[Said]:
    for n in range(4):
        yield at + n * 0.4, LOST, "kernel", "e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:"
    for node in NODES:
        own = NODES.index(node) + 1
        gone = [1, 3] if node == LOST else [2]
        left = [own] if node == LOST else [1, 3]
        later = at + own * 0.003
        for peer in gone:
            yield later + 1.0, node, "corosync", f"  [KNET  ] link: host: {peer} link: 0 is down"
            yield (
                later + 1.0,
                node,
                "corosync",
                f"  [KNET  ] host: host: {peer} (passive) best link: 0 (pri: 1)",
            )
            yield (
                later + 1.0,
                node,
                "corosync",
                f"  [KNET  ] host: host: {peer} has no active links",
            )
        yield later + 2.7, node, "corosync", "  [TOTEM ] Token has not been received in 2737 ms"
        yield later + 3.6, node, "corosync", (
            "  [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), "
            "waiting 4380ms for consensus.")  # fmt: skip
        yield from _ring(later + 8.0, node, ring, left, f"left: {' '.join(map(str, gone))}")
        yield (
            later + 8.0,
            node,
            "corosync",
            f"  [QUORUM] Sync left[{len(gone)}]: {' '.join(map(str, gone))}",
        )
        yield (
            later + 8.0,
            node,
            "corosync",
            f"  [TOTEM ] Failed to receive the leave message. failed: {' '.join(map(str, gone))}",
        )
        if node == LOST:
            yield (
                later + 8.1,
                node,
                "corosync",
                "  [QUORUM] This node is within the non-primary component and will NOT provide any services.",
            )
            yield later + 8.1, node, "pmxcfs", "[status] notice: node lost quorum"
        yield (
            later + 8.2,
            node,
            "pmxcfs",
            f"[dcdb] notice: members: {', '.join(f'{n}/{1500 + n}' for n in left)}",
        )
        yield later + 8.2, node, "pmxcfs", "[dcdb] notice: starting data syncronisation"


def _joined(at: float, ring: int) -> Iterator[Said]:
    for node in NODES:
        later = at + NODES.index(node) * 0.003
        peers = [1, 3] if node == LOST else [2]
        for peer in peers:
            yield later, node, "corosync", f"  [KNET  ] rx: host: {peer} link: 0 is up"
            yield (
                later,
                node,
                "corosync",
                f"  [KNET  ] host: host: {peer} (passive) best link: 0 (pri: 1)",
            )
        yield from _ring(later + 1.0, node, ring, [1, 2, 3], f"joined: {' '.join(map(str, peers))}")
        yield (
            later + 1.0,
            node,
            "corosync",
            f"  [QUORUM] Sync joined[{len(peers)}]: {' '.join(map(str, peers))}",
        )
        if node == LOST:
            yield (
                later + 1.1,
                node,
                "corosync",
                "  [QUORUM] This node is within the primary component and will provide service.",
            )
            yield later + 1.1, node, "pmxcfs", "[status] notice: node has quorum"
        yield later + 1.2, node, "pmxcfs", "[dcdb] notice: members: 1/1501, 2/1502, 3/1503"
        yield later + 1.4, node, "pmxcfs", "[dcdb] notice: all data is up to date"


def _ring(at: float, node: str, ring: int, members: list[int], who: str) -> Iterator[Said]:
    names = " ".join(map(str, members))
    yield at, node, "corosync", f"  [QUORUM] Sync members[{len(members)}]: {names}"
    yield (
        at,
        node,
        "corosync",
        f"  [TOTEM ] A new membership (1.{ring:x}) was formed. Members {who}",
    )
    yield at + 0.05, node, "corosync", f"  [QUORUM] Members[{len(members)}]: {names}"
    yield (
        at + 0.05,
        node,
        "corosync",
        "  [MAIN  ] Completed service synchronization, ready to provide service.",
    )
