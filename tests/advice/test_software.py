from typing import Any

from fencepost.advice import software


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_corosync_is_started_on_its_node_only(given: Any) -> None:
    told = given.one(
        software.start_corosync,
        given.matter(given.case(), given.hypothesis("corosync_died", "beta")),
    )
    assert "On beta: `systemctl is-active corosync`" in text(told)
    assert "on this node only" in text(told)
    assert "coredumpctl list corosync" in text(told)


def test_the_version_that_mends_it_is_named_with_what_was_read(given: Any) -> None:
    bad = given.finding("known_bad_versions", expected="libknet1 1.13 or later")
    case = given.case(given.packages("beta", libknet1="1.12-pve1", corosync="3.0.2-pve4"))
    told = given.one(
        software.upgrade, given.matter(case, given.hypothesis("known_bug", "beta"), findings=[bad])
    )
    assert "Needed: libknet1 1.13 or later." in told.why
    assert "beta: corosync 3.0.2-pve4, libknet1 1.12-pve1" in told.why
    assert "one node at a time" in told.title
    assert "disarm-ha" in told.steps[0]
    assert "libknet up to 1.12" in told.risk


def test_a_cause_alone_names_the_versions_too(given: Any) -> None:
    told = given.one(
        software.upgrade, given.matter(given.case(), given.hypothesis("known_bug", "beta"))
    )
    assert "libknet1 1.13 or later" in told.why
