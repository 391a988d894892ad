from collections.abc import Callable
from datetime import datetime

from fencepost.model.case import Case
from fencepost.model.document import BootList, ListedBoot
from fencepost.model.line import Assumption, Gap, Line, Origin
from fencepost.reconstruct.build import reconstruct

Rebuilt = Callable[..., Case]
Lines = Callable[[str], list[Line]]


def test_nothing_read_is_an_empty_case() -> None:
    case = reconstruct([])
    assert (case.began, case.ended, case.boots, case.incidents) == (None, None, (), ())


def test_the_window_is_what_the_lines_cover(
    rebuilt: Rebuilt, healthy: str, moment: Callable[[str], object]
) -> None:
    case = rebuilt(healthy + "pve3 12:30:00 cron[1] (root) CMD (true)\n")
    assert (case.began, case.ended) == (moment("12:00:00.10"), moment("12:30:00"))
    assert list(case.heard) == ["pve1", "pve2", "pve3"]


def test_gaps_and_assumptions_of_the_readers_are_kept() -> None:
    gap, assumed = Gap("torn", node="pve1", file="a.gz"), Assumption("year 2025")
    case = reconstruct([gap, assumed])
    assert case.gaps == (gap,)
    assert case.assumed == ("year 2025",)


def test_a_log_that_begins_late_or_ends_early_is_a_gap(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 corosync[801] [QUORUM] Sync members[2]: 1 2
        pve1 18:00:00 cron[1] (root) CMD (true)
        pve2 14:00:00 corosync[802] [QUORUM] Sync members[2]: 1 2
        pve2 15:00:00 cron[1] (root) CMD (true)
    """)
    assert [(gap.node, gap.says) for gap in case.gaps] == [
        ("pve2", "nothing of pve2 before 2025-11-08 14:00"),
        ("pve2", "nothing of pve2 after 2025-11-08 15:00"),
    ]


def test_logs_that_cover_the_same_hours_leave_no_gap(rebuilt: Rebuilt, healthy: str) -> None:
    assert rebuilt(healthy).gaps == ()


def test_what_lies_before_the_time_asked_for_still_counts_as_known(
    lines: Lines, healthy: str, cut_off: str, reset: str, back: str, moment: Callable[[str], object]
) -> None:
    """The watchdog was opened at 12:00; the incident at 12:10 needs it."""
    story = lines(healthy + cut_off + reset + back)
    case = reconstruct(story, since=moment("12:05:00"))  # type: ignore[arg-type]
    (incident,) = case.incidents
    assert incident.armed == ("pve1", "pve2")
    assert case.began == moment("12:05:00")


def test_hostile_lines_are_read_like_any_others(rebuilt: Rebuilt) -> None:
    """Numbers without end, names that are none, escapes: nothing of it stops the walk."""
    case = rebuilt(f"""
        pve1 12:00:00 corosync[801] [KNET  ] link: host: {"9" * 5000} link: 0 is down
        pve1 12:00:01 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2 left: 2 2 2
        pve1 12:00:02 pve-ha-crm[901] node '../../etc': state changed from 'online' => 'unknown'
        pve1 12:00:03 chronyd[33] System clock was stepped by -99999999999999.9 seconds
        pve1 12:00:04 corosync[801] [QUORUM] Members[0]:
    """)
    assert case.heard["pve1"]


def test_a_listed_boot_without_a_line_is_a_gap(
    rebuilt: Callable[..., Case], healthy: str, moment: Callable[[str], datetime]
) -> None:
    origin = Origin("pve2/boots.txt", 2)
    lost = ListedBoot(-1, "a" * 32, moment("03:00:00"), moment("04:30:00"), origin)
    read = ListedBoot(0, "b" * 32, moment("11:00:00"), moment("13:00:00"), origin)
    case = rebuilt(healthy, BootList(origin=origin, node="pve2", boots=(lost, read)))
    listed = [gap.says for gap in case.gaps if "boot" in gap.says]
    assert listed == ["no log of the boot from 2025-11-08 03:00 to 2025-11-08 04:30"]
