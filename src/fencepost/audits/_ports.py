"""The way down from an address: interface, bridge, bond, vlan, and the physical port beneath.

What ethtool says of a bridge or bond means little; what it says of the port under it counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv6Interface, ip_interface
from typing import TypeVar

from fencepost.audits._quote import quote
from fencepost.events.kernel_net import BondSlaveUp, BridgePortForwarding
from fencepost.events.totem import LinkConfigured
from fencepost.model.case import Case, Evidence
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import (
    Bond,
    Document,
    Interface,
    Interfaces,
    LinkState,
    Port,
    PortCounters,
    PortDriver,
    PortOffloads,
    PortRings,
)
from fencepost.model.verdict import Severity
from fencepost.model.wiring import in_force, joined, kind_of, rests_on, way_down

D = TypeVar("D", bound=Document)
PortDocument = Port | PortDriver | PortOffloads | PortCounters | PortRings
Address = IPv4Interface | IPv6Interface

_DOCUMENTS = (Interfaces, Port, PortDriver, PortOffloads, PortCounters, PortRings, Bond)


def address_of(text: str) -> Address | None:
    """Return an address, with its prefix where one is written; None for a host name.

    >>> address_of("10.0.0.1/24"), address_of("pve1")
    (IPv4Interface('10.0.0.1/24'), None)
    """
    try:
        return ip_interface(text)
    except ValueError:
        return None


def documents(case: Case, kind: type[D], node: str | None) -> list[D]:
    """Return documents of one kind whose node is `node`, None for those of no known node."""
    return [document for document in case.documents_of(kind) if document.node == node]


@dataclass(frozen=True, slots=True)
class Wiring:
    """One node's interfaces, and what each of them rests on.

    sources: interface → the first document that describes it, and tells its MTU if any does.
    below: bridge, bond or vlan → the interfaces it rests on, guests' own left out.
    guests: bridge → guests' interfaces on it.
    physical: names of physical ports, sorted.
    """

    node: str | None
    interfaces: Mapping[str, Interface]
    sources: Mapping[str, Interfaces]
    below: Mapping[str, tuple[str, ...]]
    guests: Mapping[str, tuple[str, ...]]
    physical: tuple[str, ...]

    def kind(self, name: str) -> str | None:
        """Return `bridge`, `bond`, `vlan`, `guest`, …, or None for a physical port."""
        return kind_of(name, self.interfaces.get(name))

    def way_down(self, name: str) -> tuple[str, ...]:
        """Return `name` and everything it rests on, top first."""
        return way_down(self.below, name)

    def ports_under(self, name: str) -> tuple[str, ...]:
        """Return the physical ports that `name` rests on, itself when it is one."""
        return tuple(sorted(here for here in self.way_down(name) if self.kind(here) is None))

    def top_over(self, port: str) -> str:
        """Return the highest bridge, bond or vlan that rests on `port`, itself without one."""
        here = port
        for _ in self.below:
            upper = next((name for name, lows in self.below.items() if here in lows), None)
            if upper is None:
                break
            here = upper
        return here

    def lines(self, *names: str) -> tuple[Evidence, ...]:
        """Quote the lines that describe these interfaces; those that were not read say nothing."""
        return tuple(
            quote(self.sources[name], f"interfaces:{name}")[0]
            for name in names
            if name in self.sources
        )

    def holder(self, address: Address) -> str | None:
        """Return the interface that has this address."""
        for name, interface in sorted(self.interfaces.items()):
            if any(
                (own := address_of(text)) and own.ip == address.ip for text in interface.addresses
            ):
                return name
        return None

    def network(self, address: Address) -> Address | None:
        """Return this address as the node has it, with the prefix of its network."""
        for interface in self.interfaces.values():
            for text in interface.addresses:
                own = address_of(text)
                if own and own.ip == address.ip and "/" in text:
                    return own
        return None


def _rests_on(
    case: Case, node: str | None, interfaces: Mapping[str, Interface]
) -> dict[str, set[str]]:
    below = rests_on(interfaces, documents(case, Bond, node))
    for name, interface in interfaces.items():
        if not interface.lower and kind_of(name, interface) == "vlan" and "." in name:
            below.setdefault(name, set()).add(name.rpartition(".")[0])
    if node is not None:
        for forwarding in case.timeline.of(BridgePortForwarding, node=node):
            below.setdefault(forwarding.bridge, set()).add(forwarding.port)
        for slave in case.timeline.of(BondSlaveUp, node=node):
            below.setdefault(slave.bond, set()).add(slave.port)
    return below


def wiring_of(case: Case, node: str | None) -> Wiring:
    """Return how one node's interfaces rest on one another, as far as anything tells."""
    described = in_force(documents(case, Interfaces, node))
    interfaces = joined(described)
    first: dict[str, Interfaces] = {}
    tells_mtu: dict[str, Interfaces] = {}
    for document in described:
        for name, interface in document.interfaces.items():
            first.setdefault(name, document)
            if interface.mtu is not None:
                tells_mtu.setdefault(name, document)
    below = _rests_on(case, node, interfaces)
    kinds = {
        name: kind_of(name, interfaces.get(name))
        for name in {*interfaces, *below, *(low for lows in below.values() for low in lows)}
        | {port.name for port in documents(case, Port, node)}
    }
    return Wiring(
        node=node,
        interfaces=interfaces,
        sources=first | tells_mtu,
        below=_sorted(below, kinds, guests=False),
        guests=_sorted(below, kinds, guests=True),
        physical=tuple(sorted(name for name, kind in kinds.items() if kind is None)),
    )


def _sorted(
    below: Mapping[str, set[str]], kinds: Mapping[str, str | None], *, guests: bool
) -> dict[str, tuple[str, ...]]:
    return {
        upper: tuple(sorted(low for low in lows if (kinds[low] == "guest") is guests))
        for upper, lows in sorted(below.items())
    }


def wirings(case: Case) -> list[Wiring]:
    """Return the wiring of every node of which some port was read, sorted by name."""
    nodes = {document.node for document in case.documents if isinstance(document, _DOCUMENTS)}
    return [wiring_of(case, node) for node in sorted(nodes, key=lambda node: node or "")]


def corosync_addresses(case: Case, node: str | None) -> dict[int, list[Address]]:
    """Return a node's corosync addresses by link, from corosync.conf, logs and status alike."""
    texts: list[tuple[int, str]] = []
    known = case.cluster.node(node) if node else None
    if known:
        texts.extend(known.addresses.items())
    for conf in case.documents_of(CorosyncConf):
        for entry in conf.nodes:
            if entry.name == node or node is None:
                texts.extend(entry.addresses.items())
    for state in documents(case, LinkState, node):
        texts.extend(state.addresses.items())
    if node is not None:
        configured = case.timeline.of(LinkConfigured, node=node)
        texts.extend((event.link, event.address) for event in configured)
    found: dict[int, list[Address]] = {}
    for link, text in texts:
        address = address_of(text)
        if address and address not in found.setdefault(link, []):
            found[link].append(address)
    return {link: addresses for link, addresses in sorted(found.items()) if addresses}


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carries one corosync link on a node: the interface with its address, the ports below."""

    link: int
    address: Address
    interface: str
    ports: tuple[str, ...]


def carriers(case: Case, wiring: Wiring) -> list[Carrier]:
    """Return what carries each corosync link on this node; links that nothing tells are left out.

    On a node with one physical port only, that port carries them all.
    """
    whole_list = "lo" in wiring.sources  # not just what was asked of one port
    alone = whole_list and len(wiring.physical) == 1
    only = wiring.top_over(wiring.physical[0]) if alone else None
    found: list[Carrier] = []
    for link, addresses in corosync_addresses(case, wiring.node).items():
        for address in addresses:
            holder = wiring.holder(address) or only
            if holder:
                found.append(Carrier(link, address, holder, wiring.ports_under(holder)))
                break
    return found


def carries(case: Case, wiring: Wiring, name: str) -> bool | None:
    """Whether corosync's traffic runs over `name`; None when nothing tells."""
    known = carriers(case, wiring)
    if not known:
        return None
    return any(name in wiring.way_down(carrier.interface) for carrier in known)


def weigh(severity: Severity, carrying: bool | None) -> Severity:  # noqa: FBT001
    """Return the severity of a trouble on a port: only informative where corosync is elsewhere."""
    return Severity.INFO if carrying is False else severity


def port_of(document: PortDocument, wiring: Wiring) -> str | None:
    """Return the port that a document is about: the only physical one when it names none."""
    if document.name:
        return document.name
    return wiring.physical[0] if len(wiring.physical) == 1 else None
