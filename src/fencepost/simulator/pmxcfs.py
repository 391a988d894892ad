"""pmxcfs as far as quorum and membership go: it follows corosync, and the HA daemons follow it.

Where a recording has pmxcfs's own lines, they are followed instead.
"""

from datetime import datetime

from fencepost.events.pmxcfs import (
    CorosyncConnectionLost,
    CorosyncUnavailable,
    CpgMembers,
    DataUpToDate,
    FilesystemGainedQuorum,
    FilesystemLostQuorum,
    GroupJoining,
    LeftGroup,
    StatesReceived,
    SyncStarted,
    WroteWithoutQuorum,
)
from fencepost.simulator.node import SECOND, Node, Steps

RETRY_S = 6
"""pmxcfs looks for corosync this often. Source: measured."""


class Pmxcfs:
    """The process on one node. peers: corosync id and process id of every node's, by name."""

    def __init__(self, node: Node, number: int, peers: dict[str, tuple[int, int]]) -> None:
        self._node, self._peers = node, peers
        self.pid = node.new_pid()
        peers[node.name] = (number, self.pid)
        self._ring: frozenset[str] | None = None
        self._quorate = False
        self._connected = False

    def run(self, now: datetime) -> Steps:
        """Look for corosync until it is there, and again when it is gone."""
        while True:
            if self._ring is None:
                self._node.say(
                    now,
                    CorosyncUnavailable,
                    self.pid,
                    what="quorum",
                    error="CS_ERR_LIBRARY",
                )
            elif not self._connected:
                self._connected = True
                self._follow(now)
                self._join(now)
            now = yield now + RETRY_S * SECOND

    def see_quorum(self, now: datetime, *, quorate: bool) -> None:
        """Hear from corosync whether its ring has quorum."""
        self._quorate = quorate
        if self._connected:
            self._follow(now)

    def see_ring(self, now: datetime, members: frozenset[str]) -> None:
        """Hear from corosync which nodes its ring has."""
        written = self._node.view.forming
        self._ring = members
        if not self._connected:
            return
        self._follow(now)
        self._join(now)
        if written and not self._quorate:
            # What was written while the ring was formed comes back now, and is refused.
            self._node.say(now, WroteWithoutQuorum, self.pid)
            self._node.say(now, LeftGroup, self.pid, domain="dcdb")
            self._node.run("rejoin", self._rejoin, now + 0.8 * SECOND)

    def lose_corosync(self, now: datetime) -> None:
        """Notice that corosync has ended."""
        self._ring, self._quorate = None, False
        if self._connected:
            self._connected = False
            self._node.say(
                now, CorosyncConnectionLost, self.pid, what="quorum", error="CS_ERR_LIBRARY"
            )
            self._follow(now)

    def _follow(self, now: datetime) -> None:
        view = self._node.view
        if view.quorate != self._quorate:
            view.quorate = self._quorate
            kind = FilesystemGainedQuorum if self._quorate else FilesystemLostQuorum
            self._node.say(now, kind, self.pid)

    def _join(self, now: datetime) -> None:
        assert self._ring is not None
        self._node.view.members = self._ring
        ids = sorted(self._peers[name] for name in self._ring if name in self._peers)
        members = ", ".join(f"{number}/{pid}" for number, pid in ids)
        for domain in ("dcdb", "status"):
            self._node.say(now, CpgMembers, self.pid, domain=domain, members=members)
            if len(ids) > 1:
                self._node.say(now, SyncStarted, self.pid, domain=domain)
        for domain in ("dcdb", "status") if len(ids) > 1 else ():
            self._node.say(now, StatesReceived, self.pid, domain=domain)
            self._node.say(now, DataUpToDate, self.pid, domain=domain)

    def _rejoin(self, now: datetime) -> Steps:
        self._node.say(now, GroupJoining, self.pid, domain="dcdb")
        now = yield now + RETRY_S * SECOND
        self._node.say(now, DataUpToDate, self.pid, domain="dcdb")
