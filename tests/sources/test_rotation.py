import gzip
import lzma
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from fencepost.sources.rotation import Rotated, rotation_of

Read = Callable[..., Any]
NOVEMBER = datetime(2025, 11, 8, tzinfo=UTC)


def log(*days: str) -> bytes:
    return "".join(f"{day} 10:00:00 pve1 kernel: x\n" for day in days).encode()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("syslog", Rotated("syslog")),
        ("pve1/syslog.1", Rotated("pve1/syslog", 1)),
        ("pve1/syslog.12.xz", Rotated("pve1/syslog", 12)),
        ("messages-20251108", Rotated("messages", date=NOVEMBER)),
        ("corosync.log-20251108.gz", Rotated("corosync.log", date=NOVEMBER)),
        ("a/syslog.20251108.zst", Rotated("a/syslog", date=NOVEMBER)),
        ("x-20251399", Rotated("x-20251399")),
        ("logs/10.0.0.13", Rotated("logs/10.0.0.13")),
        ("logs/10.0.0.13.log.1", Rotated("logs/10.0.0.13.log", 1)),
    ],
)
def test_tells_the_place_by_the_name(path: str, place: Rotated) -> None:
    assert rotation_of(path) == place


def test_years_follow_the_order_of_the_files_also_over_two_new_years(read: Read) -> None:
    found = read(
        {
            "syslog": log("Feb  1"),
            "syslog.1": log("Sep  1", "Dec  1"),
            "syslog.2.gz": gzip.compress(log("Jan  1", "Aug  1")),
            "syslog.10.gz": gzip.compress(log("Nov  1", "Dec 31")),
        }
    )
    assert found.days == {
        "syslog": ["2025-02-01"],
        "syslog.1": ["2024-09-01", "2024-12-01"],
        "syslog.2.gz": ["2024-01-01", "2024-08-01"],
        "syslog.10.gz": ["2023-11-01", "2023-12-31"],
    }


def test_the_year_that_is_given_is_that_of_the_oldest_file(read: Read) -> None:
    files = {"syslog": log("Feb  1"), "syslog.1": log("Sep  1"), "syslog.2": log("Jan  5")}
    assert read(files, year=2020).days == {
        "syslog.2": ["2020-01-05"],
        "syslog.1": ["2020-09-01"],
        "syslog": ["2021-02-01"],
    }


def test_a_date_in_the_name_counts_more_than_the_files_own(read: Read) -> None:
    found = read({"messages-20230305.xz": lzma.compress(log("Mar  1")), "messages": log("Mar  6")})
    assert found.days == {"messages-20230305.xz": ["2023-03-01"], "messages": ["2025-03-06"]}


def test_a_file_that_is_missing_between_others_is_noticed(read: Read) -> None:
    files = {f"pve1/syslog.{n}": log(f"Nov {20 - n}") for n in (1, 2, 4, 8)}
    gaps = read(files, year=2025).gaps
    assert gaps == [
        ("pve1/syslog", "pve1/syslog.3 is not there, older and newer ones are"),
        ("pve1/syslog", "pve1/syslog.5 to pve1/syslog.7 are not there, older and newer ones are"),
    ]


def test_a_file_that_is_there_and_torn_is_not_missing(read: Read) -> None:
    files = {"syslog.1": log("Nov  9"), "syslog.2": b"", "syslog.3": log("Nov  7")}
    assert read(files, year=2025).gaps == [("syslog.2", "empty")]


def test_a_hole_between_dated_files_is_noticed(read: Read) -> None:
    weeks = {"20251004": "Sep 28", "20251011": "Oct  4", "20251025": "Oct 18", "20251101": "Oct 25"}
    files = {f"messages-{date}": log(begin) for date, begin in weeks.items()}
    assert read(files, year=2025).gaps == [
        (
            "messages",
            "nothing between messages-20251011, put away on 2025-10-11, and messages-20251025, "
            "which begins on 2025-10-18: a rotated file may be missing",
        )
    ]
    files["messages-20251018"] = log("Oct 11")
    assert read(files, year=2025).gaps == []


def test_settings_with_numbers_are_no_logs(read: Read) -> None:
    files = {f"corosync.conf.{n}": b"totem {\n}\nnodelist {\n}\n" for n in (1, 4)}
    assert read(files).gaps == []
