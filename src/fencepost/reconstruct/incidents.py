"""Incidents: signs of disturbance that belong together, and what came of them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from fencepost.events.pve_ha_crm import (
    NodeStateChanged,
    ServiceRecovered,
    ServiceRecoveredInPlace,
)
from fencepost.events.pve_ha_lrm import (
    LrmLockAcquired,
    LrmLockLost,
    LrmServiceStarted,
    LrmStateChanged,
)
from fencepost.events.watchdog_mux import ClientNearExpiry, ClientSaved
from fencepost.laws import totem, watchdog
from fencepost.model.case import Boot, Boots, Gravity, Incident, Recovery, Span
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.reconstruct.signals import Seen, Signal, find_signals
from fencepost.reconstruct.story import tell

TOGETHER = timedelta(seconds=120)
"""Signs closer than this, or tied by a state that lasts from one to the other, are one incident."""

AFTERMATH = timedelta(minutes=6)
"""The master acknowledges and recovers up to some minutes after a node was lost."""


def find_incidents(seen: Seen, heard: Sequence[str]) -> list[Incident]:
    """Return the incidents in order of time, numbered i1, i2, …."""
    groups = _group(find_signals(seen))
    return [
        _incident(f"i{number}", group, seen, heard) for number, group in enumerate(groups, start=1)
    ]


def _group(signals: list[Signal]) -> list[list[Signal]]:
    groups: list[list[Signal]] = []
    reach: datetime | None = None
    for signal in signals:
        if reach is None or signal.at - reach > TOGETHER:
            groups.append([])
            reach = signal.until
        groups[-1].append(signal)
        reach = max(reach, signal.until)
    return groups


def _incident(name: str, group: list[Signal], seen: Seen, heard: Sequence[str]) -> Incident:
    began = group[0].at
    ended = max(signal.until for signal in group)
    gravity = max(signal.gravity for signal in group)
    boots = seen.boots.ended(began, ended)
    down = {boot.node for boot in boots}
    lost = tuple(sorted({span.node for span in seen.quorum_losses.begun(began, ended)}))
    armed = _armed(seen.armed, began, ended)
    nodes = {node for signal in group for node in signal.nodes}
    recoveries = _recoveries(seen, boots, began, ended)
    return Incident(
        id=name,
        began=began,
        ended=ended,
        gravity=gravity,
        nodes=tuple(sorted(nodes)),
        lost_quorum=lost,
        armed=armed,
        survived=tuple(sorted(set(heard) - down)) if gravity >= Gravity.QUORUM_LOST else (),
        margin=_margin(seen, began, ended),
        boots=boots,
        recoveries=recoveries,
        story=tuple(tell(seen, began, ended, boots, recoveries)),
    )


def _armed(spans: History[Span], began: datetime, ended: datetime) -> tuple[str, ...]:
    """Nodes whose watchdog was held when it began, or came to be held before its end."""
    return tuple(
        sorted(
            {
                span.node
                for span in spans.touching(began, ended)
                if span.since <= began + timedelta(seconds=30)
            }
        )
    )


# --- near misses -------------------------------------------------------------------------------


def _margin(seen: Seen, began: datetime, ended: datetime) -> timedelta | None:
    """The least that was left of any armed watchdog that was fed again in time."""
    margins: list[float] = []
    nodes = {event.node for event in seen.timeline.of(LrmLockLost, since=began, until=ended)} | {
        event.node for event in seen.timeline.of(ClientNearExpiry, since=began, until=ended)
    }
    for node in sorted(nodes):
        margins += _margins(seen, node, began, ended)
    return timedelta(seconds=round(min(margins))) if margins else None


def _margins(seen: Seen, node: str, began: datetime, ended: datetime) -> list[float]:
    timeline = seen.timeline
    after = ended + timedelta(seconds=60)
    found: list[float] = []
    for saved in timeline.of(ClientSaved, node=node, since=began, until=after):
        near = timeline.last(ClientNearExpiry, node=node, until=saved.at)
        if near is not None and near.at >= began:
            starved = watchdog.CLIENT_WARNING_S + 0.5 + (saved.at - near.at).total_seconds()
            found.append(max(0.0, watchdog.margin_s(starved)))
    if found:
        return found
    lost = timeline.of(LrmLockLost, node=node, since=began, until=ended)
    if not lost:
        return []
    regained = [
        event
        for event in timeline.of(
            LrmStateChanged, LrmLockAcquired, node=node, since=lost[0].at, until=after
        )
        if isinstance(event, LrmLockAcquired) or event.now == "active"
    ]
    if not regained or _ended_between(seen.boots, node, lost[0].at, regained[0].at):
        return []
    starved = (regained[0].at - _last_fed(seen, node, lost[0])).total_seconds()
    return [max(0.0, watchdog.margin_s(starved))]


def _last_fed(seen: Seen, node: str, lost: Event) -> datetime:
    """When the watchdog was last fed: up to ten seconds before the cut, so five on average.

    The cut lies token + consensus before the quorum loss that it caused.
    """
    near = timedelta(seconds=20)
    losses = seen.quorum_losses.of(node).begun(lost.at - near, lost.at + near)
    token = seen.cluster.token_ms or totem.token_timeout_ms(totem.TOKEN_MS, totem.COEFFICIENT_MS, 3)
    consensus = seen.cluster.consensus_ms or totem.consensus_ms(token)
    if losses:
        reform = timedelta(milliseconds=totem.reform_ms(token, consensus))
        return losses[-1].since - reform - timedelta(seconds=5)
    return lost.at - timedelta(seconds=5)


def _ended_between(boots: Boots, node: str, since: datetime, until: datetime) -> bool:
    return any(boot.node == node for boot in boots.ended(since, until))


# --- recoveries --------------------------------------------------------------------------------


def _recoveries(
    seen: Seen, boots: Sequence[Boot], began: datetime, ended: datetime
) -> tuple[Recovery, ...]:
    found = []
    for event in seen.timeline.of(
        ServiceRecovered, ServiceRecoveredInPlace, since=began, until=ended
    ):
        target = event.target if isinstance(event, ServiceRecovered) else event.source
        found.append(
            Recovery(
                event.service,
                event.source,
                target,
                event.at,
                _down(seen, boots, event.service, event.source, target, event.at),
                event,
            )
        )
    return tuple(found)


def _down(
    seen: Seen,
    boots: Sequence[Boot],
    service: str,
    source: str,
    target: str,
    at: datetime,
) -> timedelta | None:
    """From the moment its node was gone to the service running again; None when not logged."""
    started = [
        event
        for event in seen.timeline.of(
            LrmServiceStarted, node=target, since=at, until=at + AFTERMATH
        )
        if event.service == service
    ]
    gone = [boot.ended for boot in boots if boot.node == source and boot.ended is not None]
    gone = [when for when in gone if when <= at]
    unknown = [
        event.at
        for event in seen.timeline.of(NodeStateChanged, since=at - AFTERMATH, until=at)
        if event.subject == source and event.now == "unknown" and event.was == "online"
    ]
    since = gone[-1] if gone else (unknown[-1] if unknown else None)
    if since is None or not started:
        return None
    return started[0].at - since
