"""Compare a report with the truth about its case."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fencepost.investigate import investigate
from fencepost.model.case import Gravity
from fencepost.model.verdict import Report, Verdict
from fencepost.reconstruct.recognise import needles
from fencepost.sources.open import ReadOptions, read_sources


def read_report(folder: Path, year: int) -> Report:
    """Investigate a folder as the command line does."""
    return investigate(read_sources([folder], ReadOptions(year=year, needles=needles())))


def score(folder: Path) -> list[str]:
    """Return a sentence for each thing that the report on a recorded case gets wrong."""
    truth = json.loads((folder / "truth.json").read_text())
    return list(differences(truth, read_report(folder, truth["year"])))


def said(folder: Path) -> str:
    """Return the report's first hypothesis on the gravest incident, in a few words."""
    truth = json.loads((folder / "truth.json").read_text())
    gravest = _gravest(read_report(folder, truth["year"]))
    if gravest is None:
        return "no incident"
    first = next(iter(gravest.hypotheses), None)
    return f"{first.cause} {' '.join(first.blames)}".strip() if first else "no hypothesis"


def differences(truth: dict[str, Any], report: Report) -> Iterator[str]:
    """Yield a sentence for each difference between a report and the truth about its case."""
    yield from _endings(truth["endings"], report)
    want = {(r["service"], r["from"], r["to"]) for r in truth.get("recoveries", [])}
    have = {(r.service, r.source, r.target) for i in report.case.incidents for r in i.recoveries}
    if "recoveries" in truth and want != have:
        yield f"recoveries {have}, truth {want}"
    yield from _cause(truth, report)


def _endings(truth: dict[str, list[dict[str, Any]]], report: Report) -> Iterator[str]:
    ended = [(boot, boot.ended) for boot in report.case.boots if boot.ended is not None]
    for node, endings in truth.items():
        for ending in endings:
            accepted = ending.get("accept", [ending["ending"]])
            at = datetime.fromisoformat(ending["at"])
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            for boot, when in ended:
                slack_s = max(180.0, min(boot.uncertain.total_seconds(), 600.0))
                if boot.node == node and abs((when - at).total_seconds()) <= slack_s:
                    if boot.ending not in accepted:
                        yield f"{node} ended by {boot.ending}, truth {ending['ending']}"
                    ended.remove((boot, when))
                    break
            else:
                if "unknown" not in accepted:
                    yield f"{node}'s {ending['ending']} was not found"
    yield from (f"{b.node}: {b.ending} is invented" for b, _ in ended if b.ending != "unknown")


def _gravest(report: Report) -> Verdict | None:
    real = (v for v in report.verdicts if v.incident.gravity > Gravity.WARNING)
    return max(real, key=lambda verdict: verdict.incident.gravity, default=None)


def _cause(truth: dict[str, Any], report: Report) -> Iterator[str]:
    gravest = _gravest(report)
    if "incident" in truth and (gravest is not None) != truth["incident"]:
        yield f"incident: {gravest is not None}, truth {truth['incident']}"
    if not truth.get("causes") or gravest is None:
        return
    first = next(iter(gravest.hypotheses), None)
    if first is None or first.cause not in truth["causes"]:
        yield f"cause {first and first.cause}, truth {truth['causes']}"
    elif truth["blamed"] and sorted(first.blames) != sorted(truth["blamed"]):
        yield f"blames {first.blames}, truth {truth['blamed']}"
