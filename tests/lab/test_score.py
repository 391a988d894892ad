"""The scorer must be able to fail: wrong answers are planted and have to be counted."""

from typing import Any

import pytest
from lab.score import Answer, Claim, Judgement, Tally, judge

AT = "2026-11-03T10:00:00"
TRUTH: dict[str, Any] = {
    "incident": True,
    "causes": ["nic_hang", "link_down"],
    "blamed": ["a"],
    "endings": {"a": [{"ending": "self_fence", "at": AT}], "b": []},
    "recoveries": [{"service": "vm:1", "from": "a", "to": "b"}],
}


def _hypothesis(cause: str, word: str = "likely", *blames: str) -> dict[str, Any]:
    return {"cause": cause, "confidence": word, "blames": list(blames or "a"), "because": ["e1"]}


def _incident(*hypotheses: dict[str, Any], gravity: str = "node_down") -> dict[str, Any]:
    moved = [{"service": "vm:1", "from": "a", "to": "b"}] if gravity == "node_down" else []
    return {"gravity": gravity, "hypotheses": list(hypotheses), "recoveries": moved}


def _reboot(ending: str, node: str = "a", at: str = f"{AT}Z", **more: Any) -> dict[str, Any]:
    told = {"node": node, "ended_at": at, "ending": ending, "uncertain_s": 3}
    return {**told, "confidence": "certain", "because": ["e1"], **more}


def _judged(
    *incidents: dict[str, Any], reboots: tuple[dict[str, Any], ...] | None = None, **truth: Any
) -> Judgement:
    report = {
        "incidents": incidents,
        "reboots": [_reboot("self_fence")] if reboots is None else list(reboots),
        "evidence": {"e1": {"file": "x", "line": 1, "text": "y"}},
    }
    return judge("case", {**TRUTH, **truth}, report, [])


def test_a_right_report_has_nothing_wrong() -> None:
    judged = _judged(_incident(_hypothesis("nic_hang")))
    assert judged.wrong == judged.lies == ()
    assert (judged.answer, judged.second, judged.blamed, judged.incident) == (
        Answer.RIGHT,
        True,
        True,
        True,
    )
    assert (judged.endings, judged.recoveries) == (Tally(1, 1), Tally(1, 1))
    assert judged.claims == (
        Claim("ending", "certain", right=True),
        Claim("cause", "likely", right=True),
    )


@pytest.mark.parametrize(
    ("hypotheses", "answer", "second"),
    [
        ((_hypothesis("link_down"),), Answer.RIGHT, True),
        ((_hypothesis("packet_loss"), _hypothesis("nic_hang")), Answer.WRONG, True),
        (
            (_hypothesis("packet_loss"), _hypothesis("x"), _hypothesis("nic_hang")),
            Answer.WRONG,
            False,
        ),
        ((_hypothesis("unknown", "possible"), _hypothesis("nic_hang")), Answer.ABSTAINED, True),
        ((), Answer.ABSTAINED, False),
    ],
)
def test_only_the_first_hypothesis_can_be_right(
    hypotheses: tuple[dict[str, Any], ...], answer: Answer, *, second: bool
) -> None:
    judged = _judged(_incident(*hypotheses))
    assert (judged.answer, judged.second) == (answer, second)
    assert bool(judged.wrong) is (answer is not Answer.RIGHT)


def test_unknown_is_right_where_the_truth_accepts_it_and_claims_nothing() -> None:
    judged = _judged(_incident(_hypothesis("unknown", "possible")), causes=["unknown"], blamed=[])
    assert judged.answer is Answer.RIGHT
    assert [claim.of for claim in judged.claims] == ["ending"]


def test_the_gravest_incident_counts_and_of_equals_the_earliest() -> None:
    wrong, right = _incident(_hypothesis("packet_loss")), _incident(_hypothesis("nic_hang"))
    small = _incident(_hypothesis("packet_loss"), gravity="quorum_lost")
    assert _judged(small, right, wrong).answer is Answer.RIGHT
    assert _judged(small, wrong, right).answer is Answer.WRONG


@pytest.mark.parametrize("word", ["possible", "likely", "certain"])
def test_a_wrong_cause_is_a_lie_when_the_report_was_sure(word: str) -> None:
    judged = _judged(_incident(_hypothesis("packet_loss", word)))
    assert judged.claims[-1] == Claim("cause", word, right=False)
    assert bool(judged.lies) is (word != "possible")


def test_blame_must_name_the_same_nodes_and_an_innocent_one_makes_it_a_lie() -> None:
    for blames, lies in ((("b",), 1), (("a", "b"), 1), ((), 0)):
        told = {**_hypothesis("nic_hang"), "blames": list(blames)}
        judged = _judged(_incident(told))
        assert (judged.answer, judged.blamed) == (Answer.RIGHT, False)
        assert judged.wrong
        assert len(judged.lies) == lies


@pytest.mark.parametrize(
    ("reboots", "tally", "lies"),
    [
        ((), Tally(0, 1), 0),
        ((_reboot("power_loss"),), Tally(0, 1), 1),
        ((_reboot("power_loss", confidence="possible"),), Tally(0, 1), 0),
        ((_reboot("unknown"),), Tally(0, 1), 0),
        ((_reboot("self_fence", node="b"),), Tally(0, 1, 1), 1),
        ((_reboot("self_fence", at="2026-11-03T10:02:59Z"),), Tally(1, 1), 0),
        ((_reboot("self_fence", at="2026-11-03T10:03:01Z"),), Tally(0, 1, 1), 1),
        ((_reboot("self_fence", at="2026-11-03T10:09:00Z", uncertain_s=900),), Tally(1, 1), 0),
        ((_reboot("self_fence", at="2026-11-03T10:11:00Z", uncertain_s=900),), Tally(0, 1, 1), 1),
        ((_reboot("self_fence"), _reboot("self_fence")), Tally(1, 1, 1), 1),
        ((_reboot("self_fence"), _reboot("unknown", node="b")), Tally(1, 1), 0),
    ],
)
def test_endings_must_be_on_the_node_in_time_and_right(
    reboots: tuple[dict[str, Any], ...], tally: Tally, lies: int
) -> None:
    judged = _judged(_incident(_hypothesis("nic_hang")), reboots=reboots)
    assert (judged.endings, len(judged.lies)) == (tally, lies)
    assert judged.wrong or tally == Tally(1, 1)


def test_an_ending_whose_evidence_is_gone_need_not_be_found_but_not_be_mistaken() -> None:
    endings = {"a": [{"ending": "self_fence", "at": AT, "optional": True}]}
    incident = _incident(_hypothesis("nic_hang"))
    for reboots in ((), (_reboot("unknown"),)):
        assert _judged(incident, reboots=reboots, endings=endings).wrong == ()
    judged = _judged(incident, reboots=(_reboot("power_loss"),), endings=endings)
    assert judged.endings == Tally(0, 1)
    assert judged.lies


def test_a_truth_may_name_a_stretch_of_time() -> None:
    endings = {"a": [{"ending": "self_fence", "at": AT, "until": "2026-11-03T11:00:00"}]}
    for clock, right in (("10:30", 1), ("11:02", 1), ("11:04", 0), ("09:58", 1), ("09:56", 0)):
        told = (_reboot("self_fence", at=f"2026-11-03T{clock}:00Z"),)
        assert _judged(reboots=told, endings=endings).endings.right == right


def test_recoveries_are_found_missed_and_invented() -> None:
    other = [{"service": "vm:2", "from": "a", "to": "b"}]
    incident = _incident(_hypothesis("nic_hang"))
    assert _judged(incident, recoveries=other).recoveries == Tally(0, 1, 1)
    assert _judged(incident, recoveries=[]).recoveries == Tally(0, 0, 1)
    judged = _judged(recoveries_lost=True)
    assert judged.recoveries == Tally(0, 0)
    assert not any("recovery" in says for says in judged.wrong)


@pytest.mark.parametrize(("gravity", "silent"), [("warning", True), ("disturbed", False)])
def test_a_healthy_case_must_be_silent(gravity: str, *, silent: bool) -> None:
    incident = _incident(_hypothesis("packet_loss"), gravity=gravity)
    judged = _judged(incident, reboots=(), incident=False, causes=[], endings={}, recoveries=[])
    assert judged.incident is silent
    assert bool(judged.lies) is not silent
    assert judged.claims == (() if silent else (Claim("cause", "likely", right=False),))


def test_claims_must_cite_something_that_is_there() -> None:
    bare = {**_hypothesis("nic_hang"), "because": ["e9"]}
    judged = _judged(_incident(bare), reboots=(_reboot("self_fence", because=[]),))
    assert judged.unsupported == 2
    assert judged.wrong == ("2 claims cite nothing",)
