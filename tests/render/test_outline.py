from dataclasses import replace

from fencepost.model.case import Boots, Evidence, Gravity
from fencepost.model.line import Origin
from fencepost.model.verdict import Report, Severity
from fencepost.render.outline import (
    BOOTS_IN_FULL,
    CITED,
    GRAVE_IN_FULL,
    MINOR_IN_FULL,
    MOST_FOUND,
    QUOTED,
    cited,
    outline,
)


def test_grave_incidents_are_told_and_lesser_ones_folded(rich: Report) -> None:
    parts = outline(rich)
    assert [one.incident.id for one in parts.full] == ["i1", "i7", "i8"]
    assert [[one.incident.id for one in fold.verdicts] for fold in parts.folded] == [
        ["i2", "i3", "i4", "i5", "i6"]
    ]


def test_a_lost_member_is_grave(rich: Report) -> None:
    some = list(rich.verdicts)
    some[1] = replace(some[1], incident=replace(some[1].incident, gravity=Gravity.MEMBER_LOST))
    parts = outline(replace(rich, verdicts=tuple(some)))
    assert [one.incident.id for one in parts.full] == ["i1", "i2", "i7", "i8"]


def test_without_grave_ones_each_kind_is_told_once(busy: Report) -> None:
    parts = outline(replace(busy, verdicts=busy.verdicts[1:]))
    assert len(parts.full) == 2 <= MINOR_IN_FULL
    assert {one.incident.gravity for one in parts.full} == {Gravity.WARNING, Gravity.DISTURBED}
    assert sum(len(fold.verdicts) for fold in parts.folded) == 58


def test_very_many_grave_ones_are_folded_too(rich: Report) -> None:
    first, last = rich.verdicts[0], rich.verdicts[-1]
    many = tuple(
        replace(first, incident=replace(first.incident, id=f"i{number}")) for number in range(1, 41)
    )
    parts = outline(replace(rich, verdicts=(*many, last)))
    assert len(parts.full) == GRAVE_IN_FULL
    assert last in parts.full
    assert sum(len(fold.verdicts) for fold in parts.folded) == 41 - GRAVE_IN_FULL


def test_no_incident_is_lost_or_told_twice(busy: Report) -> None:
    parts = outline(busy)
    ids = [one.incident.id for one in parts.full]
    ids += [one.incident.id for fold in parts.folded for one in fold.verdicts]
    assert sorted(ids) == sorted(one.incident.id for one in busy.verdicts)


def test_many_boots_are_folded_by_node_and_ending(rich: Report) -> None:
    asked = rich.case.boots[-1]
    many = Boots((*rich.case.boots, *(replace(asked) for _ in range(30))))
    parts = outline(replace(rich, case=replace(rich.case, boots=many)))
    assert len(parts.boots) == 3 <= BOOTS_IN_FULL
    assert [len(fold.boots) for fold in parts.folded_boots] == [31]


def test_findings_come_gravest_first_and_normal_ones_apart(rich: Report) -> None:
    parts = outline(replace(rich, findings=rich.findings[::-1]))
    assert [one.severity for one in parts.risky] == [Severity.CRITICAL, Severity.WARNING]
    assert {one.severity for one in parts.normal} == {Severity.OK}


def test_findings_that_should_be_the_same_are_told_together(rich: Report) -> None:
    one = rich.findings[1]
    other = replace(one, node="proxmox2")
    differs = replace(one, node="proxmox3", found="off")
    (check,) = outline(replace(rich, findings=(one, other, differs))).risky
    assert [found.nodes for found in check.found] == [("proxmox", "proxmox2"), ("proxmox3",)]


def test_an_audit_that_finds_very_much_tells_some_of_it(rich: Report) -> None:
    many = tuple(replace(rich.findings[1], found=f"port {number}") for number in range(30))
    (check,) = outline(replace(rich, findings=many)).risky
    assert len(check.found) == MOST_FOUND
    assert check.left_out == 30 - MOST_FOUND


def test_a_claim_shows_some_of_its_lines_and_counts_the_rest() -> None:
    lines = [Evidence("a", None, Origin("a.log", number)) for number in range(1, 31)]
    chosen = cited([*lines, *lines])
    assert len(chosen.quoted) == QUOTED
    assert len(list(chosen)) == CITED
    assert chosen.left_out == 30 - CITED
