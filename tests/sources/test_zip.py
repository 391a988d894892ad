import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest

Read = Callable[..., Any]
LOG = b"Apr 30 10:00:00 pve1 kernel: x\n"
MANY = b"".join(b"Apr 30 10:00:00 pve1 kernel: %d\n" % number for number in range(2000))


class OneWay(io.RawIOBase):
    """A pipe: zipfile writes sizes behind the members, for it cannot go back."""

    def __init__(self) -> None:
        self.out = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.out.write(data)


def zip_of(
    members: dict[str, bytes],
    *,
    method: int = zipfile.ZIP_DEFLATED,
    piped: bool = False,
    zip64: bool = False,
) -> bytes:
    pipe = OneWay()
    with zipfile.ZipFile(pipe if piped else pipe.out, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2025, 11, 8, 12, 0, 0))
            info.compress_type = method
            with archive.open(info, "w", force_zip64=zip64) as member:
                member.write(content)
    return pipe.out.getvalue()


@pytest.mark.parametrize("zip64", [False, True])
@pytest.mark.parametrize("piped", [False, True])
@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_reads_members_however_they_were_written(
    read: Read, method: int, *, piped: bool, zip64: bool
) -> None:
    members = {"pve1/": b"", "pve1/syslog": MANY, "pve1/syslog.1": LOG}
    found = read({"z": zip_of(members, method=method, piped=piped, zip64=zip64)})
    assert [line.origin.file for line in found.lines] == ["z/pve1/syslog"] * 2000 + [
        "z/pve1/syslog.1"
    ]
    assert {str(line.at.date()) for line in found.lines} == {"2025-04-30"}
    assert found.gaps == []


def test_a_stored_member_may_hold_what_looks_like_its_end(read: Read) -> None:
    inner = zip_of({"a": LOG, "b": LOG}, method=zipfile.ZIP_STORED, piped=True)
    found = read({"z": zip_of({"in.zip": inner}, method=zipfile.ZIP_STORED, piped=True)})
    assert [line.origin.file for line in found.lines] == ["z/in.zip/a", "z/in.zip/b"]
    assert found.gaps == []


def test_an_empty_archive_says_nothing_and_is_no_trouble(read: Read) -> None:
    assert read({"z": zip_of({})}).everything == []


@pytest.mark.parametrize("piped", [False, True])
def test_a_torn_archive_is_read_as_far_as_it_goes(read: Read, *, piped: bool) -> None:
    whole = zip_of({"a": MANY, "b": MANY}, piped=piped)
    found = read({"z": whole[: len(whole) * 2 // 3]})
    assert len([line for line in found.lines if line.origin.file == "z/a"]) == 2000
    assert 0 < len([line for line in found.lines if line.origin.file == "z/b"]) < 2000
    assert ("z/b", "torn: the archive ends inside this member") in found.gaps


def test_damage_costs_one_member(read: Read) -> None:
    for piped in (False, True):
        whole = bytearray(zip_of({"a": LOG, "b": MANY, "c": LOG}, piped=piped))
        middle = whole.index(b"PK\3\4", 40) + 200
        whole[middle : middle + 60] = b"\xff" * 60
        found = read({"z": bytes(whole)})
        files = [line.origin.file for line in found.lines]
        assert files[0] == "z/a"
        assert files[-1] == "z/c"
        assert found.gaps
        assert {file for file, _ in found.gaps} == {"z/b"}


def test_a_damaged_header_costs_no_more_than_its_member(read: Read) -> None:
    whole = bytearray(zip_of({"a": LOG, "b": LOG, "c": LOG}))
    whole[whole.index(b"PK\3\4", 9)] = 0
    found = read({"z": bytes(whole)})
    assert [line.origin.file for line in found.lines] == ["z/a", "z/c"]
    assert found.gaps == [("z", "damaged archive: no member where one should be")]


def test_a_wrong_checksum_is_said(read: Read) -> None:
    whole = bytearray(zip_of({"a": LOG}, method=zipfile.ZIP_STORED))
    whole[whole.index(b"kernel")] ^= 1
    assert read({"z": bytes(whole)}).gaps == [
        ("z/a", "damaged: its checksum is not that of its bytes")
    ]


def test_sizes_that_lie_move_nothing_else(read: Read) -> None:
    for at in (18, 22):  # compressed, uncompressed
        for claimed in (0, 3, 5_000_000, 0xFFFFFFFF):
            whole = bytearray(zip_of({"a": LOG, "b": MANY, "c": LOG}))
            start = whole.index(b"PK\3\4", 40)
            whole[start + at : start + at + 4] = claimed.to_bytes(4, "little")
            found = read({"z": bytes(whole)})
            assert len(found.lines) == 2002
            assert found.gaps == []


def test_what_cannot_be_unpacked_is_a_sentence(read: Read) -> None:
    for flags, method, says in (
        (1, 8, "encrypted in a zip archive: not read; unpack it first"),
        (0, 9, "packed by zip's method 9: not read; unpack it first"),
    ):
        whole = bytearray(zip_of({"a": LOG, "b": LOG}))
        whole[6], whole[8] = flags, method
        found = read({"z": bytes(whole)})
        assert found.gaps == [("z/a", says)]
        assert [line.origin.file for line in found.lines] == ["z/b"]


def test_names_are_labels(read: Read) -> None:
    names = {"../../etc/shadow": LOG, "/abs/log": LOG, "C:\\logs\\syslog": LOG, "é": LOG}
    found = read({"z": zip_of(names)})
    assert [line.origin.file for line in found.lines] == [
        "z/etc/shadow",
        "z/abs/log",
        "z/C:/logs/syslog",
        "z/é",
    ]


def test_entries_that_overlap_are_read_once(read: Read) -> None:
    """The list at the end may name one member a thousand times over: it is not asked."""
    whole = zip_of({"a": LOG})
    start = whole.index(b"PK\1\2")
    end = whole.index(b"PK\5\6")
    tail = whole[end:]
    bomb = whole[:start] + whole[start:end] * 1000 + tail
    assert len(read({"z": bomb}).lines) == 1


def test_a_quoting_bomb_stays_what_it_is(read: Read) -> None:
    """Members whose deflate data quote the next member's header: each byte is read once."""
    inner = zip_of({"b": MANY})
    pack = zlib.compressobj(wbits=-15, level=0)
    body = pack.compress(inner) + pack.flush()
    name = b"a"
    header = b"PK\3\4" + bytes.fromhex("14000000080000000000")
    header += zlib.crc32(inner).to_bytes(4, "little") + len(body).to_bytes(4, "little")
    header += len(inner).to_bytes(4, "little") + (1).to_bytes(2, "little") + bytes(2) + name
    found = read({"z": header + body + b"PK\5\6" + bytes(18)})
    assert {line.origin.file for line in found.lines} == {"z/a/b"}
    assert len(found.lines) == 2000
