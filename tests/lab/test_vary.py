"""Variations change what they say, and their truth follows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lab.draft import Draft, cut, draft_of, without
from lab.recording import Recording
from lab.score import moment
from lab.vary import CHANGES, add_noise, chosen, lose_a_tail, rename, shift_clocks, vary

from fencepost.model.line import Line, Origin

START = datetime(2026, 12, 31, 23, 58, tzinfo=UTC)
RESET = START + timedelta(seconds=100)


def _lines(node: str) -> tuple[Line, ...]:
    """Return a line a second; alder is away for a minute after its reset."""
    seconds = [s for s in range(200) if node != "alder" or not 100 <= s < 160]
    return tuple(
        Line(
            START + timedelta(seconds=s, microseconds=1),
            node,
            "corosync",
            7,
            f"{s} alder 10.1.2.3",
            Origin(""),
            boot_id=f"{s >= 160:032x}",
        )
        for s in seconds
    )


def _recording() -> Recording:
    truth: dict[str, Any] = {
        "year": 2026,
        "incident": True,
        "causes": ["nic_hang"],
        "blamed": ["alder"],
        "endings": {
            "alder": [{"ending": "self_fence", "at": RESET.isoformat()}],
            "birch": [],
            "cedar": [],
        },
        "recoveries": [{"service": "vm:1", "from": "alder", "to": "birch"}],
    }
    logs = {node: _lines(node) for node in ("alder", "birch", "cedar")}
    beside = {"corosync.conf": b"name: alder 10.1.2.3 1.2.3.4", "status/alder.txt": b"\xff"}
    return Recording("made-up", truth, logs, beside)


@pytest.fixture
def draft() -> Draft:
    return draft_of(_recording())


def _files(draft: Draft, folder: Path) -> dict[str, bytes]:
    draft.write(folder)
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    made = []
    for place, seed in enumerate((1, 1, 2)):
        draft = vary(_recording(), 4, seed)
        made.append((_files(draft, tmp_path / str(place)), draft.truth, draft.says))
    assert made[0] == made[1] != made[2]


def test_a_recording_is_left_as_it_was() -> None:
    recording, same = _recording(), _recording()
    for number in range(3 * len(CHANGES)):
        assert vary(recording, number, 1).says
    assert recording == same


def test_even_variations_make_one_change_and_odd_ones_several() -> None:
    recording = _recording()
    made = [chosen(recording, number, 1) for number in range(2 * len(CHANGES))]
    assert {len(changes) for changes in made[::2]} == {1}
    assert {changes[0] for changes in made[::2]} == set(CHANGES)
    assert {len(changes) for changes in made[1::2]} == {2, 3}
    for changes in made[1::2]:
        assert list(changes) == sorted(changes, key=CHANGES.index)


def test_without_a_node_nothing_of_it_is_left_and_nothing_must_be_found(draft: Draft) -> None:
    without(draft, "alder")
    assert set(draft.logs) == {"birch", "cedar"}
    assert set(draft.beside) == {"corosync.conf"}
    assert "incident" not in draft.truth
    assert draft.truth["recoveries_lost"]
    assert draft.truth["endings"]["alder"][0]["optional"]


def test_a_healthy_case_stays_healthy_whatever_is_lost(draft: Draft) -> None:
    draft.truth["incident"] = False
    without(draft, "alder")
    assert draft.truth["incident"] is False


def test_a_reset_node_loses_what_it_wrote_before_its_reset_and_others_their_end(
    draft: Draft,
) -> None:
    cut(draft, "alder", timedelta(seconds=30))
    cut(draft, "birch", timedelta(seconds=30))
    seconds = {
        node: [int(line.text.split()[0]) for line in lines] for node, lines in draft.logs.items()
    }
    assert seconds["alder"] == [*range(70), *range(160, 200)]
    assert seconds["birch"] == [*range(170)]
    assert seconds["cedar"] == [*range(200)]


def test_mostly_the_tail_of_a_reset_node_is_lost() -> None:
    lost = [draft_of(_recording()) for _ in range(100)]
    for number, draft in enumerate(lost):
        lose_a_tail(draft, Random(number))
    assert 60 < sum("of alder" in draft.says[0] for draft in lost) < 100


def test_noise_never_says_that_a_node_lived_when_it_did_not(draft: Draft) -> None:
    add_noise(draft, Random(1))
    lived = {line.at for line in _lines("alder")}
    noisy = draft.logs["alder"]
    assert len(noisy) > 1.5 * len(lived)
    assert {line.at for line in noisy} == lived
    assert [line for line in noisy if line.program == "corosync"] == list(_lines("alder"))
    assert all(before.at <= after.at for before, after in pairwise(noisy))


def test_times_and_endings_shift_with_the_clock(draft: Draft) -> None:
    shift_clocks(draft, Random(3))
    by = {node: draft.logs[node][0].at - _lines(node)[0].at for node in ("alder", "birch", "cedar")}
    assert any(by.values())
    told = {says.split()[2]: float(says.split()[3]) for says in draft.says}
    assert {node: shift.total_seconds() for node, shift in by.items() if shift} == told
    (ending,) = draft.truth["endings"]["alder"]
    assert moment(ending["at"]) - RESET == min(timedelta(0), *by.values())
    assert moment(ending["until"]) - RESET == max(timedelta(0), *by.values())


def test_names_and_private_addresses_change_everywhere(draft: Draft) -> None:
    rename(draft, Random(1))
    (new,) = draft.truth["blamed"]
    assert new != "alder"
    assert {moved["from"] for moved in draft.truth["recoveries"]} == {new}
    assert draft.truth["endings"][new]
    assert set(draft.beside) == {"corosync.conf", f"status/{new}.txt"}
    assert draft.beside[f"status/{new}.txt"] == b"\xff"
    text = draft.beside["corosync.conf"].decode()
    address = text.split()[2]
    assert text == f"name: {new} {address} 1.2.3.4"
    assert address.endswith(".3")
    assert {line.text for line in draft.logs[new]} == {
        f"{line.text.split()[0]} {new} {address}" for line in _lines("alder")
    }


def test_files_are_split_doubled_and_the_year_is_that_of_the_first_line(
    draft: Draft, tmp_path: Path
) -> None:
    draft.pieces, draft.doubled = 3, True
    files = _files(draft, tmp_path)
    assert {name for name in files if "birch" in name} == {
        "birch.log",
        "birch.log.1",
        "birch.log.2.gz",
        "birch/syslog",
    }
    assert files["birch/syslog"].count(b"\n") == 200
    assert files["birch.log"].endswith(b"corosync[7]: 199 alder 10.1.2.3\n")
    draft.logs = {
        node: [line for line in lines if line.at.year == 2027] for node, lines in draft.logs.items()
    }
    draft.write(tmp_path)
    assert draft.truth["year"] == 2027
