from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from fencepost.model.case import Boots, Case, Membership, Span
from fencepost.model.cluster import Node
from fencepost.model.history import History
from fencepost.model.verdict import Report
from fencepost.render.lanes import MOST_LANES, MOST_MARKS, Lane, chart


def lanes(report: Report, incident: int) -> dict[str, Lane]:
    drawn = chart(report.case, report.verdicts[incident].incident)
    return {lane.node: lane for lane in drawn.lanes}


def row(lane: Lane, name: str) -> list[tuple[str, str]]:
    return [(mark.tone, mark.label) for one in lane.rows if one.name == name for mark in one.marks]


def test_a_fenced_node_shows_what_it_lost(rich: Report) -> None:
    fenced = lanes(rich, 0)["proxmox"]
    assert row(fenced, "sees")[:2] == [("whole", "proxmox2, proxmox3"), ("alone", "alone")]
    assert row(fenced, "quorum")[:2] == [("has", "has quorum"), ("lost", "no quorum")]
    assert row(fenced, "HA") == [("armed", "watchdog armed"), ("starved", "HA lock lost")]
    assert row(fenced, "links") == [("down", "to proxmox2, proxmox3 down")]
    assert [mark.label for mark in fenced.resets] == ["reset"]


def test_nothing_of_a_boot_lasts_beyond_its_end(rich: Report) -> None:
    boot = rich.case.boots[0]
    until = rich.case.incidents[0].ended
    late = History(replace(span, until=span.until or until) for span in rich.case.quorum_losses)
    fenced = lanes(replace(rich, case=replace(rich.case, quorum_losses=late)), 0)["proxmox"]
    assert boot.ended is not None
    assert boot.back_at is not None
    for one in fenced.rows:
        for mark in one.marks:
            assert mark.until <= boot.ended or mark.since >= boot.back_at


def test_survivors_go_on_with_fewer(rich: Report) -> None:
    assert row(lanes(rich, 0)["proxmox3"], "sees") == [
        ("whole", "proxmox, proxmox2"),
        ("part", "proxmox2"),
        ("whole", "proxmox, proxmox2"),
    ]


def test_a_lock_that_came_back_ends_its_loss(rich: Report) -> None:
    tones = [tone for tone, _ in row(lanes(rich, -2)["proxmox2"], "HA")]
    assert tones == ["armed", "starved", "armed"]


def test_marks_lie_within_the_window_and_do_not_overlap(rich: Report) -> None:
    for verdict in rich.verdicts:
        drawn = chart(rich.case, verdict.incident)
        assert drawn.since < drawn.until
        for lane in drawn.lanes:
            for one in lane.rows:
                for before, after in zip(one.marks, one.marks[1:], strict=False):
                    assert before.until <= after.since
        for mark in drawn.marks():
            assert drawn.since <= mark.since <= mark.until <= drawn.until


def _flapping(case: Case, times: int) -> History[Membership]:
    first = case.memberships[0]
    step = timedelta(milliseconds=200)
    began = case.incidents[0].began
    return History(
        replace(
            first,
            members=(1, 2, 3) if number % 2 else (1,),
            since=began + number * step,
            until=began + (number + 1) * step,
        )
        for number in range(times)
    )


def test_a_flapping_row_is_drawn_coarser_and_counts_what_it_hides(rich: Report) -> None:
    case = replace(rich.case, memberships=_flapping(rich.case, 300), boots=Boots())
    drawn = chart(case, case.incidents[0])
    sees = next(one for lane in drawn.lanes for one in lane.rows if one.name == "sees")
    assert len(sees.marks) <= MOST_MARKS
    assert sum(mark.count for mark in sees.marks) == 300
    assert any(mark.tone == "mixed" for mark in sees.marks)


def test_a_large_cluster_keeps_the_nodes_concerned(rich: Report) -> None:
    crowd = tuple(Node(f"n{number:02d}", number + 10) for number in range(30))
    nodes = (*crowd, *rich.case.cluster.nodes)
    case = replace(rich.case, cluster=replace(rich.case.cluster, nodes=nodes))
    drawn = chart(case, case.incidents[0])
    names = [lane.node for lane in drawn.lanes]
    assert len(names) == MOST_LANES
    assert "proxmox" in names
    assert drawn.left_out == 33 - MOST_LANES


def test_every_mark_of_a_story_has_its_proof(rich: Report) -> None:
    drawn = chart(rich.case, rich.verdicts[0].incident)
    unproven = [mark for mark in drawn.marks() if mark.proof is None]
    assert {mark.tone for mark in unproven} <= {"armed"}


def test_an_incident_of_one_moment_has_a_width(empty: Report, rich: Report) -> None:
    incident = replace(rich.verdicts[1].incident, ended=rich.verdicts[1].incident.began)
    drawn = chart(empty.case, incident)
    assert drawn.until - drawn.since >= timedelta(seconds=4)
    assert list(drawn.marks()) == []
    assert [lane.node for lane in drawn.lanes] == ["proxmox"]


def test_losses_one_after_the_other_are_cut_out_of_one_long_stretch(rich: Report) -> None:
    began = rich.case.incidents[0].began
    minute = timedelta(minutes=1)
    ring = replace(
        rich.case.memberships[0], since=began - minute, until=began + 9 * minute, quorate=True
    )
    losses = History(
        Span(ring.node, began + n * minute / 4, began + (n + 0.5) * minute / 4) for n in range(3)
    )
    case = replace(rich.case, memberships=History((ring,)), quorum_losses=losses, boots=Boots())
    lane = next(one for one in chart(case, case.incidents[0]).lanes if one.node == ring.node)
    assert [tone for tone, _ in row(lane, "quorum")] == ["has", "lost"] * 3 + ["has"]
    quorum = next(one for one in lane.rows if one.name == "quorum").marks
    assert all(a.until == b.since for a, b in pairwise(quorum))
