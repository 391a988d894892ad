"""A flapping port and random loss, told apart by how the links go down."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from fencepost.causes.flaps import Flaps, flaps_of
from fencepost.causes.scene import look
from fencepost.model.verdict import Report

Excerpt = Callable[[str], Report]

STARTED = "\n".join(
    [
        f"{node} 12:00:00 corosync {text}"
        for node, others in (("n1", "2 3"), ("n2", "1 3"), ("n3", "1 2"))
        for text in (
            f"[TOTEM ] A new membership (1.5) was formed. Members joined: {others}",
            "[QUORUM] Members[3]: 1 2 3",
        )
    ]
    + [
        f"n{own} 12:00:01 corosync [KNET  ] host: host: {peer} (passive) best link: 0 (pri: 1)"
        for own in (1, 2, 3)
        for peer in (1, 2, 3)
        if own != peer
    ]
)


def cut(node: int, peer: int, clock: str, until: str) -> str:
    return (
        f"n{node} {clock} corosync [KNET  ] link: host: {peer} link: 0 is down\n"
        f"n{node} {until} corosync [KNET  ] rx: host: {peer} link: 0 is up"
    )


def flaps(excerpt: Excerpt, story: Iterable[str], node: str = "n3") -> Flaps:
    case = excerpt("\n".join((STARTED, *story))).case
    return flaps_of(look(case, case.incidents[0]), node)


PORT = [
    cut(own, peer, f"12:10:{second:02d}.100", f"12:10:{second + 5:02d}.300")
    for second in (0, 20, 40)
    for own, peer in ((3, 1), (3, 2), (1, 3), (2, 3))
]
RANDOM = [
    cut(3, 1, "12:10:00.100", "12:10:02.900"),
    cut(3, 2, "12:10:07.500", "12:10:10.200"),
    cut(3, 1, "12:10:21.700", "12:10:25.100"),
    cut(3, 2, "12:10:33.300", "12:10:36.400"),
]


def test_a_port_loses_all_its_peers_at_once_each_time(excerpt: Excerpt) -> None:
    found = flaps(excerpt, PORT)
    assert found.cycles == 3
    assert found.together == 1.0
    assert found.downs == 12


def test_random_loss_takes_one_pair_at_a_time(excerpt: Excerpt) -> None:
    found = flaps(excerpt, RANDOM)
    assert found.cycles == 0
    assert found.together == 0.0


def test_the_usual_length_of_a_cut_is_the_median(excerpt: Excerpt) -> None:
    found = flaps(excerpt, [*RANDOM, cut(3, 1, "12:10:40.0", "12:10:59.0")])
    assert found.usual == timedelta(seconds=3.1)


def test_a_cut_that_never_ended_has_no_length(excerpt: Excerpt) -> None:
    story = ["n3 12:10:00.1 corosync [KNET  ] link: host: 1 link: 0 is down"]
    found = flaps(excerpt, story)
    assert found.usual is None
    assert found.downs == 1


def test_stamps_of_whole_seconds_are_allowed_a_second(excerpt: Excerpt) -> None:
    story = [
        text
        for second in (0, 20, 40)
        for text in (
            cut(3, 1, f"12:10:{second:02d}", f"12:10:{second + 5:02d}"),
            cut(3, 2, f"12:10:{second + 1:02d}", f"12:10:{second + 6:02d}"),
        )
    ]
    assert flaps(excerpt, story).cycles == 3


def test_without_the_nodes_own_log_its_peers_tell_how_often(excerpt: Excerpt) -> None:
    found = flaps(excerpt, [text for text in PORT if not text.startswith("n3")])
    assert found.cycles == 3


def test_losses_of_other_nodes_are_not_counted(excerpt: Excerpt) -> None:
    found = flaps(excerpt, PORT, node="n1")
    assert found.downs == 6


def test_a_link_that_falls_because_corosync_starts_again_is_no_flap(excerpt: Excerpt) -> None:
    restart = "n3 12:10:03 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up"
    story = [restart, *(text for text in PORT if "12:10:00" in text)]
    assert flaps(excerpt, story).downs == 0
