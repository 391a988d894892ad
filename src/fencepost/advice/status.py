"""How the cluster stood at the end of what was read."""

from collections.abc import Sequence

from fencepost.events.pve_ha_crm import ServiceStateChanged
from fencepost.events.votequorum import QuorumGained, QuorumLost
from fencepost.model.case import Case
from fencepost.model.document import HaStatus, ManagerStatus, QuorumStatus
from fencepost.model.verdict import Pattern, Status


def standing(case: Case, patterns: Sequence[Pattern]) -> Status:
    """Return quorum, services and what still goes on, as of the last line read."""
    return Status(
        as_of=case.ended,
        quorate=_quorate(case),
        services=_services(case),
        ongoing=_ongoing(case, patterns),
    )


def _quorate(case: Case) -> bool | None:
    """Whether any part of the cluster had quorum at the end; None when nothing tells."""
    statuses = case.documents_of(QuorumStatus)
    dated = [doc for doc in statuses if doc.as_of is not None]
    if statuses and len(dated) < len(statuses):
        return any(doc.quorate for doc in statuses)
    last: dict[str, bool] = {}
    for event in case.timeline.of(QuorumLost, QuorumGained):
        last[event.node] = isinstance(event, QuorumGained)
    for member in case.memberships:
        if member.quorate is not None:
            last.setdefault(member.node, member.quorate)
    if not last:
        return any(doc.quorate for doc in statuses) if statuses else None
    return any(last.values())


def _services(case: Case) -> dict[str, str]:
    states: dict[str, str] = {}
    for manager in case.documents_of(ManagerStatus):
        states |= {service: state for service, (_, state) in manager.services.items()}
    for status in case.documents_of(HaStatus):
        states |= {service: state for service, (_, state) in status.services.items()}
    if not states:
        for change in case.timeline.of(ServiceStateChanged):
            states[change.service] = change.now
    return {
        service: states[service] for service in case.cluster.ha_services if service in states
    } | dict(sorted(states.items()))


def _ongoing(case: Case, patterns: Sequence[Pattern]) -> tuple[str, ...]:
    """Name the patterns whose last time was not long ago, measured by their own rhythm."""
    if case.ended is None:
        return ()
    found = []
    for pattern in patterns:
        last = max((proof.at for proof in pattern.because if proof.at), default=None)
        if last is None or pattern.median_gap is None:
            continue
        if case.ended - last <= 3 * pattern.median_gap:
            found.append(pattern.says)
    return tuple(found)
