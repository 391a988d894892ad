"""Finds the time stamp that begins a log line."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import NamedTuple

from fencepost.sources.months import MONTHS

OLDEST, NEWEST = 1980, 2200
"""Years outside are no years: a clock that was never set, or not a stamp at all."""

# Abbreviations that mean one offset only; CST, IST and BST do not, and read as no zone.
ZONES = {
    name: timezone(timedelta(hours=hours))
    for hours, names in {
        0: "Z UTC GMT WET",
        1: "CET WEST",
        2: "CEST EET",
        3: "EEST MSK",
        9: "JST KST",
        10: "AEST",
        11: "AEDT",
        12: "NZST",
        13: "NZDT",
        -4: "EDT",
        -5: "EST CDT",
        -6: "MDT",
        -7: "MST PDT",
        -8: "PST",
    }.items()
    for name in names.split()
}


class Minute(NamedTuple):
    """The minute that a stamp names; None where it names no year or no zone."""

    year: int | None
    month: int
    day: int
    hour: int
    minute: int
    zone: tzinfo | None


class Stamp(NamedTuple):
    """A time stamp in a line.

    micros: microseconds since the minute began. end: where the stamp ends in the line.
    tag: what stood before it and belongs to the line (`corosync[6423]: `), pastes' marks not.
    dated: the bytes from the line's begin to the one after the date.
    """

    minute: Minute
    micros: int
    end: int
    tag: bytes
    dated: bytes


# As rsyslog writes it on Debian; the pattern below reads the same in it, in twice the time.
_USUAL = re.compile(rb"([A-Z][a-z]{2}\ [\ \d]\d)\ (\d\d:\d\d):([0-5]\d)\ ")

# Marks of a paste may come first: quoting, a file's name, a line number. The lazy groups are
# only tried on lines that do not begin with a stamp.
_STAMP = re.compile(
    rb"""
    [\s>|*`+-]{0,40}
    (?: [^\s:\[\]]{1,200} : )??
    (?: \d{1,9} [:.)\s] \s{0,8} )??
    (?P<tag>
        [A-Za-z][\w./-]{0,60} \[\d{1,10}\] : \s{1,8}
      | [a-z]{2,10} : \s{1,4} [a-z]{2,10} : \s{1,4} \[
    )??
    (?P<date>
        [A-Za-z\x80-\xff]{2,24} \.? \ {1,3} \d{1,2} (?: \ (?:19|20)\d\d )?
      | \d{1,2} \ ? (?: \xe6\x9c\x88 | \xec\x9b\x94 ) \ {0,2} \d{1,2} \ ?
        (?: \xe6\x97\xa5 | \xec\x9d\xbc )?
      | (?P<weekday> [A-Za-z\x80-\xff]{2,12} \.? \ )? \d{4}-\d\d-\d\d
    )
    [T\ ]
    (?P<clock> \d\d:\d\d )
    : (?P<second> \d\d )
    (?: [.,] (?P<fraction> \d{1,9} ) )?
    (?P<zone> (?(weekday) \ (?: [A-Z]{3,5} | [+-]\d\d(?:\d\d)? ) | (?: Z | [+-]\d\d:?\d\d ) ) )?
    (?= [\s:\]] | $ )
    """,
    re.VERBOSE,
)
_DMESG = re.compile(
    rb"""
    [\s>]{0,40}
    \[ (?P<date> [A-Za-z\x80-\xff]{2,12} \.? \ [A-Za-z\x80-\xff]{2,24} \.? \ {1,2} \d{1,2} )
    \  (?P<clock> \d\d:\d\d ) : (?P<second> \d\d ) (?P<fraction>)
    (?P<year> \ (?:19|20)\d\d ) \]
    """,
    re.VERBOSE,
)
_UNIX = re.compile(rb"(?P<unix>\d{9,10})\.(?P<fraction>\d{6})(?= )")

_ISO_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)$", re.ASCII)
_EAST_ASIAN_DATE = re.compile(r"(\d{1,2}) ?[月월] {0,2}(\d{1,2})", re.ASCII)
_NAMED_DATE = re.compile(r"([^\s\d.]+)\.? +(\d{1,2})(?: (\d{4}))?$", re.ASCII)

_SEARCHED = 600  # bytes of a line in which a stamp can begin it


def find_stamp(raw: bytes) -> Stamp | None:
    """Return the stamp that begins the line (after marks of a paste), None when there is none."""
    match = _USUAL.match(raw)
    if match:
        date, clock, second = match.groups()
        minute = _minute(date, clock, b"")
        micros = int(second) * 1_000_000
        return Stamp(minute, micros, match.end() - 1, b"", raw[:7]) if minute else None
    match = _STAMP.match(raw, 0, _SEARCHED)
    if match:
        minute = _minute(match["date"], match["clock"], match["zone"] or b"")
        end = match.end()
        if minute and match["tag"] and match["tag"].endswith(b"["):
            end += raw[end : end + 2] == b"]:" and 2
        return _stamp(match, minute, end, match["tag"] or b"")
    match = _DMESG.match(raw, 0, _SEARCHED)
    if match:
        minute = _minute(match["date"] + match["year"], match["clock"], b"")
        return _stamp(match, minute, match.end(), b"kernel: ")
    match = _UNIX.match(raw)
    if match:
        at = datetime.fromtimestamp(int(match["unix"]), UTC)
        minute = Minute(at.year, at.month, at.day, at.hour, at.minute, UTC)
        micros = at.second * 1_000_000 + int(match["fraction"])
        return Stamp(minute, micros, match.end(), b"", match[0])
    return None


def _stamp(match: re.Match[bytes], minute: Minute | None, end: int, tag: bytes) -> Stamp | None:
    second = int(match["second"])
    if minute is None or second > 60:
        return None
    fraction = match["fraction"]
    micros = int(fraction[:6].ljust(6, b"0")) if fraction else 0
    dated = match.string[: match.end("date") + 1]
    return Stamp(minute, second * 1_000_000 + micros, end, tag, dated)


@lru_cache(maxsize=8192)
def _minute(date: bytes, clock: bytes, zone: bytes) -> Minute | None:
    found = _day(date.decode("utf-8", "replace"))
    hour, minute = int(clock[:2]), int(clock[3:])
    if found is None or hour > 23 or minute > 59:
        return None
    return Minute(*found, hour, minute, _zone(zone.decode().strip()))


def _day(date: str) -> tuple[int | None, int, int] | None:
    """Return year, month and day."""
    year: int | None
    if iso := _ISO_DATE.search(date):
        year, month, day = (int(part) for part in iso.groups())
        try:
            datetime(year, month, day, tzinfo=UTC)
        except ValueError:
            return None
        return (year, month, day) if OLDEST <= year <= NEWEST else None
    if asian := _EAST_ASIAN_DATE.match(date):
        year, month, day = None, int(asian[1]), int(asian[2])
    elif named := _NAMED_DATE.search(date):
        year = int(named[3]) if named[3] else None
        month, day = MONTHS.get(named[1].casefold(), 0), int(named[2])
    else:
        return None
    return (year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _zone(text: str) -> tzinfo | None:
    if text[:1] not in {"+", "-"}:
        return ZONES.get(text)
    minutes = int(text[1:3]) * 60 + int(text[3:].lstrip(":") or 0)
    offset = timedelta(minutes=minutes if text[0] == "+" else -minutes)
    return timezone(offset) if minutes < 24 * 60 else None
