from datetime import UTC, datetime

import pytest

from fencepost.sources.stamps import Minute, find_stamp
from fencepost.sources.years import Clock, First, plan_years

WRITTEN = datetime(2025, 11, 20, tzinfo=UTC)


def first(name: str, month: int, day: int) -> First:
    return First((name, 1), name, Minute(None, month, day, 0, 0, None), WRITTEN)


@pytest.mark.parametrize(
    ("days", "after"),
    [
        ([(12, 31), (12, 30), (1, 1)], [0, 0, 1]),
        ([(11, 1), (1, 15), (2, 20)], [0, 1, 1]),
        ([(2, 1), (11, 1)], [1, 0]),
        ([(5, 5), (5, 5)], [0, 0]),
        ([(1, 1), (7, 1)], [0, 0]),
    ],
)
def test_the_earliest_follows_the_longest_stretch_without_any(
    days: list[tuple[int, int]], after: list[int]
) -> None:
    firsts = [first(str(number), *day) for number, day in enumerate(days)]
    plan = plan_years(firsts, 2025, UTC)
    assert [plan.years[one.key] - 2025 for one in firsts] == after
    assert plan.assumptions == ()


def read(days: list[str], year: int = 2025) -> list[str]:
    clock = Clock(year, UTC)
    stamps = [find_stamp(f"{day} 10:00:00 x".encode()) for day in days]
    return [f"{clock.at(stamp):%Y-%m-%d}" for stamp in stamps if stamp]


def test_a_step_back_by_more_than_half_a_year_begins_the_next() -> None:
    assert read(["Nov 30", "Dec 31", "Jan 1", "Jun 1", "Dec 1", "Jan 1"]) == [
        "2025-11-30",
        "2025-12-31",
        "2026-01-01",
        "2026-06-01",
        "2026-12-01",
        "2027-01-01",
    ]
    assert read(["Jun 30", "Jan 2"]) == ["2025-06-30", "2025-01-02"]


def test_a_clock_that_was_wrong_for_a_while_turns_no_year() -> None:
    assert read(["Aug 8", "Jan 1", "Aug 8"])[2] == "2025-08-08"
    assert read(["Jan 1", "Dec 31", "Jan 1"])[0] == "2025-01-01"
    assert read(["Dec 31", "Jan 1", "Dec 31", "Jan 1"]) == [
        "2025-12-31",
        "2026-01-01",
        "2025-12-31",
        "2026-01-01",
    ]


def test_the_day_that_a_year_lacks_is_the_one_after() -> None:
    assert read(["Feb 29"], 2025) == ["2025-03-01"]
    assert read(["Feb 29"], 2024) == ["2024-02-29"]
