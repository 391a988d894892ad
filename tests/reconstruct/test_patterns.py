from collections.abc import Callable, Sequence
from datetime import timedelta

from fencepost.model.case import Case
from fencepost.model.verdict import Pattern
from fencepost.reconstruct.patterns import find_patterns

Rebuilt = Callable[..., Case]

TOKEN = (
    "[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting "
    "4380ms for consensus."
)
KERNEL = "kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP"


def tokens(node: str, clocks: Sequence[str]) -> str:
    return "".join(f"{node} {clock} corosync[801] {TOKEN}\n" for clock in clocks)


def found(case: Case) -> list[Pattern]:
    return find_patterns(case)


def test_what_comes_again_and_again_is_a_pattern(rebuilt: Rebuilt) -> None:
    clocks = [f"{hour}:{minute}:00" for hour in (12, 13, 14) for minute in (10, 40)]
    (pattern,) = found(rebuilt(tokens("pve1", clocks)))
    assert pattern.says.startswith("token lost on pve1 6 times")
    assert pattern.count == 6
    assert pattern.median_gap == timedelta(minutes=30)
    assert len(pattern.because) == 3


def test_twice_is_no_pattern(rebuilt: Rebuilt) -> None:
    assert found(rebuilt(tokens("pve1", ["12:10:00", "12:40:00"]))) == []


def test_a_burst_counts_once(rebuilt: Rebuilt) -> None:
    bursts = [f"12:{minute}:{second:02d}" for minute in (10, 30) for second in range(0, 60, 5)]
    assert found(rebuilt(tokens("pve1", bursts))) == []


def test_nodes_that_say_it_together_are_one_pattern(rebuilt: Rebuilt) -> None:
    clocks = ["12:10:00", "12:40:00", "13:10:00", "13:40:00"]
    later = [clock.replace(":00", ":03") for clock in clocks]
    story = tokens("pve1", clocks) + tokens("pve2", [c[:-2] + "03" for c in later])
    (pattern,) = found(rebuilt(story))
    assert pattern.says.startswith("token lost on pve1 and pve2 4 times")


def test_nodes_that_say_it_at_other_times_are_two(rebuilt: Rebuilt) -> None:
    story = tokens("pve1", ["12:10:00", "13:10:00", "14:10:00"]) + tokens(
        "pve2", ["12:40:00", "13:40:00", "14:40:00"]
    )
    assert len(found(rebuilt(story))) == 2


def test_an_hour_of_the_day_is_named_when_most_fall_into_it(rebuilt: Rebuilt) -> None:
    nights = "".join(
        f"pve1 +{day}d 03:{10 + day}:00 corosync[801] {TOKEN}\n" for day in (0, 1, 2, 3)
    )
    (pattern,) = found(rebuilt(nights))
    assert "between 03:00 and 04:00 UTC" in pattern.says


def test_the_most_frequent_comes_first(rebuilt: Rebuilt) -> None:
    hangs = "".join(
        f"pve2 {hour}:20:00 kernel e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:\n"
        for hour in (12, 13, 14, 15)
    )
    first, second = found(rebuilt(tokens("pve1", ["12:10:00", "13:10:00", "14:10:00"]) + hangs))
    assert first.says.startswith("network port hung on pve2 4 times")
    assert second.count == 3


def test_a_node_that_goes_down_without_a_word_twice_is_a_pattern(rebuilt: Rebuilt) -> None:
    story = "".join(
        f"""pve1 {hour}:00:00 {KERNEL}
pve1 {hour}:20:00 pmxcfs[701] [status] notice: received log
"""
        for hour in (12, 13, 15)
    )
    (pattern,) = found(rebuilt(story))
    assert pattern.says == "pve1 went down without a word 2 times"
    assert pattern.median_gap == timedelta(hours=1)


def test_orderly_reboots_are_no_pattern(rebuilt: Rebuilt) -> None:
    story = "".join(
        f"""pve1 {hour}:00:00 {KERNEL}
pve1 {hour}:20:00 systemd[1] Reached target shutdown.target - System Shutdown.
pve1 {hour}:20:00 systemd-journald[400] Journal stopped
"""
        for hour in (12, 13, 14, 15)
    )
    assert found(rebuilt(story)) == []
