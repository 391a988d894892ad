from datetime import UTC, datetime, timedelta

from fencepost.model.case import (
    AFTER,
    BEFORE,
    Boot,
    Boots,
    Case,
    Confidence,
    Gravity,
    Incident,
    Span,
)
from fencepost.model.cluster import Cluster
from fencepost.model.document import Document, HaStatus, QuorumStatus
from fencepost.model.history import History
from fencepost.model.line import Origin
from fencepost.model.timeline import Timeline

NOON = datetime(2025, 11, 8, 12, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def case(*documents: Document, boots: tuple[Boot, ...] = ()) -> Case:
    cluster = Cluster(None, (), None, None, None, None, "")
    return Case(
        timeline=Timeline([]),
        cluster=cluster,
        documents=documents,
        clocks=(),
        boots=Boots(boots),
        memberships=History(),
        cuts=History(),
        quorum_losses=History(),
        armed=History(),
        incidents=(),
        gaps=(),
        assumed=(),
        began=None,
        ended=None,
    )


def status(node: str) -> QuorumStatus:
    return QuorumStatus(origin=Origin(f"{node}.txt", 1), node=node, quorate=True)


def test_a_span_covers_both_its_ends() -> None:
    span = Span("pve1", at(1), at(2))
    assert [span.covers(at(minute)) for minute in (0.9, 1, 1.5, 2, 2.1)] == [
        False,
        True,
        True,
        True,
        False,
    ]


def test_a_span_without_an_end_goes_on() -> None:
    assert Span("pve1", at(1), None).covers(at(1e6))


def test_documents_are_asked_for_by_kind_and_node() -> None:
    one, two = status("pve1"), status("pve2")
    whole = case(one, two)
    assert whole.documents_of(QuorumStatus) == [one, two]
    assert whole.documents_of(QuorumStatus, "pve2") == [two]
    assert whole.documents_of(HaStatus) == []


def test_boots_are_asked_for_by_node() -> None:
    first, other = Boot("pve1", None, at(0), at(1)), Boot("pve2", None, at(0), at(1))
    later = Boot("pve1", at(2), at(2), at(3))
    assert case(boots=(first, other, later)).boots_of("pve1") == (first, later)


def test_boots_are_asked_for_by_their_end() -> None:
    running = Boot("pve1", None, at(4), at(9))
    second = Boot("pve1", None, at(0), at(3), ended=at(3))
    first, last = (Boot("pve2", None, at(0), at(n), ended=at(n)) for n in (1, 5))
    boots = Boots((second, running, first, last))
    assert boots.ended(at(1), at(3)) == (second, first)
    assert boots.ended(at(3), at(9)) == (second, last)
    assert boots.ended(at(1.5), at(2.5)) == ()


def test_asking_around_an_incident_allows_some_seconds_on_either_side() -> None:
    incident = Incident("i1", at(1), at(2), Gravity.WARNING, (), (), (), (), None, (), (), ())
    assert case().within(incident) == (at(1) - BEFORE, at(2) + AFTER)


def test_confidence_and_gravity_can_be_compared_and_read() -> None:
    assert Confidence.RULED_OUT < Confidence.POSSIBLE < Confidence.LIKELY < Confidence.CERTAIN
    assert [one.word for one in Confidence] == ["ruled_out", "possible", "likely", "certain"]
    assert [one.word for one in sorted(Gravity)] == [
        "warning",
        "disturbed",
        "member_lost",
        "quorum_lost",
        "node_down",
    ]
