"""When a node's watchdog was held by its LRM or CRM, so that starving it resets the node."""

from datetime import datetime

from fencepost.events.pve_ha_crm import (
    CrmLockLost,
    CrmStateChanged,
    CrmStopped,
    CrmWatchdogClosed,
    CrmWatchdogOpened,
)
from fencepost.events.pve_ha_lrm import (
    LrmLockLost,
    LrmServiceStarted,
    LrmStateChanged,
    LrmStopped,
    LrmWatchdogClosed,
    LrmWatchdogOpened,
)
from fencepost.events.watchdog_mux import ClientExpired, ClientNearExpiry, ClientSaved
from fencepost.model.case import Span
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.timeline import Timeline

ARMED_LRM_STATES = frozenset({"active", "lost_agent_lock", "maintenance"})

LRM_SAYS = (
    LrmWatchdogOpened,
    LrmWatchdogClosed,
    LrmStateChanged,
    LrmLockLost,
    LrmServiceStarted,
    LrmStopped,
)
CRM_SAYS = (CrmWatchdogOpened, CrmWatchdogClosed, CrmStateChanged, CrmLockLost, CrmStopped)


def find_armed(
    timeline: Timeline, nodes: list[str], starts: dict[str, list[datetime]]
) -> History[Span]:
    """Return each stretch in which an LRM or CRM held the watchdog of its node.

    starts: when each node's logs and boots begin. A first line that only an armed daemon
    writes (it lost its agent lock, it closed its watchdog) arms the node from there on.
    """
    found: list[Span] = []
    for node in nodes:
        begins = starts.get(node, [])
        before: list[Span] = []  # those of one boot earlier may reach to this one's first line
        for begin, end in zip(begins, [*begins[1:], None], strict=True):
            said = timeline.of(*LRM_SAYS, node=node, since=begin, until=end)
            own = _spans(node, begin, end, said, "lrm")
            said = timeline.of(*CRM_SAYS, node=node, since=begin, until=end)
            own += _spans(node, begin, end, said, "crm")
            own += _by_mux(timeline, node, begin, end, [*before, *own])
            found += own
            before = own
    return History(sorted(found, key=lambda span: (span.since, span.node)))


def _spans(
    node: str, begin: datetime, end: datetime | None, said: list[Event], by: str
) -> list[Span]:
    found: list[Span] = []
    opened: Event | None = None
    since = begin
    first = True
    for event in said:
        change = _change(event)
        if change is None:
            continue
        if change and opened is None:
            opened, since = event, event.at
            if first and _was_armed_before(event):
                since = begin
            first = False
        elif not change and opened is not None:
            found.append(Span(node, since, event.at, opened, event, by))
            opened = None
        elif not change and not found and _was_armed_before(event):
            found.append(Span(node, begin, event.at, event, event, by))
    if opened is not None:
        found.append(Span(node, since, end, opened, None, by))
    return found


def _change(event: Event) -> bool | None:
    """Whether this line shows the watchdog held (True), given up (False), or neither (None)."""
    match event:
        case LrmWatchdogOpened() | CrmWatchdogOpened() | LrmServiceStarted():
            return True
        case LrmLockLost(lock=lock):
            return True if lock.startswith("ha_agent") else None
        case LrmStateChanged(now=now):
            return True if now in ARMED_LRM_STATES else None
        case CrmStateChanged(now=now):
            return True if now == "master" else None
        case LrmWatchdogClosed() | CrmWatchdogClosed() | LrmStopped() | CrmStopped():
            return False
        case _:
            return None


def _was_armed_before(event: Event) -> bool:
    match event:
        case LrmLockLost() | LrmWatchdogClosed() | CrmWatchdogClosed():
            return True
        case LrmStateChanged(was=was):
            return was in ARMED_LRM_STATES
        case _:
            return False


def _by_mux(
    timeline: Timeline, node: str, begin: datetime, end: datetime | None, known: list[Span]
) -> list[Span]:
    """A client that expires was held, whatever its daemon failed to log."""
    said = timeline.of(
        ClientNearExpiry, ClientExpired, ClientSaved, node=node, since=begin, until=end
    )
    if not said or any(span.covers(said[0].at) for span in known):
        return []
    return [Span(node, begin, end, said[0], None, "lrm")]
