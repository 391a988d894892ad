"""Does a port's driver hang with the offloads that are on?"""

from collections.abc import Iterator

from fencepost.audits._ports import Wiring, carries, documents, port_of, weigh, wirings
from fencepost.audits._quote import quote
from fencepost.events.kernel_net import AdapterReset, NicHung, TransmitTimedOut
from fencepost.model.case import Case, Proof
from fencepost.model.document import PortDriver, PortOffloads
from fencepost.model.event import Event
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

TROUBLED = {
    "e1000e": (
        "its transmit unit hangs while segmenting (I217, I218, I219), and the port is dead until"
        " the driver resets it"
    ),
    "r8169": "its transmit queue is known to stop, above all with power saving of the PCIe link",
}
SEGMENTATION = ("tcp-segmentation-offload", "generic-segmentation-offload")
SOURCE = "e1000e: Linux drivers/net/ethernet/intel/e1000e/netdev.c and many reports since 2019"


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool.txt <==
        root@n1:~# ethtool -i eno1
        driver: e1000e
        version: 6.8.12-4-pve
        firmware-version: 0.8-4
        bus-info: 0000:00:1f.6
        root@n1:~# ethtool -k eno1
        Features for eno1:
        rx-checksumming: on
        tcp-segmentation-offload: on
        generic-segmentation-offload: on
        generic-receive-offload: on
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/ethtool.txt <==
        root@n1:~# ethtool -i eno1
        driver: e1000e
        version: 6.8.12-4-pve
        firmware-version: 0.8-4
        bus-info: 0000:00:1f.6
        root@n1:~# ethtool -k eno1
        Features for eno1:
        rx-checksumming: on
        tcp-segmentation-offload: off
        generic-segmentation-offload: off
        generic-receive-offload: on
    """,
)
def port_offloads(case: Case) -> Iterator[Finding]:
    """A port with the e1000e or r8169 driver uses offloads with which it is known to hang.

    Why it matters:
        When the transmit unit hangs the node is silent for seconds to minutes while its link
        stays up: all peers lose it at once, and an HA node resets itself after a minute. It
        comes with load, so backups and migrations bring it out, and it comes again.

    What to do:
        e1000e: `ethtool -K PORT tso off gso off`, and the same as `post-up` under the physical
        port (not the bridge) in /etc/network/interfaces. r8169: newer kernel or the vendor's
        driver, no PCIe power saving, or a link of corosync on another card.

    References:
        Linux drivers/net/ethernet/intel/e1000e/netdev.c e1000_print_hw_hang; ethtool(8), -K.
    """
    for wiring in wirings(case):
        for port, (driver, driver_lines) in sorted(_drivers(case, wiring).items()):
            if driver in TROUBLED:
                yield from _judge(case, wiring, port, driver, driver_lines)


def _drivers(case: Case, wiring: Wiring) -> dict[str, tuple[str, tuple[Proof, ...]]]:
    found: dict[str, tuple[str, tuple[Proof, ...]]] = {}
    if wiring.node is not None:
        for event in case.timeline.of(NicHung, node=wiring.node):
            found[event.port] = (event.driver, (event,))
        for late in case.timeline.of(TransmitTimedOut, node=wiring.node):
            if late.driver:
                found[late.port] = (late.driver, (late,))
    offloads = [one.name for one in documents(case, PortOffloads, wiring.node) if one.name]
    for document in documents(case, PortDriver, wiring.node):
        port = port_of(document, wiring) or (offloads[0] if len(offloads) == 1 else None)
        if port:
            found[port] = (document.driver, quote(document, "driver"))
    return found


def _hangs(case: Case, wiring: Wiring, port: str) -> list[Event]:
    if wiring.node is None:
        return []
    seen = case.timeline.of(NicHung, TransmitTimedOut, AdapterReset, node=wiring.node)
    return [event for event in seen if getattr(event, "port", None) == port]


def _judge(
    case: Case, wiring: Wiring, port: str, driver: str, driver_lines: tuple[Proof, ...]
) -> Iterator[Finding]:
    carrying = carries(case, wiring, port)
    hangs = _hangs(case, wiring, port)
    hung = f"; the kernel logged {len(hangs)} times that it hung" if hangs else ""
    if driver == "r8169":
        yield Finding(
            audit="port_offloads",
            severity=weigh(Severity.WARNING, carrying) if hangs else Severity.INFO,
            node=wiring.node,
            found=f"{port} uses {driver}{hung}",
            expected=f"another card for corosync where it can be had: {TROUBLED[driver]}"
            " (NETDEV WATCHDOG reports; Linux net/sched/sch_generic.c)",
            because=(*driver_lines, *hangs[:1]),
        )
        return
    for offloads in documents(case, PortOffloads, wiring.node):
        if port_of(offloads, wiring) != port:
            continue
        on = [name for name in SEGMENTATION if offloads.features.get(name)]
        severity = Severity.OK
        if on:
            severity = weigh(Severity.CRITICAL if hangs else Severity.WARNING, carrying)
        yield Finding(
            audit="port_offloads",
            severity=severity,
            node=wiring.node,
            found=f"{port} uses {driver} with {' and '.join(on) or 'segmentation offloads off'}"
            f"{' on' if on else ''}{hung}",
            expected=f"tso and gso off: {TROUBLED[driver]} ({SOURCE})",
            because=(
                *driver_lines,
                *quote(offloads, *(f"features:{name}" for name in on or SEGMENTATION)),
                *hangs[:1],
            ),
        )
