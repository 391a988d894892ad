"""Does corosync run with the timing that its file asks for, and every node with the same?"""

from collections.abc import Iterator

from fencepost.audits._quote import on_nodes, sole
from fencepost.audits._settings import current
from fencepost.audits._timing import Timing, asked, base_token_ms, in_force
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity


@audit(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
        ==> corosync.conf <==
        totem {
          cluster_name: waiting
          config_version: 5
          version: 2
          token: 10000
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
        n1 12:00:00 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (10650ms), waiting 12780ms for consensus.
        ==> corosync.conf <==
        totem {
          cluster_name: adopted
          config_version: 5
          version: 2
          token: 10000
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
def timing_in_force(case: Case) -> Iterator[Finding]:
    """Corosync runs with another token or consensus than corosync.conf says, or nodes differ.

    Why it matters:
        A changed file is not a changed cluster: a reload may have failed, come too early on
        one node, or never been asked for. Whoever believes the file then reckons with wrong
        times. Nodes whose token differs do not agree on when the ring is broken.

    What to do:
        Compare `corosync-cmapctl -g runtime.config.totem.token` on every node. Raise
        config_version in /etc/pve/corosync.conf once more to have it read again by all. A
        log line that is older than the change of the file is no fault.

    References:
        corosync 3.1.10 exec/totemconfig.c, exec/cfg.c; pve-cluster src/pmxcfs/dcdb.c
        (the node where the file was written asks for the reload, one second later).
    """
    live = in_force(case)
    if not live:
        return
    conf = current(case)
    if conf and conf.nodes:
        by_timing: dict[tuple[str, int, int], list[Timing]] = {}
        for one in live:
            by_timing.setdefault((one.says, one.token_ms, one.consensus_ms), []).append(one)
        for same in by_timing.values():
            yield _against_file(conf, same, asked(conf, base_token_ms(case)))
    longest, shortest = max(live, key=_token), min(live, key=_token)
    if longest.token_ms != shortest.token_ms:
        yield Finding(
            audit="timing_in_force",
            severity=Severity.WARNING,
            found=f"a token of {longest.token_ms} ms on {longest.node or 'one node'} and of"
            f" {shortest.token_ms} ms on {shortest.node or 'another'}",
            expected="the same token on all nodes: the shortest one breaks the ring for all, and"
            " each node reads its own copy of the file (corosync 3.1.10 exec/cfg.c)",
            because=(*longest.because, *shortest.because),
        )


def _token(one: Timing) -> int:
    return one.token_ms


def _against_file(conf: CorosyncConf, live: list[Timing], file: Timing) -> Finding:
    one = live[0]
    same = abs(one.token_ms - file.token_ms) <= 1 and (
        abs(one.consensus_ms - file.consensus_ms) <= 1
    )
    nodes = [each.node for each in live]
    return Finding(
        audit="timing_in_force",
        severity=Severity.OK if same else Severity.WARNING,
        node=sole(nodes),
        found=f"{one.says} token {one.token_ms} ms, consensus {one.consensus_ms} ms"
        f"{on_nodes(nodes)}",
        expected=f"what the file comes to for {len(conf.nodes)} nodes: token {file.token_ms} ms,"
        f" consensus {file.consensus_ms} ms (corosync.conf(5), token_coefficient)",
        because=(*(proof for each in live for proof in each.because), *file.because),
    )
