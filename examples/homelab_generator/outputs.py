"""What commands printed when the journals were saved; each begins with its shell prompt."""

from collections.abc import Iterator

from . import hosts, ports
from .cluster import CONFIG_VERSION, NAME, SERVICES, Cluster, Node
from .journal import dated
from .story import UNTIL, Story

_ASKED = UNTIL - 84.0


def of_cluster(story: Story) -> Iterator[tuple[str, str]]:
    """Yield file name and text of the outputs that concern the whole cluster."""
    first = story.cluster.nodes[0]
    yield "ha-manager-status.txt", _shell(first, "ha-manager status", _ha_status(story.cluster))
    yield "pvecm-status.txt", _shell(first, "pvecm status", _pvecm_status(story.cluster))


def of_node(story: Story, node: Node) -> Iterator[tuple[str, str]]:
    """Yield file name and text of the outputs of one node."""
    guests = [*node.guests, *(int(s[3:]) for s, at in story.cluster.places.items() if at is node)]
    host, port = hosts.HOSTS[node.name], node.port
    commands = {
        "corosync-cfgtool": ("corosync-cfgtool -s", _cfgtool(story.cluster, node)),
        "corosync-cmapctl": ("corosync-cmapctl | grep totem", hosts.cmap(node.address)),
        "ethtool-vmbr0": ("ethtool vmbr0", ports.bridge()),
        f"ethtool-{port}": (f"ethtool {port}", ports.port(node)),
        f"ethtool-i-{port}": (f"ethtool -i {port}", ports.driver(node)),
        f"ethtool-k-{port}": (f"ethtool -k {port}", ports.offloads(node)),
        f"ethtool-S-{port}": (f"ethtool -S {port}", ports.counters(node, _resets(node))),
        "free": ("free -m", hosts.free(host)),
        "ip-d-link": ("ip -d link", ports.links(node, guests)),
        "ip-s-link": ("ip -s link", ports.statistics(node, guests)),
        "loadavg": ("cat /proc/loadavg", host.load + "\n"),
        "pressure": ("head /proc/pressure/*", hosts.pressure(host)),
        "pveversion": ("pveversion -v", hosts.versions()),
    }
    for name, (command, output) in commands.items():
        yield f"{name}.txt", _shell(node, command, output)


def _shell(node: Node, command: str, output: str) -> str:
    return f"root@{node.name}:~# {command}\n{output}"


def _date(at: float) -> str:
    when = dated(at)
    return f"{when:%a %b} {when.day:>2} {when:%H:%M:%S %Y}"


def _resets(node: Node) -> int:
    return sum("Reset adapter" in entry.text for entry in node.boot.entries)


def _ha_status(cluster: Cluster) -> str:
    when = _date(_ASKED)
    lines = ["quorum OK", f"master {cluster.master.name} (active, {when})"]
    for node in cluster.nodes:
        state = "active" if node in cluster.places.values() else "idle"
        lines.append(f"lrm {node.name} ({state}, {when})")
    lines += [f"service {sid} ({cluster.places[sid].name}, started)" for sid in SERVICES]
    return "\n".join(lines) + "\n"


def _pvecm_status(cluster: Cluster) -> str:
    asked = cluster.nodes[0]
    members = "\n".join(
        f"{node.id:#010x}          1 {node.address}{' (local)' if node is asked else ''}"
        for node in cluster.nodes
    )
    return f"""Cluster information
-------------------
Name:             {NAME}
Config Version:   {CONFIG_VERSION}
Transport:        knet
Secure auth:      on

Quorum information
------------------
Date:             {_date(_ASKED + 3.0)}
Quorum provider:  corosync_votequorum
Nodes:            {len(cluster.nodes)}
Node ID:          {asked.id:#010x}
Ring ID:          {asked.id}.{cluster.ring:x}
Quorate:          Yes

Votequorum information
----------------------
Expected votes:   3
Highest expected: 3
Total votes:      3
Quorum:           2{"  "}
Flags:            Quorate{" "}

Membership information
----------------------
    Nodeid      Votes Name
{members}
"""


def _cfgtool(cluster: Cluster, node: Node) -> str:
    states = "".join(
        f"\t\tnodeid:          {other.id}:\t{'localhost' if other is node else 'connected'}\n"
        for other in cluster.nodes
    )
    return (
        f"Local node ID {node.id}, transport knet\nLINK ID 0 udp\n"
        f"\taddr\t= {node.address}\n\tstatus:\n{states}"
    )
