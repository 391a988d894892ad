"""Settings and states that lie beside the logs, as read: nouns only, no judgement.

Every document knows its node (None when nothing says whose it is) and where each fact
stands: `where` maps a field, or `field:key` for one entry of a table, to the line it was
read from; `origin` is the document's first line.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fencepost.model.line import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One settings file or one command's output."""

    origin: Origin
    node: str | None = None
    where: Mapping[str, Origin] = field(default_factory=dict)

    def origin_of(self, name: str) -> Origin:
        """Return the line that says `name`, or the document's first line."""
        return self.where.get(name, self.origin)


# --- cluster settings -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class HaResources(Document):
    """/etc/pve/ha/resources.cfg: service id (`ct:100`) → its keys (state, group, …)."""

    resources: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HaGroups(Document):
    """/etc/pve/ha/groups.cfg (PVE ≤ 8): group name → its keys (nodes, restricted, …)."""

    groups: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class HaRules(Document):
    """/etc/pve/ha/rules.cfg (PVE ≥ 9): rule id → its keys, with `type` among them."""

    rules: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerStatus(Document):
    """The HA manager's own view: /etc/pve/ha/manager_status.

    nodes: node → state (`online`, `fence`, …).
    services: service id → (node, state).
    """

    master: str | None
    nodes: Mapping[str, str]
    services: Mapping[str, tuple[str, str]]
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatacenterCfg(Document):
    """/etc/pve/datacenter.cfg as key → value (`ha` → `shutdown_policy=migrate`)."""

    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HaDefaults(Document):
    """/etc/default/pve-ha-manager: the watchdog module that is asked for, None for softdog."""

    watchdog_module: str | None


# --- cluster states -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumStatus(Document):
    """`pvecm status` or `corosync-quorumtool -s`.

    members: corosync id → (votes, name or address as printed).
    flags: words of the Flags line (`Quorate`, `2Node`, `WaitForAll`, `Qdevice`).
    """

    quorate: bool | None
    ring_id: str | None = None
    node_id: int | None = None
    nodes: int | None = None
    expected_votes: int | None = None
    total_votes: int | None = None
    quorum: int | None = None
    flags: tuple[str, ...] = ()
    members: Mapping[int, tuple[int, str]] = field(default_factory=dict)
    local: int | None = None
    config_version: int | None = None
    cluster_name: str | None = None
    transport: str | None = None
    secauth: str | None = None
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkState(Document):
    """`corosync-cfgtool -s`: (link, corosync id) → `connected`, `disconnected`, `localhost`, ….

    addresses: link → this node's address on it.
    """

    node_id: int | None
    transport: str | None
    addresses: Mapping[int, str]
    states: Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableNodes(Document):
    """`corosync-cfgtool -n`: (corosync id, link) → (connected, mtu); absent ids are unreachable."""

    node_id: int | None
    links: Mapping[tuple[int, int], tuple[bool, int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cmap(Document):
    """`corosync-cmapctl`, with or without `-m stats`: key → value as printed."""

    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HaStatus(Document):
    """`ha-manager status`.

    lrms: node → (state as printed, watchdog word or None); services: id → (node, state).
    """

    quorum: str | None
    master: str | None
    lrms: Mapping[str, tuple[str, str | None]]
    services: Mapping[str, tuple[str, str]]
    fencing: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVersions(Document):
    """`pveversion -v`: package → version; the kernel that runs."""

    packages: Mapping[str, str]
    running_kernel: str | None = None


# --- ports, links, hosts ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Port(Document):
    """`ethtool PORT`. speed_mb in Mb/s; duplex `full`, `half` or None when unknown."""

    name: str
    speed_mb: int | None
    duplex: str | None
    link: bool | None
    autoneg: bool | None = None
    kind: str | None = None  # the `Port:` line: Twisted Pair, Other, …


@dataclass(frozen=True, slots=True, kw_only=True)
class PortDriver(Document):
    """`ethtool -i PORT`."""

    name: str | None
    driver: str
    version: str | None = None
    firmware: str | None = None
    bus: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PortOffloads(Document):
    """`ethtool -k PORT`: feature → on."""

    name: str | None
    features: Mapping[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortCounters(Document):
    """`ethtool -S PORT`: counter → value."""

    name: str | None
    counters: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PortRings(Document):
    """`ethtool -g PORT`: ring (`RX`, `TX`) → (now, maximum)."""

    name: str | None
    rings: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface as `ip` prints it.

    kind: `bridge`, `bond`, `vlan`, `veth`, … None for a physical port or when not printed.
    master: the bridge or bond it is under. lower: the interface a vlan sits on.
    rx, tx: counter name (`errors`, `dropped`, `overrun`, …) → value.
    offloads: short name (`tso`, `gso`, …) → on, as settings ask for when it comes up.
    """

    name: str
    mtu: int | None = None
    up: bool | None = None
    carrier: bool | None = None
    kind: str | None = None
    master: str | None = None
    lower: str | None = None
    addresses: tuple[str, ...] = ()
    rx: Mapping[str, int] = field(default_factory=dict)
    tx: Mapping[str, int] = field(default_factory=dict)
    offloads: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interfaces(Document):
    """`ip [-s] [-d] link`, `ip addr`, `bridge link`: interface name → what is known of it.

    settings: whether it is /etc/network/interfaces, which says what shall be. It knows neither
    guests' interfaces nor states.
    """

    interfaces: Mapping[str, Interface]
    settings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond(Document):
    """/proc/net/bonding/NAME.

    slaves: port → (mii status, speed_mb, duplex, link failure count, aggregator id).
    """

    name: str | None
    mode: str
    lacp_rate: str | None
    active: str | None
    slaves: Mapping[str, tuple[str, int | None, str | None, int, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Document):
    """`ping` summary. Times in milliseconds, None where nothing came back."""

    target: str
    sent: int
    received: int
    min_ms: float | None = None
    avg_ms: float | None = None
    max_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Load(Document):
    """/proc/loadavg, `uptime` or `w`: 1, 5 and 15 minute averages."""

    load_1: float
    load_5: float
    load_15: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Processors(Document):
    """`lscpu`, `nproc` or /proc/cpuinfo: how many CPUs the kernel runs tasks on."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory(Document):
    """/proc/meminfo or `free`: sizes in MiB."""

    total_mb: int
    available_mb: int | None
    swap_total_mb: int | None = None
    swap_free_mb: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure(Document):
    """/proc/pressure/*: resource (`cpu`, …) → `some` or `full` → avg10, avg60, avg300 in %."""

    stalls: Mapping[str, Mapping[str, tuple[float, float, float]]]


# --- how boots ended, from other witnesses ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class WtmpEntry:
    """One line of `last -x`: kind `reboot`, `shutdown`, `crash` or `runlevel`; aware UTC times."""

    kind: str
    began: datetime | None
    ended: datetime | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Wtmp(Document):
    """`last -x`, newest first as printed. A `reboot` that ended in `crash` has kind `crash`."""

    entries: tuple[WtmpEntry, ...]


@dataclass(frozen=True, slots=True)
class ListedBoot:
    """One row of `journalctl --list-boots`."""

    index: int
    boot_id: str
    first: datetime | None
    last: datetime | None
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class BootList(Document):
    """`journalctl --list-boots`."""

    boots: tuple[ListedBoot, ...]


@dataclass(frozen=True, slots=True)
class SelEntry:
    """One entry of the BMC's event log; `at` None when its clock was not set."""

    at: datetime | None
    sensor: str
    says: str
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Sel(Document):
    """`ipmitool sel list` or `sel elist`."""

    entries: tuple[SelEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChassisStatus(Document):
    """`ipmitool chassis status`: key → value as printed (`Last Power Event` → `ac-failed`)."""

    keys: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PstoreDump(Document):
    """A crash dump that the kernel left in pstore (`dmesg-efi-…`, `dmesg-erst-…`)."""

    says: str
