"""Does every node have an address of its own?"""

from collections.abc import Iterator

from fencepost.audits._ports import address_of
from fencepost.audits._quote import quote_lines
from fencepost.audits._settings import current
from fencepost.model.case import Case
from fencepost.model.corosync_conf import ConfLine
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: same
          config_version: 3
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.1
          }
        }
    """,
    silent="""
        ==> corosync.conf <==
        totem {
          cluster_name: own
          config_version: 3
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.11
          }
        }
    """,
)
def duplicate_addresses(case: Case) -> Iterator[Finding]:
    """Two nodes, or two links of one node, have the same address in corosync.conf.

    Why it matters:
        corosync accepts the file, also with `-t`. Packets for one node then go to the other,
        which throws them away; the ring never becomes stable. The same address on two links
        of one node looks like redundancy and is none.

    What to do:
        Compare the nodelist with `ip addr` on each node and correct the address. corosync will
        not change the address of a link that runs: remove the link and add it again, or
        restart corosync on one node after the other while HA is disarmed.

    References:
        corosync.conf(5), ringX_addr; corosync 3.1.10 exec/totemconfig.c compares ids only.
    """
    conf = current(case)
    if conf is None or not conf.links:
        return
    by_address: dict[str, list[ConfLine]] = {}
    for line in conf.keys("nodelist", "node"):
        if line.key.startswith("ring") and line.key.endswith("_addr"):
            own = address_of(line.value)
            by_address.setdefault(str(own.ip) if own else line.value.lower(), []).append(line)
    names = {line.index: line.value for line in conf.keys("nodelist", "node") if line.key == "name"}
    twice = {address: lines for address, lines in by_address.items() if len(lines) > 1}
    for address, lines in twice.items():
        where = ", ".join(
            f"{names.get(line.index, f'node {line.index + 1} of the list')} ({line.key})"
            for line in lines
        )
        yield Finding(
            audit="duplicate_addresses",
            severity=Severity.CRITICAL,
            node=conf.node,
            found=f"{address} is given to {where}",
            expected="one address for each node and link; corosync itself checks only that ids"
            " differ (corosync 3.1.10 exec/totemconfig.c)",
            because=quote_lines(conf, *(line.number for line in lines)),
        )
    if not twice:
        yield Finding(
            audit="duplicate_addresses",
            severity=Severity.OK,
            node=conf.node,
            found=f"{len(by_address)} addresses for {len(conf.nodes)} nodes, all different",
            expected="one address for each node and link",
            because=quote_lines(conf, *(lines[0].number for lines in by_address.values())),
        )
