"""Does one packet size fit all the way from node to node?"""

from collections.abc import Iterator

from fencepost.audits._ports import Wiring, carriers, wirings
from fencepost.audits._quote import quote, quote_keys
from fencepost.audits._settings import current
from fencepost.events.knet import MtuMisconfigured, PathMtuChanged
from fencepost.laws import knet
from fencepost.model.case import Case, Proof
from fencepost.model.document import ReachableNodes
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

OVERHEAD = 300
"""More than IP, UDP, knet and encryption headers take together (103 bytes were measured)."""

RULE = "one MTU on the whole way: larger packets vanish while pings and small packets still pass"


@audit(
    fires="""
        n1 12:00:00 corosync [TOTEM ] Configured link number 0: local addr: 10.0.0.1, port=5405
        n2 12:00:00 corosync [TOTEM ] Configured link number 0: local addr: 10.0.0.2, port=5405
        ==> n1/ip.txt <==
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
            inet 127.0.0.1/8 scope host lo
        2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP group default
            inet 10.0.0.1/24 scope global eno1
        ==> n2/ip.txt <==
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
            inet 127.0.0.1/8 scope host lo
        2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
            inet 10.0.0.2/24 scope global eno1
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] Configured link number 0: local addr: 10.0.0.1, port=5405
        n2 12:00:00 corosync [TOTEM ] Configured link number 0: local addr: 10.0.0.2, port=5405
        ==> n1/ip.txt <==
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
            inet 127.0.0.1/8 scope host lo
        2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
            inet 10.0.0.1/24 scope global eno1
        ==> n2/ip.txt <==
        1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default
            inet 127.0.0.1/8 scope host lo
        2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default
            inet 10.0.0.2/24 scope global eno1
    """,
)
def port_mtu(case: Case) -> Iterator[Finding]:
    """The MTU differs between nodes, along the way down to the port, or on the path between.

    Why it matters:
        A node with a larger MTU sends packets that the next switch or node throws away. Small
        ones pass, so the links stay up and pings answer, while the big packets of a new
        membership or of pmxcfs never arrive: the ring is formed again and again.

    What to do:
        Set the same MTU on all nodes, their bridges, bonds and ports, and at least that on
        every switch port. Test with `ping -M do -s 8972 PEER` (1472 for an MTU of 1500).

    References:
        kronosnet libknet/threads_pmtud.c; corosync.conf(5), knet_mtu, netmtu; ip-link(8).
    """
    all_wirings = wirings(case)
    for wiring in all_wirings:
        yield from _way_down(case, wiring)
    yield from _between_nodes(case, all_wirings)
    yield from _told_by_knet(case)
    yield from _narrow_paths(case, all_wirings)
    yield from _asked_for(case, all_wirings)


def _mtu(wiring: Wiring, name: str) -> int | None:
    interface = wiring.interfaces.get(name)
    return interface.mtu if interface else None


def _way_down(case: Case, wiring: Wiring) -> Iterator[Finding]:
    known = {carrier.interface for carrier in carriers(case, wiring)}
    for top in sorted(known or wiring.below):
        for upper in wiring.way_down(top):
            for lower in wiring.below.get(upper, ()):
                above, below = _mtu(wiring, upper), _mtu(wiring, lower)
                if above and below and below < above:
                    yield Finding(
                        audit="port_mtu",
                        severity=Severity.WARNING,
                        node=wiring.node,
                        found=f"{upper} has an MTU of {above}, {lower} under it only {below}",
                        expected=f"{RULE}; {lower} needs at least {above} (ip-link(8))",
                        because=wiring.lines(upper, lower),
                    )


def _between_nodes(case: Case, all_wirings: list[Wiring]) -> Iterator[Finding]:
    by_link: dict[int, list[tuple[str, int, Wiring, str]]] = {}
    for wiring in all_wirings:
        for carrier in carriers(case, wiring):
            mtu = _mtu(wiring, carrier.interface)
            if mtu and wiring.node:
                by_link.setdefault(carrier.link, []).append(
                    (wiring.node, mtu, wiring, carrier.interface)
                )
    for link, ends in sorted(by_link.items()):
        if len(ends) < 2:
            continue
        differ = len({mtu for _, mtu, _, _ in ends}) > 1
        told = ", ".join(f"{name} on {node} {mtu}" for node, mtu, _, name in ends)
        because: list[Proof] = []
        for _, _, wiring, name in ends:
            because.extend(wiring.lines(name))
        yield Finding(
            audit="port_mtu",
            severity=Severity.WARNING if differ else Severity.OK,
            found=f"link {link}: MTU of {told}",
            expected=f"{RULE} (kronosnet threads_pmtud.c)",
            because=tuple(because),
        )


def _told_by_knet(case: Case) -> Iterator[Finding]:
    last = {(one.node, one.host, one.link): one for one in case.timeline.of(MtuMisconfigured)}
    for (node, host, link), event in sorted(last.items()):
        yield Finding(
            audit="port_mtu",
            severity=Severity.WARNING,
            node=node,
            found=f"knet found that packets of {event.kernel_mtu} bytes do not reach"
            f" {case.cluster.name_of(host)} on link {link}, though the interface allows them",
            expected=f"{RULE} (kronosnet threads_pmtud.c)",
            because=(event,),
        )


def _narrow_paths(case: Case, all_wirings: list[Wiring]) -> Iterator[Finding]:
    """Compare what knet measured on a path with what the interface under it allows."""
    own = {
        (wiring.node, carrier.link): (mtu, wiring.lines(carrier.interface))
        for wiring in all_wirings
        for carrier in carriers(case, wiring)
        if (mtu := _mtu(wiring, carrier.interface))
    }
    measured: dict[tuple[str | None, int, int], tuple[int, Proof]] = {}
    for event in case.timeline.of(PathMtuChanged):
        measured[event.node, event.host, event.link] = (event.now, event)
    for document in case.documents_of(ReachableNodes):
        for (host, link), (connected, path_mtu) in document.links.items():
            if connected and path_mtu:
                line = quote(document, f"links:{host}:{link}")[0]
                measured[document.node, host, link] = (path_mtu, line)
    for (node, host, link), (path_mtu, proof) in measured.items():
        if (node, link) not in own or path_mtu <= knet.START_MTU:
            continue
        mtu, lines = own[node, link]
        if path_mtu < mtu - OVERHEAD:
            yield Finding(
                audit="port_mtu",
                severity=Severity.WARNING,
                node=node,
                found=f"link {link} to {case.cluster.name_of(host)} carries {path_mtu} bytes of"
                f" data, its interface allows packets of {mtu}",
                expected=f"{RULE}; less the headers ({OVERHEAD} at most) the path should carry"
                f" {mtu - OVERHEAD} or more (kronosnet threads_pmtud.c)",
                because=(proof, *lines),
            )


def _asked_for(case: Case, all_wirings: list[Wiring]) -> Iterator[Finding]:
    conf = current(case)
    mtus = [
        mtu
        for wiring in all_wirings
        for carrier in carriers(case, wiring)
        if (mtu := _mtu(wiring, carrier.interface))
    ]
    if conf is None or not mtus:
        return
    for key in ("knet_mtu", "netmtu"):
        asked = conf.number(key, "totem")
        if asked and asked > min(mtus):
            yield Finding(
                audit="port_mtu",
                severity=Severity.WARNING,
                node=conf.node,
                found=f"{key}: {asked}, the smallest interface has {min(mtus)}",
                expected=f"{key} below the smallest MTU, or not set: corosync does not check it"
                " (corosync.conf(5); tried with corosync -t)",
                because=quote_keys(conf, ("totem",), key),
            )
