"""The HA stack of a whole cluster, driven by what its real corosync said.

Begin here. The model runs behind the recording: what happened is told with `see`, `boot` and
the like, then `advance` lets the modelled daemons live until a moment for which all has been
told. It has to stay behind by more than the token timeout, since only the loss of the token
tells from when on writes were blocked.
"""

import heapq
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from random import Random

from fencepost.events.corosync import CorosyncExited
from fencepost.events.kernel_boot import BootSeparated, KernelStarted
from fencepost.events.pmxcfs import CpgMembers, FilesystemGainedQuorum, FilesystemLostQuorum
from fencepost.events.totem import TokenLost
from fencepost.events.votequorum import MembersListed, QuorumGained, QuorumLost
from fencepost.model.event import Event
from fencepost.simulator.crm import Crm
from fencepost.simulator.etc_pve import EtcPve, Service
from fencepost.simulator.lrm import Lrm
from fencepost.simulator.node import SECOND, CloseCall, Node
from fencepost.simulator.pmxcfs import Pmxcfs
from fencepost.simulator.release import Release
from fencepost.simulator.watchdog import Mux

COROSYNC_SAYS = (TokenLost, MembersListed, QuorumGained, QuorumLost, CorosyncExited)
PMXCFS_SAYS = (CpgMembers, FilesystemGainedQuorum, FilesystemLostQuorum)


class Stack:
    """watchdog-mux, pmxcfs, pve-ha-crm and pve-ha-lrm on every node.

    numbers: corosync ids by node name. services: the node of each HA service at first.
    chance: a seeded generator, for what differs from run to run.
    follows_pmxcfs: pmxcfs's own lines are told with `see`; else it is modelled, too.
    """

    def __init__(
        self,
        numbers: Mapping[str, int],
        services: Mapping[str, str],
        release: Release,
        chance: Random,
        *,
        follows_pmxcfs: bool = False,
    ) -> None:
        self._names = {number: name for name, number in numbers.items()}
        self._numbers = dict(numbers)
        self._said: list[Event] = []
        self.nodes = {
            name: Node(name, release, chance, self._said.append) for name in sorted(numbers)
        }
        self._etc = EtcPve({sid: Service(node) for sid, node in services.items()})
        self._rings: dict[str, frozenset[str]] = {}
        self._muxes: dict[str, Mux] = {}
        self._daemons: dict[tuple[str, str], Crm | Lrm] = {}
        self._pmxcfs: dict[str, Pmxcfs] = {}
        self._peers: dict[str, tuple[int, int]] = {}
        self._follows_pmxcfs = follows_pmxcfs
        self._chance = chance
        self._told: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._count = count()

    def see(self, event: Event) -> None:
        """Be told COROSYNC_SAYS, and where pmxcfs is followed PMXCFS_SAYS."""
        at = event.at
        if isinstance(event, TokenLost) and event.token_ms:
            at -= timedelta(milliseconds=event.token_ms)
        self._tell(at, lambda now: self._heed(event, now))

    def boot(self, node: str, at: datetime, *, again: bool = False) -> None:
        """A node's kernel and watchdog-mux start; again: not for the first time in the record."""

        def start(now: datetime) -> None:
            machine = self.nodes[node]
            machine.boot(now)
            self._rings.pop(node, None)
            if again:
                machine.say(now, BootSeparated, boot=f"{self._chance.getrandbits(128):032x}")
                machine.say(now, KernelStarted, version=machine.release.kernel)
                now += self._chance.uniform(1.8, 3.4) * SECOND
            self._muxes[node] = Mux(machine)
            machine.run("mux", self._muxes[node].run, now)
            if not self._follows_pmxcfs:
                self._pmxcfs[node] = Pmxcfs(machine, self._numbers[node], self._peers)
                machine.run("pmxcfs", self._pmxcfs[node].run, now + 0.02 * SECOND)

        self._tell(at, start)

    def start(self, node: str, daemon: str, at: datetime) -> None:
        """A daemon starts: "crm" or "lrm"."""

        def start(now: datetime) -> None:
            machine = self.nodes[node]
            if machine.booted is None:
                return
            kind: type[Crm | Lrm] = Crm if daemon == "crm" else Lrm
            made = self._daemons[node, daemon] = kind(machine, self._etc, self._muxes[node])
            machine.run(daemon, made.run, now)

        self._tell(at, start)

    def stop(self, node: str, daemon: str, at: datetime) -> None:
        """A daemon is asked to end."""
        self._tell(at, lambda now: self._running(node, daemon).stop(now))

    def crash(self, node: str, at: datetime) -> None:
        """A node is gone, without a word."""
        self._tell(at, lambda _: self.nodes[node].crash())

    def corosync_gone(self, node: str, at: datetime) -> None:
        """Corosync has ended on a node."""
        self._tell(at, lambda now: self._lose_corosync(node, now))

    def hang(self, node: str, at: datetime, *, hangs: bool = True) -> None:
        """/etc/pve of a node hangs, since pmxcfs or corosync under it is stopped; or no longer."""

        def change(now: datetime) -> None:
            self.nodes[node].view.stuck = hangs
            self.nodes[node].changed(now)

        self._tell(at, change)

    def pmxcfs_gone(self, node: str, at: datetime) -> None:
        """The pmxcfs of a node has ended."""

        def change(now: datetime) -> None:
            self.nodes[node].view.dead = True
            self.nodes[node].changed(now)

        self._tell(at, change)

    def resets(self) -> dict[str, datetime]:
        """Return the nodes that will be reset by their watchdog, and when."""
        return {name: node.reset for name, node in self.nodes.items() if node.reset}

    def close_calls(self) -> list[CloseCall]:
        """Return how near nodes came to a reset, in order of time."""
        found = (call for node in self.nodes.values() for call in node.close_calls)
        return sorted(found, key=lambda call: call.at)

    def advance(self, until: datetime) -> list[Event]:
        """Let the daemons live until this time; return what they said since the last time."""
        while (now := self._next()) is not None and now <= until:
            while self._told and self._told[0][0] <= now:
                heapq.heappop(self._told)[2](now)
            for node in self.nodes.values():
                if node.reset is not None and node.reset <= now:
                    node.crash()
                self._age_locks(node)
                node.wake(now)
        said = sorted(self._said, key=lambda event: event.at)
        self._said.clear()
        return said

    def _running(self, node: str, daemon: str) -> Crm | Lrm:
        return self._daemons[node, daemon]

    def _tell(self, at: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self._told, (at, next(self._count), act))

    def _next(self) -> datetime | None:
        moments = [self._told[0][0]] if self._told else []
        for node in self.nodes.values():
            moments += [at for at in (node.due(), node.reset) if at is not None]
        return min(moments, default=None)

    def _heed(self, event: Event, now: datetime) -> None:
        node = self.nodes[event.node]
        if node.booted is None:
            return
        match event:
            case TokenLost():
                for name in self._ring_of(event.node):
                    self.nodes[name].view.forming = True
            case MembersListed(members=ids):
                self._ring(node, frozenset(self._named(ids)), now)
            case QuorumGained() | QuorumLost():
                self._quorum(node, now, quorate=isinstance(event, QuorumGained))
            case CorosyncExited():
                self._lose_corosync(event.node, now)
            case FilesystemGainedQuorum() | FilesystemLostQuorum():
                node.view.quorate = isinstance(event, FilesystemGainedQuorum)
            case CpgMembers(domain="status", members=members):
                ids = tuple(int(pair.split("/")[0]) for pair in members.split(","))
                node.view.members = frozenset(self._named(ids))
        node.changed(now)

    def _ring_of(self, name: str) -> Iterable[str]:
        """The nodes that share a node's ring, as both see it: they lost the token, too."""
        return [
            other
            for other in self._rings.get(name, ())
            if name in self._rings.get(other, ()) and self.nodes[other].booted
        ]

    def _named(self, ids: Iterable[int]) -> Iterable[str]:
        return (self._names[number] for number in ids if number in self._names)

    def _ring(self, node: Node, members: frozenset[str], now: datetime) -> None:
        self._rings[node.name] = members
        if pmxcfs := self._pmxcfs.get(node.name):
            pmxcfs.see_ring(now, members)
        node.view.forming = False

    def _quorum(self, node: Node, now: datetime, *, quorate: bool) -> None:
        if pmxcfs := self._pmxcfs.get(node.name):
            pmxcfs.see_quorum(now, quorate=quorate)
        elif not quorate:
            node.view.quorate = False

    def _lose_corosync(self, name: str, now: datetime) -> None:
        node = self.nodes[name]
        self._rings.pop(name, None)
        node.view.forming = False
        if pmxcfs := self._pmxcfs.get(name):
            pmxcfs.lose_corosync(now)
        node.changed(now)

    def _age_locks(self, node: Node) -> None:
        """Only the node with the lowest id keeps the locks' ages: since its boot, no longer."""
        if node.view.quorate and node.view.members:
            keeper = self.nodes[min(node.view.members, key=self._numbers.__getitem__)]
            if keeper.fresh and keeper.booted:
                keeper.fresh = False
                self._etc.forget_ages(keeper.booted)
