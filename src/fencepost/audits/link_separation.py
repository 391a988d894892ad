"""Do corosync's links really take different ways?"""

from collections.abc import Iterator
from itertools import combinations

from fencepost.audits._ports import Carrier, Wiring, carriers, wirings
from fencepost.model.case import Case
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, Corosync Redundancy: every link on its own physical network"


@audit(
    fires="""
        n1 12:00:00 corosync [TOTEM ] Configured link number 0: local addr: 10.0.0.1, port=5405
        n1 12:00:00 corosync [TOTEM ] Configured link number 1: local addr: 10.1.0.1, port=5406
        ==> n1/ip.txt <==
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
            inet 127.0.0.1/8 scope host lo
        2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
            inet 10.0.0.1/24 scope global eno1
        3: eno1.20@eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
            inet 10.1.0.1/24 scope global eno1.20
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] Configured link number 0: local addr: 10.0.0.1, port=5405
        n1 12:00:00 corosync [TOTEM ] Configured link number 1: local addr: 10.1.0.1, port=5406
        ==> n1/ip.txt <==
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
            inet 127.0.0.1/8 scope host lo
        2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
            inet 10.0.0.1/24 scope global eno1
        3: eno2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
            inet 10.1.0.1/24 scope global eno2
    """,
)
def link_separation(case: Case) -> Iterator[Finding]:
    """Two links of corosync share a port, or their addresses are in one network.

    Why it matters:
        Two links over one port, as vlans or two addresses of a bridge, fail together: the
        second one is there in the file only. Two addresses of one network do so as well, since
        the kernel sends both through the port that its routing table names first.

    What to do:
        Move one of the links to another port, another switch and another network.

    References:
        Proxmox VE Administration Guide, "Corosync Redundancy".
    """
    for wiring in wirings(case):
        known = carriers(case, wiring)
        for one, other in combinations(known, 2):
            yield _compare(wiring, one, other)


def _compare(wiring: Wiring, one: Carrier, other: Carrier) -> Finding:
    shared = sorted(set(one.ports) & set(other.ports))
    own = wiring.network(one.address)
    same_network = own is not None and other.address.ip in own.network
    trouble = []
    if shared and set(one.ports) == set(other.ports):
        trouble.append(f"run over the same port {', '.join(shared)}")
    if same_network and own is not None:
        trouble.append(f"are in the same network {own.network}")
    return Finding(
        audit="link_separation",
        severity=Severity.WARNING if trouble else Severity.OK,
        node=wiring.node,
        found=f"links {one.link} ({one.interface}) and {other.link} ({other.interface}) "
        + (" and ".join(trouble) or "have ports and networks of their own"),
        expected=f"ports, switches and networks of their own ({SOURCE})",
        because=wiring.lines(one.interface, other.interface),
    )
