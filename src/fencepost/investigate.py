"""The whole walk from what was read to the report, on one page. READ THIS FIRST.

readings ─ reconstruct ─▶ Case ─ explain, audit, advise ─▶ Report
"""

from collections.abc import Iterable
from datetime import datetime

from fencepost.advice.recommend import recommend
from fencepost.advice.status import standing
from fencepost.advice.summary import summarise
from fencepost.audits import audit
from fencepost.causes import explain
from fencepost.model.case import Case
from fencepost.model.document import Document
from fencepost.model.line import Assumption, Gap, Line
from fencepost.model.verdict import Report, Verdict
from fencepost.reconstruct.build import reconstruct
from fencepost.reconstruct.patterns import find_patterns


def investigate(
    readings: Iterable[Line | Gap | Document | Assumption],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Report:
    """Say why nodes rebooted, from what their logs and settings said.

    since, until: report on incidents in this time only; aware UTC.
    """
    return conclude(reconstruct(readings, since=since, until=until))


def conclude(case: Case) -> Report:
    """Draw all conclusions from a case; a pure function of it."""
    verdicts = tuple(
        Verdict(incident=incident, hypotheses=explain(case, incident))
        for incident in case.incidents
    )
    patterns = tuple(find_patterns(case))
    findings = audit(case)
    recommendations = recommend(case, verdicts, findings)
    return Report(
        summary=summarise(case, verdicts, patterns, recommendations),
        case=case,
        verdicts=verdicts,
        patterns=patterns,
        findings=findings,
        recommendations=recommendations,
        status=standing(case, patterns),
    )
