from datetime import UTC, datetime

import pytest

from fencepost.sources.settings.times import find_times, from_epoch


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Sat Nov  8 11:48:03 2025", datetime(2025, 11, 8, 11, 48, 3, tzinfo=UTC)),
        ("Sat Nov  8 11:48:03 CET 2025", datetime(2025, 11, 8, 10, 48, 3, tzinfo=UTC)),
        ("Sat 2025-11-08 11:48:03 CEST", datetime(2025, 11, 8, 9, 48, 3, tzinfo=UTC)),
        ("2025-11-08T11:48:03+01:00", datetime(2025, 11, 8, 10, 48, 3, tzinfo=UTC)),
        ("2025-11-08 11:48:03 -0330", datetime(2025, 11, 8, 15, 18, 3, tzinfo=UTC)),
        ("2025-11-08T11:48:03Z", datetime(2025, 11, 8, 11, 48, 3, tzinfo=UTC)),
        ("2025-11-08 11:48:03 CST", None),
        ("2025-02-30 11:48:03", None),
        ("Sat Foo  8 11:48:03 2025", None),
        ("0000-01-01 00:00:00 +14", None),
    ],
)
def test_finds_a_time(text: str, moment: datetime | None) -> None:
    assert find_times(text) == [moment]


def test_finds_two_times_in_order() -> None:
    first, last = find_times("Sat 2025-11-08 10:00:00 UTC—Sat 2025-11-08 11:46:09 UTC")
    assert first is not None
    assert last is not None
    assert (last - first).total_seconds() == 6369


def test_a_time_without_a_year_is_none() -> None:
    assert find_times("Sat Nov  8 11:48 - 12:03") == []


def test_reads_unix_times() -> None:
    assert from_epoch(1762602422) == datetime(2025, 11, 8, 11, 47, 2, tzinfo=UTC)
    assert from_epoch(10**30) is None
    assert from_epoch(float("nan")) is None
    assert from_epoch("1762602422") is None
