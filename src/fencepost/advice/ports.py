"""The physical ports that carry a node's corosync traffic, for steps that name them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from fencepost.advice.names import fit
from fencepost.events.kernel_net import (
    AdapterReset,
    BondSlaveDown,
    BridgePortDisabled,
    BridgePortForwarding,
    CarrierLost,
    NicHung,
    TransmitTimedOut,
)
from fencepost.model.case import Case
from fencepost.model.document import (
    Bond,
    Interface,
    Interfaces,
    Port,
    PortCounters,
    PortDriver,
    PortOffloads,
    PortRings,
)
from fencepost.model.wiring import in_force, joined, kind_of, rests_on, way_down

PLACEHOLDER = "PORT"
FIND_IT = "PORT is the physical port under the bridge: `bridge link` and `ip -br link` show it."

_TROUBLED = (NicHung, TransmitTimedOut, AdapterReset, CarrierLost)
_OF_A_PORT = (Port, PortDriver, PortOffloads, PortCounters, PortRings)
_UNDER = (BondSlaveDown, BridgePortDisabled, BridgePortForwarding)


@dataclass(frozen=True, slots=True)
class Hanging:
    """A port that hung: which, with which driver (None unknown), and how often."""

    node: str
    port: str
    driver: str | None
    times: int


def explained(steps: Sequence[str]) -> tuple[str, ...]:
    """Put before steps that hold the placeholder how to find the port that it stands for."""
    open_ = any(re.search(rf"\b{PLACEHOLDER}\b", step) for step in steps)
    return (FIND_IT, *steps) if open_ else tuple(steps)


def interfaces(case: Case, node: str) -> dict[str, Interface]:
    """Return a node's interfaces by name; of several descriptions each fact's first one."""
    return joined(reversed(in_force(case.documents_of(Interfaces, node))))


def switched_off(case: Case, node: str, port: str, *offloads: str) -> bool:
    """Tell whether a node's settings switch all of these off when the port comes up."""
    asked: dict[str, bool] = {}
    for document in case.documents_of(Interfaces, node):
        if port in document.interfaces:
            asked |= document.interfaces[port].offloads
    return all(asked.get(offload) is False for offload in offloads)


def holder(case: Case, node: str) -> str | None:
    """Return the interface that has the node's first corosync address, None when unknown."""
    known = case.cluster.node(node)
    own = set(known.addresses.values()) if known else set()
    for name, interface in sorted(interfaces(case, node).items()):
        if own & {address.partition("/")[0] for address in interface.addresses}:
            return name
    return None


def under(case: Case, node: str, name: str) -> list[str]:
    """Return the physical ports beneath an interface, itself when it is one."""
    known = interfaces(case, node)
    bonds = {bond.name: bond for bond in case.documents_of(Bond, node)}
    below = rests_on(known, bonds.values())
    return sorted(
        here
        for here in way_down(below, name)
        if not below.get(here) and kind_of(here, known.get(here)) is None
    )


def of_node(case: Case, node: str) -> list[str]:
    """Return the physical ports that carry corosync on a node, as far as anything tells.

    From the interface with its address; else ports that the kernel complained of; else those
    that were read. Empty when nothing tells.
    """
    top = holder(case, node)
    if top is not None and (ports := under(case, node, top)):
        return ports
    troubled = {event.port for event in case.timeline.of(*_TROUBLED, node=node)}
    if not troubled:
        troubled = {event.port for event in case.timeline.of(*_UNDER, node=node)}
    read = {port.name for port in case.documents_of(Port, node) if port.link is not False}
    return sorted(name for name in troubled or read if kind_of(name) is None and ":" not in name)


def one_of(case: Case, node: str) -> str:
    """Return a node's first corosync port for use in a command, or the placeholder."""
    return fit(next(iter(of_node(case, node)), PLACEHOLDER), PLACEHOLDER)


def named_in(case: Case, node: str, text: str) -> str:
    """Return the port of this node that a sentence names, or the placeholder."""
    words = set(re.findall(r"[\w.@-]+", text))
    known = {*interfaces(case, node), *of_node(case, node)}
    documents = [one for one in case.documents if isinstance(one, _OF_A_PORT) and one.node == node]
    known |= {one.name for one in documents if one.name}
    known |= {slave for bond in case.documents_of(Bond, node) for slave in bond.slaves}
    physical = sorted(name for name in words & known if kind_of(name) is None)
    return fit(physical[0], PLACEHOLDER) if physical else one_of(case, node)


def driver_of(case: Case, node: str, port: str) -> str | None:
    """Return a port's driver, from `ethtool -i` or the kernel's own lines."""
    documents = case.documents_of(PortDriver, node)
    for document in documents:
        if document.name == port or (document.name is None and len(documents) == 1):
            return document.driver
    for event in case.timeline.of(NicHung, TransmitTimedOut, node=node):
        if event.driver and (event.port == port or ":" in event.port):
            return event.driver
    return None


def hanging(case: Case, node: str) -> list[Hanging]:
    """Return the ports of a node that hung, the one that hung most often first."""
    times: dict[str, int] = {}
    for event in case.timeline.of(NicHung, TransmitTimedOut, AdapterReset, node=node):
        # Some drivers name only the PCI address, which ethtool does not take.
        port = one_of(case, node) if ":" in event.port else event.port
        times[port] = times.get(port, 0) + event.times
    ordered = sorted(times, key=lambda port: (-times[port], port))
    return [Hanging(node, port, driver_of(case, node, port), times[port]) for port in ordered]


def with_driver(case: Case, node: str, driver: str) -> list[str]:
    """Return the ports of a node that are known to have this driver, sorted."""
    named = {one.name for one in case.documents_of(PortOffloads, node) if one.name}
    named |= {one.name for one in case.documents_of(PortDriver, node) if one.name}
    named |= set(of_node(case, node)) | {one.port for one in hanging(case, node)}
    return sorted(name for name in named if driver_of(case, node, name) == driver)


def speed_mb(case: Case, node: str) -> int | None:
    """Return the speed of a node's slowest corosync port in Mb/s, None when unknown."""
    ports = of_node(case, node)
    read = [port for port in case.documents_of(Port, node) if port.name in ports]
    return min((port.speed_mb for port in read if port.speed_mb), default=None)


def without_duplex(case: Case) -> list[tuple[str, str]]:
    """Return node and name of each bridge, bond or vlan for which `ethtool` says no duplex."""
    found = []
    for document in case.documents_of(Port):
        if document.duplex is not None or document.node is None:
            continue
        known = interfaces(case, document.node).get(document.name)
        if kind_of(document.name, known) is not None:
            found.append((document.node, document.name))
    return sorted(set(found))
