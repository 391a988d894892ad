"""Is there a second way for corosync when the first one fails?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote, quote_lines
from fencepost.audits._settings import current
from fencepost.audits._timing import timing
from fencepost.events.totem import LinkConfigured
from fencepost.model.case import Case, Proof
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import LinkState
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, Corosync Redundancy; knet carries up to 8 links"


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> corosync.conf <==
        totem {
          cluster_name: one
          config_version: 3
          version: 2
          secauth: on
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
          node {
            name: n3
            nodeid: 3
            ring0_addr: 10.0.0.3
          }
        }
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> corosync.conf <==
        totem {
          cluster_name: two
          config_version: 3
          version: 2
          secauth: on
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
            ring1_addr: 10.1.0.1
          }
          node {
            name: n2
            nodeid: 2
            ring0_addr: 10.0.0.2
            ring1_addr: 10.1.0.2
          }
          node {
            name: n3
            nodeid: 3
            ring0_addr: 10.0.0.3
            ring1_addr: 10.1.0.3
          }
        }
    """,
)
def single_link(case: Case) -> Iterator[Finding]:
    """Corosync has only one link, so one cable, port or switch can take a node out.

    Why it matters:
        With one link every fault on it is a fault of the cluster. A node that loses it for
        longer than token and consensus together drops out of the ring, and with HA in use it
        resets itself about a minute later. With a second link knet changes over by itself.

    What to do:
        Add a `ring1_addr` to every node, on another port and another switch. A slower or busier
        network is still better than none when it has the lower `knet_link_priority`.

    References:
        Proxmox VE Administration Guide, "Corosync Redundancy"; corosync.conf(5), ringX_addr.
    """
    links, because = _links(case)
    if not links:
        return
    many = f"links {', '.join(map(str, links))}"
    found = f"one link only (link {links[0]})" if len(links) == 1 else many
    now = timing(case)
    limit = f" a fault of more than {now.reform_s:.1f} s (token + consensus)" if now else " a fault"
    yield Finding(
        audit="single_link",
        severity=Severity.WARNING if len(links) == 1 else Severity.OK,
        found=found,
        expected=f"at least 2 links on separate networks: with one,{limit} on it costs a member"
        f" ({SOURCE})",
        because=because,
    )


def _links(case: Case) -> tuple[tuple[int, ...], tuple[Proof, ...]]:
    conf = current(case)
    if conf and conf.links:
        return conf.links, _address_lines(conf)
    states = [state for state in case.documents_of(LinkState) if state.addresses]
    if states:
        widest = max(states, key=lambda state: len(state.addresses))
        links = tuple(sorted(widest.addresses))
        return links, quote(widest, *(f"addresses:{link}" for link in links))
    events = case.timeline.of(LinkConfigured)
    first = {event.link: event for event in reversed(events)}
    return tuple(sorted(first)), tuple(first[link] for link in sorted(first))


def _address_lines(conf: CorosyncConf) -> tuple[Proof, ...]:
    """Quote the addresses of the first node that has the most of them."""
    widest = max(conf.nodes, key=lambda node: len(node.addresses))
    texts = set(widest.addresses.values())
    return quote_lines(
        conf,
        *(
            line.number
            for line in conf.keys("nodelist", "node")
            if line.value in texts and line.key.startswith("ring")
        ),
    )
