"""Does corosync use a transport that can be redundant and encrypted?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote, quote_keys
from fencepost.audits._settings import ONE_LINK_TRANSPORTS, current
from fencepost.model.case import Case, Evidence
from fencepost.model.document import LinkState, QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "Proxmox VE Admin Guide, Cluster Network; corosync.conf(5), transport"

_NODES = """
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
    """
_HEAD = """
        ==> corosync.conf <==
        totem {
          cluster_name: carried
          config_version: 3
          version: 2
"""


@audit(
    fires=f"{_HEAD}          transport: udpu\n        }}{_NODES}",
    silent=f"{_HEAD}          transport: knet\n        }}{_NODES}",
)
def transport(case: Case) -> Iterator[Finding]:
    """Corosync uses the old udp (multicast) or udpu transport in place of knet.

    Why it matters:
        udp and udpu know one link only, no encryption, and no path MTU of their own. udp also
        needs multicast on every switch: IGMP snooping without a querier lets a cluster run for
        some minutes and then cuts it up. Proxmox VE has used knet since version 6.

    What to do:
        Change to knet by removing `transport`, with nodeid and name for every node. It is not
        applied live: disarm HA, stop corosync on all nodes, change the file, start it again.

    References:
        Proxmox VE Administration Guide, "Network Requirements"; corosync.conf(5), transport.
    """
    conf = current(case)
    if conf and conf.nodes:
        name = conf.get("transport", "totem")
        because = quote_keys(conf, ("totem",), "transport" if name else "version")
        yield _judge(name or "knet", conf.node, because or quote(conf))
        return
    for state in case.documents_of(LinkState):
        if state.transport:
            yield _judge(state.transport.lower(), state.node, quote(state, "node_id"))
    for status in case.documents_of(QuorumStatus):
        if status.transport:
            yield _judge(status.transport.lower(), status.node, quote(status, "transport"))


def _judge(name: str, node: str | None, because: tuple[Evidence, ...]) -> Finding:
    return Finding(
        audit="transport",
        severity=Severity.WARNING if name in ONE_LINK_TRANSPORTS else Severity.OK,
        node=node,
        found=f"transport {name}",
        expected=f"knet: udp and udpu have one link, no encryption and no path MTU ({SOURCE})",
        because=because,
    )
