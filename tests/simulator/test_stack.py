"""The modelled stack under made-up rings: times as measured on real stacks, for many phases."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from fencepost.events import EVENTS
from fencepost.events.kernel_boot import BootSeparated, KernelStarted, WatchdogNotStopped
from fencepost.events.pmxcfs import FilesystemLostQuorum
from fencepost.events.pve_ha_crm import (
    CrmStateChanged,
    FenceAcknowledged,
    NodeStateChanged,
    ServiceRecovered,
)
from fencepost.events.pve_ha_lrm import (
    LrmLockLost,
    LrmServiceStarted,
    LrmStateChanged,
    LrmStatusUnwritable,
)
from fencepost.events.totem import TokenLost
from fencepost.events.votequorum import MembersListed, QuorumGained, QuorumLost
from fencepost.events.watchdog_mux import (
    ClientAdded,
    ClientExpired,
    ClientNearExpiry,
    ClientSaved,
    MuxExitedArmed,
)
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin
from fencepost.simulator.release import RELEASES
from fencepost.simulator.stack import Stack

BEGAN = datetime(2026, 1, 5, 12, tzinfo=UTC)
MADE = Origin("made")
NUMBERS = {"n1": 1, "n2": 2, "n3": 3}
SERVICES = {"ct:1": "n1", "ct:2": "n2", "ct:3": "n2", "ct:4": "n3"}
CUT = 60.0
TOKEN, REFORM = 3.65, 8.0


def at(second: float) -> datetime:
    return BEGAN + timedelta(seconds=second)


class Story:
    """Three nodes whose corosync says what this class lets happen; seconds since the beginning."""

    def __init__(
        self, seed: int, services: dict[str, str] = SERVICES, release: str = "9.1"
    ) -> None:
        self.chance = Random(seed)
        self.stack = Stack(NUMBERS, services, RELEASES[release], self.chance)
        self.said: list[Event] = []
        for node, number in NUMBERS.items():
            self.stack.boot(node, at(0))
            self.start(node, 7 + 1.5 * number + self.chance.random())
            self.ring(3, [node], (1, 2, 3), gained=True)

    def start(self, node: str, second: float) -> None:
        self.stack.start(node, "crm", at(second))
        self.stack.start(node, "lrm", at(second + 2))

    def ring(
        self, second: float, nodes: Iterable[str], members: tuple[int, ...], *, gained: bool = False
    ) -> None:
        """Let these nodes form a ring; two of three have quorum."""
        for node in nodes:
            quorum = QuorumGained if len(members) > 1 else QuorumLost
            if gained or len(members) == 1:
                self.stack.see(quorum(at=at(second), node=node, origin=MADE))
            self.stack.see(MembersListed(at=at(second), node=node, origin=MADE, members=members))

    def cut(self, second: float, node: str) -> None:
        """Let a node lose the others."""
        self.lose_token(second)
        self.ring(second + REFORM, [node], (NUMBERS[node],))
        rest = [name for name in NUMBERS if name != node]
        self.ring(second + REFORM, rest, tuple(NUMBERS[name] for name in rest))

    def fall_apart(self, second: float) -> None:
        """Let each node be alone."""
        self.lose_token(second)
        for node, number in NUMBERS.items():
            self.ring(second + REFORM, [node], (number,))

    def heal(self, second: float, regained: Iterable[str]) -> None:
        """Let all be in one ring again; those that had quorum do not gain it."""
        for node in NUMBERS:
            self.ring(second, [node], (1, 2, 3), gained=node in regained)

    def lose_token(self, second: float) -> None:
        for node in NUMBERS:
            lost = TokenLost(at=at(second + TOKEN), node=node, origin=MADE, token_ms=3650)
            self.stack.see(lost)

    def until(self, second: float) -> "Story":
        self.said += self.stack.advance(at(second))
        return self

    def seconds(self, kind: type[Event], node: str | None = None, **told: str) -> list[float]:
        """Return when something was said, as seconds since the beginning."""
        return [
            (event.at - BEGAN).total_seconds()
            for event in self.said
            if isinstance(event, kind)
            and node in (None, event.node)
            and all(getattr(event, name) == value for name, value in told.items())
        ]


@pytest.fixture(params=range(20))
def seed(request: pytest.FixtureRequest) -> int:
    """Return one of many seeds: each begins the rounds at other moments."""
    return int(request.param)


def test_an_armed_node_that_is_cut_off_resets_itself_in_the_measured_time(seed: int) -> None:
    story = Story(seed)
    story.cut(CUT, "n2")
    story.until(CUT + 110)
    (lost,) = story.seconds(LrmLockLost, "n2")
    (starving,) = story.seconds(LrmStateChanged, "n2", now="lost_agent_lock")
    (near,) = story.seconds(ClientNearExpiry, "n2")
    (expired,) = story.seconds(ClientExpired, "n2")
    (left,) = story.seconds(MuxExitedArmed, "n2")
    (device,) = story.seconds(WatchdogNotStopped, "n2")
    assert 8 <= lost - CUT <= 10.5
    assert 0 <= starving - lost <= 6
    assert 41 <= near - CUT <= 53
    assert 51 <= expired - CUT <= 63
    assert left - expired == pytest.approx(1, abs=0.1)
    assert 61 <= device + 10 - CUT <= 74
    assert not [e for e in story.said if e.node == "n2" and e.at > at(device + 10)]
    assert story.seconds(ClientExpired) == [expired]


def test_its_services_are_recovered_in_the_measured_time(seed: int) -> None:
    story = Story(seed)
    story.cut(CUT, "n2")
    story.until(CUT + 260)
    (unknown,) = story.seconds(NodeStateChanged, subject="n2", was="online")
    (fence,) = story.seconds(NodeStateChanged, subject="n2", now="fence")
    (acknowledged,) = story.seconds(FenceAcknowledged, subject="n2")
    assert 8 <= unknown - CUT <= 19
    assert 48 <= fence - unknown <= 52
    assert 50 <= acknowledged - fence <= 81
    recovered = {e.service: e.target for e in story.said if isinstance(e, ServiceRecovered)}
    assert recovered == {"ct:2": "n1", "ct:3": "n3"}
    for service, target in recovered.items():
        (started,) = story.seconds(LrmServiceStarted, target, service=service)
        assert acknowledged < started < acknowledged + 15


def test_a_lost_master_is_succeeded_first(seed: int) -> None:
    story = Story(seed)
    story.cut(CUT, "n1")
    story.until(CUT + 260)
    old, new = story.seconds(CrmStateChanged, now="master")
    (unknown,) = story.seconds(NodeStateChanged, subject="n1", was="online")
    (fence,) = story.seconds(NodeStateChanged, subject="n1", now="fence")
    (acknowledged,) = story.seconds(FenceAcknowledged, subject="n1")
    assert old < CUT
    assert 110 <= new - CUT <= 127
    assert unknown == pytest.approx(new, abs=0.1)
    assert 59 <= fence - unknown <= 71
    assert 0 <= acknowledged - fence <= 11


def test_an_idle_node_survives_and_says_so_once(seed: int) -> None:
    story = Story(seed, {"ct:1": "n1", "ct:2": "n2"})
    story.cut(CUT, "n3")
    story.heal(CUT + 92, ["n3"])
    story.until(CUT + 120)
    assert not story.seconds(ClientExpired)
    assert len(story.seconds(LrmStatusUnwritable, "n3")) <= 1
    assert not story.seconds(NodeStateChanged, subject="n3", now="fence")
    assert story.seconds(NodeStateChanged, subject="n3", now="online")[-1] > CUT + 92


def test_a_short_outage_of_all_is_a_near_miss(seed: int) -> None:
    story = Story(seed)
    story.fall_apart(CUT)
    story.heal(CUT + 42, NUMBERS)
    story.until(CUT + 100)
    assert not story.seconds(ClientExpired)
    for node in NUMBERS:
        assert story.seconds(LrmStateChanged, node, was="lost_agent_lock", now="active")
        assert len(story.seconds(ClientSaved, node)) == len(story.seconds(ClientNearExpiry, node))


def test_a_long_outage_of_all_resets_all_and_their_old_locks_keep_them_waiting(seed: int) -> None:
    story = Story(seed)
    story.fall_apart(CUT)
    story.until(CUT + 120)
    for node in NUMBERS:
        (device,) = story.seconds(WatchdogNotStopped, node)
        assert 51 <= device - CUT <= 64
        story.stack.boot(node, at(CUT + 130), again=True)
        story.start(node, CUT + 138)
    story.ring(CUT + 140, NUMBERS, (1, 2, 3), gained=True)
    story.until(CUT + 290)
    assert len(story.seconds(KernelStarted)) == len(story.seconds(BootSeparated)) == 3
    for node in NUMBERS:
        again = story.seconds(LrmStateChanged, node, now="active")[-1]
        assert 110 <= again - (CUT + 140) <= 135


def test_a_node_whose_corosync_ends_has_the_full_minute_and_its_peers_wait(seed: int) -> None:
    story = Story(seed)
    story.stack.corosync_gone("n3", at(CUT))
    story.until(CUT + 100)
    (lost,) = story.seconds(FilesystemLostQuorum, "n3")
    (device,) = story.seconds(WatchdogNotStopped, "n3")
    assert lost == pytest.approx(CUT, abs=0.1)
    assert 51 <= device - CUT <= 64


def test_a_hanging_etc_pve_resets_an_armed_node_without_a_word_of_its_lrm(seed: int) -> None:
    story = Story(seed)
    story.stack.hang("n3", at(CUT))
    story.until(CUT + 100)
    assert len(story.seconds(ClientExpired, "n3")) >= 1
    assert not story.seconds(LrmLockLost, "n3")


def test_a_planned_stop_freezes_the_services_and_disarms() -> None:
    story = Story(3)
    story.stack.stop("n2", "lrm", at(CUT))
    story.stack.stop("n2", "crm", at(CUT + 25))
    story.stack.corosync_gone("n2", at(CUT + 30))
    story.until(CUT + 120)
    assert not story.seconds(ClientExpired)
    assert not story.seconds(NodeStateChanged, subject="n2", now="fence")


@pytest.mark.parametrize(
    ("release", "near", "named", "exits"),
    [("8", 0, False, 0), ("9.0", 1, False, 1), ("9.1", 1, True, 1)],
)
def test_a_release_has_its_own_wordings(release: str, near: int, named: bool, exits: int) -> None:  # noqa: FBT001
    story = Story(1, release=release)
    story.cut(CUT, "n3")
    story.until(CUT + 100)
    assert len(story.seconds(ClientNearExpiry)) == near
    assert len(story.seconds(MuxExitedArmed)) == exits
    assert bool(story.seconds(ClientAdded)) is named
    (expired,) = [event for event in story.said if isinstance(event, ClientExpired)]
    assert ("PID" in expired.words()) is named


def test_all_that_is_said_is_read_as_what_was_meant() -> None:
    story = Story(5)
    story.cut(CUT, "n2")
    story.until(CUT + 100)
    story.stack.boot("n2", at(CUT + 110), again=True)
    story.start("n2", CUT + 118)
    story.heal(CUT + 120, ["n2"])
    story.stack.corosync_gone("n3", at(CUT + 250))
    story.until(CUT + 350)
    kinds = {type(event) for event in story.said}
    assert len(kinds) >= 35
    for event in story.said:
        program = event.grammar.by[0]
        line = Line(event.at, event.node, program, event.pid, event.words(), MADE)
        readers = (kind.read(line) for kind in EVENTS if program in kind.grammar.by)
        again = next(heard for heard in readers if heard is not None)
        assert type(again) is type(event), line
        for name in event.grammar.fields:
            assert getattr(again, name) == getattr(event, name)


def test_the_same_seed_says_the_same() -> None:
    def told(step: float) -> list[tuple[datetime, str]]:
        story = Story(7)
        story.cut(CUT, "n1")
        for tick in range(round(200 / step)):
            story.until((tick + 1) * step)
        return [(event.at, event.words()) for event in story.said]

    assert told(0.25) == told(50)
