"""Nothing that a file can hold may raise, or give two answers."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

Read = Callable[..., Any]

LINE = b"Nov 08 11:46:02 pve1 kernel: x\n"
PIECES = st.sampled_from(
    (
        b"",
        b"\x1f\x8b\x08",
        b"BZh9",
        b"\xfd7zXZ\x00",
        gzip.compress(LINE * 40),
        b'{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}\n',
        b'[{"__REALTIME_TIMESTAMP":"1762602362000250","MESSAGE":"x"},',
        b'{"time":1,"tag":"x","msg":"x"}\n',
        b"__CURSOR=x\n__REALTIME_TIMESTAMP=1\nMESSAGE\n",
        LINE + b"-- Reboot --\n",
        b"Feb 31 23:59:60 pve1 corosync[1]: [TOTEM ] x\n",
        b"> Nov 08 11:46:02 pve1 corosync\\[1\\]: wrapped\n",
        b"corosync[1]: [TOTEM ] x\n",
        b"9999-12-31T23:59:59-23:59 pve1 kernel: x\n",
        b"Sat 2025-11-08 10:00:00 CEST x kernel: y\n",
        "9 月 16 日 19:31:41 pve1 kernel: x\n".encode(),
        b"root@pve1:~# pvecm status\n",
        b"\n\n\n",
        b"x" * 70_000,
        bytes(512),
    )
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    parts=st.lists(st.tuples(PIECES, st.binary(max_size=120)), max_size=5),
    needles=st.sampled_from(((), ("x", "TOTEM"))),
    year=st.sampled_from((None, 1, 2025, 9999)),
)
def test_no_bytes_raise(
    read: Read, parts: list[tuple[bytes, bytes]], needles: tuple[str, ...], year: int | None
) -> None:
    content = b"".join(piece + noise for piece, noise in parts)
    found = read({"noise": content}, year=year, needles=needles)
    assert found == read({"noise": content}, year=year, needles=needles)
    json.dumps([str(one) for one in found.everything], ensure_ascii=False).encode()
    for line in found.lines:
        assert line.at.tzinfo is UTC
        assert "\0" not in line.text
        assert line.origin.line >= 1
        assert "\n" not in line.origin.text


def test_lines_made_to_take_long_do_not(read: Read) -> None:
    stamp = b"Nov 08 11:46:02 "
    for rest in (b"@" * 60_000, b"a " * 30_000, b"[1]" * 20_000, b"] " * 30_000, b" " * 60_000):
        for line in (rest, stamp + rest, stamp + b"pve1 message repeated 2 times: [" + rest):
            found = read({"slow": LINE + line + b"\n" + LINE}, year=2025)
            assert len(found.lines) >= 2
