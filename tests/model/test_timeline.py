from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.events.knet import LinkDown, LinkUp
from fencepost.events.pmxcfs import FilesystemLostQuorum
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.timeline import Timeline

NOON = datetime(2025, 11, 8, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def down(seconds: float, node: str = "pve1", host: int = 2) -> LinkDown:
    return LinkDown(at=at(seconds), node=node, origin=Origin("a"), host=host, link=0)


def up(seconds: float, node: str = "pve1") -> LinkUp:
    return LinkUp(at=at(seconds), node=node, origin=Origin("a"), host=2, link=0)


def lost(seconds: float, node: str = "pve1") -> FilesystemLostQuorum:
    return FilesystemLostQuorum(at=at(seconds), node=node, origin=Origin("a"))


def seconds(events: Sequence[Event]) -> list[float]:
    return [(event.at - NOON).total_seconds() for event in events]


def test_events_come_out_in_order_of_time() -> None:
    timeline = Timeline([down(3), up(1), down(2)])
    assert seconds(list(timeline)) == [1, 2, 3]
    assert len(timeline) == 3


def test_events_of_one_moment_keep_the_order_in_which_they_were_read() -> None:
    timeline = Timeline([down(1, host=3), down(1, host=2), down(1, host=7)])
    assert [event.host for event in timeline.of(LinkDown)] == [3, 2, 7]


def test_one_kind_is_asked_for() -> None:
    timeline = Timeline([down(1), up(2), down(3)])
    assert seconds(timeline.of(LinkDown)) == [1, 3]
    assert timeline.of(FilesystemLostQuorum) == []


def test_several_kinds_come_in_one_order() -> None:
    timeline = Timeline([up(2), down(3), lost(1)])
    assert seconds(timeline.of(LinkDown, LinkUp, FilesystemLostQuorum)) == [1, 2, 3]


def test_one_node_is_asked_for() -> None:
    timeline = Timeline([down(1), down(2, "pve2"), down(3)])
    assert seconds(timeline.of(LinkDown, node="pve2")) == [2]
    assert timeline.of(LinkDown, node="pve9") == []


def test_both_ends_of_a_time_belong_to_it() -> None:
    timeline = Timeline([down(n) for n in range(5)])
    assert seconds(timeline.of(LinkDown, since=at(1), until=at(3))) == [1, 2, 3]
    assert seconds(timeline.of(LinkDown, since=at(3))) == [3, 4]
    assert seconds(timeline.of(LinkDown, until=at(0))) == [0]


def test_a_time_that_ends_before_it_begins_holds_nothing() -> None:
    assert Timeline([down(2)]).of(LinkDown, since=at(3), until=at(1)) == []


def test_the_last_before_a_moment_is_found_at_that_moment_too() -> None:
    first, second, third = down(1), up(2), down(3)
    timeline = Timeline([first, second, third, down(9)])
    assert timeline.last(LinkDown, node="pve1", until=at(3)) is third
    assert timeline.last(LinkDown, LinkUp, node="pve1", until=at(2.5)) is second
    assert timeline.last(LinkDown, node="pve1", until=at(0.5)) is None
    assert timeline.last(LinkDown, node="pve2", until=at(9)) is None


KINDS = (LinkDown, LinkUp, FilesystemLostQuorum)
logged = st.builds(
    lambda make, at_s, node: make(at_s, node),
    st.sampled_from((down, up, lost)),
    st.integers(0, 12),
    st.sampled_from(("pve1", "pve2")),
)


@settings(derandomize=True, deadline=None)
@given(
    st.lists(logged, max_size=30),
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=3, unique=True),
    st.none() | st.sampled_from(("pve1", "pve2", "pve3")),
    st.none() | st.integers(0, 12),
    st.none() | st.integers(0, 12),
)
def test_every_question_is_answered_as_a_plain_search_answers_it(
    events: list[Event],
    kinds: list[type[Event]],
    node: str | None,
    since: int | None,
    until: int | None,
) -> None:
    timeline = Timeline(events)
    low, high = (None if moment is None else at(moment) for moment in (since, until))
    asked = [
        event
        for kind in kinds
        for event in timeline
        if type(event) is kind and node in (None, event.node)
    ]
    asked.sort(key=lambda event: event.at)
    within = [
        event
        for event in asked
        if (low is None or event.at >= low) and (high is None or event.at <= high)
    ]
    before = [event for event in asked if high is None or event.at <= high]
    assert timeline.of(*kinds, node=node, since=low, until=high) == within
    assert timeline.first(*kinds, node=node) is next(iter(asked), None)
    if node is not None:
        assert timeline.last(*kinds, node=node, until=high) is (before[-1] if before else None)
    assert timeline.nodes(*kinds) == {event.node for event in events if type(event) in kinds}
