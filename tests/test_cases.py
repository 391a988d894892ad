"""Recorded and re-enacted incidents with a known truth: what was right must stay right."""

from collections import Counter
from pathlib import Path

import pytest
from lab.measure import cases_below
from lab.score import judge_case
from lab.scoreboard import known_to_fall_short

from fencepost.apps.reading import reading_options
from fencepost.model.line import Line
from fencepost.reconstruct.recognise import Recogniser
from fencepost.sources.open import ReadOptions, read_sources

ROOT = Path(__file__).parents[1]
CASES = cases_below([ROOT / "tests/cases", ROOT / "lab/cases"])
KNOWN = known_to_fall_short((ROOT / "docs/scoreboard.md").read_text())


def _name(case: Path) -> str:
    return case.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_a_case_that_was_right_is_still_right(case: Path) -> None:
    assert _name(case) in KNOWN or judge_case(case).wrong == ()


def test_there_are_cases_and_few_fall_short() -> None:
    names = {_name(case) for case in CASES}
    assert len(CASES) > 50
    assert {one.partition(" ~")[0] for one in KNOWN} <= names
    assert len(KNOWN & names) * 5 <= len(CASES)


@pytest.mark.parametrize("case", CASES[::4], ids=_name)
def test_lines_that_are_left_unopened_would_have_said_nothing(case: Path) -> None:
    logs = [path for path in sorted(case.iterdir()) if path.name != "truth.json"]
    assert _events(logs, reading_options(year=2026)) == _events(logs, ReadOptions(year=2026))


def _events(logs: list[Path], options: ReadOptions) -> Counter[tuple[object, ...]]:
    lines = (one for one in read_sources(logs, options) if isinstance(one, Line))
    told = (event for event in Recogniser().events(lines) if event.grammar.by)
    return Counter((type(event), event.node, event.at, event.origin.text) for event in told)
