"""What pve-ha-lrm and pve-ha-crm have in common: a lock, and a watchdog while they hold it."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime

from fencepost.laws import watchdog
from fencepost.model.event import Event
from fencepost.simulator.etc_pve import EtcPve
from fencepost.simulator.node import SECOND, Node
from fencepost.simulator.watchdog import Mux

NOT_MOUNTED = "can't create '/etc/pve/priv/lock' (pmxcfs not mounted?)"
TAKEN = "can't get cfs lock"
BUSY = "Device or resource busy"
DENIED = "Permission denied"
RETURNED = "Operation not permitted"

Round = Generator[datetime | None, datetime, datetime]
"""One round of a daemon: in the end, when the next begins."""

Waiting = Generator[datetime | None, datetime, tuple[datetime, str]]
"""Part of a process that waits: in the end the time, and why it failed ("" when it did not)."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The events by which a daemon tells the same things, each in its own name."""

    acquired: type[Event]
    lost: type[Event]
    changed: type[Event]
    opened: type[Event]
    closed: type[Event]


class Daemon:
    """A daemon of the HA stack on one node. stopping: it was asked to end."""

    words: Vocabulary

    def __init__(self, node: Node, etc: EtcPve, mux: Mux, lock: str) -> None:
        self.node, self.etc, self.mux, self.lock = node, etc, mux, lock
        self.pid = node.new_pid(most=250)
        self.state = "startup"
        self.stopping = False
        self._holds = False
        self._armed = False

    def become(self, now: datetime, state: str) -> None:
        """Go to another state, and say so."""
        self.node.say(now, self.words.changed, self.pid, was=self.state, now=state)
        self.state = state

    def next_round(self, begun: datetime) -> datetime:
        """Return when the round after this one begins.

        A round's own work is short, seldom longer. The daemons sleep whole seconds until the
        tenth second after the one in which they began, so the phase creeps and then jumps back.
        """
        worked = begun + 0.9 * self.node.chance.random() ** 6 * SECOND
        over = worked.replace(microsecond=0) - begun.replace(microsecond=0)
        return worked + watchdog.ROUND_S * SECOND - over

    def settle(self, now: datetime) -> Waiting:
        """Wait while /etc/pve hangs; return why a write that hung has failed.

        When the ring was formed again without quorum, it fails with the return of the write
        itself, or as soon as pmxcfs has joined its group again. Source: measured.
        """
        waited = self.node.view.blocked
        while self.node.view.blocked:
            now = yield None
        if not waited:
            return now, ""
        chance = self.node.chance
        if self.node.view.quorate or self.node.view.dead:
            now = yield now + chance.uniform(0.02, 0.15) * SECOND
            return now, ""
        returned = chance.random() < 0.2
        now = yield now + (0.006 if returned else chance.uniform(0.65, 1.0)) * SECOND
        return now, RETURNED if returned else BUSY

    def acquire(self, now: datetime) -> Waiting:
        """Try for the lock, or to renew it, as often as the daemons do; then feed the watchdog."""
        begun = now
        for left in reversed(range(watchdog.LOCK_TRIES)):
            now, refused = yield from self._try(now)
            if not refused:
                self._feed(now)
                break
            if self._holds:
                self._holds = False
                self.node.say(now, self.words.lost, self.pid, lock=self.lock, reason=refused)
            if not left or now - begun > watchdog.LOCK_TRIES_S * SECOND:
                break
            now = yield now + SECOND
        return now, refused

    def disarm(self, now: datetime) -> None:
        """Give the watchdog back."""
        if self._armed:
            self._armed = False
            self.node.say(now, self.words.closed, self.pid)
            self.mux.close(self.pid, now)

    def _try(self, now: datetime) -> Waiting:
        now, failed = yield from self.settle(now)
        if self.node.view.dead:
            return now, NOT_MOUNTED
        if failed or not self.node.view.quorate:
            return now, f"cfs lock update failed - {failed or DENIED}"
        if not self.etc.take(self.lock, self, now):
            return now, TAKEN
        return now, ""

    def _feed(self, now: datetime) -> None:
        if not self._holds:
            self._holds = True
            self.node.say(now, self.words.acquired, self.pid, lock=self.lock)
        if self._armed:
            self.mux.feed(self.pid, now)
        else:
            self._armed = True
            self.node.say(now, self.words.opened, self.pid)
            self.mux.open(self.pid, now)
