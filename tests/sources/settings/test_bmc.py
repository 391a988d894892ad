from datetime import UTC, datetime

import pytest

from fencepost.model.document import ChassisStatus, Sel
from fencepost.sources.settings import read_documents


def sel(text: str) -> Sel:
    (document,) = read_documents("sel.txt", text, None)
    assert isinstance(document, Sel)
    return document


def test_reads_the_event_log() -> None:
    entries = sel(
        "   1 | 11/08/2025 | 11:46:01 | Power Supply PS1 Status | Power Supply AC lost | Asserted\n"
        "  2a |  Pre-Init  |0000000040| Watchdog2 #0xca | Hard reset | Asserted\n"
        "   3 | 01/01/1970 | 00:00:12 | Fan #0x30 | Lower Critical going low  | Asserted | Reading 0 < 100 RPM\n"
        "   4 | OEM record e0 | 000000000000\n"
        "   5 | Linux kernel panic: Fatal excep\n"
    ).entries
    assert [(entry.at, entry.sensor, entry.says) for entry in entries] == [
        (
            datetime(2025, 11, 8, 11, 46, 1, tzinfo=UTC),
            "Power Supply PS1 Status",
            "Power Supply AC lost | Asserted",
        ),
        (None, "Watchdog2 #0xca", "Hard reset | Asserted"),
        (None, "Fan #0x30", "Lower Critical going low | Asserted | Reading 0 < 100 RPM"),
        (None, "OEM record e0", "000000000000"),
        (None, "Linux kernel panic", "Fatal excep"),
    ]
    assert entries[1].origin.line == 2


@pytest.mark.parametrize(
    ("date", "time"),
    [
        ("11/08/25", "11:46:01 UTC"),
        ("11/08/2025", "12:46:01 CET"),
        ("11/08/2025", "11:46:01 AM UTC"),
        ("08.11.2025", "11:46:01"),
        ("2025-11-08", "11:46:01"),
    ],
)
def test_reads_the_dates_of_other_locales(date: str, time: str) -> None:
    (entry,) = sel(f"   1 | {date} | {time} | Power Unit #0x01 | AC lost | Asserted\n").entries
    assert entry.at == datetime(2025, 11, 8, 11, 46, 1, tzinfo=UTC)


def test_an_empty_log_is_a_fact() -> None:
    assert sel("# ipmitool sel list\nSEL has no entries\n").entries == ()


def test_reads_chassis_status() -> None:
    (status,) = read_documents(
        "chassis.txt",
        "System Power         : on\nPower Overload       : false\n"
        "Power Restore Policy : always-off\nLast Power Event     : ac-failed\nChassis Intrusion    : \n",
        None,
    )
    assert isinstance(status, ChassisStatus)
    assert status.keys["Last Power Event"] == "ac-failed"
    assert status.keys["Chassis Intrusion"] == ""
    assert status.origin_of("keys:Last Power Event").line == 4
