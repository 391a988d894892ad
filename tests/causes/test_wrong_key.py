"""Nodes that reject each other: whom to blame."""

from collections.abc import Callable
from typing import Any

NOON = 12 * 3600
Make = Callable[..., Any]

CONF = (
    """
totem {
  cluster_name: told
  version: 2
}
nodelist {
"""
    + "".join(
        f"  node {{\n    name: n{number}\n    nodeid: {number}\n    ring0_addr: 10.0.0.{number}\n  }}\n"
        for number in (1, 2, 3)
    )
    + "}\n"
)


def rejects(told: Any, observer: str, last: int, times: int = 3) -> None:
    for second in range(times):
        text = f"[KNET  ] rx: Unable to decrypt packet from 10.0.0.{last}:5405 (size 128)!"
        told.say(observer, NOON + second, "corosync", text)


def test_the_node_in_every_rejecting_pair_is_blamed(cluster: Make) -> None:
    told = cluster().file("corosync.conf", CONF)
    for observer, last in (("n1", 3), ("n2", 3), ("n3", 1), ("n3", 2)):
        rejects(told, observer, last)
    best = told.best()
    assert (best.cause, best.blames) == ("wrong_key", ("n3",))


def test_of_two_that_reject_each_other_neither_is_singled_out(cluster: Make) -> None:
    told = cluster().file("corosync.conf", CONF)
    rejects(told, "n1", 3)
    rejects(told, "n3", 1)
    assert told.best().blames == ()


def test_a_stranger_on_the_network_is_no_node_of_ours(cluster: Make) -> None:
    told = cluster().file("corosync.conf", CONF)
    for observer in told.nodes:
        rejects(told, observer, 99)
    best = told.best()
    assert (best.cause, best.blames) == ("wrong_key", ())
    assert "10.0.0.99" in best.says
