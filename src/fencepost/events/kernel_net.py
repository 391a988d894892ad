"""What the kernel says of network ports: carrier, hangs, bridges, bonds, blocked packets.

Ports are named as the line names them; a few drivers know only the PCI address. Ports of guests
(tap, veth and the firewall bridges between) come and go with them and are not read at all.
"""

from fencepost.model.event import Danger, Event, logged, wording

_GUEST = r"(?:tap|veth|fwpr|fwln|fwbr|ln_|pr_)"
_PORT = rf"(?<![\w.@-])(?!{_GUEST})(?P<port>[A-Za-z][\w.@-]{{0,30}})"
_BRIDGE, _BOND = (rf"(?<![\w.-])(?P<{kind}>[\w.-]{{1,15}})" for kind in ("bridge", "bond"))
_DRIVER = r"(?P<driver>[A-Za-z][\w-]{0,30})"
_PCI = r"[\da-f]{4}:[\da-f]{2}:[\da-f]{2}\.\d"
_DUPLEX = r"(?:,? (?:\([^)]*\) )?(?P<duplex>[Ff]ull|[Hh]alf)[ -][Dd]uplex)?"

# --- a port that hangs ------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_DRIVER} \S{{1,40}} {_PORT}: Detected Hardware Unit Hang",
            example="e1000e 0000:00:1f.6 nic0: Detected Hardware Unit Hang:",
        ),
        wording(
            rf"{_DRIVER} (?:{_PCI}:? )?(?P<port>{_PCI}|[A-Za-z][\w.-]{{0,30}}): Detected Tx Unit Hang",
            example="ixgbe 0000:03:00.0 eno1: Detected Tx Unit Hang",
        ),
        wording(
            rf"(?P<driver>r8169) \S{{1,40}} {_PORT}: rtl_\w+_cond == \d \(loop",
            example="r8169 0000:04:00.0 enp4s0: rtl_chipcmd_cond == 1 (loop: 100, delay: 100).",
        ),
        wording(
            r"(?P<driver>bnx2x): \[\w+:\d+\((?P<port>[\w.-]{1,15})\)\]MC assert!",
            example="bnx2x: [bnx2x_attn_int_deasserted3:4335(eno49)]MC assert!",
        ),
        wording(
            r"(?P<driver>bnx2x): \[\w+:\d+\((?P<port>[\w.-]{1,15})\)\]begin crash dump",
            example="bnx2x: [bnx2x_panic_dump:923(eno49)]begin crash dump -----------------",
        ),
        wording(
            rf"(?P<driver>bnxt_en) \S{{1,40}} {_PORT}: Error \(timeout: \d+\) msg",
            example="bnxt_en 0000:65:00.0 eno1np0: Error (timeout: 500) msg {0x23 0x1a2} len:0",
        ),
        wording(
            rf"(?P<driver>mlx5_core) (?P<port>{_PCI}): .{{0,40}}device's health compromised",
            example="mlx5_core 0000:d2:00.0: poll_health:825: device's health compromised - reached miss count.",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Does it repeat every two seconds? Then nothing is sent any more. For e1000e: ethtool -K PORT tso off gso off.",
    source="linux 6.8 drivers/net/ethernet: intel/{e1000e,e1000,igb,igc,ixgbe}, realtek/r8169_main.c, broadcom/{bnx2x,bnxt}, mellanox/mlx5/core/health.c",
)
class NicHung(Event):
    """The network chip stopped doing its work, most often sending, while the carrier stays up.

    To the peers it looks like a pulled cable. igb and mlx5 name the PCI address as port.
    """

    driver: str
    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_PORT}: Reset adapter",
            example="e1000e 0000:00:1f.6 eno2: Reset adapter unexpectedly",
        ),
        wording(
            rf"{_PORT}: tx hang \d+ detected on queue \d+, resetting adapter",
            example="ixgbe 0000:03:00.0 eno1: tx hang 1 detected on queue 4, resetting adapter",
        ),
        wording(
            rf"{_PORT}: initiating reset due to tx timeout",
            example="ixgbe 0000:03:00.0 eno1: initiating reset due to tx timeout",
        ),
        wording(
            rf"{_PORT}: tx_timeout recovery level \d+",
            example="i40e 0000:18:00.0 eno1: tx_timeout recovery level 1, txqueue 12",
        ),
        wording(
            rf"{_PORT}: TX timeout detected, starting reset task",
            example="bnxt_en 0000:ca:00.0 eno1np0: TX timeout detected, starting reset task!",
        ),
        wording(
            rf"{_PORT}: transmit timed out, resetting",
            example="tg3 0000:02:00.0 eno1: transmit timed out, resetting",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/net/ethernet: intel/{e1000e,igb,igc,ixgbe,i40e,ice}, broadcom/{bnxt,tg3.c}",
)
class AdapterReset(Event):
    """The driver reset a network port because it no longer sent; the port was away for seconds."""

    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"NETDEV WATCHDOG: {_PORT} \((?P<driver>[^)]{{0,40}})\): transmit queue (?P<queue>\d+) timed out(?: (?P<waited_ms>\d+) ms)?",
            example="NETDEV WATCHDOG: enp3s0 (r8169): transmit queue 0 timed out 5012 ms",
            versions="kernel 6.6 and earlier; with the time from 6.4",
        ),
        wording(
            rf"{_DRIVER} \S{{1,40}} {_PORT}: NETDEV WATCHDOG: .{{0,20}}transmit queue (?P<queue>\d+) timed out(?: (?P<waited_ms>\d+) ms)?",
            example="r8169 0000:03:00.0 enp3s0: NETDEV WATCHDOG: CPU: 2: transmit queue 0 timed out 5012 ms",
            versions="kernel 6.7 and later",
        ),
        wording(
            rf"{_PORT}: TX timeout on queue: (?P<queue>\d+)",
            example="mlx5_core 0000:3b:00.0 ens1f0np0: TX timeout on queue: 3, SQ: 0x10a7, CQ: 0x48a, SQ Cons: 0x1 SQ Prod: 0x2, usecs since last trans: 15812000",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 net/sched/sch_generic.c dev_watchdog, mellanox/mlx5/core/en/reporter_tx.c",
)
class TransmitTimedOut(Event):
    """A port has not sent a packet for five seconds or longer though some were waiting.

    Driver or chip; also a switch that pauses the port without end (flow control). waited_ms: how
    long nothing had been sent when the kernel looked.
    """

    port: str
    driver: str | None = None
    queue: int | None = None
    waited_ms: int | None = None


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_DRIVER} \S{{1,40}} {_PORT}: PCIe link lost, device now detached",
            example="igc 0000:6d:00.0 enp109s0: PCIe link lost, device now detached",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Power saving of the slot (ASPM) or its power supply; only a restart brings the port back.",
    source="linux 6.8 drivers/net/ethernet/intel/{igc/igc_main.c,igb/igb_main.c} *_rd32",
)
class NicDetached(Event):
    """A network chip fell off the PCIe bus: the port is gone until the machine restarts."""

    driver: str
    port: str


# --- carrier ----------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_PORT}:? NIC Link is [Dd]own",
            example="e1000e 0000:00:1f.6 enp0s31f6: NIC Link is Down",
            versions="e1000, e1000e, igb, igc, ixgbe, i40e, ice, bnx2x, bnxt_en, qlcnic",
        ),
        wording(
            rf"{_PORT}:? NIC (?:Remote )?(?:Copper|SerDes) Link is Down",
            example="bnx2 0000:01:00.0 eno1: NIC Copper Link is Down",
            versions="bnx2",
        ),
        wording(
            rf"{_PORT}: Link is [Dd]own",
            example="r8169 0000:03:00.0 enp3s0: Link is Down",
            versions="phylib (r8169 from 5.0), tg3, sky2, be2net, qede",
        ),
        wording(
            rf"{_PORT}: Link down",
            example="mlx5_core 0000:3b:00.0 ens1f0np0: Link down",
            versions="mlx5_core",
        ),
        wording(rf"{_PORT}: Link Down", example="mlx4_en: enp5s0: Link Down", versions="mlx4_en"),
        wording(
            rf"{_PORT}: link down",
            example="r8125: enp2s0: link down",
            versions="r8169 before 5.0, r8168, r8125, sfc, cxgb4",
        ),
        wording(
            rf"{_PORT}: carrier off", example="r8152 2-1:1.0 eth1: carrier off", versions="r8152"
        ),
        wording(
            rf"{_PORT}: atlantic: link change old \d+ new 0\b",
            example="atlantic 0000:01:00.0 enp1s0: atlantic: link change old 10000 new 0",
            versions="atlantic from 5.2",
        ),
    ),
    danger=Danger.WARNING,
    look="Cable, switch port or the switch itself. In the same second on several nodes: the switch.",
    source="linux 6.8 drivers/net/ethernet (each driver's watchdog or link task), drivers/net/phy/phy.c phy_print_status",
)
class CarrierLost(Event):
    """A port lost its carrier: cable, switch port, the switch, or `ip link set down`.

    Named by its driver, so it is a physical port. Expected while the machine starts or stops.
    """

    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_PORT}:? NIC Link is [Uu]p,? (?P<speed_mb>\d+) Mbps{_DUPLEX}",
            example="e1000e 0000:00:1f.6 enp0s31f6: NIC Link is Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx",
            versions="e1000, e1000e, igb, igc, ixgbe, i40e, ice, bnx2x, bnxt_en",
        ),
        wording(
            rf"{_PORT}:? NIC Link is [Uu]p,? (?P<speed_gb>\d+(?:\.\d+)?) Gbps{_DUPLEX}",
            example="ice 0000:31:00.0 eno1: NIC Link is up 25 Gbps Full Duplex, Requested FEC: RS-FEC, Negotiated FEC: RS-FEC, Autoneg Advertised: On, Autoneg Negotiated: True, Flow Control: None",
            versions="ixgbe, i40e, ice",
        ),
        wording(
            rf"{_PORT}:? NIC Link is [Uu]p\b(?!,? \d)",
            example="qlcnic 0000:04:00.0 eno1: NIC Link is up",
            versions="drivers that do not tell the speed",
        ),
        wording(
            rf"{_PORT}:? NIC (?:Remote )?(?:Copper|SerDes) Link is Up, (?P<speed_mb>\d+) Mbps{_DUPLEX}",
            example="bnx2 0000:01:00.0 eno1: NIC Copper Link is Up, 1000 Mbps full duplex",
            versions="bnx2",
        ),
        wording(
            rf"{_PORT}: Link is Up - (?P<speed_gb>\d+(?:\.\d+)?)Gbps/(?P<duplex>Full|Half)",
            example="r8169 0000:03:00.0 enp3s0: Link is Up - 1Gbps/Full - flow control rx/tx",
            versions="phylib (r8169 from 5.0)",
        ),
        wording(
            rf"{_PORT}: Link is Up - (?P<speed_mb>\d+)Mbps/(?P<duplex>Full|Half)",
            example="r8169 0000:22:00.0 enp34s0: Link is Up - 100Mbps/Full (downshifted) - flow control off",
            versions="phylib (r8169 from 5.0)",
        ),
        wording(
            rf"{_PORT}: Link is up at (?P<speed_mb>\d+) Mbps{_DUPLEX}",
            example="tg3 0000:02:00.0 eno1: Link is up at 1000 Mbps, full duplex",
            versions="tg3, sky2, skge",
        ),
        wording(
            rf"{_PORT}: Link is [Uu]p$",
            example="be2net 0000:04:00.0 eno1: Link is Up",
            versions="be2net, qede",
        ),
        wording(
            rf"{_PORT}: link up at (?P<speed_mb>\d+)Mbps{_DUPLEX}",
            example="sfc 0000:04:00.0 ens1f0: link up at 10000Mbps full-duplex (MTU 1500)",
            versions="sfc",
        ),
        wording(
            rf"{_PORT}: link up, (?P<speed_gb>\d+)Gbps{_DUPLEX}",
            example="cxgb4 0000:04:00.4 ens1f4: link up, 10Gbps, full-duplex, Tx/Rx PAUSE",
            versions="cxgb4",
        ),
        wording(
            rf"{_PORT}: link up, (?P<speed_mb>\d+)Mbps{_DUPLEX}",
            example="cxgb4 0000:04:00.4 ens1f4: link up, 1000Mbps, full-duplex, Tx/Rx PAUSE",
            versions="cxgb4",
        ),
        wording(
            rf"{_PORT}: Link up$",
            example="mlx5_core 0000:3b:00.0 ens1f0np0: Link up",
            versions="mlx5_core",
        ),
        wording(rf"{_PORT}: Link Up$", example="mlx4_en: enp5s0: Link Up", versions="mlx4_en"),
        wording(
            rf"{_PORT}: link up$",
            example="r8125: enp2s0: link up",
            versions="r8169 before 5.0, r8168, r8125",
        ),
        wording(
            rf"{_PORT}: carrier on", example="r8152 2-1:1.0 eth1: carrier on", versions="r8152"
        ),
        wording(
            rf"{_PORT}: atlantic: link change old \d+ new (?P<speed_mb>[1-9]\d*)",
            example="atlantic 0000:01:00.0 enp1s0: atlantic: link change old 0 new 10000",
            versions="atlantic from 5.2",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it the speed this port should have? 100 Mb/s on a gigabit port means a bad cable or plug.",
    source="linux 6.8 drivers/net/ethernet (each driver's watchdog or link task), drivers/net/phy/phy.c phy_print_status",
)
class CarrierGained(Event):
    """A port has its carrier back, at this speed.

    The driver prints megabits or gigabits, or no speed at all; `speed` is Mb/s either way.
    `duplex` as printed (`Full`, `full`, `Half` …).
    """

    port: str
    speed_mb: int | None = None
    speed_gb: float | None = None
    duplex: str | None = None

    @property
    def speed(self) -> int | None:
        """Megabits per second, whichever unit the driver printed; None when it printed none."""
        return round(self.speed_gb * 1000) if self.speed_gb is not None else self.speed_mb


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_PORT}: Link Speed was downgraded by SmartSpeed",
            example="igb 0000:05:00.0 eno3: Link Speed was downgraded by SmartSpeed",
        ),
        wording(
            r"(?P<port>[\w.:-]{1,40}): Downshift occurred from negotiated speed",
            example="Generic FE-GE Realtek PHY r8169-2200:00: Downshift occurred from negotiated speed 1Gbps to actual speed 100Mbps, check cabling!",
        ),
    ),
    danger=Danger.WARNING,
    look="Replace the cable; then the other port of the pair.",
    source="linux 6.8 drivers/net/ethernet/intel/{e1000e,igb}, drivers/net/phy/phy-core.c phy_check_downshift",
)
class SpeedDowngraded(Event):
    """A port and its partner could not hold the speed they had agreed on: bad cable, plug or port."""

    port: str


# --- bridges ----------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BRIDGE}: port \d+\((?!{_GUEST})(?P<port>[\w.@-]{{1,15}})\) entered disabled state",
            example="vmbr0: port 1(eno1) entered disabled state",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 net/bridge/br_stp.c br_set_state",
)
class BridgePortDisabled(Event):
    """A bridge lost a physical port: its carrier fell, or the port was taken down or out."""

    bridge: str
    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BRIDGE}: port \d+\((?!{_GUEST})(?P<port>[\w.@-]{{1,15}})\) entered forwarding state",
            example="vmbr0: port 1(eno1) entered forwarding state",
        ),
    ),
    danger=Danger.NOTABLE,
    source="linux 6.8 net/bridge/br_stp.c br_set_state",
)
class BridgePortForwarding(Event):
    """A bridge passes packets through a physical port again.

    With spanning tree on, 30 s after the carrier: that is the delay of two states.
    """

    bridge: str
    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BRIDGE}: received packet on {_PORT} with own address as source address",
            example="vmbr0: received packet on bond0 with own address as source address (addr:3c:ec:ef:10:22:31, vlan:0)",
        ),
    ),
    danger=Danger.WARNING,
    look="A loop in the network, a bond whose switch side is no trunk, or a copied MAC address.",
    source="linux 6.8 net/bridge/br_fdb.c br_fdb_update",
)
class BridgeLooped(Event):
    """A bridge's own packets came back to it: a network loop, or two machines with one MAC."""

    bridge: str
    port: str


# --- bonds ------------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BOND}: \(slave (?P<port>[^)]{{1,40}})\): link status definitely down",
            example="bond0: (slave eno1): link status definitely down, disabling slave",
        ),
        wording(
            rf"{_BOND}: link status definitely down for interface (?P<port>[\w.-]{{1,15}})",
            example="bond0: link status definitely down for interface eno1, disabling it",
            versions="kernel 5.2 and earlier",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 drivers/net/bonding/bond_main.c bond_miimon_commit",
)
class BondSlaveDown(Event):
    """A bond lost one of its ports. With LACP at slow rate some traffic may be lost for 90 s."""

    bond: str
    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BOND}: \(slave (?P<port>[^)]{{1,40}})\): link status definitely up",
            example="bond0: (slave eno1): link status definitely up, 1000 Mbps full duplex",
        ),
        wording(
            rf"{_BOND}: link status definitely up for interface (?P<port>[\w.-]{{1,15}})",
            example="bond0: link status definitely up for interface eno1, 1000 Mbps full duplex",
            versions="kernel 5.2 and earlier",
        ),
    ),
    danger=Danger.NOTABLE,
    source="linux 6.8 drivers/net/bonding/bond_main.c bond_miimon_commit",
)
class BondSlaveUp(Event):
    """A bond has one of its ports back."""

    bond: str
    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BOND}: \(slave (?P<port>[^)]{{1,40}})\): making interface the new active one",
            example="bond0: (slave eno2): making interface the new active one",
        ),
        wording(
            rf"{_BOND}: making interface (?P<port>[\w.-]{{1,15}}) the new active one",
            example="bond0: making interface eno2 the new active one",
            versions="kernel 5.2 and earlier",
        ),
    ),
    danger=Danger.NOTABLE,
    source="linux 6.8 drivers/net/bonding/bond_main.c bond_change_active_slave",
)
class BondSwitchedOver(Event):
    """An active-backup bond went over to another port."""

    bond: str
    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BOND}: now running without any active interface",
            example="bond0: now running without any active interface!",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/net/bonding/bond_main.c bond_select_active_slave",
)
class BondEmpty(Event):
    """A bond has no working port left: whatever runs over it is cut off."""

    bond: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BOND}: (?:Warning: )?No 802\.3ad response from the link partner",
            example="bond0: Warning: No 802.3ad response from the link partner for any adapters in the bond",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is LACP configured on the switch for exactly these ports?",
    source="linux 6.8 drivers/net/bonding/bond_3ad.c ad_agg_selection_logic",
)
class BondWithoutPartner(Event):
    """No switch answers this bond's LACP: the ports are up, but not bundled on the other side."""

    bond: str


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"{_BOND}: (?:\(slave (?P<port>[^)]{{1,40}})\): )?An illegal loopback occurred on",
            example="bond0: (slave eno1): An illegal loopback occurred on slave",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/net/bonding/bond_3ad.c ad_rx_machine",
)
class BondPartnerMismatch(Event):
    """A bond received its own LACP packets: the ports do not lead to an LACP switch, or in a loop."""

    bond: str
    port: str | None = None


# --- packets ----------------------------------------------------------------------------


_BLOCKED = (
    r"^(?:\[[\d. TC]+\]\s*)*(?P<prefix>.{0,60}?(?:BLOCK|DROP|DEN[IY]|REJECT"
    r"|[Bb]lock|[Dd]rop|[Dd]en[iy]|[Rr]eject).{0,40}?)\s*(?:IN|OUT)=\S*\s"
    r".{0,200}?SRC=(?P<source>\S{1,50}) DST=(?P<target>\S{1,50}) "
    r".{0,200}?PROTO=UDP SPT=\d+ DPT=(?P<port>54(?:0[4-9]|1[0-2]))\b"
)


@logged(
    by=("kernel", "pvefw-logger"),
    wordings=(
        wording(
            _BLOCKED,
            example="[UFW BLOCK] IN=vmbr1 OUT= MAC=3c:ec:ef:30:1a:02:3c:ec:ef:10:22:31:08:00 SRC=10.99.1.11 DST=10.99.1.12 LEN=144 TOS=0x00 PREC=0xC0 TTL=64 ID=23392 DF PROTO=UDP SPT=5406 DPT=5406 LEN=92",
        ),
        wording(
            _BLOCKED,
            example="policy DROP: IN=vmbr0 PHYSIN=eno1 MAC=3c:ec:ef:30:1a:02:3c:ec:ef:10:22:31:08:00 SRC=10.99.1.11 DST=10.99.1.12 LEN=144 TOS=0x00 PREC=0xC0 TTL=64 ID=2339 DF PROTO=UDP SPT=5405 DPT=5405 LEN=92",
            versions="Proxmox VE's firewall, in /var/log/pve-firewall.log",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Allow UDP 5405–5412 between the cluster's nodes, in both directions.",
    source="linux 6.8 net/netfilter/nf_log_syslog.c, prefix from the firewall's own rules; pve-firewall src/pvefw-logger.c",
)
class PacketBlocked(Event):
    """A firewall dropped a packet of corosync (UDP, ports 5404 to 5412).

    Other dropped packets are not read. Few such lines stand for many packets: logging is
    rate-limited.
    """

    prefix: str
    source: str | None = None
    target: str | None = None
    port: int | None = None


@logged(
    by=("kernel", "systemd-networkd", "arpwatch"),
    wordings=(
        wording(
            r"(?P<detail>\S{1,40}: IPv6 duplicate address .{1,100} detected)",
            example="IPv6: eno1: IPv6 duplicate address fe80::3eec:efff:fe10:2231 used by 3c:ec:ef:10:22:31 detected!",
        ),
        wording(
            r"(?P<detail>\S{1,40}: Dropping address \S{1,50}, as an address conflict was detected)",
            example="eno1: Dropping address 192.0.2.20, as an address conflict was detected.",
        ),
        wording(
            r"(?P<detail>flip flop \d+\.\d+\.\d+\.\d+ .+)",
            example="flip flop 172.16.66.2 00:50:56:fe:f6:e8 (00:0c:29:21:81:97) vmbr0",
        ),
    ),
    danger=Danger.CRITICAL,
    look="arping -D -I PORT ADDRESS from another node; compare `ip neigh` on all nodes.",
    source="linux 6.8 net/ipv6/addrconf.c; systemd 252 src/network/networkd-ipv4acd.c; arpwatch 3 report.c",
)
class AddressConflict(Event):
    """Two machines use the same address. A Proxmox VE node itself checks this for IPv6 only."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"neighbor table overflow",
            example="neighbour: arp_cache: neighbor table overflow!",
        ),
        wording(r"Neighbour table overflow", example="Neighbour table overflow."),
    ),
    danger=Danger.WARNING,
    look="Raise net.ipv4.neigh.default.gc_thresh3, or split the network.",
    source="linux 6.8 net/core/neighbour.c neigh_alloc",
)
class NeighbourTableFull(Event):
    """The table of neighbours' MAC addresses is full: new peers cannot be reached for a while."""


@logged(
    by="kernel",
    wordings=(
        wording(
            r"nf_conntrack: table full, dropping packet",
            example="nf_conntrack: nf_conntrack: table full, dropping packet",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Raise nf_conntrack_max; exempt corosync's UDP ports from tracking.",
    source="linux 6.8 net/netfilter/nf_conntrack_core.c __nf_conntrack_alloc",
)
class ConntrackFull(Event):
    """The firewall's connection table is full and packets are dropped, corosync's among them."""


EVENTS: tuple[type[Event], ...] = (
    NicHung,
    AdapterReset,
    TransmitTimedOut,
    NicDetached,
    CarrierLost,
    CarrierGained,
    SpeedDowngraded,
    BridgePortDisabled,
    BridgePortForwarding,
    BridgeLooped,
    BondSlaveDown,
    BondSlaveUp,
    BondSwitchedOver,
    BondEmpty,
    BondWithoutPartner,
    BondPartnerMismatch,
    PacketBlocked,
    AddressConflict,
    NeighbourTableFull,
    ConntrackFull,
)
