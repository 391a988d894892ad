"""Does the file parse and still ask for something that corosync refuses?"""

from collections import Counter
from collections.abc import Iterator

from fencepost.audits._numbers import whole
from fencepost.audits._ports import address_of
from fencepost.audits._quote import quote, quote_keys, quote_lines
from fencepost.audits._settings import ONE_LINK_TRANSPORTS, distinct, has_device
from fencepost.audits._timing import asked, base_token_ms
from fencepost.laws import totem
from fencepost.model.case import Case, Evidence
from fencepost.model.corosync_conf import CorosyncConf, NodeEntry
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SHORTEST_MS = 30
SHORTEST_HOLD_MS = 14
MOST_NODE_ID = 65535
DEFAULT_JOIN_MS = 50
"""All four: corosync 3.1.10 exec/totemconfig.c; ids beyond the third: KNET_MAX_HOST."""

AT_LEAST = {
    "token_retransmit": SHORTEST_MS,
    "hold": SHORTEST_HOLD_MS,
    "join": SHORTEST_MS,
    "consensus": SHORTEST_MS,
    "merge": SHORTEST_MS,
    "downcheck": SHORTEST_MS,
    "max_network_delay": SHORTEST_MS,
}
SOURCE = "corosync 3.1.10 exec/totemconfig.c, exec/votequorum.c; try it with `corosync -t -c FILE`"

Refusal = tuple[str, tuple[Evidence, ...]]


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: twins
          config_version: 3
          version: 2
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
          node {
            name: n2
            nodeid: 1
            ring0_addr: 10.0.0.2
          }
        }
    """,
    silent="""
        ==> corosync.conf <==
        totem {
          cluster_name: siblings
          config_version: 3
          version: 2
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
        }
    """,
)
def config_limits(case: Case) -> Iterator[Finding]:
    """corosync.conf parses, but corosync would refuse what it asks for.

    Why it matters:
        A running corosync refuses to reload such a file and goes on with the old settings;
        a node that reboots cannot start corosync any more. A cluster can live like that for
        months and break at the first power cut.

    What to do:
        Correct the named key, raise config_version and try the file with `corosync -t -c FILE`
        before it is moved to /etc/pve/corosync.conf.

    References:
        corosync 3.1.10 exec/totemconfig.c totem_config_validate,
        totem_volatile_config_validate, check_for_duplicate_nodeids; exec/votequorum.c
        votequorum_readconfig.
    """
    base = base_token_ms(case)
    for conf in distinct(case):
        if not conf.nodes:
            continue
        refusals = [*_nodes(conf), *_links(conf), *_timers(conf, base), *_quorum(conf)]
        for says, because in refusals:
            yield Finding(
                audit="config_limits",
                severity=Severity.CRITICAL,
                node=conf.node,
                found=says,
                expected=f"settings that corosync accepts, or it will not start again ({SOURCE})",
                because=because or quote(conf),
            )
        if not refusals:
            yield Finding(
                audit="config_limits",
                severity=Severity.OK,
                node=conf.node,
                found=f"{len(conf.nodes)} nodes, ids, links and timers within their limits",
                expected=f"settings that corosync accepts ({SOURCE})",
                because=quote_lines(conf, *(node.line for node in conf.nodes)),
            )


def _is_knet(conf: CorosyncConf) -> bool:
    return conf.get("transport", "totem") not in ONE_LINK_TRANSPORTS


def _called(node: NodeEntry) -> str:
    return node.name or next(iter(node.addresses.values()), "a node without a name")


def _nodes(conf: CorosyncConf) -> Iterator[Refusal]:
    version = conf.get("version", "totem")
    if version is not None and version != "2":
        yield f"version: {version}, only 2 is taken", quote_keys(conf, ("totem",), "version")
    count = Counter(node.id for node in conf.nodes if node.id is not None)
    for number, times in sorted(count.items()):
        if times > 1:
            names = ", ".join(_called(node) for node in conf.nodes if node.id == number)
            lines = [
                line.number
                for line in conf.keys("nodelist", "node")
                if line.key == "nodeid" and whole(line.value) == number
            ]
            yield f"nodeid {number} is given to {names}", quote_lines(conf, *lines)
    for node in conf.nodes:
        line = quote_lines(conf, node.line)
        if node.id is None and _is_knet(conf):
            yield f"{_called(node)} has no nodeid, which knet needs", line
        elif node.id == 0 or (node.id or 0) > MOST_NODE_ID:
            yield f"{_called(node)} has nodeid {node.id}, not within 1 to {MOST_NODE_ID}", line
        if len(conf.links) > 1 and node.name is None:
            yield f"{_called(node)} has no name, which more than one link needs", line


def _links(conf: CorosyncConf) -> Iterator[Refusal]:
    links = conf.links
    for node in conf.nodes:
        missing = [link for link in links if link not in node.addresses]
        if missing:
            words = ", ".join(f"ring{link}_addr" for link in missing)
            yield f"{_called(node)} has no {words}, other nodes have", quote_lines(conf, node.line)
    if len(links) > 1 and not _is_knet(conf):
        transport = quote_keys(conf, ("totem",), "transport")
        yield f"{len(links)} links with a transport that takes one", transport
    for link in links:
        texts = [node.addresses[link] for node in conf.nodes if link in node.addresses]
        families = {own.version for text in texts if (own := address_of(text))}
        if len(families) > 1:
            lines = [line.number for line in conf.lines if line.key == f"ring{link}_addr"]
            yield f"link {link} has IPv4 and IPv6 addresses", quote_lines(conf, *lines)


def _timers(conf: CorosyncConf, base: int) -> Iterator[Refusal]:
    for key, least in AT_LEAST.items():
        value = conf.number(key, "totem")
        if value is not None and 0 < value < least:
            quoted = quote_keys(conf, ("totem",), key)
            yield f"{key}: {value} ms, the least is {least} ms", quoted
    percent = conf.number("token_warning", "totem")
    if percent is not None and percent > 100:
        quoted = quote_keys(conf, ("totem",), "token_warning")
        yield f"token_warning: {percent} %, the most is 100 %", quoted
    timing = asked(conf, base)
    join = conf.number("join", "totem") or DEFAULT_JOIN_MS
    if SHORTEST_MS <= timing.consensus_ms < join:
        quoted = quote_keys(conf, ("totem",), "consensus", "join")
        yield f"consensus {timing.consensus_ms} ms is shorter than join {join} ms", quoted
    if timing.token_ms < SHORTEST_MS:
        says = f"a token of {timing.token_ms} ms, the least is {SHORTEST_MS} ms"
        yield says, quote_keys(conf, ("totem",), "token", "token_coefficient")
    often = conf.number("token_retransmits_before_loss_const", "totem")
    if often and not conf.number("token_retransmit", "totem"):
        every = totem.retransmit_ms(timing.token_ms, often)
        if every < SHORTEST_MS:
            quoted = quote_keys(conf, ("totem",), "token_retransmits_before_loss_const")
            yield f"{often} retransmits leave {every} ms each, the least is {SHORTEST_MS}", quoted


def _quorum(conf: CorosyncConf) -> Iterator[Refusal]:
    if not has_device(conf):
        return
    device = quote_keys(conf, ("quorum", "device"), "model")
    for key in ("two_node", "last_man_standing", "auto_tie_breaker", "allow_downscale"):
        if conf.number(key, "quorum"):
            quoted = quote_keys(conf, ("quorum",), key)
            yield f"{key} together with a quorum device", (*quoted, *device)
    if conf.number("votes", "quorum", "device") is None:
        if conf.number("expected_votes", "quorum"):
            says = "expected_votes and a quorum device without votes of its own"
            yield says, (*quote_keys(conf, ("quorum",), "expected_votes"), *device)
        elif any(node.votes != 1 for node in conf.nodes):
            yield "a quorum device without votes while not every node has one vote", device
