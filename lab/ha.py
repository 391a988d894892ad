"""The HA stack beside a recording: modelled, driven by the real corosync, resetting real nodes.

It hears what every corosync says, lets `fencepost.simulator` live some seconds behind, carries out
its resets, boots the nodes again, and in the end puts the modelled lines between the real ones.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from fencepost.events.kernel_boot import BootSeparated
from fencepost.events.pmxcfs import FilesystemLostQuorum
from fencepost.events.pve_ha_crm import FenceAcknowledged, ServiceRecovered
from fencepost.laws import totem
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin
from fencepost.simulator.release import RELEASES
from fencepost.simulator.stack import COROSYNC_SAYS, Stack
from lab.cluster import Cluster
from lab.recorder import Recorder
from lab.shape import Ha, Shape

HEARD = re.compile(r"(\w{3} \d\d \d\d:\d\d:\d\d\.\d{6}) (\S+) (\w[\w-]*)(?:\[(\d+)\])?: *(.*)")
PROGRAMS = ("kernel", "pmxcfs", "pve-ha-crm", "pve-ha-lrm", "watchdog-mux")
SAYS = (
    "corosync is real. What the other programs would have logged is made by fencepost.simulator"
    " from the real rings of this run, and the resets it found due were carried out."
)
BOOT_S = (35.0, 70.0)
KERNEL_TO_COROSYNC_S = 3.5
MOST_BEHIND_S = 10.5
"""A reset is known eleven seconds ahead: further behind it would come late."""

SYNC_S = 300
"""journald writes to disk this often, and at once after a line of level crit or graver."""

SECOND = timedelta(seconds=1)


class HaStack:
    """A companion of a recording. seed: of all that differs from run to run."""

    def __init__(self, ha: Ha, seed: int = 0) -> None:
        self._ha = ha
        self._chance = Random(seed)
        self._read: dict[str, int] = {}
        self._corosync: dict[str, str] = {}
        self._said: list[Event] = []
        self._resets: list[tuple[str, datetime]] = []
        self._boots: list[tuple[datetime, str]] = []
        self._joins: list[tuple[datetime, str]] = []

    def begin(self, cluster: Cluster, recorder: Recorder, now: datetime | None = None) -> None:
        """Start the modelled daemons; the master's first."""
        now = now or datetime.now(UTC)
        self._cluster, self._recorder = cluster, recorder
        shape = cluster.shape
        numbers = dict(zip(shape.nodes, shape.ids or range(1, len(shape.nodes) + 1), strict=True))
        release = RELEASES[self._ha.release]
        self._stack = Stack(numbers, dict(self._ha.services), release, self._chance)
        self._behind = behind(shape)
        self._now = now
        for node in shape.nodes:
            self._stack.boot(node, now)
            wait = 7.0 if node == self._ha.master else self._chance.uniform(8, 9.5)
            self._start_daemons(node, now + wait * SECOND)

    def tick(self, now: datetime) -> None:
        """Hear, look, reset, boot, and let the model live."""
        self._now = now
        self._hear()
        self._look(now)
        self._obey(now)
        self._said += self._stack.advance(now - self._behind)
        for node, due in self._stack.resets().items():
            if due <= now and node not in self._cluster.down:
                self._reset(node, now)
        self._boot(now)

    def over(self) -> Mapping[str, Any]:
        """Put the modelled lines between the real ones; return the truth about HA."""
        self._hear()
        self._said += self._stack.advance(self._now)
        self._said.sort(key=lambda event: event.at)
        lost = self._mix()
        return {**self._truth(), **({"lost_tails": lost} if lost else {})}

    def _start_daemons(self, node: str, at: datetime) -> None:
        self._stack.start(node, "crm", at)
        self._stack.start(node, "lrm", at + self._chance.uniform(1.5, 3) * SECOND)

    def _hear(self) -> None:
        """Tell the model what corosync has said since the last time."""
        for node, lines in self._recorder.lines.items():
            begin = self._read.get(node, 0)
            self._read[node] = len(lines)
            for text in lines[begin : self._read[node]]:
                if "corosync" in text and (line := self._line(text)) is not None:
                    said = (kind.read(line) for kind in COROSYNC_SAYS)
                    if event := next((event for event in said if event), None):
                        self._stack.see(event)

    def _line(self, text: str) -> Line | None:
        match = HEARD.match(text)
        if match is None:
            return None
        stamp, node, program, pid, said = match.groups()
        at = _time(stamp, self._now.year) - self._recorder.clocks.get(node, timedelta())
        return Line(at, node, program, int(pid) if pid else None, said, Origin("heard"))

    def _look(self, now: datetime) -> None:
        """See which corosync has ended, or is stopped by a signal: it says neither itself."""
        for node, daemon in self._cluster.daemons.items():
            if node in self._cluster.down:
                continue
            was, state = (
                self._corosync.get(node),
                _state(daemon.pid, ended=daemon.poll() is not None),
            )
            self._corosync[node] = state
            if state == was:
                continue
            if state == "ended":
                self._stack.corosync_gone(node, now)
            if "stopped" in (was, state):
                self._stack.hang(node, now, hangs=state == "stopped")

    def _obey(self, now: datetime) -> None:
        for node, daemon, order in self._cluster.orders:
            (self._stack.stop if order == "stop" else self._stack.start)(node, daemon, now)
        self._cluster.orders.clear()

    def _reset(self, node: str, now: datetime) -> None:
        self._cluster.crash(node)
        self._stack.crash(node, now)
        self._corosync.pop(node, None)
        self._resets.append((node, now))
        self._boots.append((now + self._chance.uniform(*BOOT_S) * SECOND, node))

    def _boot(self, now: datetime) -> None:
        for due, node in [boot for boot in self._boots if boot[0] <= now]:
            self._boots.remove((due, node))
            self._stack.boot(node, now, again=True)
            self._joins.append((now + KERNEL_TO_COROSYNC_S * SECOND, node))
            self._start_daemons(node, now + self._chance.uniform(6.5, 9) * SECOND)
        for due, node in [join for join in self._joins if join[0] <= now]:
            self._joins.remove((due, node))
            self._cluster.boot(node)

    def _mix(self) -> dict[str, list[str]]:
        """Write the modelled lines into the record, in order of time; return what a reset took."""
        lost: dict[str, list[str]] = {}
        year = self._now.year
        for node, lines in self._recorder.lines.items():
            clock = self._recorder.clocks.get(node, timedelta())
            timed = [(_time(line[:22], year), line) for line in lines]
            timed += [(e.at + clock, _written(e, clock)) for e in self._said if e.node == node]
            timed.sort(key=lambda pair: pair[0])
            for reset in [at for name, at in self._resets if name == node and self._ha.tail_lost]:
                synced = self._synced(timed, reset)
                timed = [pair for pair in timed if not synced < pair[0] <= reset]
                lost[node] = [synced.isoformat(), reset.isoformat()]
            lines[:] = [line for _, line in timed]
        return lost

    def _synced(self, timed: list[tuple[datetime, str]], reset: datetime) -> datetime:
        """Return when the journal of a node was written to disk for the last time before its reset."""
        grave = [at for at, line in timed if at <= reset and " crit: " in line]
        periodic = reset - self._chance.uniform(0, SYNC_S) * SECOND
        return max([periodic, *grave[-1:]])

    def _truth(self) -> dict[str, Any]:
        nodes = self._cluster.shape.nodes
        accept = {"accept": ["self_fence", "unknown"]} if self._ha.tail_lost else {}
        endings: dict[str, list[dict[str, Any]]] = {node: [] for node in nodes}
        for node, at in self._resets:
            endings[node].append({"ending": "self_fence", "at": at.isoformat(), **accept})
        without = {event.node for event in self._said if isinstance(event, FilesystemLostQuorum)}
        return {
            "modelled": {
                "programs": list(PROGRAMS),
                "release": f"Proxmox VE {self._ha.release}",
                "says": SAYS,
            },
            "endings": endings,
            "recoveries": [
                {"service": event.service, "from": event.source, "to": event.target}
                for event in self._said
                if isinstance(event, ServiceRecovered)
            ],
            "fence_acks": [
                {"node": event.subject, "at": event.at.isoformat()}
                for event in self._said
                if isinstance(event, FenceAcknowledged)
            ],
            "survivors": sorted(node for node in without if not endings[node]),
            "margins": [
                {"node": call.node, "at": call.at.isoformat(), "margin_s": round(call.margin_s, 1)}
                for call in self._stack.close_calls()
            ],
        }


def behind(shape: Shape) -> timedelta:
    """Return how far the model stays behind: longer than the token of this cluster."""
    own = {
        key: int(value)
        for key, value in (line.split(": ") for line in shape.totem)
        if value.isdigit()
    }
    base = own.get("token", totem.TOKEN_MS)
    coefficient = own.get("token_coefficient", totem.COEFFICIENT_MS)
    token_ms = totem.token_timeout_ms(base, coefficient, nodes=len(shape.nodes))
    return min(token_ms / 1000 + 1.5, MOST_BEHIND_S) * SECOND


def _state(pid: int, *, ended: bool) -> str:
    if ended:
        return "ended"
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    except FileNotFoundError:
        return "ended"
    return "stopped" if state in "Tt" else "runs"


def _time(stamp: str, year: int) -> datetime:
    return datetime.strptime(f"{year} {stamp}", "%Y %b %d %H:%M:%S.%f").replace(tzinfo=UTC)


def _written(event: Event, clock: timedelta) -> str:
    """Return a modelled event as journalctl -o short-precise would print it."""
    if isinstance(event, BootSeparated):
        return event.words()
    pid = f"[{event.pid}]" if event.pid else ""
    at = event.at + clock
    return f"{at:%b %d %H:%M:%S.%f} {event.node} {event.grammar.by[0]}{pid}: {event.words()}"
