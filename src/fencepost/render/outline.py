"""What of a report is told in full, and what is folded into one line with others like it."""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fencepost.model.case import Boot, Case, Ending, Gravity, Proof
from fencepost.model.verdict import Finding, Priority, Recommendation, Report, Severity, Verdict
from fencepost.render import words
from fencepost.render.places import distinct

GRAVE_IN_FULL = 5
"""Grave incidents (a member, quorum or a node lost) that are told with their story."""

MINOR_IN_FULL = 3
"""Lesser incidents that are told with their story when there is no grave one."""

BOOTS_IN_FULL = 12

MOST_FOUND = 4
"""Different states that one audit tells."""

CITED = 12
"""Lines that one claim names as evidence; the JSON report has them all."""

QUOTED = 4
"""Lines that one claim quotes on the spot; the others it only names."""

_SEVERITIES = (Severity.CRITICAL, Severity.WARNING, Severity.INFO)


@dataclass(frozen=True, slots=True)
class Fold:
    """Incidents of one kind: as grave, on the same nodes, with the same best explanation."""

    verdicts: tuple[Verdict, ...]

    @property
    def first(self) -> Verdict:
        """The earliest of them."""
        return self.verdicts[0]

    @property
    def last(self) -> Verdict:
        """The latest of them."""
        return self.verdicts[-1]


@dataclass(frozen=True, slots=True)
class BootFold:
    """Boots of one node that ended in the same way, in order of time."""

    boots: tuple[Boot, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One state that an audit found, on these nodes alike; no nodes: it concerns the cluster."""

    nodes: tuple[str, ...]
    says: str
    because: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """Findings of one audit that are as grave and should be the same.

    found: some of what it found. left_out: how many more there are in the JSON report.
    """

    audit: str
    severity: Severity
    expected: str
    found: tuple[Found, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Outline:
    """The parts of a report in the order in which people read them.

    full: incidents told with their story, in order of time. folded: all others.
    boots: boots that ended, told one by one. folded_boots: those left over.
    risky, normal: findings, the gravest first; `ok` ones apart.
    """

    full: tuple[Verdict, ...]
    folded: tuple[Fold, ...]
    boots: tuple[Boot, ...]
    folded_boots: tuple[BootFold, ...]
    risky: tuple[Check, ...]
    normal: tuple[Check, ...]
    recommendations: tuple[tuple[Priority, tuple[Recommendation, ...]], ...]

    @property
    def explained(self) -> tuple[tuple[Verdict, ...], ...]:
        """The incidents told in full, those with the same answers together, the best told first."""
        alike: dict[tuple[object, ...], list[Verdict]] = {}
        for verdict in self.full:
            best = words.best_of(verdict)
            key = (best.cause, best.blames, best.confidence) if best else ()
            alike.setdefault(key, []).append(verdict)
        return tuple(tuple(some) for some in alike.values())


def outline(report: Report) -> Outline:
    """Sort a report's parts into what is told and what is folded."""
    verdicts = in_order(report.verdicts)
    full = _in_full(verdicts)
    ended = ended_boots(report.case)
    boots = _boots_in_full(ended)
    checks = _checks(report.findings)
    risky = [one for grade in _SEVERITIES for one in checks if one.severity is grade]
    by_priority = (
        (priority, tuple(one for one in report.recommendations if one.priority is priority))
        for priority in Priority
    )
    return Outline(
        full=full,
        folded=_folds(verdict for verdict in verdicts if verdict not in full),
        boots=boots,
        folded_boots=_boot_folds(boot for boot in ended if boot not in boots),
        risky=tuple(risky),
        normal=tuple(one for one in checks if one.severity is Severity.OK),
        recommendations=tuple((priority, some) for priority, some in by_priority if some),
    )


@dataclass(frozen=True, slots=True)
class Cited:
    """A claim's lines: quoted on the spot, only named, and the number of those left out."""

    quoted: tuple[Proof, ...]
    named: tuple[Proof, ...]
    left_out: int

    def __iter__(self) -> Iterator[Proof]:
        yield from self.quoted
        yield from self.named


def cited(proofs: Iterable[Proof]) -> Cited:
    """Choose which of a claim's lines a page for people shows."""
    lines = distinct(proofs)
    return Cited(lines[:QUOTED], lines[QUOTED:CITED], max(0, len(lines) - CITED))


def shown(report: Report, parts: Outline) -> Iterator[Proof]:
    """Yield the proofs that pages for people name, in the order in which they name them."""
    for verdict in parts.full:
        for step in verdict.incident.story:
            if step.proof is not None:
                yield step.proof
        for moved in verdict.incident.recoveries:
            yield moved.origin
    for pattern in report.patterns:
        yield from cited(pattern.because)
    for verdict, *_ in parts.explained:
        for hypothesis in verdict.hypotheses:
            yield from cited(hypothesis.because)
            yield from cited(hypothesis.despite)
    for boot in parts.boots:
        yield from cited(boot.because)
        yield from cited(boot.despite)
    for check in (*parts.risky, *parts.normal):
        for one in check.found:
            yield from cited(one.because)


def in_order(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Sort incidents by when they began."""
    return sorted(verdicts, key=_when)


def ended_boots(case: Case) -> list[Boot]:
    """Return the boots that ended, in order of their ends."""
    ended = [(boot.ended, boot.node, boot) for boot in case.boots if boot.ended is not None]
    return [boot for _, _, boot in sorted(ended, key=lambda one: one[:2])]


def _kind(verdict: Verdict) -> tuple[Gravity, tuple[str, ...], str]:
    best = words.best_of(verdict)
    return verdict.incident.gravity, verdict.incident.nodes, best.cause if best else "unknown"


def _in_full(verdicts: list[Verdict]) -> tuple[Verdict, ...]:
    grave = [one for one in verdicts if one.incident.gravity >= Gravity.MEMBER_LOST]
    if not grave:
        latest = {_kind(one): one for one in verdicts}
        return _first(latest.values(), MINOR_IN_FULL)
    if len(grave) <= GRAVE_IN_FULL:
        return tuple(grave)
    by_kind: dict[tuple[Gravity, tuple[str, ...], str], list[Verdict]] = {}
    for one in grave:
        by_kind.setdefault(_kind(one), []).append(one)
    chosen = _first((_first(some, 1)[0] for some in by_kind.values()), GRAVE_IN_FULL)
    others = [one for one in grave if one not in chosen]
    room = GRAVE_IN_FULL - len(chosen)
    return tuple(sorted((*chosen, *_first(others, room)), key=_when))


def _first(verdicts: Iterable[Verdict], count: int) -> tuple[Verdict, ...]:
    """The `count` gravest, in order of time.

    Of equally grave ones those that came closest to a reset, then the latest.
    """
    newest_first = sorted(verdicts, key=_when, reverse=True)
    gravest = sorted(newest_first, key=_grave_and_near)[:count]
    return tuple(sorted(gravest, key=_when))


def _grave_and_near(verdict: Verdict) -> tuple[int, float]:
    margin = verdict.incident.margin
    return -verdict.incident.gravity, margin.total_seconds() if margin is not None else math.inf


def _when(verdict: Verdict) -> float:
    return verdict.incident.began.timestamp()


def _folds(verdicts: Iterable[Verdict]) -> tuple[Fold, ...]:
    alike: dict[tuple[Gravity, tuple[str, ...], str], list[Verdict]] = {}
    for verdict in verdicts:
        alike.setdefault(_kind(verdict), []).append(verdict)
    folds = [Fold(tuple(some)) for some in alike.values()]
    return tuple(
        sorted(folds, key=lambda fold: (-fold.first.incident.gravity, -len(fold.verdicts)))
    )


def _boots_in_full(ended: list[Boot]) -> tuple[Boot, ...]:
    if len(ended) <= BOOTS_IN_FULL:
        return tuple(ended)
    unasked = [boot for boot in ended if boot.ending is not Ending.ASKED_FOR]
    return tuple(unasked[-BOOTS_IN_FULL:])


def _boot_folds(boots: Iterable[Boot]) -> tuple[BootFold, ...]:
    alike: dict[tuple[str, Ending | None], list[Boot]] = {}
    for boot in boots:
        alike.setdefault((boot.node, boot.ending), []).append(boot)
    return tuple(BootFold(tuple(some)) for some in alike.values())


def _checks(findings: Iterable[Finding]) -> list[Check]:
    kinds: dict[tuple[str, Severity, str], list[Finding]] = {}
    for one in findings:
        kinds.setdefault((one.audit, one.severity, one.expected), []).append(one)
    checks: list[Check] = []
    for (audit, severity, expected), some in kinds.items():
        found = _found(some)
        left_out = max(0, len(found) - MOST_FOUND)
        checks.append(Check(audit, severity, expected, tuple(found[:MOST_FOUND]), left_out))
    return checks


def _found(findings: Iterable[Finding]) -> list[Found]:
    alike: dict[str, list[Finding]] = {}
    for one in findings:
        alike.setdefault(one.found, []).append(one)
    return [
        Found(
            tuple(dict.fromkeys(one.node for one in some if one.node is not None)),
            says,
            distinct(proof for one in some for proof in one.because),
        )
        for says, some in alike.items()
    ]
