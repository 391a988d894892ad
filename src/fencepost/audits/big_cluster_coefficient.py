"""Does the token grow too much with the number of nodes?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote_keys, quote_lines
from fencepost.audits._settings import current
from fencepost.audits._timing import base_token_ms
from fencepost.laws import totem, watchdog
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SMALL_COEFFICIENT_MS = 125
"""What clusters made by pve-cluster 9.1.0 or later carry. Source: its changelog."""

ROUND_S = 10
"""An LRM's round: its last one lies up to this long before the loss. Source: LRM.pm."""

_SIXTEEN_NODES = "".join(
    f"""
          node {{
            name: n{number}
            nodeid: {number}
            ring0_addr: 10.0.0.{number}
          }}"""
    for number in range(1, 17)
)
_HEAD = """
        ==> corosync.conf <==
        totem {
          cluster_name: big
          config_version: 9
          version: 2
"""


@audit(
    fires=f"""{_HEAD}        }}
        nodelist {{{_SIXTEEN_NODES}
        }}
    """,
    silent=f"""{_HEAD}          token_coefficient: 125
        }}
        nodelist {{{_SIXTEEN_NODES}
        }}
    """,
)
def big_cluster_coefficient(case: Case) -> Iterator[Finding]:
    """With this many nodes, token_coefficient makes forming a ring too slow.

    Why it matters:
        For each node above two the coefficient (650 ms unless set) is added to the token, and
        1.2 times that to consensus. With 16 nodes a new ring takes up to 26.6 s, with 32 nodes
        49.5 s. One lost packet on the way repeats the wait, and the 60 s of HA are over: the
        default timing alone can then fence the whole cluster.

    What to do:
        Set `token_coefficient: 125` in totem { }, as new clusters have it, by way of
        /etc/pve/corosync.conf. It is applied live; on corosync before 3.1.10-pve1 reload twice.

    References:
        pve-cluster 9.1.0 changelog; Proxmox VE Administration Guide, "Changing the Token
        Coefficient"; corosync.conf(5), token_coefficient.
    """
    conf = current(case)
    if conf is None or len(conf.nodes) < 3:
        return
    base = conf.number("token", "totem") or base_token_ms(case)
    share = conf.number("token_coefficient", "totem")
    coefficient = totem.COEFFICIENT_MS if share is None else share
    count = len(conf.nodes)
    reform = _reform_s(conf, base, coefficient)
    better = _reform_s(conf, base, SMALL_COEFFICIENT_MS)
    severity = Severity.OK
    if not _fits_twice(reform) and coefficient > SMALL_COEFFICIENT_MS:
        severity = Severity.WARNING if reform < watchdog.MAX_REFORM_S else Severity.CRITICAL
    yield Finding(
        audit="big_cluster_coefficient",
        severity=severity,
        node=conf.node,
        found=f"{count} nodes with a coefficient of {coefficient} ms"
        f"{'' if share is not None else ' (the default)'}: a new ring takes up to {reform:.1f} s",
        expected=f"twice that and one LRM round of {ROUND_S} s within"
        f" {watchdog.CLIENT_TIMEOUT_S} s, since one loss while forming repeats it;"
        f" {SMALL_COEFFICIENT_MS} ms would make it {better:.1f} s (pve-cluster 9.1.0 changelog)",
        because=quote_keys(conf, ("totem",), "token_coefficient", "token")
        or quote_lines(conf, *(node.line for node in conf.nodes)),
    )


def _reform_s(conf: CorosyncConf, base: int, coefficient: int) -> float:
    token = totem.token_timeout_ms(base, coefficient, len(conf.nodes))
    consensus = conf.number("consensus", "totem") or totem.consensus_ms(token)
    return totem.reform_ms(token, consensus) / 1000


def _fits_twice(reform_s: float) -> bool:
    return 2 * reform_s + ROUND_S <= watchdog.CLIENT_TIMEOUT_S
