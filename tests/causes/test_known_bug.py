"""A member that is gone and not forgotten: the synchronisation hangs, and everybody resets."""

from collections.abc import Callable
from typing import Any

from fencepost.model.case import Confidence

NOON = 12 * 3600
Make = Callable[..., Any]


def ghost(told: Any) -> Any:
    nodes = ["n1", "n2", "n3"]
    told.arm("n2").arm("n3")
    told.formed(nodes, told.nodes, NOON, joined=["n4"])
    for node in nodes:
        told.say(node, NOON + 0.2, "pmxcfs", "[dcdb] notice: starting data syncronisation")
    told.ring += 4
    told.formed(nodes, nodes, NOON + 0.5, left=["n4"], polite=True)
    for node in nodes:
        told.starved(node, NOON)
    return told


def versions(corosync: str) -> str:
    return f"proxmox-ve: 9.1.0 (running kernel: 6.14.11-4-pve)\ncorosync: {corosync}\n"


def test_an_old_corosync_explains_it(cluster: Make) -> None:
    told = ghost(cluster(4)).file("pveversion.txt", versions("3.1.9-pve2"))
    best = told.best()
    assert (best.cause, best.confidence) == ("known_bug", Confidence.LIKELY)


def test_without_a_version_it_is_only_possible(cluster: Make) -> None:
    answers = ghost(cluster(4)).answers()
    assert next(iter(answers)) == "pmxcfs_stuck"
    assert answers["known_bug"].missing == ("the version of corosync",)


def test_a_corosync_that_has_the_mend_is_ruled_out(cluster: Make) -> None:
    answers = ghost(cluster(4)).file("pveversion.txt", versions("3.1.10-pve4")).answers()
    assert answers["known_bug"].confidence is Confidence.RULED_OUT
    assert answers["known_bug"].despite
