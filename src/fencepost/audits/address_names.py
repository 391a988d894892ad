"""Are corosync's addresses addresses, or names that somebody must resolve first?"""

from collections.abc import Iterator

from fencepost.audits._ports import address_of
from fencepost.audits._quote import quote_lines
from fencepost.audits._settings import current
from fencepost.model.case import Case
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, Corosync Addresses"


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: named
          config_version: 3
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: n1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.2
          }
        }
    """,
    silent="""
        ==> corosync.conf <==
        totem {
          cluster_name: numbered
          config_version: 3
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: fd00::1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: fd00::2
          }
        }
    """,
)
def address_names(case: Case) -> Iterator[Finding]:
    """corosync.conf names hosts where it should have addresses.

    Why it matters:
        corosync resolves the names when it starts. A resolver that is down, often a guest of
        this very cluster, keeps it from starting; a changed entry in DNS or /etc/hosts moves
        a node to another network without anybody touching the cluster.

    What to do:
        Replace each name by the address it stands for now, in /etc/pve/corosync.conf, with
        config_version raised. Make sure beforehand that it is the address in use
        (`corosync-cfgtool -s`): corosync refuses to change the address of a running link.

    References:
        Proxmox VE Administration Guide, "Corosync Addresses"; corosync.conf(5), ADDRESS RESOLUTION.
    """
    conf = current(case)
    if conf is None or not conf.links:
        return
    lines = [
        line
        for line in conf.keys("nodelist", "node")
        if line.key.startswith("ring") and line.key.endswith("_addr")
    ]
    names = [line for line in lines if address_of(line.value) is None]
    values = ", ".join(line.value for line in names)
    yield Finding(
        audit="address_names",
        severity=Severity.WARNING if names else Severity.OK,
        node=conf.node,
        found=f"resolved by name: {values}" if names else f"{len(lines)} plain addresses",
        expected="addresses: a name that cannot be resolved keeps corosync from starting, and its"
        f" address can change unnoticed ({SOURCE})",
        because=quote_lines(conf, *(line.number for line in names or lines)),
    )
