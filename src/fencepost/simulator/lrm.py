"""pve-ha-lrm: armed while it has services; it starves its watchdog when its lock is lost."""

from collections.abc import Callable
from datetime import datetime

from fencepost.events.pve_ha_lrm import (
    ClusterFilesystemFailed,
    LrmLockAcquired,
    LrmLockLost,
    LrmMustBeFenced,
    LrmServiceStarted,
    LrmServiceStarting,
    LrmStarted,
    LrmStateChanged,
    LrmStatusUnwritable,
    LrmStopAsked,
    LrmStopped,
    LrmStopping,
    LrmWatchdogClosed,
    LrmWatchdogOpened,
)
from fencepost.laws import watchdog
from fencepost.simulator.daemon import DENIED, Daemon, Round, Vocabulary
from fencepost.simulator.etc_pve import EtcPve, agent_lock
from fencepost.simulator.node import SECOND, Node, Steps
from fencepost.simulator.watchdog import Mux


class Lrm(Daemon):
    """The local resource manager of a node.

    Left out: maintenance, a node's shutdown, and that it goes idle ten minutes after its last
    service. Source: pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm, and measured.
    """

    words = Vocabulary(
        LrmLockAcquired, LrmLockLost, LrmStateChanged, LrmWatchdogOpened, LrmWatchdogClosed
    )

    def __init__(self, node: Node, etc: EtcPve, mux: Mux) -> None:
        super().__init__(node, etc, mux, agent_lock(node.name))
        self._running: set[str] = set()

    def run(self, now: datetime) -> Steps:
        """Work until asked to end: idle, armed, starving, and armed again."""
        self.node.say(now, LrmStarted, self.pid)
        self.become(now, "wait_for_agent_lock")
        while not (self.stopping and self.state == "wait_for_agent_lock"):
            work = {"active": self._serve, "lost_agent_lock": self._starve}
            now = yield (yield from work.get(self.state, self._idle)(now))
        self.node.say(now, LrmStopped, self.pid)

    def stop(self, now: datetime) -> None:
        """Be asked to end, as by `systemctl stop`: the master freezes the services first."""
        self.node.say(now, LrmStopAsked, self.pid, signal="TERM")
        self.node.say(
            now + 0.02 * SECOND, LrmStopping, self.pid, how="restart", plan="freeze all services"
        )
        self.stopping = True
        self.etc.modes[self.node.name] = "restart"

    def _idle(self, now: datetime) -> Round:
        """Look for services to run; an idle LRM never resets its node."""
        self._complain(now)
        now, failed = yield from self.settle(now)
        if failed:
            file = f"/etc/pve/nodes/{self.node.name}/lrm_status.tmp.{self.pid}"
            reason = f"unable to open file '{file}' - {DENIED}"
            self.node.say(now, LrmStatusUnwritable, self.pid, reason=reason)
        elif self._may_write():
            self.etc.modes[self.node.name] = "active"
            if self.etc.wanted_on(self.node.name):
                now, refused = yield from self.acquire(now)
                if not refused:
                    self.become(now, "active")
                    self._start_services(now)
                    return self.next_round(now)
        return now + watchdog.IDLE_ROUND_S * SECOND

    def _serve(self, now: datetime) -> Round:
        """One round of an armed LRM: renew the lock, feed the watchdog, run services."""
        self._complain(now)
        now, refused = yield from self.acquire(now)
        if refused:
            self.become(now, "lost_agent_lock")
            return now + watchdog.IDLE_ROUND_S * SECOND
        if self._given_up():
            self.node.say(now, LrmMustBeFenced, self.pid)
            self.become(now, "lost_agent_lock")
        elif self.stopping and not self.etc.wanted_on(self.node.name):
            self.disarm(now)
            self.etc.free(self.lock, self)
            self.state = "wait_for_agent_lock"
            return now
        else:
            self._start_services(now)
        return self.next_round(now)

    def _starve(self, now: datetime) -> Round:
        """Without its lock: look every 5 s whether it can be had again."""
        self._complain(now)
        if self._may_write() and not self._given_up():
            now, refused = yield from self.acquire(now)
            if not refused:
                self.become(now, "active")
                return self.next_round(now)
        return now + watchdog.IDLE_ROUND_S * SECOND

    def _may_write(self) -> bool:
        return self.node.view.quorate and not self.node.view.dead

    def _given_up(self) -> bool:
        mine = [s for s in self.etc.services.values() if s.node == self.node.name]
        return any(service.state == "fence" for service in mine)

    def _complain(self, now: datetime) -> None:
        if self.node.view.dead:
            reason = "ipcc_send_rec[1] failed: Connection refused"
            self.node.say(now, ClusterFilesystemFailed, self.pid, reason=reason)

    def _start_services(self, now: datetime) -> None:
        wanted = self.etc.wanted_on(self.node.name)
        for sid in (sid for sid in wanted if sid not in self._running):
            worker = (self.node.new_pid(), sid)
            self.node.run(worker, self._starting(*worker), now + 0.04 * SECOND)
        self._running.update(wanted)

    def _starting(self, pid: int, sid: str) -> Callable[[datetime], Steps]:
        def work(now: datetime) -> Steps:
            self.node.say(now, LrmServiceStarting, pid, service=sid)
            now = yield now + self.node.chance.uniform(1, 3) * SECOND
            self.node.say(now, LrmServiceStarted, pid, service=sid)

        return work
