"""A small part of the laboratory for real: clusters side by side, recorded, told right, cleaned up."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lab.case import record
from lab.cluster import ROOT, Cluster, lack
from lab.recorder import Recorder
from lab.scenario import Act, Scenario
from lab.scenarios.shapes import TRIO
from lab.score import judge_case

pytestmark = pytest.mark.skipif(bool(lack()) and not os.environ.get("CI"), reason=lack())


def test_real_clusters_are_recorded_and_told_right(tmp_path: Path) -> None:
    names = ["healthy-trio", "interface-down", "pause-5s"]
    argv = [sys.executable, "-m", "lab", *names, "-o", str(tmp_path), "--side-by-side", "3"]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    for name in names:
        assert (tmp_path / name / "truth.json").exists(), done.stdout + done.stderr
        assert judge_case(tmp_path / name).wrong == (), name
    (fault,) = json.loads((tmp_path / "pause-5s" / "truth.json").read_text())["faults"]
    lasted = datetime.fromisoformat(fault["end"]) - datetime.fromisoformat(fault["start"])
    assert 5 <= lasted.total_seconds() < 8


class Reset:
    """Crashes a node and boots it again, as a companion of a recording."""

    def begin(self, cluster: Cluster, recorder: Recorder) -> None:
        self.cluster, self.recorder, self.began = cluster, recorder, 0.0
        self.left = [(14.0, self.crash), (17.0, self.boot)]

    def crash(self) -> None:
        self.recorder.say("cedar", b"<30>kernel: gone")
        self.cluster.crash("cedar")

    def boot(self) -> None:
        self.recorder.say("cedar", b"<30>kernel: back")
        self.cluster.boot("cedar")

    def tick(self, now: datetime) -> None:
        self.began = self.began or now.timestamp()
        if self.left and now.timestamp() - self.began > self.left[0][0]:
            self.left.pop(0)[1]()

    def over(self) -> Mapping[str, Any]:
        return {"endings": {"cedar": [{"ending": "power_loss"}]}}


def test_a_companion_crashes_and_boots_a_node(tmp_path: Path) -> None:
    record(Scenario("x", "a reset", TRIO, (Act((), 24),)), tmp_path, Reset())
    assert json.loads((tmp_path / "truth.json").read_text())["endings"]["cedar"]
    shutil.unpack_archive(tmp_path / "logs.tar.xz", tmp_path, filter="data")
    cedar, alder = ((tmp_path / f"{node}.log").read_text() for node in ("cedar", "alder"))
    before, _, after = cedar.partition("kernel: gone\n")
    assert "Members[3]: 1 2 3" in before
    assert after.partition("\n")[0].endswith("kernel: back")
    assert "Corosync Cluster Engine" in after
    assert "Members[3]: 1 2 3" in after
    assert "left: 3" in alder
    assert alder.count("Members[3]: 1 2 3\n") == 2
