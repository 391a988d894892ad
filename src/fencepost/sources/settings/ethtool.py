"""`ethtool` in its forms: the port itself, -i, -k, -S, -g.

Source: ethtool 6 ethtool.c and netlink/{settings,features,stats,rings}.c; before 4.0 the
features were headed `Offload parameters for`.
"""

import re

from fencepost.model.document import (
    Port,
    PortCounters,
    PortDriver,
    PortOffloads,
    PortRings,
)
from fencepost.sources.settings.numbers import whole
from fencepost.sources.settings.sections import Section

COUNTERS = r"(?:NIC|PHY) statistics:|Standard stats for \S+:"
_FIELD = re.compile(r"\s+(?P<key>[A-Z][\w /-]*):\s*(?P<value>.*)")
_SHORT_OPTIONS = re.compile(r"\bethtool\s+(?:-\S+\s+)+(?P<port>[A-Za-z][\w.-]*)")
_FILE_NAME = re.compile(
    r"(?:^|[-_. ])(?P<port>(?:en[opsx]|eth|nic|ens|enp|eno|bond|vmbr)[0-9a-f]\w*)(?:[-. ]|$)"
)


def parse_port(section: Section) -> Port | None:
    """Read plain `ethtool PORT`."""
    head = section.find(r"Settings for (\S+):$")
    fields: dict[str, str] = {}
    where: dict[str, int] = {}
    names = {
        "Speed": "speed_mb",
        "Duplex": "duplex",
        "Link detected": "link",
        "Auto-negotiation": "autoneg",
        "Port": "kind",
    }
    for index, line in enumerate(section.lines):
        found = _FIELD.fullmatch(line)
        if found and found["key"] in names:
            fields[names[found["key"]]] = found["value"]
            where[names[found["key"]]] = index
    if head is None or not fields:
        return None
    speed = re.match(r"([0-9]{1,9})Mb/s", fields.get("speed_mb", ""))
    duplex = fields.get("duplex", "").lower()
    return Port(
        **section.facts(where),
        name=head[1][1],
        speed_mb=int(speed[1]) if speed else None,
        duplex=duplex if duplex in {"full", "half"} else None,
        link=_truth(fields.get("link"), "yes", "no"),
        autoneg=_truth(fields.get("autoneg"), "on", "off"),
        kind=fields.get("kind") or None,
    )


def _truth(printed: str | None, yes: str, no: str) -> bool | None:
    word = next(iter((printed or "").split()), "")
    return {yes: True, no: False}.get(word)


def parse_driver(section: Section) -> PortDriver | None:
    """Read `ethtool -i PORT`, which does not print the port's name."""
    names = {
        "driver": "driver",
        "version": "version",
        "firmware-version": "firmware",
        "bus-info": "bus",
    }
    fields: dict[str, str] = {}
    where: dict[str, int] = {}
    for index, line in enumerate(section.lines):
        key, colon, value = line.partition(":")
        if colon and key in names and names[key] not in fields:
            fields[names[key]] = value.strip()
            where[names[key]] = index
    if not fields.get("driver"):
        return None
    return PortDriver(
        **section.facts(where),
        name=_port_asked_for(section),
        driver=fields["driver"],
        version=fields.get("version") or None,
        firmware=fields.get("firmware") or None,
        bus=fields.get("bus") or None,
    )


def _port_asked_for(section: Section) -> str | None:
    """Return the port that the command names, or else the file's name."""
    if section.command:
        found = _SHORT_OPTIONS.search(section.command)
    else:
        found = _FILE_NAME.search(section.file.rpartition("/")[2])
    return found["port"] if found else None


def parse_offloads(section: Section) -> PortOffloads | None:
    """Read `ethtool -k PORT`."""
    head = section.find(r"(?:Features|Offload parameters) for (\S+):$")
    features: dict[str, bool] = {}
    where: dict[str, int] = {}
    for index, found in section.every(r"\s*([\w-][\w -]*): (on|off)\b"):
        name = found[1].replace(" ", "-")
        features[name] = found[2] == "on"
        where[f"features:{name}"] = index
    if head is None or not features:
        return None
    return PortOffloads(
        **section.facts(where),
        name=head[1][1],
        features=features,
    )


def parse_counters(section: Section) -> PortCounters | None:
    """Read `ethtool -S PORT`, which does not print the port's name."""
    head = section.find(COUNTERS)
    counters: dict[str, int] = {}
    where: dict[str, int] = {}
    for index, line in enumerate(section.lines):
        counter, _, value = line.rpartition(":")
        if line[:1].isspace() and re.fullmatch(r"\s*[0-9]{1,20}", value):
            counters[counter.strip()] = int(value)
            where[f"counters:{counter.strip()}"] = index
    if head is None or not counters:
        return None
    return PortCounters(
        **section.facts(where),
        name=_printed_name(head[1][0]) or _port_asked_for(section),
        counters=counters,
    )


def _printed_name(heading: str) -> str | None:
    found = re.search(r" for (\S+):", heading)
    return found[1] if found else None


def parse_rings(section: Section) -> PortRings | None:
    """Read `ethtool -g PORT`: what is set now, and the most that the hardware can do."""
    head = section.find(r"Ring parameters for (\S+):$")
    maxima: dict[str, int] = {}
    rings: dict[str, tuple[int, int]] = {}
    where: dict[str, int] = {}
    now = False
    for index, line in enumerate(section.lines):
        now = now or line.startswith("Current hardware settings")
        found = re.fullmatch(r"(RX|TX|RX Mini|RX Jumbo):\s+([0-9]{1,9})", line)
        if found and now:
            size = whole(found[2]) or 0
            rings[found[1]] = (size, maxima.get(found[1], size))
            where[f"rings:{found[1]}"] = index
        elif found:
            maxima[found[1]] = whole(found[2]) or 0
    if head is None or not rings:
        return None
    return PortRings(**section.facts(where), name=head[1][1], rings=rings)
