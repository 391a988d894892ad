"""Settings files and command outputs that lie beside the logs, told by their content.

`where` of a document names its facts as `field`, or as `field:key` for one entry of a table;
keys of two parts are joined alike: `states:0:3` is link 0 towards corosync id 3,
`resources:ct:100:group` the group of ct:100, `interfaces:eno1:rx` the received counters.
"""

import re

from fencepost.model.document import Document
from fencepost.sources.settings import (
    bmc,
    bonding,
    boots,
    corosync_states,
    ethtool,
    ha,
    host,
    ifupdown,
    ip,
    packages,
    ping,
)
from fencepost.sources.settings.headings import read_heading
from fencepost.sources.settings.sections import Cutter, Kind, Section, split_sections

__all__ = ["KINDS", "read_documents"]


def _nothing(_section: Section) -> None:
    """Read an output that is known but says nothing of use here; it ends the one before it."""


KINDS: tuple[Kind, ...] = (
    Kind(boots.parse_pstore, once=(boots.PSTORE_HEAD,)),
    Kind(
        corosync_states.parse_conf,
        once=tuple(rf"\s*{name}\s*\{{" for name in corosync_states.CONF_SECTIONS),
        every=(r"(?:resources|aisexec|amf|uidgid|qb|system|service|nozzle)\s*\{",),
        braces=True,
        preface=True,
    ),
    Kind(
        corosync_states.parse_quorum,
        first=(r"Cluster information$",),
        once=(r"Quorum information$", r"Votequorum information$", r"Membership information$"),
        ordered=True,
    ),
    Kind(corosync_states.parse_links, first=(r"Local node ID [0-9]+",)),
    Kind(corosync_states.parse_cmap, every=(corosync_states.CMAP_LINE,)),
    Kind(ha.parse_status, once=(r"quorum (?:OK$|No quorum)",), every=(ha.STATUS_LINE,)),
    Kind(ha.parse_manager_status, first=(r"\{",)),
    Kind(ha.parse_resources, every=(ha.RESOURCE,), preface=True),
    Kind(ha.parse_groups, every=(ha.GROUP,), preface=True),
    Kind(ha.parse_rules, every=(ha.RULE,), preface=True),
    Kind(ha.parse_defaults, every=(ha.WATCHDOG_MODULE,), preface=True),
    Kind(ha.parse_datacenter, every=(ha.DATACENTER_KEY,), preface=True),
    Kind(
        packages.parse_packages, once=(r"proxmox-ve: ", r"pve-manager(?:: |/)[0-9]"), ordered=True
    ),
    Kind(ethtool.parse_port, first=(r"Settings for \S+:$",)),
    Kind(ethtool.parse_driver, first=(r"driver: \S",)),
    Kind(ethtool.parse_offloads, first=(r"(?:Features|Offload parameters) for \S+:$",)),
    Kind(ethtool.parse_counters, first=(ethtool.COUNTERS,)),
    Kind(ethtool.parse_rings, first=(r"Ring parameters for \S+:$",)),
    Kind(
        _nothing,
        first=(r"(?:Coalesce|Pause|Channel|Time stamping) parameters for ", r"EEE settings for "),
    ),
    Kind(bonding.parse_bond, first=(r"Ethernet Channel Bonding Driver: ",)),
    Kind(ip.parse_interfaces, once=(r"1: lo:", r"lo\s+UNKNOWN\s"), every=(ip.INTERFACE, ip.BRIEF)),
    Kind(ifupdown.parse_settings, every=(ifupdown.IFACE,)),
    Kind(ping.parse_ping, first=(ping.HEAD,), once=(ping.SUMMARY,)),
    Kind(boots.parse_boot_list, once=(boots.LISTED_BOOT_HEAD,), every=(boots.LISTED_BOOT,)),
    Kind(boots.parse_wtmp, every=(boots.WTMP_LINE,)),
    Kind(bmc.parse_sel, once=(bmc.SEL_EMPTY,), every=(bmc.SEL_ENTRY,)),
    Kind(bmc.parse_chassis, once=(bmc.CHASSIS,), every=(bmc.CHASSIS_REST,)),
    Kind(host.parse_load, first=(host.LOADAVG, host.UPTIME)),
    Kind(host.parse_lscpu, first=(host.LSCPU,)),
    Kind(host.parse_cpuinfo, every=(host.CPUINFO,)),
    Kind(host.parse_meminfo, first=(host.MEMINFO,)),
    Kind(host.parse_free, first=(host.FREE_HEAD,), every=(host.FREE_ROW,)),
    Kind(host.parse_top, first=(host.TOP_MEMORY,)),
    Kind(host.parse_pressure, every=(host.PRESSURE, host.PRESSURE_HEAD)),
)
_CUTTER = Cutter(KINDS)

_LOG_LINE = re.compile(
    r"""\s*(?:>\s)?(?:<\d{1,3}>)?(?:
        [^\W\d]{3,9}\.?\s{1,2}\d{1,2}\s\d{2}:\d{2}:\d{2}
        | \d{1,2}\s\w\s\d{1,2}\s\w\s\d{2}:\d{2}:\d{2}
        | \d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}
        | \[\s*\d+\.\d{6}\]
        | __CURSOR= | \[?\{"(?:__CURSOR|__REALTIME_TIMESTAMP|MESSAGE|_BOOT_ID)"
    )""",
    re.VERBOSE,
)
_LOOKED_AT = 40


def read_documents(name: str, text: str, node: str | None) -> list[Document]:
    """Read every settings file and command output in one file; [] when nothing is recognised.

    name: `Origin.file`. text: the whole file. node: whose it is as far as its name says, used
    where the file itself does not say. Nothing in `text` makes this raise.
    """
    if _is_log(text):
        return []
    documents: list[Document] = []
    for section in split_sections(name, text, node):
        for kind, part in _CUTTER.cut(section):
            document = kind.parse(part)
            if document is not None:
                documents.append(document)
    return documents


def _is_log(text: str) -> bool:
    """Say whether the file begins as a log does: mostly stamped lines and no heading."""
    head = [line.rstrip() for line in text[:20_000].split("\n", _LOOKED_AT)[:_LOOKED_AT]]
    filled = [line for line in head if line]
    if any(re.match(boots.PSTORE_HEAD, line) for line in filled):
        return False  # kernel lines, but of a dump
    stamped = sum(1 for line in filled if _LOG_LINE.match(line))
    return 2 * stamped > len(filled) and not any(read_heading(line) for line in filled)
