"""`ip link`, `ip addr` and `bridge link`, with -s, -d, -o and -br.

Source: iproute2 6.1 ip/ipaddress.c, ip/ip_common.h, bridge/link.c.
"""

import re
from dataclasses import dataclass, field

from fencepost.model.document import Interface, Interfaces
from fencepost.sources.settings.sections import Section

INTERFACE = r"[0-9]{1,9}: [\w.@:-]{1,40}(?: state \S+ )?:? (?:<|\s*inet6? )"
BRIEF = (
    r"[\w.@-]{1,40}\s+(?:UP|DOWN|UNKNOWN|LOWERLAYERDOWN|DORMANT|NOTPRESENT|TESTING)"
    r"(?:$|\s+(?:[0-9a-f]{2}(?::[0-9a-f]{2})+ <|[0-9a-f.:]+/[0-9]))"
)

_HEAD = re.compile(
    r"[0-9]+: (?P<name>[\w.-]+)(?:@(?P<peer>[\w.-]+))?(?: state \S+ )?: "
    r"<(?P<flags>[^>]*)>(?P<rest>.*)"
)
_HEAD_OF_ADDRESS = re.compile(r"[0-9]+: (?P<name>[\w.-]+)\s+inet6? (?P<address>[0-9a-f.:/]+)")
_BRIEF_LINE = re.compile(
    r"(?P<name>[\w.-]+)(?:@(?P<peer>[\w.-]+))?\s+(?P<state>[A-Z]+)(?P<rest>(?:\s.*)?)"
)
_ADDRESS = re.compile(r"\s+inet6? (?P<address>[0-9a-f.:]+(?:/[0-9]+)?)")
_COUNTERS = re.compile(r"\s+(?P<way>RX|TX)(?: errors)?:\s+(?P<names>[a-z].*)")
_KINDS = frozenset(
    [
        *("bareudp", "batadv", "bond", "bridge", "can", "dummy", "erspan", "geneve", "gre"),
        *("gretap", "ifb", "ip6gre", "ip6gretap", "ip6tnl", "ipip", "ipoib", "ipvlan", "ipvtap"),
        *("macsec", "macvlan", "macvtap", "netdevsim", "netkit", "nlmon", "openvswitch", "sit"),
        *("team", "tun", "vcan", "veth", "vlan", "vrf", "vti", "vxlan", "wireguard", "xfrm"),
    ]
)
# What Proxmox VE makes in pairs: the name after the @ is the other end, not what lies below.
_PAIRED = ("veth", "fwpr", "fwln", "tap")


@dataclass(slots=True)
class _Draft:
    """An interface while its lines are read."""

    mtu: int | None = None
    up: bool | None = None
    carrier: bool | None = None
    kind: str | None = None
    master: str | None = None
    peer: str | None = None
    addresses: list[str] = field(default_factory=list)
    counters: dict[str, dict[str, int]] = field(default_factory=lambda: {"RX": {}, "TX": {}})

    def read_flags(self, flags: str) -> None:
        words = flags.split(",")
        self.up = "UP" in words
        if "LOWER_UP" in words or "NO-CARRIER" in words:
            self.carrier = "LOWER_UP" in words

    def finish(self, name: str) -> Interface:
        pair = self.kind == "veth" or (self.kind is None and name.startswith(_PAIRED))
        below = None if pair or self.peer == "NONE" else self.peer
        return Interface(
            name=name,
            mtu=self.mtu,
            up=self.up,
            carrier=self.carrier,
            kind=self.kind,
            master=self.master,
            lower=None if below and re.fullmatch(r"if[0-9]+", below) else below,
            addresses=tuple(self.addresses),
            rx=self.counters["RX"],
            tx=self.counters["TX"],
        )


class _Reader:
    """Reads the lines of one output into drafts."""

    def __init__(self) -> None:
        self.drafts: dict[str, _Draft] = {}
        self.where: dict[str, int] = {}
        self._name = ""
        self._columns: tuple[str, list[str]] | None = None

    def read(self, line: str, index: int) -> None:
        """Read one line; lines that say nothing known are passed over."""
        columns, self._columns = self._columns, None
        if line[:1].isspace():
            if columns:
                self._read_counters(*columns, line.split())
            else:
                self._read_detail(line, index)
        elif found := _HEAD.match(line):
            draft = self._begin(found["name"], index)
            draft.peer = found["peer"] or draft.peer
            draft.read_flags(found["flags"])
            mtu = re.search(r"\bmtu ([0-9]{1,9})", found["rest"])
            master = re.search(r"\bmaster ([\w.-]+)", found["rest"])
            draft.mtu = int(mtu[1]) if mtu else draft.mtu
            draft.master = master[1] if master else draft.master
        elif found := _HEAD_OF_ADDRESS.match(line):
            self._begin(found["name"], index)
            self._add_address(found["address"], index)
        elif re.match(BRIEF, line) and (found := _BRIEF_LINE.fullmatch(line)):
            self._read_brief(found, index)
        else:
            self._name = ""

    def _begin(self, name: str, index: int) -> _Draft:
        self._name = name
        self.where.setdefault(f"interfaces:{name}", index)
        return self.drafts.setdefault(name, _Draft())

    def _read_brief(self, found: re.Match[str], index: int) -> None:
        draft = self._begin(found["name"], index)
        draft.peer = found["peer"]
        if flags := re.search(r"<([^>]*)>", found["rest"]):
            draft.read_flags(flags[1])
            return
        draft.up = True if found["state"] in {"UP", "LOWERLAYERDOWN"} else None
        draft.carrier = {"UP": True, "DOWN": False, "LOWERLAYERDOWN": False}.get(found["state"])
        for address in re.findall(r"\s([0-9a-f.:]+/[0-9]{1,3})", found["rest"]):
            self._add_address(address, index)

    def _read_detail(self, line: str, index: int) -> None:
        if not self._name:
            return
        draft = self.drafts[self._name]
        if found := _ADDRESS.match(line):
            self._add_address(found["address"], index)
        elif found := _COUNTERS.match(line):
            self._columns = (found["way"], found["names"].split())
            self.where.setdefault(f"interfaces:{self._name}:{found['way'].lower()}", index)
        elif draft.kind is None and (word := line.split(maxsplit=1)[0]) in _KINDS:
            draft.kind = word
            self.where[f"interfaces:{self._name}:kind"] = index

    def _read_counters(self, way: str, names: list[str], values: list[str]) -> None:
        counters = self.drafts[self._name].counters[way]
        for name, value in zip(names, values, strict=False):
            if re.fullmatch(r"[0-9]{1,20}", value):
                counters[name] = int(value)

    def _add_address(self, address: str, index: int) -> None:
        draft = self.drafts[self._name]
        if address not in draft.addresses:
            draft.addresses.append(address)
            self.where[f"interfaces:{self._name}:{address}"] = index


def parse_interfaces(section: Section) -> Interfaces | None:
    """Read what any of these commands prints of the interfaces."""
    reader = _Reader()
    for index, line in enumerate(section.lines):
        for piece in line.split("\\"):  # with -o, a backslash stands for each line break
            reader.read(piece, index)
    if not reader.drafts:
        return None
    return Interfaces(
        **section.facts(reader.where),
        interfaces={name: draft.finish(name) for name, draft in reader.drafts.items()},
    )
