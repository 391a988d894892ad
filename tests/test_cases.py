"""Recorded and re-enacted incidents with a known truth: what was right must stay right."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fencepost.model.case import Gravity
from fencepost.model.verdict import Report

CASES = sorted(path.parent for path in Path(__file__).parent.glob("cases/*/truth.json"))


def _when(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _wrong(truth: dict[str, Any], report: Report) -> Iterator[str]:
    """Yield a sentence for each thing that the report gets wrong."""
    said = [boot for boot in report.case.boots if boot.ended is not None]
    for node, endings in truth["endings"].items():
        for ending in endings:
            accepted = ending.get("accept", [ending["ending"]])
            near = [
                boot
                for boot in said
                if boot.node == node
                and boot.ended is not None
                and abs((boot.ended - _when(ending["at"])).total_seconds())
                <= max(180.0, min(boot.uncertain.total_seconds(), 600.0))
            ]
            if near:
                said.remove(near[0])
                if near[0].ending not in accepted:
                    yield f"{node} ended by {near[0].ending}, truth {ending['ending']}"
            elif "unknown" not in accepted:
                yield f"{node}'s {ending['ending']} was not found"
    yield from (f"{b.node}: {b.ending} is invented" for b in said if b.ending != "unknown")
    want = {(r["service"], r["from"], r["to"]) for r in truth.get("recoveries", [])}
    have = {(r.service, r.source, r.target) for i in report.case.incidents for r in i.recoveries}
    if "recoveries" in truth and want != have:
        yield f"recoveries {have}, truth {want}"
    yield from _wrong_cause(truth, report)


def _wrong_cause(truth: dict[str, Any], report: Report) -> Iterator[str]:
    real = [v for v in report.verdicts if v.incident.gravity > Gravity.WARNING]
    if "incident" in truth and bool(real) != truth["incident"]:
        yield f"{len(real)} incidents, truth {truth['incident']}"
    if not truth.get("causes") or not real:
        return
    gravest = max(real, key=lambda verdict: verdict.incident.gravity)
    first = next(iter(gravest.hypotheses), None)
    if first is None or first.cause not in truth["causes"]:
        yield f"cause {first and first.cause}, truth {truth['causes']}"
    elif truth["blamed"] and sorted(first.blames) != sorted(truth["blamed"]):
        yield f"blames {first.blames}, truth {truth['blamed']}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_is_told_right(case: Path, investigated: Callable[..., Report]) -> None:
    truth = json.loads((case / "truth.json").read_text())
    report = investigated(case / "logs.tar.xz", truth["year"])
    assert list(_wrong(truth, report)) == []


def test_there_are_cases() -> None:
    assert len(CASES) > 40
