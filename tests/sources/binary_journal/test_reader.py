import io
import random
import struct
import tarfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fencepost.model.line import Gap, Line
from fencepost.sources.binary_journal.reader import hosts_in, read_journal
from fencepost.sources.open import ReadOptions, read_sources

Write = Callable[..., bytes]
Entries = list[dict[str, str]]


def _read(path: Path, data: bytes, **options: object) -> tuple[list[Line], list[str]]:
    path.write_bytes(data)
    found = list(read_journal(path, "system.journal", "unknown", **options))  # type: ignore[arg-type]
    lines = [one for one in found if isinstance(one, Line)]
    return lines, [one.says for one in found if isinstance(one, Gap)]


def _texts(lines: Iterable[Line]) -> list[str]:
    return [line.text for line in lines]


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("packing", [None, "xz", "lz4", "zstd"])
def test_reads_every_kind(
    tmp_path: Path, write: Write, entries: Entries, *, packing: str | None, compact: bool
) -> None:
    lines, gaps = _read(tmp_path / "j", write(entries, compact=compact, packing=packing))
    assert not gaps
    assert _texts(lines) == [entry["MESSAGE"] for entry in entries]
    one = lines[4]
    assert (one.node, one.program, one.pid) == ("pve1", "kernel", 104)
    assert (one.boot_id, one.monotonic_us) == (bytes(range(16)).hex(), 4_000_000)
    assert f"{one.at:%Y-%m-%d %H:%M:%S}" == "2025-11-08 11:06:44"
    assert one.origin.line is None
    assert one.origin.cursor == (
        f"s={'73' * 16};i=5;b={one.boot_id};m=3d0900;t={1_762_600_004_000_000:x};x=7"
    )


@pytest.mark.parametrize("packing", [None, "zstd"])
def test_hands_on_what_holds_a_needle_and_signs_of_life(
    tmp_path: Path, write: Write, entries: Entries, packing: str | None
) -> None:
    data = write(entries, packing=packing)
    lines, _ = _read(
        tmp_path / "j",
        data,
        needles=("message 300", "message 2 "),
        programs=frozenset({"corosync"}),
    )
    numbers = [int(line.text.split()[1]) for line in lines]
    assert numbers == [0, 299, 300, 512, 599]


def test_the_program_counts_not_the_needle_alone(
    tmp_path: Path, write: Write, entries: Entries
) -> None:
    lines, _ = _read(
        tmp_path / "j", write(entries), needles=("message 301",), programs=frozenset({"corosync"})
    )
    assert "message 301" not in _texts(lines)


@pytest.mark.parametrize("compact", [False, True])
def test_a_cut_off_journal_keeps_all_entries_before_the_cut(
    tmp_path: Path, write: Write, entries: Entries, *, compact: bool
) -> None:
    data = write(entries, compact=compact)
    places = [data.rindex(f"MESSAGE=message {n}".encode()) for n in (100, 300, 590)]
    for number, cut in zip((100, 300, 590), places, strict=True):
        lines, gaps = _read(tmp_path / "j", data[:cut])
        assert _texts(lines) == [entry["MESSAGE"] for entry in entries[:number]]
        assert any(f"cut off: {600 - number} journal entries missing" in gap for gap in gaps)
        assert any("to 2025-11-08 11:16:39 UTC" in gap for gap in gaps)


def test_a_cut_off_journal_still_knows_programs(
    tmp_path: Path, write: Write, entries: Entries
) -> None:
    data = write(entries)
    cut = data[: data.rindex(b"MESSAGE=message 400")]
    lines, _ = _read(tmp_path / "j", cut, needles=("message",), programs=frozenset({"corosync"}))
    assert sum(line.program == "corosync" for line in lines) == 134


def test_a_hole_is_a_gap_with_its_hours(tmp_path: Path, write: Write, entries: Entries) -> None:
    data = bytearray(write(entries))
    begin, end = (data.rindex(b"MESSAGE=message %d" % n) & ~7 for n in (201, 222))
    data[begin:end] = bytes(end - begin)
    lines, gaps = _read(tmp_path / "j", bytes(data))
    assert len(lines) >= 570
    assert any("damaged" in gap and "from 2025-11-08 11:10:0" in gap for gap in gaps)


@pytest.mark.parametrize("compact", [False, True])
def test_damage_never_raises_and_keeps_most(
    tmp_path: Path, write: Write, entries: Entries, *, compact: bool
) -> None:
    whole, chance = write(entries, compact=compact, packing="zstd"), random.Random(5)
    texts = {entry["MESSAGE"] for entry in entries}
    for turn in range(60):
        data = bytearray(whole)
        if turn % 3 == 0:
            for _ in range(40):
                data[chance.randrange(272, len(data))] ^= 1 << chance.randrange(8)
        elif turn % 3 == 1:
            for _ in range(8):
                data[chance.randrange(8, 272)] = chance.randrange(256)
        else:
            at = chance.randrange(272, len(data) - 8192)
            data[at : at + 4096] = bytes(4096)
        programs = frozenset({"corosync"}) if turn % 2 else frozenset[str]()
        needles = ("message",) if turn % 2 else ()
        lines, _ = _read(tmp_path / "j", bytes(data), programs=programs, needles=needles)
        if turn % 3 != 1 and not turn % 2:
            assert len(texts.intersection(_texts(lines))) > 300


def test_loops_end(tmp_path: Path, write: Write, entries: Entries) -> None:
    data = bytearray(write(entries))
    (chain,) = struct.unpack_from("<Q", data, 176)
    struct.pack_into("<Q", data, chain + 16, chain)
    lines, _ = _read(tmp_path / "j", bytes(data))
    assert len(lines) == 600


def test_what_is_no_journal_is_a_gap(tmp_path: Path, write: Write, entries: Entries) -> None:
    data = bytearray(write(entries))
    assert _read(tmp_path / "j", bytes(data[:100])) == (
        [],
        ["a journal of 100 bytes: its header is cut off"],
    )
    data[12] |= 64
    assert "features not known here" in _read(tmp_path / "j", bytes(data))[1][0]


def test_machines_are_told_apart(tmp_path: Path, write: Write, entries: Entries) -> None:
    for entry in entries[::2]:
        entry["_HOSTNAME"] = "pve2"
    for entry in entries[:100:2]:
        del entry["_HOSTNAME"]
        entry["_MACHINE_ID"] = "ab" * 16
    lines, _ = _read(tmp_path / "j", write(entries))
    assert [line.node for line in lines[:3]] == ["ab" * 16, "pve1", "ab" * 16]
    assert [line.node for line in lines[-2:]] == ["pve2", "pve1"]
    assert hosts_in(tmp_path / "j") == ("pve1.example.net", "pve2")


def test_a_journal_is_known_by_its_bytes_also_in_an_archive(
    tmp_path: Path, write: Write, entries: Entries
) -> None:
    data = write(entries)
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "a.log").write_bytes(data)
    with tarfile.open(tmp_path / "case" / "b.tar.gz", "w:gz") as tar:
        member = tarfile.TarInfo("var/system.journal")
        member.size = len(data)
        tar.addfile(member, io.BytesIO(data))
    lines = [
        one for one in read_sources([tmp_path / "case"], ReadOptions()) if isinstance(one, Line)
    ]
    assert {line.origin.file for line in lines} == {"a.log", "b.tar.gz/var/system.journal"}
    assert len(lines) == 1200


def _at(second: int) -> datetime:
    return datetime(2025, 11, 8, 11, 6, 40, tzinfo=UTC) + timedelta(seconds=second)


@pytest.mark.parametrize("compact", [False, True])
def test_a_stretch_of_time_is_read_alone_with_a_little_around_it(
    tmp_path: Path, write: Write, entries: Entries, *, compact: bool
) -> None:
    data = write(entries, compact=compact)
    for begin, end in ((0, 10), (200, 230), (299, 299), (590, 700)):
        lines, gaps = _read(tmp_path / "j", data, since=_at(begin), until=_at(end))
        seconds = [int((line.at - _at(0)).total_seconds()) for line in lines]
        assert not gaps
        assert set(range(begin, min(end, 599) + 1)) <= set(seconds)
        assert len(seconds) <= end - begin + 100


def test_a_file_outside_the_time_is_passed_over(
    tmp_path: Path, write: Write, entries: Entries
) -> None:
    data = write(entries)
    assert _read(tmp_path / "j", data, since=_at(700)) == ([], [])
    assert _read(tmp_path / "j", data, until=_at(-1)) == ([], [])
    assert len(_read(tmp_path / "j", data, since=_at(-5), until=_at(700))[0]) == 600


def test_a_clock_that_went_back_hides_nothing_of_a_stretch(
    tmp_path: Path, write: Write, entries: Entries
) -> None:
    for entry in entries[300:320]:  # a boot whose clock is set only after a while
        entry["at"] = str(int(entry["at"]) - 10**13)
    lines, _ = _read(tmp_path / "j", write(entries), since=_at(100), until=_at(560))
    texts = set(_texts(lines))
    assert {entry["MESSAGE"] for n, entry in enumerate(entries) if 100 <= n <= 560} <= texts
