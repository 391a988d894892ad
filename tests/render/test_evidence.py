from dataclasses import replace

import pytest

from fencepost.model.case import Evidence
from fencepost.model.line import Origin
from fencepost.model.verdict import Report
from fencepost.render.evidence import Exhibits, as_data, by_time, number


def test_numbers_follow_the_report(rich: Report) -> None:
    exhibits = number(rich)
    assert [name for name, _ in exhibits] == [f"e{n}" for n in range(1, len(exhibits) + 1)]
    story = [step.proof for step in rich.verdicts[0].incident.story if step.proof]
    assert [exhibits.name(proof) for proof in story[:3]] == ["e1", "e2", "e3"]


def test_a_drawing_adds_numbers_and_changes_none(rich: Report) -> None:
    plain = list(number(rich))
    extra = Evidence("proxmox", None, Origin("logs/proxmox.log", 9999))
    drawn = list(number(rich, [plain[0][1], extra]))
    assert drawn == [*plain, (f"e{len(plain) + 1}", extra)]


def test_every_claim_is_numbered_even_when_folded(busy: Report) -> None:
    exhibits = number(busy)
    for verdict in busy.verdicts:
        for hypothesis in verdict.hypotheses:
            assert exhibits.names((*hypothesis.because, *hypothesis.despite))


def test_a_proof_that_nobody_named_has_no_number() -> None:
    with pytest.raises(KeyError):
        Exhibits(()).name(Evidence(None, None, Origin("a.log", 1)))


def test_evidence_names_a_line_or_a_cursor() -> None:
    line = as_data(Evidence(None, None, Origin("a.log", 3, None, "x\x1b")))
    assert line == {"node": None, "at": None, "file": "a.log", "line": 3, "text": "x\x1b"}
    journal = as_data(Evidence("a", None, Origin("a.journal", None, "s=1", "x")))
    assert journal == {"node": "a", "at": None, "file": "a.journal", "cursor": "s=1", "text": "x"}
    whole = as_data(Evidence("a", None, Origin("dmesg-efi-1", None, None, "x")))
    assert whole["line"] is None


def test_time_orders_and_timeless_ones_come_last(rich: Report) -> None:
    ordered = by_time(number(rich))
    moments = [proof.at for _, proof in ordered if proof.at is not None]
    assert moments == sorted(moments)
    assert all(proof.at is None for _, proof in ordered[len(moments) :])
    assert len(ordered) == len(number(rich))


def test_numbers_do_not_depend_on_equal_copies(rich: Report) -> None:
    copy = replace(rich, verdicts=tuple(replace(one) for one in rich.verdicts))
    assert list(number(copy)) == list(number(rich))
