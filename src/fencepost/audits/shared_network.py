"""Who else uses corosync's network?"""

import re
from collections.abc import Iterator
from ipaddress import ip_network

from fencepost.audits._ports import (
    Address,
    Carrier,
    Wiring,
    address_of,
    carriers,
    corosync_addresses,
    wirings,
)
from fencepost.audits._quote import quote, quote_lines
from fencepost.audits._settings import current
from fencepost.events.kernel_storage import NfsUnresponsive
from fencepost.model.case import Case, Evidence
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import DatacenterCfg
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, Cluster Network: never share it with storage"
_NETWORK = re.compile(r"(?:^|,)network=([^,]+)")


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> corosync.conf <==
        totem {
          cluster_name: crowded
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
            ring0_addr: 10.0.0.2
          }
        }
        ==> datacenter.cfg <==
        keyboard: en-us
        migration: secure,network=10.0.0.0/24
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> corosync.conf <==
        totem {
          cluster_name: calm
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
            ring0_addr: 10.0.0.2
          }
        }
        ==> datacenter.cfg <==
        keyboard: en-us
        migration: secure,network=10.9.0.0/24
    """,
)
def shared_network(case: Case) -> Iterator[Finding]:
    """Migration, storage or guests use the network that corosync needs.

    Why it matters:
        One migration or backup fills a gigabit port. The token then waits behind it in the
        queues of ports and switches, is late or lost, and the ring breaks just when the
        cluster is busy. That is why such incidents come at the hour of the backup.

    What to do:
        Give corosync a network of its own as link 0 and keep the shared one as a link of lower
        priority. Set `migration: secure,network=…` in datacenter.cfg to another network, and
        limit backups and migrations (`bwlimit`).

    References:
        Proxmox VE Administration Guide, "Cluster Network", "Network Requirements", "Guest
        Migration"; datacenter.cfg(5).
    """
    all_wirings = wirings(case)
    yield from _migration(case)
    yield from _storage(case, all_wirings)
    for wiring in all_wirings:
        known = carriers(case, wiring)
        for carrier in known:
            source = wiring.sources.get(carrier.interface)
            if source and not source.settings:  # these would not name guests
                yield _guests(wiring, carrier, alone=len(known) == 1)


def _all_addresses(case: Case) -> dict[int, list[Address]]:
    found: dict[int, list[Address]] = {}
    for known in case.cluster.nodes:
        for link, addresses in corosync_addresses(case, known.name).items():
            found.setdefault(link, []).extend(addresses)
    conf = current(case)
    for node in conf.nodes if conf else ():
        for link, text in node.addresses.items():
            address = address_of(text)
            if address and address not in found.setdefault(link, []):
                found[link].append(address)
    return found


def _migration(case: Case) -> Iterator[Finding]:
    addresses = _all_addresses(case)
    for document in case.documents_of(DatacenterCfg):
        asked = _NETWORK.search(document.keys.get("migration", ""))
        if asked is None or not addresses:
            continue
        try:
            network = ip_network(asked[1].strip(), strict=False)
        except ValueError:
            continue
        inside = sorted(
            link
            for link, some in addresses.items()
            if any(address.ip in network for address in some)
        )
        apart = sorted(set(addresses) - set(inside))
        severity = Severity.OK
        if inside:
            severity = Severity.INFO if apart else Severity.WARNING
        conf = current(case)
        yield Finding(
            audit="shared_network",
            severity=severity,
            found=f"migrations run over {network}, "
            + (
                f"the network of corosync's link {', '.join(map(str, inside))}"
                f"{f', beside link {apart[0]} elsewhere' if apart else ''}"
                if inside
                else "apart from corosync"
            ),
            expected="another network than corosync's, since a migration takes all the bandwidth"
            f" there is ({SOURCE})",
            because=(
                *quote(document, "keys:migration"),
                *(_address_lines(conf, inside) if conf else ()),
            ),
        )


def _address_lines(conf: CorosyncConf, links: list[int]) -> tuple[Evidence, ...]:
    keys = {f"ring{link}_addr" for link in links}
    numbers = [line.number for line in conf.keys("nodelist", "node") if line.key in keys]
    return quote_lines(conf, *numbers)


def _storage(case: Case, all_wirings: list[Wiring]) -> Iterator[Finding]:
    """Find NFS servers, known by their silence, in the network of a corosync address."""
    for wiring in all_wirings:
        if wiring.node is None:
            continue
        by_server = {
            event.server: event for event in case.timeline.of(NfsUnresponsive, node=wiring.node)
        }
        for carrier in carriers(case, wiring):
            own = wiring.network(carrier.address)
            for server, event in sorted(by_server.items()):
                address = address_of(server)
                if own and address and address.ip in own.network:
                    yield Finding(
                        audit="shared_network",
                        severity=Severity.WARNING,
                        node=wiring.node,
                        found=f"the NFS server {server}, which stopped answering, is in the"
                        f" network of corosync's link {carrier.link} ({own.network})",
                        expected=f"storage on another network than corosync ({SOURCE})",
                        because=(event, *wiring.lines(carrier.interface)),
                    )


def _guests(wiring: Wiring, carrier: Carrier, *, alone: bool) -> Finding:
    """Look for guests on the bridges that corosync's address rests on or beside."""
    ports = set(carrier.ports)
    crowded = {
        bridge: guests
        for bridge, guests in wiring.guests.items()
        if guests and (bridge == carrier.interface or ports & set(wiring.ports_under(bridge)))
    }
    told = ", ".join(f"{len(guests)} on {bridge}" for bridge, guests in crowded.items())
    severity = Severity.OK
    if crowded:
        severity = Severity.WARNING if alone else Severity.INFO
    return Finding(
        audit="shared_network",
        severity=severity,
        node=wiring.node,
        found=f"link {carrier.link} runs over {carrier.interface}"
        f" ({', '.join(carrier.ports) or 'port unknown'}), "
        + (f"as do the guests' interfaces: {told}" if crowded else "no guest does"),
        expected="a port of its own for corosync, or a second link that has one: guests, backups"
        f" and migrations can fill a shared port ({SOURCE})",
        because=wiring.lines(carrier.interface, *(guests[0] for guests in crowded.values())),
    )
