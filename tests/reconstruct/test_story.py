from collections.abc import Callable

from fencepost.model.case import Case
from fencepost.reconstruct.story import MOST_STEPS

Rebuilt = Callable[..., Case]


def told(case: Case) -> list[str]:
    (incident,) = case.incidents
    return [step.says for step in incident.story]


def place(steps: list[str], *words: str) -> int:
    """Where the first step stands that holds all these words."""
    return next(number for number, says in enumerate(steps) if all(word in says for word in words))


def test_a_story_goes_from_the_cut_to_the_reset_and_the_way_back(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    steps = told(rebuilt(healthy + cut_off + reset + back))
    order = [
        place(steps, "pve2", "quorum"),
        place(steps, "pve2", "lock"),
        place(steps, "pve2", "resets itself"),
        place(steps, "pve2", "boots again"),
    ]
    assert order == sorted(order)


def test_steps_are_in_order_of_time(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    (incident,) = rebuilt(healthy + cut_off + reset + back).incidents
    times = [step.at for step in incident.story]
    assert times == sorted(times)


def test_a_step_names_the_line_it_was_read_from(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    (incident,) = rebuilt(healthy + cut_off + reset + back).incidents
    lost = next(step for step in incident.story if "lock" in step.says)
    assert lost.proof is not None
    assert lost.proof.origin.file == "pve2.log"


def test_the_same_sentence_is_not_said_twice_in_a_row(rebuilt: Rebuilt, healthy: str) -> None:
    late = "\n".join(
        f"pve1 12:10:{second:02d} corosync[801] [TOTEM ] A processor failed, forming new "
        "configuration: token timed out (3650ms), waiting 4380ms for consensus."
        for second in range(0, 20, 4)
    )
    assert len(told(rebuilt(healthy + late))) == 1


def test_a_very_long_story_is_cut_in_the_middle_and_says_so(rebuilt: Rebuilt, healthy: str) -> None:
    flaps = "\n".join(
        f"pve1 {12 + minute // 60}:{minute % 60:02d}:00 kernel e1000e 0000:00:1f.6 eno1: NIC Link is "
        f"{'Down' if minute % 2 else 'Up 1000 Mbps Full Duplex, Flow Control: Rx/Tx'}"
        for minute in range(5, 205)
    )
    steps = told(rebuilt(healthy + flaps))
    assert len(steps) <= MOST_STEPS + 1
    assert any("more" in says for says in steps)
