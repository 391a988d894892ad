import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

Read = Callable[..., Any]

ENTRY = {
    "__REALTIME_TIMESTAMP": "1762602362000250",
    "__MONOTONIC_TIMESTAMP": "99",
    "_BOOT_ID": "a" * 32,
    "_HOSTNAME": "pve1.lan",
    "SYSLOG_IDENTIFIER": "corosync",
    "_PID": "2764",
    "MESSAGE": 'say "up"',
}
ONE = json.dumps(ENTRY)


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (ONE + "\n" + ONE, [1, 2]),
        (f"[\n{ONE},\n{ONE}\n]\n", [2, 3]),
        (f"[{ONE},{ONE}]", [1, 1]),
        (json.dumps([ENTRY, ENTRY], indent=2), [9, 18]),
        (json.dumps(ENTRY, indent=1) + "\n" + json.dumps(ENTRY, indent=1), [8, 17]),
        ("\ufeff" + ONE, [1]),
    ],
)
def test_reads_entries_however_they_are_laid_out(
    read: Read, content: str, numbers: list[int]
) -> None:
    found = read({"x": content})
    assert [line.origin.line for line in found.lines] == numbers
    for line in found.lines:
        assert line.at == datetime(2025, 11, 8, 11, 46, 2, 250, tzinfo=UTC)
        assert (line.node, line.program, line.pid) == ("pve1", "corosync", 2764)
        assert (line.text, line.boot_id, line.monotonic_us) == ('say "up"', "a" * 32, 99)
        assert line.origin.text == '"MESSAGE": "say \\"up\\""'
    assert found.gaps == []
    assert found.assumed == []


def entry(**fields: Any) -> str:
    return json.dumps(ENTRY | fields) + "\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ([91, 49, 93, 195, 164], "[1]ä"),
        (["twice", "said"], "twice"),
        (None, ""),
        ("half \ud800 a letter", "half ? a letter"),
        ("message repeated 3 times: [ x]", "x"),
        ("nul\0s", "nuls"),
    ],
)
def test_reads_messages_of_every_kind(read: Read, value: Any, text: str) -> None:
    for needles in ((), ("twice", "half", "repeated", "nul")):
        (line, *_) = read({"x": entry(MESSAGE=value)}, needles=needles).lines
        assert line.text == text


def test_a_message_in_bytes_is_not_left_out(read: Read) -> None:
    content = entry() * 9 + entry(MESSAGE=list(b"\x1b[1mtoken lost")) + entry() * 9
    for text in (content, content.replace(": ", ":")):
        lines = read({"x": text}, needles=("token lost",)).lines
        assert 10 in [line.origin.line for line in lines]


def test_bad_entries_are_counted(read: Read) -> None:
    found = read({"x": entry() + ONE[:50] + "\n" + entry(__REALTIME_TIMESTAMP="x") + "[1]\n"})
    assert len(found.lines) == 1
    assert found.gaps == [("x", "3 journal entries not readable (first in line 2)")]
    deep = "[" + entry() + "," + '{"a":' * 5000 + "\n" * 9 + "," + entry().strip() + "]"
    found = read({"x": json.dumps([ENTRY], indent=1) + deep})
    assert len(found.lines) >= 2
    assert len(found.gaps) == 1


def test_reads_the_cluster_log(read: Read) -> None:
    log = [
        {"uid": 1, "time": 1762602362, "tag": "pvedaemon", "pid": 7, "node": "pve2", "msg": "hi"}
    ]
    for content in (json.dumps(log), json.dumps({"data": log}, indent=1)):
        (line,) = read({"x": content}).lines
        assert line.at == datetime(2025, 11, 8, 11, 46, 2, tzinfo=UTC)
        assert (line.node, line.program, line.pid, line.text) == ("pve2", "pvedaemon", 7, "hi")
        assert line.origin.text == '"msg": "hi"'


def test_a_host_that_is_not_named_is_the_paths(read: Read) -> None:
    without = {key: value for key, value in ENTRY.items() if key != "_HOSTNAME"}
    (line,) = read({"pve3/journal.json": json.dumps(without)}).lines
    assert line.node == "pve3"
