import io
import subprocess
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fencepost.sources.tar import BLOCK

Read = Callable[..., Any]
LOG = b"Apr 30 10:00:00 pve1 kernel: x\n"


def member(name: str, kind: bytes = tarfile.REGTYPE, content: bytes = LOG) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(content) if kind == tarfile.REGTYPE else 0
    info.linkname = "/etc/shadow"
    info.mtime = int(datetime(2023, 5, 1, tzinfo=UTC).timestamp())
    return info


def tar_of(*members: tarfile.TarInfo, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for info in members:
            tar.addfile(info, io.BytesIO(LOG) if info.size else None)
    return out.getvalue()


def test_hostile_members_are_labels_and_nothing_more(read: Read) -> None:
    found = read(
        {
            "t": tar_of(
                member("../../up/log"),
                member("/root/log"),
                member("dev/sda", tarfile.BLKTYPE),
                member("dev/pipe", tarfile.FIFOTYPE),
                member("link", tarfile.SYMTYPE),
                member("hard", tarfile.LNKTYPE),
                member("folder", tarfile.DIRTYPE),
                member(".."),
            )
        }
    )
    assert [line.origin.file for line in found.lines] == ["t/up/log", "t/root/log", "t/unnamed"]
    assert found.gaps == [
        ("t/dev/sda", "a device file in an archive: not read"),
        ("t/dev/pipe", "a device file in an archive: not read"),
    ]


def test_long_names_and_dates_of_all_formats(read: Read) -> None:
    name = "pve1/" + "long/" * 60 + "syslog"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        found = read({"t": tar_of(member(name), member("b"), form=form)})
        assert found.days == {f"t/{name}": ["2023-04-30"], "t/b": ["2023-04-30"]}


def test_two_members_of_one_name_are_both_read(read: Read) -> None:
    assert len(read({"t": tar_of(member("a"), member("a"))}).lines) == 2


def test_a_torn_or_damaged_archive_gives_what_comes_before(read: Read) -> None:
    whole = tar_of(member("a"), member("b"))
    torn = whole[: 3 * BLOCK + 5]
    damaged = whole[: 2 * BLOCK] + b"x" * BLOCK + whole[3 * BLOCK :]
    found = read({"cut": whole[: 2 * BLOCK], "damaged": damaged, "torn": torn})
    assert [line.origin.file for line in found.lines] == ["cut/a", "damaged/a", "torn/a"]
    assert found.gaps[:2] == [
        ("cut", "torn: the archive ends without its closing mark"),
        ("damaged", "damaged archive: no header where one should be"),
    ]
    assert {says for _, says in found.gaps[2:]} == {
        "torn: the archive ends inside this member",
    }


def test_damage_costs_one_member(read: Read) -> None:
    whole = tar_of(member("a"), member("b"), member("c"))
    found = read({"t": whole[: 2 * BLOCK] + b"x" * BLOCK + whole[3 * BLOCK :]})
    assert [line.origin.file for line in found.lines] == ["t/a", "t/c"]
    assert found.gaps == [("t", "damaged archive: no header where one should be")]


@pytest.mark.parametrize("form", ["gnu", "pax"])
def test_sparse_members_have_their_holes_back(tmp_path: Path, read: Read, form: str) -> None:
    with (tmp_path / "log").open("wb") as file:
        for number in range(3):
            file.seek(number << 18)
            file.write(LOG * 4000)
        file.truncate(3 << 18)
    (tmp_path / "end").write_bytes(LOG)
    command = ["tar", "--sparse", f"--format={form}", "-cf", "-", "log", "end"]
    packed = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True).stdout
    assert len(packed) < 3 << 17
    found = read({"t": packed}, year=2025)
    assert [line.origin.file for line in found.lines] == ["t/log"] * 12_000 + ["t/end"]
    ((file_name, says),) = found.gaps
    assert file_name == "t/log"
    assert "NUL bytes at line" in says


def test_a_sparse_member_cannot_claim_all_memory_or_time(read: Read) -> None:
    log = LOG * 4096
    header = bytearray(tar_of(member("a"))[:BLOCK])
    header[124:136] = b"%011o\0" % len(log)
    header[156:157] = b"S"
    header[386:410] = b"00000000000\0" + b"%011o\0" % len(log)
    header[482:495] = b"\0" + b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    found = read({"t": bytes(header) + log + tar_of(member("b"))})
    assert [line.origin.file for line in found.lines] == ["t/a"] * 4096 + ["t/b"]
    assert any("unpacks to more than 200 times its size" in says for _, says in found.gaps)


def test_joined_archives_are_read_to_the_end(read: Read) -> None:
    found = read({"t": tar_of(member("a")) + tar_of(member("b"))})
    assert [line.origin.file for line in found.lines] == ["t/a", "t/b"]
    assert found.gaps == []


def test_a_header_that_claims_too_much_is_not_believed(read: Read) -> None:
    header = bytearray(tar_of(member("a", b"x"))[:BLOCK])
    header[124:136] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    found = read({"t": bytes(header) + b"x" * 5000})
    assert found.gaps == [("t", "damaged archive: a header of more than 1 MiB")]
