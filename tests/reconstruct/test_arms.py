from collections.abc import Callable
from itertools import groupby

from fencepost.model.case import Case

Rebuilt = Callable[..., Case]


def spans(case: Case, by: str = "lrm") -> list[tuple[str, str | None]]:
    """From when to when the watchdog of pve1 was held."""
    return [
        (f"{span.since:%H:%M}", f"{span.until:%H:%M}" if span.until else None)
        for span in case.armed
        if span.node == "pve1" and span.by == by
    ]


def test_an_lrm_that_says_nothing_of_its_watchdog_is_idle(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pve-ha-lrm[911] status change startup => wait_for_agent_lock
        pve1 12:30:00 pmxcfs[701] [status] notice: received log
    """)
    assert spans(case) == []


def test_from_active_to_closed_the_lrm_holds_the_watchdog(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 pve-ha-lrm[911] watchdog active
        pve1 12:10:00 pve-ha-lrm[911] status change wait_for_agent_lock => active
        pve1 12:20:00 pve-ha-lrm[911] watchdog closed (disabled)
        pve1 12:30:00 pve-ha-lrm[911] watchdog active
        pve1 12:40:00 pmxcfs[701] [status] notice: received log
    """)
    assert spans(case) == [("12:10", "12:20"), ("12:30", None)]


def test_a_lost_lock_arms_a_log_that_starts_in_the_middle_from_its_beginning(
    rebuilt: Rebuilt,
) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 pve-ha-lrm[911] lost lock 'ha_agent_pve1_lock - cfs lock update failed - Device or resource busy
    """)
    assert spans(case) == [("12:00", None)]


def test_leaving_the_active_state_arms_a_log_from_its_beginning(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 pve-ha-lrm[911] status change active => lost_agent_lock
    """)
    assert spans(case) == [("12:00", None)]


def test_closing_the_watchdog_shows_that_it_was_held_until_then(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 pve-ha-lrm[911] watchdog closed (disabled)
        pve1 12:40:00 pmxcfs[701] [status] notice: received log
    """)
    assert spans(case) == [("12:00", "12:10")]


def test_a_client_that_comes_near_expiry_was_held_whatever_its_daemon_said(
    rebuilt: Rebuilt,
) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 watchdog-mux[601] client (PID 911) watchdog is about to expire
    """)
    assert spans(case) == [("12:00", None)]


def test_a_boot_disarms(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pve-ha-lrm[911] status change wait_for_agent_lock => active
        pve1 12:10:00 journalctl -- Reboot --
        pve1 12:10:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve1 12:40:00 pmxcfs[701] [status] notice: received log
    """)
    assert spans(case) == [("12:00", "12:10")]


def test_an_lrm_in_maintenance_holds_the_watchdog(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 pve-ha-lrm[911] status change active => maintenance
        pve1 12:40:00 pmxcfs[701] [status] notice: received log
    """)
    assert spans(case) == [("12:00", None)]


def test_the_crm_holds_the_watchdog_while_it_is_master(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: received log
        pve1 12:10:00 pve-ha-crm[901] status change slave => master
        pve1 12:20:00 pve-ha-crm[901] lost lock 'ha_manager_lock - cfs lock update failed - Device or resource busy
        pve1 12:20:05 pve-ha-crm[901] status change master => lost_manager_lock
        pve1 12:20:05 pve-ha-crm[901] watchdog closed (disabled)
        pve1 12:40:00 pmxcfs[701] [status] notice: received log
    """)
    assert spans(case, "crm") == [("12:10", "12:20")]
    assert spans(case, "lrm") == []


def test_the_cluster_of_the_stories_is_armed_on_two_nodes(rebuilt: Rebuilt, healthy: str) -> None:
    held = sorted((span.node, span.by) for span in rebuilt(healthy).armed)
    assert {node: [by for _, by in group] for node, group in groupby(held, key=lambda h: h[0])} == {
        "pve1": ["crm", "lrm"],
        "pve2": ["lrm"],
    }
