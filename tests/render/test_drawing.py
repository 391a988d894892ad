from dataclasses import replace
from datetime import timedelta

import pytest

from fencepost.model.verdict import Report
from fencepost.render.drawing import LEFT, RIGHT, WIDTH, Drawing, draw
from fencepost.render.evidence import Exhibits
from fencepost.render.lanes import Chart, chart


def drawn(report: Report, incident: int) -> tuple[Chart, Drawing]:
    lanes = chart(report.case, report.verdicts[incident].incident)
    exhibits = Exhibits(mark.proof for mark in lanes.marks() if mark.proof is not None)
    return lanes, draw(lanes, exhibits)


@pytest.mark.parametrize("incident", [0, 1, -2, -1])
def test_everything_lies_on_the_page(rich: Report, incident: int) -> None:
    _, page = drawn(rich, incident)
    for strip in page.strips:
        assert page.top <= strip.y < strip.y + strip.height <= page.height
        for bar in (*strip.bars, *strip.resets):
            assert bar.x >= LEFT
            assert bar.x + bar.width <= WIDTH - RIGHT + 2
            assert strip.y <= bar.y < strip.y + strip.height


def test_labels_fit_into_their_bars(rich: Report) -> None:
    _, page = drawn(rich, 0)
    labels = [bar for strip in page.strips for bar in strip.bars if bar.label]
    assert labels
    assert all(len(bar.label) * 5 < bar.width for bar in labels)


def test_bars_name_their_evidence_and_their_time(rich: Report) -> None:
    _, page = drawn(rich, 0)
    alone = next(bar for bar in page.strips[0].bars if bar.label == "alone")
    assert alone.exhibit
    assert alone.says == "proxmox is alone (11:45:04.105 – 11:46:09 UTC)"


@pytest.mark.parametrize("length", [1, 60, 3600, 86400, 40 * 86400])
def test_ticks_are_few_and_in_order(rich: Report, length: int) -> None:
    lanes, _ = drawn(rich, 0)
    longer = replace(lanes, until=lanes.since + timedelta(seconds=length))
    page = draw(replace(longer, lanes=()), Exhibits(()))
    places = [tick.x for tick in page.ticks]
    assert places == sorted(places)
    assert 1 <= len(places) <= 10
    assert len({tick.text for tick in page.ticks}) == len(places)


def test_the_axis_names_both_days(rich: Report) -> None:
    lanes, page = drawn(rich, 0)
    assert page.axis == "2025-11-08, UTC"
    over = draw(
        replace(lanes, until=lanes.until + timedelta(days=1)),
        Exhibits(m.proof for m in lanes.marks() if m.proof),
    )
    assert over.axis == "2025-11-08 to 2025-11-09, UTC"
