"""The picture that every cause starts from: who lost whom, when, and who was cut off."""

from collections.abc import Callable
from datetime import timedelta

from fencepost.causes.scene import Scene, joined, look
from fencepost.events.kernel_host import TaskBlocked
from fencepost.events.totem import TokenLate
from fencepost.model.verdict import Report

Excerpt = Callable[[str], Report]

FORMED = "\n".join(
    f"{node} 12:00:00 corosync {text}"
    for node, others in (("n1", "2 3"), ("n2", "1 3"), ("n3", "1 2"))
    for text in (
        f"[TOTEM ] A new membership (1.5) was formed. Members joined: {others}",
        "[QUORUM] Members[3]: 1 2 3",
    )
)
IDS = "\n".join(
    f"n{own} 12:00:01 corosync [KNET  ] host: host: {peer} (passive) best link: 0 (pri: 1)"
    for own in (1, 2, 3)
    for peer in (1, 2, 3)
    if own != peer
)
STARTED = f"{FORMED}\n{IDS}"


def down(node: int, peer: int, clock: str = "12:10:02", link: int = 0) -> str:
    return f"n{node} {clock} corosync [KNET  ] link: host: {peer} link: {link} is down"


def up(node: int, peer: int, clock: str, link: int = 0) -> str:
    return f"n{node} {clock} corosync [KNET  ] rx: host: {peer} link: {link} is up"


def both(one: int, other: int, clock: str = "12:10:02") -> str:
    return f"{down(one, other, clock)}\n{down(other, one, clock)}"


def token(node: int, clock: str = "12:10:05") -> str:
    return (
        f"n{node} {clock} corosync [TOTEM ] A processor failed, forming new configuration: token "
        "timed out (3650ms), waiting 4380ms for consensus."
    )


def failed(node: int, lost: str, members: str, clock: str = "12:10:09") -> str:
    count = len(members.split())
    return (
        f"n{node} {clock} corosync [TOTEM ] A new membership ({node}.9) was formed. "
        f"Members left: {lost}\n"
        f"n{node} {clock} corosync [TOTEM ] Failed to receive the leave message. failed: {lost}\n"
        f"n{node} {clock} corosync [QUORUM] Members[{count}]: {members}"
    )


def scene(excerpt: Excerpt, *story: str) -> Scene:
    """The picture of the first incident."""
    case = excerpt("\n".join((STARTED, *story))).case
    return look(case, case.incidents[0])


def pairs(picture: Scene) -> set[tuple[str, ...]]:
    return {tuple(sorted(pair)) for pair in picture.pairs}


# --- who lost whom ---------------------------------------------------------------------------


def test_a_link_that_goes_down_is_a_loss_in_each_direction_that_logged_it(
    excerpt: Excerpt,
) -> None:
    picture = scene(excerpt, both(1, 3), both(2, 3), token(3))
    assert pairs(picture) == {("n1", "n3"), ("n2", "n3")}
    assert picture.lost_by("n3") == {"n1", "n2"}
    assert picture.who_lost("n3") == {"n1", "n2"}
    assert picture.lost_by("n1") == {"n3"}


def test_a_member_that_fails_is_a_loss_where_knet_said_nothing(excerpt: Excerpt) -> None:
    """Corosync 2, or a log that was filtered."""
    picture = scene(excerpt, token(1), failed(1, "3", "1 2"), failed(2, "3", "1 2"))
    assert pairs(picture) == {("n1", "n3"), ("n2", "n3")}


def test_a_member_that_says_goodbye_is_no_loss(excerpt: Excerpt) -> None:
    picture = scene(
        excerpt,
        "n3 12:10:08 corosync [MAIN  ] Node was shut down by a signal",
        "n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3",
        "n1 12:10:09 corosync [QUORUM] Members[2]: 1 2",
        down(1, 3, "12:10:10"),
    )
    assert picture.losses == ()


def test_of_two_links_both_must_be_down(excerpt: Excerpt) -> None:
    conf = (
        "==> corosync.conf <==\ntotem {\n  version: 2\n  config_version: 3\n}\nnodelist {\n"
        + "".join(
            f"  node {{\n    name: n{n}\n    nodeid: {n}\n    ring0_addr: 10.0.0.{n}\n"
            f"    ring1_addr: 10.1.0.{n}\n  }}\n"
            for n in (1, 2, 3)
        )
        + "}"
    )
    one = scene(excerpt, down(1, 3), down(3, 1), token(1), conf)
    assert one.losses == ()


def test_two_links_that_are_down_at_once_are_a_loss(excerpt: Excerpt) -> None:
    picture = scene(
        excerpt,
        down(1, 3, "12:10:02", link=0),
        down(1, 3, "12:10:04", link=1),
        up(1, 3, "12:10:30", link=0),
    )
    (loss,) = picture.losses
    assert (loss.observer, loss.peer) == ("n1", "n3")
    assert f"{loss.at:%H:%M:%S}" == "12:10:04"


def test_losses_are_in_order_of_time(excerpt: Excerpt) -> None:
    picture = scene(excerpt, both(2, 3, "12:10:30"), both(1, 3, "12:10:02"))
    times = [loss.at for loss in picture.losses]
    assert times == sorted(times)
    first = picture.first_loss("n2")
    assert first is not None
    assert f"{first:%H:%M:%S}" == "12:10:30"


def test_each_pair_is_proven_once(excerpt: Excerpt) -> None:
    again = [both(1, 3, clock) for clock in ("12:10:02", "12:10:30", "12:10:50")]
    back = [
        f"{up(1, 3, clock)}\n{up(3, 1, clock)}" for clock in ("12:10:20", "12:10:40", "12:10:59")
    ]
    picture = scene(excerpt, *again, *back)
    assert len(picture.losses) == 6
    assert len(picture.proofs()) == 2
    assert len(picture.proofs("n2")) == 0


# --- who was cut off -------------------------------------------------------------------------


def test_the_node_in_every_loss_is_the_hub(excerpt: Excerpt) -> None:
    assert scene(excerpt, both(1, 3), both(2, 3)).hub() == "n3"


def test_of_one_pair_neither_is_the_hub(excerpt: Excerpt) -> None:
    assert scene(excerpt, both(1, 3)).hub() is None


def test_when_all_lose_all_nobody_is_the_hub(excerpt: Excerpt) -> None:
    assert scene(excerpt, both(1, 3), both(2, 3), both(1, 2)).hub() is None


def test_a_node_that_lost_all_while_the_others_kept_each_other_is_alone(
    excerpt: Excerpt,
) -> None:
    assert scene(excerpt, both(1, 3), both(2, 3)).alone() == ["n3"]


def test_a_node_without_a_log_is_alone_when_all_the_others_lost_it(excerpt: Excerpt) -> None:
    story = "\n".join((STARTED, down(1, 3), down(2, 3), token(1)))
    others = "\n".join(line for line in story.split("\n") if not line.startswith("n3 "))
    case = excerpt(others).case
    picture = look(case, case.incidents[0])
    assert picture.heard == ("n1", "n2")
    assert len(picture.alone()) == 1
    assert picture.alone() == [case.cluster.name_of(3)]


def test_two_nodes_that_lost_each_other_are_not_alone(excerpt: Excerpt) -> None:
    """The third still reaches both."""
    assert scene(excerpt, both(1, 3), token(1)).alone() == []


def test_what_is_lost_at_once_is_one_onset(excerpt: Excerpt) -> None:
    picture = scene(
        excerpt,
        down(3, 1, "12:10:02.100"),
        down(3, 2, "12:10:02.900"),
        up(3, 1, "12:10:10"),
        up(3, 2, "12:10:10"),
        down(3, 1, "12:10:20"),
    )
    onsets = [(f"{at:%H:%M:%S}", sorted(peers)) for at, peers in picture.onsets("n3")]
    assert onsets == [("12:10:02", ["n1", "n2"]), ("12:10:20", ["n1"])]


# --- who was there ---------------------------------------------------------------------------


def test_members_are_those_of_the_ring_heard_or_not(excerpt: Excerpt) -> None:
    picture = scene(
        excerpt, both(1, 3), token(1), "n2 12:30:00 pmxcfs [status] notice: received log"
    )
    assert picture.members == ("n1", "n2", "n3")
    assert picture.heard == ("n1", "n2", "n3")


def test_a_node_whose_log_ends_before_was_not_heard(excerpt: Excerpt) -> None:
    later = [text.replace("12:10", "14:10") for text in (both(1, 3), down(1, 2))]
    picture = scene(excerpt, *later)
    assert "n2" not in picture.heard
    assert "n2" in picture.members


# --- asking ----------------------------------------------------------------------------------


def test_events_of_the_incident_are_asked_by_kind_and_node(excerpt: Excerpt) -> None:
    late = "corosync [TOTEM ] Token has not been received in 2737 ms"
    picture = scene(excerpt, f"n1 12:10:00 {late}", f"n3 12:10:01 {late}", both(1, 3))
    assert len(picture.events(TokenLate)) == 2
    assert [event.node for event in picture.events(TokenLate, node="n3")] == ["n3"]
    assert len(picture.tokens("n1")) == 1


def test_what_stalls_a_host_may_come_minutes_before(excerpt: Excerpt) -> None:
    hung = "n3 12:08:30 kernel INFO: task pmxcfs:1417 blocked for more than 122 seconds."
    picture = scene(excerpt, hung, both(1, 3), both(2, 3))
    assert picture.events(TaskBlocked) == []
    assert len(picture.events(TaskBlocked, lead=True)) == 1


def test_a_node_that_resets_itself_with_quorum_did_so_for_another_reason(
    excerpt: Excerpt,
) -> None:
    story = (
        "n3 12:10:00 watchdog-mux client watchdog expired - disable watchdog updates",
        "n3 12:10:01 watchdog-mux exit watchdog-mux with active connections",
        "n3 12:12:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP",
    )
    lost = "n3 12:09:00 pmxcfs [status] notice: node lost quorum"
    assert scene(excerpt, *story).fenced_quorate("n3")
    assert not scene(excerpt, *story).fenced_quorate("n1")
    assert not scene(excerpt, lost, *story).fenced_quorate("n3")


def test_the_boot_that_ended_in_the_incident_is_known_by_its_node(excerpt: Excerpt) -> None:
    picture = scene(
        excerpt,
        "n3 12:10:00 watchdog-mux client watchdog expired - disable watchdog updates",
        "n3 12:12:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP",
    )
    boot = picture.boot_of("n3")
    assert boot is not None
    assert boot.back_at is not None
    assert boot.back_at - boot.last_heard == timedelta(minutes=2)
    assert picture.boot_of("n1") is None


def test_names_are_joined_as_prose() -> None:
    assert joined([]) == ""
    assert joined(["pve1"]) == "pve1"
    assert joined(["pve1", "pve2", "pve3"]) == "pve1, pve2 and pve3"
