from datetime import timedelta
from typing import Any

from fencepost.advice import host
from fencepost.model.case import Clock
from fencepost.model.document import Memory


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_a_pause_is_looked_into_and_not_hidden_by_a_token(given: Any) -> None:
    told = given.one(
        host.free_host, given.matter(given.case(), given.hypothesis("paused_node", "beta"))
    )
    assert told.title == "Find what made beta stand still"
    assert "On beta: `corosync-cmapctl -m stats | grep -E 'schedmiss|tx_data_retries'`" in text(
        told
    )
    assert "--since '2025-11-08 11:40:00 UTC'" in text(told)
    assert "hide short pauses only" in told.expected


def test_the_cache_limit_is_a_tenth_of_the_memory(given: Any) -> None:
    read = Memory(origin=given.origin(), node="beta", total_mb=64_000, available_mb=300)
    matter = given.matter(given.case(read), given.hypothesis("memory_exhausted", "beta"))
    told = given.one(host.spare_memory, matter)
    assert "6400 MiB" in text(told)
    assert f"zfs_arc_max={6400 << 20}" in text(told)
    big = Memory(origin=given.origin(), node="beta", total_mb=900_000, available_mb=300)
    matter = given.matter(given.case(big), given.hypothesis("memory_exhausted", "beta"))
    assert "16384 MiB" in text(given.one(host.spare_memory, matter))


def test_the_clock_is_touched_with_ha_disarmed_only(given: Any) -> None:
    slow = Clock("gamma", timedelta(seconds=-4.5), timedelta(0), 3)
    case = given.case(clocks=[slow])
    told = given.one(host.steady_clock, given.matter(case, given.hypothesis("clock_step", "beta")))
    assert "gamma by -4.5 s" in told.why
    assert "disarm-ha" in told.steps[0]
    assert "makestep 1 3" in text(told)


def test_realtime_is_given_back_by_the_file_where_it_was_taken_there(given: Any) -> None:
    conf = given.conf(given.text + "system {\n  sched_rr: no\n}\n")
    off = given.finding("realtime", node="alpha")
    told = given.one(host.realtime_again, given.matter(given.case(conf), findings=[off]))
    assert "\n-  sched_rr: no\n" in text(told)
    assert "on one node" in text(told)
    plain = given.one(host.realtime_again, given.matter(given.case(given.conf()), findings=[off]))
    assert "\n--- " not in text(plain)
