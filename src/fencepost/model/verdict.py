"""Conclusions: hypotheses, findings, recommendations, patterns, and the report that holds them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from fencepost.model.case import Case, Confidence, Incident, Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Hypothesis:
    """A claim why an incident happened.

    cause: its slug. blames: names of the node or nodes at fault.
    because, despite: what speaks for and against, most telling first.
    missing: what was not there to be read and would have helped.
    settle_with: the one command that would decide, with its node where it matters.
    weight: how well it fits among hypotheses of the same confidence; never shown.
    """

    cause: str
    confidence: Confidence
    says: str
    blames: tuple[str, ...] = ()
    because: tuple[Proof, ...] = ()
    despite: tuple[Proof, ...] = ()
    missing: tuple[str, ...] = ()
    settle_with: str = ""
    weight: float = 0.0


class Severity(StrEnum):
    """How bad a finding is. `ok` says: looked, and it is as it should be."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"
    OK = "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A setting or state, checked against what it should be."""

    audit: str
    severity: Severity
    found: str
    expected: str
    node: str | None = None
    because: tuple[Proof, ...] = ()


class Priority(StrEnum):
    """When to act on a recommendation."""

    NOW = "now"
    SOON = "soon"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What to do. `answers` are incident ids, cause slugs and audit slugs."""

    priority: Priority
    title: str
    why: str
    steps: tuple[str, ...]
    risk: str
    expected: str
    verify: str
    undo: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """The same thing again and again."""

    says: str
    count: int
    median_gap: timedelta | None
    because: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One incident with its hypotheses, best first."""

    incident: Incident
    hypotheses: tuple[Hypothesis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the cluster stood at the end of what was read."""

    as_of: datetime | None
    quorate: bool | None
    services: dict[str, str] = field(default_factory=dict)
    ongoing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All conclusions, ready to render.

    audit_only: nobody asked about incidents; render leaves those parts out.
    """

    summary: str
    case: Case
    verdicts: tuple[Verdict, ...]
    patterns: tuple[Pattern, ...]
    findings: tuple[Finding, ...]
    recommendations: tuple[Recommendation, ...]
    status: Status
    audit_only: bool = False
