import json
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lab.case import Happening, pack, truth, write_case
from lab.scenarios import Act, Scenario
from lab.score import judge_case
from lab.shape import Shape

START = datetime(2026, 11, 3, tzinfo=UTC)
SCENARIO = Scenario("x", "a test", Shape(("a", "b")), (Act((), 1),), ("paused_node",), ("b",))


def test_the_truth_holds_what_was_done_and_when() -> None:
    done = Happening("b paused", START, START + timedelta(seconds=2))
    facts = truth(SCENARIO, [done], 2026)
    assert facts["incident"] is True
    assert facts["endings"] == {"a": [], "b": []}
    assert facts["faults"] == [
        {
            "what": "b paused",
            "start": "2026-11-03T00:00:00+00:00",
            "end": "2026-11-03T00:00:02+00:00",
        }
    ]


def test_a_written_case_replaces_an_older_one_and_is_scored(tmp_path: Path) -> None:
    files = {
        f"{node}.log": "".join(
            f"Nov 03 00:00:0{k}.000000 {node} corosync[7]: x\n" for k in range(3)
        ).encode()
        for node in "ab"
    }
    folder = tmp_path / "x"
    for said in ({"a.log": b"old"}, files):
        write_case(folder, said, truth(SCENARIO, [], 2026))
    assert {path.name for path in folder.iterdir()} == {"logs.tar.xz", "truth.json"}
    with tarfile.open(folder / "logs.tar.xz") as archive:
        assert archive.getnames() == ["a.log", "b.log"]
    assert json.loads((folder / "truth.json").read_text())["kind"] == "lab"
    assert judge_case(folder).wrong[0] == "incident: False, truth True"


def test_the_same_files_make_the_same_archive() -> None:
    assert pack({"b": b"1", "a": b"2"}) == pack({"a": b"2", "b": b"1"})
