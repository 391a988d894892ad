"""Who the nodes are: names, corosync ids, addresses, votes, and the timing in force."""

import re
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta

from fencepost.events.knet import BestLink, HostUnreachable, LinkDown, LinkUp
from fencepost.events.pmxcfs import CpgMembers
from fencepost.events.pve_ha_crm import (
    CrmStateChanged,
    NodeStateChanged,
    ServiceRecovered,
    ServiceStateChanged,
)
from fencepost.events.pve_ha_lrm import LrmStateChanged
from fencepost.events.totem import LinkConfigured, MembershipFormed, TokenLost
from fencepost.events.votequorum import MembersListed, SyncMembers
from fencepost.laws import quorum, totem
from fencepost.model.cluster import Cluster, Node
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap, Document, HaResources, HaStatus, QuorumStatus
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.timeline import Timeline

ONLY_IN_A_CLUSTER: tuple[type[Event], ...] = (
    MembershipFormed,
    SyncMembers,
    MembersListed,
    LinkDown,
    TokenLost,
    CpgMembers,
    LrmStateChanged,
    CrmStateChanged,
)
"""A machine that logs any of these is a node, whether or not a corosync.conf lists it."""


def find_cluster(
    timeline: Timeline, documents: Sequence[Document], heard: Iterable[str]
) -> Cluster:
    """Work out the cluster from its settings, its states, and what its nodes logged."""
    conf = _newest([doc for doc in documents if isinstance(doc, CorosyncConf) and doc.nodes])
    nodes = _nodes(timeline, conf, sorted(heard))
    expected, two_node, qdevice = _votes(timeline, conf, documents, nodes)
    token, consensus, source = _timing(timeline, conf, documents, len(nodes))
    statuses = [doc for doc in documents if isinstance(doc, QuorumStatus)]
    name = conf.get("cluster_name", "totem") if conf else None
    name = name or next((doc.cluster_name for doc in statuses if doc.cluster_name), None)
    return Cluster(
        name=name,
        nodes=nodes,
        expected_votes=expected,
        quorum=quorum.quorum_of(expected, two_node=two_node) if expected else None,
        token_ms=token,
        consensus_ms=consensus,
        timing_from=source,
        two_node=two_node,
        qdevice=qdevice,
        transport=(conf.get("transport", "totem") or "knet") if conf else None,
        links=conf.links if conf else (),
        ha_services=_services(timeline, documents),
    )


def _newest(confs: list[CorosyncConf]) -> CorosyncConf | None:
    """Of several corosync.conf, the one with the highest config_version; the first of equals."""
    best: CorosyncConf | None = None
    for conf in confs:
        if best is None or (conf.number("config_version", "totem") or 0) > (
            best.number("config_version", "totem") or 0
        ):
            best = conf
    return best


def _nodes(timeline: Timeline, conf: CorosyncConf | None, heard: list[str]) -> tuple[Node, ...]:
    listed: dict[str, Node] = {}
    for entry in conf.nodes if conf else ():
        name = _heard_name(entry.name, heard) or _short(entry.name) or f"node {entry.id}"
        origin: Origin | None = conf.origin_at(entry.line) if conf else None
        listed[name] = Node(
            name, entry.id, dict(entry.addresses), entry.votes, name in heard, origin
        )
    ids = {name: node.id for name, node in listed.items() if node.id is not None}
    for name, node_id in own_ids(timeline, heard, ids).items():
        if name in listed:
            continue
        same = next((n for n in listed.values() if n.id == node_id and not n.heard), None)
        if same is not None:  # corosync.conf names it otherwise than its own log does
            del listed[same.name]
        listed[name] = Node(
            name,
            node_id,
            dict(same.addresses) if same else _addresses(timeline, name),
            same.votes if same else 1,
            heard=True,
            origin=same.origin if same else None,
        )
    _name_the_last(timeline, listed, heard)
    for name in _subjects(timeline):
        listed.setdefault(name, Node(name, None, heard=False))
    cluster_nodes = {event.node for event in timeline.of(*ONLY_IN_A_CLUSTER)}
    for name in heard:
        if name in cluster_nodes or not listed:
            listed.setdefault(name, Node(name, None))
    order = sorted(listed.values(), key=lambda node: (node.id is None, node.id or 0, node.name))
    return tuple(order)


def _name_the_last(timeline: Timeline, listed: dict[str, Node], heard: list[str]) -> None:
    """Give the only id that is left to the only node that is left without one."""
    ids = _ids_seen(timeline) - {node.id for node in listed.values()}
    nameless = [name for name in heard if name not in listed]
    if len(ids) == 1 and len(nameless) == 1:
        name = nameless[0]
        listed[name] = Node(name, next(iter(ids)), _addresses(timeline, name))


def _ids_seen(timeline: Timeline) -> set[int]:
    """Return the ids of all members that any ring had, heard or not."""
    return {node_id for ring in timeline.of(SyncMembers, MembersListed) for node_id in ring.members}


def _heard_name(name: str | None, heard: list[str]) -> str | None:
    """Match a name of the nodelist with the short name that a node's log carries."""
    if name is None:
        return None
    own = (name.lower(), (_short(name) or "").lower())
    return next((node for node in heard if node.lower() in own), None)


def _short(name: str | None) -> str | None:
    """Return a node's name without its domain, as logs and the HA manager call it."""
    if name is None or re.fullmatch(r"[\d.]+|.*:.*", name):
        return name
    return name.partition(".")[0] or name


def _addresses(timeline: Timeline, name: str) -> dict[int, str]:
    return {event.link: event.address for event in timeline.of(LinkConfigured, node=name)}


def _subjects(timeline: Timeline) -> list[str]:
    return sorted({event.subject for event in timeline.of(NodeStateChanged)})


def own_ids(
    timeline: Timeline, heard: Iterable[str], known: dict[str, int] | None = None
) -> dict[str, int]:
    """Work out each node's corosync id from what its own log must and cannot contain.

    A node is in every membership it logs, and among the hosts that knet reports only where its
    own loopback link is; pmxcfs lists it with the process id that stands in its own lines.
    """
    ids = dict(known or {})
    candidates: dict[str, set[int]] = {}
    for name in heard:
        if name in ids:
            continue
        proven = _id_by_pid(timeline, name)
        if proven is not None:
            ids[name] = proven
            continue
        listed = timeline.of(SyncMembers, MembersListed, node=name)
        views = [
            view
            for view in (*(ring.members for ring in listed), *_rings_before_joins(timeline, name))
            if view
        ]
        if not views:
            continue
        hosts = {
            event.host
            for event in timeline.of(LinkDown, LinkUp, HostUnreachable, BestLink, node=name)
        }
        always = set(views[0]).intersection(*views[1:])
        candidates[name] = always - hosts or always
    while True:
        taken = set(ids.values())
        sure = {name: left - taken for name, left in candidates.items() if len(left - taken) == 1}
        if not sure:
            return ids
        name, left = min(sure.items())
        ids[name] = next(iter(left))
        del candidates[name]


def _rings_before_joins(timeline: Timeline, name: str) -> list[Collection[int]]:
    """Members of a ring less those that joined it: the node itself was there before."""
    found: list[Collection[int]] = []
    for ring in timeline.of(MembershipFormed, node=name):
        listed = timeline.of(
            MembersListed, node=name, since=ring.at, until=ring.at + timedelta(seconds=2)
        )
        if listed and ring.joined:
            found.append(set(listed[0].members) - set(ring.joined))
    return found


def _id_by_pid(timeline: Timeline, name: str) -> int | None:
    for event in timeline.of(CpgMembers, node=name):
        for node_id, pid in re.findall(r"(\d+)/(\d+)", event.members):
            if event.pid is not None and int(pid) == event.pid:
                return int(node_id)
    return None


def _votes(
    timeline: Timeline,
    conf: CorosyncConf | None,
    documents: Sequence[Document],
    nodes: tuple[Node, ...],
) -> tuple[int | None, bool, bool]:
    statuses = [doc for doc in documents if isinstance(doc, QuorumStatus)]
    flags = {flag for doc in statuses for flag in doc.flags}
    qdevice = "Qdevice" in flags
    two_node = "2Node" in flags
    expected = next((doc.expected_votes for doc in statuses if doc.expected_votes), None)
    if conf is not None:
        two_node = conf.get("two_node", "quorum") == "1" and len(conf.nodes) == 2
        qdevice = qdevice or any(True for _ in conf.keys("quorum", "device"))
        votes = sum(node.votes for node in conf.nodes)
        device = conf.number("votes", "quorum", "device")
        expected = conf.number("expected_votes", "quorum") or (
            votes + ((device if device is not None else max(1, votes - 1)) if qdevice else 0)
        )
        if qdevice and device is None and len(conf.nodes) % 2 == 0:
            expected = votes + 1
    if expected is None and nodes:
        expected = max(len(nodes), len(_ids_seen(timeline)))
    return expected, two_node, qdevice


def _timing(
    timeline: Timeline, conf: CorosyncConf | None, documents: Sequence[Document], nodes: int
) -> tuple[int | None, int | None, str]:
    logged = [event for event in timeline.of(TokenLost) if event.token_ms and event.consensus_ms]
    if logged:
        return logged[-1].token_ms, logged[-1].consensus_ms, "as corosync logged it"
    for doc in documents:
        if isinstance(doc, Cmap):
            token = doc.keys.get("runtime.config.totem.token")
            consensus = doc.keys.get("runtime.config.totem.consensus")
            if token and consensus and token.isdigit() and consensus.isdigit():
                return int(token), int(consensus), "as corosync-cmapctl showed it"
    if conf is None:
        return None, None, "nothing that was read tells"
    base = conf.number("token", "totem") or totem.TOKEN_MS
    given = conf.number("token_coefficient", "totem")
    coefficient = totem.COEFFICIENT_MS if given is None else given
    token_ms = totem.token_timeout_ms(base, coefficient, len(conf.nodes) or nodes)
    consensus_ms = conf.number("consensus", "totem") or totem.consensus_ms(token_ms)
    return token_ms, consensus_ms, "worked out from corosync.conf"


def _services(timeline: Timeline, documents: Sequence[Document]) -> tuple[str, ...]:
    found: set[str] = set()
    for doc in documents:
        if isinstance(doc, HaResources):
            found.update(doc.resources)
        elif isinstance(doc, HaStatus):
            found.update(doc.services)
    found.update(event.service for event in timeline.of(ServiceStateChanged, ServiceRecovered))
    return tuple(sorted(found, key=_service_order))


def _service_order(service: str) -> tuple[str, int, str]:
    kind, _, number = service.partition(":")
    return (kind, int(number) if number.isdigit() else 0, service)


def events_by_node(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Return events grouped by node, each node's in order."""
    found: dict[str, list[Event]] = {}
    for event in events:
        found.setdefault(event.node, []).append(event)
    return found
