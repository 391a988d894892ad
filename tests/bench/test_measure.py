import json
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from bench.measure import measure, run_once
from bench.nodelog import write_log
from bench.plot import draw
from bench.results import keep, write_page
from bench.work import Candidate, Measured, Plot, Run, Work, costs, faster, fits, within

QUICK = Candidate("quick", (sys.executable, "-c", "print(0.5)"), 1.0)
SLOW = Candidate("slow", (sys.executable, "-c", "import time; time.sleep(0.2)"), 2.0)
MISSING = Candidate("gone", ("",), missing="not here")


def test_candidates_run_in_turns_and_those_that_are_missing_do_not() -> None:
    measured = measure(Work("w", "waits", (QUICK, SLOW, MISSING), (), rounds=2))
    assert sorted(measured.runs) == ["quick", "slow"]
    assert [len(runs) for runs in measured.runs.values()] == [2, 2]
    assert measured.seconds("slow") > 0.2
    assert measured.memory_mb("quick") > 1


def test_a_candidate_may_say_its_own_time() -> None:
    inside = Candidate("inside", QUICK.command, inside=True)
    assert run_once(inside).seconds == 0.5


def test_a_candidate_that_fails_stops_the_bench() -> None:
    with pytest.raises(RuntimeError, match="broken ended with 1: no such thing"):
        run_once(
            Candidate("broken", (sys.executable, "-c", "import sys; sys.exit('no such thing')"))
        )


def test_speeds_are_compared_round_by_round_and_by_gigabyte() -> None:
    runs = {
        "quick": [Run(1.0, 10), Run(2.0, 30), Run(1.0, 20)],
        "slow": [Run(4.0, 5), Run(8.0, 5), Run(3.0, 5)],
    }
    measured = Measured({"quick": QUICK, "slow": SLOW}, runs)
    assert measured.speed("quick", "slow") == 2.0
    assert faster("quick", "slow", 2).figure(measured) == 2.0
    assert costs("slow", "quick", 3).figure(measured) == 2.0
    assert fits("quick", 20).figure(measured) == 30
    assert not fits("quick", 20).met(30)
    assert within("quick", 1.5).met(measured.seconds("quick"))


def test_the_page_tells_what_was_met_missed_and_not_measured(tmp_path: Path) -> None:
    work = Work(
        "race",
        "Run.",
        (QUICK, SLOW, MISSING),
        (faster("quick", "slow", 3), faster("quick", "gone", 1), fits("quick", 40)),
        plot=Plot("race.svg", "Race", "GB", {"both": ((1, "quick"), (2, "slow"))}),
    )
    runs = {"quick": [Run(1.0, 30)], "slow": [Run(4.0, 5)]}
    assert not keep(tmp_path, "text", [(work, Measured({"quick": QUICK, "slow": SLOW}, runs))])
    page = tmp_path / "page.md"
    write_page(tmp_path, ("text", "growth"), page)
    text = page.read_text(encoding="utf-8")
    assert "| speed of quick / slow | ≥ 3× | 2.00× | **missed** |" in text
    assert "| speed of quick / gone | ≥ 1× | – | not measured here |" in text
    assert "| memory of quick | ≤ 40 MB | 30.00 MB | met |" in text
    assert "| slow | 4.00 s | 4.00–4.00 s | 0.50 | 5 MB |" in text
    assert "| gone | not here | | | |" in text
    assert json.loads((tmp_path / "text.json").read_text(encoding="utf-8"))["works"]
    assert "<svg" in (tmp_path / "race.svg").read_text(encoding="utf-8")


def test_what_is_linear_is_drawn_as_a_straight_line() -> None:
    points = [(0.5, 1.0), (1.0, 2.0), (8.0, 16.0)]
    svg = ET.fromstring(draw({"title": "T & co", "across": "GB", "series": {"one": points}}))
    line = svg.find("{*}polyline")
    assert line is not None
    (x1, y1), (x2, y2), (x3, y3) = (
        map(float, point.split(",")) for point in line.attrib["points"].split()
    )
    assert (y2 - y1) / (x2 - x1) == pytest.approx((y3 - y1) / (x3 - x1), rel=0.01)


def test_a_log_is_the_same_for_the_same_seed_and_a_thousandth_of_it_matters(tmp_path: Path) -> None:
    logs = [tmp_path / name for name in ("a.log", "b.log")]
    for log in logs:
        write_log(log, 3_000_000, node="pve1", seed=4)
    assert logs[0].read_bytes() == logs[1].read_bytes()
    lines = logs[0].read_text(encoding="utf-8").splitlines()
    loud = [line for line in lines if " corosync[" in line or "pmxcfs[" in line or " task " in line]
    assert 0.0005 < len(loud) / len(lines) < 0.002
