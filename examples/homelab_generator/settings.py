"""The settings files of the cluster, as Proxmox VE writes them."""

from collections.abc import Iterable

from .cluster import CONFIG_VERSION, NAME, SERVICES, Node


def corosync_conf(nodes: Iterable[Node]) -> str:
    """Return /etc/pve/corosync.conf: defaults throughout, no token keys."""
    members = "\n".join(
        f"  node {{\n    name: {node.name}\n    nodeid: {node.id}\n    quorum_votes: 1\n"
        f"    ring0_addr: {node.address}\n  }}"
        for node in nodes
    )
    return f"""logging {{
  debug: off
  to_syslog: yes
}}

nodelist {{
{members}
}}

quorum {{
  provider: corosync_votequorum
}}

totem {{
  cluster_name: {NAME}
  config_version: {CONFIG_VERSION}
  interface {{
    linknumber: 0
  }}
  ip_version: ipv4-6
  link_mode: passive
  secauth: on
  version: 2
}}

"""


def _by_number(sid: str) -> int:
    return int(sid[3:])


def ha_resources() -> str:
    """Return /etc/pve/ha/resources.cfg."""
    return "".join(
        f"ct: {sid[3:]}\n\tmax_relocate 3\n\tmax_restart 2\n\tstate started\n\n"
        for sid in sorted(SERVICES, key=_by_number)
    )


def ha_rules(home: Node, others: Iterable[Node]) -> str:
    """Return /etc/pve/ha/rules.cfg: all services prefer one node, so they come back to it."""
    nodes = ",".join([f"{home.name}:2", *(f"{node.name}:1" for node in others)])
    resources = ",".join(sorted(SERVICES, key=_by_number))
    return f"node-affinity: prefer-{home.name}\n\tnodes {nodes}\n\tresources {resources}\n\n"
