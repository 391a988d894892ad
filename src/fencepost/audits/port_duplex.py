"""Do the physical ports run full duplex?"""

from collections.abc import Iterator

from fencepost.audits._ports import Wiring, carries, documents, weigh, wirings
from fencepost.audits._quote import quote
from fencepost.events.kernel_net import CarrierGained
from fencepost.model.case import Case
from fencepost.model.document import Bond, Port
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Linux net/bridge, drivers/net/bonding: they report no duplex of their own"
RULE = (
    "full duplex on every physical port: at half duplex a port cannot send while it receives,"
    " and against a full-duplex peer frames are lost as late collisions (IEEE 802.3)"
)


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool-eno1.txt <==
        Settings for eno1:
                Supported ports: [ TP ]
                Speed: 100Mb/s
                Duplex: Half
                Port: Twisted Pair
                Auto-negotiation: off
                Link detected: yes
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool-vmbr0.txt <==
        Settings for vmbr0:
                Supported ports: [  ]
                Speed: 1000Mb/s
                Duplex: Unknown! (255)
                Auto-negotiation: off
                Port: Other
                Link detected: yes
    """,
)
def port_duplex(case: Case) -> Iterator[Finding]:
    """A physical port runs half duplex; what a bridge or bond says of its duplex is no matter.

    Why it matters:
        Half duplex comes from a negotiation that failed, mostly because one end has a fixed
        speed. Small pings pass, and under load packets are lost in both directions, the token
        among them. `Duplex: Unknown! (255)` on a bridge, bond or vlan means nothing: these have
        no duplex. Look at the physical port beneath.

    What to do:
        Set both ends, port and switch, to auto-negotiation, or both to the same fixed speed and
        duplex. Then change the cable. `ethtool PORT` must say `Duplex: Full`.

    References:
        ethtool(8); IEEE 802.3 clause 28; Linux net/bridge/br_device.c.
    """
    for wiring in wirings(case):
        for port in documents(case, Port, wiring.node):
            if wiring.kind(port.name) is None:
                yield from _physical(case, wiring, port)
            elif port.duplex is None:
                yield _meaningless(case, wiring, port)
        yield from _slaves(case, wiring)
    yield from _logged(case)


def _physical(case: Case, wiring: Wiring, port: Port) -> Iterator[Finding]:
    if port.link is False:
        return
    severity = {"half": Severity.CRITICAL, "full": Severity.OK}.get(
        port.duplex or "", Severity.INFO
    )
    if severity is Severity.CRITICAL:
        severity = weigh(severity, carries(case, wiring, port.name))
    speed = f" at {port.speed_mb} Mb/s" if port.speed_mb else ""
    yield Finding(
        audit="port_duplex",
        severity=severity,
        node=wiring.node,
        found=f"{port.name}: {port.duplex or 'unknown'} duplex{speed}",
        expected=RULE
        if port.duplex
        else "full duplex; a virtual machine's port does not tell, others do (ethtool(8))",
        because=quote(port, "duplex", "speed_mb"),
    )


def _meaningless(case: Case, wiring: Wiring, port: Port) -> Finding:
    below = [name for name in wiring.ports_under(port.name) if name != port.name]
    read = {
        one.name: one
        for one in documents(case, Port, wiring.node)
        if one.name in below and one.duplex
    }
    told = ", ".join(
        f"{name} {read[name].duplex} duplex" if name in read else f"{name} was not read"
        for name in below
    )
    kind = wiring.kind(port.name)
    return Finding(
        audit="port_duplex",
        severity=Severity.OK if below and len(read) == len(below) else Severity.INFO,
        node=wiring.node,
        found=f"{port.name}: unknown duplex, which is always so on a {kind} and means nothing;"
        f" the port under it counts: {told or 'which one that is was not read'}",
        expected=f"full duplex on the physical port under it ({SOURCE})",
        because=(*quote(port, "duplex"), *(quote(read[name], "duplex")[0] for name in read)),
    )


def _slaves(case: Case, wiring: Wiring) -> Iterator[Finding]:
    asked = {port.name for port in documents(case, Port, wiring.node)}
    for bond in documents(case, Bond, wiring.node):
        for name, (_, speed, duplex, _, _) in bond.slaves.items():
            if duplex == "half" and name not in asked:
                yield Finding(
                    audit="port_duplex",
                    severity=weigh(Severity.CRITICAL, carries(case, wiring, name)),
                    node=wiring.node,
                    found=f"{name}, in {bond.name or 'a bond'}: half duplex at {speed} Mb/s",
                    expected=RULE,
                    because=quote(bond, f"slaves:{name}", f"slaves:{name}:duplex"),
                )


def _logged(case: Case) -> Iterator[Finding]:
    """Judge the last duplex the kernel logged, where no ethtool output tells."""
    asked = {(port.node, port.name) for port in case.documents_of(Port)}
    last = {(event.node, event.port): event for event in case.timeline.of(CarrierGained)}
    for (node, name), event in sorted(last.items()):
        if (node, name) not in asked and (event.duplex or "").lower() == "half":
            yield Finding(
                audit="port_duplex",
                severity=Severity.CRITICAL,
                node=node,
                found=f"{name} last came up at half duplex",
                expected=RULE,
                because=(event,),
            )
