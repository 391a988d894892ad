"""What corosync's own commands say: quorum, links, reachable nodes, cmap; and corosync.conf.

Source: corosync 3.1 tools/corosync-quorumtool.c, corosync-cfgtool.c (3.0 and 2.4 differ in the
status lines), corosync-cmapctl.c; pve-cluster src/PVE/CLI/pvecm.pm.
"""

import re

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap, LinkState, QuorumStatus, ReachableNodes
from fencepost.sources.settings.headings import short_name
from fencepost.sources.settings.numbers import whole
from fencepost.sources.settings.sections import Section
from fencepost.sources.settings.times import find_times

CMAP_LINE = r"[\w.:/-]+ \((?:[iu](?:8|16|32|64)|flt|dbl|str|bin)\)(?: =|$)"

_QUORUM_FIELDS = {
    "Name": "cluster_name",
    "Config Version": "config_version",
    "Transport": "transport",
    "Secure auth": "secauth",
    "Date": "as_of",
    "Nodes": "nodes",
    "Node ID": "node_id",
    "Ring ID": "ring_id",
    "Quorate": "quorate",
    "Expected votes": "expected_votes",
    "Total votes": "total_votes",
    "Quorum": "quorum",
    "Flags": "flags",
}
_MEMBER = re.compile(
    r"\s*(?P<id>0x[0-9a-fA-F]{1,8}|[0-9]{1,10})\s+(?P<votes>[0-9]{1,10})\s+"
    r"(?:(?:N?A,N?V,N?MW|NR)\s+)?(?P<name>\S.*)"
)


def parse_quorum(section: Section) -> QuorumStatus | None:
    """Read `pvecm status`, `pvecm nodes` or `corosync-quorumtool -s`."""
    said: dict[str, str] = {}
    where: dict[str, int] = {}
    members: dict[int, tuple[int, str]] = {}
    local: int | None = None
    listing = False
    for index, line in enumerate(section.lines):
        key, colon, value = line.partition(":")
        field = _QUORUM_FIELDS.get(key)
        listing = listing or line.split()[:2] == ["Nodeid", "Votes"]
        if field and colon:
            said[field] = value.strip()
            where[field] = index
        elif listing and (found := _MEMBER.fullmatch(line)):
            member = whole(found["id"]) or 0
            name = found["name"].removesuffix("(local)")
            members[member] = (whole(found["votes"]) or 0, name.strip())
            where[f"members:{member}"] = index
            if name != found["name"]:
                local = member
                where["local"] = index
    if not said and not members:
        return None
    if local is not None:
        section = section.owned_by(_own_name(members[local][1]))
    return QuorumStatus(
        **section.facts(where),
        quorate={"Yes": True, "No": False}.get(said.get("quorate", "")),
        ring_id=said.get("ring_id") or None,
        node_id=whole(said.get("node_id")),
        nodes=whole(said.get("nodes")),
        expected_votes=whole(said.get("expected_votes")),
        total_votes=whole(said.get("total_votes")),
        quorum=whole(said.get("quorum")),
        flags=tuple(said.get("flags", "").split()),
        members=members,
        local=local,
        config_version=whole(said.get("config_version")),
        cluster_name=said.get("cluster_name") or None,
        transport=said.get("transport") or None,
        secauth=said.get("secauth") or None,
        as_of=next(iter(find_times(said.get("as_of", ""))), None),
    )


def _own_name(printed: str) -> str | None:
    return short_name(printed) if ":" not in printed and " " not in printed else None


def parse_links(section: Section) -> LinkState | ReachableNodes | None:
    """Read `corosync-cfgtool -s` or `corosync-cfgtool -n`, which begin with the same line."""
    head = section.find(r"Local node ID ([0-9]{1,10})(?:, transport (\S+))?")
    if head is None:
        return None
    node_id, transport = whole(head[1][1]), head[1][2]
    if section.find(r"(?:LINK|RING) ID"):
        return _link_state(section, node_id, transport)
    if section.find(r"nodeid: ") or re.search(r"cfgtool\s.*-\w*n", section.command):
        return _reachable(section, node_id)
    return None


def _link_state(section: Section, node_id: int | None, transport: str | None) -> LinkState:
    link = -1
    addresses: dict[int, str] = {}
    states: dict[tuple[int, int], str] = {}
    where: dict[str, int] = {"node_id": 0}
    for index, line in enumerate(section.lines):
        peer: int | None = None
        state = ""
        if found := re.match(r"(?:LINK|RING) ID ([0-9]{1,3})", line):
            link = int(found[1])
            where[f"addresses:{link}"] = index
        elif found := re.match(r"\s+(?:addr|id)\s+= (\S+)", line):
            addresses[link] = found[1]
            where[f"addresses:{link}"] = index
        elif found := re.match(r"\s+nodeid:?\s+([0-9]{1,10}):\s+(.+)", line):
            peer, state = int(found[1]), _state(found[2])
        elif node_id is not None and (found := re.match(r"\s+status\s+= (.*ring.*)", line)):
            peer, state = node_id, "FAULTY" if "FAULTY" in found[1] else "no faults"
        if peer is not None:
            states[link, peer] = state
            where[f"states:{link}:{peer}"] = index
    return LinkState(
        **section.facts(where),
        node_id=node_id,
        transport=transport,
        addresses=addresses,
        states=states,
    )


def _state(printed: str) -> str:
    """Return the state in one word; corosync 3.0 prints `link enabled:1 link connected:0`."""
    if found := re.search(r"link connected:([01])", printed):
        return "connected" if found[1] == "1" else "disconnected"
    return printed.strip()


def _reachable(section: Section, node_id: int | None) -> ReachableNodes:
    links: dict[tuple[int, int], tuple[bool, int | None]] = {}
    where: dict[str, int] = {"node_id": 0}
    peer: int | None = None
    for index, line in enumerate(section.lines):
        if found := re.match(r"nodeid: ([0-9]{1,10}) reachable", line):
            peer = int(found[1])
        elif peer is not None and (found := re.match(r"\s+LINK: ([0-9]{1,3}) (.*)", line)):
            link = int(found[1])
            mtu = re.search(r"\bmtu: ([0-9]{1,9})", found[2])
            connected = re.search(r"\s(?:dyn)?connected\b", found[2]) is not None
            links[peer, link] = (connected, int(mtu[1]) if mtu else None)
            where[f"links:{peer}:{link}"] = index
    return ReachableNodes(**section.facts(where), node_id=node_id, links=links)


def parse_cmap(section: Section) -> Cmap | None:
    """Read `corosync-cmapctl`, of the icmap or of the stats map."""
    keys: dict[str, str] = {}
    where: dict[str, int] = {}
    for index, found in section.every(CMAP_LINE):
        key = found[0].partition(" ")[0]
        keys[key] = section.lines[index][found.end() :].strip()
        where[f"keys:{key}"] = index
    if not keys:
        return None
    position = keys.get("nodelist.local_node_pos", "")
    name = keys.get(f"nodelist.node.{position}.name")
    return Cmap(**section.owned_by(short_name(name)).facts(where), keys=keys)


CONF_SECTIONS = ("totem", "nodelist", "quorum", "logging")
_TAIL = re.compile(r"\s*(?:#.*|[\w.]+\s*:\s*\S*)?")


def parse_conf(section: Section) -> CorosyncConf | None:
    """Read a corosync.conf; a lone `totem { }`, as advice quotes it, is none.

    What follows the last brace is kept only while it could still be part of the file.
    """
    end = len(section.lines)
    closed = [index for index, line in enumerate(section.lines) if line.strip() == "}"]
    if closed:
        tail = range(closed[-1] + 1, end)
        end = next((index for index in tail if not _TAIL.fullmatch(section.lines[index])), end)
    section = section.part(0, end)
    top = {found[1] for _, found in section.every(r"\s*(\w+)\s*\{")}
    needed = 1 if section.path.endswith("corosync.conf") else 2
    if len(top & set(CONF_SECTIONS)) < needed:
        return None
    return CorosyncConf.parse("\n".join(section.written), section.origin(), section.node)
