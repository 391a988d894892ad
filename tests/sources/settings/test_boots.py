from datetime import UTC, datetime
from typing import TypeVar

from fencepost.model.document import BootList, Document, PstoreDump, Wtmp
from fencepost.sources.settings import read_documents

D = TypeVar("D", bound=Document)


def only(kind: type[D], text: str) -> D:
    (document,) = read_documents("boots.txt", text, "n1")
    assert isinstance(document, kind)
    assert document.node == "n1"
    return document


def test_reads_last_with_full_times() -> None:
    wtmp = only(
        Wtmp,
        "root     pts/0        10.0.0.5         Sat Nov  8 12:00:00 2025   still logged in\n"
        "runlevel (to lvl 5)   6.8.12-4-pve     Sat Nov  8 11:48:09 2025   still running\n"
        "reboot   system boot  6.8.12-4-pve     Sat Nov  8 11:48:03 2025   still running\n"
        "reboot   system boot  6.8.12-4-pve     Fri Nov  7 02:00:00 2025 - crash           (1+09:48)\n"
        "shutdown system down  6.8.12-4-pve     Fri Nov  7 01:58:00 2025 - Fri Nov  7 02:00:00 2025"
        "  (00:02)\n\nwtmp begins Tue May 20 00:00:00 2025\n",
    )
    assert [(entry.kind, entry.began, entry.ended) for entry in wtmp.entries] == [
        ("runlevel", datetime(2025, 11, 8, 11, 48, 9, tzinfo=UTC), None),
        ("reboot", datetime(2025, 11, 8, 11, 48, 3, tzinfo=UTC), None),
        ("crash", datetime(2025, 11, 7, 2, 0, tzinfo=UTC), None),
        (
            "shutdown",
            datetime(2025, 11, 7, 1, 58, tzinfo=UTC),
            datetime(2025, 11, 7, 2, 0, tzinfo=UTC),
        ),
    ]
    assert wtmp.entries[2].origin.line == 4
    assert wtmp.entries[2].origin.text.endswith("(1+09:48)")


def test_last_without_years_leaves_the_times_open() -> None:
    wtmp = only(
        Wtmp,
        "reboot   system boot  6.8.12-4-pve     Sat Nov  8 11:48   still running\n"
        "reboot   system boot  6.8.12-4-pve     Fri Nov  7 02:00 - crash  (1+09:48)\n",
    )
    assert [(entry.kind, entry.began) for entry in wtmp.entries] == [
        ("reboot", None),
        ("crash", None),
    ]


def test_reads_iso_times_of_last() -> None:
    (entry,) = only(
        Wtmp,
        "reboot   system boot  6.8.12-4-pve     2025-11-08T11:48:03+01:00 - 2025-11-08T12:00:00+01:00\n",
    ).entries
    assert entry.began == datetime(2025, 11, 8, 10, 48, 3, tzinfo=UTC)
    assert entry.ended == datetime(2025, 11, 8, 11, 0, tzinfo=UTC)


BOOT = "6c0e0b3fa1c34fb5a3c2d5e0a2a6e3a1"


def test_reads_the_old_boot_list() -> None:
    boots = only(
        BootList,
        f"-1 {BOOT} Sat 2025-11-08 10:00:00 CET—Sat 2025-11-08 11:46:09 CET\n"
        f" 0 {BOOT[::-1]} Sat 2025-11-08 11:48:00 CET—Sat 2025-11-08 12:\n",
    ).boots
    assert [(boot.index, boot.boot_id) for boot in boots] == [(-1, BOOT), (0, BOOT[::-1])]
    assert boots[0].last == datetime(2025, 11, 8, 10, 46, 9, tzinfo=UTC)
    assert boots[1].last is None
    assert boots[1].origin.line == 2


def test_reads_the_new_boot_list() -> None:
    boots = only(
        BootList,
        "IDX BOOT ID                          FIRST ENTRY                 LAST ENTRY\n"
        f"  0 {BOOT} Sat 2025-11-08 10:00:00 UTC Sat 2025-11-08 11:46:09 UTC\n",
    ).boots
    assert boots[0].first == datetime(2025, 11, 8, 10, 0, tzinfo=UTC)
    assert boots[0].last == datetime(2025, 11, 8, 11, 46, 9, tzinfo=UTC)


def test_reads_a_pstore_dump() -> None:
    dump = only(
        PstoreDump,
        "Panic#2 Part1\n<4>[ 1234.567890] Call Trace:\n"
        "<0>[ 1234.567899] Kernel panic - not syncing: Fatal exception in interrupt\n"
        "<0>[ 1234.600000] ---[ end Kernel panic - not syncing: Fatal exception ]---\n",
    )
    assert dump.says == "Kernel panic - not syncing: Fatal exception in interrupt"
    assert dump.origin_of("says").line == 3
    assert dump.origin.text == "Panic#2 Part1"


def test_a_pstore_dump_without_a_telling_line_says_its_reason() -> None:
    assert only(PstoreDump, "Oops#1 Part3\n<6>[    1.000000] usb 1-1: new device\n").says == (
        "Oops#1 Part3"
    )
