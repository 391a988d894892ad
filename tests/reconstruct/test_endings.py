"""The decision table: how a boot ended, and how sure that is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fencepost.events.kernel_boot import WatchdogNotStopped
from fencepost.events.totem import MembershipFormed
from fencepost.events.watchdog_mux import ClientExpired
from fencepost.model.case import Boot, Case, Confidence, Ending, Evidence
from fencepost.model.document import ChassisStatus, PstoreDump, Sel, SelEntry, Wtmp, WtmpEntry
from fencepost.model.line import Line, Origin

Rebuilt = Callable[..., Case]
Lines = Callable[[str], list[Line]]
Moment = Callable[..., datetime]

KERNEL = "Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP"

ASKED = """
pve2 12:20:00 systemd-logind[500] The system will reboot now!
pve2 12:20:00 systemd-logind[500] System is rebooting.
pve2 12:20:01 pve-ha-lrm[912] got shutdown request with shutdown policy 'conditional'
"""
STOPPING = """
pve2 12:20:04 pve-ha-lrm[912] watchdog closed (disabled)
pve2 12:20:04 pve-ha-lrm[912] server stopped
pve2 12:20:08 corosync[802] [MAIN  ] Node was shut down by a signal
pve2 12:20:08 corosync[802] [MAIN  ] Corosync Cluster Engine exiting normally
pve2 12:20:10 watchdog-mux[602] got terminate request
pve2 12:20:10 watchdog-mux[602] clean exit
pve2 12:20:11 kernel watchdog: watchdog0: watchdog did not stop!
"""
FINAL = """
pve2 12:20:12 systemd[1] Reached target shutdown.target - System Shutdown.
pve2 12:20:12 systemd[1] Shutting down.
pve2 12:20:12 systemd-journald[400] Journal stopped
"""


def boots(node: str, clock: str) -> str:
    """The first lines of the node's next boot."""
    return f"""
{node} {clock} journalctl -- Reboot --
{node} {clock} kernel {KERNEL}
"""


def heard(node: str, clock: str) -> str:
    """A line that says nothing but that the node is alive."""
    return f"\n{node} {clock} pmxcfs[70{node[-1]}] [status] notice: received log\n"


def rest(clock: str) -> str:
    """The other nodes go on until then."""
    return heard("pve1", clock) + heard("pve3", clock)


def lost(node: str, clock: str, ring: str = "1.21") -> str:
    """The two other nodes lose one, at the full minute of `clock`."""
    number = int(node[-1])
    others = [n for n in (1, 2, 3) if n != number]
    left = " ".join(map(str, others))
    return "".join(
        f"""
pve{other} {clock}:02 corosync[80{other}] [KNET  ] link: host: {number} link: 0 is down
pve{other} {clock}:09 corosync[80{other}] [QUORUM] Sync members[2]: {left}
pve{other} {clock}:09 corosync[80{other}] [TOTEM ] A new membership ({ring}) was formed. Members left: {number}
pve{other} {clock}:09 corosync[80{other}] [TOTEM ] Failed to receive the leave message. failed: {number}
"""
        for other in others
    )


def first(case: Case, node: str = "pve2") -> Boot:
    """How the node's first boot ended."""
    return case.boots_of(node)[0]


# --- still running ---------------------------------------------------------------------------


def test_a_healthy_cluster_has_no_end_of_a_boot(rebuilt: Rebuilt, healthy: str) -> None:
    assert [boot.ending for boot in rebuilt(healthy).boots] == [None, None, None]


def test_a_log_that_was_collected_earlier_has_no_end(rebuilt: Rebuilt, healthy: str) -> None:
    """The others go on for an hour, and none of them lost pve2."""
    boot = first(rebuilt(healthy + heard("pve2", "12:20:00") + rest("13:20:00")))
    assert (boot.ended, boot.ending) == (None, None)


def test_a_log_collected_during_a_cut_from_which_the_node_came_back_has_no_end(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    came_back = """
pve1 12:10:42 corosync[801] [QUORUM] Sync members[3]: 1 2 3
pve1 12:10:42 corosync[801] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
"""
    boot = first(rebuilt(healthy + cut_off + came_back + rest("12:30:00")))
    assert (boot.ended, boot.ending) == (None, None)


def test_an_ongoing_cut_is_no_end(rebuilt: Rebuilt, healthy: str, cut_off: str) -> None:
    """All logs were collected before the reset was due, pve2's some seconds before the others."""
    boot = first(rebuilt(healthy + cut_off + heard("pve2", "12:10:25") + rest("12:10:55")))
    assert (boot.ended, boot.ending) == (None, None)


def test_a_warning_that_is_not_due_yet_is_no_end(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    warning = "\n" + reset.strip().split("\n")[0] + "\n"
    told = healthy + cut_off + warning.replace("12:10:54", "12:10:30")
    assert first(rebuilt(told + rest("12:10:52"))).ending is None
    assert first(rebuilt(told + rest("12:10:58"))).ending is Ending.SELF_FENCE


def test_a_cut_that_lasted_until_the_reset_was_due_is_an_end(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    boot = first(rebuilt(healthy + cut_off + heard("pve2", "12:10:25") + rest("12:12:00")))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.LIKELY)


def test_an_idle_node_that_talked_on_after_it_was_dropped_has_no_end(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    """It is cut off, and its log was merely collected earlier than the others'."""
    idle = "\n".join(line for line in healthy.split("\n") if "pve-ha-lrm" not in line)
    cut = "\n".join(line for line in cut_off.split("\n") if "pve-ha-lrm" not in line)
    boot = first(rebuilt(idle + cut + heard("pve2", "12:10:40") + rest("12:15:00")))
    assert (boot.ended, boot.ending) == (None, None)


def test_a_peer_that_was_cut_off_itself_says_nothing_of_the_others(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    """pve2 alone lost pve1, whose log ends then; pve3 kept it in its ring."""
    late = "\n".join(
        line.replace(" 12:10:08.7", " 12:10:09.5") if line.startswith("pve2") else line
        for line in cut_off.split("\n")
        if not line.startswith("pve1 12:10:20")
    )
    boot = first(rebuilt(healthy + late + heard("pve3", "12:10:58")), "pve1")
    assert (boot.ended, boot.ending) == (None, None)


# --- asked for -------------------------------------------------------------------------------


def test_an_orderly_reboot_was_asked_for(rebuilt: Rebuilt, healthy: str, moment: Moment) -> None:
    boot = first(rebuilt(healthy + ASKED + STOPPING + FINAL + boots("pve2", "12:22:00")))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.CERTAIN)
    assert boot.ended == moment("12:20:12")
    assert boot.back_at == moment("12:22:00")
    assert boot.because
    assert not boot.despite


def test_an_orderly_shutdown_needs_no_boot_after_it(rebuilt: Rebuilt, healthy: str) -> None:
    boot = first(rebuilt(healthy + ASKED + STOPPING + FINAL + rest("12:40:00")))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.CERTAIN)


def test_the_kernels_last_complaint_at_a_shutdown_is_no_fence(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """`watchdog did not stop!` stands at the end of nearly every ordinary shutdown."""
    complaint = "\npve2 12:20:13 kernel watchdog: watchdog0: watchdog did not stop!\n"
    story = healthy + ASKED + STOPPING + FINAL + complaint + boots("pve2", "12:22:00")
    assert first(rebuilt(story)).ending is Ending.ASKED_FOR


def test_a_shutdown_whose_last_lines_are_lost_is_likely(rebuilt: Rebuilt, healthy: str) -> None:
    boot = first(rebuilt(healthy + ASKED + boots("pve2", "12:22:00")))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.LIKELY)


def test_in_a_log_filtered_by_unit_clean_exits_tell_of_a_shutdown(
    rebuilt: Rebuilt, healthy: str
) -> None:
    boot = first(rebuilt(healthy + STOPPING + boots("pve2", "12:22:00")))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.LIKELY)


def test_a_shutdown_that_a_starved_watchdog_overtook_is_a_fence_with_doubts(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    asked = "\npve2 12:10:30 systemd-logind[500] The system will reboot now!\n"
    boot = first(rebuilt(healthy + cut_off + asked + reset + boots("pve2", "12:13:00")))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.LIKELY)
    assert boot.despite


def test_shutdown_lines_with_more_of_the_log_after_them_end_nothing(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """Separators are missing: the shutdown was an earlier boot's, and this one still runs."""
    boot = first(rebuilt(healthy + ASKED + STOPPING + FINAL + heard("pve2", "12:30:00")))
    assert (boot.ended, boot.ending) == (None, None)


def test_the_shutdown_of_the_boot_before_does_not_explain_the_next_end(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    """An orderly reboot, and ten minutes later the node fences itself."""
    early = (ASKED + STOPPING + FINAL + boots("pve2", "12:20:40")).replace(" 12:20", " 12:01")
    again = """
pve2 12:01:58 pve-ha-lrm[912] watchdog active
pve2 12:01:58 pve-ha-lrm[912] status change wait_for_agent_lock => active
"""
    case = rebuilt(healthy + early + again + cut_off + reset + boots("pve2", "12:13:00"))
    assert [boot.ending for boot in case.boots_of("pve2")] == [
        Ending.ASKED_FOR,
        Ending.SELF_FENCE,
        None,
    ]


def test_shutdown_lines_that_spill_into_the_next_boot_do_not_end_it(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """The battery clock was some seconds behind, so the two boots' lines overlap."""
    spilled = FINAL.replace("12:20:12", "12:20:30")
    story = (
        healthy + ASKED + STOPPING + boots("pve2", "12:20:28") + spilled + heard("pve2", "12:40:00")
    )
    case = rebuilt(story)
    assert [boot.ending for boot in case.boots_of("pve2")] == [Ending.ASKED_FOR, None]


def test_a_shutdown_that_was_over_does_not_explain_a_crash_soon_after(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """The boot between is not marked, and the node lived on for ten minutes."""
    story = healthy + ASKED + STOPPING + FINAL + heard("pve2", "12:30:00")
    assert first(rebuilt(story + boots("pve2", "12:32:00"))).ending is Ending.UNKNOWN


def test_a_stop_before_the_daemons_started_again_was_another_one(
    rebuilt: Rebuilt, healthy: str
) -> None:
    again = """
pve2 12:22:30 corosync[1802] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
pve2 12:23:30 pve-ha-lrm[1912] watchdog active
"""
    story = healthy + ASKED + again + heard("pve2", "12:25:00") + boots("pve2", "12:27:00")
    assert first(rebuilt(story)).ending is Ending.UNKNOWN


def test_a_power_key_that_did_nothing_does_not_explain_a_crash_minutes_later(
    rebuilt: Rebuilt, healthy: str
) -> None:
    key = "\npve2 12:20:00 systemd-logind[500] Power key pressed short.\n"
    ignored = healthy + key + heard("pve2", "12:29:00") + boots("pve2", "12:31:00")
    assert first(rebuilt(ignored)).ending is Ending.UNKNOWN
    pressed = healthy + key + heard("pve2", "12:20:20") + boots("pve2", "12:22:00")
    assert first(rebuilt(pressed)).ending is Ending.ASKED_FOR


def test_a_shutdown_that_is_planned_for_later_does_not_explain_a_crash_before(
    rebuilt: Rebuilt, healthy: str
) -> None:
    planned = "\npve2 12:20:00 systemd-logind[500] The system will reboot at Sat 2025-11-08 23:00:00 UTC!\n"
    story = healthy + planned + heard("pve2", "12:21:00") + boots("pve2", "12:23:00")
    assert first(rebuilt(story)).ending is Ending.UNKNOWN


def test_a_stop_that_the_law_overtook_is_a_fence_with_doubts(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    """`reboot` on a node without quorum: its LRM waits, and the last lines are not on disk."""
    asked = ASKED.replace(" 12:20:0", " 12:10:3")
    boot = first(rebuilt(healthy + cut_off + asked + boots("pve2", "12:13:00")))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.LIKELY)
    assert boot.despite


def test_newer_systemd_names_who_asked(rebuilt: Rebuilt, healthy: str) -> None:
    asked = "\npve2 12:20:00 systemd-logind[500] reboot requested from client PID 9682 ('reboot') (unit session-3.scope)...\n"
    boot = first(rebuilt(healthy + asked + boots("pve2", "12:22:00")))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.LIKELY)


def test_an_orderly_reboot_right_after_a_near_miss_was_asked_for(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    warning = reset.strip().split("\n")[0]
    fed = """
pve2 12:10:56.00 pmxcfs[702] [status] notice: node has quorum
pve2 12:10:57.00 watchdog-mux[602] client (PID 912) watchdog was updated before expiring
pve2 12:10:57.00 pve-ha-lrm[912] status change lost_agent_lock => active
"""
    stop = (ASKED + STOPPING + FINAL).replace(" 12:20:", " 12:11:")
    story = healthy + cut_off + "\n" + warning + fed + stop + boots("pve2", "12:13:00")
    boot = first(rebuilt(story))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.CERTAIN)


# --- self-fence ------------------------------------------------------------------------------


def test_an_expired_client_is_a_fence_for_certain(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str, moment: Moment
) -> None:
    boot = first(rebuilt(healthy + cut_off + reset + back))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.CERTAIN)
    assert any(isinstance(proof, ClientExpired) for proof in boot.because)
    assert boot.ended is not None
    assert abs(boot.ended - moment("12:11:15.3")) <= boot.uncertain


def test_the_reset_is_certain_even_when_the_node_never_comes_back(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    boot = first(rebuilt(healthy + cut_off + reset + rest("12:30:00")))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.CERTAIN)
    assert boot.back_at is None


def test_a_client_near_expiry_at_the_very_end_is_a_fence(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str, moment: Moment
) -> None:
    """The journal is flushed at the warning, so this line is often the last on disk."""
    warning = reset.strip().split("\n")[0] + "\n"
    boot = first(rebuilt(healthy + cut_off + "\n" + warning + back))
    assert boot.ending is Ending.SELF_FENCE
    assert boot.ended is not None
    assert abs(boot.ended - moment("12:11:15.3")) <= boot.uncertain


def test_a_client_that_was_fed_in_time_is_no_fence(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    warning = reset.strip().split("\n")[0]
    fed = """
pve2 12:10:57.00 watchdog-mux[602] client (PID 912) watchdog was updated before expiring
pve2 12:10:57.00 pve-ha-lrm[912] status change lost_agent_lock => active
pve2 12:10:56.00 pmxcfs[702] [status] notice: node has quorum
"""
    story = healthy + cut_off + "\n" + warning + fed + heard("pve2", "12:11:10")
    assert first(rebuilt(story + boots("pve2", "12:13:00"))).ending is Ending.UNKNOWN


@pytest.mark.parametrize(
    "words",
    [
        "client (PID 912) did not stop watchdog - disable watchdog updates",
        "client did not stop watchdog - disable watchdog updates",
    ],
)
def test_a_client_that_died_is_followed_by_the_reset(
    rebuilt: Rebuilt, healthy: str, moment: Moment, words: str
) -> None:
    story = healthy + f"\npve2 12:20:00 watchdog-mux[602] {words}\n" + boots("pve2", "12:22:00")
    boot = first(rebuilt(story))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.CERTAIN)
    assert boot.ended is not None
    assert abs(boot.ended - moment("12:20:10.7")) <= boot.uncertain


def test_a_device_let_go_of_at_the_end_is_a_likely_fence_of_an_idle_node_too(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """watchdog-mux was killed: nobody feeds the device, and the kernel says so."""
    story = (
        healthy
        + "\npve3 12:20:00 kernel watchdog: watchdog0: watchdog did not stop!\n"
        + heard("pve3", "12:20:08")
        + boots("pve3", "12:22:00")
    )
    boot = first(rebuilt(story), "pve3")
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.LIKELY)
    assert isinstance(boot.because[0], WatchdogNotStopped)
    assert boot.missing


def test_an_armed_node_whose_tail_is_lost_has_likely_fenced_itself(
    rebuilt: Rebuilt, healthy: str, cut_off: str, back: str, moment: Moment
) -> None:
    """Nothing of the last minute is on disk; the law says what must have followed."""
    boot = first(rebuilt(healthy + cut_off + back))
    assert (boot.ending, boot.confidence) == (Ending.SELF_FENCE, Confidence.LIKELY)
    assert boot.ended is not None
    assert moment("12:10:55") <= boot.ended <= moment("12:11:25")
    assert any("never written" in what for what in boot.missing)


def test_a_lost_lock_alone_shows_that_the_node_was_armed(
    rebuilt: Rebuilt, cut_off: str, back: str
) -> None:
    """The log begins after the watchdog was opened."""
    boot = first(rebuilt(heard("pve2", "12:09:00") + cut_off + back))
    assert boot.ending is Ending.SELF_FENCE


@pytest.mark.parametrize(
    ("what", "more"),
    [
        ("it lived longer than a starved watchdog allows", heard("pve2", "12:12:50")),
        (
            "its watchdog had been closed",
            "\npve2 12:10:30 pve-ha-lrm[912] watchdog closed (disabled)\n"
            + heard("pve2", "12:10:40"),
        ),
        (
            "it had its quorum and its lock again",
            """
pve2 12:10:30 pmxcfs[702] [status] notice: node has quorum
pve2 12:10:33 pve-ha-lrm[912] successfully acquired lock 'ha_agent_pve2_lock'
pve2 12:10:33 pve-ha-lrm[912] status change lost_agent_lock => active
""",
        ),
    ],
)
def test_an_armed_node_is_not_said_to_fence_itself_when(
    rebuilt: Rebuilt, healthy: str, cut_off: str, what: str, more: str
) -> None:
    boot = first(rebuilt(healthy + cut_off + more + boots("pve2", "12:14:00")))
    assert boot.ending is Ending.UNKNOWN, what


def test_a_node_that_boots_before_its_watchdog_was_due_did_not_fence_itself(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    boot = first(rebuilt(healthy + cut_off + boots("pve2", "12:10:35")))
    assert boot.ending is Ending.UNKNOWN


def test_a_watchdog_that_was_closed_on_the_last_line_fences_nobody(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    closed = "\npve2 12:10:40 pve-ha-lrm[912] watchdog closed (disabled)\n"
    boot = first(rebuilt(healthy + cut_off + closed + boots("pve2", "12:14:00")))
    assert boot.ending is Ending.UNKNOWN


# --- panic, hardware, power ------------------------------------------------------------------


def test_a_panic_on_the_last_line_is_certain(
    rebuilt: Rebuilt, healthy: str, moment: Moment
) -> None:
    panic = "\npve2 12:20:00 kernel Kernel panic - not syncing: Fatal exception in interrupt\n"
    boot = first(rebuilt(healthy + panic + boots("pve2", "12:25:00")))
    assert (boot.ending, boot.confidence) == (Ending.KERNEL_PANIC, Confidence.CERTAIN)
    assert boot.ended == moment("12:20:00")


def test_a_panic_of_the_boot_before_does_not_end_the_one_that_runs(
    rebuilt: Rebuilt, healthy: str
) -> None:
    panic = "\npve2 12:20:00 kernel Kernel panic - not syncing: Fatal exception in interrupt\n"
    case = rebuilt(healthy + panic + boots("pve2", "12:21:00") + heard("pve2", "12:22:00"))
    assert [boot.ending for boot in case.boots_of("pve2")] == [Ending.KERNEL_PANIC, None]


def test_a_kernel_that_talks_on_after_a_panic_is_not_said_to_have_ended(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """What a crash kernel replays of the boot before stands in a log that goes on."""
    panic = "\npve2 12:20:00 kernel Kernel panic - not syncing: Fatal exception in interrupt\n"
    assert first(rebuilt(healthy + panic + heard("pve2", "12:22:00"))).ending is None


def test_a_machine_check_of_the_boot_before_does_not_end_the_next(
    rebuilt: Rebuilt, healthy: str
) -> None:
    check = (
        "\npve2 12:20:00 kernel mce: [Hardware Error]: CPU 5: Machine Check: 0 Bank 5: "
        "bea0000000000108\n"
    )
    again = boots("pve2", "12:20:40") + heard("pve2", "12:20:55") + boots("pve2", "12:25:00")
    case = rebuilt(healthy + check + again)
    assert [boot.ending for boot in case.boots_of("pve2")] == [
        Ending.HARDWARE_RESET,
        Ending.UNKNOWN,
        None,
    ]


def test_a_machine_check_at_the_start_of_a_boot_tells_of_the_one_before(
    rebuilt: Rebuilt, healthy: str
) -> None:
    check = (
        "\npve2 12:25:02 kernel mce: [Hardware Error]: CPU 5: Machine Check: 0 Bank 5: "
        "bea0000000000108\n"
    )
    story = healthy + heard("pve2", "12:20:00") + boots("pve2", "12:25:00") + check
    assert first(rebuilt(story)).ending is Ending.HARDWARE_RESET


def test_a_shutdown_for_heat_is_the_hardwares(rebuilt: Rebuilt, healthy: str) -> None:
    heat = "\npve2 12:20:00 kernel thermal thermal_zone0: acpitz: critical temperature reached, shutting down\n"
    boot = first(rebuilt(healthy + heat + STOPPING + FINAL + rest("12:40:00")))
    assert (boot.ending, boot.confidence) == (Ending.HARDWARE_RESET, Confidence.LIKELY)
    assert boot.despite


def test_what_a_later_boot_reports_does_not_speak_of_an_earlier_end(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """A loop of short boots: only the second one ended in a hardware error."""
    bert = "\npve2 12:22:01 kernel BERT: Error records from previous boot:\n"
    story = healthy + heard("pve2", "12:20:00") + boots("pve2", "12:21:00")
    case = rebuilt(story + heard("pve2", "12:21:20") + boots("pve2", "12:22:00") + bert)
    assert [boot.ending for boot in case.boots_of("pve2")] == [
        Ending.UNKNOWN,
        Ending.HARDWARE_RESET,
        None,
    ]


def test_an_oops_before_the_log_stops_is_a_likely_panic(rebuilt: Rebuilt, healthy: str) -> None:
    oops = "\npve2 12:20:00 kernel Oops: 0002 [#1] PREEMPT SMP NOPTI\n"
    boot = first(rebuilt(healthy + oops + boots("pve2", "12:25:00")))
    assert (boot.ending, boot.confidence) == (Ending.KERNEL_PANIC, Confidence.LIKELY)


def test_an_oops_that_the_node_survived_ends_nothing(rebuilt: Rebuilt, healthy: str) -> None:
    oops = "\npve2 12:20:00 kernel Oops: 0002 [#1] PREEMPT SMP NOPTI\n"
    story = healthy + oops + heard("pve2", "12:50:00")
    assert first(rebuilt(story)).ending is None
    assert first(rebuilt(story + boots("pve2", "12:52:00"))).ending is Ending.UNKNOWN


def test_a_dump_in_pstore_is_a_witness_of_a_panic(rebuilt: Rebuilt, healthy: str) -> None:
    dump = PstoreDump(origin=Origin("pve2/dmesg-efi-1", 1), node="pve2", says="Panic#1 Part1")
    case = rebuilt(healthy + heard("pve2", "12:20:00") + boots("pve2", "12:25:00"), dump)
    boot = first(case)
    assert (boot.ending, boot.confidence) == (Ending.KERNEL_PANIC, Confidence.LIKELY)
    assert Evidence("pve2", None, dump.origin) in boot.because


def test_what_the_next_boot_reports_is_a_hardware_reset(rebuilt: Rebuilt, healthy: str) -> None:
    bert = """
pve2 12:25:01 kernel BERT: Error records from previous boot:
pve2 12:25:01 kernel [Hardware Error]: event severity: fatal
"""
    story = healthy + heard("pve2", "12:20:00") + boots("pve2", "12:25:00") + bert
    boot = first(rebuilt(story))
    assert (boot.ending, boot.confidence) == (Ending.HARDWARE_RESET, Confidence.LIKELY)


def test_a_machine_check_right_before_the_end_is_a_hardware_reset(
    rebuilt: Rebuilt, healthy: str
) -> None:
    check = (
        "\npve2 12:20:00 kernel mce: [Hardware Error]: CPU 5: Machine Check: 0 Bank 5: "
        "bea0000000000108\n"
    )
    boot = first(rebuilt(healthy + check + boots("pve2", "12:25:00")))
    assert boot.ending is Ending.HARDWARE_RESET


def test_a_ups_on_battery_is_a_witness_of_power_loss(rebuilt: Rebuilt, healthy: str) -> None:
    battery = "\npve1 12:15:00 upsmon[44] UPS eaton@10.0.0.9 on battery\n"
    story = healthy + battery + heard("pve2", "12:20:00") + boots("pve2", "12:40:00")
    boot = first(rebuilt(story + rest("12:50:00")))
    assert (boot.ending, boot.confidence) == (Ending.POWER_LOSS, Confidence.LIKELY)
    assert boot.because


def test_a_ups_that_is_back_on_mains_is_no_witness_of_power_loss(
    rebuilt: Rebuilt, healthy: str
) -> None:
    story = (
        healthy
        + """
pve1 12:15:00 upsmon[44] UPS eaton@10.0.0.9 on battery
pve1 12:15:20 upsmon[44] UPS eaton@10.0.0.9 on line power
"""
    )
    story += heard("pve2", "12:20:00") + boots("pve2", "12:40:00") + rest("12:50:00")
    assert first(rebuilt(story)).ending is Ending.UNKNOWN
    other = story.replace("eaton@10.0.0.9 on line", "apc@10.0.0.8 on line")
    assert first(rebuilt(other)).ending is Ending.POWER_LOSS


def test_a_ups_does_not_outweigh_an_expired_watchdog(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    battery = "\npve1 12:05:00 upsmon[44] UPS eaton@10.0.0.9 on battery\n"
    assert first(rebuilt(healthy + battery + cut_off + reset + back)).ending is Ending.SELF_FENCE


def test_armed_and_idle_nodes_gone_in_the_same_seconds_have_lost_power(
    rebuilt: Rebuilt, healthy: str
) -> None:
    gone = "".join(heard(f"pve{n}", f"12:20:0{n}") for n in (1, 2, 3))
    later = "".join(boots(f"pve{n}", f"12:27:0{n}") for n in (1, 2, 3))
    case = rebuilt(healthy + gone + later)
    for node in ("pve1", "pve2", "pve3"):
        boot = first(case, node)
        assert (boot.ending, boot.confidence) == (Ending.POWER_LOSS, Confidence.LIKELY)
        assert boot.missing


def test_only_armed_nodes_gone_together_may_have_fenced_themselves(
    rebuilt: Rebuilt, healthy: str
) -> None:
    gone = heard("pve1", "12:20:01") + heard("pve2", "12:20:02")
    later = boots("pve1", "12:27:01") + boots("pve2", "12:27:02") + heard("pve3", "12:40:00")
    case = rebuilt(healthy + gone + later)
    assert first(case, "pve1").ending is Ending.UNKNOWN
    assert first(case, "pve2").ending is Ending.UNKNOWN


def test_nodes_that_had_lost_the_token_before_did_not_lose_power(
    rebuilt: Rebuilt, healthy: str
) -> None:
    """Power gives no warning; these two were in trouble half a minute before they went."""
    token = "[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus."
    gone = "".join(
        f"\npve{n} 12:19:10 corosync[80{n}] {token}\n" + heard(f"pve{n}", "12:19:40")
        for n in (2, 3)
    )
    later = "".join(boots(f"pve{n}", "12:27:00") for n in (2, 3))
    case = rebuilt(healthy + gone + later)
    assert first(case, "pve2").ending is Ending.UNKNOWN
    assert first(case, "pve3").ending is Ending.UNKNOWN


def test_a_bmc_that_lost_its_supply_is_a_witness_of_power_loss(
    rebuilt: Rebuilt, healthy: str, moment: Moment
) -> None:
    origin = Origin("pve2/sel.txt", 7)
    entry = SelEntry(moment("12:20:01"), "Power Supply PS1", "Power Supply AC lost", origin)
    sel = Sel(origin=origin, node="pve2", entries=(entry,))
    case = rebuilt(healthy + heard("pve2", "12:20:00") + boots("pve2", "12:27:00"), sel)
    boot = first(case)
    assert boot.ending is Ending.POWER_LOSS
    assert Evidence("pve2", moment("12:20:01"), origin) in boot.because


def test_a_bmc_that_lost_its_supply_days_after_the_end_is_no_witness_of_it(
    rebuilt: Rebuilt, healthy: str, moment: Moment
) -> None:
    """The machine had been down since, and somebody pulled its plug."""
    origin = Origin("pve2/sel.txt", 7)
    entry = SelEntry(moment("12:20:01", 1), "Power Supply PS1", "Power Supply AC lost", origin)
    sel = Sel(origin=origin, node="pve2", entries=(entry,))
    later = boots("pve2", "12:27:00").replace("pve2 12", "pve2 +2d 12")
    boot = first(rebuilt(healthy + heard("pve2", "12:20:00") + later, sel))
    assert boot.ending is Ending.UNKNOWN


def test_the_bmcs_last_power_event_speaks_of_the_last_end_alone(
    rebuilt: Rebuilt, healthy: str
) -> None:
    chassis = ChassisStatus(
        origin=Origin("pve2/chassis.txt", 1), node="pve2", keys={"Last Power Event": "ac-failed"}
    )
    story = (
        healthy
        + heard("pve2", "12:20:00")
        + boots("pve2", "12:27:00")
        + heard("pve2", "12:40:00")
        + boots("pve2", "12:50:00")
    )
    case = rebuilt(story, chassis)
    assert [boot.ending for boot in case.boots_of("pve2")] == [
        Ending.UNKNOWN,
        Ending.POWER_LOSS,
        None,
    ]


# --- nothing tells ---------------------------------------------------------------------------


def test_an_idle_node_whose_log_just_stops_is_unknown(
    rebuilt: Rebuilt, healthy: str, moment: Moment
) -> None:
    story = healthy + heard("pve3", "12:20:00") + lost("pve3", "12:20") + rest("12:40:00")
    story = story.replace(heard("pve3", "12:40:00"), "")
    boot = first(rebuilt(story + boots("pve3", "12:23:00")), "pve3")
    assert (boot.ending, boot.confidence) == (Ending.UNKNOWN, Confidence.POSSIBLE)
    assert boot.ended is not None
    assert abs(boot.ended - moment("12:20:01")) <= boot.uncertain
    assert isinstance(boot.because[0], MembershipFormed)
    assert boot.missing


def test_an_idle_node_that_its_peers_lose_for_good_is_gone_without_a_boot_after_it(
    rebuilt: Rebuilt, healthy: str
) -> None:
    story = healthy + heard("pve3", "12:20:00") + lost("pve3", "12:20") + heard("pve1", "12:40:00")
    boot = first(rebuilt(story), "pve3")
    assert boot.ending is Ending.UNKNOWN
    assert boot.back_at is None


def test_an_idle_node_that_is_cut_off_and_boots_is_unknown(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    """It lost quorum as an armed one does, but nothing starves a watchdog that nobody holds."""
    idle = "\n".join(line for line in healthy.split("\n") if "pve-ha-lrm" not in line)
    cut = "\n".join(line for line in cut_off.split("\n") if "pve-ha-lrm" not in line)
    boot = first(rebuilt(idle + cut + heard("pve2", "12:10:50") + boots("pve2", "12:12:30")))
    assert boot.ending is Ending.UNKNOWN


def test_the_next_boot_and_the_login_records_tell_of_an_unclean_end(
    rebuilt: Rebuilt, healthy: str, moment: Moment
) -> None:
    origin = Origin("pve2/last.txt", 3)
    crash = WtmpEntry("crash", moment("09:00:00"), moment("12:27:10"), origin)
    wtmp = Wtmp(origin=origin, node="pve2", entries=(crash,))
    journal = (
        "\npve2 12:27:05 systemd-journald[400] File /var/log/journal/5f1e/system.journal corrupted "
        "or uncleanly shut down, renaming and replacing.\n"
    )
    story = healthy + heard("pve2", "12:20:00") + boots("pve2", "12:27:00") + journal
    boot = first(rebuilt(story, wtmp))
    assert boot.ending is Ending.UNKNOWN
    kinds = {type(proof).__name__ for proof in boot.because}
    assert kinds >= {"JournalUnclean", "Evidence"}


def test_the_login_records_know_of_a_shutdown_that_the_log_lost(
    rebuilt: Rebuilt, healthy: str, moment: Moment
) -> None:
    origin = Origin("pve2/last.txt", 2)
    stop = WtmpEntry("shutdown", moment("12:20:30"), moment("12:27:00"), origin)
    story = healthy + heard("pve2", "12:20:00") + boots("pve2", "12:27:00")
    boot = first(rebuilt(story, Wtmp(origin=origin, node="pve2", entries=(stop,))))
    assert (boot.ending, boot.confidence) == (Ending.ASKED_FOR, Confidence.LIKELY)
    early = WtmpEntry("shutdown", moment("09:00:00"), moment("09:05:00"), origin)
    boot = first(rebuilt(story, Wtmp(origin=origin, node="pve2", entries=(early,))))
    assert boot.ending is Ending.UNKNOWN


def test_an_end_lies_between_the_last_line_and_the_next_boot(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str
) -> None:
    boot = first(rebuilt(healthy + cut_off + reset + boots("pve2", "12:11:12")))
    assert boot.ended is not None
    assert boot.back_at is not None
    assert boot.last_heard <= boot.ended <= boot.back_at


def test_an_end_is_told_on_the_common_clock(
    rebuilt: Rebuilt,
    lines: Lines,
    healthy: str,
    cut_off: str,
    reset: str,
    back: str,
    moment: Moment,
) -> None:
    """pve2's own clock is two hours ahead."""
    told = [
        replace(line, at=line.at + timedelta(hours=2)) if line.node == "pve2" else line
        for line in lines(healthy + cut_off + reset + back)
    ]
    boot = first(rebuilt(told))
    assert boot.ended is not None
    assert abs(boot.ended - moment("12:11:15.3")) <= boot.uncertain
