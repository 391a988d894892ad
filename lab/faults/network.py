"""Faults of the network: each begins, and returns what ends it. They compose."""

import sys
from collections.abc import Sequence

from lab.cluster import Cluster, stop
from lab.fault import Fault, Undo
from lab.relay import Treatment
from lab.shape import Shape

TOTEM = "udp dport 5405"


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
    some = f"numgen random mod 100 < {percent}" if percent < 100 else ""
    rules = [f"{way} {TOTEM} {some}" for way in ways]
    return filtered(node, f"{percent} % of packets lost {' and '.join(ways)} at {node}", *rules)


def deaf(node: str, address: str) -> Fault:
    """A node does not hear an address; the other way is open."""
    return filtered(node, f"{node} does not hear {address}", f"in ip saddr {address}")


def cut(node: str, address: str) -> Fault:
    """A node and an address are cut from each other, both ways; others reach both."""
    rules = (f"in ip saddr {address}", f"out ip daddr {address}")
    return filtered(node, f"{node} and {address} cut from each other", *rules)


def firewall(node: str, ways: Sequence[str] = ("in",)) -> Fault:
    """A firewall on a node drops all cluster traffic; ways: "in", "out" or both."""
    rules = [f"{way} {TOTEM}" for way in ways]
    return filtered(node, f"firewall of {node} drops UDP 5405 {' and '.join(ways)}", *rules)


def half_dead(shape: Shape, node: str) -> Fault:
    """One of two ports that a node's bond spreads its traffic on is dead and still used.

    Each peer hashes to one of the ports: every second peer is cut off, the others see nothing.
    """
    peers = [shape.address(peer) for peer in shape.nodes if peer != node][::2]
    rules = [f"{way} {peer}" for peer in peers for way in ("in ip saddr", "out ip daddr")]
    return filtered(node, f"{node} and every second peer cut from each other", *rules)


def half_sent(shape: Shape, node: str) -> Fault:
    """As `half_dead`, but only what the node sends goes through the dead port."""
    peers = [shape.address(peer) for peer in shape.nodes if peer != node][::2]
    rules = [f"out ip daddr {peer}" for peer in peers]
    return filtered(node, f"what {node} sends to every second peer is lost", *rules)


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


def slowed_at_switch(node: str, kbit: int, queue_ms: int) -> Fault:
    """The switch's port toward a node carries at most this much; queue_ms: what its queue holds."""

    def begin(cluster: Cluster) -> Undo:
        port = cluster.port(node)
        limit = f"tbf rate {kbit}kbit burst 3kb latency {queue_ms}ms"
        cluster.run("switch", f"tc qdisc add dev {port} root {limit}")
        return lambda: cluster.run("switch", f"tc qdisc del dev {port} root")

    return Fault(f"the switch sends {node} {kbit} kbit/s at most, queue {queue_ms} ms", begin)


def other_mtu(node: str, mtu: int) -> Fault:
    """A node's interface has another MTU than the others and the switch."""

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
