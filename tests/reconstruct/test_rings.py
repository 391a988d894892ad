from collections.abc import Callable

from fencepost.model.case import Case, Cut, Membership

Rebuilt = Callable[..., Case]

NO_QUORUM = (
    "[QUORUM] This node is within the non-primary component and will NOT provide any services."
)
QUORUM = "[QUORUM] This node is within the primary component and will provide service."


def rings(case: Case, node: str = "pve1") -> list[Membership]:
    return [member for member in case.memberships if member.node == node]


def losses(case: Case) -> list[tuple[str, str | None]]:
    return [
        (f"{span.since:%H:%M:%S}", f"{span.until:%H:%M:%S}" if span.until else None)
        for span in case.quorum_losses
    ]


def cuts(case: Case) -> list[tuple[int, int, str, str | None]]:
    """Peer, link, from and until."""
    return [
        (c.peer, c.link, f"{c.since:%H:%M:%S}", f"{c.until:%H:%M:%S}" if c.until else None)
        for c in case.cuts
    ]


# --- memberships -----------------------------------------------------------------------------


def test_sync_members_tell_who_is_in_a_ring(rebuilt: Rebuilt) -> None:
    (ring,) = rings(
        rebuilt("""
            pve1 12:00:00.1 corosync[801] [QUORUM] Sync members[2]: 1 3
            pve1 12:00:00.2 corosync[801] [QUORUM] Sync left[1]: 2
            pve1 12:00:00.3 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 2
            pve1 12:00:00.3 corosync[801] [TOTEM ] Failed to receive the leave message. failed: 2
            pve1 12:00:00.4 corosync[801] [MAIN  ] Completed service synchronization, ready to provide service.
        """)
    )
    assert (ring.ring, ring.members, ring.left, ring.failed) == ("1.9", (1, 3), (2,), (2,))
    assert ring.synced
    assert ring.until is None


def test_a_ring_that_was_left_with_a_goodbye_has_nobody_failed(rebuilt: Rebuilt) -> None:
    (ring,) = rings(
        rebuilt("""
            pve1 12:00:00.1 corosync[801] [QUORUM] Sync members[2]: 1 3
            pve1 12:00:00.3 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 2
        """)
    )
    assert (ring.left, ring.failed) == ((2,), ())


def test_without_sync_lines_the_members_list_tells(rebuilt: Rebuilt) -> None:
    """Corosync 2 and early 3 have no `Sync members`; the list follows the ring."""
    first, second = rings(
        rebuilt("""
            pve1 12:00:00 corosync[801] [TOTEM ] A new membership (10.0.0.1:1234) was formed. Members joined: 2 3
            pve1 12:00:00 corosync[801] [QUORUM] Members[3]: 1 2 3
            pve1 12:10:00 corosync[801] [TOTEM ] A processor joined or left the membership and a new membership (10.0.0.1:1238) was formed.
            pve1 12:10:03 corosync[801] [QUORUM] Members[2]: 1 2
        """)
    )
    assert first.members == (1, 2, 3)
    assert second.members == (1, 2)
    assert first.until == second.since


def test_without_any_list_the_members_are_worked_out(rebuilt: Rebuilt) -> None:
    story = """
        pve1 12:00:00 corosync[801] [QUORUM] Sync members[3]: 1 2 3
        pve1 12:00:00 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        pve1 12:10:00 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 3
        pve1 12:20:00 corosync[801] [TOTEM ] A new membership (1.d) was formed. Members
        pve1 12:30:00 corosync[801] [TOTEM ] A new membership (1.11) was formed. Members joined: 3
    """
    assert [ring.members for ring in rings(rebuilt(story))] == [
        (1, 2, 3),
        (1, 2),
        (1, 2),
        (1, 2, 3),
    ]


def test_a_node_that_left_and_joined_in_one_ring_is_a_member_of_it(rebuilt: Rebuilt) -> None:
    """It had been expelled without noticing: `joined: 3 left: 3`."""
    ring = rings(
        rebuilt("""
            pve1 12:00:00 corosync[801] [QUORUM] Sync members[3]: 1 2 3
            pve1 12:00:00 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
            pve1 12:10:00 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members joined: 3 left: 3
            pve1 12:10:00 corosync[801] [TOTEM ] Failed to receive the leave message. failed: 3
        """)
    )[-1]
    assert ring.members == (1, 2, 3)
    assert (ring.joined, ring.left, ring.failed) == ((3,), (3,), (3,))


def test_a_ring_ends_when_corosync_does(rebuilt: Rebuilt) -> None:
    (ring,) = rings(
        rebuilt("""
            pve1 12:00:00 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
            pve1 12:40:00 corosync[801] [MAIN  ] Corosync Cluster Engine exiting normally
        """)
    )
    assert f"{ring.until:%H:%M}" == "12:40"


def test_a_ring_knows_whether_it_had_quorum(rebuilt: Rebuilt) -> None:
    story = f"""
        pve1 12:00:00 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        pve1 12:00:00 corosync[801] {QUORUM}
        pve1 12:10:00 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 2
        pve1 12:20:00 corosync[801] [TOTEM ] A new membership (1.d) was formed. Members left: 3
        pve1 12:20:00 corosync[801] {NO_QUORUM}
    """
    assert [ring.quorate for ring in rings(rebuilt(story))] == [True, True, False]


def test_a_ring_of_which_nothing_tells_may_have_quorum_or_not(rebuilt: Rebuilt) -> None:
    (ring,) = rings(
        rebuilt("""
            pve1 12:00:00 corosync[801] [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        """)
    )
    assert ring.quorate is None


# --- quorum ----------------------------------------------------------------------------------


def test_corosync_and_pmxcfs_tell_of_one_loss_of_quorum(rebuilt: Rebuilt) -> None:
    case = rebuilt(f"""
        pve1 12:00:00 corosync[801] {NO_QUORUM}
        pve1 12:00:01 pmxcfs[701] [status] notice: node lost quorum
        pve1 12:00:30 corosync[801] {QUORUM}
        pve1 12:00:31 pmxcfs[701] [status] notice: node has quorum
    """)
    assert losses(case) == [("12:00:00", "12:00:30")]


def test_quorum_comes_and_goes(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: node lost quorum
        pve1 12:00:20 pmxcfs[701] [status] notice: node has quorum
        pve1 12:00:30 pmxcfs[701] [status] notice: node lost quorum
    """)
    assert losses(case) == [("12:00:00", "12:00:20"), ("12:00:30", None)]


def test_a_loss_does_not_outlive_its_boot(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 pmxcfs[701] [status] notice: node lost quorum
        pve1 12:00:50 pmxcfs[701] [status] notice: received log
        pve1 12:02:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve1 12:03:00 pmxcfs[601] [status] notice: node has quorum
    """)
    assert losses(case) == [("12:00:00", "12:00:50")]
    assert case.quorum_losses[0].closed is None


def test_gaining_quorum_at_the_start_is_no_loss(rebuilt: Rebuilt, healthy: str) -> None:
    assert losses(rebuilt(healthy)) == []


# --- cuts ------------------------------------------------------------------------------------


def test_a_link_is_cut_until_it_is_up_again(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 corosync[801] [KNET  ] link: host: 2 link: 0 is down
        pve1 12:00:00 corosync[801] [KNET  ] link: host: 2 link: 1 is down
        pve1 12:00:05 corosync[801] [KNET  ] rx: host: 2 link: 1 is up
        pve1 12:00:09 corosync[801] [KNET  ] link: host: 3 link: 0 is down
    """)
    assert cuts(case) == [
        (2, 0, "12:00:00", None),
        (2, 1, "12:00:00", "12:00:05"),
        (3, 0, "12:00:09", None),
    ]


def test_a_restart_of_corosync_ends_a_cut_without_healing_it(rebuilt: Rebuilt) -> None:
    (cut,) = rebuilt("""
        pve1 12:00:00 corosync[801] [KNET  ] link: host: 2 link: 0 is down
        pve1 12:01:00 corosync[1801] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
    """).cuts
    assert isinstance(cut, Cut)
    assert f"{cut.until:%H:%M:%S}" == "12:01:00"
    assert cut.closed is None


def test_a_cut_does_not_outlive_its_boot(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 corosync[801] [KNET  ] link: host: 2 link: 0 is down
        pve1 12:00:40 pmxcfs[701] [status] notice: received log
        pve1 12:02:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP
        pve1 12:05:00 corosync[801] [KNET  ] rx: host: 2 link: 0 is up
    """)
    assert cuts(case) == [(2, 0, "12:00:00", "12:00:40")]
