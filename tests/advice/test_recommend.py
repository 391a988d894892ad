import re
from collections.abc import Iterator
from typing import Any

import pytest

from fencepost.advice.recommend import ACTIONS, recommend
from fencepost.audits import AUDITS
from fencepost.causes import CAUSES
from fencepost.events.kernel_net import NicHung
from fencepost.events.totem import TokenLost
from fencepost.model.case import Case, Confidence, Gravity
from fencepost.model.cluster import Node
from fencepost.model.verdict import Finding, Priority, Recommendation, Severity, Verdict

PRIORITIES = list(Priority)


def everything(given: Any, case: Case) -> tuple[Recommendation, ...]:
    """Advice on every cause and every audit at once."""
    blames = {"broken_path": ("alpha", "beta"), "network_down": ()}
    verdicts = [
        given.verdict(
            given.incident(f"i{number}", boots=[given.boot("beta")], lost_quorum=["beta"]),
            given.hypothesis(cause.name, *blames.get(cause.name, ("beta",))),
        )
        for number, cause in enumerate(CAUSES)
    ]
    findings = [
        given.finding(audit.name, severity, node)
        for audit in AUDITS
        for severity, node in ((Severity.WARNING, "beta"), (Severity.CRITICAL, None))
    ]
    return recommend(case, verdicts, findings)


def rich(given: Any) -> Case:
    conf = given.conf(given.text.replace("votequorum\n", "votequorum\n  two_node: 1\n"))
    events = [
        given.event(NicHung, "beta", driver="e1000e", port="eno1"),
        given.event(TokenLost, token_ms=3650, consensus_ms=4380),
    ]
    case: Case = given.case(
        conf, given.bridged("beta", 2), events=events, boots=[given.boot("beta")] * 2
    )
    return case


def cases(given: Any) -> Iterator[Case]:
    yield rich(given)
    yield given.case(addresses=False)
    yield given.case(names=("alpha", "beta"), services=())
    yield given.case(names=(), cluster={"token_ms": None, "consensus_ms": None})


@pytest.mark.parametrize("confidence", [Confidence.POSSIBLE, Confidence.LIKELY, Confidence.CERTAIN])
@pytest.mark.parametrize("cause", [cause.name for cause in CAUSES])
def test_every_cause_is_answered(given: Any, cause: str, confidence: Confidence) -> None:
    for blames in (("alpha", "beta"), ("beta",), ()):
        for case in cases(given):
            why = given.hypothesis(cause, *blames, confidence=confidence)
            some = recommend(case, [given.verdict(given.incident(), why)], [])
            assert any({"i1", cause} <= set(one.answers) for one in some), (blames, case)


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.CRITICAL])
@pytest.mark.parametrize("audit", [audit.name for audit in AUDITS])
def test_every_audit_is_answered(given: Any, audit: str, severity: Severity) -> None:
    for node in (None, "beta"):
        for case in cases(given):
            some = recommend(case, [], [given.finding(audit, severity, node)])
            assert any(audit in one.answers for one in some)


@pytest.mark.parametrize("severity", [Severity.OK, Severity.INFO])
def test_what_is_as_it_should_be_needs_no_advice(given: Any, severity: Severity) -> None:
    findings = [given.finding(audit.name, severity) for audit in AUDITS]
    assert recommend(given.case(), [], findings) == ()


def test_actions_name_only_causes_and_audits_that_exist() -> None:
    assert {slug for one in ACTIONS for slug in one.causes or ()} <= {one.name for one in CAUSES}
    assert {slug for one in ACTIONS for slug in one.audits} == {one.name for one in AUDITS}
    names = [one.name for one in ACTIONS]
    assert len(names) == len(set(names))


def test_fifty_hangs_are_one_recommendation(given: Any) -> None:
    hung = given.hypothesis("nic_hang", "beta", confidence=Confidence.CERTAIN)
    verdicts = [given.verdict(given.incident(f"i{n}", after=1800 * n), hung) for n in range(50)]
    some = recommend(rich(given), verdicts, [given.finding("port_offloads", node="beta")])
    titles = [one.title for one in some]
    assert len(titles) == len(set(titles))
    assert titles[0] == "Switch off TSO and GSO on eno1 of beta"
    assert set(some[0].answers) == {*(f"i{n}" for n in range(50)), "nic_hang", "port_offloads"}


def test_now_comes_before_soon_and_soon_before_later(given: Any) -> None:
    places = [PRIORITIES.index(one.priority) for one in everything(given, rich(given))]
    assert places == sorted(places)
    assert set(places) == {0, 1, 2}


def test_the_gravest_and_surest_comes_first(given: Any) -> None:
    light = given.verdict(
        given.incident("i1", Gravity.DISTURBED),
        given.hypothesis("memory_exhausted", "alpha", confidence=Confidence.CERTAIN),
    )
    grave = given.verdict(given.incident("i2"), given.hypothesis("storage_stall", "beta"))
    sure = given.verdict(
        given.incident("i3"),
        given.hypothesis("kernel_panic", "gamma", confidence=Confidence.CERTAIN),
    )
    some = recommend(given.case(), [light, grave, sure], [])
    now = [one.answers[0] for one in some if one.priority is Priority.NOW]
    assert now == ["i3", "i2", "i1"]


def test_a_possible_best_explanation_is_settled_before_anything_is_changed(given: Any) -> None:
    doubt = given.hypothesis("link_down", "beta", confidence=Confidence.POSSIBLE)
    first, *others = recommend(given.case(), [given.verdict(given.incident(), doubt)], [])
    assert first.title.startswith("Find out before you change anything")
    assert first.priority is Priority.NOW
    assert all(one.priority is not Priority.NOW for one in others)


def test_lesser_guesses_are_left_alone(given: Any) -> None:
    best = given.hypothesis("storage_stall", "beta")
    guess = given.hypothesis("memory_exhausted", "beta", confidence=Confidence.POSSIBLE)
    ruled_out = given.hypothesis("clock_step", "beta", confidence=Confidence.RULED_OUT)
    some = recommend(given.case(), [given.verdict(given.incident(), best, guess, ruled_out)], [])
    assert not any({"memory_exhausted", "clock_step"} & set(one.answers) for one in some)


def test_a_quiet_cluster_needs_no_advice(given: Any) -> None:
    assert recommend(given.case(), [], []) == ()
    assert recommend(given.case(), [Verdict(incident=given.incident(), hypotheses=())], []) == ()


def test_the_same_case_gives_the_same_advice(given: Any) -> None:
    assert everything(given, rich(given)) == everything(given, rich(given))


def test_advice_is_complete_and_readable(given: Any) -> None:
    for case in cases(given):
        for one in everything(given, case):
            assert re.match(r"[A-Z][a-zA-Z]+ ", one.title)
            assert not one.title.endswith(".")
            assert one.steps
            assert one.answers
            for part in (one.why, one.risk, one.expected, one.verify, one.undo, *one.steps):
                assert part.strip()
                says = part.partition("\n")[0]
                assert says.count("`") % 2 == 0, part
                assert "None" not in says.replace("None.", "").replace("None for", ""), part
                assert "  " not in says, part


def test_wrong_habits_are_never_a_step(given: Any) -> None:
    """What is often advised and makes things worse must not be told to be done."""
    wrong = [
        r"token: ?10000",
        r"expected[ _]1\b",
        r"(every|all) nodes?[^.]*`systemctl restart corosync",
        r"`[^`]*systemctl (stop|restart) watchdog-mux",
        r"`[^`]*kill[^`]* pve-ha",
        r"`[^`]*ifdown",
        r"retransmits_before_loss",
    ]
    for case in cases(given):
        for one in everything(given, case):
            for step in one.steps:
                for words in wrong:
                    assert not re.search(words, step), step


def test_every_restart_of_corosync_is_one_nodes(given: Any) -> None:
    for one in everything(given, rich(given)):
        for step in one.steps:
            if "systemctl restart corosync" in step:
                assert re.search(r"[Oo]nly on|one node", step), step


def test_a_file_is_only_ever_shown_whole(given: Any) -> None:
    """No step prints a block of corosync.conf that would drop keys when pasted."""
    for one in everything(given, rich(given)):
        for step in one.steps:
            assert not re.search(r"\n\s*totem \{", step) or "\n--- /etc/pve" in step
            if "\n--- /etc/pve" in step:
                assert " # written by hand, do not lose this line" in step
                assert "+  config_version: 6" in step


def test_names_from_hostile_logs_reach_no_command(given: Any) -> None:
    evil = "x$(reboot)"
    members = (Node(evil, 1, {0: "1.1.1.1;reboot"}), Node("beta", 2, {0: "`reboot`"}))
    event = given.event(NicHung, evil, driver="e1000e", port="eth0;reboot")
    case = given.case(
        events=[event],
        services=("ct:1;reboot",),
        boots=[given.boot(evil)] * 2,
        cluster={"nodes": members},
    )
    verdicts = [
        given.verdict(given.incident(f"i{number}"), given.hypothesis(cause.name, evil, "beta"))
        for number, cause in enumerate(CAUSES)
    ]
    findings = [
        Finding(
            audit=one.name,
            severity=Severity.CRITICAL,
            found=f"{one.name}: off",
            expected="on",
            node=evil,
        )
        for one in AUDITS
    ]
    for one in recommend(case, verdicts, findings):
        for part in (*one.steps, one.verify, one.undo):
            for command in re.findall(r"`([^`\n]+)`", part):
                assert "reboot" not in command, part
