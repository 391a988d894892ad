from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from fencepost.model.case import Boot, Case
from fencepost.model.line import Line

Rebuilt = Callable[..., Case]
Lines = Callable[[str], list[Line]]
Moment = Callable[..., datetime]

FIRST, SECOND = "c5bf7afd97614bcc923b2ceb15f2e16a", "0f41d7e5a9b04c5c8e2f6a7b1c3d4e5f"
KERNEL = "kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP"


def lives(case: Case, node: str = "pve1") -> list[tuple[str, str]]:
    """First and last line of each boot."""
    return [(f"{b.first_heard:%H:%M:%S}", f"{b.last_heard:%H:%M:%S}") for b in case.boots_of(node)]


def only(case: Case) -> Boot:
    (boot,) = case.boots
    return boot


def test_a_log_without_a_start_is_one_boot_that_began_before_it(rebuilt: Rebuilt) -> None:
    boot = only(
        rebuilt("""
            pve1 12:00:00 pmxcfs[701] [status] notice: received log
            pve1 12:30:00 pmxcfs[701] [status] notice: received log
        """)
    )
    assert boot.began is None
    assert boot.ended is None


def test_a_log_that_opens_with_the_kernel_began_there(rebuilt: Rebuilt, moment: Moment) -> None:
    boot = only(
        rebuilt(f"""
            pve1 12:00:00 {KERNEL}
            pve1 12:30:00 pmxcfs[701] [status] notice: received log
        """)
    )
    assert boot.began == moment("12:00:00")


def test_a_separator_and_the_kernels_first_line_are_one_start(
    rebuilt: Rebuilt, moment: Moment
) -> None:
    case = rebuilt(f"""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 journalctl -- Boot {FIRST} --
        pve1 12:05:40 {KERNEL}
        pve1 12:06:20 pmxcfs[1701] [status] notice: received log
    """)
    assert lives(case) == [("12:00:00", "12:00:00"), ("12:05:00", "12:06:20")]
    assert case.boots[0].back_at == moment("12:05:00")
    assert case.boots[1].began == moment("12:05:00")
    assert case.boots[1].boot_id == FIRST


def test_the_old_separator_without_an_id_is_a_start_as_well(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 journalctl -- Reboot --
        pve1 12:05:00 systemd[1] Reached target multi-user.target - Multi-User System.
    """)
    assert len(case.boots) == 2


def test_two_quick_reboots_are_two(rebuilt: Rebuilt) -> None:
    case = rebuilt(f"""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 journalctl -- Boot {FIRST} --
        pve1 12:05:00 {KERNEL}
        pve1 12:05:30 pmxcfs[1701] [status] notice: received log
        pve1 12:06:00 journalctl -- Boot {SECOND} --
        pve1 12:06:00 {KERNEL}
        pve1 12:06:30 pmxcfs[2701] [status] notice: received log
    """)
    assert lives(case) == [
        ("12:00:00", "12:00:00"),
        ("12:05:00", "12:05:30"),
        ("12:06:00", "12:06:30"),
    ]


def test_two_kernels_are_two_boots_without_any_separator(rebuilt: Rebuilt) -> None:
    case = rebuilt(f"""
        pve1 12:05:00 {KERNEL}
        pve1 12:06:00 {KERNEL}
    """)
    assert len(case.boots) == 2


def test_in_a_log_filtered_by_unit_each_start_of_the_multiplexer_is_a_boot(
    rebuilt: Rebuilt,
) -> None:
    case = rebuilt("""
        pve1 12:00:00 watchdog-mux[601] Watchdog driver 'Software Watchdog', version 0
        pve1 12:09:00 watchdog-mux[601] client (PID 911) watchdog expired - disable watchdog updates
        pve1 12:10:40 watchdog-mux[599] Watchdog driver 'Software Watchdog', version 0
    """)
    assert lives(case) == [("12:00:00", "12:09:00"), ("12:10:40", "12:10:40")]


def test_a_multiplexer_that_was_restarted_is_no_boot(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 watchdog-mux[601] Watchdog driver 'Software Watchdog', version 0
        pve1 12:09:00 watchdog-mux[601] got terminate request
        pve1 12:09:00 watchdog-mux[601] clean exit
        pve1 12:09:01 watchdog-mux[4601] Watchdog driver 'Software Watchdog', version 0
    """)
    assert len(case.boots) == 1


def test_the_multiplexers_starts_do_not_count_beside_the_kernels(rebuilt: Rebuilt) -> None:
    case = rebuilt(f"""
        pve1 12:00:00 {KERNEL}
        pve1 12:00:20 watchdog-mux[601] Watchdog driver 'Software Watchdog', version 0
        pve1 12:30:00 watchdog-mux[4601] Watchdog driver 'Software Watchdog', version 0
    """)
    assert len(case.boots) == 1


def journal(lines: list[Line], ages: list[tuple[str, int]]) -> list[Line]:
    """The same lines as a JSON journal has them: boot id, and seconds since that boot."""
    return [
        replace(line, boot_id=boot, monotonic_us=age * 1_000_000)
        for line, (boot, age) in zip(lines, ages, strict=True)
    ]


def test_the_boot_ids_of_a_json_journal_tell_boots_apart(
    rebuilt: Rebuilt, lines: Lines, moment: Moment
) -> None:
    told = lines("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:01:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 pmxcfs[1701] [status] notice: received log
        pve1 12:06:00 pmxcfs[1701] [status] notice: received log
    """)
    case = rebuilt(journal(told, [(FIRST, 7200), (FIRST, 7260), (SECOND, 25), (SECOND, 85)]))
    assert lives(case) == [("12:00:00", "12:01:00"), ("12:05:00", "12:06:00")]
    assert [boot.boot_id for boot in case.boots] == [FIRST, SECOND]
    assert [boot.began for boot in case.boots] == [None, moment("12:05:00")]


def test_two_files_of_the_same_boots_show_no_other_boots(rebuilt: Rebuilt, lines: Lines) -> None:
    """One file holds corosync alone, whose first line comes minutes after the start."""
    whole = lines("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 pmxcfs[1701] [status] notice: received log
        pve1 12:20:00 pmxcfs[1701] [status] notice: received log
    """)
    part = lines("""
        pve1 12:01:00 corosync[801] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        pve1 12:15:00 corosync[1801] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
    """)
    part = [replace(line, origin=replace(line.origin, file="corosync.json")) for line in part]
    whole = journal(whole, [(FIRST, 7200), (SECOND, 25), (SECOND, 925)])
    part = journal(part, [(FIRST, 7260), (SECOND, 625)])
    for told in ([*whole, *part], [*part, *whole]):
        assert lives(rebuilt(told)) == [("12:00:00", "12:01:00"), ("12:05:00", "12:20:00")]


def test_a_journal_of_one_unit_shows_when_the_boot_began(rebuilt: Rebuilt, lines: Lines) -> None:
    """The kernel's line is in a text log, the boot's id in JSON, four minutes later."""
    text = lines(f"""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 {KERNEL}
        pve1 12:08:00 pmxcfs[1701] [status] notice: received log
    """)
    unit = lines("pve1 12:09:00 corosync[1801] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up")
    unit = [replace(line, origin=replace(line.origin, file="corosync.json")) for line in unit]
    case = rebuilt([*text, *journal(unit, [(SECOND, 242)])])
    assert lives(case) == [("12:00:00", "12:00:00"), ("12:05:00", "12:09:00")]
    assert case.boots[1].boot_id == SECOND


def test_a_copy_with_whole_seconds_is_no_boot_before_the_journals_first_line(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    told = lines("""
        pve1 12:05:00.7 corosync[801] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        pve1 12:06:00.2 pmxcfs[701] [status] notice: received log
    """)
    copy = [
        replace(line, at=line.at.replace(microsecond=0), origin=replace(line.origin, file="syslog"))
        for line in told
    ]
    for ages in ((0, 60), (25, 85), (90_000, 90_060)):
        rich = journal(told, [(FIRST, age) for age in ages])
        for order in ([*rich, *copy], [*copy, *rich]):
            assert len(rebuilt(order).boots) == 1, ages


def test_a_journal_that_was_rotated_shows_no_boot_between_its_files(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    """The newer file is read first."""
    told = lines("""
        pve1 12:00:00.2 pmxcfs[701] [status] notice: received log
        pve1 12:30:00.2 pmxcfs[701] [status] notice: received log
    """)
    older, newer = journal(told, [(FIRST, 300), (FIRST, 2100)])
    older = replace(older, origin=replace(older.origin, file="node.log.1"))
    assert len(rebuilt([newer, older]).boots) == 1


def test_a_separator_in_a_filtered_log_is_no_boot_of_its_own(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    """The unit said nothing for ten minutes after the start."""
    whole = lines(f"""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 {KERNEL}
        pve1 12:20:00 pmxcfs[1701] [status] notice: received log
    """)
    unit = lines("""
        pve1 12:01:00 pve-ha-crm[901] status change slave => wait_for_quorum
        pve1 12:15:00 journalctl -- Reboot --
        pve1 12:15:00 pve-ha-crm[1901] status change wait_for_quorum => slave
    """)
    unit = [replace(line, origin=replace(line.origin, file="ha.log")) for line in unit]
    assert lives(rebuilt([*whole, *unit])) == [
        ("12:00:00", "12:01:00"),
        ("12:05:00", "12:20:00"),
    ]


def test_the_boot_id_is_kept_when_the_kernels_line_comes_first(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    text = lines(f"""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:05:00 {KERNEL}
        pve1 12:06:20 pmxcfs[1701] [status] notice: received log
    """)
    other = lines(f"pve1 12:05:02 journalctl -- Boot {SECOND} --")
    other = [replace(line, origin=replace(line.origin, file="ha.log")) for line in other]
    case = rebuilt([*text, *other])
    assert [boot.boot_id for boot in case.boots] == [None, SECOND]


def test_a_kernels_line_before_a_separator_is_of_another_boot(rebuilt: Rebuilt) -> None:
    """Two minutes lie between the two starts, and lines after the separator know their boot."""
    case = rebuilt(f"""
        pve1 12:00:00 {KERNEL}
        pve1 12:01:00 pmxcfs[701] [status] notice: received log
        pve1 12:02:05 journalctl -- Boot {SECOND} --
        pve1 12:02:30 pmxcfs[1701] [status] notice: received log
    """)
    assert lives(case) == [("12:00:00", "12:01:00"), ("12:02:05", "12:02:30")]


def test_the_kernels_line_in_two_files_a_second_apart_is_one_start(
    rebuilt: Rebuilt, lines: Lines
) -> None:
    told = lines(f"""
        pve1 12:05:00.9 {KERNEL}
        pve1 12:06:20 pmxcfs[1701] [status] notice: received log
    """)
    other = lines(f"pve1 12:05:01 {KERNEL}")
    other = [replace(line, origin=replace(line.origin, file="kern.log")) for line in other]
    assert len(rebuilt([*told, *other]).boots) == 1


def test_boots_of_different_nodes_are_kept_apart(rebuilt: Rebuilt) -> None:
    case = rebuilt(f"""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve2 12:05:00 {KERNEL}
        pve1 12:10:00 pmxcfs[701] [status] notice: received log
    """)
    assert lives(case) == [("12:00:00", "12:10:00")]
