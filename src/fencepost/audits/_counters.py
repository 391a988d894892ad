"""What the counters of network drivers mean: each driver has names of its own.

Source: Linux drivers/net/ethernet (e1000e, igb, ixgbe, i40e, r8169, tg3, bnx2x, bnxt, mlx5);
include/uapi/linux/if_link.h for what `ip -s link` prints.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fencepost.audits._ports import Wiring, documents, port_of
from fencepost.audits._quote import quote
from fencepost.model.case import Case, Evidence
from fencepost.model.document import Document, Interfaces, PortCounters

_PER_QUEUE = re.compile(r"queue|(?:^|_)q\d|^[rt]x_?\d+_|\[\d+\]|_\d+$|prio\d|^veb\.|^ch\d")
_PACKETS = re.compile(r"(?:port\.)?(?P<way>[rt]x)_(?:packets(?:_phy)?|unicast|ucast_packets)$")


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of one physical port, with where each of them stands.

    values: name → value, those of single queues left out.
    where: name → what the document's own `where` calls it.
    """

    port: str
    values: Mapping[str, int]
    document: Document
    where: Mapping[str, str]

    def lines(self, *names: str) -> tuple[Evidence, ...]:
        """Quote the lines of these counters."""
        return quote(self.document, *(self.where[name] for name in names))

    def packets(self, way: str) -> int | None:
        """Return how many packets went this way (`rx`, `tx`), None when nothing tells."""
        counts = [
            value
            for name, value in self.values.items()
            if (found := _PACKETS.fullmatch(name)) and found["way"] == way
        ]
        return max(counts, default=0) or None


def way_of(name: str) -> str:
    """Return the direction that a counter counts, `rx` or `tx`.

    >>> way_of("rx_crc_errors"), way_of("tx_dropped"), way_of("align_errors")
    ('rx', 'tx', 'rx')
    """
    return "tx" if re.search(r"(?:^|[._])tx(?:[._]|$)|late_col", name) else "rx"


def port_counters(case: Case, wiring: Wiring) -> list[Counters]:
    """Return the counters of a node's physical ports: of `ethtool -S`, else of `ip -s link`."""
    found: dict[str, Counters] = {}
    for document in documents(case, PortCounters, wiring.node):
        port = port_of(document, wiring)
        if port is not None and wiring.kind(port) is None:
            values = {
                name: value
                for name, value in document.counters.items()
                if not _PER_QUEUE.search(name)
            }
            where = {name: f"counters:{name}" for name in values}
            found[port] = Counters(port, values, document, where)
    for interfaces in documents(case, Interfaces, wiring.node):
        for name, interface in interfaces.interfaces.items():
            if name in found or wiring.kind(name) is not None:
                continue
            values = {f"rx_{key}": value for key, value in interface.rx.items()}
            values |= {f"tx_{key}": value for key, value in interface.tx.items()}
            where = {key: f"interfaces:{name}:{key[:2]}" for key in values}
            if values:
                found[name] = Counters(name, values, interfaces, where)
    return [found[port] for port in sorted(found)]
