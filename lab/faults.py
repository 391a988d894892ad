"""Faults: each begins, and returns what ends it. They compose: several may be in force at once."""

import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.cluster import Cluster, stop
from lab.relay import Treatment

Undo = Callable[[], object]
CPU_GROUPS = Path("/sys/fs/cgroup/cpu")
TOTEM = "udp dport 5405"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to the cluster, in words, and how; `begin` returns what ends it."""

    what: str
    begin: Callable[[Cluster], Undo]


def filtered(node: str, what: str, *rules: str) -> Fault:
    """Packet filter rules on a node, each "in …" or "out …" as nftables writes them."""

    def begin(cluster: Cluster) -> Undo:
        table = cluster.table()
        lines = [f"add table inet {table}"]
        for chain, hook in (("in", "input"), ("out", "output")):
            to = f"{{ type filter hook {hook} priority 0; }}"
            lines.append(f"add chain inet {table} {chain} {to}")
        lines += [f"add rule inet {table} {rule} drop" for rule in rules]
        text = "\n".join(lines)
        cluster.run(node, f"nft -f - <<'END'\n{text}\nEND")
        return lambda: cluster.run(node, f"nft delete table inet {table}")

    return Fault(what, begin)


def loss(node: str, percent: int, ways: Sequence[str] = ("in", "out")) -> Fault:
    """Random loss of the cluster's packets at a node; ways: "in", "out" or both."""
    rules = [f"{way} {TOTEM} numgen random mod 100 < {percent}" for way in ways]
    return filtered(node, f"{percent} % of packets lost {' and '.join(ways)} at {node}", *rules)


def deaf(node: str, address: str) -> Fault:
    """A node does not hear an address; the other way is open."""
    return filtered(node, f"{node} does not hear {address}", f"in ip saddr {address}")


def cut(node: str, address: str) -> Fault:
    """A node and an address are cut from each other, both ways; others reach both."""
    rules = (f"in ip saddr {address}", f"out ip daddr {address}")
    return filtered(node, f"{node} and {address} cut from each other", *rules)


def firewall(node: str) -> Fault:
    """A firewall on a node drops all cluster traffic that comes in."""
    return filtered(node, f"firewall of {node} drops UDP 5405", f"in {TOTEM}")


def size_limit(node: str, longest: int = 1000) -> Fault:
    """Packets toward a node vanish when their UDP length exceeds `longest` bytes."""
    what = f"packets over {longest} bytes toward {node} vanish"
    return filtered(node, what, f"in {TOTEM} udp length > {longest}")


def port_down(machine: str, link: int = 0) -> Fault:
    """The switch's port of a machine is down; the node sees its carrier go."""

    def begin(cluster: Cluster) -> Undo:
        port = cluster.port(machine, link)
        cluster.run("switch", f"ip link set {port} down")
        return lambda: cluster.run("switch", f"ip link set {port} up")

    return Fault(f"switch port of {machine}, link {link}, down", begin)


def interface_down(node: str, link: int = 0) -> Fault:
    """The interface is set down on the node itself."""

    def begin(cluster: Cluster) -> Undo:
        cluster.run(node, f"ip link set eth{link} down")
        return lambda: cluster.run(node, f"ip link set eth{link} up")

    return Fault(f"eth{link} of {node} set down", begin)


def apart(nodes: Sequence[str], link: int = 0) -> Fault:
    """Nodes are on a switch of their own: they see each other and nobody else."""

    def begin(cluster: Cluster) -> Undo:
        def move(bridge: str) -> None:
            for node in nodes:
                port = cluster.port(node, link)
                port = f"r{port}x" if node in cluster.shape.relayed and link == 0 else port
                cluster.run("switch", f"ip link set {port} master {bridge}")

        move(f"br{link}b")
        return lambda: move(f"br{link}")

    return Fault(f"{', '.join(nodes)} on another switch", begin)


def treated(node: str, what: str, how: Treatment) -> Fault:
    """The relay before a node treats its frames so."""

    def begin(cluster: Cluster) -> Undo:
        cluster.tell_relay(node, how.line())
        return lambda: cluster.tell_relay(node, Treatment().line())

    return Fault(f"{what} before {node}", begin)


def slowed(node: str, kbit: int, queue_ms: int) -> Fault:
    """A node sends at most this fast; queue_ms: what its queue holds (a large one is bufferbloat)."""

    def begin(cluster: Cluster) -> Undo:
        limit = f"tbf rate {kbit}kbit burst 3kb latency {queue_ms}ms"
        cluster.run(node, f"tc qdisc add dev eth0 root {limit}")
        return lambda: cluster.run(node, "tc qdisc del dev eth0 root")

    return Fault(f"{node} sends {kbit} kbit/s at most, queue {queue_ms} ms", begin)


def small_mtu(node: str, mtu: int = 1000) -> Fault:
    """A node's interface has a smaller MTU than the others'."""

    def begin(cluster: Cluster) -> Undo:
        cluster.run(node, f"ip link set eth0 mtu {mtu}")
        return lambda: cluster.run(node, "ip link set eth0 mtu 1500")

    return Fault(f"MTU {mtu} on {node}, 1500 elsewhere", begin)


def same_address(thief: str, victim: str) -> Fault:
    """A node takes another's address as well and announces it every second."""

    def begin(cluster: Cluster) -> Undo:
        address = cluster.shape.address(victim)
        cluster.run(thief, f"ip addr add {address}/32 dev eth0")
        claim = [sys.executable, "-m", "lab.claim", "eth0", address]
        shouting = cluster.spawn(claim, within=thief)

        def end() -> None:
            stop(shouting)
            cluster.run(thief, f"ip addr del {address}/32 dev eth0")
            for node in cluster.shape.nodes:
                cluster.run(node, "ip neigh flush dev eth0")

        return end

    return Fault(f"{thief} has {victim}'s address too", begin)


def paused(node: str) -> Fault:
    """Corosync is stopped by a signal, as a frozen machine stops it."""

    def begin(cluster: Cluster) -> Undo:
        daemon = cluster.daemons[node]
        daemon.send_signal(signal.SIGSTOP)
        return lambda: daemon.send_signal(signal.SIGCONT)

    return Fault(f"corosync on {node} paused", begin)


def ended(node: str, how: signal.Signals) -> Fault:
    """Corosync is ended by a signal; afterwards it is started again."""

    def begin(cluster: Cluster) -> Undo:
        cluster.daemons[node].send_signal(how)
        deadline = time.monotonic() + 20
        while cluster.daemons[node].poll() is None and time.monotonic() < deadline:
            cluster.wait(0.1)
        return lambda: cluster.start(node)

    return Fault(f"corosync on {node} ended by {how.name}", begin)


def put_aside(node: str) -> Fault:
    """A node is taken out as the manual says: its LRM, its CRM, then corosync are stopped.

    Afterwards all are started again. Needs the modelled HA stack beside the recording.
    """

    def begin(cluster: Cluster) -> Undo:
        cluster.orders.append((node, "lrm", "stop"))
        cluster.wait(20)  # the master freezes the services in one round, the LRM goes in the next
        cluster.orders.append((node, "crm", "stop"))
        cluster.wait(6)
        start = ended(node, signal.SIGTERM).begin(cluster)

        def end() -> None:
            start()
            cluster.wait(8)
            cluster.orders += [(node, "crm", "start"), (node, "lrm", "start")]

        return end

    return Fault(f"LRM, CRM and corosync of {node} stopped in this order", begin)


def starved(node: str, share_us: int) -> Fault:
    """Corosync gets this many µs of CPU in a second, by cgroup v1.

    With realtime priority the realtime quota bites, without it (`sched_rr: no`) the ordinary one.
    """

    def begin(cluster: Cluster) -> Undo:
        realtime = "sched_rr: no" not in cluster.shape.system
        group = CPU_GROUPS / f"lab-{os.getpid()}-{node}"
        group.mkdir()
        kind = ("cpu.rt_period_us", "cpu.rt_runtime_us")
        period, quota = kind if realtime else ("cpu.cfs_period_us", "cpu.cfs_quota_us")
        (group / period).write_text("1000000")
        (group / quota).write_text(str(share_us))
        pid = cluster.daemons[node].pid
        _move(pid, group)

        def end() -> None:
            if Path(f"/proc/{pid}").exists():
                _move(pid, CPU_GROUPS)
            group.rmdir()

        return end

    return Fault(f"corosync on {node} gets {share_us} µs of CPU in a second", begin)


def _move(pid: int, group: Path) -> None:
    for task in sorted(Path(f"/proc/{pid}/task").iterdir()):
        (group / "tasks").write_text(task.name)


def edited(nodes: Sequence[str], version: int, totem: tuple[str, ...], what: str) -> Fault:
    """corosync.conf is written anew on some nodes and one of them told to reload it.

    What the reload answers is not judged: bad edits are refused, and that is the fault.
    """

    def begin(cluster: Cluster) -> Undo:
        for node in nodes:
            cluster.write_conf(node, cluster.shape.conf(version, totem))
        cluster.run(nodes[0], "corosync-cfgtool -R || true")
        return lambda: None

    return Fault(what, begin)


def other_version(node: str, version: int) -> Fault:
    """A node's corosync.conf has another config_version; to be done before it starts."""

    def begin(cluster: Cluster) -> Undo:
        cluster.write_conf(node, cluster.shape.conf(version))
        return lambda: cluster.write_conf(node, cluster.shape.conf())

    return Fault(f"config_version {version} on {node} only", begin)


def other_key(node: str) -> Fault:
    """A node has another authentication key; to be done before it starts."""

    def begin(cluster: Cluster) -> Undo:
        key = cluster.folder / node / "etc" / "authkey"
        right = key.read_bytes()
        cluster.write_key(node, bytes(reversed(right)))
        return lambda: cluster.write_key(node, right)

    return Fault(f"another key on {node}", begin)
