"""How moments and durations are written. All moments in UTC."""

from datetime import UTC, datetime, timedelta


def iso(at: datetime) -> str:
    """Write a moment for programs: ISO 8601 with Z, milliseconds only when there are some.

    >>> iso(datetime(2025, 11, 8, 11, 46, 9, 500000, tzinfo=UTC))
    '2025-11-08T11:46:09.500Z'
    """
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}{_fraction(at)}Z"


def stamp(at: datetime) -> str:
    """Write a moment for people, with its date.

    >>> stamp(datetime(2025, 11, 8, 11, 46, 9, tzinfo=UTC))
    '2025-11-08 11:46:09 UTC'
    """
    at = at.astimezone(UTC)
    return f"{at:%Y-%m-%d} {clock(at)} UTC"


def to_the_second(at: datetime) -> str:
    """Write a moment for people, its fraction left off."""
    return stamp(at.replace(microsecond=0))


def clock(at: datetime) -> str:
    """Write the time of day alone, milliseconds only when there are some.

    >>> clock(datetime(2025, 11, 8, 11, 46, 9, tzinfo=UTC))
    '11:46:09'
    """
    at = at.astimezone(UTC)
    return f"{at:%H:%M:%S}{_fraction(at)}"


def clock_beside(at: datetime, beside: datetime) -> str:
    """Write a time of day, and its date only when that is not the date of `beside`."""
    at, beside = at.astimezone(UTC), beside.astimezone(UTC)
    return clock(at) if at.date() == beside.date() else f"{at:%Y-%m-%d} {clock(at)}"


def between(began: datetime, ended: datetime) -> str:
    """Write a span of time in whole seconds, naming the date once when it stays within a day."""
    first, last = (at.astimezone(UTC).replace(microsecond=0) for at in (began, ended))
    if first == last:
        return stamp(first)
    return f"{first:%Y-%m-%d} {clock(first)} – {clock_beside(last, first)} UTC"


def lasting(time: timedelta) -> str:
    """Write a duration in its two largest units.

    >>> lasting(timedelta(seconds=118)), lasting(timedelta(hours=49, minutes=3))
    ('1 min 58 s', '2 d 1 h')
    """
    total = round(time.total_seconds(), 1)
    if abs(total) < 60:
        return f"{number(time)} s"
    sign = "-" if total < 0 else ""
    left, parts = round(abs(total)), list[str]()
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
    return sign + " ".join(parts[:2])


def number(time: timedelta) -> int | float:
    """Return seconds with one decimal at most, as an integer when whole.

    >>> number(timedelta(seconds=3.04)), number(timedelta(milliseconds=3500))
    (3, 3.5)
    """
    seconds = round(time.total_seconds(), 1)
    return int(seconds) if seconds == int(seconds) else seconds


def _fraction(at: datetime) -> str:
    milliseconds = at.microsecond // 1000
    return f".{milliseconds:03d}" if milliseconds else ""
