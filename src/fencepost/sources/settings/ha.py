"""The HA stack's settings and states: /etc/pve/ha/*, datacenter.cfg, `ha-manager status`.

Source: pve-ha-manager 5 src/PVE/API2/HA/Status.pm and src/PVE/CLI/ha_manager.pm;
pve-cluster 9 src/PVE/DataCenterConfig.pm.
"""

import json
import re

from fencepost.model.document import (
    DatacenterCfg,
    HaDefaults,
    HaGroups,
    HaResources,
    HaRules,
    HaStatus,
    ManagerStatus,
)
from fencepost.sources.settings.sections import Section
from fencepost.sources.settings.times import from_epoch

RESOURCE = r"(?:vm|ct): ?[0-9]{1,9}$"
GROUP = r"group: ?[\w.-]+$"
RULE = r"(?:node|resource)-affinity: ?[\w.-]+$"
STATUS_LINE = r"(?:master|lrm) [\w.-]+ \(|service (?:vm|ct):[0-9]+ \(|fencing \w+.*\(CRM watchdog"
WATCHDOG_MODULE = r"#?\s*WATCHDOG_MODULE="
DATACENTER_KEY = (
    r"(?:bwlimit|consent-text|console|crs|description|email_from|fencing|ha|http_proxy|keyboard"
    r"|language|location|mac_prefix|max_workers|migration|migration_unsecure|next-id|notify"
    r"|registered-tags|replication|tag-style|u2f|user-tag-access|webauthn): ?\S"
)
# A guest's settings hold `console`, `description` and `keyboard`, too; these keys give it away.
_GUEST_KEYS = frozenset(
    [
        *("arch", "boot", "bootdisk", "cores", "cpu", "cpulimit", "hostname", "machine", "memory"),
        *("meta", "name", "net0", "numa", "onboot", "ostype", "rootfs", "scsihw", "smbios1"),
        *("sockets", "swap", "unprivileged", "vga", "vmgenid"),
    ]
)
_TABLE_HEAD = re.compile(r"(?P<type>[a-z-]+): ?(?P<id>[\w.-]+)")
_TABLE_KEY = re.compile(r"\s+(?P<key>\S+)(?:\s+(?P<value>.*))?")
_KEY = re.compile(r"(?P<key>[a-z0-9][\w-]*):\s*(?P<value>.*)")


def parse_resources(section: Section) -> HaResources | None:
    """Read /etc/pve/ha/resources.cfg, or what `ha-manager config` prints."""
    tables, where = _tables(section, "resources", RESOURCE)
    return HaResources(**section.facts(where), resources=tables)


def parse_groups(section: Section) -> HaGroups | None:
    """Read /etc/pve/ha/groups.cfg (PVE 8 and before)."""
    tables, where = _tables(section, "groups", GROUP)
    return HaGroups(**section.facts(where), groups=tables)


def parse_rules(section: Section) -> HaRules | None:
    """Read /etc/pve/ha/rules.cfg (PVE 9 and later)."""
    tables, where = _tables(section, "rules", RULE)
    return HaRules(**section.facts(where), rules=tables)


def _tables(
    section: Section, field: str, opens: str
) -> tuple[dict[str, dict[str, str]], dict[str, int]]:
    """Read `type: id` heads with indented `key value` lines below them."""
    tables: dict[str, dict[str, str]] = {}
    where: dict[str, int] = {}
    name = ""
    for index, line in enumerate(section.lines):
        head = _TABLE_HEAD.fullmatch(line) if re.match(opens, line) else None
        if head:
            name = f"{head['type']}:{head['id']}" if field == "resources" else head["id"]
            tables[name] = {"type": head["type"]} if field == "rules" else {}
            where[f"{field}:{name}"] = index
        elif name and (found := _TABLE_KEY.fullmatch(line)):
            tables[name][found["key"]] = found["value"] or ""
            where[f"{field}:{name}:{found['key']}"] = index
        elif line and not line.lstrip().startswith("#"):
            name = ""
    return tables, where


def parse_datacenter(section: Section) -> DatacenterCfg | None:
    """Read /etc/pve/datacenter.cfg; a guest's settings, which look alike, are none."""
    if section.path and "datacenter.cfg" not in section.path:
        return None
    keys: dict[str, str] = {}
    where: dict[str, int] = {}
    for index, line in enumerate(section.lines):
        if found := _KEY.fullmatch(line):
            keys[found["key"]] = found["value"]
            where[f"keys:{found['key']}"] = index
    if _GUEST_KEYS & keys.keys():
        return None
    return DatacenterCfg(**section.facts(where), keys=keys)


def parse_defaults(section: Section) -> HaDefaults | None:
    """Read /etc/default/pve-ha-manager."""
    module: str | None = None
    where: dict[str, int] = {}
    for index, found in section.every(r"(#?)\s*WATCHDOG_MODULE=[\"']?([\w-]*)"):
        if module is None or not found[1]:
            where["watchdog_module"] = index
        if not found[1]:
            module = found[2] or None
    return HaDefaults(**section.facts(where), watchdog_module=module)


def parse_manager_status(section: Section) -> ManagerStatus | None:
    """Read /etc/pve/ha/manager_status, alone or within `ha-manager status -v`."""
    text = "\n".join(section.written).lstrip("\ufeff")
    if '"node_status"' not in text and '"service_status"' not in text:
        return None
    try:
        status, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(status, dict) and isinstance(status.get("manager_status"), dict):
        status = status["manager_status"]
    if not isinstance(status, dict) or not {"node_status", "service_status"} & status.keys():
        return None
    master = status.get("master_node")
    nodes = {
        node: state for node, state in _items(status.get("node_status")) if isinstance(state, str)
    }
    services = {
        service: (str(of.get("node", "")), str(of.get("state", "")))
        for service, of in _items(status.get("service_status"))
        if isinstance(of, dict)
    }
    where = {f"nodes:{node}": _line_with(section, node) for node in nodes}
    where |= {f"services:{service}": _line_with(section, service) for service in services}
    where |= {"master": _line_with(section, "master_node")}
    return ManagerStatus(
        **section.facts(where),
        master=master if isinstance(master, str) else None,
        nodes=nodes,
        services=services,
        as_of=from_epoch(status.get("timestamp")),
    )


def _items(table: object) -> list[tuple[str, object]]:
    return list(table.items()) if isinstance(table, dict) else []


def _line_with(section: Section, key: str) -> int:
    """Return the line on which JSON sets `key`."""
    quoted = json.dumps(key) + ":"
    lines = (line.replace('" :', '":') for line in section.lines)
    return next((index for index, line in enumerate(lines) if quoted in line), 0)


_STATUS_LINE = re.compile(
    r"(?P<type>quorum|master|lrm|service|fencing) (?P<said>(?P<name>\S+)(?: \((?P<state>.*))?.*)"
)


def parse_status(section: Section) -> HaStatus | None:
    """Read `ha-manager status`; before PVE 9.1 it says nothing of watchdogs."""
    quorum = master = fencing = None
    lrms: dict[str, tuple[str, str | None]] = {}
    services: dict[str, tuple[str, str]] = {}
    where: dict[str, int] = {}
    for index, line in enumerate(section.lines):
        found = _STATUS_LINE.fullmatch(line)
        if found is None:
            continue
        name, key = found["name"], found["type"]
        state = (found["state"] or "").removesuffix(")").split(", ")
        if key == "quorum":
            quorum = found["said"]
        elif key == "fencing":
            fencing = found["said"]
        elif key == "master":
            master = name
        elif key == "lrm":
            watchdog = re.match(r"(watchdog \w+)", state[1]) if len(state) > 1 else None
            lrms[name] = (state[0], watchdog[1] if watchdog else None)
            key = f"lrms:{name}"
        else:
            services[name] = (state[0], ", ".join(state[1:]))
            key = f"services:{name}"
        where[key] = index
    return HaStatus(
        **section.facts(where),
        quorum=quorum,
        master=master,
        lrms=lrms,
        services=services,
        fencing=fencing,
    )
