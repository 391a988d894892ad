"""/etc/network/interfaces: which ports, bridges, bonds and vlans a node shall have.

Source: ifupdown2 3 ifupdown2/man/interfaces.5.rst; ifupdown 0.8 interfaces(5); openvswitch-switch
README.Debian (ovs_ports, ovs_bonds).
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_interface

from fencepost.model.document import Interface, Interfaces
from fencepost.sources.settings.numbers import whole
from fencepost.sources.settings.sections import Section

IFACE = r"iface [\w.:@-]{1,40} inet6? [a-z]{4,12}$"

_PORTS = {
    "bridge-ports": "bridge",
    "ovs-ports": "bridge",
    "bond-slaves": "bond",
    "slaves": "bond",
    "ovs-bonds": "bond",
}
_NO_NAMES = frozenset({"none", "all", "regex", "glob"})
_ENDS = ("auto", "allow-", "source", "mapping", "no-auto-down", "no-scripts", "template", "rename")
_LOOPBACK = "lo"

_ETHTOOL = re.compile(
    r"\bethtool\s+(?:-K|--offload|--features)\s+(?P<port>\S+)(?P<asked>(?:\s+[\w-]+\s+(?:on|off)\b)+)"
)
_OWN_PORT = {"$IFACE", "${IFACE}", "$ETHTOOL_INTERFACE"}
_OFFLOAD = re.compile(r"offload-(?P<before>[a-z-]+)$|(?P<after>[a-z-]+)-offload$")
_SHORT = {"tcp-segmentation-offload": "tso", "generic-segmentation-offload": "gso"}


@dataclass(slots=True)
class _Draft:
    """An interface while its lines are read."""

    mtu: int | None = None
    kind: str | None = None
    master: str | None = None
    lower: str | None = None
    addresses: list[str] = field(default_factory=list)
    offloads: dict[str, bool] = field(default_factory=dict)

    def finish(self, name: str) -> Interface:
        return Interface(
            name=name,
            mtu=self.mtu,
            kind=self.kind,
            master=self.master,
            lower=self.lower,
            addresses=tuple(self.addresses),
            offloads=self.offloads,
        )

    def set_netmask(self, netmask: str) -> None:
        """Put the netmask, as bits or as an address, behind the address before it."""
        if not self.addresses or "/" in self.addresses[-1]:
            return
        with suppress(ValueError):
            self.addresses[-1] = ip_interface(f"{self.addresses[-1]}/{netmask}").with_prefixlen


class _Reader:
    """Reads the lines of the file into drafts."""

    def __init__(self) -> None:
        self.drafts: dict[str, _Draft] = {}
        self.where: dict[str, int] = {}
        self._name = ""

    def read(self, line: str, index: int) -> None:
        """Read one line; lines that say nothing known are passed over."""
        key, *values = line.split() or ("",)
        if key == "iface" and values:
            self._name = values[0].partition(":")[0]  # eno1:1 is an address more on eno1
            self._named(self._name, index)
        elif key.startswith(_ENDS):
            self._name = ""
        elif self._name and values:
            self._read_option(key.replace("_", "-"), values, index)

    def _read_option(self, key: str, values: list[str], index: int) -> None:
        draft = self.drafts[self._name]
        if key == "address":
            draft.addresses.append(values[0])
        elif key == "netmask":
            draft.set_netmask(values[0])
        elif key == "mtu":
            draft.mtu = whole(values[0])
        elif key == "vlan-raw-device":
            draft.kind, draft.lower = "vlan", values[0]
        elif key in _PORTS:
            draft.kind = _PORTS[key]
            for port in () if _NO_NAMES & {*values} else values:
                self._named(port, index).master = self._name
        elif key in {"up", "post-up", "pre-up"}:
            for command in _ETHTOOL.finditer(" ".join(values)):
                port = self._name if command["port"] in _OWN_PORT else command["port"]
                self._ask(port, command["asked"].split(), index)
        elif (option := _OFFLOAD.match(key)) and values[0] in {"on", "off"}:
            self._ask(self._name, [option["before"] or option["after"], values[0]], index)

    def _ask(self, port: str, words: list[str], index: int) -> None:
        offloads = self._named(port, index).offloads
        for name, state in zip(words[::2], words[1::2], strict=True):
            offloads[_SHORT.get(name, name)] = state == "on"

    def _named(self, name: str, index: int) -> _Draft:
        self.where.setdefault(f"interfaces:{name}", index)
        return self.drafts.setdefault(name, _Draft())

    def interfaces(self) -> Iterator[Interface]:
        """Yield what was read, without the loopback, which tells nothing."""
        for name, draft in self.drafts.items():
            if name != _LOOPBACK:
                yield draft.finish(name)


def parse_settings(section: Section) -> Interfaces | None:
    """Read /etc/network/interfaces, or a file of interfaces.d."""
    reader = _Reader()
    for index, line in enumerate(section.lines):
        reader.read(line, index)
    found = {interface.name: interface for interface in reader.interfaces()}
    return Interfaces(**section.facts(reader.where), interfaces=found, settings=True)
