from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

Read = Callable[..., Any]

TAG = "[KNET  ] link: host: 2 link: 0 is down"
COROSYNC = f"pve1 corosync[2764]:   {TAG}"
OWN = ("pve1", "corosync", 2764)
HOSTLESS = ("node7", "corosync", None)

# Name, line, time in UTC, (node, program, pid).
FORMATS = [
    ("syslog", f"Nov 08 11:46:02 {COROSYNC}", "2025-11-08 11:46:02", OWN),
    ("blank in the day", f"Nov  8 11:46:02 {COROSYNC}", "2025-11-08 11:46:02", OWN),
    ("squeezed", f"Nov 8 11:46:02 {COROSYNC}", "2025-11-08 11:46:02", OWN),
    ("localised", f"июл 17 18:12:21 {COROSYNC}", "2025-07-17 18:12:21", OWN),
    ("east asian", f"9 月 16 日 19:31:41 {COROSYNC}", "2025-09-16 19:31:41", OWN),
    (
        "precise, with a domain",
        f"Mar 27 21:55:09.537052 pve1.lan corosync[2764]:   {TAG}",
        "2025-03-27 21:55:09.537052",
        OWN,
    ),
    ("iso", f"2018-09-13T07:38:02+0200 {COROSYNC}", "2018-09-13 05:38:02", OWN),
    ("full", f"Thu 2018-09-13 07:38:02 CEST {COROSYNC}", "2018-09-13 05:38:02", OWN),
    ("unix", f"1536817082.250000 {COROSYNC}", "2018-09-13 05:38:02.250000", OWN),
    ("rsyslog", f"2020-11-23T14:36:26.37+08:00 {COROSYNC}", "2020-11-23 06:36:26.37", OWN),
    (
        "plain date",
        f"2020-11-23 14:36:26 pve1 corosync: {TAG}",
        "2020-11-23 14:36:26",
        ("pve1", "corosync", None),
    ),
    (
        "own file",
        f"Oct 07 23:02:08 [2764] pve1 corosync info    {TAG}",
        "2025-10-07 23:02:08",
        OWN,
    ),
    (
        "own file, precise, level glued on",
        f"Mar 28 11:27:45.922 [2764] pve1 corosyncnotice  {TAG}",
        "2025-03-28 11:27:45.922",
        OWN,
    ),
    ("1.x", f"Aug 05 20:29:10 corosync {TAG}", "2025-08-05 20:29:10", HOSTLESS),
    (
        "stderr through systemd",
        f"corosync[2764]: Apr 06 17:56:17 crit    {TAG}",
        "2025-04-06 17:56:17",
        ("node7", "corosync", 2764),
    ),
    ("bare", f"Jan 07 03:14:33 {TAG}", "2025-01-07 03:14:33", HOSTLESS),
    (
        "no host",
        f"Jan 07 03:14:33 corosync[2764]: {TAG}",
        "2025-01-07 03:14:33",
        ("node7", "corosync", 2764),
    ),
    (
        "a container's",
        "2019-06-25T02:24:41.5Z run-corosync[140021587887872] INFO run: Jun 25 02:24:41 debug   "
        + TAG,
        "2019-06-25 02:24:41.5",
        HOSTLESS,
    ),
    ("numbered", f"2517 Feb 24 10:00:00 {COROSYNC}", "2025-02-24 10:00:00", OWN),
    ("quoted", f"> Feb 24 10:00:00 {COROSYNC}", "2025-02-24 10:00:00", OWN),
    ("indented", f"    Feb 24 10:00:00 {COROSYNC}", "2025-02-24 10:00:00", OWN),
    ("grepped", f"log/syslog.1:Feb 24 10:00:00 {COROSYNC}", "2025-02-24 10:00:00", OWN),
    (
        "escaped",
        r"Feb 24 10:00:00 pve1 corosync\[2764\]: \[KNET  \] link: host: 2 link: 0 is down",
        "2025-02-24 10:00:00",
        OWN,
    ),
]


@pytest.mark.parametrize(
    ("raw", "at", "whose"), [form[1:] for form in FORMATS], ids=[form[0] for form in FORMATS]
)
def test_opens_every_kind_of_envelope(
    read: Read, raw: str, at: str, whose: tuple[str, str, int | None]
) -> None:
    found = read({"node7.log": f"\n{raw}\r\n"}, year=2025)
    (line,) = found.lines
    assert line.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (line.node, line.program, line.pid) == whose
    assert line.text == TAG
    assert (line.origin.file, line.origin.line, line.origin.text) == ("node7.log", 2, raw)
    assert found.gaps == []


@pytest.mark.parametrize(
    ("raw", "text", "node"),
    [
        (
            "Mar 17 01:38:20 pve1  [ 4333.309042] drbd r0: out",
            "[ 4333.309042] drbd r0: out",
            "pve1",
        ),
        ("Mar 17 01:38:20 pve1 kernel: [313.371873] igb: up", "[313.371873] igb: up", "pve1"),
        ("[Mon Mar 17 01:38:20 2025] e1000e eno1: up", "e1000e eno1: up", "node7"),
        ("kern: err: [2025-03-17T01:38:20.0Z]: e1000e eno1: up", "e1000e eno1: up", "node7"),
    ],
)
def test_opens_kernel_lines(read: Read, raw: str, text: str, node: str) -> None:
    (line,) = read({"node7.txt": raw + "\n"}, year=2025).lines
    assert line.at == datetime(2025, 3, 17, 1, 38, 20, tzinfo=UTC)
    assert (line.node, line.program, line.pid, line.text) == (node, "kernel", None, text)


def test_pacemaker_in_corosyncs_file(read: Read) -> None:
    text = (
        f"[434] pve1 corosyncnotice  {TAG}\n"
        "Mar 28 11:27:45 [22740] pve1 crmd:     info: election: won\n"
        f"[434] pve1 corosyncnotice  {TAG}\n"
        "Mar 28 11:27:55 pve1 pacemaker-fenced [9] (main)    notice: up\n"
    )
    lines = read({"corosync.log": text}, year=2025).lines
    assert [(line.program, line.pid, line.at.second) for line in lines] == [
        ("corosync", 434, 45),  # waits for the first stamp
        ("crmd", 22740, 45),
        ("corosync", 434, 45),  # takes the last one
        ("pacemaker-fenced", 9, 55),
    ]


def test_a_log_without_any_time_cannot_be_placed(read: Read) -> None:
    found = read({"pve1.log": f"corosync[1321]: {TAG}\n" * 3})
    assert found.lines == []
    assert found.gaps == [("pve1.log", "3 lines without a time cannot be placed")]


def test_the_rest_of_a_wrapped_line_is_a_gap_where_it_could_matter(read: Read) -> None:
    """One line of its kind is too little to tell how wide the paste was."""
    text = (
        "Mar 17 01:38:20 pve1 corosync[9]: [TOTEM ] A processor failed, forming new configuration: \n"
        "token timed out (3650ms), waiting 4380ms for consensus.\n"
        "and that was all\n"
        "Mar 17 01:38:29 pve1 corosync[9]: [QUORUM] Members[1]: 1\n"
    )
    found = read({"pve1.log": text}, year=2025, needles=("forming new", "for consensus"))
    says = "1 line without time and program not read: perhaps the rest of wrapped lines"
    assert found.gaps == [("pve1.log", says)]


def test_boot_separators_begin_boots(read: Read) -> None:
    boot = "5" * 32
    text = (
        "-- Logs begin at Mon 2025-11-03 10:00:00 CET, end at Sat 2025-11-08 12:00:00 CET. --\n"
        "Nov 08 11:00:00 pve1 kernel: old\n"
        f"-- Boot {boot} --\n"
        "Nov 08 11:05:00 pve1 kernel: new\n"
        "-- Reboot --\n"
    )
    for needles in ((), ("old",)):
        lines = read({"journal.txt": text}, year=2025, needles=needles).lines
        assert [(line.program, line.text, line.at.minute, line.boot_id) for line in lines] == [
            ("kernel", "old", 0, None),
            ("journalctl", f"-- Boot {boot} --", 5, boot),
            ("kernel", "new", 5, boot),
            ("journalctl", "-- Reboot --", 5, None),
        ]
        assert {line.node for line in lines} == {"pve1"}


def test_lines_without_a_time_after_a_separator_are_the_new_boots(read: Read) -> None:
    text = f"Nov 08 11:00:00 pve1 kernel: old\n-- Reboot --\ncorosync[7]: {TAG}\nNov 08 11:05:00 pve1 kernel: new\n"
    lines = read({"a": text}, year=2025).lines
    assert [(line.program, line.at.minute) for line in lines] == [
        ("kernel", 0),
        ("journalctl", 5),
        ("corosync", 5),
        ("kernel", 5),
    ]


def test_a_repeated_message_is_one_line(read: Read) -> None:
    raw = "Nov 08 11:00:00 pve1 corosync[7]: message repeated 156 times: [   [TOTEM ] Retransmit List: 1be7]"
    (line,) = read({"a": raw}, year=2025).lines
    assert (line.text, line.times, line.pid) == ("[TOTEM ] Retransmit List: 1be7", 156, 7)
    assert line.origin.text == raw


def test_continuation_lines_are_no_lines(read: Read) -> None:
    text = (
        "Nov 08 11:00:00 pve1 kernel: e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n"
        "  TDH                  <8c>\n"
        "  TDT                  <c1>\n"
        "MAC Status             <40080083>\n"
        "Nov 08 11:00:01 pve1 kernel: e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly\n"
        "\n"
        "```\n"
        "lines 1-50\n"
        "-- No entries --\n"
    )
    lines = read({"a": text}, year=2025).lines
    assert [(line.origin.line, line.text[-5:]) for line in lines] == [(1, "Hang:"), (5, "tedly")]


def test_nul_bytes_are_taken_off_and_counted_once(read: Read) -> None:
    text = (
        b"Nov 08 11:00:00 pve1 kernel: a\nNov 08 11:00:01 pve1 up\0\0sd[1]: b\n"
        + bytes(3000)
        + b"Nov 08 11:07:00 pve1 kernel: c\n"
        + b"Nov 08 11:08:00 pve1 kernel: d\n" * 100
    )
    found = read({"a": text}, year=2025)
    assert [line.text for line in found.lines[:3]] == ["a", "b", "c"]
    assert found.lines[1].program == "upsd"
    assert found.lines[1].origin.text == "Nov 08 11:00:01 pve1 up\0\0sd[1]: b"
    assert found.lines[2].origin.text == "Nov 08 11:07:00 pve1 kernel: c"
    assert found.gaps == [
        (
            "a",
            "3002 NUL bytes at line 2 and in 1 other line: the end of a write that a crash cut off",
        )
    ]


def test_the_first_line_of_a_boot_follows_a_torn_one(read: Read) -> None:
    old, new = (
        b"Nov 08 11:00:00 pve1 pveproxy[7]: wor",
        b"Nov 08 11:07:00 pve1 kernel: Linux version 6",
    )
    text = b"Nov 08 10:59:00 pve1 kernel: a\n" * 200 + old + bytes(3000) + new + b"\n"
    for needles in ((), ("Linux version",)):
        found = read({"a": text}, year=2025, needles=needles)
        assert [(line.origin.line, line.origin.text) for line in found.lines[-2:]] == [
            (201, old.decode()),
            (201, new.decode()),
        ]
        assert [line.text for line in found.lines[-2:]] == ["wor", "Linux version 6"]
        assert len(found.gaps) == 1


def test_long_lines_are_bounded(read: Read) -> None:
    head = "Nov 08 11:00:00 pve1 kernel: "
    text = head + "a" * 9000 + "\n" + head + "b" * 3_000_000 + "\n" + head + "c\n"
    for needles in ((), ("kernel",)):
        found = read({"a": text}, year=2025, needles=needles)
        assert [(line.origin.line, line.text[0]) for line in found.lines] == [(1, "a"), (3, "c")]
        assert (len(found.lines[0].text), len(found.lines[0].origin.text)) == (8000, 2000)
        assert found.gaps == [("a", "1 record of more than 1048576 bytes not read (line 2)")]


def test_bytes_that_are_no_characters_are_replaced(read: Read) -> None:
    (line,) = read(
        {"a": b"\xef\xbb\xbfNov 08 11:00:00 pve1 kernel: caf\xe9 \x1b[31m!"}, year=2025
    ).lines
    assert line.text == "caf\ufffd \x1b[31m!"


def test_a_hard_wrapped_paste_is_put_together(read: Read) -> None:
    wrapped = (
        "> Nov 08 11:00:00 pve1 corosync[7]: [TOTEM ] A new membership (1.3c4) was\n"
        "> formed. Members joined: 2\n"
        "> Nov 08 11:00:01 pve1 corosync[7]: [TOTEM ] A processor failed, forming new\n"
        "> configuration: token timed out (3650ms), waiting 4380ms for consensus.\n"
        "> Nov 08 11:00:02 pve1 corosync[7]: [QUORUM] Members[2]: 1 2\n"
        ">\n"
        "> That was all.\n"
    )
    for needles in ((), ("was formed. Members",)):
        lines = read({"mail": wrapped}, year=2025, needles=needles).lines
        assert [(line.origin.line, line.text) for line in lines] == [
            (1, "[TOTEM ] A new membership (1.3c4) was formed. Members joined: 2"),
            (
                3,
                "[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.",
            ),
            (5, "[QUORUM] Members[2]: 1 2"),
        ]
        assert lines[0].origin.text == wrapped.partition("\n")[0]


def test_time_runs_on_for_all_lines_of_a_file(read: Read) -> None:
    begin = datetime(2025, 11, 8, tzinfo=UTC)
    times = [begin + timedelta(seconds=number) for number in range(2000)]
    text = "".join(f"{at:%b %d %H:%M:%S} pve1 kernel: {at:%S}\n" for at in times)
    lines = read({"a": text}, year=2025).lines
    assert [line.at for line in lines] == times
    assert [line.origin.line for line in lines] == list(range(1, 2001))
