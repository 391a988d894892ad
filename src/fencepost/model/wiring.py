"""What a node's interfaces rest on: from a bridge, bond or vlan down to the physical port."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

from fencepost.model.document import Bond, Interface, Interfaces

_BY_NAME = (
    ("vlan", re.compile(r"vlan\d|.+\.\d+$")),
    ("guest", re.compile(r"(tap|veth|vnet|fwpr|fwln|fwbr)\w")),
    ("bridge", re.compile(r"(vmbr|br|virbr)\d|br-[0-9a-f]{12}$")),
    ("bond", re.compile(r"bond")),
    ("virtual", re.compile(r"(lo$|docker|wg|tun|tailscale|dummy|vxlan|ovs|gre|sit|zt)")),
)
"""What names say of interfaces of which no command told the kind.

Source: Proxmox VE names tap, fwbr, fwln, fwpr and veth for guests, vmbr and bond by convention;
libvirt vnet and virbr; docker0 and br- with twelve digits; the others after their drivers.
"""

Below = Mapping[str, Iterable[str]]
"""Bridge, bond or vlan → the interfaces right beneath it."""


def in_force(documents: Iterable[Interfaces]) -> list[Interfaces]:
    """Return what commands printed of a node; its settings where no command was asked."""
    found = list(documents)
    return [document for document in found if not document.settings] or found


def joined(documents: Iterable[Interfaces]) -> dict[str, Interface]:
    """Return what several commands say of each interface; of two answers the later one counts."""
    known: dict[str, Interface] = {}
    for document in documents:
        for name, new in document.interfaces.items():
            known[name] = _merged(known[name], new) if name in known else new
    return known


def kind_of(name: str, known: Interface | None = None) -> str | None:
    """Return `bridge`, `bond`, `vlan`, `guest` or `virtual`; None for a physical port.

    What a command printed decides (then other kinds may be named), else the name.

    >>> [kind_of(name) for name in ("eno1", "enp0s31f6", "vmbr0", "eno1.100", "tap100i0")]
    [None, None, 'bridge', 'vlan', 'guest']
    >>> [kind_of(name) for name in ("docker0", "vnet3", "br-0f3a5b7c9d1e", "lo")]
    ['virtual', 'guest', 'bridge', 'virtual']
    """
    if known and known.kind:
        return "guest" if known.kind in {"veth", "tun"} else known.kind
    return next((kind for kind, says in _BY_NAME if says.match(name)), None)


def rests_on(interfaces: Mapping[str, Interface], bonds: Iterable[Bond]) -> dict[str, set[str]]:
    """Return what lies right beneath each bridge, bond and vlan, as `ip` and the bonds say it."""
    below: dict[str, set[str]] = {}
    for name, interface in interfaces.items():
        if interface.master:
            below.setdefault(interface.master, set()).add(name)
        if interface.lower:
            below.setdefault(name, set()).add(interface.lower)
    for bond in bonds:
        if bond.name:
            below.setdefault(bond.name, set()).update(bond.slaves)
    return below


def way_down(below: Below, name: str) -> tuple[str, ...]:
    """Return `name` and everything it rests on, each once, floor by floor from the top.

    >>> way_down({"vmbr0": {"bond0"}, "bond0": {"eno2", "eno1"}}, "vmbr0")
    ('vmbr0', 'bond0', 'eno1', 'eno2')
    """
    way = {name: None}
    left = [name]
    for here in left:
        lows = [low for low in sorted(below.get(here, ())) if low not in way]
        way.update(dict.fromkeys(lows))
        left.extend(lows)
    return tuple(way)


def bottoms(
    below: Below, name: str, above: str | None = None, over: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str | None]]:
    """Yield what `name` rests on in the end, each with what is right above it, by branch.

    A `name` that rests on nothing is its own bottom, with nothing above it. What several
    rest on comes once for each way to it.

    over: what was passed on the way here, so that a loop ends.

    >>> list(bottoms({"vmbr0": {"bond0", "eno3"}, "bond0": {"eno1"}}, "vmbr0"))
    [('eno1', 'bond0'), ('eno3', 'vmbr0')]
    """
    if name in over:
        return
    lows = sorted(below.get(name, ()))
    for low in lows:
        yield from bottoms(below, low, name, over | {name})
    if not lows:
        yield name, above


def _merged(old: Interface, new: Interface) -> Interface:
    told = {
        field.name: value
        for field in fields(new)
        if (value := getattr(new, field.name)) not in (None, (), {})
    }
    return replace(old, **told)
