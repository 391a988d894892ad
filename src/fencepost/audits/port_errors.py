"""Do the physical ports lose or spoil packets?"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fencepost.audits._counters import Counters, port_counters, way_of
from fencepost.audits._ports import carries, weigh, wirings
from fencepost.model.case import Case
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

DEADLY_SHARE = 0.1
"""From this loss on knet's links go up and down and no ring stands. Measured, 3 nodes."""

FEWEST = 10
"""Fewer than this over a port's whole life are no trend."""

MANY = 1000
"""Without a count of packets to compare with, this many are worth a look."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of counter: which names it has, and from which share of the packets on it is bad."""

    says: re.Pattern[str]
    share: float
    means: str


KINDS = (
    Kind(
        re.compile(
            r"crc|align|frame_err|rx_frame$|symbol|rx_length|length_err|jabber|fragment|late_col"
            r"|carrier_err|tx_carrier$|code_err|short_length|[rt]x_errors(_phy)?$"
        ),
        1e-5,
        "spoiled on the wire: cable, plug, transceiver or duplex; IEEE 802.3 allows one bad"
        " bit in 10^10, which is one packet in 800,000",
    ),
    Kind(
        re.compile(r"missed|no_buffer|no_dma|fifo|over_?run|over_err|out_of_buffer|discard"),
        1e-4,
        "lost because the port's buffers were full: CPU too busy, ring too small, or bursts",
    ),
    Kind(
        re.compile(r"drop"),
        1e-2,
        "dropped by the kernel; packets of protocols or VLANs that nobody listens to count, too",
    ),
)


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool.txt <==
        root@n1:~# ethtool -S eno1
        NIC statistics:
             rx_packets: 98000123
             tx_packets: 87000456
             rx_errors: 20511
             tx_errors: 0
             rx_crc_errors: 20511
             rx_missed_errors: 0
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool.txt <==
        root@n1:~# ethtool -S eno1
        NIC statistics:
             rx_packets: 98000123
             tx_packets: 87000456
             rx_errors: 3
             tx_errors: 0
             rx_crc_errors: 3
             rx_missed_errors: 0
    """,
)
def port_errors(case: Case) -> Iterator[Finding]:
    """A physical port counts errors, drops or overruns, compared with its packets.

    Why it matters:
        corosync sends lost packets again, so a little loss goes unnoticed; but losses come in
        bursts, under load, and a lost token or join message costs a ring. From about 10 % loss
        on, knet's links flap and the ring cannot hold. Only the physical port tells: a bridge
        counts its guests' packets as well.

    What to do:
        Spoiled on the wire (CRC, align, frame): change cable, plug or transceiver, check duplex.
        Full buffers (missed, no_buffer, fifo): larger ring (`ethtool -G PORT rx N`), less on
        this port. Look whether the numbers still grow: counters run since the boot.

    References:
        ethtool(8), -S; Linux Documentation/networking/statistics.rst; IEEE 802.3 clause 40.
    """
    for wiring in wirings(case):
        for counters in port_counters(case, wiring):
            judged = _judge(counters)
            if judged is None:
                continue
            severity, found, expected, names = judged
            if severity in {Severity.WARNING, Severity.CRITICAL}:
                severity = weigh(severity, carries(case, wiring, counters.port))
            yield Finding(
                audit="port_errors",
                severity=severity,
                node=wiring.node,
                found=f"{counters.port}: {found}",
                expected=expected,
                because=counters.lines(*names),
            )


Judged = tuple[Severity, str, str, tuple[str, ...]]


def _judge(counters: Counters) -> Judged | None:
    """Return severity, what was found, what was expected, and the counters to quote."""
    bad: list[tuple[float, str, Kind]] = []
    looked: list[str] = []
    for name, value in counters.values.items():
        kind = _kind(name)
        if kind is None:
            continue
        looked.append(name)
        if value:
            packets = counters.packets(way_of(name))
            share = value / packets if packets else (kind.share if value >= MANY else 0.0)
            bad.append((share if value >= FEWEST else 0.0, name, kind))
    if not looked:
        return None
    if not bad:
        told = f"no errors in {len(looked)} counters{_of_packets(counters)}"
        return Severity.OK, told, "none: on a sound network these stay at 0", tuple(looked)
    return _worst(counters, bad)


def _kind(name: str) -> Kind | None:
    return next((kind for kind in KINDS if kind.says.search(name.lower())), None)


def _of_packets(counters: Counters) -> str:
    received, sent = counters.packets("rx"), counters.packets("tx")
    return (
        f", {received or '?'} packets received and {sent or '?'} sent" if received or sent else ""
    )


def _worst(counters: Counters, bad: list[tuple[float, str, Kind]]) -> Judged:
    share, name, kind = max(bad, key=lambda one: (one[0] / one[2].share, one[1]))
    severity = Severity.INFO
    if share >= kind.share:
        severity = Severity.CRITICAL if share >= DEADLY_SHARE else Severity.WARNING
    names = tuple(one for _, one, _ in sorted(bad, key=lambda one: one[1]))
    told = ", ".join(f"{one} {counters.values[one]}" for one in names)
    packets = counters.packets(way_of(name))
    here = f"one in {packets / counters.values[name]:,.0f}" if packets else "packets not counted"
    most = f"{name} for less than one in {1 / kind.share:,.0f} packets (here {here})"
    return severity, f"{told}{_of_packets(counters)}", f"{most}: {kind.means}", names
