"""Who bears witness to a boot's end: peers, the next boot, BMC, UPS, login records."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fencepost.events.kernel_boot import BootSeparated, FilesystemRecovered, KernelStarted
from fencepost.events.knet import LinkDown
from fencepost.events.services import UpsLowBattery, UpsOnBattery, UpsOnline
from fencepost.events.systemd import JournalUnclean
from fencepost.events.totem import TokenLate
from fencepost.model.case import Boot, Boots, Evidence, Membership, Proof, Span
from fencepost.model.cluster import Cluster
from fencepost.model.document import ChassisStatus, Document, Sel, Wtmp
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.timeline import Timeline

TAIL = timedelta(seconds=180)
"""What can explain an end stands in the last minutes before it."""

SAME_MOMENT = timedelta(seconds=5)
"""Moments of several nodes this close together, clocks set, are one."""


@dataclass(frozen=True, slots=True)
class Known:
    """The facts that endings are decided on."""

    timeline: Timeline
    cluster: Cluster
    boots: Boots
    memberships: History[Membership]
    quorum_losses: History[Span]
    armed: History[Span]
    documents: Sequence[Document]
    until: datetime
    corosync_only: frozenset[str]


def last_words(boot: Boot, known: Known, within: timedelta, *kinds: type[Event]) -> list[Event]:
    """Return what a boot itself said in its last stretch; nothing of the boot before it."""
    since = max(boot.first_heard, boot.last_heard - within)
    return known.timeline.of(*kinds, node=boot.node, since=since, until=boot.last_heard)


def first_words(boot: Boot, known: Known, within: timedelta, *kinds: type[Event]) -> list[Event]:
    """Return what the boot after this one said at its beginning; nothing of those after that."""
    if boot.back_at is None:
        return []
    until = boot.back_at + within
    following = known.boots.of(boot.node).first(boot.back_at)
    if following is not None:
        until = min(until, following.last_heard)
    return known.timeline.of(*kinds, node=boot.node, since=boot.back_at, until=until)


def held_to_the_end(boot: Boot, known: Known) -> list[Span]:
    """Return the spans in which an LRM or CRM held the watchdog when this boot's log stops."""
    return [
        span
        for span in known.armed.of(boot.node).at(boot.last_heard)
        if span.until != boot.last_heard or span.closed is None
    ]


def ups_says(boot: Boot, known: Known) -> list[Proof]:
    """Return lines about an UPS, of any node, that was on battery when the boot ended.

    The hour before counts, as long as the same UPS did not say that mains power was back.
    """
    since, end = boot.last_heard - timedelta(minutes=60), boot.last_heard
    said = known.timeline.of(
        UpsOnBattery, UpsLowBattery, since=since, until=end + timedelta(minutes=5)
    )
    back = known.timeline.of(UpsOnline, since=since, until=end)
    return [
        *few(
            [
                event
                for event in said
                if not any(
                    (on.node, on.ups) == (event.node, event.ups) and on.at >= event.at
                    for on in back
                )
            ]
        )
    ]


def sel_says(boot: Boot, known: Known, *words: str) -> list[Proof]:
    """Entries of the BMC's event log from around the end, before the next boot.

    What it noted hours later, of a machine that was down all the time, says nothing of the end.
    """
    end = boot.last_heard + timedelta(minutes=10)
    end = end if boot.back_at is None else min(end, boot.back_at)
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
    if known.boots.of(boot.node)[-2:-1] != (boot,):
        return []
    return [
        Evidence(boot.node, None, doc.origin_of("keys:Last Power Event"))
        for doc in known.documents
        if isinstance(doc, ChassisStatus)
        and doc.node == boot.node
        and "ac-failed" in doc.keys.get("Last Power Event", "")
    ]


def lost_by_peers(boot: Boot, known: Known) -> Proof | None:
    """Return the first ring of a peer that this node fell out of about when its log stops.

    None when it came back to them without a boot: then its log merely ends early.
    """
    node_id = known.cluster.id_of(boot.node)
    if node_id is None or boot.node in known.corosync_only:
        return None
    early = boot.last_heard - timedelta(seconds=70)
    late = boot.last_heard + timedelta(minutes=5)
    last: Membership | None = None
    for member in known.memberships.begun(early, None if boot.back_at is None else late):
        if member.node == boot.node:
            continue
        if node_id in member.left and member.since <= late:
            if last is None and not _still_seen(node_id, member, known):
                last = member
        elif node_id in member.members and boot.back_at is None:
            last = None  # it came back: its log merely ends early
    if last is None or known.until - boot.last_heard < timedelta(seconds=20):
        return None
    return last.proof


def _still_seen(node_id: int, lost: Membership, known: Known) -> bool:
    """Whether another node kept it in its ring: then the one that lost it was cut off itself."""
    late = lost.since + timedelta(seconds=15)
    return any(
        node_id in ring.members
        and ring.node != lost.node
        and known.cluster.id_of(ring.node) not in (node_id, None)
        and ring.until != late
        and known.boots.of(ring.node).at(late)
        for ring in known.memberships.at(late)
    )


def gone_for_good(boot: Boot, known: Known, due: datetime | None = None) -> Proof | None:
    """Return the peers' line that shows that a boot ended, where no boot of the node follows.

    A node that talked on after its peers had dropped it was cut off, not dead. It is gone only
    once the reset that it must have had is past: `due`, None when no law asks for one.
    """
    lost = lost_by_peers(boot, known)
    if lost is None:
        return None
    if due is not None:
        return lost if known.until >= due else None
    at = lost.at
    return lost if at is not None and at >= boot.last_heard - SAME_MOMENT else None


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
    return any(down.at <= boot.last_heard for boot in known.boots.of(down.node).at(since))


def next_start(boot: Boot, known: Known) -> list[Proof]:
    """The line with which the next boot begins, where a goodbye should have stood before."""
    if boot.back_at is None:
        return []
    starts = first_words(boot, known, timedelta(seconds=60), BootSeparated, KernelStarted)
    return [*few(starts, 1)]


def unclean(boot: Boot, known: Known) -> list[Proof]:
    """What the next boot found of an end without a goodbye."""
    if boot.back_at is None:
        return []
    marks = first_words(boot, known, timedelta(minutes=3), JournalUnclean, FilesystemRecovered)
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
