"""What comes in quiet hours as well explains little: the second gate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fencepost.causes.baseline import Usual, moments, unusual, usual
from fencepost.causes.scene import look
from fencepost.events.kernel_net import NicHung
from fencepost.model.case import Confidence
from fencepost.model.event import Event

NOON = 12 * 3600
HANG = "e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:"
NFS = "nfs: server 10.0.0.9 not responding, still trying"


def hours(count: float, times: int) -> Usual:
    return Usual(timedelta(hours=count), times, ())


def test_what_never_comes_in_quiet_hours_is_no_coincidence() -> None:
    assert hours(6, 0).chance(timedelta(minutes=5)) == 0.0


def test_too_few_quiet_hours_tell_nothing() -> None:
    assert hours(0.2, 5).chance(timedelta(minutes=5)) == 0.0


def test_the_chance_grows_with_the_window_and_shrinks_with_what_was_seen() -> None:
    often = hours(10, 20)
    assert often.chance(timedelta(seconds=50)) == pytest.approx(0.0274, abs=1e-3)
    assert often.chance(timedelta(minutes=5)) > 0.15
    assert often.chance(timedelta(minutes=5), seen=3) < 0.001


def test_hundreds_of_moments_can_be_weighed() -> None:
    assert hours(10, 5).chance(timedelta(hours=5), seen=200) == pytest.approx(0.0, abs=1e-9)
    assert hours(10, 2000).chance(timedelta(hours=5), seen=200) == pytest.approx(1.0)


def test_a_trouble_of_hours_is_weighed_as_well(cluster: Callable[..., Any]) -> None:
    told = cluster()
    pause = "[MAIN  ] Corosync main process was not scheduled (@1762603800000) for 3605.4106 ms"
    pause += " (threshold is 2920.0000 ms). Consider token timeout increase."
    for at in (8.5 * 3600, 9 * 3600, *range(10 * 3600, 14 * 3600, 70)):
        told.say("n3", at, "corosync", pause)
    best = told.cut(NOON, "n1 n2", "n3").best()
    assert (best.cause, best.blames) == ("paused_node", ("n3",))


def test_lines_within_a_minute_are_one_moment() -> None:
    class At:
        def __init__(self, second: int) -> None:
            self.at = timedelta(seconds=second)

    some: list[Event] = [At(0), At(2), At(4), At(90), At(149)]  # type: ignore[list-item]
    assert [len(moment) for moment in moments(some)] == [3, 2]


def test_incidents_are_not_quiet_hours(cluster: Callable[..., Any]) -> None:
    told = cluster()
    for at in range(9 * 3600, 12 * 3600, 1800):
        told.say("n3", at, "kernel", HANG)
    told.say("n3", NOON, "kernel", HANG).cut(NOON, "n1 n2", "n3")
    case = told.told().case
    hangs = case.timeline.of(NicHung)
    found = usual(case, hangs[0])
    assert found.moments == 6
    assert timedelta(hours=5) < found.quiet < timedelta(hours=6)


def test_another_port_is_another_trace(cluster: Callable[..., Any]) -> None:
    told = cluster()
    for at in range(9 * 3600, 12 * 3600, 300):
        told.say("n3", at, "kernel", HANG.replace("eno1", "eno2"))
    told.say("n3", NOON - 1, "kernel", HANG).cut(NOON, "n1 n2", "n3")
    report = told.told()
    gravest = max(report.verdicts, key=lambda verdict: verdict.incident.gravity)
    scene = look(report.case, gravest.incident)
    hangs = scene.events(NicHung, lead=True)
    assert {hang.port for hang in unusual(scene, hangs)} == {"eno1"}


def test_a_card_that_hangs_all_day_is_not_the_cause_of_one_loss(
    cluster: Callable[..., Any],
) -> None:
    told = cluster()
    for at in range(9 * 3600, 12 * 3600, 240):
        told.say("n3", at, "kernel", HANG)
    told.say("n3", NOON - 20, "kernel", HANG).cut(NOON, "n1 n2", "n3")
    answers = told.answers()
    assert next(iter(answers)) == "isolated_node"
    assert answers["nic_hang"].confidence is Confidence.POSSIBLE
    assert answers["nic_hang"].despite


def test_a_card_that_hangs_once_is(cluster: Callable[..., Any]) -> None:
    told = cluster()
    told.say("n3", NOON - 1, "kernel", HANG).cut(NOON, "n1 n2", "n3")
    best = told.best()
    assert (best.cause, best.confidence) == ("nic_hang", Confidence.CERTAIN)


def test_a_storage_that_is_slow_all_day_is_not_the_cause_of_a_reset(
    cluster: Callable[..., Any],
) -> None:
    told = cluster()
    for at in range(9 * 3600, 14 * 3600, 240):
        told.say("n1", at, "kernel", NFS)
    told.say("n1", NOON - 30, "pve-ha-lrm", "loop took too long (41 seconds)")
    told.starved("n1", NOON)
    assert told.answers()["storage_stall"].confidence is Confidence.POSSIBLE


def test_a_storage_that_fails_once_is(cluster: Callable[..., Any]) -> None:
    told = cluster()
    told.say("n1", NOON - 60, "kernel", NFS)
    told.say("n1", NOON - 30, "pve-ha-lrm", "loop took too long (41 seconds)")
    told.starved("n1", NOON)
    best = told.best()
    assert (best.cause, best.confidence) == ("storage_stall", Confidence.LIKELY)


def test_backups_that_hardly_ever_stop_are_no_witness(cluster: Callable[..., Any]) -> None:
    told = cluster()
    task = "<root@pam> starting task UPID:n3:0017E2A8:018C22EA:6707D180:vzdump:101:root@pam:"
    for at in range(8 * 3600 + 900, 14 * 3600, 1800):
        told.say("n3", at, "pvescheduler", task)
    for second in (0, 12):
        told.lost("n1", "n3", NOON + second).found("n1", "n3", NOON + second + 4)
        told.say(
            "n3",
            NOON + second,
            "corosync",
            "[MAIN  ] Corosync main process was not scheduled (@1762603800000) for 3605.4106 ms "
            "(threshold is 2920.0000 ms). Consider token timeout increase.",
        )
    told.late("n1", NOON)
    assert "saturated_link" not in told.answers()
