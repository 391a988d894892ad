"""Can the cluster split into two halves of which neither has quorum?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote, quote_keys, quote_lines
from fencepost.audits._settings import current, device_votes, has_device, node_votes
from fencepost.laws import quorum
from fencepost.model.case import Case, Proof
from fencepost.model.document import QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "votequorum(5); Proxmox VE Admin Guide, Corosync External Vote Support"


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: halves
          config_version: 3
          version: 2
        }
        quorum {
          provider: corosync_votequorum
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            quorum_votes: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            quorum_votes: 1
            ring0_addr: 10.0.0.2
          }
        }
    """,
    silent="""
        ==> corosync.conf <==
        totem {
          cluster_name: halves
          config_version: 4
          version: 2
        }
        quorum {
          provider: corosync_votequorum
          device {
            model: net
            votes: 1
            net {
              host: 10.0.0.9
              algorithm: ffsplit
              tls: on
            }
          }
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            quorum_votes: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 2
            quorum_votes: 1
            ring0_addr: 10.0.0.2
          }
        }
    """,
)
def even_votes(case: Case) -> Iterator[Finding]:
    """The number of votes is even and there is no quorum device to tip the balance.

    Why it matters:
        Four votes bear the loss of one, just as three do, and a switch that splits them two
        by two leaves nobody with quorum: with HA in use all armed nodes reset themselves. Of
        two votes none may be missing: the loss of either node takes the other one with it.

    What to do:
        Add a QDevice on a machine outside the cluster (`pvecm qdevice setup ADDRESS`), or one
        more node. Do not give a node two votes: the cluster would then hang on that node.

    References:
        votequorum(5); Proxmox VE Administration Guide, "Corosync External Vote Support".
    """
    known = _votes(case)
    if known is None:
        return
    votes, device, because = known
    spare = quorum.spare_votes(votes)
    odd = votes % 2 == 1
    rule = "an odd number of votes, so that one part of any split has quorum"
    if not odd:
        rule += f": {votes + 1} would bear the loss of {quorum.spare_votes(votes + 1)}"
        if votes > 2:
            rule += f", {votes - 1} of {quorum.spare_votes(votes - 1)}"
    yield Finding(
        audit="even_votes",
        severity=Severity.OK if odd or device else Severity.WARNING,
        found=f"{votes} votes{' with the quorum device' if device else ', no quorum device'}:"
        f" quorum is {quorum.quorum_of(votes)}, {spare or 'none'} may be missing",
        expected=f"{rule} ({SOURCE})",
        because=because,
    )


def _votes(case: Case) -> tuple[int, bool, tuple[Proof, ...]] | None:
    """Return votes in all, whether a device is among them, and where that stands."""
    conf = current(case)
    if conf and len(conf.nodes) > 1:
        if conf.number("two_node", "quorum"):
            return None
        device = quote_keys(conf, ("quorum", "device"), "model", "votes")
        nodes = quote_lines(conf, *(node.line for node in conf.nodes))
        return node_votes(conf) + device_votes(conf), has_device(conf), (*nodes, *device)
    for status in case.documents_of(QuorumStatus):
        votes = status.expected_votes
        if votes and votes > 1 and "2Node" not in status.flags:
            device_seen = "Qdevice" in status.flags
            return votes, device_seen, quote(status, "expected_votes", "flags")
    return None
