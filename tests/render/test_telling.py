from dataclasses import replace
from datetime import timedelta

from fencepost.model.case import Boots, Clock
from fencepost.model.line import Gap
from fencepost.model.verdict import Report, Status
from fencepost.render import telling
from fencepost.render.outline import BootFold, outline


def test_the_setting_names_nodes_and_hours(rich: Report, empty: Report) -> None:
    assert telling.setting(rich) == (
        "3 nodes: proxmox, proxmox2, proxmox3. Logs of 2025-11-08 09:00:00 – 2025-11-09 12:30:00 UTC."
    )
    assert telling.setting(empty) == "Nothing is known of its nodes."


def test_folded_incidents_are_counted_and_dated(rich: Report) -> None:
    parts = outline(rich)
    assert telling.folded_count(parts) == "5 more incidents"
    assert telling.folded(parts.folded[0]) == (
        "2025-11-08 12:54:00 – 14:42:05 UTC: the cluster was disturbed, nobody was lost (proxmox). "
        "Cause: not known, the evidence does not single one out."
    )


def test_boots_alike_are_one_sentence(rich: Report) -> None:
    boot = rich.case.boots[-1]
    later = replace(boot, ended=boot.ended + timedelta(hours=1)) if boot.ended else boot
    assert telling.boots_alike(BootFold((boot, later))) == (
        "proxmox3: stopped or rebooted on request, 2 times, "
        "first 2025-11-09 12:00:07 UTC, last 2025-11-09 13:00:07 UTC"
    )
    assert telling.boots_alike(BootFold((boot,))).endswith("certain, 2025-11-09 12:00:07 UTC")


def test_nodes_that_ran_and_nodes_unheard_are_told_apart(rich: Report) -> None:
    one, two, three = rich.case.cluster.nodes
    cluster = replace(rich.case.cluster, nodes=(one, two, replace(three, heard=False)))
    case = replace(rich.case, cluster=cluster, boots=Boots(rich.case.boots[:1]))
    assert telling.kept_running(case) == [
        "No boot of proxmox2 ended in what was read.",
        "No log of proxmox3 was read; how its boots ended is not known.",
    ]


def test_status_tells_quorum_services_and_what_goes_on(rich: Report) -> None:
    now = Status(
        as_of=None,
        quorate=False,
        services={"vm:2": "error", "ct:1": "started", "ct:3": "started"},
        ongoing=("x",),
    )
    assert telling.status(replace(rich, status=now)) == [
        "At the end of the logs (2025-11-09 12:30:00 UTC) the cluster did not have quorum.",
        "HA services: error: vm:2; started: ct:1, ct:3.",
        "Still going on: x.",
    ]


def test_clocks_are_ahead_or_behind(rich: Report) -> None:
    ahead = Clock("n", timedelta(milliseconds=7), timedelta(milliseconds=1), 2)
    assert telling.clocks(replace(rich.case, clocks=(*rich.case.clocks, ahead))) == [
        "proxmox2: 412 ms behind the common clock, give or take 30 ms",
        "proxmox3: on the common clock, give or take 20 ms",
        "n: 7 ms ahead of the common clock, give or take 1 ms",
    ]


def test_a_gap_names_what_it_concerns() -> None:
    assert telling.gap(Gap("torn", "a", "a.log")) == "a, a.log: torn"
    assert telling.gap(Gap("no BMC log")) == "no BMC log"


def test_what_an_audit_found_names_its_nodes_once(rich: Report) -> None:
    one = rich.findings[1]
    differs = replace(one, node="proxmox3", found="off")
    (alone,) = outline(replace(rich, findings=(one,))).risky
    assert telling.check(alone) == "nic offload on proxmox"
    assert [says for says, _ in telling.found(alone)] == [one.found]
    (both,) = outline(replace(rich, findings=(one, differs))).risky
    assert telling.check(both) == "nic offload"
    assert [says for says, _ in telling.found(both)] == [f"proxmox: {one.found}", "proxmox3: off"]
    assert telling.left_out(both) == ""
    many = tuple(replace(one, found=f"port {number}") for number in range(9))
    (cut,) = outline(replace(rich, findings=many)).risky
    assert telling.check(cut) == "nic offload"
    assert telling.found(cut)[0][0] == "proxmox: port 0"
    assert telling.left_out(cut) == "5 more of this kind in the JSON report"


def test_the_first_thing_is_the_most_urgent(rich: Report, empty: Report) -> None:
    first = telling.first_thing(outline(replace(rich, recommendations=rich.recommendations[::-1])))
    assert first is rich.recommendations[0]
    assert telling.first_thing(outline(empty)) is None


def test_empty_fields_of_a_recommendation_are_left_out(rich: Report) -> None:
    bare = replace(rich.recommendations[0], undo="", answers=("i1", "nic_hang"))
    assert [label for label, _ in telling.about(bare)] == ["Risk", "Expected", "Check", "Answers"]
    assert telling.about(bare)[-1] == ("Answers", "i1, nic hang")
