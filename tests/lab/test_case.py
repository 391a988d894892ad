import json
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lab.case import Happening, felt, pack, truth, write_case
from lab.scenario import Act, Scenario
from lab.score import judge_case
from lab.shape import Shape

START = datetime(2026, 11, 3, tzinfo=UTC)
SCENARIO = Scenario("x", "a test", Shape(("a", "b")), (Act((), 1),), ("paused_node",), ("b",))
DONE = Happening("b paused", START, START + timedelta(seconds=2))
HARMED = "Nov 03 00:00:01.000000 a corosync[7]:   [KNET  ] link: host: 2 link: 0 is down"


def test_a_fault_that_nobody_noticed_is_no_incident() -> None:
    before = HARMED.replace("00:00:01", "00:00:00").replace("Nov 03", "Nov 02")
    facts = truth(SCENARIO, [DONE], 2026, {"a": [before], "b": []})
    assert (facts["incident"], facts["causes"], facts["blamed"]) == (False, [], [])


def test_a_cluster_that_never_was_whole_noticed_it() -> None:
    whole = "Nov 03 00:00:01.000000 a corosync[7]:   [QUORUM] Members[2]: 1 2"
    assert felt({"a": [whole], "b": []}, None)
    assert not felt({"a": [whole], "b": [whole]}, None)
    assert felt({"a": [whole], "b": [whole, HARMED.replace("00:00:01", "00:00:02")]}, None)


def test_the_truth_holds_what_was_done_and_when() -> None:
    facts = truth(SCENARIO, [DONE], 2026, {"a": [HARMED]})
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
        write_case(folder, said, truth(SCENARIO, [DONE], 2026, {"a": [HARMED]}))
    assert {path.name for path in folder.iterdir()} == {"logs.tar.xz", "truth.json"}
    with tarfile.open(folder / "logs.tar.xz") as archive:
        assert archive.getnames() == ["a.log", "b.log"]
    assert json.loads((folder / "truth.json").read_text())["kind"] == "lab"
    assert judge_case(folder).wrong[0] == "incident: False, truth True"


def test_the_same_files_make_the_same_archive() -> None:
    assert pack({"b": b"1", "a": b"2"}) == pack({"a": b"2", "b": b"1"})
