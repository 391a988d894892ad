"""What must not change a report, whatever the case: order, copies, clocks, names, and chance."""

import json
import os
import re
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.investigate import investigate
from fencepost.model.line import Assumption, Gap, Line
from fencepost.model.verdict import Report
from fencepost.reconstruct.recognise import needles
from fencepost.render.json import as_data, to_json
from fencepost.sources.open import Reading, ReadOptions, read_sources

CASES = Path(__file__).parents[1] / "cases"
NAMES = (
    "lab-clean-stop-node2",
    "lab-kill9-node2",
    "lab-linkflap-node3",
    "lab-loss30",
    "lab-partition",
    "lab5-five-nontransitive",
    "lab5-five-two-alone",
    "lab5-two-killed",
    "realha-isolate-idle-node3",
    "realha-isolate-master-node2",
    "realha-pmxcfs-killed-node1",
    "realha-planned-corosync-stop-node3",
    "realha-sigstop-corosync-node2",
    "realha-switch-outage-near-miss",
)
FEW = settings(max_examples=20, derandomize=True, deadline=None)

names = st.sampled_from(NAMES)


def options(name: str, texts: Iterable[str] = needles()) -> ReadOptions:
    year = json.loads((CASES / name / "truth.json").read_text())["year"]
    return ReadOptions(year=year, needles=tuple(texts))


@cache
def readings(name: str) -> tuple[Reading, ...]:
    return tuple(read_sources([CASES / name / "logs.tar.xz"], options(name)))


@cache
def nodes(name: str) -> tuple[str, ...]:
    return tuple(sorted({reading.node for reading in readings(name) if isinstance(reading, Line)}))


def logs(name: str) -> dict[str, list[Line]]:
    """The lines of each file, in its order."""
    found: dict[str, list[Line]] = {}
    for reading in readings(name):
        if isinstance(reading, Line):
            found.setdefault(reading.origin.file, []).append(reading)
    return found


def others(name: str) -> list[Reading]:
    """Everything read that is no line."""
    return [reading for reading in readings(name) if not isinstance(reading, Line)]


def told(report: Report) -> dict[str, Any]:
    """The whole report, as its JSON form has it."""
    return as_data(report, "0")


@cache
def report_of(name: str) -> Report:
    return investigate(readings(name))


@cache
def usual(name: str) -> dict[str, Any]:
    return told(report_of(name))


def conclusions(report: Report) -> dict[str, Any]:
    """What a report says happened, without a time or a line."""
    return {
        "endings": [(b.node, b.ending, b.confidence) for b in report.case.boots],
        "incidents": [
            (
                incident.gravity,
                incident.nodes,
                incident.lost_quorum,
                incident.armed,
                incident.survived,
                incident.margin,
                [(r.service, r.source, r.target) for r in incident.recoveries],
            )
            for incident in report.case.incidents
        ],
        "hypotheses": [
            [(answer.cause, answer.confidence, answer.blames) for answer in verdict.hypotheses]
            for verdict in report.verdicts
        ],
    }


# --- order -----------------------------------------------------------------------------------


@FEW
@given(names, st.data())
def test_reading_the_logs_in_another_order_changes_nothing(name: str, data: st.DataObject) -> None:
    by_file = logs(name)
    order = data.draw(st.permutations(list(by_file)))
    lines = [line for file in order for line in by_file[file]]
    assert told(investigate([*lines, *others(name)])) == usual(name)


@FEW
@given(names, st.data())
def test_reading_files_of_all_kinds_in_another_order_changes_no_byte(
    name: str, data: st.DataObject
) -> None:
    """Settings, outputs and what could not be read as well as logs."""
    by_file: dict[str, list[Reading]] = {}
    for reading in readings(name):
        by_file.setdefault(_file(reading), []).append(reading)
    order = data.draw(st.permutations(list(by_file)))
    shuffled = [reading for file in order for reading in by_file[file]]
    assert to_json(investigate(shuffled), "0") == to_json(report_of(name), "0")


def _file(reading: Reading) -> str:
    if isinstance(reading, Gap):
        return reading.file or ""
    return "" if isinstance(reading, Assumption) else reading.origin.file


@FEW
@given(names, st.randoms(use_true_random=False))
def test_lines_of_several_nodes_may_come_interleaved(name: str, chance: Any) -> None:
    """As a central syslog server has them, or several connections at once."""
    queues = [iter(lines) for lines in logs(name).values()]
    lines: list[Line] = []
    while queues:
        queue = chance.choice(queues)
        line = next(queue, None)
        if line is None:
            queues.remove(queue)
        else:
            lines.append(line)
    assert told(investigate([*others(name), *lines])) == usual(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_input_gives_the_same_report(name: str) -> None:
    assert told(investigate(readings(name))) == usual(name)


def test_the_hashing_of_strings_does_not_show_in_a_report() -> None:
    """Sets and dictionaries are walked in another order in every process."""
    program = (
        "import sys; from pathlib import Path; from fencepost.investigate import investigate; "
        "from fencepost.render.json import to_json; "
        "from fencepost.sources.open import ReadOptions, read_sources; "
        "where = [Path(name) for name in sys.argv[1:]]; "
        "print(*(to_json(investigate(read_sources([one], ReadOptions(year=2026))), '0') "
        "for one in where))"
    )
    where = [str(CASES / name / "logs.tar.xz") for name in NAMES[::3]]
    written = {
        subprocess.run(
            [sys.executable, "-c", program, *where],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(written) == 1


@pytest.mark.parametrize("name", NAMES)
def test_lines_without_a_needle_change_nothing(name: str) -> None:
    everything = read_sources([CASES / name / "logs.tar.xz"], options(name, ()))
    assert told(investigate(everything)) == usual(name)


# --- copies ----------------------------------------------------------------------------------


@FEW
@given(names, st.data(), st.sampled_from(("before", "after")))
def test_a_nodes_log_read_twice_changes_nothing_but_origins(
    name: str, data: st.DataObject, when: str
) -> None:
    node = data.draw(st.sampled_from(nodes(name)))
    copy = [
        replace(line, origin=replace(line.origin, file=f"copy/{line.origin.file}"))
        for lines in logs(name).values()
        for line in lines
        if line.node == node
    ]
    both = [*copy, *readings(name)] if when == "before" else [*readings(name), *copy]
    found = told(investigate(both))
    for exhibit in found["evidence"].values():
        exhibit["file"] = exhibit["file"].removeprefix("copy/")
    assert found == usual(name)


# --- clocks ----------------------------------------------------------------------------------


@settings(FEW, max_examples=40)
@given(names, st.data(), st.floats(-10_800, 10_800, allow_nan=False))
def test_a_clock_that_is_off_is_found_and_changes_no_conclusion(
    name: str, data: st.DataObject, seconds: float
) -> None:
    node = data.draw(st.sampled_from(nodes(name)))
    by = timedelta(milliseconds=round(seconds * 1000))
    moved = investigate(
        replace(reading, at=reading.at + by)
        if isinstance(reading, Line) and reading.node == node
        else reading
        for reading in readings(name)
    )
    before = {clock.node: clock for clock in report_of(name).case.clocks}
    after = {clock.node: clock for clock in moved.case.clocks}
    for other in after.keys() - {node}:
        was = before[node].offset - before[other].offset
        now = after[node].offset - after[other].offset
        assert abs(now - was - by) <= after[node].error + after[other].error
    assert conclusions(moved) == conclusions(report_of(name))


# --- names -----------------------------------------------------------------------------------


Rename = Callable[[str], str]


def renaming(old: tuple[str, ...], new: list[str]) -> Rename:
    """A function that replaces each old name, as a word of its own, by its new one."""
    names = dict(zip(old, new, strict=True))
    names |= {one.upper(): other.upper() for one, other in names.items()}
    words = re.compile(rf"(?<![A-Za-z])({'|'.join(map(re.escape, names))})(?![A-Za-z0-9])")
    return lambda text: words.sub(lambda match: names[match[0]], text)


def renamed_report(name: str, rename: Rename, folder: Path) -> Report:
    """Investigate a case in whose files, and names of files, the nodes have other names."""
    with tarfile.open(CASES / name / "logs.tar.xz") as packed:
        packed.extractall(folder / "old", filter="data")
    for file in sorted((folder / "old").rglob("*")):
        if file.is_file():
            target = folder / "new" / rename(str(file.relative_to(folder / "old")))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(rename(file.read_text()))
    return investigate(read_sources([folder / "new"], options(name)))


RENAMED = [name for name in NAMES if not name.startswith("lab-")]
"""Of the others the states name their counters `node1` as well, whatever the node is called."""


@pytest.mark.parametrize("name", RENAMED)
def test_renaming_the_nodes_renames_the_report(name: str, tmp_path: Path) -> None:
    old = nodes(name)
    rename = renaming(old, [f"host{number}x" for number, _ in enumerate(old)])
    found = told(renamed_report(name, rename, tmp_path))
    expected = json.loads(rename(json.dumps(usual(name)).replace("logs.tar.xz/", "")))
    assert found == expected


@pytest.mark.parametrize("name", RENAMED)
def test_names_in_another_order_of_the_alphabet_change_no_conclusion(
    name: str, tmp_path: Path
) -> None:
    old = nodes(name)
    new = [f"host{len(old) - number}x" for number, _ in enumerate(old)]
    back = renaming(tuple(new), list(old))
    found = conclusions(renamed_report(name, renaming(old, new), tmp_path))
    expected = conclusions(report_of(name))
    assert _unordered(found, back) == _unordered(expected, str)


def _unordered(value: Any, rename: Rename) -> Any:
    """The same with each list of names sorted: their order follows the alphabet."""
    if isinstance(value, dict):
        plain = {key: _unordered(one, rename) for key, one in value.items()}
        if "endings" in plain:
            plain["endings"] = sorted(plain["endings"], key=str)
        return plain
    if isinstance(value, list | tuple):
        inner = [_unordered(one, rename) for one in value]
        return sorted(inner) if all(isinstance(one, str) for one in inner) else inner
    return rename(value) if isinstance(value, str) else value
