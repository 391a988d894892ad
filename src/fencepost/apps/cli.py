"""The command line: `fencepost investigate`, `audit`, `explain`, `catalogue`.

Heavy parts are imported by the command that needs them, so that `--version` stays quick.
"""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, CycloptsError, Group, Parameter

from fencepost import __version__
from fencepost.errors import BadCallError, FencepostError, NothingReadableError

app = App(
    name="fencepost",
    help="Says why Proxmox VE nodes rebooted, and shows the log lines that prove it.",
    version=__version__,
    version_flags=["--version"],
)
common = Group("Reading and writing", sort_key=1)

Format = Literal["text", "markdown", "html", "json"]
Gravity = Literal["warning", "disturbed", "member_lost", "quorum_lost", "node_down"]
Color = Literal["auto", "always", "never"]

Since = Annotated[
    str | None,
    Parameter(group=common, help="Report from this time on: 2025-11-08, 2025-11-08T11:30."),
]
Until = Annotated[str | None, Parameter(group=common, help="Report up to this time.")]
Year = Annotated[
    int | None, Parameter(group=common, help="Year of the earliest line that has none.")
]
Timezone = Annotated[
    str | None, Parameter(group=common, help="Zone of logs that name none: Europe/Berlin. [UTC]")
]
FormatOption = Annotated[
    Format | None,
    Parameter(group=common, name="--format", help="Default: by the ending of -o FILE, else text."),
]
Output = Annotated[
    Path | None, Parameter(group=common, name=["--output", "-o"], help="Write the report here.")
]
ColorOption = Annotated[Color, Parameter(group=common, name="--color")]
Quiet = Annotated[
    bool,
    Parameter(group=common, name=["--quiet", "-q"], negative=(), help="No progress, no notices."),
]

ENDINGS: dict[str, Format] = {
    ".html": "html",
    ".htm": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".json": "json",
    ".txt": "text",
}
GRAVITIES = ("warning", "disturbed", "member_lost", "quorum_lost", "node_down")


@app.command
def investigate(
    *where: Path,
    fail_on: Annotated[
        Gravity | None, Parameter(help="Exit with 3 when an incident is at least this grave.")
    ] = None,
    since: Since = None,
    until: Until = None,
    year: Year = None,
    timezone: Timezone = None,
    format_: FormatOption = None,
    output: Output = None,
    color: ColorOption = "auto",
    quiet: Quiet = False,
) -> int:
    """Say what happened, why, and what to do.

    Args:
        where: Files, folders or archives that hold the logs and settings of the nodes; none for
            this machine's own.
    """
    from fencepost.apps.reading import read_report
    from fencepost.apps.writing import write_report

    chosen = _format(format_, output)
    zone = _zone(timezone)
    report = read_report(
        _places(where),
        year=year,
        zone=zone,
        since=_time(since, zone, "--since"),
        until=_time(until, zone, "--until"),
        quiet=quiet,
    )
    if not report.case.heard and not (where and report.case.documents):
        raise NothingReadableError(_nothing(where, [gap.says for gap in report.case.gaps]))
    write_report(report, chosen, output, color, quiet=quiet)
    if fail_on is not None:
        limit = GRAVITIES.index(fail_on)
        if any(int(verdict.incident.gravity) >= limit for verdict in report.verdicts):
            return 3
    return 0


@app.command
def audit(
    *where: Path,
    year: Year = None,
    timezone: Timezone = None,
    format_: FormatOption = None,
    output: Output = None,
    color: ColorOption = "auto",
    quiet: Quiet = False,
) -> int:
    """Check configuration and hardware only, from the same sources.

    Args:
        where: Files, folders or archives that hold settings, command outputs and logs; none for
            this machine's own.
    """
    from fencepost.apps.reading import read_report
    from fencepost.apps.writing import write_audit

    chosen = _format(format_, output)
    report = read_report(_places(where), year=year, zone=_zone(timezone), quiet=quiet)
    if not report.case.heard and not report.case.documents:
        raise NothingReadableError(_nothing(where, [gap.says for gap in report.case.gaps]))
    write_audit(report, chosen, output, color, quiet=quiet)
    return 0


@app.command
def explain(*text: str) -> int:
    """Say what a log line, an event, a cause or an audit means, and what to look at next.

    Args:
        text: A log line in quotes, or a name such as TokenLost, nic_hang, single_link.
    """
    from fencepost.apps.explaining import explain_text

    words = " ".join(text).strip()
    if not words:
        raise BadCallError(
            "explain what? Give a log line in quotes, or a name: fencepost explain TokenLost"
        )
    print(explain_text(words))
    return 0


@app.command
def catalogue(*, output: Output = None) -> int:
    """Print every event, cause and audit, as Markdown.

    Args:
        output: A folder: one page for each, with an index. Without it, all on standard output.
    """
    from fencepost.apps.catalogue import as_pages, write_pages

    if output is not None:
        write_pages(output)
    else:
        print("\n".join(as_pages().values()))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code: 0 done, 1 nothing readable, 2 wrong call."""
    tokens = list(sys.argv[1:] if argv is None else argv)
    if tokens == ["--version"]:
        print(__version__)
        return 0
    try:
        result = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    except CycloptsError as error:
        print(f"fencepost: {_one_line(str(error))} Try: fencepost --help", file=sys.stderr)
        return 2
    except BadCallError as error:
        print(f"fencepost: {error}", file=sys.stderr)
        return 2
    except FencepostError as error:
        print(f"fencepost: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("fencepost: stopped", file=sys.stderr)
        return 130
    return result if isinstance(result, int) else 0


def run() -> None:
    """Enter from the shell."""
    sys.exit(main())


def _places(where: Sequence[Path]) -> list[Path]:
    if not where and not sys.platform.startswith("linux"):
        raise BadCallError(
            "nothing to read. Name the files, folders or archives that hold your nodes' logs: "
            "fencepost investigate ./logs"
        )
    for place in where:
        if not place.exists() and not place.is_symlink():
            raise BadCallError(f"{place} does not exist. Give a file, a folder or an archive.")
    return list(where)


def _nothing(where: Sequence[Path], gaps: Sequence[str]) -> str:
    if not where:
        # Of its many files only those that should have been read say anything.
        why = next((f" ({says})" for says in gaps if "be read" in says), "")
        return (
            f"nothing readable on this machine: it has no journal and no system log{why}. "
            "On a node of the cluster, run it as root; elsewhere name the files, folders or "
            "archives that hold your nodes' logs: fencepost investigate ./logs"
        )
    why = f" ({gaps[0]})" if gaps else ""
    names = ", ".join(str(place) for place in where)
    return (
        f"nothing readable in {names}{why}. fencepost reads logs (journalctl or syslog text, JSON, "
        "export format), settings and command outputs of Proxmox VE nodes."
    )


def _format(given: Format | None, output: Path | None) -> Format:
    if given is not None:
        return given
    if output is None:
        return "text"
    found = ENDINGS.get(output.suffix.lower())
    if found is None:
        known = " ".join(sorted(ENDINGS))
        raise BadCallError(
            f"{output} has none of the endings {known}. Name the form with --format."
        )
    return found


def _zone(name: str | None) -> tzinfo | None:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    if name is None:
        return None
    if name.upper() in ("UTC", "Z"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadCallError(
            f"--timezone {name} is not a time zone. Use a name such as Europe/Berlin or UTC."
        ) from error


def _time(text: str | None, zone: tzinfo | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadCallError(
            f"{option} {text} is not a time. Write 2025-11-08, 2025-11-08T11:30 or with a zone."
        ) from error
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone or UTC)
    return at.astimezone(UTC)


def _one_line(text: str) -> str:
    return " ".join(text.split())
