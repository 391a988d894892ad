import socket
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lab.recorder import Recorder, journal_line

AT = datetime(2026, 11, 3, 4, 5, 6, 70, tzinfo=UTC)


@pytest.mark.parametrize(
    ("datagram", "line"),
    [
        (b"<30>Nov  3 04:05:06 corosync[7]:   [TOTEM ] A\0", "corosync[7]:   [TOTEM ] A"),
        (b"<30>corosync-qdevice[7]: A", "corosync-qdevice[7]: A"),
        (b"<30>corosync[7]: A\nB", f"corosync[7]: A\n{' ' * 42}B"),
        (b"no priority", "syslog: no priority"),
        (b"<30>corosync: \xff", "corosync: \ufffd"),
    ],
)
def test_a_datagram_becomes_a_journal_line(datagram: bytes, line: str) -> None:
    assert journal_line(datagram, "alder", AT) == f"Nov 03 04:05:06.000070 alder {line}"


def _wait_for(recorder: Recorder, count: int) -> list[str]:
    deadline = time.monotonic() + 5
    while len(recorder.lines["alder"]) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    return [line.split(" alder ")[1] for line in recorder.lines["alder"]]


def test_a_deaf_recorder_writes_only_what_it_is_told(tmp_path: Path) -> None:
    with (
        Recorder(("alder",), tmp_path) as recorder,
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as program,
    ):
        program.connect(str(recorder.socket_folder("alder") / "log"))
        recorder.deafen("alder")
        program.send(b"<30>a[1]: lost")
        recorder.say("alder", b"<30>kernel: told")
        time.sleep(0.3)
        recorder.hear("alder")
        program.send(b"<30>a[1]: heard")
        assert _wait_for(recorder, 2) == ["kernel: told", "a[1]: heard"]
    recorder.say("alder", b"<30>kernel: too late")
    assert len(recorder.lines["alder"]) == 2


def test_a_clock_that_is_ahead_stamps_ahead(tmp_path: Path) -> None:
    with Recorder(("alder",), tmp_path) as recorder:
        recorder.say("alder", b"<30>a[1]: x")
        recorder.clocks["alder"] = timedelta(hours=-26)
        recorder.say("alder", b"<30>a[1]: x")
    first, second = (
        datetime.strptime(line[:22] + " 2024", "%b %d %H:%M:%S.%f %Y").replace(tzinfo=UTC)
        for line in recorder.lines["alder"]
    )
    assert timedelta(hours=25) < (first - second) % timedelta(days=366) < timedelta(hours=27)


def test_a_recorder_keeps_nodes_apart_and_ends_when_closed(tmp_path: Path) -> None:
    with Recorder(("alder", "birch"), tmp_path) as recorder:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as program:
            program.sendto(b"<30>a[1]: hello", str(recorder.socket_folder("birch") / "log"))
            deadline = time.monotonic() + 5
            while not recorder.lines["birch"] and time.monotonic() < deadline:
                time.sleep(0.01)
        recorder.close()
    assert recorder.lines["alder"] == []
    assert [line.split(" birch ")[1] for line in recorder.lines["birch"]] == ["a[1]: hello"]
