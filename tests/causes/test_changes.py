"""Since when: what was changed before a trouble first came; and what else failed with it."""

from collections.abc import Callable
from typing import Any

NOON = 12 * 3600
Make = Callable[..., Any]
HANG = "e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:"


def rebooted(told: Any, at: float, version: str) -> None:
    told.say("n3", at, "kernel", f"Linux version {version} (build@proxmox)")


def test_the_first_hang_after_another_kernel_says_so(cluster: Make) -> None:
    told = cluster()
    rebooted(told, 8 * 3600 + 60, "6.8.12-4-pve")
    rebooted(told, 10 * 3600, "6.14.11-1-pve")
    report = told.say("n3", NOON, "kernel", HANG).cut(NOON, "n1 n2", "n3").told()
    best = report.verdicts[-1].hypotheses[0]
    assert "2 hours after kernel 6.14.11-1-pve was booted" in best.says
    assert any("6.14.11-1" in proof.origin.text for proof in best.because)


def test_a_hang_that_was_there_before_does_not(cluster: Make) -> None:
    told = cluster().say("n3", 9 * 3600, "kernel", HANG)
    rebooted(told, 8 * 3600 + 60, "6.8.12-4-pve")
    rebooted(told, 10 * 3600, "6.14.11-1-pve")
    report = told.say("n3", NOON, "kernel", HANG).cut(NOON, "n1 n2", "n3").told()
    best = report.verdicts[-1].hypotheses[0]
    assert best.cause == "nic_hang"
    assert "after" not in best.says


def test_too_little_read_before_the_change_tells_nothing(cluster: Make) -> None:
    told = cluster().say("n3", 8 * 3600 + 600, "sudo", APT)
    best = told.say("n3", NOON, "kernel", HANG).cut(NOON, "n1 n2", "n3").best()
    assert "after" not in best.says


APT = "root : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/apt full-upgrade"


def test_an_upgrade_by_hand_counts(cluster: Make) -> None:
    told = cluster().say("n3", 11 * 3600, "sudo", APT)
    best = told.say("n3", NOON, "kernel", HANG).cut(NOON, "n1 n2", "n3").best()
    assert "60 minutes after packages were upgraded by hand" in best.says


def test_storage_that_was_lost_with_the_node_bears_witness(cluster: Make) -> None:
    told = cluster().cut(NOON, "n1 n2", "n3")
    told.say("n3", NOON + 9, "kernel", "nfs: server 10.0.0.9 not responding, still trying")
    best = told.best()
    assert best.cause == "isolated_node"
    assert best.says.endswith("it lost more than corosync")


def test_a_log_that_just_stops_names_what_is_left(cluster: Make) -> None:
    told = cluster().cut(NOON, "n1 n2", "n3", mute=["n3"]).ended("n3", NOON)
    best = told.best()
    assert best.says.endswith("left are a crash of its kernel, its hardware and its power")
    assert "ipmitool" in best.settle_with
