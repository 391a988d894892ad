"""What commands say of network ports and interfaces."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .cluster import KERNEL, Node


@dataclass(frozen=True, slots=True)
class Traffic:
    """Thousands of packets through a port since the boot, and packets that its bridge dropped."""

    rx: int
    tx: int
    dropped: int


TRAFFIC = {
    "proxmox": Traffic(41233, 38620, 1712),
    "proxmox2": Traffic(29870, 24117, 1688),
    "proxmox3": Traffic(188412, 151006, 9023),
}

_INTEL = "e1000e"
_UNREPORTED = (
    "Supported FEC modes: Not reported",
    "Advertised link modes:  Not reported",
    "Advertised pause frame use: No",
    "Advertised auto-negotiation: No",
    "Advertised FEC modes: Not reported",
)
_MODES = (
    "10baseT/Half 10baseT/Full",
    "\t                        100baseT/Half 100baseT/Full",
    "\t                        1000baseT/Full",
)


def bridge() -> str:
    """Return `ethtool vmbr0`: 10 Gb/s come from the containers' veth ports, not from the wire."""
    return _settings(
        "vmbr0",
        (
            "Supported ports: [  ]",
            "Supported link modes:   Not reported",
            "Supported pause frame use: No",
            "Supports auto-negotiation: No",
            *_UNREPORTED,
            "Speed: 10000Mb/s",
            "Duplex: Unknown! (255)",
            "Auto-negotiation: off",
            "Port: Other",
            "PHYAD: 0",
            "Transceiver: internal",
            "Link detected: yes",
        ),
    )


def port(node: Node) -> str:
    """Return `ethtool PORT` of the network port."""
    modes = "\n".join(_MODES)
    intel = node.driver == _INTEL
    return _settings(
        node.port,
        (
            f"Supported ports: [ {'TP' if intel else 'TP MII'} ]",
            f"Supported link modes:   {modes}",
            "Supported pause frame use: Symmetric Receive-only",
            "Supports auto-negotiation: Yes",
            "Supported FEC modes: Not reported",
            f"Advertised link modes:  {modes}",
            "Advertised pause frame use: Symmetric Receive-only",
            "Advertised auto-negotiation: Yes",
            "Advertised FEC modes: Not reported",
            "Speed: 1000Mb/s",
            "Duplex: Full",
            "Auto-negotiation: on",
            "Port: Twisted Pair",
            "PHYAD: 1",
            f"Transceiver: {'internal' if intel else 'external'}",
            f"MDI-X: {'on (auto)' if intel else 'Unknown'}",
            "Supports Wake-on: pumbg",
            "Wake-on: g",
            "Link detected: yes",
        ),
    )


def _settings(name: str, lines: Iterable[str]) -> str:
    return f"Settings for {name}:\n" + "".join(f"\t{line}\n" for line in lines)


def driver(node: Node) -> str:
    """Return `ethtool -i PORT`."""
    intel = node.driver == _INTEL
    firmware, bus = ("0.8-4", "00:1f.6") if intel else ("rtl8168h-2_0.0.2 02/26/15", "03:00.0")
    word = "yes" if intel else "no"
    rows = (
        f"driver: {node.driver}",
        f"version: {KERNEL}",
        f"firmware-version: {firmware}",
        "expansion-rom-version: ",
        f"bus-info: 0000:{bus}",
        "supports-statistics: yes",
        f"supports-test: {word}",
        f"supports-eeprom-access: {word}",
        "supports-register-dump: yes",
        f"supports-priv-flags: {word}",
    )
    return "\n".join(rows) + "\n"


_FEATURES = (
    ("rx-checksumming", True),
    ("tx-checksumming", True),
    ("scatter-gather", True),
    ("tcp-segmentation-offload", None),
    ("generic-segmentation-offload", True),
    ("generic-receive-offload", True),
    ("large-receive-offload", False),
    ("rx-vlan-offload", True),
    ("tx-vlan-offload", True),
    ("ntuple-filters", False),
    ("receive-hashing", True),
    ("highdma", True),
    ("rx-fcs", False),
    ("rx-all", False),
)


def offloads(node: Node) -> str:
    """Return `ethtool -k PORT`; only the Intel port leaves TCP segmentation to the hardware."""
    tso = node.driver == _INTEL
    lines = [f"Features for {node.port}:"]
    for name, on in _FEATURES:
        lines.append(f"{name}: {'on' if (tso if on is None else on) else 'off'}")
        if on is None:
            word = "on" if tso else "off"
            lines += [f"\ttx-tcp-segmentation: {word}", f"\ttx-tcp6-segmentation: {word}"]
    return "\n".join(lines) + "\n"


def counters(node: Node, resets: int) -> str:
    """Return `ethtool -S PORT`; only e1000e counts its resets."""
    traffic = TRAFFIC[node.name]
    rows = {"rx_packets": traffic.rx * 1000 + 417, "tx_packets": traffic.tx * 1000 + 93}
    rows |= {"rx_errors": 0, "tx_errors": 0}
    if node.driver == _INTEL:
        rows |= {"tx_dropped": 0, "rx_crc_errors": 0, "rx_missed_errors": 0}
        rows |= {"tx_aborted_errors": 0, "tx_carrier_errors": 0, "tx_timeout_count": resets}
        rows |= {"tx_restart_queue": resets * 3, "rx_long_length_errors": 0}
    else:
        rows |= {"rx_missed": 0, "align_errors": 0, "tx_aborted": 0, "tx_underrun": 0}
    return "NIC statistics:\n" + "".join(f"     {name}: {value}\n" for name, value in rows.items())


@dataclass(frozen=True, slots=True)
class _Row:
    """One interface of `ip link`; share: of the port's traffic, in thousandths."""

    head: str
    link: str
    detail: str
    share: int


def _rows(node: Node, guests: Sequence[int]) -> list[_Row]:
    flags = "<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc"
    state = "state UP mode DEFAULT group default qlen 1000"
    mac = f"ether {node.mac} brd ff:ff:ff:ff:ff:ff"
    loopback = "<LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000"
    bridged = "bridge_slave state forwarding priority 32 cost 4"
    bridge_detail = (
        "bridge forward_delay 0 hello_time 200 max_age 2000 ageing_time 30000 stp_state 0"
    )
    rows = [
        _Row(f"lo: {loopback}", "loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00", "", 2),
        _Row(f"{node.port}: {flags} fq_codel master vmbr0 {state}", mac, bridged, 1000),
        _Row(f"vmbr0: {flags} noqueue {state}", mac, bridge_detail, 811),
    ]
    for number, guest in enumerate(sorted(guests)):
        veth = f"ether fe:{guest % 97:02x}:5c:1d:{guest % 89:02x}:0a brd ff:ff:ff:ff:ff:ff"
        head = f"veth{guest}i0@if2: {flags} noqueue master vmbr0 {state}"
        rows.append(
            _Row(head, f"{veth} link-netnsid {number}", f"veth\n    {bridged}", 40 + guest % 31)
        )
    return rows


def links(node: Node, guests: Sequence[int]) -> str:
    """Return `ip -d link`."""
    lines: list[str] = []
    for number, row in enumerate(_rows(node, guests), start=1):
        lines.append(f"{number}: {row.head}")
        lines.append(f"    link/{row.link} promiscuity 0 allmulti 0 minmtu 68 maxmtu 9000")
        lines += [f"    {row.detail}"] if row.detail else []
    return "\n".join(lines) + "\n"


def statistics(node: Node, guests: Sequence[int]) -> str:
    """Return `ip -s link`."""
    traffic = TRAFFIC[node.name]
    lines: list[str] = []
    for number, row in enumerate(_rows(node, guests), start=1):
        rx, tx = traffic.rx * row.share, traffic.tx * row.share
        lost = traffic.dropped if row.head.startswith("vmbr0") else 0
        lines += [
            f"{number}: {row.head}",
            f"    link/{row.link}",
            f"    RX:{'bytes':>15} {'packets':>10} errors dropped  missed {'mcast':>8}",
            f"       {rx * 611:>15} {rx:>10} {0:>6} {lost:>7} {0:>7} {rx // 90:>8}",
            f"    TX:{'bytes':>15} {'packets':>10} errors dropped carrier {'collsns':>8}",
            f"       {tx * 587:>15} {tx:>10} {0:>6} {0:>7} {0:>7} {0:>8}",
        ]
    return "\n".join(lines) + "\n"
