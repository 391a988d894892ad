"""Times as commands print them, turned into aware UTC; None where that would be a guess."""

import re
from datetime import UTC, datetime, timedelta, timezone

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# Hours east of UTC. Names that mean different zones in different countries (CST, IST) are
# left out: no time is better than a wrong one.
_ZONES = {
    "": 0.0, "Z": 0.0, "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "WEST": 1.0, "BST": 1.0,
    "CET": 1.0, "CEST": 2.0, "MEZ": 1.0, "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0,
    "SAST": 2.0, "PKT": 5.0, "WIB": 7.0, "HKT": 8.0, "SGT": 8.0, "AWST": 8.0, "JST": 9.0,
    "KST": 9.0, "ACST": 9.5, "ACDT": 10.5, "AEST": 10.0, "AEDT": 11.0, "NZST": 12.0,
    "NZDT": 13.0, "NST": -3.5, "NDT": -2.5, "EST": -5.0, "EDT": -4.0, "CDT": -5.0,
    "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "AKST": -9.0, "AKDT": -8.0, "HST": -10.0,
}  # fmt: skip

CTIME = (
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>[0-9]{1,2}) "
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}) "
    r"(?:(?P<zone>[A-Z]{2,5}|[+-][0-9]{2,4}) )?(?P<year>[0-9]{4})"
)
ISO = (
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})[T ]"
    r"(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2})(?:[.,][0-9]{1,9})?"
    r"(?: ?(?P<zone>[A-Z]{1,5}\b|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_STAMP = re.compile(f"(?:{CTIME})|(?:{ISO.replace('(?P<', '(?P<iso_')})")
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?")


def find_times(text: str) -> list[datetime | None]:
    """Return every full time in `text` (`Sat Nov  8 11:48:03 2025`, `2025-11-08 11:48:03 CET`).

    A time without a zone is taken as UTC; None stands for one that cannot be placed.
    """
    times: list[datetime | None] = []
    for found in _STAMP.finditer(text):
        iso = found["iso_year"] is not None
        part = {name: found[f"iso_{name}" if iso else name] for name in _PARTS}
        month = int(part["month"]) if iso else _month(part["month"])
        clock = f"{part['hour']}:{part['minute']}:{part['second']}"
        times.append(utc(int(part["year"]), month, int(part["day"]), clock, part["zone"] or ""))
    return times


_PARTS = ("year", "month", "day", "hour", "minute", "second", "zone")


def utc(year: int, month: int, day: int, clock: str, zone: str) -> datetime | None:
    """Return the moment; None when there is no such day, or the zone's name is ambiguous."""
    offset = _offset(zone)
    if offset is None:
        return None
    hour, minute, second = (int(part) for part in clock.split(":"))
    try:
        there = datetime(year, month, day, hour, minute, second, tzinfo=timezone(offset))
        return there.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def from_epoch(seconds: object) -> datetime | None:
    """Return the moment of a Unix time in seconds, None when it is none."""
    if not isinstance(seconds, int | float) or not 0 < seconds < 4e9:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _month(name: str) -> int:
    return _MONTHS.index(name) + 1 if name in _MONTHS else 0


def _offset(zone: str) -> timedelta | None:
    if zone in _ZONES:
        return timedelta(hours=_ZONES[zone])
    found = _OFFSET.fullmatch(zone)
    if found is None:
        return None
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    if offset >= timedelta(hours=24):
        return None
    return -offset if found["sign"] == "-" else offset
