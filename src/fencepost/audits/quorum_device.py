"""Does the quorum device help, and is it there?"""

from collections.abc import Iterator

from fencepost.audits._quote import on_nodes, quote, quote_keys, sole
from fencepost.audits._settings import current, device_votes, has_device, node_votes
from fencepost.laws import quorum
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

DEVICE_ID = 0
SOURCE = "Proxmox VE Admin Guide, Corosync External Vote Support; corosync-qdevice(8)"

_DEVICE = """
        ==> corosync.conf <==
        totem {
          cluster_name: judged
          config_version: 8
          version: 2
        }
        quorum {
          provider: corosync_votequorum
          device {
            model: net
            net {
              host: 10.0.0.9
              algorithm: lms
            }
          }
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
"""
_THIRD = """          node {
            name: n3
            nodeid: 3
            ring0_addr: 10.0.0.3
          }
"""


@audit(fires=f"{_DEVICE}{_THIRD}        }}", silent=f"{_DEVICE}        }}")
def quorum_device(case: Case) -> Iterator[Finding]:
    """A quorum device is set up with an odd number of nodes, or does not vote.

    Why it matters:
        With an odd number of nodes the device has as many votes as all nodes but one. When it
        fails, no node may fail beside it: it has become the single point of failure. A device
        that is configured but does not vote raises the number of votes needed and gives none.

    What to do:
        Odd number of nodes: `pvecm qdevice remove`. Not voting: look at `pvecm status` (A/NA,
        V/NV, NR), at corosync-qdevice.service on the nodes and at the network to the host of
        corosync-qnetd, TCP port 5403.

    References:
        Proxmox VE Administration Guide, "Corosync External Vote Support"; corosync-qdevice(8).
    """
    conf = current(case)
    if conf is None or not conf.nodes or not has_device(conf):
        return
    yield _share(conf)
    by_votes: dict[tuple[bool, int], list[QuorumStatus]] = {}
    for status in case.documents_of(QuorumStatus):
        if status.quorate is not None:
            votes = status.members.get(DEVICE_ID, (0, ""))[0]
            by_votes.setdefault(("Qdevice" in status.flags, votes), []).append(status)
    for (seen, votes), same in by_votes.items():
        nodes = [status.node for status in same]
        yield Finding(
            audit="quorum_device",
            severity=Severity.OK if seen and votes else Severity.WARNING,
            node=sole(nodes),
            found=f"the quorum device gives {votes} votes{on_nodes(nodes)}"
            if seen
            else f"corosync has no quorum device registered{on_nodes(nodes)}",
            expected=f"{device_votes(conf)} votes, as corosync.conf counts on ({SOURCE})",
            because=(
                *(
                    line
                    for status in same
                    for line in quote(status, "flags", f"members:{DEVICE_ID}")
                ),
                *quote_keys(conf, ("quorum", "device"), "model", "votes"),
            ),
        )


def _share(conf: CorosyncConf) -> Finding:
    count, own, nodes = len(conf.nodes), device_votes(conf), node_votes(conf)
    left = quorum.spare_votes(nodes + own) - own
    return Finding(
        audit="quorum_device",
        severity=Severity.WARNING if count % 2 else Severity.OK,
        node=conf.node,
        found=f"{count} nodes and a quorum device with {own} of {nodes + own} votes: when it is"
        f" lost, {max(0, left)} nodes may be missing beside it",
        expected=f"a quorum device with an even number of nodes only; {nodes} votes without one"
        f" bear the loss of {quorum.spare_votes(nodes)} ({SOURCE})",
        because=quote_keys(conf, ("quorum", "device"), "model", "votes"),
    )
