"""A log that was not read must never make a right answer confidently wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from fencepost.causes import explain
from fencepost.model.case import Confidence, Gravity
from fencepost.model.line import Line
from fencepost.reconstruct.build import reconstruct
from fencepost.reconstruct.recognise import needles
from fencepost.sources.open import Reading, ReadOptions, read_sources

CASES = sorted(
    path.parent
    for path in Path(__file__).parent.glob("cases/*/truth.json")
    if json.loads(path.read_text()).get("causes")
)


def _wrong(truth: dict[str, Any], readings: list[Reading]) -> str | None:
    case = reconstruct(readings)
    real = [one for one in case.incidents if one.gravity > Gravity.WARNING]
    if not real:
        return None
    first, *_ = explain(case, max(real, key=lambda one: one.gravity))
    if first.confidence >= Confidence.LIKELY and first.cause not in truth["causes"]:
        return f"{first.cause} is {first.confidence.word}, truth {truth['causes']}"
    return None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_without_one_nodes_log_nothing_wrong_is_likely(case: Path) -> None:
    truth = json.loads((case / "truth.json").read_text())
    options = ReadOptions(year=truth["year"], needles=needles())
    readings = list(read_sources([case / "logs.tar.xz"], options))
    nodes = sorted({one.node for one in readings if isinstance(one, Line)})
    for node in nodes:
        rest = [one for one in readings if not (isinstance(one, Line) and one.node == node)]
        assert _wrong(truth, rest) is None, f"without {node}"
