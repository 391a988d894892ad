"""Is the way between the nodes short, and free of loss?"""

from collections.abc import Iterator

from fencepost.audits._ports import address_of
from fencepost.audits._quote import quote
from fencepost.audits._settings import current
from fencepost.model.case import Case
from fencepost.model.document import Ping
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

GOOD_MS = 5.0
DOUBTFUL_MS = 10.0
"""Below the first all is well; above the second it rarely works with more than three nodes."""

DEADLY_LOSS = 0.1
"""From this loss on knet's links flap and no ring stands. Measured, 3 nodes."""

SOURCE = "Proxmox VE Admin Guide, Network Requirements"


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        n2 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ping.txt <==
        PING n2 (10.0.0.2) 56(84) bytes of data.

        --- n2 ping statistics ---
        500 packets transmitted, 420 received, 16% packet loss, time 510234ms
        rtt min/avg/max/mdev = 0.211/14.300/402.115/31.005 ms
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        n2 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ping.txt <==
        PING n2 (10.0.0.2) 56(84) bytes of data.

        --- n2 ping statistics ---
        500 packets transmitted, 500 received, 0% packet loss, time 510234ms
        rtt min/avg/max/mdev = 0.101/0.204/0.988/0.080 ms
    """,
)
def network_latency(case: Case) -> Iterator[Finding]:
    """Pings between the nodes take long or are lost.

    Why it matters:
        The token goes round all nodes one after the other, so every node adds its delay, and
        a lost packet adds a retransmission. Jitter hurts more than a constant delay. From 10 %
        loss on the links themselves flap and the ring is formed again all the time.

    What to do:
        Measure while the trouble is on (backup, migration) with `ping -c 500 -i 0.02 PEER`, both
        ways. Look at the ports on the way for errors, at the switch, and at who fills it.

    References:
        Proxmox VE Administration Guide, "Network Requirements".
    """
    for ping in case.documents_of(Ping):
        if ping.sent and _is_peer(case, ping.target):
            yield _judge(ping)


def _is_peer(case: Case, target: str) -> bool:
    conf = current(case)
    names = {*case.heard, *(node.name for node in case.cluster.nodes)}
    texts = {text for node in case.cluster.nodes for text in node.addresses.values()}
    for node in conf.nodes if conf else ():
        names.update({node.name} if node.name else set())
        texts.update(node.addresses.values())
    address = address_of(target)
    if address is None:
        return target.partition(".")[0] in names
    return any((own := address_of(text)) is not None and own.ip == address.ip for text in texts)


def _judge(ping: Ping) -> Finding:
    loss = max(0, ping.sent - ping.received) / ping.sent
    average = ping.avg_ms
    severity = Severity.OK
    if loss >= DEADLY_LOSS:
        severity = Severity.CRITICAL
    elif loss > 0 or (average is not None and average >= GOOD_MS):
        severity = Severity.WARNING
    times = ""
    if average is not None and ping.max_ms is not None:
        times = f", {average:g} ms on average, {ping.max_ms:g} ms at most"
    return Finding(
        audit="network_latency",
        severity=severity,
        node=ping.node,
        found=f"{ping.received} of {ping.sent} pings to {ping.target} came back"
        f" ({loss:.1%} lost){times}",
        expected=f"none lost and less than {GOOD_MS:g} ms; above {DOUBTFUL_MS:g} ms more than"
        f" three nodes hardly hold together ({SOURCE}), from {DEADLY_LOSS:.0%} loss on no ring"
        " stands (measured)",
        because=quote(ping, "sent", "avg_ms"),
    )
