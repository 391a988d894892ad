"""Does a new ring come long before a node would reset itself, and not at every hiccup?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote_keys
from fencepost.audits._settings import current
from fencepost.audits._timing import Timing, timing
from fencepost.laws import totem, watchdog
from fencepost.model.case import Case
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SHORTEST_MS = totem.TOKEN_MS_BEFORE_3_1
"""No corosync ever came with a shorter token than this."""

CONSENSUS_SOURCE = "corosync.conf(5), consensus; corosync takes a smaller one without a word"


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: slow
          config_version: 4
          version: 2
          token: 20000
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
          cluster_name: patient
          config_version: 4
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
def token_timing(case: Case) -> Iterator[Finding]:
    """Token and consensus are so long that they eat the 60 s of HA, or too short to be calm.

    Why it matters:
        After the last token a node waits for token and then for consensus before there is a
        new ring, and meanwhile nobody can write to /etc/pve. An HA node resets itself 60 s
        after its last successful round. A longer token hides short pauses, and lengthens
        every fail-over by 2.2 times as much. A very short one loses the ring at every pause.

    What to do:
        Keep token + consensus well below 30 s. Find what delays the token before raising it.
        On big clusters lower `token_coefficient` instead. Remove `consensus` from the file and
        corosync takes 1.2 × token. All three are applied live.

    References:
        corosync 3.1.10 exec/totemconfig.c; corosync.conf(5), token, token_coefficient,
        consensus; pve-ha-manager 5.2.0 src/watchdog-mux.c (60 s); pve-cluster 9.1.0 changelog.
    """
    now = timing(case)
    if now is None:
        return
    yield _budget(now)
    if now.token_ms < SHORTEST_MS:
        yield _too_short(now)
    if now.consensus_ms < totem.consensus_ms(now.token_ms):
        yield _consensus(case, now)


def _budget(now: Timing) -> Finding:
    severity = Severity.OK
    if now.reform_s >= watchdog.MAX_REFORM_S:
        severity = Severity.CRITICAL
    elif now.reform_s > watchdog.SAFE_REFORM_S:
        severity = Severity.WARNING
    return Finding(
        audit="token_timing",
        severity=severity,
        node=now.node,
        found=f"{now.says} token {now.token_ms} ms and consensus {now.consensus_ms} ms:"
        f" a new ring up to {now.reform_s:.1f} s after the last token",
        expected=f"at most {watchdog.SAFE_REFORM_S:g} s, by all means less than"
        f" {watchdog.MAX_REFORM_S:g} s: an HA node resets itself {watchdog.CLIENT_TIMEOUT_S} s"
        " after its last round, and loss while the ring is formed repeats the wait"
        " (pve-ha-manager 5.2.0 watchdog-mux.c; corosync 3.1.10 totemconfig.c)",
        because=now.because,
    )


def _too_short(now: Timing) -> Finding:
    return Finding(
        audit="token_timing",
        severity=Severity.WARNING,
        node=now.node,
        found=f"{now.says} a token of {now.token_ms} ms",
        expected=f"at least {SHORTEST_MS} ms, the shortest that any release came with"
        f" ({totem.TOKEN_MS} ms since 3.1.0): a pause of {now.token_ms} ms is enough to break"
        " this ring, and corosync accepts any token from 30 ms (corosync 3.1.10 totemconfig.c)",
        because=now.because,
    )


def _consensus(case: Case, now: Timing) -> Finding:
    conf = current(case)
    asked = quote_keys(conf, ("totem",), "consensus") if conf else ()
    least = totem.consensus_ms(now.token_ms)
    return Finding(
        audit="token_timing",
        severity=Severity.WARNING,
        node=now.node,
        found=f"consensus {now.consensus_ms} ms with a token of {now.token_ms} ms"
        f" ({now.consensus_ms / now.token_ms:.2f} times the token)",
        expected=f"at least {least} ms, 1.2 × the token timeout, or nodes give up on one another"
        f" before their own token has timed out ({CONSENSUS_SOURCE})",
        because=asked or now.because,
    )
