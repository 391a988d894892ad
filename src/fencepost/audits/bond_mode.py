"""Does a bond hold when one of its ports half-dies?"""

from collections.abc import Iterator

from fencepost.audits._ports import Wiring, carries, documents, weigh, wirings
from fencepost.audits._quote import quote
from fencepost.events.kernel_net import BondEmpty, BondPartnerMismatch, BondWithoutPartner
from fencepost.laws import watchdog
from fencepost.model.case import Case
from fencepost.model.document import Bond
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, Corosync Over Bonds"
LACP = "802.3ad"
LACP_SLOW_S = 90
"""Three LACPDUs, one every 30 s, may be missed before a port is left out. Source: ditto."""

BALANCING = ("round-robin", "(xor)", "transmit load balancing", "adaptive load balancing")
"""What /proc/net/bonding calls balance-rr, -xor, -tlb, -alb. Source: Linux bond_main.c."""


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/bond0.txt <==
        root@n1:~# cat /proc/net/bonding/bond0
        Ethernet Channel Bonding Driver: v6.8.12-4-pve

        Bonding Mode: IEEE 802.3ad Dynamic link aggregation
        Transmit Hash Policy: layer2 (0)
        MII Status: up
        MII Polling Interval (ms): 100

        802.3ad info
        LACP active: on
        LACP rate: slow
        Min links: 0

        Slave Interface: eno1
        MII Status: up
        Speed: 1000 Mbps
        Duplex: full
        Link Failure Count: 0
        Aggregator ID: 1

        Slave Interface: eno2
        MII Status: up
        Speed: 1000 Mbps
        Duplex: full
        Link Failure Count: 0
        Aggregator ID: 1
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/bond0.txt <==
        root@n1:~# cat /proc/net/bonding/bond0
        Ethernet Channel Bonding Driver: v6.8.12-4-pve

        Bonding Mode: IEEE 802.3ad Dynamic link aggregation
        Transmit Hash Policy: layer2 (0)
        MII Status: up
        MII Polling Interval (ms): 100

        802.3ad info
        LACP active: on
        LACP rate: fast
        Min links: 0

        Slave Interface: eno1
        MII Status: up
        Speed: 1000 Mbps
        Duplex: full
        Link Failure Count: 0
        Aggregator ID: 1

        Slave Interface: eno2
        MII Status: up
        Speed: 1000 Mbps
        Duplex: full
        Link Failure Count: 0
        Aggregator ID: 1
    """,
)
def bond_mode(case: Case) -> Iterator[Finding]:
    """A bond under corosync balances load, notices a dead port too late, or has lost ports.

    Why it matters:
        A port can stop passing packets while its link stays up. A balancing bond goes on to
        send a share of the packets there: some nodes hear this one, others do not, and the
        whole cluster may fence itself. LACP leaves such a port out after three missing
        messages: 90 s with the slow rate, when the nodes have reset themselves after 60 s.

    What to do:
        Give corosync a port of its own and use the bond as second link. Where it must be a
        bond: 802.3ad with `bond-lacp-rate fast` on the node and on the switch. Different
        aggregator ids mean that the switch does not have these ports in one group.

    References:
        Proxmox VE Administration Guide, "Corosync Over Bonds"; Linux
        Documentation/networking/bonding.rst.
    """
    for wiring in wirings(case):
        for bond in documents(case, Bond, wiring.node):
            troubles = [*_mode(bond), *_ports(bond)]
            carrying = carries(case, wiring, bond.name) if bond.name else None
            for says, wanted, names in troubles:
                yield _finding(wiring, bond, weigh(Severity.WARNING, carrying), says, wanted, names)
            if not troubles:
                up = ", ".join(sorted(bond.slaves))
                says = f"{bond.mode}{f', LACP {bond.lacp_rate}' if bond.lacp_rate else ''}; {up} up"
                wanted = "active-backup, or 802.3ad with the fast rate, and all ports up"
                yield _finding(wiring, bond, Severity.OK, says, wanted, ("mode", "lacp_rate"))
    yield from _logged(case)


Trouble = tuple[str, str, tuple[str, ...]]


def _finding(
    wiring: Wiring, bond: Bond, severity: Severity, says: str, wanted: str, names: tuple[str, ...]
) -> Finding:
    return Finding(
        audit="bond_mode",
        severity=severity,
        node=wiring.node,
        found=f"{bond.name or 'a bond'}: {says}",
        expected=f"{wanted} ({SOURCE})",
        because=quote(bond, *(name for name in names if name in bond.where)),
    )


def _mode(bond: Bond) -> Iterator[Trouble]:
    if any(word in bond.mode for word in BALANCING):
        wanted = "a mode that does not balance load: it cuts a node off from some of its peers only"
        yield f"mode {bond.mode}", wanted, ("mode",)
    if LACP in bond.mode and bond.lacp_rate == "slow":
        yield (
            f"LACP with the slow rate, so a port that fails silently is used for {LACP_SLOW_S} s",
            f"the fast rate, 3 s: an HA node resets itself after {watchdog.CLIENT_TIMEOUT_S} s",
            ("lacp_rate", "mode"),
        )


def _ports(bond: Bond) -> Iterator[Trouble]:
    up = [name for name, (status, *_) in bond.slaves.items() if status == "up"]
    down = [name for name in bond.slaves if name not in up]
    if down:
        says = f"{', '.join(down)} down, {', '.join(up) or 'none'} up"
        wanted = f"all {len(bond.slaves)} ports up, or there is nothing left to change over to"
        yield says, wanted, tuple(f"slaves:{name}:mii_status" for name in bond.slaves)
    if len(bond.slaves) == 1:
        (name,) = bond.slaves
        yield f"{name} is its only port", "two ports", (f"slaves:{name}",)
    groups = {name: bond.slaves[name][4] for name in up if bond.slaves[name][4] is not None}
    if LACP in bond.mode and len(set(groups.values())) > 1:
        told = ", ".join(f"{name} in {group}" for name, group in groups.items())
        yield (
            f"ports in different aggregators ({told}), of which only one is used",
            "one aggregator id, which needs one LACP group on the switch",
            tuple(f"slaves:{name}:aggregator" for name in groups),
        )


def _logged(case: Case) -> Iterator[Finding]:
    kinds = (BondEmpty, BondWithoutPartner, BondPartnerMismatch)
    last = {(event.node, event.bond, type(event)): event for event in case.timeline.of(*kinds)}
    for (node, name, kind), event in sorted(last.items(), key=lambda item: item[0][:2]):
        says = {
            BondEmpty: "was left without any port that works",
            BondWithoutPartner: "got no LACP answer from the switch",
            BondPartnerMismatch: "has ports that lead to different LACP partners",
        }[kind]
        yield Finding(
            audit="bond_mode",
            severity=Severity.WARNING,
            node=node,
            found=f"{name} {says}",
            expected=f"at least one working port and one LACP partner at any time ({SOURCE})",
            because=(event,),
        )
