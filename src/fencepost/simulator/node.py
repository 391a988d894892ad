"""A modelled machine: what its processes say, when each wakes, and what /etc/pve is to them."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.simulator.release import Release

SECOND = timedelta(seconds=1)
MODELLED = Origin("modelled")
STEP = timedelta(microseconds=120)

Steps = Generator[datetime | None, datetime, None]
"""A process: yields when it wants to be woken (None: when /etc/pve changes), is sent the time."""


@dataclass(slots=True)
class View:
    """What /etc/pve is to the daemons of one node.

    members: names of the nodes that it sees. forming: the ring has lost its token, so writes
    block. stuck: pmxcfs, or corosync under it, does not answer at all. dead: pmxcfs has ended.
    """

    quorate: bool = False
    members: frozenset[str] = frozenset()
    forming: bool = False
    stuck: bool = False
    dead: bool = False

    @property
    def blocked(self) -> bool:
        """Whether a write now would hang."""
        return (self.forming or self.stuck) and not self.dead


@dataclass(frozen=True, slots=True)
class CloseCall:
    """A client of a watchdog was fed again after two rounds or more; margin_s: what was left."""

    node: str
    at: datetime
    margin_s: float


@dataclass(slots=True)
class _Running:
    steps: Steps
    due: datetime | None


@dataclass(slots=True)
class Node:
    """A machine of the cluster.

    hear: is handed all that is said. booted: since when it runs, None while it is down.
    reset: when its watchdog device will reset it, once that is certain.
    close_calls: how often it came near to that.
    fresh: since it booted, it has not been the one that keeps the ages of locks.
    """

    name: str
    release: Release
    chance: Random
    hear: Callable[[Event], None]
    view: View = field(default_factory=View)
    booted: datetime | None = None
    reset: datetime | None = None
    fresh: bool = False
    close_calls: list[CloseCall] = field(default_factory=list)
    _pid: int = 0
    _running: dict[object, _Running] = field(default_factory=dict)
    _last: datetime | None = None

    def boot(self, at: datetime) -> None:
        """Be a machine that has just started: nothing runs, and process ids begin anew."""
        self.crash()
        self.view = View()
        self.booted, self.fresh, self._pid = at, True, self.chance.randint(580, 800)

    def crash(self) -> None:
        """End all processes without a word."""
        self._running.clear()
        self.booted = self.reset = None

    def new_pid(self, most: int = 60) -> int:
        """Return the id of a new process; up to `most` others were started before it."""
        self._pid += self.chance.randint(1, most)
        return self._pid

    def run(self, process: object, work: Callable[[datetime], Steps], at: datetime) -> None:
        """Start a process at this time; its work is called with the time then."""
        steps = _started(work)
        next(steps)
        self._running[process] = _Running(steps, at)

    def kill(self, process: object) -> None:
        """End a process without a word."""
        self._running.pop(process, None)

    def due(self) -> datetime | None:
        """Return when the next process wants to be woken."""
        return min((run.due for run in self._running.values() if run.due), default=None)

    def wake(self, now: datetime) -> None:
        """Wake the processes that are due."""
        for process, running in list(self._running.items()):
            if running.due is not None and running.due <= now and process in self._running:
                try:
                    running.due = running.steps.send(now)
                except StopIteration:
                    self._running.pop(process, None)

    def changed(self, now: datetime) -> None:
        """Let the processes that wait for /etc/pve look again."""
        for running in self._running.values():
            running.due = running.due or now

    def say(self, at: datetime, kind: type[Event], pid: int | None = None, /, **said: Any) -> None:
        """Have a program log an event; lines of a node never share a moment."""
        if self._last is not None:
            at = max(at, self._last + STEP)
        self._last = at
        self.hear(kind(at=at, node=self.name, origin=MODELLED, pid=pid, **said))


def _started(work: Callable[[datetime], Steps]) -> Steps:
    now = yield None
    yield from work(now)
