"""What the HA daemons keep under /etc/pve: their locks, the master's status, the LRMs' modes.

One copy serves the whole cluster, since only one part of it can have quorum and write.
"""

from dataclasses import dataclass, field
from datetime import datetime

from fencepost.laws import watchdog

MANAGER_LOCK = "ha_manager_lock"


def agent_lock(node: str) -> str:
    """Return the name of a node's lock.

    >>> agent_lock("pve1")
    'ha_agent_pve1_lock'
    """
    return f"ha_agent_{node}_lock"


@dataclass(slots=True)
class _Lock:
    owner: object
    renewed: datetime


@dataclass(slots=True)
class Service:
    """An HA service: the node it belongs to, and the master's state of it ("" at first)."""

    node: str
    state: str = ""


@dataclass(slots=True)
class EtcPve:
    """The shared files. nodes: the master's view of each; modes: what each LRM is up to."""

    services: dict[str, Service]
    nodes: dict[str, str] = field(default_factory=dict)
    modes: dict[str, str] = field(default_factory=dict)
    _locks: dict[str, _Lock] = field(default_factory=dict)

    def take(self, name: str, owner: object, now: datetime) -> bool:
        """Take or renew a lock. One that has run out is freed by the first who asks, not given.

        Source: pve-cluster 9.1.6 src/pmxcfs/memdb.c memdb_lock_expired, PVE/HA/Env/PVE2.pm
        get_pve_lock; whole seconds, measured.
        """
        lock = self._locks.get(name)
        if lock is None or lock.owner is owner:
            self._locks[name] = _Lock(owner, now)
            return True
        if int(now.timestamp()) - int(lock.renewed.timestamp()) > watchdog.LOCK_LIFETIME_S:
            del self._locks[name]
        return False

    def free(self, name: str, owner: object) -> None:
        """Give a lock back."""
        if (lock := self._locks.get(name)) and lock.owner is owner:
            del self._locks[name]

    def forget_ages(self, now: datetime) -> None:
        """Let all locks count from now on.

        The node with the lowest id keeps their ages in memory, so its boot begins them anew.
        """
        for lock in self._locks.values():
            lock.renewed = max(lock.renewed, now)

    def wanted_on(self, node: str) -> list[str]:
        """Return the services that a node's LRM is to run."""
        mine = (sid for sid, service in self.services.items() if service.node == node)
        return sorted(sid for sid in mine if self.services[sid].state == "started")
