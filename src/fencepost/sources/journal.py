"""What the journal's own formats share: an entry's fields as a Line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from fencepost.model.line import Line, Origin
from fencepost.sources.envelope import said
from fencepost.sources.naming import short

LONGEST_QUOTE = 2000
LONGEST_TEXT = 8000
NEWEST = 1 << 53  # microseconds; the year 2255

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def line_of(field: Callable[[str], str | None], origin: Origin, node: str) -> Line:
    """Return a journal entry as a Line.

    field: returns a field's value by its name, None when the entry lacks it.
    origin: where its message stands. node: whose entry it is when it does not say.

    Raises:
        ValueError: the entry has no time.
    """
    micros = int(field("__REALTIME_TIMESTAMP") or "")
    if not 0 <= micros < NEWEST:
        raise ValueError("no time of this age")
    monotonic = field("__MONOTONIC_TIMESTAMP")
    pid = field("_PID") or field("SYSLOG_PID") or ""
    text, times = said((field("MESSAGE") or "").replace("\0", ""))
    return Line(
        at=_EPOCH + timedelta(microseconds=micros),
        node=short(field("_HOSTNAME") or node),
        program=field("SYSLOG_IDENTIFIER") or field("_COMM") or "",
        pid=int(pid) if pid.isdecimal() and len(pid) < 12 else None,
        text=text[:LONGEST_TEXT],
        origin=origin,
        boot_id=field("_BOOT_ID") or None,
        monotonic_us=int(monotonic) if monotonic and monotonic.isdecimal() else None,
        times=times,
    )


def moment_of(micros: str) -> datetime | None:
    """Return the moment of a __REALTIME_TIMESTAMP, None when it is none."""
    if not micros.isdecimal() or len(micros) > 16:
        return None
    return _EPOCH + timedelta(microseconds=min(int(micros), NEWEST))
