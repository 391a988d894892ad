"""Causes that leave nearly the same traces: both of each pair, and what tells them apart."""

from collections.abc import Callable
from typing import Any

from fencepost.model.case import Confidence

NOON = 12 * 3600
Make = Callable[..., Any]

NOT_SCHEDULED = (
    "[MAIN  ] Corosync main process was not scheduled (@1762603800000) for 4105.4106 ms "
    "(threshold is 2920.0000 ms). Consider token timeout increase."
)
BACKUP = "<root@pam> starting task UPID:n2:0017E2A8:018C22EA:6707D180:vzdump:101:root@pam:"
CARRIER = "igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down"


# --- isolated, paused, dead -----------------------------------------------------------------


def test_an_isolated_node_notices_the_late_token(cluster: Make) -> None:
    answers = cluster().cut(NOON, "n1 n2", "n3").answers()
    assert next(iter(answers)) == "isolated_node"
    assert answers["isolated_node"].blames == ("n3",)


def test_a_paused_node_wakes_up_and_says_so(cluster: Make) -> None:
    told = cluster().cut(NOON, "n1 n2", "n3", mute=["n3"])
    told.lost("n3", "n1", NOON + 12).lost("n3", "n2", NOON + 12)
    told.say("n3", NOON + 12, "corosync", NOT_SCHEDULED.replace("4105", "12105"))
    told.heal(NOON + 13, "n1 n2", "n3")
    best = told.best()
    assert (best.cause, best.blames) == ("paused_node", ("n3",))


def test_a_dead_node_says_nothing_more_and_boots(cluster: Make) -> None:
    told = cluster().cut(NOON, "n1 n2", "n3", mute=["n3"]).ended("n3", NOON)
    best = told.best()
    assert best.cause == "unknown"
    assert not any(one in told.claimed() for one in ("isolated_node", "paused_node"))


def up_in_vain(told: Any, *measured: str) -> Any:
    """n3 hears the others' pings again, and finds no ring; knet measures what passes to some."""
    told.cut(NOON, "n1 n2", "n3")
    for peer in ("n1", "n2"):
        told.found("n3", peer, NOON + 20)
    for node in measured:
        peer = "1" if node == "n2" else "2"
        path = f"PMTUD link change for host: {peer} link: 0 from 469 to 1397"
        told.say(node, NOON + 20.2, "corosync", f"[KNET  ] pmtud: {path}")
    return told.late("n3", NOON + 30)


def test_a_node_whose_links_are_up_and_never_measured_lacks_large_packets(cluster: Make) -> None:
    answers = up_in_vain(cluster(), "n1", "n2").answers()
    best = next(iter(answers.values()))
    assert (best.cause, best.blames) == ("mtu_black_hole", ("n3",))
    assert best.confidence is Confidence.POSSIBLE


def test_a_node_whose_links_are_up_is_not_likely_cut_off(cluster: Make) -> None:
    for measured in ((), ("n1", "n2", "n3")):
        answers = up_in_vain(cluster(), *measured).answers()
        assert "mtu_black_hole" not in answers
        assert answers["isolated_node"].confidence is Confidence.POSSIBLE
        assert answers["isolated_node"].despite


def test_one_log_alone_cannot_tell_a_broken_path_from_a_node_cut_off(cluster: Make) -> None:
    told = cluster().cut(NOON, "n1 n2", "n3")
    told.lines = [line for line in told.lines if line[1] == "n1"]
    answers = told.answers()
    assert list(answers)[:2] == ["isolated_node", "broken_path"]
    assert "no other log tells" in answers["broken_path"].says
    assert {answers[one].confidence for one in list(answers)[:2]} == {Confidence.POSSIBLE}


# --- a full link, a starved corosync --------------------------------------------------------


def held_up(told: Any) -> Any:
    for second in range(0, 50, 12):
        at = NOON + second
        for peer in ("n1", "n3"):
            told.lost(peer, "n2", at + 1.5).found(peer, "n2", at + 5)
        told.late("n1", at).say("n2", at + 4.5, "corosync", NOT_SCHEDULED)
        told.formed(told.nodes, told.nodes, at + 6)
    return told


def test_not_scheduled_alone_proves_neither(cluster: Make) -> None:
    answers = held_up(cluster()).answers()
    assert {"paused_node", "saturated_link"} <= set(answers)
    assert answers["saturated_link"].confidence is Confidence.POSSIBLE
    assert "tx_data_retries" in answers["saturated_link"].settle_with


def test_with_a_backup_on_that_node_it_is_the_link(cluster: Make) -> None:
    told = held_up(cluster()).say("n2", NOON - 60, "pvescheduler", BACKUP)
    best = told.best()
    assert (best.cause, best.blames) == ("saturated_link", ("n2",))


def test_with_stuck_processors_it_is_the_node(cluster: Make) -> None:
    stuck = "watchdog: BUG: soft lockup - CPU#1 stuck for 23s! [kvm:2213]"
    best = held_up(cluster()).say("n2", NOON - 20, "kernel", stuck).best()
    assert (best.cause, best.blames) == ("paused_node", ("n2",))


def test_a_port_without_a_link_was_not_full(cluster: Make) -> None:
    told = held_up(cluster()).say("n2", NOON - 60, "pvescheduler", BACKUP)
    told.say("n2", NOON + 1, "kernel", CARRIER)
    assert told.answers()["saturated_link"].confidence is Confidence.RULED_OUT


# --- loss at random, loss by size -----------------------------------------------------------


def test_random_loss_takes_single_pairs_at_different_moments(cluster: Make) -> None:
    told = cluster()
    pairs = (("n1", "n3"), ("n2", "n1"), ("n3", "n2"), ("n1", "n2"), ("n2", "n3"), ("n3", "n1"))
    for index, (one, other) in enumerate(pairs):
        told.lost(one, other, NOON + 4 * index).found(one, other, NOON + 4 * index + 2.5)
    best = told.late("n1", NOON + 3).formed(told.nodes, told.nodes, NOON + 9).best()
    assert (best.cause, best.blames) == ("packet_loss", ())


def test_a_black_hole_repeats_the_same_numbers_and_loses_no_link(cluster: Make) -> None:
    told = cluster()
    for index in range(60):
        told.say("n3", NOON + index * 0.2, "corosync", "[TOTEM ] Retransmit List: 4b 4c 4d")
    told.say("n3", NOON + 12.1, "corosync", "[TOTEM ] FAILED TO RECEIVE")
    told.formed(["n3"], ["n3"], NOON + 12.2, left=["n1", "n2"])
    told.formed(["n1", "n2"], ["n1", "n2"], NOON + 16, left=["n3"])
    best = told.best()
    assert (best.cause, best.blames) == ("mtu_black_hole", ("n3",))


# --- a broken path, loss at one node --------------------------------------------------------


def test_a_broken_path_concerns_one_pair_only(cluster: Make) -> None:
    told = cluster(4).lost("n1", "n3", NOON + 1.5).lost("n3", "n1", NOON + 1.5).late("n2", NOON)
    for index in range(5):
        told.formed(told.nodes, told.nodes, NOON + 8 + index * 4.4)
    best = told.best()
    assert (best.cause, best.blames) == ("broken_path", ("n1", "n3"))


def test_loss_at_one_node_concerns_all_pairs_of_it(cluster: Make) -> None:
    told = cluster(4)
    for index, peer in enumerate(("n1", "n2", "n4") * 5):
        at = NOON + 5 * index
        observer, other = ("n3", peer) if index % 2 else (peer, "n3")
        told.lost(observer, other, at).found(observer, other, at + 2.5)
    best = told.late("n3", NOON).formed(told.nodes, told.nodes, NOON + 9).best()
    assert (best.cause, best.blames) == ("packet_loss", ("n3",))


# --- a switch, the power --------------------------------------------------------------------


def test_a_switch_outage_spares_the_idle_and_warns_the_armed(cluster: Make) -> None:
    told = cluster().arm("n2").cut(NOON, "n1", "n2", "n3").starved("n1", NOON).starved("n2", NOON)
    answers = told.answers()
    assert next(iter(answers)) == "network_down"
    assert answers["power_loss"].confidence is Confidence.RULED_OUT


def test_a_power_failure_takes_the_idle_in_the_same_second(cluster: Make) -> None:
    told = cluster().arm("n2")
    for node in told.nodes:
        told.say(node, NOON - 1, "pveproxy", "worker 2222 finished").ended(node, NOON, 400)
    answers = told.answers()
    assert next(iter(answers)) == "power_loss"
    assert "network_down" not in answers


# --- how a node went ------------------------------------------------------------------------


def test_a_panic_is_no_fence(cluster: Make) -> None:
    told = cluster().cut(NOON, "n2 n3", "n1", mute=["n1"])
    told.say("n1", NOON - 0.5, "kernel", "Kernel panic - not syncing: Fatal exception")
    assert told.ended("n1", NOON).best().cause == "kernel_panic"


def test_an_orderly_leave_is_no_crash(cluster: Make) -> None:
    told = cluster()
    told.say("n3", NOON, "corosync", "[MAIN  ] Node was shut down by a signal")
    told.say("n3", NOON + 1, "corosync", "[MAIN  ] Corosync Cluster Engine exiting normally")
    told.formed(["n1", "n2"], ["n1", "n2"], NOON + 0.3, left=["n3"], polite=True)
    told.lost("n1", "n3", NOON + 1.6).lost("n2", "n3", NOON + 1.6)
    best = told.best()
    assert (best.cause, best.blames) == ("asked_for", ("n3",))


def test_a_crash_leaves_pmxcfs_without_corosync(cluster: Make) -> None:
    told = cluster().cut(NOON, "n1 n2", "n3", mute=["n3"])
    told.say("n3", NOON, "pmxcfs", "[quorum] crit: quorum_dispatch failed: 2")
    answers = told.answers()
    assert next(iter(answers)) == "corosync_died"
    assert "paused_node" not in told.claimed()


# --- fenced with quorum ---------------------------------------------------------------------


def test_fenced_with_quorum_by_a_dead_pmxcfs(cluster: Make) -> None:
    gone = "cluster file system update failed - ipcc_send_rec[1] failed: Connection refused"
    told = cluster().say("n1", NOON, "pve-ha-lrm", gone).starved("n1", NOON)
    assert told.best().cause == "pmxcfs_stuck"


def test_fenced_with_quorum_by_a_clock_step(cluster: Make) -> None:
    told = cluster().say("n1", NOON, "chronyd", "System clock was stepped by 93.120000 seconds")
    told.say("n1", NOON + 1, "watchdog-mux", "client watchdog expired - disable watchdog updates")
    assert told.ended("n1", NOON + 12).best().cause == "clock_step"


def test_a_small_step_makes_no_watchdog_overdue(cluster: Make) -> None:
    told = cluster().say("n1", NOON, "chronyd", "System clock was stepped by 0.812000 seconds")
    answers = told.starved("n1", NOON).answers()
    assert answers["clock_step"].confidence is Confidence.RULED_OUT
    assert answers["clock_step"].despite


def test_fenced_with_quorum_by_its_disk(cluster: Make) -> None:
    timeout = "nvme nvme0: I/O tag 417 (1001) QID 3 timeout, aborting req_op:WRITE(1) size:4096"
    told = cluster().say("n1", NOON - 5, "kernel", timeout).starved("n1", NOON)
    assert told.best().cause == "storage_stall"


def test_fenced_with_quorum_and_no_reason_given_names_what_is_left(cluster: Make) -> None:
    answers = cluster().starved("n1", NOON).answers()
    assert {"storage_stall", "pmxcfs_stuck"} <= set(answers)
    assert all(one.confidence <= Confidence.POSSIBLE for one in answers.values())
    assert all(one.settle_with for one in answers.values() if one.confidence)


# --- an address twice, a port that flaps ----------------------------------------------------

CONF = """
totem {
  cluster_name: told
  version: 2
}
nodelist {
  node {
    name: n1
    nodeid: 1
    ring0_addr: 10.0.0.1
  }
  node {
    name: n2
    nodeid: 2
    ring0_addr: 10.0.0.2
  }
  node {
    name: n3
    nodeid: 3
    ring0_addr: 10.0.0.3
  }
}
"""


def flapping(told: Any) -> Any:
    for second in range(0, 90, 25):
        told.cut(NOON + second, "n1 n2", "n3").heal(NOON + second + 14, "n1 n2", "n3")
    return told


def test_a_flapping_port_loses_its_carrier(cluster: Make) -> None:
    told = flapping(cluster())
    for second in range(0, 90, 25):
        told.say("n3", NOON + second, "kernel", CARRIER)
    best = told.best()
    assert (best.cause, best.blames) == ("link_flap", ("n3",))


def test_an_address_that_two_machines_use_is_seen_by_who_watches(cluster: Make) -> None:
    told = flapping(cluster()).file("corosync.conf", CONF)
    flip = "flip flop 10.0.0.3 bc:24:11:00:00:01 (bc:24:11:00:00:07) vmbr0"
    best = told.say("n1", NOON + 4, "arpwatch", flip).best()
    assert (best.cause, best.blames) == ("duplicate_address", ("n3",))


def test_an_address_of_somebody_else_is_no_cause(cluster: Make) -> None:
    told = flapping(cluster()).file("corosync.conf", CONF)
    flip = "flip flop 10.0.0.77 bc:24:11:00:00:01 (bc:24:11:00:00:07) vmbr0"
    assert "duplicate_address" not in told.say("n1", NOON + 4, "arpwatch", flip).claimed()
