"""Events and documents → the case: everything known, on one clock."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain

from fencepost.model.case import Boot, Boots, Case
from fencepost.model.cluster import Node
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import BootList, Document
from fencepost.model.line import Assumption, Gap, Line
from fencepost.model.timeline import Timeline
from fencepost.reconstruct.arms import find_armed
from fencepost.reconstruct.boots import split_boots
from fencepost.reconstruct.clocks import Setting, set_clocks
from fencepost.reconstruct.endings import decide_endings
from fencepost.reconstruct.incidents import find_incidents
from fencepost.reconstruct.members import find_cluster
from fencepost.reconstruct.recognise import Heard, Recogniser, Sign
from fencepost.reconstruct.rings import find_cuts, find_memberships, find_quorum_losses
from fencepost.reconstruct.signals import Seen
from fencepost.reconstruct.witnesses import Known

COROSYNC_ONLY = frozenset({"corosync", "journalctl", "corosync-qdevice", "corosync-qnetd"})


def reconstruct(
    readings: Iterable[Line | Gap | Document | Assumption],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Case:
    """Put every node's events on one clock and find boots, memberships and incidents.

    since, until: incidents outside are left out; what lies before them still counts as known.
    """
    recogniser = Recogniser()
    gaps: list[Gap] = []
    documents: list[Document] = []
    assumed: list[str] = []
    for reading in readings:
        match reading:
            case Line():
                recogniser.read(reading)
            case Gap():
                gaps.append(reading)
            case Document():
                documents.append(reading)
            case Assumption():
                assumed.append(reading.says)
    heard = dict(sorted(recogniser.heard.items()))
    written = Timeline(recogniser.told())
    clocks = set_clocks(written, chain.from_iterable(node.signs for node in heard.values()))
    timeline = Timeline(clocks.set(written.events))
    covered = {node: _covered(what.signs, clocks) for node, what in heard.items()}
    documents.sort(key=lambda doc: (doc.origin.file, doc.origin.line or 0, type(doc).__name__))
    gaps.sort(key=lambda gap: (gap.file or "", gap.node or "", gap.says))
    return _case(
        timeline, documents, clocks, covered, heard, gaps, sorted(set(assumed)), since, until
    )


def _covered(signs: Iterable[Sign], clocks: Setting) -> dict[str, list[datetime]]:
    """Return when lines were written in each file, in order, on the common clock."""
    found: dict[str, list[datetime]] = {}
    for sign in signs:
        found.setdefault(sign.file, []).append(clocks.common(sign))
    return {file: sorted(times) for file, times in sorted(found.items())}


def _case(
    timeline: Timeline,
    documents: list[Document],
    clocks: Setting,
    covered: dict[str, dict[str, list[datetime]]],
    heard: dict[str, Heard],
    gaps: list[Gap],
    assumed: list[str],
    since: datetime | None,
    until: datetime | None,
) -> Case:
    signs = {node: sorted(chain.from_iterable(files.values())) for node, files in covered.items()}
    cluster = find_cluster(timeline, documents, signs)
    nodes = sorted(signs)
    boots = split_boots(timeline, signs, covered)
    ends = _ends(boots)
    starts = {node: [boot.first_heard for boot in boots.of(node)] for node in nodes}
    memberships = find_memberships(timeline, nodes)
    cuts = find_cuts(timeline, nodes, ends)
    losses = find_quorum_losses(timeline, nodes, ends)
    armed = find_armed(timeline, nodes, starts)
    last = max((at for times in signs.values() for at in times[-1:]), default=None)
    first = min((at for times in signs.values() for at in times[:1]), default=None)
    if last is not None:
        known = Known(
            timeline=timeline,
            cluster=cluster,
            boots=boots,
            memberships=memberships,
            quorum_losses=losses,
            armed=armed,
            documents=documents,
            until=last,
            corosync_only=frozenset(
                node for node, what in heard.items() if what.programs <= COROSYNC_ONLY
            ),
        )
        boots = decide_endings(known)
    seen = Seen(timeline, cluster, boots, memberships, cuts, losses, armed)
    incidents = [
        incident
        for incident in find_incidents(seen, nodes)
        if (since is None or incident.ended >= since) and (until is None or incident.began <= until)
    ]
    incidents = [
        replace(incident, id=f"i{number}") for number, incident in enumerate(incidents, start=1)
    ]
    return Case(
        timeline=timeline,
        cluster=cluster,
        documents=tuple(documents),
        clocks=clocks.clocks,
        boots=Boots(boot for boot in boots if _inside(boot, since, until)),
        memberships=memberships,
        cuts=cuts,
        quorum_losses=losses,
        armed=armed,
        incidents=tuple(incidents),
        gaps=(
            *gaps,
            *_silences(cluster.nodes, signs, first, last),
            *_mixture(documents),
            *_unread_boots(documents, boots),
        ),
        assumed=tuple(assumed),
        began=max(filter(None, (first, since)), default=None),
        ended=min(filter(None, (last, until)), default=None),
        heard={node: (times[0], times[-1]) for node, times in sorted(signs.items()) if times},
    )


def _inside(boot: Boot, since: datetime | None, until: datetime | None) -> bool:
    """Whether a boot touches the time that is asked about."""
    begins, ends = boot.first_heard, boot.ended or boot.last_heard
    return (until is None or begins <= until) and (since is None or ends >= since)


def _ends(boots: Boots) -> dict[str, list[datetime]]:
    """When each node's boots were last heard, for those that another boot follows."""
    found: dict[str, list[datetime]] = {}
    for boot in boots:
        if boot.back_at is not None:
            found.setdefault(boot.node, []).append(boot.last_heard)
    return found


def _silences(
    nodes: Iterable[Node],
    signs: dict[str, list[datetime]],
    first: datetime | None,
    last: datetime | None,
) -> list[Gap]:
    """Say which nodes were not heard at all, and whose logs begin late or end early."""
    found = [
        Gap(f"no log of {node.name} was read", node=node.name) for node in nodes if not node.heard
    ]
    late = timedelta(hours=1)
    for node, times in sorted(signs.items()):
        if not times or first is None or last is None:
            continue
        if times[0] - first > late:
            found.append(Gap(f"nothing of {node} before {times[0]:%Y-%m-%d %H:%M}", node=node))
        if last - times[-1] > late:
            found.append(Gap(f"nothing of {node} after {times[-1]:%Y-%m-%d %H:%M}", node=node))
    return found


def _mixture(documents: list[Document]) -> list[Gap]:
    """Say so when settings of several clusters lie together: one report cannot tell them apart."""
    names = sorted(
        {
            name
            for conf in documents
            if isinstance(conf, CorosyncConf) and (name := conf.get("cluster_name", "totem"))
        }
    )
    if len(names) < 2:
        return []
    return [
        Gap(
            f"settings of {len(names)} clusters lie together ({', '.join(names)}): "
            "investigate each cluster's files on their own"
        )
    ]


def _unread_boots(documents: list[Document], boots: Boots) -> list[Gap]:
    """Name the boots that `journalctl --list-boots` lists and of which no line was read."""
    found = []
    for listed in documents:
        if not isinstance(listed, BootList) or listed.node is None:
            continue
        own = boots.of(listed.node)
        for entry in listed.boots:
            if entry.first is None or entry.last is None or not own:
                continue
            if not own.touching(entry.first, entry.last):
                hours = f"{entry.first:%Y-%m-%d %H:%M} to {entry.last:%Y-%m-%d %H:%M}"
                found.append(Gap(f"no log of the boot from {hours}", node=listed.node))
    return found
