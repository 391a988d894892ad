"""The cluster: its nodes, and what changes in it as the story goes on."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from .journal import Boot

NAME = "homelab-cluster"
CONFIG_VERSION = 5
KERNEL = "6.14.11-4-pve"
COROSYNC = "3.1.9"
TOKEN_S = 3.650
CONSENSUS_S = 4.380
SERVICES = ("ct:100", "ct:113", "ct:116", "ct:122", "ct:1250", "ct:130", "ct:131")
"""HA services in the order in which the CRM walks through them (as text)."""

_EARLY = {
    "systemd-journald": 0,
    "systemd-logind": 237,
    "smartd": 242,
    "watchdog-mux": 250,
    "chronyd": 279,
    "cron": 341,
    "sshd": 360,
}
_CLUSTERED = {
    "pmxcfs": 0,
    "postfix/qmgr": 59,
    "corosync": 94,
    "pve-firewall": 209,
    "pvestatd": 212,
    "pvedaemon": 244,
    "pve-ha-crm": 272,
    "pveproxy": 281,
    "pve-ha-lrm": 290,
    "pvescheduler": 319,
}
"""Long-lived programs, with their pids counted from the first of each group."""

Pids = tuple[int, int]
"""The pids of systemd-journald and of pmxcfs in one boot; all others follow from them."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """A daemon's regular rounds: one at `anchor`, and one every `period` before and after."""

    anchor: float
    period: float = 10.05

    def after(self, at: float) -> float:
        """Return the first round at or after `at`."""
        return self.anchor - ((self.anchor - at) // self.period) * self.period


@dataclass(slots=True, eq=False)
class Node:
    """A machine of the cluster.

    port, mac, driver: the network port under vmbr0.
    guests: containers that HA does not know and that start with the node.
    late: seconds by which its clock is behind.
    epochs: sync requests that its pmxcfs has sent, by domain.
    crm: the rounds of its pve-ha-crm.
    """

    name: str
    id: int
    address: str
    port: str
    mac: str
    driver: str
    guests: tuple[int, ...]
    crm: Rounds
    late: float = 0.0
    boots: list[Boot] = field(default_factory=list)
    epochs: dict[str, int] = field(default_factory=lambda: {"dcdb": 0, "status": 0})

    @property
    def boot(self) -> Boot:
        """The boot that runs now."""
        return self.boots[-1]

    @property
    def member(self) -> str:
        """The node as pmxcfs names it: corosync id and pid."""
        return f"{self.id}/{self.boot.pids['pmxcfs']}"

    def begin(self, began: float, pids: Pids, seed: str) -> Boot:
        """Start a new boot; `seed` makes its id."""
        boot_id = f"{Random(seed).getrandbits(128):032x}"
        first, clustered = pids
        daemons = {"systemd": 1}
        daemons |= {name: first + offset for name, offset in _EARLY.items()}
        daemons |= {name: clustered + offset for name, offset in _CLUSTERED.items()}
        self.boots.append(Boot(boot_id, began, daemons))
        self.epochs = {"dcdb": 0, "status": 0}
        return self.boot


@dataclass(slots=True)
class Cluster:
    """All nodes and their shared state.

    ring: sequence number of the ring that stands.
    master: the node whose CRM is master.
    places: HA service → the node that it runs on.
    cuts: spans in which a node was cut off or down: (node, from, to).
    """

    nodes: tuple[Node, ...]
    rng: Random
    ring: int
    master: Node
    places: dict[str, Node]
    cuts: list[tuple[Node, float, float]] = field(default_factory=list)

    def others(self, node: Node) -> list[Node]:
        """Return all nodes but this one."""
        return [other for other in self.nodes if other is not node]

    def next_ring(self, step: int = 4) -> int:
        """Form a new ring and return its number."""
        self.ring += step
        return self.ring

    def reachable(self, node: Node, at: float) -> bool:
        """Whether the node was a member of the quorate cluster at `at`."""
        return not any(who is node and began <= at <= ended for who, began, ended in self.cuts)

    def log_shared(self, node: Node, at: float) -> None:
        """Note on the other nodes that an entry of `node`'s cluster log has arrived."""
        if not self.reachable(node, at):
            return
        for other in self.others(node):
            if self.reachable(other, at):
                boot = boot_at(other, at)
                boot.say(
                    at + self.rng.uniform(0.003, 0.04), "pmxcfs", "[status] notice: received log"
                )


def boot_at(node: Node, at: float) -> Boot:
    """Return the boot of `node` that ran at `at`."""
    return next(boot for boot in reversed(node.boots) if boot.began <= at)


def ids(nodes: Iterable[Node]) -> str:
    """Return corosync ids as its lines list them."""
    return " ".join(str(node.id) for node in sorted(nodes, key=lambda node: node.id))
