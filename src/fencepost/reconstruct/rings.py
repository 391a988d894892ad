"""Memberships, quorum and links as each node saw them, from its own lines."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

from fencepost.events.corosync import CorosyncExited, CorosyncStarted, ServiceSynced
from fencepost.events.knet import LinkDown, LinkUp
from fencepost.events.pmxcfs import FilesystemGainedQuorum, FilesystemLostQuorum
from fencepost.events.totem import LeaveNotReceived, MembershipFormed
from fencepost.events.votequorum import (
    MembersListed,
    QuorumGained,
    QuorumLost,
    SyncMembers,
)
from fencepost.model.case import Cut, Membership, Span
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.timeline import Timeline

TOGETHER = timedelta(seconds=2)
"""Lines of one membership change stand this close together."""

LISTED_WITHIN = timedelta(seconds=15)
"""`Members[n]` follows the new membership after the sync, which may take seconds."""


def find_memberships(timeline: Timeline, nodes: list[str]) -> History[Membership]:
    """Return every membership of every node, in order of time."""
    return History(member for node in nodes for member in _of_node(timeline, node))


def _of_node(timeline: Timeline, node: str) -> Iterator[Membership]:
    formed = timeline.of(MembershipFormed, node=node)
    stops = [stop.at for stop in timeline.of(CorosyncExited, CorosyncStarted, node=node)]
    members: tuple[int, ...] = ()
    for number, event in enumerate(formed):
        following = formed[number + 1].at if number + 1 < len(formed) else None
        members = _members(timeline, event, following, members)
        stop = bisect_right(stops, event.at)
        ends = [*stops[stop : stop + 1], *([following] if following else [])]
        yield Membership(
            node=node,
            ring=event.ring,
            members=members,
            joined=event.joined,
            left=event.left,
            failed=_failed(timeline, event, following),
            since=event.at,
            until=min(ends) if ends else None,
            quorate=_quorate(timeline, event, following),
            synced=bool(timeline.of(ServiceSynced, node=node, since=event.at, until=following)),
            proof=event,
        )


def _members(
    timeline: Timeline,
    event: MembershipFormed,
    following: datetime | None,
    before: tuple[int, ...],
) -> tuple[int, ...]:
    """Members of a new ring: as `Sync members` says, else as listed, else worked out."""
    synced = timeline.of(SyncMembers, node=event.node, since=event.at - TOGETHER, until=event.at)
    if synced:
        return tuple(sorted(synced[-1].members))
    until = event.at + LISTED_WITHIN
    listed = timeline.of(
        MembersListed,
        node=event.node,
        since=event.at,
        until=min(until, following) if following else until,
    )
    if listed:
        return tuple(sorted(listed[0].members))
    return tuple(sorted((set(before) | set(event.joined)) - (set(event.left) - set(event.joined))))


def _failed(
    timeline: Timeline, event: MembershipFormed, following: datetime | None
) -> tuple[int, ...]:
    until = event.at + TOGETHER
    said = timeline.of(
        LeaveNotReceived,
        node=event.node,
        since=event.at,
        until=min(until, following) if following else until,
    )
    own = [line for line in said if set(line.failed) <= set(event.left)]
    return own[0].failed if own else ()


def _quorate(
    timeline: Timeline, event: MembershipFormed, following: datetime | None
) -> bool | None:
    """Whether this ring had quorum: said with it, else as it was before."""
    until = event.at + LISTED_WITHIN
    said = timeline.of(
        QuorumLost,
        QuorumGained,
        node=event.node,
        since=event.at,
        until=min(until, following) if following else until,
    )
    last = (
        said[-1]
        if said
        else timeline.last(QuorumLost, QuorumGained, node=event.node, until=event.at)
    )
    return None if last is None else isinstance(last, QuorumGained)


def find_quorum_losses(
    timeline: Timeline, nodes: list[str], ends: dict[str, list[datetime]]
) -> History[Span]:
    """Return each stretch in which a node was without quorum after having had it.

    ends: when each node's boots ended; a span does not outlive its boot.
    """
    found: list[Span] = []
    for node in nodes:
        opened: Event | None = None
        said = timeline.of(
            QuorumLost,
            FilesystemLostQuorum,
            QuorumGained,
            FilesystemGainedQuorum,
            node=node,
        )
        for event in said:
            lost = isinstance(event, QuorumLost | FilesystemLostQuorum)
            if opened is not None:
                end = _first_after(ends.get(node, []), opened.at, event.at)
                if end is not None:
                    found.append(Span(node, opened.at, end, opened, None))
                    opened = None
            if lost and opened is None:
                opened = event
            elif not lost and opened is not None:
                found.append(Span(node, opened.at, event.at, opened, event))
                opened = None
        if opened is not None:
            end = _first_after(ends.get(node, []), opened.at, None)
            found.append(Span(node, opened.at, end, opened, None))
    return History(sorted(found, key=lambda span: (span.since, span.node)))


def _first_after(times: list[datetime], since: datetime, until: datetime | None) -> datetime | None:
    place = bisect_left(times, since)
    if place == len(times) or (until is not None and times[place] >= until):
        return None
    return times[place]


def find_cuts(
    timeline: Timeline, nodes: list[str], ends: dict[str, list[datetime]]
) -> History[Cut]:
    """Return each stretch in which knet on a node had no answer from a peer on a link."""
    found: list[Cut] = []
    for node in nodes:
        open_cuts: dict[tuple[int, int], LinkDown] = {}
        events = timeline.of(LinkDown, LinkUp, CorosyncStarted, node=node)
        for event in events:
            if isinstance(event, CorosyncStarted):
                found += [_closed(down, event.at, None, ends) for down in open_cuts.values()]
                open_cuts.clear()
                continue
            key = (event.host, event.link)
            if isinstance(event, LinkDown):
                open_cuts.setdefault(key, event)
            elif key in open_cuts:
                found.append(_closed(open_cuts.pop(key), event.at, event, ends))
        found += [_closed(down, None, None, ends) for down in open_cuts.values()]
    return History(sorted(found, key=lambda cut: (cut.since, cut.node, cut.peer, cut.link)))


def _closed(
    down: LinkDown,
    until: datetime | None,
    up: Event | None,
    ends: dict[str, list[datetime]],
) -> Cut:
    end = _first_after(ends.get(down.node, []), down.at, until)
    if end is not None:
        until, up = end, None
    return Cut(down.node, down.host, down.link, down.at, until, down, up)
