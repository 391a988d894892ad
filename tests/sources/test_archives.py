import bz2
import gzip
import io
import lzma
import tarfile
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import zstandard

from fencepost.model.line import Gap
from fencepost.sources.archives import Limits, unfold
from fencepost.sources.stream import Opened, Stream, TornError

Read = Callable[..., Any]
LOG = b"Apr 30 10:00:00 pve1 kernel: x\n"
PACKS = (gzip.compress, bz2.compress, lzma.compress, zstandard.compress)
DAY = datetime(2025, 11, 20, tzinfo=UTC)


def tar_of(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def drain(stream: Stream, *, catch: bool = False) -> int:
    try:
        while stream.read(1 << 16):
            pass
    except TornError:
        if not catch:
            raise
    return stream.done


def opened(data: bytes) -> Opened:
    return Opened("x", DAY, Stream([data]))


@pytest.mark.parametrize("pack", PACKS)
def test_packed_files_keep_their_names(read: Read, pack: Callable[[bytes], bytes]) -> None:
    twice = pack(LOG * 2) + pack(LOG) + bytes(20)  # joined parts, and padding
    found = read({"syslog.2": twice}, year=2025)
    assert [(line.origin.file, line.origin.line) for line in found.lines] == [
        ("syslog.2", 1),
        ("syslog.2", 2),
        ("syslog.2", 3),
    ]
    assert found.gaps == []


def test_zstd_frames_that_say_nothing_are_passed(read: Read) -> None:
    skipped = b"\x50\x2a\x4d\x18" + (7).to_bytes(4, "little") + b"nothing"
    found = read({"log": zstandard.compress(LOG) + skipped + zstandard.compress(LOG)}, year=2025)
    assert len(found.lines) == 2
    assert found.gaps == []


@pytest.mark.parametrize("pack", PACKS)
def test_packed_archives_with_packed_members(read: Read, pack: Callable[[bytes], bytes]) -> None:
    bundle = pack(tar_of({"./pve1/syslog.1": pack(LOG), "pve1/syslog": LOG}))
    found = read({"bundle": bundle}, year=2025)
    assert [line.origin.file for line in found.lines] == [
        "bundle/pve1/syslog.1",
        "bundle/pve1/syslog",
    ]


@pytest.mark.parametrize("pack", PACKS)
def test_a_torn_file_gives_its_lines_and_a_gap(read: Read, pack: Callable[[bytes], bytes]) -> None:
    days = [
        f"Jul {day:2} 10:{minute:02}:00 pve1 kernel: {day * minute}\n".encode()
        for minute in range(60)
        for day in range(1, 29)
    ]
    torn = pack(b"".join(days)) + pack(b"".join(days))[:-9]
    found = read({"syslog": torn}, year=2025)
    assert len(found.lines) >= len(days)
    ((file, says),) = found.gaps
    assert file == "syslog"
    assert says.startswith("torn: the ")


def test_damaged_and_fake_packings_are_gaps(read: Read) -> None:
    found = read(
        {
            "a": b"\x1f\x8b\x08" + b"x" * 99,
            "b": b"BZh9" + b"x" * 99,
            "c": b"\x1f\x8b\x08",
            "d": b"\x28\xb5\x2f\xfd" + b"x" * 99,
        }
    )
    says = dict(found.gaps)
    assert says["a"].startswith("gzip data not readable after 0 bytes: ")
    assert says["b"].startswith("bzip2 data not readable after 0 bytes: ")
    assert says["d"].startswith("zstd data not readable after 0 bytes: ")
    assert says["c"] == "torn: the gzip data end early, after 0 bytes"


def test_limits_stop_what_never_ends() -> None:
    deep = LOG
    for _ in range(4):
        deep = gzip.compress(deep)
    assert list(unfold(opened(deep), Limits(depth=3))) == [
        Gap("packed more than 3 times over: not opened", file="x")
    ]
    many = tar_of({str(number): b"" for number in range(5)})
    assert list(unfold(opened(many), Limits(members=3)))[3:] == [
        Gap("more than 3 members: the rest not read", file="x")
    ]
    pair = tar_of({"a": b"", "b": b""})
    nested = tar_of({"1": pair, "2": pair, "3": pair, "4": pair})
    assert [
        one.file for one in unfold(opened(nested), Limits(members=4)) if isinstance(one, Gap)
    ] == [
        "x/2",
        "x",
    ]


@pytest.mark.parametrize("pack", PACKS)
def test_a_bomb_costs_no_more_than_its_limit(pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(bytes(5_000_000))
    (opened_bomb,) = unfold(opened(bomb), Limits(free=2_000_000, ratio=100))
    assert isinstance(opened_bomb, Opened)
    with pytest.raises(TornError, match=r"unpacks to more than 100 times its size: not read bey"):
        drain(opened_bomb.stream)
    assert opened_bomb.stream.done <= 500_000 + 100 * len(bomb)


def test_what_shrinks_as_logs_do_is_no_bomb() -> None:
    log = b"".join(b"Apr 30 10:00:00 pve1 kernel: [%d] x %d\n" % (n, n * n) for n in range(50_000))
    for pack in PACKS:
        (whole,) = unfold(opened(pack(log)), Limits(free=1000, ratio=200))
        assert isinstance(whole, Opened)
        assert drain(whole.stream) == len(log)


def test_a_bomb_does_not_cost_its_neighbours() -> None:
    bundle = tar_of({"bomb": gzip.compress(bytes(5_000_000)), "log": gzip.compress(LOG)})
    said = [
        (member.name, drain(member.stream, catch=True))
        for member in unfold(opened(bundle), Limits(free=2_000_000, ratio=10))
        if isinstance(member, Opened)
    ]
    assert said[1] == ("x/log", len(LOG))
    assert said[0][1] < 1_000_000


def test_a_thousand_small_bombs_together_are_one() -> None:
    bundle = tar_of({str(n): gzip.compress(bytes(400_000)) for n in range(20)})
    total, said = 0, list[str]()
    for member in unfold(opened(bundle), Limits(free=2_000_000, ratio=10)):
        if isinstance(member, Gap):
            said.append(member.says)
        else:
            total += drain(member.stream, catch=True)
    assert total <= 2_000_000 + 10 * len(bundle)
    assert said == ["unpacks to more than 10 times its size: the rest not read"]


def test_an_xz_header_cannot_ask_for_all_memory(read: Read) -> None:
    packed = bytearray(lzma.compress(LOG))
    size = (packed[12] + 1) * 4
    packed[16] = 32  # the LZMA2 dictionary: 256 MiB
    header = bytes(packed[12 : 12 + size - 4])
    packed[12 + size - 4 : 12 + size] = zlib.crc32(header).to_bytes(4, "little")
    assert lzma.decompress(bytes(packed)) == LOG
    assert read({"a": bytes(packed)}).gaps == [
        ("a", "xz data not readable after 0 bytes: Memory usage limit exceeded")
    ]
