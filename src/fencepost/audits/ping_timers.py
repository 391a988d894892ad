"""Do knet's ping timers fit the token in force?"""

from collections.abc import Iterator

from fencepost.audits._numbers import whole
from fencepost.audits._quote import on_nodes, quote, quote_lines, sole
from fencepost.audits._settings import current, sections
from fencepost.audits._timing import TOKEN_KEY, timing
from fencepost.laws import knet
from fencepost.model.case import Case
from fencepost.model.corosync_conf import ConfLine, CorosyncConf
from fencepost.model.document import Cmap
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

PAIR = ("knet_ping_interval", "knet_ping_timeout")
SLOW_CHANGEOVER_MS = 5000
"""A dead link goes unnoticed for this long from a token of 10 s on: half of the token."""


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/cmap.txt <==
        root@n1:~# corosync-cmapctl
        runtime.config.totem.consensus (u32) = 6780
        runtime.config.totem.interface.0.knet_ping_interval (u32) = 2662
        runtime.config.totem.interface.0.knet_ping_timeout (u32) = 5325
        runtime.config.totem.token (u32) = 5650
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/cmap.txt <==
        root@n1:~# corosync-cmapctl
        runtime.config.totem.consensus (u32) = 6780
        runtime.config.totem.interface.0.knet_ping_interval (u32) = 1412
        runtime.config.totem.interface.0.knet_ping_timeout (u32) = 2825
        runtime.config.totem.token (u32) = 5650
    """,
)
def ping_timers(case: Case) -> Iterator[Finding]:
    """A link's ping timers do not fit the token: one reload behind, half set, or very slow.

    Why it matters:
        knet gives up a link after half of the token, so that a second link can take over
        before the token is lost. On corosync before 3.1.10-pve1 a reload works these timers
        out from the token before the change; then a link may count as alive for nearly the
        whole token, or die at every pause.

    What to do:
        On an older corosync reload a second time, by raising config_version alone. Set
        `knet_ping_timeout` and `knet_ping_interval` always as a pair, or neither. With two
        links and a long token set both explicitly, so that the change-over stays quick.

    References:
        corosync issue 813, fixed by 29206cdf; corosync.conf(5), knet_ping_timeout; exec/totemconfig.c.
    """
    conf = current(case)
    yield from _running(case, conf)
    if conf:
        yield from _half_pairs(conf)
        yield from _slow(case, conf)


def _own(conf: CorosyncConf | None) -> list[list[ConfLine]]:
    """Sections of links that set a ping timer of their own."""
    found = sections(conf, "totem", "interface") if conf else []
    return [lines for lines in found if any(line.key in PAIR for line in lines)]


def _running(case: Case, conf: CorosyncConf | None) -> Iterator[Finding]:
    if _own(conf):
        return
    by_timers: dict[tuple[str, int, int], list[Cmap]] = {}
    for document in case.documents_of(Cmap):
        token = whole(document.keys.get(TOKEN_KEY))
        for key in sorted(document.keys):
            value = whole(document.keys[key]) if key.endswith(".knet_ping_timeout") else None
            if token and value is not None and key.startswith("runtime.config.totem.interface."):
                by_timers.setdefault((key, value, token), []).append(document)
    for (key, value, token), same in by_timers.items():
        right = knet.ping_timeout_ms(token)
        nodes = [document.node for document in same]
        yield Finding(
            audit="ping_timers",
            severity=Severity.OK if abs(value - right) <= 1 else Severity.WARNING,
            node=sole(nodes),
            found=f"link {key.split('.')[4]} is given up after {value} ms without a pong,"
            f" the token in force is {token} ms{on_nodes(nodes)}",
            expected=f"{right} ms, half of the token in force; corosync before 3.1.10-pve1"
            " works it out from the token before the last reload (corosync issue 813)",
            because=tuple(
                line
                for document in same
                for line in quote(document, f"keys:{key}", f"keys:{TOKEN_KEY}")
            ),
        )


def _half_pairs(conf: CorosyncConf) -> Iterator[Finding]:
    for lines in _own(conf):
        timers = [line for line in lines if line.key in PAIR]
        if len({line.key for line in timers}) == 1:
            one = timers[-1]
            other = next(key for key in PAIR if key != one.key)
            yield Finding(
                audit="ping_timers",
                severity=Severity.WARNING,
                node=conf.node,
                found=f"{one.key}: {one.value} without {other}",
                expected="both or neither: the missing one is worked out from the token and need"
                " not fit the other (corosync.conf(5), knet_ping_interval)",
                because=quote_lines(conf, one.number),
            )


def _slow(case: Case, conf: CorosyncConf) -> Iterator[Finding]:
    now = timing(case)
    if now is None or len(conf.links) < 2 or _own(conf):
        return
    after = knet.ping_timeout_ms(now.token_ms)
    if after >= SLOW_CHANGEOVER_MS:
        yield Finding(
            audit="ping_timers",
            severity=Severity.INFO,
            node=now.node,
            found=f"{len(conf.links)} links, token {now.token_ms} ms and no ping timers of their"
            f" own: a dead link is noticed after {after / 1000:.1f} s",
            expected=f"less than {SLOW_CHANGEOVER_MS / 1000:g} s: set knet_ping_timeout and"
            " knet_ping_interval for each link, since they grow with the token"
            " (corosync 3.1.10 exec/totemconfig.c)",
            because=now.because,
        )
