"""What a laboratory cluster looks like: its nodes, links and settings. Pure data, no processes."""

from dataclasses import dataclass

QNETD = "qnetd"


@dataclass(frozen=True, slots=True)
class Ha:
    """What the HA stack of a cluster has to do.

    services: each with the node that runs it at first; such a node is armed, all others are idle.
    master: the node whose CRM is master, armed as well as long as there are services.
    release: of Proxmox VE, whose wordings are used: "8", "9.0" or "9.1".
    tail_lost: a reset takes the lines of its node that journald had not yet written to disk.
    """

    services: tuple[tuple[str, str], ...]
    master: str
    release: str = "9.1"
    tail_lost: bool = False


@dataclass(frozen=True, slots=True)
class Shape:
    """The size and the settings of a cluster.

    ids: corosync node ids; without them the nodes count from 1.
    totem, quorum, system: further lines of these sections of corosync.conf.
    relayed: nodes whose link 0 runs through a relay that can delay frames.
    disks: nodes whose corosync keeps its data on a disk that can be stalled.
    qdevice: whether a quorum device server stands beside the nodes.
    """

    nodes: tuple[str, ...]
    ids: tuple[int, ...] = ()
    links: int = 1
    secauth: str = "on"
    transport: str = "knet"
    totem: tuple[str, ...] = ()
    quorum: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    relayed: tuple[str, ...] = ()
    disks: tuple[str, ...] = ()
    qdevice: bool = False

    @property
    def machines(self) -> tuple[str, ...]:
        """All machines on the switch: the nodes, and the quorum device server if there is one."""
        return (*self.nodes, QNETD) if self.qdevice else self.nodes

    def address(self, machine: str, link: int = 0) -> str:
        """Return a machine's IPv4 address on a link."""
        last = 250 if machine == QNETD else 11 + self.nodes.index(machine)
        return f"10.79.{link}.{last}"

    def conf(self, version: int = 1, totem: tuple[str, ...] | None = None) -> str:
        """Return corosync.conf as Proxmox VE lays it out.

        totem: lines instead of the shape's own further lines of that section.
        """
        ids = self.ids or range(1, len(self.nodes) + 1)
        links = range(self.links)
        nodes = [
            _section(
                "node",
                [f"name: {node}", f"nodeid: {number}", "quorum_votes: 1"],
                [f"ring{link}_addr: {self.address(node, link)}" for link in links],
            )
            for node, number in zip(self.nodes, ids, strict=True)
        ]
        device = [f"host: {self.address(QNETD)}", "algorithm: ffsplit", "tls: off"]
        votes = _section("device", ["model: net", "votes: 1"], _section("net", device))
        interfaces = [_section("interface", [f"linknumber: {link}"]) for link in links]
        mode = ["link_mode: passive"] if self.transport == "knet" else []
        parts = [
            _section("logging", ["debug: off", "to_syslog: yes", "to_stderr: no"]),
            _section("nodelist", *nodes),
            _section(
                "quorum",
                ["provider: corosync_votequorum", *self.quorum],
                votes if self.qdevice else [],
            ),
            _section(
                "totem",
                ["cluster_name: grove", f"config_version: {version}"],
                *interfaces,
                ["ip_version: ipv4-6", *mode, f"secauth: {self.secauth}"],
                [f"transport: {self.transport}", "version: 2"],
                list(self.totem if totem is None else totem),
            ),
        ]
        if self.system:
            parts.append(_section("system", list(self.system)))
        return "\n".join("\n".join(part) + "\n" for part in parts)


def _section(name: str, *contents: list[str]) -> list[str]:
    return [f"{name} {{", *(f"  {line}" for lines in contents for line in lines), "}"]
