from datetime import timedelta
from typing import Any

import pytest

from fencepost.advice import timing
from fencepost.events.totem import TokenLost
from fencepost.model.case import Span
from fencepost.model.verdict import Priority, Severity


def changes(told: Any) -> list[str]:
    step = next(step for step in told.steps if "\n--- " in step)
    return [line for line in step.split("\n")[4:] if line[:1] in ("+", "-")]


def many(given: Any, count: int, extra: str = "") -> Any:
    names = [f"n{index}" for index in range(1, count + 1)]
    entries = "".join(
        f"  node {{\n    name: {name}\n    nodeid: {index}\n    ring0_addr: 10.0.0.{index}\n  }}\n"
        for index, name in enumerate(names, start=1)
    )
    text = f"totem {{\n  version: 2\n{extra}  config_version: 3\n}}\nnodelist {{\n{entries}}}\n"
    return given.case(given.conf(text), names=names)


def budget(given: Any, case: Any) -> Any:
    risk = given.finding("token_timing", Severity.CRITICAL)
    return given.one(timing.token_budget, given.matter(case, findings=[risk]))


def test_a_big_cluster_gets_the_small_coefficient(given: Any) -> None:
    told = budget(given, many(given, 32))
    assert changes(told) == [
        "-  config_version: 3",
        "+  config_version: 4",
        "+  token_coefficient: 125",
    ]
    assert "from 49.5 s to 14.8 s" in told.why
    assert "runtime.config.totem.token` says 6750" in told.verify
    assert told.priority is Priority.NOW


def test_a_raised_token_goes_and_nothing_else(given: Any) -> None:
    told = budget(given, many(given, 3, "  token: 20000\n"))
    assert changes(told) == ["-  token: 20000", "-  config_version: 3", "+  config_version: 4"]


def test_a_consensus_shorter_than_the_token_goes(given: Any) -> None:
    told = budget(given, many(given, 3, "  consensus: 2000\n"))
    assert changes(told)[0] == "-  consensus: 2000"


def test_a_token_that_is_too_short_goes(given: Any) -> None:
    told = budget(given, many(given, 3, "  token: 10\n"))
    assert changes(told)[0] == "-  token: 10"


def test_timers_are_read_twice_unless_all_nodes_are_known_to_be_new(given: Any) -> None:
    old = budget(given, many(given, 3, "  token: 20000\n"))
    assert any("nothing else: corosync before 3.1.10-pve1" in step for step in old.steps)
    case = many(given, 3, "  token: 20000\n")
    new = given.case(*case.documents, given.packages(corosync="3.1.10-pve2"))
    assert not any("3.1.10-pve1" in step for step in budget(given, new).steps)


def test_without_a_file_the_keys_are_named(given: Any) -> None:
    told = budget(given, given.case())
    assert any("token_coefficient: 125" in step for step in told.steps)


@pytest.mark.parametrize(("version", "token"), [("3.0.4-pve1", 1650), ("3.1.7-pve3", 3650)])
def test_the_default_token_depends_on_the_version(given: Any, version: str, token: int) -> None:
    case = given.case(given.conf(), given.packages(corosync=version))
    assert timing.timing(case, given.conf())[0] == token


def test_settings_are_read_again_by_raising_the_version_alone(given: Any) -> None:
    late = given.finding("timing_in_force")
    told = given.one(timing.reload_again, given.matter(given.case(given.conf()), findings=[late]))
    assert changes(told) == ["-  config_version: 5", "+  config_version: 6"]


def test_half_a_pair_of_ping_timers_goes(given: Any) -> None:
    text = given.text.replace(
        "    linknumber: 0\n", "    linknumber: 0\n    knet_ping_timeout: 900\n"
    )
    half = given.finding("ping_timers")
    told = given.one(
        timing.reload_again, given.matter(given.case(given.conf(text)), findings=[half])
    )
    assert "-    knet_ping_timeout: 900" in changes(told)


def test_what_a_higher_token_would_do_here_is_worked_out(given: Any) -> None:
    lost = given.event(TokenLost, token_ms=3650, consensus_ms=4380, times=12)
    spans = [
        Span("alpha", given.start, given.start + timedelta(seconds=seconds))
        for seconds in (5, 30, 70)
    ]
    case = given.case(events=[lost], quorum_losses=spans)
    told = given.one(timing.leave_token, given.matter(case, given.hypothesis("nic_hang", "alpha")))
    assert told.priority is Priority.LATER
    for fact in (
        "lost 12 times",
        "10650 ms here",
        "23.4 s instead of 8.0 s",
        "Of 3 times",
        " 2 lasted",
    ):
        assert fact in told.why
    assert told.answers == ("nic_hang",)


def test_nobody_is_tempted_where_no_token_was_lost(given: Any) -> None:
    matter = given.matter(given.case(), given.hypothesis("nic_hang", "alpha"))
    assert not given.advised(timing.leave_token, matter)
