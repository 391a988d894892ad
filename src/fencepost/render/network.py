"""Which physical ports carry a node's cluster traffic, from the documents of the case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fencepost.model.case import Case
from fencepost.model.cluster import Node
from fencepost.model.document import Bond, Interface, Interfaces, Port, PortDriver
from fencepost.model.wiring import bottoms, in_force, joined, kind_of, rests_on


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
    described = in_force(case.documents_of(Interfaces, node.name))
    wiring = _Wiring(
        described=tuple(described),
        interfaces=joined(described),
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

    described: tuple[Interfaces, ...]
    interfaces: Mapping[str, Interface]
    bonds: Mapping[str, Bond]
    ports: Mapping[str, Port]
    drivers: tuple[PortDriver, ...]

    def holders(self, corosync: set[str]) -> list[str]:
        """Return the interfaces of which any command says that they hold one of these."""
        holding = {
            name
            for document in self.described
            for name, one in document.interfaces.items()
            if corosync & {address.split("/")[0] for address in one.addresses}
        }
        return [name for name in self.interfaces if name in holding]

    def below(self, name: str) -> Iterator[tuple[str, str | None]]:
        """Yield the physical ports under an interface, each with what is right above it."""
        for bottom, above in bottoms(rests_on(self.interfaces, self.bonds.values()), name):
            if kind_of(bottom, self.interfaces.get(bottom)) is None:
                yield bottom, above

    def read(self) -> Iterator[tuple[str, str | None]]:
        """Yield the physical ports that a document describes, unless they have no link."""
        slaves = {slave for bond in self.bonds.values() for slave in bond.slaves}
        for name in sorted({*self.ports, *slaves}):
            unplugged = name in self.ports and self.ports[name].link is False
            if not unplugged and kind_of(name, self.interfaces.get(name)) is None:
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

    def _above(self, name: str) -> str | None:
        if name in self.interfaces and self.interfaces[name].master:
            return self.interfaces[name].master
        return next((bond.name for bond in self.bonds.values() if name in bond.slaves), None)
