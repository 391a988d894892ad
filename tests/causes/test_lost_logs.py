"""Whatever part of the logs is missing: no right answer becomes a confident wrong one."""

import json
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.investigate import investigate
from fencepost.model.case import Boot, Confidence, Ending, Gravity
from fencepost.model.line import Line
from fencepost.model.verdict import Hypothesis, Report
from fencepost.reconstruct.recognise import needles
from fencepost.sources.open import Reading, ReadOptions, read_sources

CASES = Path(__file__).parents[1] / "cases"
NAMES = (
    "lab-asymmetric-drop",
    "lab-clean-stop-node2",
    "lab-config-version-mismatch",
    "lab-kill9-node2",
    "lab-linkdown-node3",
    "lab-linkflap-node3",
    "lab-loss10",
    "lab-loss30",
    "lab-partition",
    "lab-pmx-partition-node1",
    "lab5-eight-flap",
    "lab5-five-coeff125-pause4s",
    "lab5-five-nontransitive",
    "lab5-five-orderly-stop",
    "lab5-five-two-alone",
    "lab5-two-killed",
    "realha-isolate-idle-node3",
    "realha-isolate-master-node2",
    "realha-planned-corosync-stop-node3",
    "realha-pmxcfs-killed-node1",
    "realha-sigstop-corosync-node2",
    "realha-switch-outage-near-miss",
)
RESETS = {
    "realha-isolate-master-node2": "node2",
    "realha-pmxcfs-killed-node1": "node1",
    "realha-sigstop-corosync-node2": "node2",
}


@cache
def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES / name / "truth.json").read_text())
    return found


@cache
def readings(name: str) -> tuple[Reading, ...]:
    options = ReadOptions(year=truth(name)["year"], needles=needles())
    return tuple(read_sources([CASES / name / "logs.tar.xz"], options))


def without(name: str, node: str) -> list[Reading]:
    """Everything read but the lines of one node."""
    return [
        reading
        for reading in readings(name)
        if not isinstance(reading, Line) or reading.node != node
    ]


def first_boot(name: str, node: str) -> Boot:
    return investigate(readings(name)).case.boots_of(node)[0]


def without_tail(name: str, node: str, tail: timedelta) -> list[Reading]:
    """Everything read but what the node wrote last before its reset."""
    boot = first_boot(name, node)
    return [
        reading
        for reading in readings(name)
        if not isinstance(reading, Line)
        or reading.node != node
        or reading.at <= boot.last_heard - tail
        or (boot.back_at is not None and reading.at >= boot.back_at)
    ]


def gravest_answer(report: Report) -> Hypothesis | None:
    """The first hypothesis of the gravest incident, warnings left out."""
    grave = [v for v in report.verdicts if v.incident.gravity > Gravity.WARNING]
    worst = max(grave, key=lambda verdict: verdict.incident.gravity, default=None)
    return next(iter(worst.hypotheses), None) if worst else None


def lies(name: str, report: Report) -> Iterator[str]:
    """Yield each thing that the report is sure of and that is not so."""
    known = truth(name)
    answer = gravest_answer(report)
    if answer is not None and answer.confidence >= Confidence.LIKELY:
        if answer.cause not in known["causes"]:
            yield f"{answer.cause} is {answer.confidence.word}, truth {known['causes']}"
        elif known["blamed"] and sorted(answer.blames) != sorted(known["blamed"]):
            yield f"{answer.cause} blames {answer.blames}, truth {known['blamed']}"
    for boot in report.case.boots:
        if boot.ending in (None, Ending.UNKNOWN) or boot.confidence < Confidence.LIKELY:
            continue
        so = [end.get("accept", [end["ending"]]) for end in known["endings"].get(boot.node, [])]
        if not any(boot.ending in accepted for accepted in so):
            yield f"{boot.node} ended by {boot.ending}, {boot.confidence.word}"


def told(name: str, left: Iterable[Reading]) -> list[str]:
    return list(lies(name, investigate(left)))


@pytest.mark.parametrize("name", NAMES)
def test_with_everything_the_answer_is_right(name: str) -> None:
    report = investigate(readings(name))
    assert list(lies(name, report)) == []
    assert gravest_answer(report) is not None


@pytest.mark.parametrize(
    ("name", "node"), [(name, node) for name in NAMES for node in truth(name)["endings"]]
)
def test_without_one_nodes_logs_nothing_wrong_is_said_with_confidence(name: str, node: str) -> None:
    assert told(name, without(name, node)) == []


@pytest.mark.parametrize(("name", "node"), RESETS.items())
def test_without_its_last_minute_a_reset_node_is_not_misjudged(name: str, node: str) -> None:
    left = without_tail(name, node, timedelta(seconds=60))
    assert len(left) < len(readings(name)), "the last minute holds something to lose"
    assert told(name, left) == []


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.sampled_from(sorted(RESETS.items())), st.integers(1, 150))
def test_however_much_of_its_tail_is_lost_a_reset_node_is_not_misjudged(
    reset: tuple[str, str], seconds: int
) -> None:
    name, node = reset
    assert told(name, without_tail(name, node, timedelta(seconds=seconds))) == []


@pytest.mark.parametrize("name", RESETS)
def test_the_less_is_left_the_less_is_claimed(name: str) -> None:
    """A reset whose witness is lost is said with less confidence, never with more."""
    node = RESETS[name]
    sure = []
    for seconds in (0, 20, 60, 120):
        left = without_tail(name, node, timedelta(seconds=seconds))
        boot = investigate(left).case.boots_of(node)[0]
        sure.append(boot.confidence if boot.ending is Ending.SELF_FENCE else Confidence.POSSIBLE)
    assert sure == sorted(sure, reverse=True)
    assert sure[0] is Confidence.CERTAIN
    assert sure[-1] is Confidence.POSSIBLE
