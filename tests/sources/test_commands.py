import re
import time
from pathlib import Path

import pytest

from fencepost.sources.commands import COMMANDS, PORT_COMMANDS, Answer, ask, commands_for

GUIDE = Path(__file__).parents[2] / "docs/how-to/collect-logs.md"


def test_asks_what_the_guide_lists() -> None:
    """Files that the guide prints with `cat` and `head` are read as they lie there."""
    script = GUIDE.read_text(encoding="utf-8").split("```sh\nrun()")[1].split("```")[0]
    listed = re.findall(r"^run (.*)", script, re.MULTILINE)
    listed = [line for line in listed if not line.startswith(("cat ", "head "))]
    forms = re.search(r'for form in "" (.*?); do run ethtool', script)
    assert forms
    assert list(COMMANDS) == listed
    assert list(PORT_COMMANDS) == ["ethtool", *(f"ethtool {form}" for form in forms[1].split())]


def test_ports_are_those_with_a_device(tmp_path: Path) -> None:
    for port in ("eno1/device", "vmbr0", "lo"):
        (tmp_path / "sys/class/net" / port).mkdir(parents=True)
    assert [one for one in commands_for(tmp_path) if one.startswith("ethtool")] == [
        "ethtool eno1",
        "ethtool -i eno1",
        "ethtool -k eno1",
        "ethtool -S eno1",
        "ethtool -g eno1",
    ]


def test_answers_come_in_order_and_only_of_what_is_there() -> None:
    assert list(ask(["echo one", "no-such-command-anywhere -x", "echo two"])) == [
        Answer("echo one", b"one\n"),
        Answer("echo two", b"two\n"),
    ]


def test_a_command_that_hangs_costs_its_time_once() -> None:
    began = time.monotonic()
    said = list(ask(["sleep 61", "sleep 62", "echo here"], seconds=0.5))
    assert [one.late for one in said] == [True, True, False]
    assert said[2].printed == b"here\n"
    assert time.monotonic() - began < 10


def test_output_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fencepost.sources.commands.LONGEST", 1000)
    (answer,) = ask(["seq 100000"])
    assert len(answer.printed) == 1000
