"""What the first trace suggests, and what a second one in the same incident says against it."""

from collections.abc import Callable
from typing import Any

from fencepost.model.case import Confidence

NOON = 12 * 3600
Make = Callable[..., Any]
SIGNALLED = "[MAIN  ] Node was shut down by a signal"
NOT_SCHEDULED = (
    "[MAIN  ] Corosync main process was not scheduled (@1762603800000) for 26504.8418 ms "
    "(threshold is 3960.0000 ms). Consider token timeout increase."
)


def test_a_stop_does_not_explain_another_node_that_was_thrown_out(cluster: Make) -> None:
    told = cluster(5).say("n5", NOON, "corosync", SIGNALLED)
    told.formed(["n1", "n2", "n4"], ["n1", "n2", "n4"], NOON + 10, left=["n3"])
    told.say("n3", NOON + 26.5, "corosync", NOT_SCHEDULED)
    answers = told.answers()
    assert next(iter(answers)) == "paused_node"
    assert answers["paused_node"].blames == ("n3",)
    assert answers["asked_for"].confidence is Confidence.POSSIBLE


def test_a_stop_alone_is_certain(cluster: Make) -> None:
    told = cluster().say("n3", NOON, "corosync", SIGNALLED)
    best = told.formed(["n1", "n2"], ["n1", "n2"], NOON + 1, left=["n3"], polite=True).best()
    assert (best.cause, best.confidence) == ("asked_for", Confidence.CERTAIN)


def repeated(told: Any, times: int, apart: float) -> Any:
    for index in range(times):
        told.say("n1", NOON + index * apart, "corosync", "[TOTEM ] Retransmit List: 29")
    return told


def test_repeats_beside_a_lost_link_are_no_black_hole(cluster: Make) -> None:
    told = repeated(cluster(4), 60, 0.02)
    told.lost("n1", "n4", NOON + 1.1).lost("n4", "n1", NOON + 2.1).late("n2", NOON + 1)
    told.formed(told.nodes, told.nodes, NOON + 12)
    assert "mtu_black_hole" not in told.claimed()
    assert told.best().cause == "broken_path"


def test_repeats_through_a_path_that_is_only_slow_are_no_black_hole(cluster: Make) -> None:
    told = repeated(cluster(4), 55, 0.65)
    for peer in ("n1", "n2", "n3"):
        told.lost("n4", peer, NOON + 36.5).found("n4", peer, NOON + 38)
    told.formed(told.nodes, told.nodes, NOON + 44)
    assert "mtu_black_hole" not in told.claimed()


TWO_LINKS = """
totem {
  transport: knet
  interface { linknumber: 0 }
  interface { linknumber: 1 }
}
nodelist {
  node {
    name: n1
    nodeid: 1
    ring0_addr: 10.0.0.1
    ring1_addr: 10.1.0.1
  }
  node {
    name: n2
    nodeid: 2
    ring0_addr: 10.0.0.2
    ring1_addr: 10.1.0.2
  }
}
"""


def test_one_link_of_a_pair_went_down_at_both_ends(cluster: Make) -> None:
    told = cluster(2).file("corosync.conf", TWO_LINKS)
    told.lost("n1", "n2", NOON).lost("n2", "n1", NOON + 0.3)
    told.say("n1", NOON + 0.8, "corosync", "[TOTEM ] Token has not been received in 2250 ms")
    told.found("n1", "n2", NOON + 30).found("n2", "n1", NOON + 30)
    best = told.best()
    assert (best.cause, best.blames) == ("link_down", ("n1", "n2"))
    assert "another one carried on" in best.says
