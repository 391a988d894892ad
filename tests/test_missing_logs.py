"""A log that was not read must never make a right answer confidently wrong."""

import copy
import json
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab.draft import cut_tail, weaken
from lab.measure import cases_below
from lab.recording import resets
from lab.score import judge
from lab.scoreboard import known_to_fall_short

from fencepost.apps.reading import reading_options
from fencepost.investigate import investigate
from fencepost.model.case import Confidence, Ending
from fencepost.model.line import Line
from fencepost.render.json import as_data
from fencepost.sources.open import Reading, read_sources

ROOT = Path(__file__).parents[1]
KNOWN = known_to_fall_short((ROOT / "docs/scoreboard.md").read_text())
CASES = {
    case.relative_to(ROOT).as_posix(): case
    for case in cases_below([ROOT / "tests/cases", ROOT / "lab/cases"])
    if case.relative_to(ROOT).as_posix() not in KNOWN
}

TOO_MANY_BLAMED = frozenset({"lab/cases/starved-realtime"})
"""Without a peer's log, a peer is blamed beside the node that was starved. To be put right."""


@cache
def _truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CASES[name] / "truth.json").read_text())
    return found


@cache
def _readings(name: str) -> tuple[Reading, ...]:
    options = reading_options(year=_truth(name)["year"])
    places = [path for path in sorted(CASES[name].iterdir()) if path.name != "truth.json"]
    return tuple(read_sources(places, options))


RESETS = [
    (name, node) for name in CASES for node, ended in _truth(name)["endings"].items() if ended
]
FENCED = [(name, node) for name, node in RESETS if name.startswith("tests/cases/realha-")]


def _lies(name: str, left: Iterable[Reading]) -> tuple[str, ...]:
    """Return what is said with confidence, and is not so, when only these were read."""
    truth = copy.deepcopy(_truth(name))
    weaken(truth)
    return judge(name, truth, as_data(investigate(left), "0"), []).lies


def _without_tail(name: str, node: str, seconds: int) -> list[Reading]:
    """Everything read but what a node wrote last before its first reset."""
    own = [one for one in _readings(name) if isinstance(one, Line) and one.node == node]
    kept = set(map(id, cut_tail(own, resets(_truth(name), node), timedelta(seconds=seconds))))
    return [
        one
        for one in _readings(name)
        if not isinstance(one, Line) or one.node != node or id(one) in kept
    ]


@pytest.mark.parametrize("name", CASES)
def test_without_one_nodes_log_no_right_answer_becomes_a_confident_wrong_one(name: str) -> None:
    nodes = sorted({one.node for one in _readings(name) if isinstance(one, Line)})
    told = {
        node: _lies(
            name,
            [one for one in _readings(name) if not isinstance(one, Line) or one.node != node],
        )
        for node in nodes
    }
    lies = {node: lies for node, lies in told.items() if lies}
    if lies and name in TOO_MANY_BLAMED:
        pytest.xfail(f"{lies}")
    assert lies == {}


@pytest.mark.parametrize(("name", "node"), RESETS)
def test_without_its_last_minute_a_node_that_went_down_is_not_misjudged(
    name: str, node: str
) -> None:
    assert _lies(name, _without_tail(name, node, 60)) == ()


@settings(max_examples=30, derandomize=True, deadline=None)
@given(st.sampled_from(RESETS), st.integers(1, 150))
def test_however_much_of_its_tail_is_lost_it_is_not_misjudged(
    reset: tuple[str, str], seconds: int
) -> None:
    assert _lies(reset[0], _without_tail(*reset, seconds)) == ()


@pytest.mark.parametrize(("name", "node"), FENCED)
def test_the_less_is_left_the_less_is_claimed(name: str, node: str) -> None:
    """A reset whose witness is lost is said with less confidence, never with more."""
    sure = []
    for seconds in (0, 20, 60, 120):
        left = _without_tail(name, node, seconds)
        boot = investigate(left).case.boots_of(node)[0]
        sure.append(boot.confidence if boot.ending is Ending.SELF_FENCE else Confidence.POSSIBLE)
    assert sure == sorted(sure, reverse=True)
    assert sure[0] is Confidence.CERTAIN
    assert sure[-1] is Confidence.POSSIBLE


def test_there_is_something_to_lose() -> None:
    assert len(RESETS) > 10
    assert len(FENCED) == 3
    assert all(len(_without_tail(*reset, 60)) < len(_readings(reset[0])) for reset in FENCED)
