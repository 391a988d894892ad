"""Nothing of the laboratory stays behind, however it ends."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from lab.cluster import GROUPS, ROOT, lack

pytestmark = pytest.mark.skipif(bool(lack()) and not os.environ.get("CI"), reason=lack())
HOWS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
PROGRAM = """
import signal, sys
from pathlib import Path
from lab.case import record
from lab.faults.host import disk_stalled, starved
from lab.scenario import Act, Scenario
from lab.scenarios.shapes import WRITING
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job
harm = (disk_stalled("beech"), starved("hazel", 1000))
record(Scenario("x", "to be ended", WRITING, (Act(harm, 90),)), Path(sys.argv[1]))
"""


def _processes(mark: str) -> list[str]:
    found = []
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in environment.read_bytes():
                found.append(environment.parent.name)
        except OSError:  # it ended meanwhile
            continue
    return found


def _traces(mark: str, pid: int) -> list[str]:
    """Return what there is of a laboratory: processes, folders, control groups, disks."""
    list_disks = ["losetup", "--list", "--noheadings", "--output", "BACK-FILE"]
    disks = subprocess.run(list_disks, capture_output=True, text=True, check=True).stdout
    return [
        *_processes(mark),
        *(str(path) for path in Path("/dev/shm").glob(f"fencepost-lab-{pid}-*")),
        *(str(path) for path in GROUPS.glob(f"*/lab-{pid}-*")),
        *(disk for disk in disks.splitlines() if f"fencepost-lab-{pid}-" in disk),
    ]


def _gone(mark: str, pid: int) -> bool:
    return not _traces(mark, pid)


def _until(so: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not so() and time.monotonic() < deadline:
        time.sleep(0.2)
    return so()


def test_nothing_stays_behind(tmp_path: Path) -> None:
    with ExitStack() as stack:
        running = {}
        for how in HOWS:
            mark = f"LAB_MARK={uuid.uuid4()}"
            environment = {**os.environ, "LAB_MARK": mark.partition("=")[2]}
            argv = [sys.executable, "-c", PROGRAM, str(tmp_path / how.name)]
            laboratory = stack.enter_context(subprocess.Popen(argv, cwd=ROOT, env=environment))
            stack.callback(laboratory.kill)
            running[how] = mark, laboratory
        for how, (mark, laboratory) in running.items():
            group = GROUPS / "cpu" / f"lab-{laboratory.pid}-hazel"
            assert _until(group.exists, 60), how
            before = _traces(mark, laboratory.pid)
            assert sum(trace.isdecimal() for trace in before) > 10
            assert sum(not trace.isdecimal() for trace in before) == 3
            laboratory.send_signal(how)
        for how, (mark, laboratory) in running.items():
            laboratory.wait(timeout=60)
            _until(partial(_gone, mark, laboratory.pid), 20)
            assert _traces(mark, laboratory.pid) == [], how
            assert not (tmp_path / how.name).exists()
