from typing import Any

import pytest

from fencepost.advice.matter import Advice, Claim, Matter, action, aside
from fencepost.model.case import Confidence, Gravity
from fencepost.model.verdict import Priority, Severity


def advise(matter: Matter, base: Priority = Priority.NOW, *, reads: bool = False) -> Advice:
    return matter.recommend(
        base, "Do it", steps=("one",), risk="r", expected="e", verify="v", undo="u", reads=reads
    )


def urgency(matter: Matter, base: Priority = Priority.NOW, *, reads: bool = False) -> Priority:
    return advise(matter, base, reads=reads).recommendation.priority


@pytest.mark.parametrize(
    ("confidence", "gravity", "expected"),
    [
        (Confidence.CERTAIN, Gravity.NODE_DOWN, Priority.NOW),
        (Confidence.LIKELY, Gravity.DISTURBED, Priority.NOW),
        (Confidence.POSSIBLE, Gravity.NODE_DOWN, Priority.SOON),
        (Confidence.LIKELY, Gravity.WARNING, Priority.SOON),
        (Confidence.POSSIBLE, Gravity.WARNING, Priority.LATER),
    ],
)
def test_what_is_only_possible_or_a_mere_warning_can_wait(
    given: Any, confidence: Confidence, gravity: Gravity, expected: Priority
) -> None:
    claim = given.hypothesis("link_down", "alpha", confidence=confidence)
    matter = given.matter(given.case(), claim, incident=given.incident(gravity=gravity))
    assert urgency(matter) is expected


def test_reading_need_not_wait_for_proof(given: Any) -> None:
    doubt = given.hypothesis("unknown", confidence=Confidence.POSSIBLE)
    matter = given.matter(given.case(), doubt)
    assert urgency(matter, reads=True) is Priority.NOW
    assert "Not proven" not in advise(matter, reads=True).recommendation.why
    assert advise(matter).recommendation.why.startswith("Not proven, so find out first.")


def test_findings_wait_unless_they_are_critical(given: Any) -> None:
    case = given.case()
    warned = given.matter(case, findings=[given.finding("port_duplex")])
    grave = given.matter(case, findings=[given.finding("port_duplex", Severity.CRITICAL)])
    assert urgency(warned) is Priority.SOON
    assert urgency(grave) is Priority.NOW
    assert urgency(warned, Priority.LATER) is Priority.LATER


def test_the_most_urgent_reason_decides(given: Any) -> None:
    sure = given.hypothesis("link_down", "alpha")
    doubt = given.hypothesis("link_flap", "beta", confidence=Confidence.POSSIBLE)
    assert urgency(given.matter(given.case(), doubt, sure)) is Priority.NOW


def test_a_second_explanation_waits_and_says_so_unless_it_is_certain(given: Any) -> None:
    best, other = given.hypothesis("nic_hang", "alpha"), given.hypothesis("link_down", "alpha")
    claim = Claim(given.incident(), other, best)
    assert claim.behind
    matter = Matter(given.case(), (claim,))
    assert urgency(matter) is Priority.SOON
    assert "another fits better" in matter.told()
    certain = given.hypothesis("link_down", "alpha", confidence=Confidence.CERTAIN)
    assert not Claim(given.incident(), certain, best).behind


def test_many_incidents_of_one_cause_are_told_in_one_sentence(given: Any) -> None:
    hung = given.hypothesis("nic_hang", "alpha", confidence=Confidence.CERTAIN, says="it hung")
    claims = tuple(
        Claim(given.incident(f"i{index}", boots=[given.boot("alpha")]), hung, hung)
        for index in range(1, 51)
    )
    matter = Matter(given.case(), claims)
    assert matter.told() == (
        "Certain cause of 50 incidents (first i1, last i50), with 50 watchdog resets: it hung."
    )
    assert advise(matter).recommendation.answers[:2] == ("i1", "i2")
    assert advise(matter).recommendation.answers[-1] == "nic_hang"


def test_findings_are_told_with_their_node_and_the_worst_first(given: Any) -> None:
    some = [
        given.finding("port_speed", node="beta", found="slow"),
        given.finding("port_duplex", Severity.CRITICAL, node="alpha", found="half"),
    ]
    told = given.matter(given.case(), findings=some).told()
    assert told == "Found on alpha: half. Found on beta: slow."


def test_the_worst_claim_of_a_node_is_the_gravest_and_latest(given: Any) -> None:
    one = given.hypothesis("link_down", "alpha")
    light = Claim(given.incident("i1", Gravity.DISTURBED), one, one)
    early = Claim(given.incident("i2", Gravity.NODE_DOWN), one, one)
    late = Claim(given.incident("i3", Gravity.NODE_DOWN, after=900), one, one)
    matter = Matter(given.case(), (light, early, late))
    assert matter.worst("alpha") is late
    assert matter.worst("beta") is None


def test_soonest_gravest_surest_come_first_and_asides_last(given: Any) -> None:
    case = given.case()
    sure = given.hypothesis("link_down", "alpha", confidence=Confidence.CERTAIN)
    likely = given.hypothesis("link_flap", "alpha")
    grave, light = given.incident(), given.incident(gravity=Gravity.DISTURBED)
    ranks = [
        advise(given.matter(case, sure, incident=grave)).rank,
        advise(given.matter(case, likely, incident=grave)).rank,
        advise(given.matter(case, sure, incident=light)).rank,
        advise(given.matter(case, findings=[given.finding("x", Severity.CRITICAL)])).rank,
        aside(
            Priority.NOW, "t", why="w", steps=("s",), expected="e", verify="v", answers=("x",)
        ).rank,
        advise(given.matter(case, sure), Priority.SOON).rank,
    ]
    assert ranks == sorted(ranks)


def test_a_matter_is_narrowed_to_causes_and_audits(given: Any) -> None:
    matter = given.matter(
        given.case(),
        given.hypothesis("link_down", "alpha"),
        given.hypothesis("link_flap", "beta"),
        findings=[given.finding("load", node="gamma"), given.finding("memory")],
    )
    assert matter.of("link_flap").causes == ("link_flap",)
    assert matter.about("load").audits == ("load",)
    assert matter.blamed == ["alpha", "beta", "gamma"]


def test_an_action_is_called_like_its_function() -> None:
    @action(causes=("link_down",))
    def pull_cables(matter: Matter) -> Any:
        yield advise(matter)

    assert (pull_cables.name, pull_cables.causes, pull_cables.audits) == (
        "pull_cables",
        ("link_down",),
        (),
    )
