"""Is a port, or the switch behind it, out of buffers?"""

import re
from collections.abc import Iterator

from fencepost.audits._counters import Counters, port_counters, way_of
from fencepost.audits._ports import Wiring, carries, documents, port_of, weigh, wirings
from fencepost.audits._quote import quote
from fencepost.audits._timing import timing
from fencepost.laws import totem
from fencepost.model.case import Case, Proof
from fencepost.model.document import Port, PortRings
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

OFTEN = 1e-4
"""Pause frames or full buffers for each packet from which they are no accident."""

PAUSE_BITS = 65535 * 512
"""The longest that one pause frame stops a port. Source: IEEE 802.3 annex 31B."""

USUAL_SPEED_MB = 1000
_PAUSE = re.compile(r"xoff|pause")
_NO_PAUSE = re.compile(r"xon|duration|transition|time|storm")
_FULL = re.compile(r"missed|no_buffer|no_dma|out_of_buffer|rx_fifo|rx_discard")


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool.txt <==
        root@n1:~# ethtool -S eno1
        NIC statistics:
             rx_packets: 98000123
             tx_packets: 87000456
             rx_missed_errors: 0
             rx_no_buffer_count: 0
             rx_flow_control_xon: 410022
             rx_flow_control_xoff: 410731
             tx_flow_control_xon: 0
             tx_flow_control_xoff: 0
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool.txt <==
        root@n1:~# ethtool -S eno1
        NIC statistics:
             rx_packets: 98000123
             tx_packets: 87000456
             rx_missed_errors: 0
             rx_no_buffer_count: 0
             rx_flow_control_xon: 12
             rx_flow_control_xoff: 12
             tx_flow_control_xon: 0
             tx_flow_control_xoff: 0
    """,
)
def pause_frames(case: Case) -> Iterator[Finding]:
    """Many pause frames, or packets for which the port had no buffer.

    Why it matters:
        A pause frame stops everything on the port, corosync's token as well, for up to 33.6 ms
        at 1000 Mb/s, and a congested switch sends one after the other. Received ones mean that
        the switch or a peer cannot take more; sent ones, and rx_missed or no_buffer, that this
        host does not empty its ring in time.

    What to do:
        Move storage, backup and migration off corosync's port or limit them. Enlarge the ring
        (`ethtool -G PORT rx N`). Where storage does not need flow control, switch it off on the
        port and the switch (`ethtool -A PORT rx off tx off`).

    References:
        IEEE 802.3 annex 31B; ethtool(8), -A, -G, -S; Linux Documentation/networking/statistics.rst.
    """
    for wiring in wirings(case):
        for counters in port_counters(case, wiring):
            pauses = [
                name
                for name in counters.values
                if _PAUSE.search(name.lower()) and not _NO_PAUSE.search(name.lower())
            ]
            full = [name for name in counters.values if _FULL.search(name.lower())]
            if pauses:
                yield _judge(case, wiring, counters, pauses, full)


def _share(counters: Counters, names: list[str]) -> float:
    shares = [
        counters.values[name] / packets
        for name in names
        if (packets := counters.packets(way_of(name)))
    ]
    return max(shares, default=0.0)


def _judge(
    case: Case, wiring: Wiring, counters: Counters, pauses: list[str], full: list[str]
) -> Finding:
    seen = [name for name in (*pauses, *full) if counters.values[name]]
    often = max(_share(counters, pauses), _share(counters, full)) >= OFTEN
    carrying = carries(case, wiring, counters.port)
    severity = Severity.INFO if seen else Severity.OK
    if often and any(counters.values[name] for name in pauses):
        severity = weigh(Severity.WARNING, carrying)
    told = ", ".join(f"{name} {counters.values[name]}" for name in seen or pauses)
    received = counters.packets("rx")
    sent = counters.packets("tx")
    rings, ring_lines = _rings(case, wiring, counters.port)
    return Finding(
        audit="pause_frames",
        severity=severity,
        node=wiring.node,
        found=f"{counters.port}: {told}; {received or '?'} packets received,"
        f" {sent or '?'} sent{rings}",
        expected=f"less than one in {1 / OFTEN:,.0f} packets: {_bound(case, wiring, counters.port)}"
        " (IEEE 802.3 annex 31B)",
        because=(*counters.lines(*(seen or pauses)), *ring_lines),
    )


def _bound(case: Case, wiring: Wiring, port: str) -> str:
    """Say how long one pause frame stops this port, and how many outlast the token."""
    speeds = [one.speed_mb for one in documents(case, Port, wiring.node) if one.name == port]
    speed = next((speed for speed in speeds if speed), USUAL_SPEED_MB)
    stop_ms = PAUSE_BITS / speed / 1000
    now = timing(case)
    token = now.token_ms if now else totem.TOKEN_MS
    return (
        f"one stops a port of {speed} Mb/s for up to {stop_ms:.1f} ms, and"
        f" {int(token // stop_ms) + 1} in a row outlast the token of {token} ms"
    )


def _rings(case: Case, wiring: Wiring, port: str) -> tuple[str, tuple[Proof, ...]]:
    for document in documents(case, PortRings, wiring.node):
        if port_of(document, wiring) == port and "RX" in document.rings:
            now, most = document.rings["RX"]
            return f"; receive ring {now} of at most {most}", quote(document, "rings:RX")
    return "", ()
