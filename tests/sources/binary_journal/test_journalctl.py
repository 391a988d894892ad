"""Compares with journalctl, on journals that systemd-journal-remote writes where it is there."""

import os
import random
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from bench.journal_files import remote
from tests.sources.binary_journal.tools import (
    needs_journal_remote,
    said_by_journalctl,
    text_of,
)

from fencepost.model.line import Line
from fencepost.reconstruct.recognise import Recogniser, needles, programs
from fencepost.sources.open import ReadOptions, read_sources

SAID = (
    ("corosync", "  [TOTEM ] Token has not been received in 2737 ms"),
    ("kernel", "igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down"),
    ("systemd", "Reached target reboot.target - System Reboot."),
    ("watchdog-mux", "client watchdog expired - disable watchdog updates"),
    ("cron", "(root) CMD (true)"),
    ("pvedaemon", "a long message " * 100),
)

pytestmark = needs_journal_remote


def _export() -> str:
    entries = []
    for n in range(3000):
        program, text = SAID[n % len(SAID)]
        boot, at = f"{n // 1500 + 1:032x}", 1_762_600_000_000_000 + n * 500_000
        entries.append(
            f"__REALTIME_TIMESTAMP={at}\n__MONOTONIC_TIMESTAMP={n % 1500 * 500_000 + 1}\n"
            f"_BOOT_ID={boot}\n_MACHINE_ID={'6d' * 16}\n_HOSTNAME=pve1\n"
            f"SYSLOG_IDENTIFIER={program}\n_PID={n % 50}\nMESSAGE={text}\n\n"
        )
    return "".join(entries)


@pytest.fixture(params=["00", "01", "10", "11"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a journal; the digits are compact and keyed hash."""
    compact, keyed = request.param
    (tmp_path / "text").mkdir()
    (tmp_path / "journal").mkdir()
    text, made = tmp_path / "text" / "in.export", tmp_path / "journal" / "system.journal"
    text.write_text(_export())
    flags = {"SYSTEMD_JOURNAL_COMPACT": compact, "SYSTEMD_JOURNAL_KEYED_HASH": keyed}
    command = [str(remote()), "-o", str(made), str(text)]
    subprocess.run(command, env={**os.environ, **flags}, check=True, capture_output=True)
    return made


def _lines(path: Path, options: ReadOptions) -> list[Line]:
    return [one for one in read_sources([path], options) if isinstance(one, Line)]


def test_reads_what_journalctl_reads(journal: Path) -> None:
    theirs = Counter(
        (one["__CURSOR"], one["SYSLOG_IDENTIFIER"], text_of(one["MESSAGE"]))
        for one in said_by_journalctl(journal)
    )
    ours = Counter(
        (line.origin.cursor, line.program, line.origin.text)
        for line in _lines(journal, ReadOptions())
    )
    assert sum(theirs.values()) == 3000
    assert ours == theirs


def test_means_what_the_same_text_means(journal: Path) -> None:
    text = journal.parent.parent / "text"
    options = ReadOptions(needles=needles(), programs=programs())

    def events(path: Path, options: ReadOptions) -> Counter[tuple[str, object]]:
        found = Recogniser().events(_lines(path, options))
        return Counter((type(event).__name__, event.at) for event in found)

    assert events(journal, options) == events(text, ReadOptions())


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_copy_keeps_what_survived(journal: Path, share: float) -> None:
    data = journal.read_bytes()
    before = _lines(journal, ReadOptions())
    used = len(data.rstrip(b"\0"))
    tables = data.index(b"_BOOT_ID=")
    cut = int(tables + (used - tables) * share)
    copy = journal.with_name("cut.journal")
    copy.write_bytes(data[:cut])
    kept = {line.origin.cursor for line in _lines(copy, ReadOptions())}
    survived, place = 0, tables
    for line in before:  # entries lie in the order in which they are read
        time = int(str(line.origin.cursor).split("t=")[1].split(";")[0], 16)
        place = data.index(time.to_bytes(8, "little"), place)
        survived += place < cut - 512
    assert survived > 100
    assert len(kept) >= 0.9 * survived


def _zeroed(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(4096, len(data) - 8192)
    data[at : at + 4096] = bytes(4096)


def _header_lost(data: bytearray, chance: random.Random) -> None:
    data[88:264] = chance.randbytes(176)


def _tail_lost(data: bytearray, chance: random.Random) -> None:
    entries = data.index(b"_BOOT_ID=")  # hash tables lie before
    del data[entries + int((len(data) - entries) * chance.uniform(0.3, 0.9)) :]


def _chain_lost(data: bytearray, chance: random.Random) -> None:
    """Break the chain of all entries, and where the fields' values begin."""
    at = int.from_bytes(data[176:184], "little")
    data[at + 16 : at + 24] = (at + 8).to_bytes(8, "little")
    table = int.from_bytes(data[120:128], "little")
    data[table : table + 512] = chance.randbytes(512)


@pytest.mark.parametrize("damage", [_zeroed, _header_lost, _tail_lost, _chain_lost])
@pytest.mark.parametrize("seed", range(3))
def test_a_damaged_copy_tells_nothing_that_the_whole_one_does_not(
    journal: Path, damage: Callable[[bytearray, random.Random], None], seed: int
) -> None:
    def entries(path: Path) -> set[tuple[object, ...]]:
        return {
            (line.at, line.monotonic_us, line.program, line.text)
            for line in _lines(path, ReadOptions())
        }

    whole = entries(journal)
    data = bytearray(journal.read_bytes().rstrip(b"\0"))
    damage(data, random.Random(seed))
    copy = journal.with_name("copy.journal")
    copy.write_bytes(data)
    kept = entries(copy)
    assert len(kept) > (100 if damage is _tail_lost else 2700)
    assert kept <= whole
