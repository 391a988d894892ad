"""Do the ports run at the speed they should?"""

from collections.abc import Iterator

from fencepost.audits._ports import Wiring, carriers, carries, documents, weigh, wirings
from fencepost.audits._quote import quote
from fencepost.events.kernel_net import CarrierGained, SpeedDowngraded
from fencepost.model.case import Case
from fencepost.model.document import Port
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

LEAST_MB = 1000
"""What a network for corosync should have. Source: Proxmox VE Admin Guide, Requirements."""

RULE = (
    f"at least {LEAST_MB} Mb/s (Proxmox VE Admin Guide, cluster requirements); a gigabit port that"
    " comes up slower has lost a pair of wires or was limited at the other end"
)


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool-eno1.txt <==
        Settings for eno1:
                Speed: 100Mb/s
                Duplex: Full
                Port: Twisted Pair
                Auto-negotiation: on
                Link detected: yes
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool-eno1.txt <==
        Settings for eno1:
                Speed: 1000Mb/s
                Duplex: Full
                Port: Twisted Pair
                Auto-negotiation: on
                Link detected: yes
    """,
)
def port_speed(case: Case) -> Iterator[Finding]:
    """A port is slower than 1000 Mb/s, than its peers, or than it was before it flapped.

    Why it matters:
        corosync needs little bandwidth and a short way. A backup or migration fills a 100 Mb/s
        port at once, and then the token waits behind it. A gigabit port that came back with
        100 Mb/s has a broken wire pair, plug or cable, and will fail altogether.

    What to do:
        Change cable and switch port first, then the card. `ethtool PORT` shows what either end
        offers (`Advertised`, `Link partner advertised`).

    References:
        Proxmox VE Administration Guide, "Requirements" and "Cluster Network"; ethtool(8).
    """
    all_wirings = wirings(case)
    corosync_speeds = _corosync_speeds(case, all_wirings)
    for wiring in all_wirings:
        for port in documents(case, Port, wiring.node):
            if wiring.kind(port.name) is None and port.speed_mb and port.link is not False:
                yield _one(case, wiring, port, corosync_speeds)
    yield from _slower_than_before(case)


def _corosync_speeds(case: Case, all_wirings: list[Wiring]) -> dict[tuple[str | None, str], int]:
    """Speeds of the ports that are known to carry corosync, by node and port."""
    return {
        (wiring.node, port.name): port.speed_mb
        for wiring in all_wirings
        for carrier in carriers(case, wiring)
        for port in documents(case, Port, wiring.node)
        if port.name in carrier.ports and port.speed_mb
    }


def _one(
    case: Case, wiring: Wiring, port: Port, speeds: dict[tuple[str | None, str], int]
) -> Finding:
    speed = port.speed_mb or 0
    carrying = carries(case, wiring, port.name)
    peers = [other for (node, _), other in speeds.items() if node != wiring.node]
    behind = carrying is True and bool(peers) and speed < min(peers)
    severity = Severity.OK
    if speed < LEAST_MB:
        severity = weigh(Severity.WARNING, carrying)
    elif behind:
        severity = Severity.INFO
    where = {True: ", carries corosync", False: ", not used by corosync", None: ""}[carrying]
    return Finding(
        audit="port_speed",
        severity=severity,
        node=wiring.node,
        found=f"{port.name}: {speed} Mb/s{where}"
        f"{f', other nodes have {min(peers)} Mb/s or more' if behind else ''}",
        expected=RULE,
        because=quote(port, "speed_mb"),
    )


def _speed_of(event: CarrierGained) -> int | None:
    if event.speed_mb is not None:
        return event.speed_mb
    return round(event.speed_gb * 1000) if event.speed_gb is not None else None


def _slower_than_before(case: Case) -> Iterator[Finding]:
    by_port: dict[tuple[str, str], list[tuple[int, CarrierGained]]] = {}
    for event in case.timeline.of(CarrierGained):
        speed = _speed_of(event)
        if speed is not None:
            by_port.setdefault((event.node, event.port), []).append((speed, event))
    for (node, name), ups in sorted(by_port.items()):
        best, before = max(ups, key=lambda up: up[0])
        last, event = ups[-1]
        if last < best:
            yield Finding(
                audit="port_speed",
                severity=Severity.WARNING,
                node=node,
                found=f"{name} came back with {last} Mb/s, it had {best} Mb/s before",
                expected=f"{best} Mb/s, as before: a port that renegotiates downwards has a bad"
                " cable, plug or peer (IEEE 802.3 clause 28)",
                because=(before, event),
            )
    last_down = {(event.node, event.port): event for event in case.timeline.of(SpeedDowngraded)}
    for (node, name), down in sorted(last_down.items()):
        yield Finding(
            audit="port_speed",
            severity=Severity.WARNING,
            node=node,
            found=f"{name}: the card lowered the speed by itself to get a link",
            expected="the full speed: cards do this when a pair of wires is broken"
            " (IEEE 802.3 clause 40)",
            because=(down,),
        )
