"""What a node's interfaces rest on: from a bridge, bond or vlan down to the physical port."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace

from fencepost.model.document import Bond, Interface, Interfaces

Below = Mapping[str, Iterable[str]]
"""Bridge, bond or vlan → the interfaces right beneath it."""


def joined(documents: Iterable[Interfaces]) -> dict[str, Interface]:
    """Return what several commands say of each interface; of two answers the later one counts."""
    known: dict[str, Interface] = {}
    for document in documents:
        for name, new in document.interfaces.items():
            known[name] = _merged(known[name], new) if name in known else new
    return known


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
