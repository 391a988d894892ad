"""Who bears witness to a boot's end: peers, the next boot, BMC, UPS, login records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fencepost.events.kernel_boot import BootSeparated, FilesystemRecovered, KernelStarted
from fencepost.events.knet import LinkDown
from fencepost.events.services import UpsLowBattery, UpsOnBattery
from fencepost.events.systemd import JournalUnclean
from fencepost.events.totem import TokenLate
from fencepost.model.case import Boot, Evidence, Membership, Proof, Span
from fencepost.model.cluster import Cluster
from fencepost.model.document import ChassisStatus, Document, Sel, Wtmp
from fencepost.model.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that endings are decided on."""

    timeline: Timeline
    cluster: Cluster
    boots: Sequence[Boot]
    memberships: Sequence[Membership]
    quorum_losses: Sequence[Span]
    armed: Sequence[Span]
    documents: Sequence[Document]
    until: datetime
    corosync_only: frozenset[str]


def ups_says(boot: Boot, known: Known) -> list[Proof]:
    """Lines about an UPS on battery in the hour before the end, on any node."""
    return [
        *few(
            known.timeline.of(
                UpsOnBattery,
                UpsLowBattery,
                since=boot.last_heard - timedelta(minutes=60),
                until=boot.last_heard + timedelta(minutes=5),
            )
        )
    ]


def sel_says(boot: Boot, known: Known, *words: str) -> list[Proof]:
    """Entries of the BMC's event log between the last line and the next boot."""
    end = boot.back_at or boot.last_heard + timedelta(minutes=10)
    return [
        Evidence(boot.node, entry.at, entry.origin)
        for doc in known.documents
        if isinstance(doc, Sel) and doc.node == boot.node
        for entry in doc.entries
        if entry.at is not None
        and boot.last_heard - timedelta(minutes=2) <= entry.at <= end + timedelta(minutes=2)
        and any(word in f"{entry.sensor} {entry.says}".lower() for word in words)
    ]


def chassis_says(boot: Boot, known: Known) -> list[Proof]:
    """The BMC's word on the last power event; it speaks of the last boot that ended."""
    later = [b for b in known.boots if b.node == boot.node and b.first_heard > boot.first_heard]
    if len(later) != 1:
        return []
    return [
        Evidence(boot.node, None, doc.origin_of("keys:Last Power Event"))
        for doc in known.documents
        if isinstance(doc, ChassisStatus)
        and doc.node == boot.node
        and "ac-failed" in doc.keys.get("Last Power Event", "")
    ]


def lost_by_peers(boot: Boot, known: Known) -> Proof | None:
    """The first ring of a peer that this node fell out of when its log stops, never to return."""
    node_id = known.cluster.id_of(boot.node)
    if node_id is None or boot.node in known.corosync_only:
        return None
    early = boot.last_heard - timedelta(seconds=70)
    late = boot.last_heard + timedelta(minutes=5)
    last: Membership | None = None
    for member in known.memberships:
        if member.node == boot.node:
            continue
        if node_id in member.left and early <= member.since <= late:
            last = last or member
        elif node_id in member.members and last is not None:
            if boot.back_at is None:
                last = None  # it came back: its log merely ends early
            else:
                break
    if last is None or known.until - boot.last_heard < timedelta(seconds=20):
        return None
    return last.proof


def last_contact(boot: Boot, known: Known) -> datetime | None:
    """When its peers last heard of it, from how long each had waited; None when nobody says."""
    node_id = known.cluster.id_of(boot.node)
    if node_id is None:
        return None
    end = boot.back_at or boot.last_heard + timedelta(minutes=5)
    since = boot.last_heard - timedelta(seconds=2)
    downs = [
        down
        for down in known.timeline.of(LinkDown, since=since, until=end)
        if down.host == node_id and down.node != boot.node and _stayed_up(known, down, since)
    ]
    if not downs:
        return None
    first = downs[0]
    late = known.timeline.of(
        TokenLate, since=first.at - timedelta(seconds=10), until=first.at + timedelta(seconds=10)
    )
    waits = [event.at - timedelta(milliseconds=event.waited_ms) for event in late]
    contact = min([*waits, first.at - timedelta(seconds=1)])
    return max(contact, boot.last_heard)


def _stayed_up(known: Known, down: LinkDown, since: datetime) -> bool:
    """Whether the node that logged this was up all the time from `since` to then."""
    return any(
        boot.node == down.node and boot.first_heard <= since and down.at <= boot.last_heard
        for boot in known.boots
    )


def next_start(boot: Boot, known: Known) -> list[Proof]:
    """The line with which the next boot begins, where a goodbye should have stood before."""
    if boot.back_at is None:
        return []
    until = boot.back_at + timedelta(seconds=60)
    starts = known.timeline.of(
        BootSeparated, KernelStarted, node=boot.node, since=boot.back_at, until=until
    )
    return [*few(starts, 1)]


def unclean(boot: Boot, known: Known) -> list[Proof]:
    """What the next boot found of an end without a goodbye."""
    if boot.back_at is None:
        return []
    until = boot.back_at + timedelta(minutes=3)
    marks = known.timeline.of(
        JournalUnclean, FilesystemRecovered, node=boot.node, since=boot.back_at, until=until
    )
    found: list[Proof] = [*few(marks, 1)]
    for doc in known.documents:
        if isinstance(doc, Wtmp) and doc.node == boot.node:
            found += [
                Evidence(boot.node, entry.ended, entry.origin)
                for entry in doc.entries
                if entry.kind == "crash"
                and entry.ended is not None
                and abs(entry.ended - boot.back_at) <= timedelta(minutes=5)
            ]
    return found


def few(events: Sequence[Proof], most: int = 4) -> list[Proof]:
    """The first few: a report quotes lines, it does not copy logs."""
    return list(events[:most])
