from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.model.history import History, falls_within

NOON = datetime(2025, 11, 8, 12, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True, eq=False)
class Stay:
    node: str
    since: datetime
    until: datetime | None


def stay(node: str, since: int, lasted: int | None) -> Stay:
    return Stay(node, at(since), None if lasted is None else at(since + lasted))


minutes = st.integers(0, 30)
stays = st.builds(stay, st.sampled_from(("pve1", "pve2")), minutes, st.none() | minutes)
histories = st.lists(stays, max_size=40)


def lasts(one: Stay, since: datetime) -> bool:
    return one.until is None or one.until >= since


@settings(derandomize=True, deadline=None)
@given(histories)
def test_stretches_come_in_order_and_those_of_one_moment_as_they_came(given_: list[Stay]) -> None:
    assert list(History(given_)) == sorted(given_, key=lambda one: one.since)


@settings(derandomize=True, deadline=None)
@given(histories, minutes, minutes)
def test_those_that_began_in_a_time_are_those_of_a_plain_search(
    given_: list[Stay], since: int, until: int
) -> None:
    history = History(given_)
    low, high = at(since), at(until)
    assert list(history.begun(low, high)) == [one for one in history if low <= one.since <= high]
    assert list(history.begun(since=low)) == [one for one in history if low <= one.since]
    assert list(history.begun(until=high)) == [one for one in history if one.since <= high]
    assert history.begun() == tuple(history)
    assert history.first(low) is next((one for one in history if one.since >= low), None)


@settings(derandomize=True, deadline=None)
@given(histories, minutes, minutes)
def test_those_that_touch_a_time_are_those_of_a_plain_search(
    given_: list[Stay], since: int, until: int
) -> None:
    history = History(given_)
    low, high = at(since), at(until)
    assert history.touching(low, high) == [
        one for one in history if one.since <= high and lasts(one, low)
    ]
    assert history.at(low) == [one for one in history if one.since <= low and lasts(one, low)]


@settings(derandomize=True, deadline=None)
@given(histories)
def test_each_node_has_its_own_history(given_: list[Stay]) -> None:
    history = History(given_)
    assert history.nodes == {one.node for one in given_}
    for node in ("pve1", "pve2", "pve3"):
        own = history.of(node)
        assert list(own) == [one for one in history if one.node == node]
        assert own.at(NOON) == [one for one in history.at(NOON) if one.node == node]


def test_one_long_stretch_does_not_make_all_after_it_be_looked_at() -> None:
    asked = 0

    class Counted(datetime):
        def __lt__(self, other: datetime) -> bool:  # type: ignore[override]
            nonlocal asked
            asked += 1
            return super().__lt__(other)

    def counted(minute: int) -> datetime:
        moment = at(minute)
        return Counted(*moment.timetuple()[:5], tzinfo=UTC)

    long = Stay("pve1", at(0), None)
    short = [Stay("pve1", at(minute), counted(minute + 1)) for minute in range(1, 4096)]
    history = History([long, *short])
    assert history.at(at(0)) == [long]
    asked = 0
    assert history.at(at(4000)) == [long, short[3998], short[3999]]
    assert asked < 100


@settings(derandomize=True, deadline=None)
@given(st.lists(minutes, max_size=20), minutes, minutes)
def test_whether_a_time_holds_any_is_what_a_plain_search_says(
    given_: list[int], since: int, until: int
) -> None:
    times = sorted(at(minute) for minute in given_)
    low, high = at(since), at(until)
    assert falls_within(times, low, high) == any(low <= one <= high for one in times)
