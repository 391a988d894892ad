"""A seeded sample of what `make score VARIATIONS=…` judges: no variation may make a lie of an answer."""

from pathlib import Path

import pytest
from lab.measure import cases_below
from lab.recording import read_recording
from lab.scoreboard import known_to_fall_short
from lab.varied import judge_variation

ROOT = Path(__file__).parents[1]
SAMPLE = 40
LARGE = 60_000
"""Bytes of packed logs above which a recording takes seconds to read and write again."""

CASES = [
    case
    for case in cases_below([ROOT / "tests/cases", ROOT / "lab/cases"])
    if sum(path.stat().st_size for path in case.iterdir()) < LARGE
]
KNOWN = known_to_fall_short((ROOT / "docs/scoreboard.md").read_text())
CHOSEN = [(CASES[n * len(CASES) // SAMPLE], n % 8) for n in range(SAMPLE)]


@pytest.mark.parametrize(("case", "number"), CHOSEN, ids=lambda one: getattr(one, "name", None))
def test_no_variation_makes_a_lie_of_an_answer(case: Path, number: int) -> None:
    varied = judge_variation(read_recording(case), number)
    name = case.relative_to(ROOT).as_posix()
    known = name in KNOWN or f"{name} ~{number}" in KNOWN
    assert varied.judgement.lies == () or known, varied.says
