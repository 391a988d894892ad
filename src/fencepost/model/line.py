"""What readers hand on: lines, and what could not be read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact was read, and its words there.

    file: path inside WHERE; a member of an archive is `ARCHIVE/MEMBER`.
    line: counted from 1, split at newlines alone; None for a binary journal.
    cursor: the journal's own name of the entry, where there is no line.
    text: the line as written, without its newline, for quoting in a report.
    """

    file: str
    line: int | None = None
    cursor: str | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One log line, envelope opened, text not understood.

    at: aware UTC time as the node's own clock had it.
    node: short name of the machine that wrote it.
    program: syslog identifier (`corosync`, `kernel`, …); `""` when the line names none.
        Boot separators (`-- Boot <id> --`, `-- Reboot --`) come as program `journalctl`.
    pid: process id, None when the line names none.
    text: the message after the envelope, leading and trailing blanks kept off.
    boot_id: the boot's id (32 hex digits) where the source knows it.
    monotonic_us: microseconds since that boot where the source knows them.
    times: how often it was said; more than one where syslog wrote `message repeated N times`.
    """

    at: datetime
    node: str
    program: str
    pid: int | None
    text: str
    origin: Origin
    boot_id: str | None = None
    monotonic_us: int | None = None
    times: int = 1


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be read, or was not there to be read.

    node: the machine concerned, None when it concerns no one machine.
    file: path inside WHERE, None when no file is to blame.
    says: one clause in plain words: what is missing and, where known, which hours.
    """

    says: str
    node: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the sources do not say and fencepost had to assume (a year, a zone)."""

    says: str
