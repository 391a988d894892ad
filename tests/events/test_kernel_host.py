from datetime import UTC, datetime

import pytest

from fencepost.events.kernel_boot import SoftdogFired
from fencepost.events.kernel_host import (
    EVENTS,
    MemoryRanOut,
    OomInvoked,
    ProcessSegfaulted,
    TaskBlocked,
)
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    at = datetime(2025, 11, 8, tzinfo=UTC)
    return Line(at, "pve1", "kernel", None, text, Origin("syslog", 1))


def readers(text: str) -> list[str]:
    return [event.__name__ for event in EVENTS if event.read(line(text))]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[Hardware Error]: event severity: fatal", ["PreviousBootError"]),
        ("{1}[Hardware Error]: event severity: fatal", ["HardwareErrorReported"]),
        ("{1}[Hardware Error]: event severity: corrected", ["CorrectedError"]),
        ("mce: [Hardware Error]: Machine check events logged", ["MachineChecksNoted"]),
    ],
)
def test_an_error_of_the_last_life_is_told_from_one_of_this_life(
    text: str, names: list[str]
) -> None:
    assert readers(text) == names
    assert readers(f"[    1.203411] {text}") == names


def test_a_crash_of_a_program_is_no_crash_of_the_kernel() -> None:
    user = "traps: corosync[1417] general protection fault ip:7f3c sp:7f3c error:0 in libknet.so.1"
    assert readers(user) == ["ProcessSegfaulted"]
    own = "general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP"
    assert readers(own) == ["KernelOopsed"]


def test_a_panic_by_softdog_is_the_watchdog_and_not_a_kernel_fault() -> None:
    text = "Kernel panic - not syncing: Software Watchdog Timer expired"
    assert readers(text) == []
    assert SoftdogFired.read(line(text)) is not None


def test_old_kernels_word_a_kill_for_want_of_memory_otherwise() -> None:
    text = "Out of memory: Kill process 1417 (corosync) score 3 or sacrifice child"
    read = MemoryRanOut.read(line(text))
    assert read is not None
    assert (read.process, read.victim) == ("corosync", 1417)


def test_a_container_at_its_own_limit_is_not_a_node_without_memory() -> None:
    text = "Memory cgroup out of memory: Killed process 48213 (mysqld) total-vm:2254132kB"
    assert readers(text) == ["MemoryLimitReached"]


@pytest.mark.parametrize(
    ("task", "seconds"), [("kworker/18:1", 122), ("CPU 0/KVM", 241), ("pve-ha-lrm", 120)]
)
def test_a_blocked_task_may_have_any_name(task: str, seconds: int) -> None:
    for how in ("blocked for more than", "blocked in I/O wait for more than"):
        read = TaskBlocked.read(line(f"INFO: task {task}:4711 {how} {seconds} seconds."))
        assert read is not None
        assert (read.task, read.seconds) == (task, seconds)


def test_a_stamp_in_front_is_not_part_of_a_process_name() -> None:
    crash = ProcessSegfaulted.read(line("[  812.501133] corosync[1417]: segfault at 7f3c ip 7f3c"))
    hunger = OomInvoked.read(line("[  812.501133] CPU 0/KVM invoked oom-killer: gfp_mask=0x140cca"))
    assert crash is not None
    assert hunger is not None
    assert (crash.process, hunger.process) == ("corosync", "CPU 0/KVM")
