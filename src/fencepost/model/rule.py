"""A cause or an audit: one pure function, one page, with excerpts that prove it.

An excerpt is text in two kinds of sections. Lines `NODE HH:MM:SS PROGRAM TEXT` are log
lines of 2025-11-08, UTC. A line `==> NAME <==` opens a file that lies beside the logs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import cleandoc

from fencepost.model.case import Case, Incident
from fencepost.model.verdict import Finding, Hypothesis

CauseCheck = Callable[[Case, Incident], Hypothesis | None]
AuditCheck = Callable[[Case], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an incident happened: asked about every incident.

    name: its slug, which is also its file's and function's name.
    fires, silent: an excerpt that it explains, and one near in kind that it must not.
    """

    name: str
    check: CauseCheck
    fires: str
    silent: str
    page: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What is risky in settings or hardware: asked once about the whole case.

    fires: an excerpt in which it finds a critical or warning; silent: one in which it does not.
    """

    name: str
    check: AuditCheck
    fires: str
    silent: str
    page: str


def cause(*, fires: str, silent: str) -> Callable[[CauseCheck], Cause]:
    """Declare a cause by the function that checks for it."""

    def declare(check: CauseCheck) -> Cause:
        name, page = check.__name__, cleandoc(check.__doc__ or "")
        return Cause(name, check, cleandoc(fires), cleandoc(silent), page)

    return declare


def audit(*, fires: str, silent: str) -> Callable[[AuditCheck], Audit]:
    """Declare an audit by the function that checks for it."""

    def declare(check: AuditCheck) -> Audit:
        name, page = check.__name__, cleandoc(check.__doc__ or "")
        return Audit(name, check, cleandoc(fires), cleandoc(silent), page)

    return declare
