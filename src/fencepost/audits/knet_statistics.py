"""What does knet itself count on its links?"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fencepost.audits._numbers import whole
from fencepost.audits._quote import quote
from fencepost.model.case import Case
from fencepost.model.document import Cmap
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

GOOD_US = 5000
"""Average latency in microseconds. Source: Proxmox VE Admin Guide, Network Requirements."""

MOST_RETRIES = 100
"""Times that the kernel had no room to send. 0 in a healthy cluster, 0 under plain packet loss,
1803 behind a full queue. Measured with corosync 3.1.7."""

MOST_RESENT = 0.01
"""Share of messages that had to be sent again. Source: measured; healthy clusters stay at 0."""

MOST_LOST = 0.05
ENOUGH_PINGS = 200
"""Below, the first and slow pings after corosync's start make up the average."""

ENOUGH_MESSAGES = 1000
_KEY = re.compile(r"stats\.knet\.node(?P<host>\d{1,9})\.link(?P<link>\d)\.(?P<what>\w+)")
SOURCE = "corosync 3.1.10 cmap_keys(8), exec/stats.c"
RULE = (
    f"less than {GOOD_US / 1000:g} ms (Proxmox VE Admin Guide, Network Requirements), less than"
    f" {MOST_LOST:.0%} of the pings unanswered (those to a peer that was down count, too) and at"
    f" most {MOST_RETRIES} retries ({SOURCE})"
)


@dataclass(frozen=True, slots=True)
class Path:
    """What knet counted on one link towards one peer.

    enough: whether there were enough pings for an average to mean something.
    bad: the counters that are beyond their limit.
    """

    host: int
    link: int
    average_ms: float
    pings: int
    pongs: int
    downs: int
    retries: int
    enough: bool
    bad: tuple[str, ...]

    @property
    def key(self) -> str:
        """What this path's keys in cmap begin with."""
        return f"stats.knet.node{self.host}.link{self.link}"


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/stats.txt <==
        root@n1:~# corosync-cmapctl -m stats
        stats.knet.node2.link0.connected (u8) = 1
        stats.knet.node2.link0.down_count (u32) = 1
        stats.knet.node2.link0.latency_ave (u32) = 221004
        stats.knet.node2.link0.latency_max (u32) = 230111
        stats.knet.node2.link0.rx_pong_packets (u64) = 9000
        stats.knet.node2.link0.tx_data_retries (u32) = 1803
        stats.knet.node2.link0.tx_ping_packets (u64) = 9100
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/stats.txt <==
        root@n1:~# corosync-cmapctl -m stats
        stats.knet.node2.link0.connected (u8) = 1
        stats.knet.node2.link0.down_count (u32) = 1
        stats.knet.node2.link0.latency_ave (u32) = 204
        stats.knet.node2.link0.latency_max (u32) = 311
        stats.knet.node2.link0.rx_pong_packets (u64) = 9095
        stats.knet.node2.link0.tx_data_retries (u32) = 0
        stats.knet.node2.link0.tx_ping_packets (u64) = 9100
    """,
)
def knet_statistics(case: Case) -> Iterator[Finding]:
    """Corosync's own counters show delay, loss, or a send queue that is full.

    Why it matters:
        knet pings every peer on every link about once a second and counts what comes back:
        the best measure of the network that a cluster has, taken all the time. Retries mean
        that the kernel had no room for a packet: this node's own port or queue is full.
        Messages sent again mean loss, or an MTU that does not fit.

    What to do:
        Compare both ends: the side whose pings the other receives hears badly itself. Retries:
        see who fills the port (backup, migration). Loss: look at ports, cables, switch.
        The counters start again with corosync, and latency_max is the highest average only.

    References:
        cmap_keys(8), stats; corosync 3.1.10 exec/stats.c; kronosnet libknet/threads_heartbeat.c.
    """
    for document in case.documents_of(Cmap):
        paths = [_judge(place, values) for place, values in sorted(_links(document).items())]
        judged = [path for path in paths if path is not None]
        for path in judged:
            if path.bad:
                yield _bad_path(case, document, path)
        fine = [path for path in judged if not path.bad]
        if fine:
            yield _fine_paths(document, fine)
        yield from _resent(document)


def _links(document: Cmap) -> dict[tuple[int, int], dict[str, int]]:
    found: dict[tuple[int, int], dict[str, int]] = {}
    for key, text in document.keys.items():
        name, value = _KEY.fullmatch(key), whole(text)
        if name and value is not None:
            place = (int(name["host"]), int(name["link"]))
            found.setdefault(place, {})[name["what"]] = value
    return found


def _judge(place: tuple[int, int], values: Mapping[str, int]) -> Path | None:
    """Judge the way to one peer; None for the node itself and for links that never came up."""
    pings, pongs = values.get("tx_ping_packets", 0), values.get("rx_pong_packets", 0)
    if not pings:
        return None
    retries = {
        what: count
        for what, count in values.items()
        if what.startswith("tx_") and "retries" in what
    }
    most = max(retries, key=lambda what: retries[what], default="")
    bad: list[str] = []
    if values.get("latency_ave", 0) >= GOOD_US:
        bad.append("latency_ave")
    if retries.get(most, 0) > MOST_RETRIES:
        bad.append(most)
    if (pings - pongs) / pings >= MOST_LOST and values.get("connected", 1):
        bad.extend(("tx_ping_packets", "rx_pong_packets"))
    return Path(
        *place,
        average_ms=values.get("latency_ave", 0) / 1000,
        pings=pings,
        pongs=pongs,
        downs=values.get("down_count", 0),
        retries=retries.get(most, 0),
        enough=values.get("latency_samples", pongs) >= ENOUGH_PINGS,
        bad=tuple(bad),
    )


def _bad_path(case: Case, document: Cmap, path: Path) -> Finding:
    told = "" if path.enough else "; too few pings since corosync started to judge by"
    sure = path.enough or path.retries > MOST_RETRIES
    return Finding(
        audit="knet_statistics",
        severity=Severity.WARNING if sure else Severity.INFO,
        node=document.node,
        found=f"link {path.link} to {case.cluster.name_of(path.host)}: {path.average_ms:g} ms on"
        f" average, {path.pongs} of {path.pings} pings answered since corosync started, down"
        f" {path.downs} times, {path.retries} sends retried{told}",
        expected=RULE,
        because=quote(document, *(f"keys:{path.key}.{what}" for what in path.bad)),
    )


def _fine_paths(document: Cmap, paths: list[Path]) -> Finding:
    slowest = max(path.average_ms for path in paths)
    pings, pongs = sum(path.pings for path in paths), sum(path.pongs for path in paths)
    return Finding(
        audit="knet_statistics",
        severity=Severity.OK,
        node=document.node,
        found=f"{len(paths)} ways to peers: at most {slowest:g} ms on average, {pongs} of {pings}"
        f" pings answered, at most {max(path.retries for path in paths)} sends retried",
        expected=RULE,
        because=quote(document, *(f"keys:{path.key}.latency_ave" for path in paths)),
    )


def _resent(document: Cmap) -> Iterator[Finding]:
    sent = whole(document.keys.get("stats.srp.mcast_tx"))
    again = whole(document.keys.get("stats.srp.mcast_retx"))
    if sent is None or again is None or sent < ENOUGH_MESSAGES:
        return
    share = again / sent
    yield Finding(
        audit="knet_statistics",
        severity=Severity.WARNING if share > MOST_RESENT else Severity.OK,
        node=document.node,
        found=f"{again} of {sent} messages of this node were sent again ({share:.2%})",
        expected=f"at most {MOST_RESENT:.0%}: more is loss, or an MTU that does not fit ({SOURCE})",
        because=quote(document, "keys:stats.srp.mcast_retx", "keys:stats.srp.mcast_tx"),
    )
