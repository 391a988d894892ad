from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Read = Callable[..., Any]


def entry(*fields: bytes, host: bytes = b"pve1.lan") -> bytes:
    lines = (
        b"__CURSOR=s=1;i=2",
        b"__REALTIME_TIMESTAMP=1762602362000250",
        b"__MONOTONIC_TIMESTAMP=99",
        b"_BOOT_ID=" + b"a" * 32,
        b"_HOSTNAME=" + host,
        b"SYSLOG_IDENTIFIER=corosync",
        *fields,
        b"_PID=2764",
    )
    return b"\n".join(lines) + b"\n\n"


def binary(name: bytes, value: bytes) -> bytes:
    return name + b"\n" + len(value).to_bytes(8, "little") + value


def test_reads_text_and_binary_fields(read: Read) -> None:
    # Ten bytes: the length itself holds a newline.
    messages = (
        b"MESSAGE=token lost",
        binary(b"MESSAGE", b"ten\nbytes!"),
        binary(b"MESSAGE", b"\n\nx"),
    )
    content = b"".join(entry(message) for message in messages)
    for needles in ((), ("token lost", "bytes!", "x")):
        found = read({"x": content}, needles=needles)
        assert [line.text for line in found.lines] == ["token lost", "ten\nbytes!", "x"]
        for line in found.lines:
            assert line.at == datetime(2025, 11, 8, 11, 46, 2, 250, tzinfo=UTC)
            assert (line.node, line.program, line.pid) == ("pve1", "corosync", 2764)
            assert (line.boot_id, line.monotonic_us) == ("a" * 32, 99)
        assert [line.origin.text for line in found.lines] == ["MESSAGE=token lost", "ten", ""]
        rows = content.split(b"\n")
        assert rows[found.lines[0].origin.line - 1] == b"MESSAGE=token lost"
        assert rows[found.lines[1].origin.line - 1].endswith(b"ten")
        assert found.gaps == []


def test_torn_entries_are_counted_and_others_without_message_pass(read: Read) -> None:
    content = (
        entry(b"MESSAGE=a")
        + entry(b"OTHER=b")
        + b"__CURSOR=x\nMESSAGE=no time\n\n"
        + entry(b"MESSAGE=c")
        + b"__CURSOR=x\n__REALTIME_TIMESTAMP=1\nMESSAGE\n\xff\0\0\0\0\0\0\0cut"
    )
    found = read({"x": content})
    assert [line.text for line in found.lines] == ["a", "c"]
    assert found.gaps == [("x", "2 journal entries not readable")]


def test_a_dump_too_long_to_hold_is_passed_over(read: Read) -> None:
    content = (
        entry(b"MESSAGE=a") + entry(binary(b"COREDUMP", bytes(2_000_000))) + entry(b"MESSAGE=c")
    )
    found = read({"x": content})
    assert [line.text for line in found.lines] == ["a", "c"]
    rows = content.split(b"\n")
    assert rows[found.lines[1].origin.line - 1] == b"MESSAGE=c"
    assert found.gaps == [("x", "1 record of more than 1048576 bytes not read (line 10)")]
