from datetime import UTC, datetime, timedelta, timezone

import pytest

from fencepost.render import times

AT = datetime(2025, 11, 8, 11, 46, 9, tzinfo=UTC)


def test_programs_get_milliseconds_only_when_there_are_some() -> None:
    assert times.iso(AT) == "2025-11-08T11:46:09Z"
    assert times.iso(AT.replace(microsecond=250_999)) == "2025-11-08T11:46:09.250Z"
    assert times.iso(AT.replace(microsecond=999)) == "2025-11-08T11:46:09Z"


def test_other_zones_become_utc() -> None:
    vienna = timezone(timedelta(hours=1))
    assert times.stamp(AT.astimezone(vienna)) == "2025-11-08 11:46:09 UTC"


def test_a_span_names_its_date_once() -> None:
    assert times.between(AT, AT + timedelta(seconds=51)) == "2025-11-08 11:46:09 – 11:47:00 UTC"
    assert times.between(AT, AT + timedelta(days=1)) == (
        "2025-11-08 11:46:09 – 2025-11-09 11:46:09 UTC"
    )
    assert times.between(AT, AT.replace(microsecond=9)) == "2025-11-08 11:46:09 UTC"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"),
        (3.04, "3 s"),
        (3.5, "3.5 s"),
        (59.96, "1 min"),
        (60, "1 min"),
        (118, "1 min 58 s"),
        (3600, "1 h"),
        (90061, "1 d 1 h"),
        (3601, "1 h"),
        (-90, "-1 min 30 s"),
    ],
)
def test_durations_have_two_units_at_most(seconds: float, said: str) -> None:
    assert times.lasting(timedelta(seconds=seconds)) == said


@pytest.mark.parametrize(("seconds", "value"), [(3.0, 3), (3.04, 3), (3.06, 3.1), (-0.01, 0)])
def test_seconds_are_whole_where_they_can_be(seconds: float, value: float) -> None:
    number = times.number(timedelta(seconds=seconds))
    assert number == value
    assert isinstance(number, int) == (value == int(value))
