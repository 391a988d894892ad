"""The glue between a recording and the modelled HA stack, on a cluster of paper."""

import json
import os
import signal
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lab.cluster import Cluster
from lab.ha import HaStack, behind
from lab.recorder import Recorder
from lab.shape import Ha, Shape

from fencepost.model.verdict import Report

BEGAN = datetime(2026, 1, 5, 12, tzinfo=UTC)
NODES = ("alder", "birch", "cedar")
SHAPE = Shape(NODES)
HA = Ha(services=(("ct:100", "alder"), ("ct:101", "birch"), ("ct:102", "cedar")), master="alder")
TICK_S = 0.25
RECORDED = sorted((Path(__file__).parents[1] / "cases").glob("lab-ha-*"))


class Paper(Cluster):
    """A cluster that only notes what it is told to do, and when."""

    def __init__(self, recorder: Recorder, folder: Path) -> None:
        super().__init__(SHAPE, recorder, folder)
        self.now = 0.0
        self.done: list[tuple[str, str, float]] = []

    def crash(self, node: str) -> None:
        self.down.add(node)
        self.done.append(("crash", node, self.now))

    def boot(self, node: str) -> None:
        self.down.discard(node)
        self.done.append(("boot", node, self.now))


class Run:
    """A recording that is told second by second."""

    def __init__(self, ha: Ha, folder: Path) -> None:
        self.recorder = Recorder(NODES, folder)
        self.cluster = Paper(self.recorder, folder)
        self.stack = HaStack(ha, seed=4)
        self.stack.begin(self.cluster, self.recorder, BEGAN)

    def say(self, second: float, nodes: str, *texts: str) -> None:
        """Let corosync on these nodes log, now that it is this second."""
        self.until(second)
        for node in nodes.split():
            for text in texts:
                at = BEGAN + timedelta(seconds=second)
                line = f"{at:%b %d %H:%M:%S.%f} {node} corosync[4]:   {text}"
                self.recorder.lines[node].append(line)

    def until(self, second: float) -> None:
        while self.cluster.now + TICK_S <= second:
            self.cluster.now += TICK_S
            self.stack.tick(BEGAN + timedelta(seconds=self.cluster.now))

    def join(self, second: float) -> None:
        self.say(second, "alder birch cedar", GAINED, "[QUORUM] Members[3]: 1 2 3")

    def cut_cedar(self, second: float) -> None:
        self.say(second + 3.65, "alder birch cedar", TOKEN_LOST)
        self.say(second + 8, "cedar", LOST, "[QUORUM] Members[1]: 3")
        self.say(second + 8, "alder birch", "[QUORUM] Members[2]: 1 2")


GAINED = "[QUORUM] This node is within the primary component and will provide service."
LOST = "[QUORUM] This node is within the non-primary component and will NOT provide any services."
TOKEN_LOST = (
    "[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms),"
    " waiting 4380ms for consensus."
)


@pytest.fixture
def run(tmp_path: Path) -> Callable[[Ha], Run]:
    """Return a function that begins a recording."""
    return lambda ha: Run(ha, tmp_path)


def test_an_armed_node_that_is_cut_off_is_crashed_booted_and_told_in_the_truth(
    run: Callable[[Ha], Run],
) -> None:
    told = run(HA)
    told.join(3)
    told.cut_cedar(30)
    told.until(200)
    truth = told.stack.over()
    (crash, boot) = told.cluster.done
    assert crash[:2] == ("crash", "cedar")
    assert boot[:2] == ("boot", "cedar")
    assert 61 <= crash[2] - 30 <= 74
    assert 35 <= boot[2] - crash[2] <= 75
    (ending,) = truth["endings"]["cedar"]
    at = datetime.fromisoformat(ending["at"])
    assert at == BEGAN + timedelta(seconds=crash[2])
    assert truth["endings"]["alder"] == truth["endings"]["birch"] == []
    (recovery,) = truth["recoveries"]
    assert recovery["service"] == "ct:102"
    assert recovery["from"] == "cedar"
    assert [ack["node"] for ack in truth["fence_acks"]] == ["cedar"]
    assert "pve-ha-lrm" in truth["modelled"]["programs"]


def test_modelled_lines_stand_between_the_real_ones_in_order_of_time(
    run: Callable[[Ha], Run],
) -> None:
    told = run(HA)
    told.join(3)
    told.cut_cedar(30)
    told.until(200)
    told.stack.over()
    for node in NODES:
        lines = told.recorder.lines[node]
        stamps = [line[:22] for line in lines if not line.startswith("--")]
        assert stamps == sorted(stamps)
        assert any("corosync[4]" in line for line in lines)
        assert any("pve-ha-lrm[" in line for line in lines)
    cedar = told.recorder.lines["cedar"]
    mark = next(number for number, line in enumerate(cedar) if line.startswith("-- Boot "))
    assert "watchdog did not stop!" in cedar[mark - 1]
    assert " cedar kernel: Linux version " in cedar[mark + 1]


def test_a_short_cut_is_told_as_a_margin(run: Callable[[Ha], Run]) -> None:
    told = run(HA)
    told.join(3)
    told.cut_cedar(30)
    told.join(70)
    told.until(100)
    truth = told.stack.over()
    assert told.cluster.done == []
    assert truth["survivors"] == ["cedar"]
    (margin,) = truth["margins"]
    assert margin["node"] == "cedar"
    assert 2 < margin["margin_s"] < 20


def test_a_corosync_that_is_paused_or_gone_is_seen_without_a_word_of_it(
    run: Callable[[Ha], Run],
) -> None:
    told = run(HA)
    told.join(3)
    with (
        subprocess.Popen(["sleep", "600"]) as paused,
        subprocess.Popen(["sleep", "600"]) as killed,
    ):
        try:
            told.cluster.daemons |= {"birch": paused, "cedar": killed}
            told.until(30)
            paused.send_signal(signal.SIGSTOP)
            os.waitpid(paused.pid, os.WUNTRACED)  # until it has stopped
            killed.kill()
            killed.wait()
            told.until(110)
        finally:
            paused.kill()
    crashed = {node: second for what, node, second in told.cluster.done if what == "crash"}
    assert crashed.keys() == {"birch", "cedar"}
    assert all(61 <= second - 30 <= 74 for second in crashed.values())
    told.stack.over()
    said = {node: "\n".join(lines) for node, lines in told.recorder.lines.items()}
    assert "lost lock 'ha_agent_cedar_lock" in said["cedar"]
    assert "lost lock 'ha_agent_birch_lock" not in said["birch"]


def test_a_node_that_is_put_aside_is_not_reset(run: Callable[[Ha], Run]) -> None:
    told = run(HA)
    told.join(3)
    told.until(30)
    told.cluster.orders.append(("cedar", "lrm", "stop"))
    told.until(50)
    told.say(52, "cedar", "[MAIN  ] Corosync Cluster Engine exiting normally")
    told.say(52, "alder birch", "[QUORUM] Members[2]: 1 2")
    told.until(140)
    truth = told.stack.over()
    assert told.cluster.done == []
    assert truth["recoveries"] == []
    assert "watchdog closed (disabled)" in "\n".join(told.recorder.lines["cedar"])


def test_a_reset_may_take_the_lines_that_were_not_yet_on_disk(run: Callable[[Ha], Run]) -> None:
    told = run(replace(HA, release="8", tail_lost=True))
    told.join(3)
    told.cut_cedar(30)
    told.until(150)
    truth = told.stack.over()
    (synced, reset) = truth["lost_tails"]["cedar"]
    assert truth["endings"]["cedar"][0]["accept"] == ["self_fence", "unknown"]
    text = "\n".join(told.recorder.lines["cedar"])
    assert "watchdog expired" not in text
    assert "leaving CPG group" in text
    assert BEGAN < datetime.fromisoformat(synced) < datetime.fromisoformat(reset)


def test_the_model_stays_behind_by_more_than_the_token() -> None:
    assert behind(SHAPE) == timedelta(seconds=5.15)
    assert behind(Shape(NODES, totem=("token: 1000",))) == timedelta(seconds=3.15)
    assert behind(Shape(NODES, totem=("token: 20000",))) == timedelta(seconds=10.5)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case.name)
def test_a_report_on_a_recorded_case_agrees_with_what_the_model_knows(
    case: Path, investigated: Callable[..., Report]
) -> None:
    truth = json.loads((case / "truth.json").read_text())
    incidents = investigated(case / "logs.tar.xz", truth["year"]).case.incidents
    survived = {node for incident in incidents for node in incident.survived}
    assert set(truth["survivors"]) <= survived
    left = [incident.margin.total_seconds() for incident in incidents if incident.margin]
    if truth["margins"]:
        least = min(call["margin_s"] for call in truth["margins"])
        assert min(left) == pytest.approx(least, abs=3)
    else:
        assert left == []


def test_there_are_recorded_cases() -> None:
    assert len(RECORDED) >= 4
