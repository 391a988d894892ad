from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fencepost.model.case import Case, Clock
from fencepost.model.line import Line

Rebuilt = Callable[..., Case]
Lines = Callable[[str], list[Line]]
Moment = Callable[..., datetime]

STEPPED = "{node} {clock} chronyd[33] System clock was stepped by {seconds:.6f} seconds"


def moved(
    lines: Sequence[Line], node: str, by: timedelta, until: datetime | None = None
) -> list[Line]:
    """What a node whose clock is off would have written, up to a moment or throughout."""
    return [
        replace(line, at=line.at + by)
        if line.node == node and (until is None or line.at < until)
        else line
        for line in lines
    ]


def clock_of(case: Case, node: str) -> Clock:
    return next(clock for clock in case.clocks if clock.node == node)


def ring_times(case: Case, ring: str) -> list[datetime]:
    return sorted(member.since for member in case.memberships if member.ring == ring)


def spread(times: list[datetime]) -> timedelta:
    return times[-1] - times[0]


def test_nodes_whose_rings_agree_have_no_offset(rebuilt: Rebuilt, healthy: str) -> None:
    case = rebuilt(healthy)
    assert {clock.node: clock.offset for clock in case.clocks} == dict.fromkeys(
        ("pve1", "pve2", "pve3"), timedelta(0)
    )


@pytest.mark.parametrize("seconds", [-10_800, -90, -0.4, 0.4, 12, 10_800])
def test_a_clock_that_is_off_is_found_from_the_ring_ids(
    rebuilt: Rebuilt, lines: Lines, healthy: str, cut_off: str, seconds: float
) -> None:
    by = timedelta(seconds=seconds)
    clock = clock_of(rebuilt(moved(lines(healthy + cut_off), "pve3", by)), "pve3")
    assert abs(clock.offset - by) <= clock.error
    assert clock.anchors == 2


def test_what_an_off_clock_wrote_is_put_on_the_common_clock(
    rebuilt: Rebuilt, lines: Lines, healthy: str, cut_off: str
) -> None:
    case = rebuilt(moved(lines(healthy + cut_off), "pve3", timedelta(hours=1)))
    assert spread(ring_times(case, "1.9")) < timedelta(seconds=1)
    assert case.heard["pve3"][1] < case.heard["pve1"][1]


def test_the_origin_keeps_the_line_as_it_was_written(
    rebuilt: Rebuilt, lines: Lines, healthy: str
) -> None:
    case = rebuilt(moved(lines(healthy), "pve3", timedelta(hours=1)))
    ring = next(member for member in case.memberships if member.node == "pve3")
    assert ring.proof.origin.text.startswith("pve3 12:00:00.12")


def test_a_difference_within_the_error_is_left_alone(
    rebuilt: Rebuilt, lines: Lines, healthy: str, moment: Moment
) -> None:
    case = rebuilt(moved(lines(healthy), "pve3", timedelta(milliseconds=20)))
    assert moment("12:00:00.14") in ring_times(case, "1.5")


def test_whole_second_stamps_make_the_error_larger(
    rebuilt: Rebuilt, lines: Lines, healthy: str
) -> None:
    coarse = [
        replace(line, at=line.at.replace(microsecond=0)) if line.node == "pve3" else line
        for line in lines(healthy)
    ]
    case = rebuilt(coarse)
    assert clock_of(case, "pve3").error >= timedelta(milliseconds=500)
    assert clock_of(case, "pve2").error < timedelta(milliseconds=100)


def test_the_node_in_the_middle_is_the_reference(
    rebuilt: Rebuilt, lines: Lines, healthy: str
) -> None:
    told = moved(lines(healthy), "pve1", timedelta(minutes=-5))
    case = rebuilt(moved(told, "pve3", timedelta(minutes=7)))
    offsets = [round(clock.offset.total_seconds()) for clock in case.clocks]
    assert offsets == [-300, 0, 420]


def test_without_a_ring_that_two_nodes_logged_no_clock_is_claimed(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00.5 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        pve2 12:30:00.5 corosync[802] [TOTEM ] A new membership (2.9) was formed. Members left: 1
        pve2 12:30:01.5 pmxcfs[702] [status] notice: node lost quorum
    """)
    assert case.clocks == ()
    assert [f"{event.at:%H:%M:%S}" for event in case.timeline] == [
        "12:00:00",
        "12:30:00",
        "12:30:01",
    ]


def test_a_ring_id_that_a_node_logged_twice_is_no_anchor(
    rebuilt: Rebuilt, lines: Lines, healthy: str
) -> None:
    again = lines("""
        pve3 13:00:00.5 corosync[803] [TOTEM ] A new membership (1.5) was formed. Members
    """)
    case = rebuilt([*lines(healthy), *again])
    assert [clock.node for clock in case.clocks] == ["pve1", "pve2"]


def test_a_reload_that_every_node_logged_is_an_anchor_too(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00.5 corosync[801] [CFG   ] Config reload requested by node 1
        pve2 12:04:00.7 corosync[802] [CFG   ] Config reload requested by node 1
    """)
    apart = clock_of(case, "pve2").offset - clock_of(case, "pve1").offset
    assert abs(apart - timedelta(seconds=240)) <= timedelta(seconds=0.5)


def test_a_ring_counts_for_more_than_a_reload(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00.5 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        pve2 12:00:10.5 corosync[802] [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        pve1 12:05:00.5 corosync[801] [CFG   ] Config reload requested by node 1
        pve2 12:05:10.9 corosync[802] [CFG   ] Config reload requested by node 1
    """)
    apart = clock_of(case, "pve2").offset - clock_of(case, "pve1").offset
    assert apart == timedelta(seconds=10)


@pytest.mark.parametrize("seconds", [5, 90, 3600])
def test_a_step_forward_splits_a_log(
    rebuilt: Rebuilt,
    lines: Lines,
    healthy: str,
    cut_off: str,
    back: str,
    moment: Moment,
    seconds: int,
) -> None:
    """pve3 is behind until chrony sets its clock at 12:11:30, between two rings."""
    told = moved(
        lines(healthy + cut_off + back), "pve3", timedelta(seconds=-seconds), moment("12:11:30")
    )
    step = lines(STEPPED.format(node="pve3", clock="12:11:30.0", seconds=float(seconds)))
    case = rebuilt([*told, *step])
    for ring in ("1.5", "1.9", "1.d"):
        assert spread(ring_times(case, ring)) < timedelta(seconds=1), ring


def test_a_stretch_without_anchors_is_bridged_by_the_step(
    rebuilt: Rebuilt, lines: Lines, healthy: str, cut_off: str, back: str, moment: Moment
) -> None:
    """Of pve3's log before the step no ring is left; the size of the step places it."""
    told = [
        line
        for line in lines(healthy + cut_off + back)
        if line.node != "pve3" or line.at > moment("12:11:00") or "membership" not in line.text
    ]
    told = moved(told, "pve3", timedelta(seconds=-90), moment("12:11:30"))
    step = lines(STEPPED.format(node="pve3", clock="12:11:30.0", seconds=90.0))
    case = rebuilt([*told, *step])
    first = next(event for event in case.timeline if event.node == "pve3")
    assert abs(first.at - moment("12:00:00.10")) < timedelta(seconds=0.1)


def test_a_backward_step_of_the_clock_does_not_move_what_other_nodes_wrote(
    rebuilt: Rebuilt, lines: Lines, healthy: str, cut_off: str, back: str, moment: Moment
) -> None:
    told = moved(lines(healthy + cut_off + back), "pve3", timedelta(seconds=5), moment("12:11:30"))
    step = lines(STEPPED.format(node="pve3", clock="12:11:30.0", seconds=-5.0))
    case = rebuilt([*told, *step])
    assert [member.since for member in case.memberships if member.node == "pve1"] == [
        member.since
        for member in rebuilt(healthy + cut_off + back).memberships
        if member.node == "pve1"
    ]
    assert spread(ring_times(case, "1.9")) < timedelta(seconds=1)


def journal(told: Sequence[Line], boot: str, since: datetime, file: str = "") -> list[Line]:
    """The same lines as a JSON journal has them, of a boot that began at `since`."""
    return [
        replace(
            line,
            boot_id=boot,
            monotonic_us=int((line.at - since).total_seconds() * 1e6),
            origin=replace(line.origin, file=file or line.origin.file),
        )
        for line in told
    ]


def test_what_was_written_just_before_a_step_backward_is_put_before_it(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    """The battery clock was an hour ahead; chrony sets it 20 s after the start."""
    told = lines("""
        pve2 12:00:00 pmxcfs[702] [status] notice: received log
        pve2 13:05:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve2 13:05:12 corosync[1802] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        pve2 12:05:20 chronyd[33] System clock was stepped by -3600.000000 seconds
        pve2 12:05:25 corosync[1802] [TOTEM ] A new membership (1.d) was formed. Members joined: 1
        pve1 12:05:25 corosync[801] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
        pve2 13:30:00 pmxcfs[1702] [status] notice: received log
    """)
    case = rebuilt(told)
    first, second = case.boots_of("pve2")
    assert (f"{first.last_heard:%H:%M:%S}", f"{second.first_heard:%H:%M:%S}") == (
        "12:00:00",
        "12:05:00",
    )


def test_in_another_file_the_times_that_fall_back_show_where_the_step_was(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    """chrony's own line stands in a file of its own."""
    told = lines("""
        pve2 12:00:00 pmxcfs[702] [status] notice: received log
        pve2 13:05:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve2 13:05:12 corosync[1802] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        pve2 12:05:22 pmxcfs[1702] [status] notice: node lost quorum
        pve2 12:05:25 corosync[1802] [TOTEM ] A new membership (1.d) was formed. Members joined: 1
        pve1 12:05:25 corosync[801] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
    """)
    (step,) = lines(STEPPED.format(node="pve2", clock="12:05:20", seconds=-3600.0))
    step = replace(step, origin=replace(step.origin, file="pve2-chrony.log"))
    for order in ([*told, step], [step, *told]):
        case = rebuilt(order)
        assert [f"{boot.first_heard:%H:%M:%S}" for boot in case.boots_of("pve2")] == [
            "12:00:00",
            "12:05:00",
        ]


def test_a_battery_clock_that_is_wrong_at_every_start_is_set_right_in_each(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    """An hour behind at both starts, so the second one is written among lines of the first."""
    told = lines("""
        pve2 11:00:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve2 11:00:12 corosync[802] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        pve2 12:00:20 chronyd[33] System clock was stepped by 3600.000000 seconds
        pve2 12:00:25 corosync[802] [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        pve1 12:00:25 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        pve2 12:40:00 pmxcfs[702] [status] notice: received log
        pve2 11:42:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve2 11:42:12 corosync[1802] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        pve2 12:42:20 chronyd[34] System clock was stepped by 3600.000000 seconds
        pve2 12:50:00 pmxcfs[1702] [status] notice: received log
    """)
    case = rebuilt(told)
    assert [
        (f"{boot.first_heard:%H:%M:%S}", f"{boot.last_heard:%H:%M:%S}")
        for boot in case.boots_of("pve2")
    ] == [("12:00:00", "12:40:00"), ("12:42:00", "12:50:00")]


def test_a_step_that_the_journal_shows_as_well_counts_once(
    rebuilt: Rebuilt, lines: Lines, moment: Moment
) -> None:
    """No ring is left of the time before it: the size of the step alone places it."""
    before = journal(
        lines("pve2 11:30:00 pmxcfs[702] [status] notice: received log"),
        "a" * 32,
        moment("11:00:00"),
    )
    after = journal(
        lines("""
            pve2 13:00:01 pmxcfs[702] [status] notice: received log
            pve2 13:00:02 chronyd[33] System clock was stepped by 3600.000000 seconds
            pve2 13:00:30 corosync[802] [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        """),
        "a" * 32,
        moment("12:00:00"),
    )
    other = lines(
        "pve1 13:00:30 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2"
    )
    case = rebuilt([*before, *after, *other])
    assert f"{case.boots_of('pve2')[0].first_heard:%H:%M:%S}" == "12:30:00"


def test_without_any_anchor_a_clock_is_right_after_it_was_set(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    case = rebuilt(
        lines("""
        pve2 13:05:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve2 12:05:20 chronyd[33] System clock was stepped by -3600.000000 seconds
        pve2 12:05:25 pmxcfs[1702] [status] notice: received log
    """)
    )
    (boot,) = case.boots
    assert (f"{boot.first_heard:%H:%M:%S}", f"{boot.last_heard:%H:%M:%S}") == (
        "12:05:00",
        "12:05:25",
    )
