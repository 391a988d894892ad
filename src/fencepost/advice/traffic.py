"""Packets that arrive late, or not at all, though every link is up: loss, delay, load, size."""

from collections.abc import Iterator

from fencepost.advice import ports
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import address, fit, listed, nodes, peers
from fencepost.model.case import Case
from fencepost.model.document import DatacenterCfg
from fencepost.model.verdict import Priority

_NO_LATENCY = (
    "`corosync-cfgtool -s` shows no latency. knet's figures are in `corosync-cmapctl -m stats`, in"
    " microseconds, and even `latency_max` is the largest running average: a peak of a second is"
    " invisible there after an hour."
)
_HEADERS = 28
"""Bytes of IPv4 and ICMP headers, which `ping -s` does not count. Source: RFC 791, RFC 792."""


def _pings(case: Case, places: list[str], options: str) -> list[str]:
    """One step a node: the command that pings all others."""
    steps = []
    for node in places or nodes(case) or ["every node"]:
        others = " ".join(address(case, peer) for peer in peers(case, node)) or "ADDRESS"
        steps.append(f"On {node}: `for peer in {others}; do ping {options} $peer | tail -2; done`")
    return steps


@action(causes=("packet_loss",), audits=("network_latency", "knet_statistics"))
def lost_packets(matter: Matter) -> Iterator[Advice]:
    """Find where packets are lost or late, by counting at both ends.

    Source: corosync 3.1.10 exec/stats.c; kronosnet threads_heartbeat.c.
    """
    case = matter.case
    places = matter.blamed
    ports_named = [(node, ports.one_of(case, node)) for node in places or nodes(case)]
    yield matter.recommend(
        Priority.NOW,
        "Find where packets are lost"
        f" {'around ' + listed(places) if places else 'between the nodes'}",
        why=_NO_LATENCY,
        steps=(
            (
                "On every node, twice, a minute apart: `corosync-cmapctl -m stats | grep -E"
                " 'link[0-9]+.(tx_ping_packets|rx_pong_packets|tx_data_retries)'`. For each peer,"
                " 1 - pong growth / ping growth is the share lost. Loss on one node only: its cable"
                " or port. On all: the switch."
            ),
            *_pings(case, places[:2], "-q -c 500 -i 0.02"),
            *(
                f"On {node}: `ethtool -S {port} | grep -vE ': 0$' | grep -iE"
                " 'err|crc|drop|miss|fifo'`, twice. Growing crc: cable or plug. Growing missed or"
                " fifo: `ethtool -G`."
                for node, port in ports_named[:4]
            ),
            "On the switch: error and drop counters of these ports, and of the trunks between.",
            (
                "Change cable, transceiver, then switch port of the node or trunk that loses. One"
                " thing at a time."
            ),
        ),
        risk="Reading and pinging cost nothing. Before you pull a cable, disarm HA.",
        expected="Below about one packet in ten corosync bears losses. When the losing part is"
        " gone, links stop going down at random.",
        verify="The same counters, an hour later: pongs grow as pings do; `journalctl -t corosync"
        " --since -1h | grep -c 'is down'` says 0.",
        undo="Nothing to undo but exchanged parts.",
    )


@action(causes=("slow_network",))
def held_packets(matter: Matter) -> Iterator[Advice]:
    """Find what holds packets back for seconds.

    Source: kronosnet threads_heartbeat.c; measured with fixed delays and with peaks.
    """
    case = matter.case
    places = matter.blamed
    first = places[0] if places else "the node"
    port = ports.one_of(case, first)
    yield matter.recommend(
        Priority.NOW,
        f"Find what holds packets back around {listed(places) or 'the nodes'}",
        why=f"A steady delay does no harm; peaks of seconds break the ring. {_NO_LATENCY}",
        steps=(
            (
                f"On {first}, while the trouble is on: `ping -c 500 -i 0.02"
                f" {address(case, next(iter(peers(case, first)), first))}`, and the same the"
                " other way. Compare `max` with `avg`."
            ),
            (
                "On every node: `corosync-cmapctl -m stats | grep -E 'latency_(ave|max)|retries'`."
                " Growing retries: this node's own port is full."
            ),
            (
                f"On {first}: `ethtool -a {port}` and `ethtool -S {port} | grep -i pause`. Many"
                " pause frames: the switch or a peer makes the port wait."
            ),
            (
                "Look at the way between the nodes: a VPN, a busy trunk, traffic shaping, a"
                " firewall that inspects, power saving of the port."
            ),
            (
                "Note what ran in those minutes (backup, migration, replication): the task list"
                " of each node, `ls -lt /var/log/pve/tasks`."
            ),
        ),
        risk="Nothing: these commands only read.",
        expected="With a path without such peaks the ring stays. A token raised to cover them would"
        " slow down every real fail-over.",
        verify="`ping -c 500 -i 0.02` both ways during the next backup: `max` stays below 100 ms.",
        undo="Nothing to undo.",
    )


@action(causes=("saturated_link",), audits=("shared_network",))
def full_link(matter: Matter) -> Iterator[Advice]:
    """Keep backups and migrations from filling the link that corosync needs.

    Source: vzdump(1), bwlimit; datacenter.cfg(5), bwlimit and migration, in KiB/s.
    """
    case = matter.case
    places = matter.blamed
    speeds = [speed for node in places if (speed := ports.speed_mb(case, node))]
    speed = min(speeds, default=None)
    limit = _half_kib(speed or 1000)
    whose = f"half of {speed} Mb/s" if speed else "half of 1000 Mb/s; the port's speed was not read"
    keys = [key for doc in case.documents_of(DatacenterCfg) for key in doc.keys]
    keep = f" Keep the other lines ({listed(sorted(set(keys)))})." if keys else ""
    where = listed(places) or "the nodes"
    yield matter.recommend(
        Priority.NOW if matter.claims else Priority.LATER,
        f"Limit backup and migration on {where} to half of the port that corosync uses",
        why="corosync needs little, but its packets wait in the same queue. `not scheduled` in its"
        " log then does not mean that the CPU was busy.",
        steps=(
            f"Backups: in `/etc/vzdump.conf` on {where}: `bwlimit: {limit}` (KiB/s, {whose}).",
            (
                "Migration, clone, restore, move: in `/etc/pve/datacenter.cfg`: `bwlimit:"
                f" migration={limit},clone={limit},move={limit},restore={limit}`.{keep}"
            ),
            (
                "If there is another network: `migration: secure,network=ITS_NETWORK/24` in the"
                " same file. That takes migrations off corosync's network."
            ),
            "Spread the backup jobs so that no two nodes fill the switch at the same time.",
        ),
        risk="Backups and migrations take longer.",
        expected="The ring stays during backups. Traffic of guests and storage is not limited by"
        " this and may still fill the link; only a network of its own helps then.",
        verify="During the next backup, on every node: `corosync-cmapctl -m stats | grep"
        " tx_data_retries`, twice: the numbers do not grow; no `not scheduled` in `journalctl -t"
        " corosync --since -1h`.",
        undo="Take the lines out again. They count for the next job.",
    )


def _half_kib(speed_mb: int) -> int:
    """Half of a port's speed in KiB/s, rounded down to whole MiB.

    >>> _half_kib(1000)
    60416
    """
    return speed_mb * 1_000_000 // 8 // 2 // (1 << 20) * 1024


@action(causes=("mtu_black_hole",), audits=("port_mtu",))
def same_mtu(matter: Matter) -> Iterator[Advice]:
    """Find the part of the path that large packets do not pass.

    Source: kronosnet threads_pmtud.c (its own warning comes minutes too late with encryption).
    """
    case = matter.case
    mtus = _mtus(case)
    largest = max((mtu for _, _, mtu in mtus), default=1500)
    size = largest - _HEADERS
    smaller = 1500 if largest > 1500 else 1400
    known = "; ".join(f"{node} {name} {mtu}" for node, name, mtu in mtus)
    tops = {node: name for node, name, _ in mtus}
    first = next(iter(matter.blamed), next(iter(nodes(case)), "the node"))
    top = fit(tops.get(first, "vmbr0"), "vmbr0")
    yield matter.recommend(
        Priority.NOW,
        "Give every port, bridge and switch port of the corosync network the same MTU",
        why=(f"MTU read: {known}. " if known else "")
        + "The token and the pings are small and pass, so no link goes down. Messages of full size"
        " vanish, and /etc/pve blocks.",
        steps=(
            "On every node: `ip link | grep mtu`. Bridge, bond and physical port must agree.",
            *_pings(case, nodes(case)[:8], f"-M do -s {size} -c 5"),
            (
                "`message too long` comes from the node itself; silence comes from a switch or"
                f" peer. Try smaller sizes (`-s {smaller - _HEADERS}`) until it passes."
            ),
            (
                f"The quick way, at the node that sends too much ({first}): `ip link set {top}"
                f" mtu {smaller}`, and the same as `mtu {smaller}` in `/etc/network/interfaces`."
            ),
            (
                "The other way: raise the MTU on every switch port, node port, bond and bridge"
                " of that network, the switch first."
            ),
        ),
        risk="A smaller MTU costs some throughput of storage on the same network. Changing it may"
        " take a port down for a second.",
        expected="Large messages arrive, and the same numbers are no longer asked for again and"
        " again. Plain packet loss would stay.",
        verify=f"Every ping with `-M do -s {size}` (or the size you chose) is answered; `journalctl"
        " -t corosync --since -1h | grep -c Retransmit` says 0.",
        undo=f"`ip link set {top} mtu {largest}`, and the old line in `/etc/network/interfaces`.",
    )


def _mtus(case: Case) -> list[tuple[str, str, int]]:
    """Node, interface and MTU of what has a corosync address, where it was read."""
    found = []
    for node in nodes(case):
        top = ports.holder(case, node)
        mtu = ports.interfaces(case, node)[top].mtu if top else None
        if top and mtu:
            found.append((node, top, mtu))
    return found
