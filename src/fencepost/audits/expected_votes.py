"""Does the running cluster count the votes that its file gives?"""

from collections.abc import Iterator

from fencepost.audits._quote import on_nodes, quote, quote_keys, quote_lines, sole
from fencepost.audits._settings import current, device_votes, node_votes
from fencepost.laws import quorum
from fencepost.model.case import Case
from fencepost.model.document import QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

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
          node {
            name: n3
            nodeid: 3
            ring0_addr: 10.0.0.3
          }
        }
    """
_HEAD = """
        ==> corosync.conf <==
        totem {
          cluster_name: counted
          config_version: 3
          version: 2
        }
        quorum {
          provider: corosync_votequorum
"""


@audit(
    fires=f"{_HEAD}          expected_votes: 1\n        }}{_NODES}",
    silent=f"{_HEAD}          expected_votes: 3\n        }}{_NODES}",
)
def expected_votes(case: Case) -> Iterator[Finding]:
    """The expected votes differ from the sum of the votes in corosync.conf.

    Why it matters:
        Quorum is more than half of the expected votes. A smaller number, left behind by an
        `expected_votes` in the file or by `pvecm expected`, lets a small part of the cluster
        run on beside the rest; a bigger one costs quorum although everybody is there.

    What to do:
        Remove `expected_votes` from quorum { }: with a nodelist corosync adds up the votes
        itself. After `pvecm expected N` in an emergency, bring the missing nodes back, or
        remove them from the cluster with `pvecm delnode`.

    References:
        votequorum(5), expected_votes; corosync 3.1.10 exec/votequorum.c votequorum_readconfig.
    """
    conf = current(case)
    if conf is None or len(conf.nodes) < 2:
        return
    votes = node_votes(conf) + device_votes(conf)
    rule = (
        f"{votes}, the sum of the nodelist and the quorum device: quorum is then"
        f" {quorum.quorum_of(votes)} (corosync 3.1.10 exec/votequorum.c)"
    )
    nodes = quote_lines(conf, *(node.line for node in conf.nodes))
    own = conf.number("expected_votes", "quorum")
    if own:
        yield Finding(
            audit="expected_votes",
            severity=Severity.OK if own == votes else Severity.WARNING,
            node=conf.node,
            found=f"expected_votes: {own} in the file, {votes} votes in its nodelist",
            expected=rule,
            because=(*quote_keys(conf, ("quorum",), "expected_votes"), *nodes),
        )
    by_votes: dict[int, list[QuorumStatus]] = {}
    for status in case.documents_of(QuorumStatus):
        if status.expected_votes is not None:
            by_votes.setdefault(status.expected_votes, []).append(status)
    for running, same in by_votes.items():
        nodes_of_it = [status.node for status in same]
        yield Finding(
            audit="expected_votes",
            severity=Severity.OK if running == (own or votes) else Severity.WARNING,
            node=sole(nodes_of_it),
            found=f"corosync expects {running} votes{on_nodes(nodes_of_it)},"
            f" the file gives {own or votes}",
            expected=rule,
            because=(
                *(line for status in same for line in quote(status, "expected_votes")),
                *nodes,
            ),
        )
