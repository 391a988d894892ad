from typing import Any

from fencepost.advice import quorum
from fencepost.model.case import Gravity
from fencepost.model.verdict import Priority, Severity


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_two_node_goes_from_a_cluster_of_three(given: Any) -> None:
    conf = given.conf(given.text.replace("votequorum\n", "votequorum\n  two_node: 1\n"))
    left = given.finding("two_node_left", Severity.CRITICAL)
    told = given.one(quorum.right_votes, given.matter(given.case(conf), findings=[left]))
    assert told.priority is Priority.NOW
    assert "\n-  two_node: 1\n" in text(told)
    assert "Quorum: 2" in told.verify


def test_expected_votes_go_and_corosync_counts_itself(given: Any) -> None:
    conf = given.conf(given.text.replace("votequorum\n", "votequorum\n  expected_votes: 1\n"))
    wrong = given.finding("expected_votes")
    told = given.one(quorum.right_votes, given.matter(given.case(conf), findings=[wrong]))
    assert "\n-  expected_votes: 1\n" in text(told)


def test_two_nodes_keep_the_flag_and_wait_for_all(given: Any) -> None:
    pair = given.text.replace("votequorum\n", "votequorum\n  two_node: 1\n  wait_for_all: 0\n")
    start, end = pair.index("  node {\n    name: gamma"), pair.index("}\n\nquorum")
    conf = given.conf(pair[:start] + pair[end:])
    left = given.finding("two_node_left")
    told = given.one(
        quorum.right_votes, given.matter(given.case(conf, names=("alpha", "beta")), findings=[left])
    )
    assert "\n-  wait_for_all: 0\n" in text(told)
    assert "-  two_node" not in text(told)


def test_a_tie_breaker_is_sooner_where_quorum_was_lost(given: Any) -> None:
    even = given.finding("even_votes")
    four = ("a", "b", "c", "d")
    calm = given.matter(given.case(names=four), findings=[even])
    assert given.one(quorum.tie_breaker, calm).priority is Priority.LATER
    lost = given.case(names=four, incidents=[given.incident(gravity=Gravity.QUORUM_LOST)])
    told = given.one(quorum.tie_breaker, given.matter(lost, findings=[even]))
    assert told.priority is Priority.SOON
    assert "1 incident" in told.why


def test_a_device_beside_an_odd_number_of_nodes_may_go(given: Any) -> None:
    device = given.finding("quorum_device")
    told = given.one(quorum.mend_device, given.matter(given.case(), findings=[device]))
    assert "pvecm qdevice remove" in text(told)
    even = given.one(
        quorum.mend_device, given.matter(given.case(names=("a", "b")), findings=[device])
    )
    assert "remove" not in text(even)


def test_quorum_is_not_forced(given: Any) -> None:
    incident = given.incident(lost_quorum=["alpha"])
    told = given.one(
        quorum.leave_expected,
        given.matter(given.case(), given.hypothesis("link_down", "alpha"), incident=incident),
    )
    assert "changes nothing at all" in told.why
    assert "expected 1" not in text(told)


def test_a_planned_stop_tempts_nobody_to_force_quorum(given: Any) -> None:
    incident = given.incident(lost_quorum=["alpha"])
    asked = given.matter(given.case(), given.hypothesis("asked_for", "alpha"), incident=incident)
    assert not given.advised(quorum.leave_expected, asked)
    calm = given.matter(given.case(), given.hypothesis("link_down", "alpha"))
    assert not given.advised(quorum.leave_expected, calm)
