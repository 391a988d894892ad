"""What the master decides in a round: which nodes are lost, and where their services go."""

from collections import Counter
from datetime import datetime

from fencepost.events.pve_ha_crm import (
    CrmLockAcquired,
    FenceAcknowledged,
    NodeStateChanged,
    RecoveryFailed,
    ServiceAdded,
    ServiceRecovered,
    ServiceStateChanged,
)
from fencepost.laws import watchdog
from fencepost.simulator.etc_pve import EtcPve, Service, agent_lock
from fencepost.simulator.node import Node


class Master:
    """The rounds of one node's CRM as master.

    Recovery is by count, the scheduler `basic`. Left out: rules, priorities, migrations and
    commands. Source: pve-ha-manager 5.2.0 src/PVE/HA/{Manager,NodeStatus}.pm, and measured.
    """

    def __init__(self, node: Node, etc: EtcPve, pid: int) -> None:
        self._node, self._etc, self._pid = node, etc, pid
        self._last_online: dict[str, datetime] = {}

    def begin(self) -> None:
        """Have just become master: when each node was last online is not known."""
        self._last_online.clear()

    def manage(self, now: datetime, members: frozenset[str]) -> None:
        """Do one round; members: the nodes that are seen."""
        self._watch_nodes(now, members)
        self._adopt(now)
        for sid, service in sorted(self._etc.services.items()):
            self._plan(now, sid, service)
        self._fence(now)
        for sid, service in sorted(self._etc.services.items()):
            if service.state == "recovery":
                self._recover(now, sid, service)

    def _watch_nodes(self, now: datetime, members: frozenset[str]) -> None:
        for name in sorted(members | self._etc.nodes.keys()):
            state = self._etc.nodes.setdefault(name, "unknown")
            if name not in members:
                if state == "online":
                    self._mark(now, name, "unknown")
                continue
            self._last_online[name] = now
            if state == "unknown":
                self._mark(now, name, "online")

    def _adopt(self, now: datetime) -> None:
        added = [(sid, s) for sid, s in sorted(self._etc.services.items()) if not s.state]
        for sid, service in added:
            self._node.say(now, ServiceAdded, self._pid, service=sid, place=service.node)
        for sid, service in added:
            service.state = "request_start"
            self._move(now, sid, "started", place=service.node)

    def _plan(self, now: datetime, sid: str, service: Service) -> None:
        online = self._etc.nodes.get(service.node) == "online"
        mode = self._etc.modes.get(service.node)
        if service.state == "started" and online and mode == "restart":
            self._move(now, sid, "freeze")
        elif service.state == "freeze" and online and mode == "active":
            self._move(now, sid, "started")
        elif service.state == "started" and not online and self._is_overdue(now, service.node):
            self._move(now, sid, "fence")

    def _is_overdue(self, now: datetime, name: str) -> bool:
        seen = self._last_online.setdefault(name, now)
        return int(now.timestamp()) - int(seen.timestamp()) >= watchdog.FENCE_DELAY_S

    def _fence(self, now: datetime) -> None:
        lost = {s.node for s in self._etc.services.values() if s.state == "fence"}
        for name in sorted(lost):
            lock, tries = agent_lock(name), 1
            if self._etc.nodes[name] != "fence":
                self._mark(now, name, "fence")
                tries = 2  # a round is repeated as long as it changes something
            if any(self._etc.take(lock, self, now) for _ in range(tries)):
                self._node.say(now, CrmLockAcquired, self._pid, lock=lock)
                self._node.say(now, FenceAcknowledged, self._pid, subject=name)
                self._mark(now, name, "unknown")
                for sid, service in sorted(self._etc.services.items()):
                    if service.node == name and service.state == "fence":
                        self._move(now, sid, "recovery")

    def _recover(self, now: datetime, sid: str, service: Service) -> None:
        source = service.node
        online = sorted(name for name, state in self._etc.nodes.items() if state == "online")
        if not online:
            self._node.say(now, RecoveryFailed, self._pid, service=sid, source=source)
            return
        busy = Counter(s.node for s in self._etc.services.values() if s.state == "started")
        target = min(online, key=lambda name: busy[name])
        self._node.say(now, ServiceRecovered, self._pid, service=sid, source=source, target=target)
        service.node = target
        self._move(now, sid, "started", place=target)

    def _mark(self, now: datetime, name: str, state: str) -> None:
        was, self._etc.nodes[name] = self._etc.nodes[name], state
        self._node.say(now, NodeStateChanged, self._pid, subject=name, was=was, now=state)

    def _move(self, now: datetime, sid: str, state: str, place: str | None = None) -> None:
        service = self._etc.services[sid]
        was, service.state = service.state, state
        self._node.say(
            now, ServiceStateChanged, self._pid, service=sid, was=was, now=state, place=place
        )
