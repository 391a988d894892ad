"""From a report to a file or the screen."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Literal

from fencepost import __version__
from fencepost.errors import BadCallError
from fencepost.model.case import Boots
from fencepost.model.verdict import Report

Format = Literal["text", "markdown", "html", "json"]
WIDTH = 100


def write_report(
    report: Report, form: Format, output: Path | None, color: str, *, quiet: bool
) -> None:
    """Write the report in the chosen form, to a file or to standard output."""
    if form == "text" and output is None:
        _show(report, color)
        return
    text = render(report, form)
    if output is None:
        sys.stdout.write(text)
        return
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadCallError(
            f"cannot write {output}: {error.strerror}. Choose another place with -o."
        ) from error
    if not quiet:
        print(f"written: {output}", file=sys.stderr)


def write_audit(
    report: Report, form: Format, output: Path | None, color: str, *, quiet: bool
) -> None:
    """Write the audit alone: findings, what to do about them, and what could not be read."""
    answered = {finding.audit for finding in report.findings}
    case = replace(report.case, incidents=(), boots=Boots())
    only = replace(
        report,
        case=case,
        audit_only=True,
        verdicts=(),
        patterns=(),
        summary=_audit_summary(report),
        recommendations=tuple(
            each for each in report.recommendations if answered & set(each.answers)
        ),
    )
    write_report(only, form, output, color, quiet=quiet)


def _audit_summary(report: Report) -> str:
    counts: dict[str, int] = {}
    for finding in report.findings:
        counts[finding.severity.value] = counts.get(finding.severity.value, 0) + 1
    if not report.findings:
        return "No settings or command outputs were read, so there was nothing to check."
    bad = [f"{counts[word]} {word}" for word in ("critical", "warning", "info") if word in counts]
    fine = counts.get("ok", 0)
    return f"Checked: {', '.join(bad) or 'no complaint'}; {fine} looked at and normal."


def render(report: Report, form: Format) -> str:
    """Return the report as one text."""
    match form:
        case "json":
            from fencepost.render.json import to_json

            text = to_json(report, __version__)
        case "html":
            from fencepost.render.html import to_html

            text = to_html(report)
        case "markdown":
            from fencepost.render.markdown import to_markdown

            text = to_markdown(report)
        case "text":
            text = _plain(report)
    return text if text.endswith("\n") else text + "\n"


def _show(report: Report, color: str) -> None:
    from rich.console import Console

    from fencepost.render.terminal import to_terminal

    wanted = color == "always" or (color == "auto" and "NO_COLOR" not in os.environ)
    console = Console(
        file=sys.stdout,
        force_terminal=True if color == "always" else None,
        no_color=not wanted,
        width=None if sys.stdout.isatty() else WIDTH,
        highlight=False,
        soft_wrap=False,
    )
    to_terminal(report, console)


def _plain(report: Report) -> str:
    from io import StringIO

    from rich.console import Console

    from fencepost.render.terminal import to_terminal

    into = StringIO()
    console = Console(file=into, no_color=True, width=WIDTH, highlight=False, force_terminal=False)
    to_terminal(report, console)
    return into.getvalue()
