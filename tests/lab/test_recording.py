import json
from pathlib import Path
from typing import Any

from lab.recording import read_recording

TRUTH: dict[str, Any] = {
    "year": 2026,
    "causes": [],
    "blamed": [],
    "endings": {"alder": [{"ending": "self_fence", "at": "2026-11-03T10:00:30"}], "birch": []},
}


def _line(clock: str, node: str, text: str) -> str:
    return f"Nov 03 {clock} {node} {text}\n"


def _case(folder: Path, after: str) -> Path:
    (folder / "truth.json").write_text(json.dumps(TRUTH))
    (folder / "alder.log.1").write_text(_line("10:00:00", "alder", "corosync[7]: a"))
    (folder / "alder.log").write_text(
        _line("10:00:20", "alder", "corosync[7]: b") + after + _line("10:02:01", "alder", "x[1]: d")
    )
    (folder / "birch.log").write_text(_line("10:00:00", "birch", "corosync[7]: a"))
    (folder / "corosync.conf").write_text("totem {\n  version: 2\n}\n")
    return folder


def test_a_recording_has_each_nodes_lines_in_order_and_what_lies_beside(tmp_path: Path) -> None:
    recording = read_recording(_case(tmp_path, _line("10:02:00", "alder", "corosync[9]: c")))
    assert [line.text for line in recording.logs["alder"]] == ["a", "b", "c", "d"]
    assert [line.text for line in recording.logs["birch"]] == ["a"]
    assert list(recording.beside) == ["corosync.conf"]
    assert recording.truth == TRUTH


def test_lines_know_their_boot_by_a_separator_the_kernel_or_the_truth(tmp_path: Path) -> None:
    kernel = _line("10:02:00", "alder", "kernel: Linux version 6.8.12-4-pve")
    for after in (
        f"-- Boot {'c' * 32} --\n" + kernel,
        "-- Reboot --\n" + kernel,
        kernel,
        _line("10:02:00", "alder", "corosync[9]: c"),
    ):
        lines = read_recording(_case(tmp_path, after)).logs["alder"]
        boots = [line.boot_id for line in lines]
        assert boots[0] == boots[1] != boots[2]
        assert len(set(boots[2:])) == 1
