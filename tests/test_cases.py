"""Recorded and re-enacted incidents with a known truth: what was right must stay right."""

from pathlib import Path

import pytest
from lab.measure import cases_below
from lab.score import judge_case
from lab.scoreboard import known_to_fall_short

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
