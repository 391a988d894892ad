import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fencepost.sources.blocks import Blocks
from fencepost.sources.needles import Needles
from fencepost.sources.prefilter import SIGN_OF_LIFE, Picker
from fencepost.sources.stream import Stream

Read = Callable[..., Any]

NEEDLES = ("token lost", 'say "up"', "link: 0 is down", "größer", "C:\\x", "q")
TEXTS = st.sampled_from(("quiet", "worker started", "", *NEEDLES))
BEGIN = datetime(2025, 3, 1, tzinfo=UTC)
STEPS = st.integers(min_value=-40, max_value=60).map(lambda days: timedelta(days=days, seconds=7))
Log = list[tuple[datetime, str]]


@st.composite
def logs(draw: st.DrawFn) -> Log:
    times = [BEGIN]
    times += [times[-1] + step for step in draw(st.lists(STEPS, max_size=40)) if times]
    return [(at, draw(TEXTS)) for at in times]


def syslog(log: Log) -> str:
    rows = []
    for number, (at, text) in enumerate(log):
        rows.append(f"{at:%b %d %H:%M:%S} pve{number % 2} corosync[7]: {text}")
        rows += ["-- Reboot --"] * (number % 7 == 3)
        rows += ["  continued: token lost"] * (number % 5 == 2)
        rows += ["corosync[9]: untimed token lost"] * (number % 11 == 4)
    return "\n".join(rows) + "\n"


def journal(log: Log, *, ascii_only: bool) -> str:
    entries = (
        {"__REALTIME_TIMESTAMP": f"{at:%s}000000", "_HOSTNAME": "pve1", "MESSAGE": text}
        for at, text in log
    )
    return "".join(json.dumps(entry, ensure_ascii=ascii_only) + "\n" for entry in entries)


def export(log: Log) -> str:
    return "".join(
        f"__CURSOR=s\n__REALTIME_TIMESTAMP={at:%s}000000\n_HOSTNAME=pve1\nMESSAGE={text}\n\n"
        for at, text in log
    )


FORMS: dict[str, Callable[[Log], str]] = {
    "syslog": syslog,
    "journal": lambda log: journal(log, ascii_only=False),
    "ascii journal": lambda log: journal(log, ascii_only=True),
    "export": export,
}


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(log=logs(), form=st.sampled_from(sorted(FORMS)), blanks=st.sampled_from((0, 3000)))
def test_needles_leave_out_only_lines_without_them(
    read: Read, log: Log, form: str, blanks: int
) -> None:
    content = FORMS[form]([(at, " " * blanks + text) for at, text in log])
    whole = read({"log": content}, year=2025).lines
    picked = read({"log": content}, year=2025, needles=NEEDLES).lines
    assert [line for line in whole if line in picked] == picked
    relevant = [
        line
        for line in whole
        if line.program == "journalctl" or any(needle in line.text for needle in NEEDLES)
    ]
    assert [line for line in relevant if line not in picked] == []
    assert whole[0] in picked
    assert whole[-1] in picked
    timed = [line for line in whole if line.pid != 9 and line.program != "journalctl"]
    assert [
        before for before, line in pairwise(timed) if line in relevant and before not in picked
    ] == []


def test_most_of_a_quiet_log_is_left_out_but_signs_of_life(read: Read) -> None:
    rows = [
        f"{BEGIN + timedelta(seconds=count):%b %d %H:%M:%S} pve1 CRON[1]: session {count}\n"
        for count in range(20_000)
    ]
    rows[12_345] = rows[12_345].replace("session", "token lost")
    content = "".join(rows)
    picked = read({"log": content}, year=2025, needles=("token lost",)).lines
    blocks = len(content) // SIGN_OF_LIFE
    numbers = [line.origin.line for line in picked]
    assert {1, 12_345, 12_346, 20_000} <= {*numbers}
    assert blocks < len(picked) < 2 * blocks + 8
    offsets = [sum(map(len, rows[: number - 1])) // SIGN_OF_LIFE for number in numbers]
    assert {*range(blocks + 1)} <= {*offsets}
    assert [line.origin.text + "\n" for line in picked] == [rows[number - 1] for number in numbers]


def test_years_are_counted_over_lines_that_are_left_out(read: Read) -> None:
    days = [BEGIN.replace(month=8) + timedelta(days=count) for count in range(0, 204, 3)]
    content = "".join(f"{day:%b %d %H:%M:%S} pve1 CRON[1]: quiet\n" for day in days)
    content += "Feb 27 10:00:00 pve1 corosync[7]: token lost\n"
    lines = read({"log": content}, year=2025, needles=("token lost",)).lines
    assert lines[-1].at == datetime(2026, 2, 27, 10, tzinfo=UTC)


def test_what_is_picked_does_not_depend_on_the_blocks() -> None:
    rows = [
        "S a",
        "S b",
        "-- Reboot --",
        "  c",
        "S d",
        "S e",
        "  f hit",
        "S g",
        "S h hit",
        "  i",
        "S j",
    ]
    data = "".join(row + "\n" for row in rows).encode()
    for longest in range(13, len(data) + 2):
        picker = Picker(
            Blocks(Stream([data]), longest=longest),
            Needles((b"-- Reboot --", b"hit")),
            lambda raw: raw.startswith(b"S"),
        )
        assert [(line, raw.decode()) for line, raw in picker] == [
            (number, row) for number, row in enumerate(rows, 1) if row not in {"  c", "  i"}
        ], longest
