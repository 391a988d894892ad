"""What the board's management controller remembers: `ipmitool sel list`, `chassis status`.

Source: ipmitool 1.8.19 lib/ipmi_sel.c, lib/ipmi_time.c (dates in the locale's form, times with
a zone; 1.8.18 prints MM/DD/YYYY and none), lib/ipmi_chassis.c.
"""

import re
from datetime import datetime

from fencepost.model.document import ChassisStatus, Sel, SelEntry
from fencepost.sources.settings.sections import Section
from fencepost.sources.settings.times import utc

SEL_ENTRY = (
    r"\s{0,4}[0-9a-f]{1,4} \|\s*(?:[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}\b|Pre-Init\b|S\+"
    r"|Unspecified|Unknown|OEM record|Linux kernel panic)"
)
SEL_EMPTY = r"SEL has no entries"
CHASSIS = r"System Power\s+: "
CHASSIS_REST = (
    r"(?:Last Power Event|Power Restore Policy|Main Power Fault|Power Control Fault)\s+: "
)

_DATE = re.compile(r"(?P<a>[0-9]{1,4})(?P<by>[/.-])(?P<b>[0-9]{1,2})(?P=by)(?P<c>[0-9]{1,4})")
_TIME = re.compile(
    r"(?P<hour>[0-9]{2}):(?P<rest>[0-9]{2}:[0-9]{2})"
    r"(?: (?P<half>[AP]M))?(?: (?P<zone>[A-Z+0-9-]+))?"
)


def parse_sel(section: Section) -> Sel:
    """Read `ipmitool sel list` or `sel elist`; a BMC's clock without a zone is taken as UTC."""
    entries: list[SelEntry] = []
    for index, _ in section.every(SEL_ENTRY):
        _, *cells = (cell.strip() for cell in section.lines[index].split("|"))
        at: datetime | None = None
        if cells[0].startswith("Linux kernel panic"):
            sensor, _, said = cells[0].partition(": ")
            cells = [sensor, said]
        elif not cells[0].startswith("OEM record"):
            at = _moment(cells[0], cells[1] if len(cells) > 1 else "")
            cells = cells[2:]
        sensor = cells[0] if cells else ""
        entries.append(SelEntry(at, sensor, " | ".join(cells[1:]), section.origin(index)))
    return Sel(**section.facts({}), entries=tuple(entries))


def _moment(date: str, time: str) -> datetime | None:
    """Return the moment; None before 2000: a BMC whose clock was never set counts from 1970."""
    day, clock = _DATE.fullmatch(date), _TIME.fullmatch(time)
    if day is None or clock is None:
        return None
    first, second, third = int(day["a"]), int(day["b"]), int(day["c"])
    if len(day["a"]) == 4:
        year, month, number = first, second, third
    elif day["by"] == "." or first > 12:
        year, month, number = third, second, first
    else:
        year, month, number = third, first, second
    year += 2000 if year < 70 else 1900 if year < 100 else 0
    hour = int(clock["hour"])
    if clock["half"]:
        hour = hour % 12 + (12 if clock["half"] == "PM" else 0)
    moment = utc(year, month, number, f"{hour}:{clock['rest']}", clock["zone"] or "")
    return moment if moment and moment.year >= 2000 else None


def parse_chassis(section: Section) -> ChassisStatus:
    """Read `ipmitool chassis status`."""
    keys: dict[str, str] = {}
    where: dict[str, int] = {}
    for index, line in enumerate(section.lines):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if colon and key and not line[0].isspace():
            keys[key] = value
            where[f"keys:{key}"] = index
    return ChassisStatus(**section.facts(where), keys=keys)
