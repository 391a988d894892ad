"""Compare a report with the truth about its case: what is right, what is wrong, what was claimed.

CONTRIBUTING.md describes truth.json. Here an ending may also say `until` (the truth is somewhere
between `at` and then) and `optional` (its evidence was taken away), and a truth `recoveries_lost`.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from fencepost import __version__
from fencepost.apps.reading import reading_options
from fencepost.investigate import investigate
from fencepost.model.verdict import Report
from fencepost.render.json import as_data
from fencepost.sources.open import read_sources
from lab.quotes import misquoted

Data = Mapping[str, Any]
"""A truth, or a report or part of one, as JSON holds it."""

NEAR_S = 180.0
NEAREST_S = 600.0
"""An ending is found within NEAR_S, or within what the report calls uncertain up to NEAREST_S."""

SURE = ("likely", "certain")


class Answer(StrEnum):
    """How the first hypothesis on the gravest incident compares with what the truth accepts."""

    RIGHT = "right"
    WRONG = "wrong"
    ABSTAINED = "abstained"


@dataclass(frozen=True, slots=True)
class Claim:
    """Something a report was sure of to some degree, and whether it is so.

    of: `cause` or `ending`. word: possible, likely or certain.
    """

    of: str
    word: str
    right: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """How many were right of those expected, and how many were invented."""

    right: int = 0
    expected: int = 0
    invented: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one report is worth.

    causes: what the truth accepts, best first. said: the first hypothesis of the gravest
    incident, `""` when there is none. answer, second, incident, blamed: None where the truth
    asks for none; second: whether one of the first two hypotheses is right. wrong: a sentence for each difference from the truth. lies: those of them that the report
    was sure of. seconds: what the investigation took on this machine.
    """

    case: str
    causes: tuple[str, ...]
    said: str
    answer: Answer | None
    second: bool | None
    incident: bool | None
    blamed: bool | None
    endings: Tally
    recoveries: Tally
    citations: Tally
    unsupported: int
    claims: tuple[Claim, ...]
    wrong: tuple[str, ...]
    lies: tuple[str, ...]
    seconds: float = 0.0


def report_on(folder: Path, year: int) -> Report:
    """Investigate a folder as the command line does."""
    return investigate(read_sources([folder], reading_options(year=year)))


@contextmanager
def given(case: Path) -> Iterator[Path]:
    """Lend a folder with what an admin would have given: everything in a case but its truth."""
    with tempfile.TemporaryDirectory(prefix="fencepost-case-") as folder:
        shutil.copytree(
            case, folder, ignore=shutil.ignore_patterns("truth.json"), dirs_exist_ok=True
        )
        yield Path(folder)


def judge_case(case: Path) -> Judgement:
    """Investigate a case (a folder with truth.json) and judge the report."""
    truth = json.loads((case / "truth.json").read_text())
    with given(case) as folder:
        return judge_folder(case.as_posix(), truth, folder)


def judge_folder(name: str, truth: Data, folder: Path) -> Judgement:
    """Investigate a folder of logs and judge the report; `name` is the case's."""
    begun = time.perf_counter()
    report = as_data(report_on(folder, truth["year"]), __version__)
    seconds = time.perf_counter() - begun
    return judge(name, truth, report, misquoted(report["evidence"], folder), seconds)


def judge(
    name: str, truth: Data, report: Data, misquotes: list[str], seconds: float = 0.0
) -> Judgement:
    """Judge a report in its JSON form."""
    notes = _Notes()
    endings = _endings(truth, report, notes)
    recoveries = _recoveries(truth, report, notes)
    gravest = _gravest(report)
    first = _first(gravest)
    incident = _incident(truth, gravest, first, notes)
    answer, second, blamed = _cause(truth, gravest, notes)
    notes.wrong += misquotes
    evidence = len([one for one in report["evidence"].values() if "cursor" not in one])
    unsupported = _unsupported(report)
    if unsupported:
        notes.wrong.append(f"{unsupported} claims cite nothing")
    return Judgement(
        case=name,
        causes=tuple(truth.get("causes", ())),
        said=first["cause"] if first else "",
        answer=answer,
        second=second,
        incident=incident,
        blamed=blamed,
        endings=endings,
        recoveries=recoveries,
        citations=Tally(evidence - len(misquotes), evidence),
        unsupported=unsupported,
        claims=tuple(notes.claims),
        wrong=tuple(notes.wrong),
        lies=tuple(notes.lies),
        seconds=seconds,
    )


class _Notes:
    """What is noticed while judging."""

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.lies: list[str] = []
        self.claims: list[Claim] = []

    def differ(self, says: str, *, lie: bool = False) -> None:
        self.wrong.append(says)
        if lie:
            self.lies.append(says)


def _endings(truth: Data, report: Data, notes: _Notes) -> Tally:
    left = [one for one in report["reboots"] if one["ended_at"]]
    right = expected = 0
    for node, endings in truth["endings"].items():
        for ending in endings:
            accepted = ending.get("accept", [ending["ending"]])
            hit = _nearest(left, node, ending)
            if hit is None:
                # A boot whose end nobody can prove may also go unmentioned.
                fine = ending["ending"] == "unknown"
                if not ending.get("optional"):
                    expected, right = expected + 1, right + fine
                    if not fine:
                        notes.differ(f"{node}'s {ending['ending']} was not found")
                continue
            left.remove(hit)
            fine = hit["ending"] in accepted
            if fine or hit["ending"] != "unknown" or not ending.get("optional"):
                expected, right = expected + 1, right + fine
                _note_ending(hit, ending, notes, fine=fine)
    invented = [one for one in left if one["ending"] != "unknown"]
    for one in invented:
        notes.differ(f"{one['node']}: {one['ending']} is invented", lie=True)
        notes.claims.append(Claim("ending", one["confidence"], right=False))
    return Tally(right, expected, len(invented))


def _note_ending(hit: Data, ending: Data, notes: _Notes, *, fine: bool) -> None:
    definite = hit["ending"] != "unknown"
    if definite:
        notes.claims.append(Claim("ending", hit["confidence"], right=fine))
    if not fine:
        says = f"{hit['node']} ended by {hit['ending']} ({hit['confidence']})"
        sure = definite and hit["confidence"] in SURE
        notes.differ(f"{says}, truth {ending['ending']}", lie=sure)


def _nearest(left: list[Data], node: str, ending: Data) -> Data | None:
    """Return the node's reboot that is nearest to a true ending, of those near enough."""
    since = moment(ending["at"])
    until = moment(ending["until"]) if "until" in ending else since

    def off_s(said: Data) -> float:
        at = moment(said["ended_at"])
        return max((since - at).total_seconds(), (at - until).total_seconds(), 0.0)

    near = (
        one
        for one in left
        if one["node"] == node
        and off_s(one) <= max(NEAR_S, min(one["uncertain_s"] or 0, NEAREST_S))
    )
    return min(near, key=off_s, default=None)


def moment(text: str) -> datetime:
    """Return the time that a truth or a report writes; UTC where it names no zone."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _recoveries(truth: Data, report: Data, notes: _Notes) -> Tally:
    if "recoveries" not in truth:
        return Tally()
    want = {(one["service"], one["from"], one["to"]) for one in truth["recoveries"]}
    have = {
        (one["service"], one["from"], one["to"])
        for incident in report["incidents"]
        for one in incident["recoveries"]
    }
    expected = want & have if truth.get("recoveries_lost") else want
    for service, source, target in sorted(expected ^ have):
        word = "missed" if (service, source, target) in want else "invented"
        notes.differ(f"recovery of {service} from {source} to {target} {word}")
    return Tally(len(want & have), len(expected), len(have - want))


def _gravest(report: Data) -> Data | None:
    gravities = ("disturbed", "member_lost", "quorum_lost", "node_down")
    real = [one for one in report["incidents"] if one["gravity"] in gravities]
    return max(real, key=lambda one: gravities.index(one["gravity"]), default=None)


def _first(incident: Data | None) -> Data | None:
    return next(iter(incident["hypotheses"]), None) if incident else None


def _incident(truth: Data, gravest: Data | None, first: Data | None, notes: _Notes) -> bool | None:
    if "incident" not in truth:
        return None
    if (gravest is not None) == truth["incident"]:
        return True
    claimed = first is not None and first["cause"] != "unknown"
    says = f"incident: {gravest is not None}, truth {truth['incident']}"
    notes.differ(says, lie=first is not None and claimed and first["confidence"] in SURE)
    if first is not None and claimed and not truth.get("causes"):
        notes.claims.append(Claim("cause", first["confidence"], right=False))
    return False


def _cause(
    truth: Data, gravest: Data | None, notes: _Notes
) -> tuple[Answer | None, bool | None, bool | None]:
    """Judge the hypotheses of the gravest incident, the earliest of equals.

    Returns what the first is worth, whether one of the first two is right, and whether the
    first blames the right nodes.
    """
    accepted = truth.get("causes")
    if not accepted:
        return None, None, None
    hypotheses = gravest["hypotheses"] if gravest else []
    silence: Data = {"cause": "", "blames": [], "confidence": "possible"}
    first = hypotheses[0] if hypotheses else silence
    right = first["cause"] in accepted
    second = any(one["cause"] in accepted for one in hypotheses[:2])
    definite = first["cause"] not in {"", "unknown"}
    sure = definite and first["confidence"] in SURE
    if definite:
        notes.claims.append(Claim("cause", first["confidence"], right=right))
    if not right:
        said = f"{first['cause'] or 'none'} ({first['confidence']})"
        notes.differ(f"cause {said}, truth {'/'.join(accepted)}", lie=sure)
    blamed = sorted(first["blames"]) == sorted(truth["blamed"]) if truth["blamed"] else None
    if right and blamed is False:
        said = f"{first['cause']} blames {' '.join(first['blames']) or 'nobody'}"
        innocent = not set(first["blames"]) <= set(truth["blamed"])
        notes.differ(f"{said}, truth {' '.join(truth['blamed'])}", lie=sure and innocent)
    if right:
        return Answer.RIGHT, second, blamed
    return Answer.WRONG if definite else Answer.ABSTAINED, second, blamed


def _unsupported(report: Data) -> int:
    """Count claims that cite nothing: sure hypotheses, and endings other than unknown."""
    claims = [
        one
        for incident in report["incidents"]
        for one in incident["hypotheses"]
        if one["confidence"] in SURE and one["cause"] != "unknown"
    ]
    claims += [one for one in report["reboots"] if one["ending"] != "unknown"]
    return sum(not any(name in report["evidence"] for name in one["because"]) for one in claims)
