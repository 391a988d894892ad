from typing import Any

from fencepost.advice import hardware


def test_the_panic_is_read_where_and_when_it_was(given: Any) -> None:
    told = given.one(
        hardware.kernel_dump, given.matter(given.case(), given.hypothesis("kernel_panic", "beta"))
    )
    assert told.steps[0].startswith(
        "On beta: `ls -lR /var/lib/systemd/pstore; journalctl -k --since"
    )
    assert any("kernel pin" in step for step in told.steps)


def test_the_part_is_named_by_the_hardwares_own_log(given: Any) -> None:
    told = given.one(
        hardware.failing_part,
        given.matter(given.case(), given.hypothesis("hardware_fault", "beta")),
    )
    assert told.title == "Find the failing part of beta"
    assert "ipmitool sel elist" in told.steps[0]


def test_power_is_looked_for_at_all_nodes_that_went(given: Any) -> None:
    incident = given.incident(boots=[given.boot("beta"), given.boot("alpha")])
    matter = given.matter(given.case(), given.hypothesis("power_loss"), incident=incident)
    told = given.one(hardware.steady_power, matter)
    assert told.title == "Find out why alpha and beta lost power"
    assert "2025-11-08 11:45:00 UTC" in told.steps[0]
    assert any("two circuits" in step for step in told.steps)
