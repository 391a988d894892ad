"""How grave each sign of a disturbance is on its own: the gravity table of the contract."""

from collections.abc import Callable

import pytest

from fencepost.model.case import Case, Gravity, Incident

Rebuilt = Callable[..., Case]

LATER = """
pve1 12:40:00 pmxcfs[701] [status] notice: received log
pve2 12:40:00 pmxcfs[702] [status] notice: received log
pve3 12:40:00 pmxcfs[703] [status] notice: received log
"""


def retransmits(count: int, first: Callable[[int], str]) -> str:
    """One line a second from 12:10:00 on."""
    return "\n".join(
        f"pve1 12:10:{second:02d} corosync[801] [TOTEM ] Retransmit List: {first(second)} 4c"
        for second in range(count)
    )


def link(clock: str, state: str, number: int = 1) -> str:
    """pve1 and pve2 lose each other on one link, or get it back."""
    return "\n".join(
        f"pve{own} {clock} corosync[80{own}] [KNET  ] "
        + (
            f"link: host: {peer} link: {number} is down"
            if state == "down"
            else f"rx: host: {peer} link: {number} is up"
        )
        for own, peer in ((1, 2), (2, 1))
    )


SIGNS = {
    "the 75 % token warning": (
        Gravity.WARNING,
        "pve1 12:10:00 corosync[801] [TOTEM ] Token has not been received in 2737 ms",
    ),
    "a few changing retransmits": (Gravity.WARNING, retransmits(8, lambda n: f"{0x40 + n:x}")),
    "a short flap of a link that another one covers": (
        Gravity.WARNING,
        link("12:10:00", "down") + "\n" + link("12:10:04", "up"),
    ),
    "a short flap of the only link, in which the token is not lost": (
        Gravity.WARNING,
        link("12:10:00", "down")
        + "\npve1 12:10:00 corosync[801] [KNET  ] host: host: 2 has no active links\n"
        + link("12:10:04", "up"),
    ),
    "a port that lost its carrier": (
        Gravity.WARNING,
        "pve1 12:10:00 kernel e1000e 0000:00:1f.6 enp0s31f6: NIC Link is Down",
    ),
    "a main loop that stood still": (
        Gravity.WARNING,
        "pve1 12:10:00 corosync[801] [MAIN  ] Corosync main process was not scheduled "
        "(@1762603800000) for 3839.0000 ms (threshold is 2920.0000 ms). Consider token timeout "
        "increase.",
    ),
    "the token was lost and a new ring is formed": (
        Gravity.DISTURBED,
        "pve1 12:10:00 corosync[801] [TOTEM ] A processor failed, forming new configuration: "
        "token timed out (3650ms), waiting 4380ms for consensus.",
    ),
    "the ring was formed again and nobody was lost": (
        Gravity.DISTURBED,
        "pve1 12:10:00 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members",
    ),
    "a link stayed down": (
        Gravity.DISTURBED,
        link("12:10:00", "down") + "\n" + link("12:12:00", "up"),
    ),
    "a link went down for good": (Gravity.DISTURBED, link("12:10:00", "down")),
    "the same numbers retransmitted on and on": (
        Gravity.DISTURBED,
        retransmits(45, lambda _: "4b"),
    ),
    "failed to receive": (
        Gravity.DISTURBED,
        "pve1 12:10:00 corosync[801] [TOTEM ] FAILED TO RECEIVE",
    ),
    "a node with another configuration version": (
        Gravity.DISTURBED,
        "pve1 12:10:00 corosync[801] [CMAP  ] Received config version (7) is different than my "
        "config version (6)! Exiting",
    ),
    "corosync crashed": (
        Gravity.DISTURBED,
        "pve1 12:10:00 systemd[1] corosync.service: Main process exited, code=killed, status=11/SEGV",
    ),
    "a member left without a goodbye": (
        Gravity.MEMBER_LOST,
        """pve1 12:10:00 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 3
        pve1 12:10:00 corosync[801] [TOTEM ] Failed to receive the leave message. failed: 3""",
    ),
    "an orderly stop": (
        Gravity.MEMBER_LOST,
        "pve1 12:10:00 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 3",
    ),
    "the master no longer sees a node": (
        Gravity.MEMBER_LOST,
        "pve1 12:10:00 pve-ha-crm[901] node 'pve3': state changed from 'online' => 'unknown'",
    ),
    "a node without quorum": (
        Gravity.QUORUM_LOST,
        "pve1 12:10:00 pmxcfs[701] [status] notice: node lost quorum",
    ),
    "armed and cut off from its lock while quorate": (
        Gravity.QUORUM_LOST,
        "pve1 12:10:00 pve-ha-lrm[911] lost lock 'ha_agent_pve1_lock - cfs lock update failed - "
        "Device or resource busy",
    ),
    "a watchdog close to its end": (
        Gravity.QUORUM_LOST,
        "pve1 12:10:00 watchdog-mux[601] client (PID 911) watchdog is about to expire",
    ),
}


def only(case: Case) -> Incident:
    (incident,) = case.incidents
    return incident


@pytest.mark.parametrize("what", SIGNS)
def test_each_sign_is_as_grave_as_the_contract_says(
    rebuilt: Rebuilt, healthy: str, what: str
) -> None:
    gravity, sign = SIGNS[what]
    assert only(rebuilt(healthy + "\n" + sign + LATER)).gravity is gravity


def test_a_boot_that_ended_is_the_gravest_even_on_request(rebuilt: Rebuilt, healthy: str) -> None:
    stop = """
pve2 12:10:00 systemd-logind[500] The system will reboot now!
pve2 12:10:12 systemd[1] Reached target shutdown.target - System Shutdown.
pve2 12:12:00 journalctl -- Reboot --
"""
    assert only(rebuilt(healthy + stop)).gravity is Gravity.NODE_DOWN


def test_an_incident_is_as_grave_as_its_gravest_sign(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    assert only(rebuilt(healthy + cut_off)).gravity is Gravity.QUORUM_LOST


def test_a_start_of_the_cluster_is_no_incident(rebuilt: Rebuilt, healthy: str) -> None:
    assert rebuilt(healthy).incidents == ()


def test_an_ordinary_boot_and_join_is_no_incident(rebuilt: Rebuilt, healthy: str) -> None:
    """pve4 is added: corosync starts, forms a ring of its own, and joins the others."""
    joined = """
pve4 12:09:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
pve4 12:09:40 corosync[804] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
pve4 12:09:43 corosync[804] [TOTEM ] A new membership (4.5) was formed. Members joined: 4
pve4 12:09:43 corosync[804] [QUORUM] Members[1]: 4
pve4 12:09:45 corosync[804] [TOTEM ] A new membership (1.9) was formed. Members joined: 1 2 3
pve4 12:09:45 corosync[804] [QUORUM] This node is within the primary component and will provide service.
pve4 12:09:45 corosync[804] [QUORUM] Members[4]: 1 2 3 4
pve1 12:09:45 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members joined: 4
pve1 12:09:45 corosync[801] [QUORUM] Members[4]: 1 2 3 4
"""
    assert rebuilt(healthy + joined + LATER).incidents == ()


def test_retransmits_here_and_there_are_nothing(rebuilt: Rebuilt, healthy: str) -> None:
    assert rebuilt(healthy + retransmits(3, lambda n: f"{n:x}") + LATER).incidents == ()


def test_a_line_that_syslog_repeated_counts_as_often_as_it_was_said(
    rebuilt: Rebuilt, lines: Callable[..., list[object]], healthy: str
) -> None:
    compressed = retransmits(1, lambda _: "4b")
    (told,) = lines(compressed)
    object.__setattr__(told, "times", 200)
    case = rebuilt([*lines(healthy), told])
    assert only(case).gravity is Gravity.DISTURBED


def test_an_unrelated_service_that_fails_is_no_sign(rebuilt: Rebuilt, healthy: str) -> None:
    failed = "pve1 12:10:00 systemd[1] postfix.service: Failed with result 'exit-code'.\n"
    assert rebuilt(healthy + failed).incidents == ()


def test_pmxcfs_losing_an_orderly_stopped_corosync_is_no_disturbance_of_its_own(
    rebuilt: Rebuilt, healthy: str
) -> None:
    stopped = """
pve3 12:10:00 corosync[803] [MAIN  ] Node was shut down by a signal
pve3 12:10:00 corosync[803] [MAIN  ] Corosync Cluster Engine exiting normally
pve3 12:10:00 pmxcfs[703] [quorum] crit: quorum_dispatch failed: CS_ERR_LIBRARY (failed to connect to corosync)
"""
    assert rebuilt(healthy + stopped).incidents == ()
