"""/proc/net/bonding/NAME. Source: Linux 6.8 drivers/net/bonding/bond_procfs.c."""

import re

from fencepost.model.document import Bond
from fencepost.sources.settings.numbers import whole
from fencepost.sources.settings.sections import Section

_NAME = re.compile(r"(?<![^/_.\s-])(?P<name>bond[\w-]*)(?![^/.\s|;&>])")


def parse_bond(section: Section) -> Bond | None:
    """Read one bond; its name stands in the command or the file's name alone."""
    said: dict[str, str] = {}
    ports: dict[str, dict[str, str]] = {}
    where: dict[str, int] = {}
    name = ""
    for index, line in enumerate(section.lines):
        key, colon, value = (part.strip() for part in line.partition(":"))
        if key == "Slave Interface" and value:
            name = value
            ports.setdefault(name, {})
            where[f"slaves:{name}"] = index
        elif colon and name:
            ports[name].setdefault(key, value)
            if key in _PORT_FIELDS:
                where.setdefault(f"slaves:{name}:{_PORT_FIELDS[key]}", index)
        elif colon:
            said.setdefault(key, value)
            if key in _FIELDS:
                where.setdefault(_FIELDS[key], index)
    if "Bonding Mode" not in said:
        return None
    active = said.get("Currently Active Slave")
    return Bond(
        **section.facts(where),
        name=_name(section),
        mode=said["Bonding Mode"],
        lacp_rate=said.get("LACP rate") or None,
        active=active if active and active != "None" else None,
        slaves={name: _slave(port) for name, port in ports.items()},
    )


_FIELDS = {
    "Bonding Mode": "mode",
    "LACP rate": "lacp_rate",
    "Currently Active Slave": "active",
}
_PORT_FIELDS = {
    "MII Status": "mii_status",
    "Speed": "speed_mb",
    "Duplex": "duplex",
    "Link Failure Count": "failures",
    "Aggregator ID": "aggregator",
}


def _slave(port: dict[str, str]) -> tuple[str, int | None, str | None, int, str | None]:
    duplex = port.get("Duplex", "").lower()
    return (
        port.get("MII Status", ""),
        whole(port.get("Speed")),
        duplex if duplex in {"full", "half"} else None,
        whole(port.get("Link Failure Count")) or 0,
        port.get("Aggregator ID"),
    )


def _name(section: Section) -> str | None:
    named = section.command or section.file.rpartition("/")[2]
    found = [name for name in _NAME.findall(named) if name != "bonding"]
    return found[-1] if found else None
