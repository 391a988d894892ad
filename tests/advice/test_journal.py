from datetime import timedelta
from typing import Any

from fencepost.advice import journal
from fencepost.model.case import Clock


def test_the_hours_are_some_minutes_around_the_incident_and_say_their_zone(given: Any) -> None:
    assert journal.hours(given.case(), given.incident()) == (
        "--since '2025-11-08 11:40:00 UTC' --until '2025-11-08 11:51:00 UTC'"
    )


def test_a_node_whose_clock_is_off_is_asked_by_its_own_clock(given: Any) -> None:
    ahead = Clock("beta", timedelta(minutes=3), timedelta(seconds=1), 4)
    case = given.case(clocks=[ahead])
    assert "11:43:00 UTC" in journal.hours(case, given.incident(), "beta")
    assert "11:40:00 UTC" in journal.hours(case, given.incident(), "alpha")


def test_milliseconds_do_not_matter(given: Any) -> None:
    near = Clock("beta", timedelta(milliseconds=400), timedelta(0), 4)
    case = given.case(clocks=[near])
    assert journal.written(case, "beta", given.start) == given.start
