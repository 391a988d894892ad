"""Every wording of the catalogue is found in every envelope, whatever the filter leaves out."""

import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bench.journal_files import remote
from tests.sources.binary_journal.tools import needs_journal_remote

from fencepost.apps.reading import reading_options
from fencepost.events import EVENTS
from fencepost.model.event import Event
from fencepost.model.line import Gap, Line
from fencepost.reconstruct.recognise import Recogniser
from fencepost.sources.open import ReadOptions, read_sources

BEGIN, SECOND = datetime(2025, 10, 1, tzinfo=UTC), timedelta(seconds=1)
BETWEEN = 3
"""Everyday lines between two of the catalogue: the one before each find is handed on as well."""


class Row(NamedTuple):
    """One message; event: the name of the class that it is an example of, `""` for none."""

    at: datetime
    program: str
    text: str
    event: str = ""


Write = Callable[[Row], str]

EVERYDAY = (
    ("CRON", "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"),
    ("sshd", "Accepted publickey for root from 10.0.0.9 port 50022 ssh2: RSA SHA256:x"),
    ("kernel", "vmbr0: port 2(tap100i0) entered forwarding state"),
    ("pveproxy", "worker 20944 finished"),
    ("pvedaemon", "<root@pam> successful auth for user 'root@pam'"),
    ("systemd", "Started session-4711.scope - Session 4711 of User root."),
    ("postfix/smtp", 'to=<größe@example.com>, status=deferred (say "later\\now")'),
)
ROUTINE = {text for _, text in EVERYDAY}


def rows() -> Iterator[Row]:
    """Yield every example as each of its programs says it, everyday lines around each.

    Where an example begins with what its pattern does not ask for, it is said without that too.
    """
    everyday, at = cycle(EVERYDAY), BEGIN
    for event in EVENTS:
        for way in event.grammar.wordings:
            match = way.says.search(way.example)
            assert match
            whole, bare = (way.example, event.__name__), (way.example[match.start() :], "")
            for program in event.grammar.by:
                for text, name in (whole, bare) if match.start() else (whole,):
                    for routine in islice(everyday, BETWEEN):
                        yield Row(at := at + SECOND, *routine)
                    yield Row(at := at + SECOND, program, text, name)
    yield from (Row(at + SECOND, *routine) for routine in EVERYDAY)


def syslog(stamp: Callable[[datetime], str]) -> Write:
    """Return what writes a row as a log of lines with these stamps."""

    def write(row: Row) -> str:
        pid = "" if row.program == "kernel" else "[1500]"
        return f"{stamp(row.at)} pve1 {row.program}{pid}: {row.text}\n"

    return write


def entry(row: Row) -> dict[str, str]:
    """Return a row as the journal keeps it."""
    return {
        "__CURSOR": "s=1",
        "__REALTIME_TIMESTAMP": f"{int(row.at.timestamp())}000000",
        "_TRANSPORT": "kernel" if row.program == "kernel" else "syslog",
        "_MACHINE_ID": "6d" * 16,
        "_BOOT_ID": "b0" * 16,
        "__MONOTONIC_TIMESTAMP": str((row.at - BEGIN) // timedelta(microseconds=1)),
        "_HOSTNAME": "pve1",
        "_PID": "1500",
        "SYSLOG_IDENTIFIER": row.program,
        "MESSAGE": row.text,
    }


def systemd_json(row: Row) -> str:
    """Write an entry as `journalctl -o json` does: UTF-8, with few blanks."""
    return json.dumps(entry(row), ensure_ascii=False, separators=(",", ":")) + "\n"


def more_escaped(escapes: dict[str, str]) -> Write:
    """Return what writes JSON with escapes that it could do without, as many writers do."""
    table = str.maketrans(escapes)
    return lambda row: systemd_json(row).translate(table)


def json_bytes(row: Row) -> str:
    """Write what matters with a control character, for which journalctl gives all as bytes."""
    fields: dict[str, Any] = entry(row)
    if row.text not in ROUTINE:
        fields["MESSAGE"] = list(f"\v{row.text}".encode())
    return json.dumps(fields, separators=(",", ":")) + "\n"


def export(row: Row) -> str:
    return "".join(f"{name}={value}\n" for name, value in entry(row).items()) + "\n"


def export_bytes(row: Row) -> str:
    """Write a message with an empty line before it, whose length stands in front as bytes."""
    fields = entry(row)
    message = f"\n{fields.pop('MESSAGE')}"
    size = len(message.encode()).to_bytes(8, "little").decode("utf-8", "surrogateescape")
    told = "".join(f"{name}={value}\n" for name, value in fields.items())
    return f"{told}MESSAGE\n{size}{message}\n\n"


def rfc_3164(at: datetime) -> str:
    return f"{at:%b} {at.day:2} {at:%H:%M:%S}"


def own_file(row: Row) -> str:
    """Write a line of corosync's own file, in which nobody else writes."""
    said = f"[MAIN  ] {row.text}" if row.text in ROUTINE else row.text
    return f"{rfc_3164(row.at)} [1500] pve1 corosync warning {said}\n"


def dmesg(row: Row) -> str:
    return f"[{row.at:%a %b} {row.at.day:2} {row.at:%H:%M:%S} {row.at.year}] {row.text}\n"


def every(_row: Row) -> bool:
    return True


def of_corosync(row: Row) -> bool:
    return row.program == "corosync" and row.text.startswith("[")


def of_kernel(row: Row) -> bool:
    return row.program == "kernel"


FORMS: dict[str, tuple[Write, Callable[[Row], bool]]] = {
    "syslog": (syslog(rfc_3164), every),
    "iso": (syslog(lambda at: at.isoformat(timespec="microseconds")), every),
    "short-iso": (syslog(lambda at: f"{at:%Y-%m-%dT%H:%M:%S%z}"), every),
    "short-full": (syslog(lambda at: f"{at:%a %Y-%m-%d %H:%M:%S} UTC"), every),
    "short-unix": (syslog(lambda at: f"{int(at.timestamp())}.000000"), every),
    "corosync.log": (own_file, of_corosync),
    "dmesg -T": (dmesg, of_kernel),
    "json": (systemd_json, every),
    "ascii json": (lambda row: json.dumps(entry(row)) + "\n", every),
    "json with slashes escaped": (more_escaped({"/": "\\/"}), every),
    "json as Go writes it": (more_escaped({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}), every),
    "json safe in HTML": (
        more_escaped({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "'": "\\u0027"}),
        every,
    ),
    "json bytes": (json_bytes, every),
    "export": (export, every),
    "export bytes": (export_bytes, every),
}


def told(where: Path, options: ReadOptions) -> tuple[list[Event], int]:
    """Return the events that a file tells, in order, and of how many lines."""
    found = list(read_sources([where], options))
    assert not [one for one in found if isinstance(one, Gap)]
    lines = [one for one in found if isinstance(one, Line)]
    return sorted(Recogniser().events(lines), key=lambda event: event.at), len(lines)


def holds_all(where: Path, written: list[Row]) -> None:
    """Check that a file tells all that was written, and the same when read as for a report."""
    whole, lines = told(where, ReadOptions(year=2025))
    picked, few = told(where, reading_options(year=2025))
    assert few < 0.7 * lines
    expected = {row.at: row.event for row in written if row.event}
    assert expected.items() <= {event.at: type(event).__name__ for event in whole}.items()
    assert [repr(event) for event in picked] == [repr(event) for event in whole]


@pytest.mark.parametrize("form", FORMS)
def test_no_wording_is_lost(form: str, tmp_path: Path) -> None:
    write, fits = FORMS[form]
    written = [row for row in rows() if row.text in ROUTINE or fits(row)]
    log = tmp_path / "pve1.log"
    log.write_text("".join(map(write, written)), encoding="utf-8", errors="surrogateescape")
    holds_all(log, written)


@needs_journal_remote
def test_no_wording_is_lost_in_a_journal(tmp_path: Path) -> None:
    written = list(rows())
    text, journal = tmp_path / "in.export", tmp_path / "system.journal"
    text.write_text("".join(map(export, written)), encoding="utf-8")
    command = [str(remote()), "-o", str(journal), str(text)]
    subprocess.run(command, check=True, capture_output=True)
    holds_all(journal, written)
