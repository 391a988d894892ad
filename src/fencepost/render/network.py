"""Which physical ports carry a node's cluster traffic, from the documents of the case."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace

from fencepost.model.case import Case
from fencepost.model.cluster import Node
from fencepost.model.document import Bond, Interface, Interfaces, Port, PortDriver

_VIRTUAL = re.compile(r"lo$|(tap|veth|fwpr|fwln|fwbr|dummy|wg|tun|vmbr|bond)\w*")


@dataclass(frozen=True, slots=True)
class Carrier:
    """A physical port as the JSON report holds it; None where nothing was read.

    under: the bridge, bond or vlan right above it. speed_mb in Mb/s, mtu in bytes.
    """

    port: str
    under: str | None
    driver: str | None
    speed_mb: int | None
    duplex: str | None
    mtu: int | None


def carriers(case: Case, node: Node) -> list[Carrier] | None:
    """Return the ports under the bridge or bond that holds a corosync address of the node.

    Where no interface is known to hold it, the physical ports that were read and are not
    known to be without a link; None when no port was read.
    """
    wiring = _Wiring(
        interfaces=_interfaces(case, node.name),
        bonds={bond.name: bond for bond in case.documents_of(Bond, node.name) if bond.name},
        ports={port.name: port for port in case.documents_of(Port, node.name)},
        drivers=tuple(case.documents_of(PortDriver, node.name)),
    )
    holders = wiring.holders(set(node.addresses.values()))
    found = [pair for holder in holders for pair in wiring.below(holder)]
    physical = list(dict.fromkeys(found if holders else wiring.read()))
    alone = len(physical) == 1
    return [wiring.carrier(name, under, alone=alone) for name, under in physical] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wiring:
    """One node's interfaces, and what is bolted to what."""

    interfaces: Mapping[str, Interface]
    bonds: Mapping[str, Bond]
    ports: Mapping[str, Port]
    drivers: tuple[PortDriver, ...]

    def holders(self, corosync: set[str]) -> list[str]:
        """Return the interfaces that hold one of these addresses."""
        return [
            one.name
            for one in self.interfaces.values()
            if corosync & {address.split("/")[0] for address in one.addresses}
        ]

    def below(
        self, name: str, under: str | None = None, seen: frozenset[str] = frozenset()
    ) -> Iterator[tuple[str, str | None]]:
        """Yield the physical ports under an interface, each with what is right above it."""
        if name in seen:
            return
        members = self._members(name)
        for member in members:
            yield from self.below(member, name, seen | {name})
        kind = self.interfaces[name].kind if name in self.interfaces else None
        if not members and kind is None and not _VIRTUAL.match(name):
            yield name, under

    def read(self) -> Iterator[tuple[str, str | None]]:
        """Yield the physical ports that a document describes, unless they have no link."""
        slaves = {slave for bond in self.bonds.values() for slave in bond.slaves}
        for name in sorted({*self.ports, *slaves}):
            unplugged = name in self.ports and self.ports[name].link is False
            if not unplugged and not _VIRTUAL.match(name):
                yield name, self._above(name)

    def carrier(self, name: str, under: str | None, *, alone: bool) -> Carrier:
        """Gather what is known of a port; `alone` when an unnamed driver can only be its own."""
        port, interface = self.ports.get(name), self.interfaces.get(name)
        slaves = [bond.slaves[name] for bond in self.bonds.values() if name in bond.slaves]
        _, slave_speed, slave_duplex, _, _ = slaves[0] if slaves else (None,) * 5
        drivers = [
            one.driver for one in self.drivers if one.name == name or (alone and not one.name)
        ]
        return Carrier(
            port=name,
            under=under,
            driver=drivers[-1] if drivers else None,
            speed_mb=port.speed_mb if port and port.speed_mb is not None else slave_speed,
            duplex=port.duplex if port and port.duplex is not None else slave_duplex,
            mtu=interface.mtu if interface else None,
        )

    def _members(self, name: str) -> list[str]:
        found = [one.name for one in self.interfaces.values() if one.master == name]
        lower = self.interfaces[name].lower if name in self.interfaces else None
        slaves = self.bonds[name].slaves if name in self.bonds else ()
        return sorted({*found, *([lower] if lower else []), *slaves})

    def _above(self, name: str) -> str | None:
        if name in self.interfaces and self.interfaces[name].master:
            return self.interfaces[name].master
        return next((bond.name for bond in self.bonds.values() if name in bond.slaves), None)


def _interfaces(case: Case, node: str) -> dict[str, Interface]:
    """Join what several commands say of each interface; what was read later wins."""
    known: dict[str, Interface] = {}
    for document in case.documents_of(Interfaces, node):
        for name, new in document.interfaces.items():
            known[name] = _joined(known[name], new) if name in known else new
    return known


def _joined(old: Interface, new: Interface) -> Interface:
    said = {
        one.name: getattr(new, one.name)
        for one in fields(new)
        if getattr(new, one.name) not in (None, (), {})
    }
    said["addresses"] = tuple(dict.fromkeys((*old.addresses, *new.addresses)))
    return replace(old, **said)
