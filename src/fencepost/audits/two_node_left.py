"""Is two_node set where there are not two nodes?"""

from collections.abc import Iterator

from fencepost.audits._numbers import whole
from fencepost.audits._quote import quote, quote_keys, quote_lines
from fencepost.audits._settings import current, has_device
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap, QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

CMAP_KEY = "runtime.votequorum.two_node"
SOURCE = "corosync 3.1.10 exec/votequorum.c calculate_quorum; votequorum(5), two_node"


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: grown
          config_version: 6
          version: 2
        }
        quorum {
          provider: corosync_votequorum
          two_node: 1
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
        ==> corosync.conf <==
        totem {
          cluster_name: grown
          config_version: 7
          version: 2
        }
        quorum {
          provider: corosync_votequorum
          two_node: 0
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
)
def two_node_left(case: Case) -> Iterator[Finding]:
    """two_node is set in a cluster of more than two nodes, or is missing in one of two.

    Why it matters:
        With two_node corosync lets any partition of one or two members have quorum. Left over
        in a bigger cluster it means that a node which is cut off keeps quorum, keeps its
        guests running and does not reset itself, while the others start the same guests again:
        two writers on one disk. Without it, each of two nodes needs the other one.

    What to do:
        More than two nodes: remove `two_node` from quorum { } and raise config_version; it is
        applied live. Two nodes: prefer a QDevice. Where two_node must do, keep the
        `wait_for_all` that comes with it, and do not use HA without a second link.

    References:
        corosync 3.1.10 exec/votequorum.c calculate_quorum; votequorum(5), two_node.
    """
    conf = current(case)
    if conf and conf.nodes:
        yield from _of_file(conf)
    else:
        yield from _running(case)


def _of_file(conf: CorosyncConf) -> Iterator[Finding]:
    count = len(conf.nodes)
    flag = bool(conf.number("two_node", "quorum"))
    nodes = quote_lines(conf, *(node.line for node in conf.nodes))
    set_at = quote_keys(conf, ("quorum",), "two_node")
    if flag and count > 2:
        yield Finding(
            audit="two_node_left",
            severity=Severity.CRITICAL,
            node=conf.node,
            found=f"two_node: 1 with {count} nodes",
            expected="no two_node: with it every part of up to two members has quorum, a"
            f" single cut-off node too ({SOURCE})",
            because=(*set_at, *nodes),
        )
    elif flag and conf.number("wait_for_all", "quorum") == 0 and set_at:
        yield Finding(
            audit="two_node_left",
            severity=Severity.WARNING,
            node=conf.node,
            found="two_node: 1 with wait_for_all: 0",
            expected="wait_for_all as two_node sets it by itself: without it a node that"
            f" boots alone has quorum while the other one runs ({SOURCE})",
            because=(*set_at, *quote_keys(conf, ("quorum",), "wait_for_all")),
        )
    elif count == 2 and not flag and not has_device(conf):
        yield Finding(
            audit="two_node_left",
            severity=Severity.INFO,  # even_votes warns of what follows from it
            node=conf.node,
            found="2 nodes without two_node and without a quorum device: each of them needs"
            " the other one",
            expected=f"a quorum device, or two_node where one cannot be had ({SOURCE})",
            because=nodes,
        )
    elif flag or count > 2:
        yield Finding(
            audit="two_node_left",
            severity=Severity.OK,
            node=conf.node,
            found=f"{count} nodes, two_node {'set' if flag else 'not set'}",
            expected=f"two_node in a cluster of exactly two nodes only ({SOURCE})",
            because=set_at or nodes,
        )


def _running(case: Case) -> Iterator[Finding]:
    """Judge what corosync itself reports, where the file does not tell."""
    for status in case.documents_of(QuorumStatus):
        if "2Node" in status.flags and (status.expected_votes or 0) > 2:
            yield Finding(
                audit="two_node_left",
                severity=Severity.CRITICAL,
                node=status.node,
                found=f"the 2Node flag with {status.expected_votes} expected votes",
                expected=f"no two_node with more than two nodes ({SOURCE})",
                because=quote(status, "flags", "expected_votes"),
            )
    for document in case.documents_of(Cmap):
        barrier = whole(document.keys.get("runtime.votequorum.ev_barrier"))
        if document.keys.get(CMAP_KEY) == "1" and (barrier or 0) > 2:
            yield Finding(
                audit="two_node_left",
                severity=Severity.CRITICAL,
                node=document.node,
                found=f"corosync runs with two_node and {barrier} expected votes",
                expected=f"no two_node with more than two nodes ({SOURCE})",
                because=quote(document, f"keys:{CMAP_KEY}"),
            )
