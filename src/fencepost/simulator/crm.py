"""pve-ha-crm: one node's is the master, the others wait for its lock to run out."""

from datetime import datetime

from fencepost.events.pve_ha_crm import (
    CrmFilesystemFailed,
    CrmLockAcquired,
    CrmLockLost,
    CrmLockReleased,
    CrmShutdownRequested,
    CrmStarted,
    CrmStateChanged,
    CrmStopAsked,
    CrmStopped,
    CrmWatchdogClosed,
    CrmWatchdogOpened,
)
from fencepost.laws import watchdog
from fencepost.simulator.daemon import Daemon, Round, Vocabulary
from fencepost.simulator.etc_pve import MANAGER_LOCK, EtcPve
from fencepost.simulator.master import Master
from fencepost.simulator.node import SECOND, Node, Steps
from fencepost.simulator.watchdog import Mux


class Crm(Daemon):
    """The cluster resource manager of a node.

    Left out: that it goes idle when the cluster has had no service for 15 minutes.
    Source: pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm, and measured.
    """

    words = Vocabulary(
        CrmLockAcquired, CrmLockLost, CrmStateChanged, CrmWatchdogOpened, CrmWatchdogClosed
    )

    def __init__(self, node: Node, etc: EtcPve, mux: Mux) -> None:
        super().__init__(node, etc, mux, MANAGER_LOCK)
        self._master = Master(node, etc, self.pid)

    def run(self, now: datetime) -> Steps:
        """Work until asked to end: wait for quorum, be a slave, be the master."""
        self.node.say(now, CrmStarted, self.pid)
        self.become(now, "wait_for_quorum")
        while not self.stopping:
            work = {"master": self._rule, "slave": self._follow}
            now = yield (yield from work.get(self.state, self._wait)(now))
        if self.state == "master":
            self.node.say(now, CrmLockReleased, self.pid)
            self.etc.free(self.lock, self)
            self.disarm(now)
        self.node.say(now, CrmStopped, self.pid)

    def stop(self, now: datetime) -> None:
        """Be asked to end, as by `systemctl stop pve-ha-crm`."""
        self.node.say(now, CrmStopAsked, self.pid, signal="TERM")
        self.node.say(now, CrmShutdownRequested, self.pid)
        self.stopping = True

    def _wait(self, now: datetime) -> Round:
        members = self.node.view.members
        if self._reads(now) and self.node.view.quorate and self.etc.services:
            now, refused = yield from self.acquire(now)
            if not refused:
                return self._begin_to_rule(now, members)
            if self.node.view.quorate:
                self.become(now, "slave")
        return now + watchdog.IDLE_ROUND_S * SECOND

    def _follow(self, now: datetime) -> Round:
        members = self.node.view.members
        if self._reads(now):
            now, refused = yield from self.acquire(now)
            if not refused:
                return self._begin_to_rule(now, members)
        if self.node.view.dead or not self.node.view.quorate:
            self.become(now, "wait_for_quorum")
        return now + watchdog.IDLE_ROUND_S * SECOND

    def _begin_to_rule(self, now: datetime, members: frozenset[str]) -> datetime:
        self.become(now, "master")
        self._master.begin()
        self._master.manage(now, members)
        return self.next_round(now)

    def _rule(self, now: datetime) -> Round:
        # Who is a member is read before the lock: a round that hung decides by what was then.
        members = self.node.view.members
        self._reads(now)
        now, refused = yield from self.acquire(now)
        if refused:
            # Unlike the LRM it gives its watchdog back, so an idle master survives.
            self.become(now, "lost_manager_lock")
            self.disarm(now)
            self.become(now, "wait_for_quorum")
            return now + watchdog.IDLE_ROUND_S * SECOND
        self._master.manage(now, members)
        return self.next_round(now)

    def _reads(self, now: datetime) -> bool:
        if self.node.view.dead:
            self.node.say(now, CrmFilesystemFailed, self.pid, reason="Connection refused")
        return not self.node.view.dead
