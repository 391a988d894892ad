"""watchdog-mux: it pings the device as long as none of its clients has starved."""

from datetime import datetime, timedelta

from fencepost.events.kernel_boot import WatchdogNotStopped
from fencepost.events.watchdog_mux import (
    ClientAdded,
    ClientExpired,
    ClientLeft,
    ClientNearExpiry,
    ClientsAllLeft,
    ClientSaved,
    MuxExitedArmed,
    WatchdogDriver,
)
from fencepost.laws import watchdog
from fencepost.simulator.node import SECOND, CloseCall, Node, Steps


class Mux:
    """The process and its device. Source: pve-ha-manager 5.2.0 src/watchdog-mux.c, and measured."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._pid = node.new_pid()
        self._warns = node.release.warns
        self._fed: dict[int, datetime] = {}
        self._warned: set[int] = set()

    def run(self, now: datetime) -> Steps:
        """Tick once a second until a client has expired."""
        self._node.say(now, WatchdogDriver, self._pid, driver="Software Watchdog", version="0")
        while True:
            now = yield now + watchdog.MUX_TICK_S * SECOND
            starved = [pid for pid in self._fed if self._look_at(pid, now)]
            if starved:
                yield from self._give_up(now, starved)
                return

    def open(self, pid: int, now: datetime) -> None:
        """Let a client in: from now on it must be fed."""
        self._fed[pid] = now
        if self._node.release.names_clients:
            self._node.say(now, ClientAdded, self._pid, client=pid)

    def feed(self, pid: int, now: datetime) -> None:
        """Note a sign of life of a client."""
        starved_s = (now - self._fed[pid]).total_seconds()
        if starved_s > 2 * watchdog.ROUND_S:
            margin_s = watchdog.margin_s(starved_s)
            self._node.close_calls.append(CloseCall(self._node.name, now, margin_s))
        self._fed[pid] = now

    def close(self, pid: int, now: datetime) -> None:
        """Let a client go in good order."""
        del self._fed[pid]
        self._warned.discard(pid)
        if self._node.release.names_clients:
            self._node.say(now, ClientLeft, self._pid, client=pid)
            if not self._fed:
                self._node.say(now, ClientsAllLeft, self._pid)

    def _look_at(self, pid: int, now: datetime) -> bool:
        # The daemon compares whole seconds of the wall clock.
        starved_s = int(now.timestamp()) - int(self._fed[pid].timestamp())
        if starved_s <= watchdog.CLIENT_WARNING_S and pid in self._warned:
            self._warned.remove(pid)
            self._node.say(now, ClientSaved, self._pid, client=self._named(pid))
        elif starved_s > watchdog.CLIENT_TIMEOUT_S:
            return True
        elif starved_s > watchdog.CLIENT_WARNING_S and self._warns and pid not in self._warned:
            self._warned.add(pid)
            self._node.say(now, ClientNearExpiry, self._pid, client=self._named(pid))
        return False

    def _give_up(self, now: datetime, starved: list[int]) -> Steps:
        for pid in starved:
            self._node.say(now, ClientExpired, self._pid, client=self._named(pid))
        last_ping = now - watchdog.MUX_TICK_S * SECOND
        if self._node.release.exits:
            now = yield now + watchdog.MUX_TICK_S * SECOND
            self._node.say(now, MuxExitedArmed, self._pid)
            last_ping = yield now + self._node.chance.uniform(0.08, 0.25) * SECOND
            self._node.say(last_ping, WatchdogNotStopped, device="watchdog0")
        self._node.reset = last_ping + timedelta(seconds=watchdog.DEVICE_TIMEOUT_S)

    def _named(self, pid: int) -> int | None:
        return pid if self._node.release.names_clients else None
