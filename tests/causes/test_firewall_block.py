"""A packet filter that was started just before: when that is more than a coincidence."""

from collections.abc import Callable
from typing import Any

from fencepost.model.case import Confidence

NOON = 12 * 3600
Make = Callable[..., Any]


def test_a_strange_filter_just_before_the_node_was_cut_off_is_likely(cluster: Make) -> None:
    told = cluster().say("n3", NOON - 2, "systemd", "Finished nftables.service - nftables.")
    best = told.cut(NOON, "n1 n2", "n3").best()
    assert (best.cause, best.confidence) == ("firewall_block", Confidence.LIKELY)


def test_one_that_is_started_again_and_again_is_not(cluster: Make) -> None:
    told = cluster()
    for at in range(9 * 3600, 14 * 3600, 300):
        told.say("n3", at - 2, "systemd", "Finished nftables.service - nftables.")
    answers = told.cut(NOON, "n1 n2", "n3").answers()
    assert answers["firewall_block"].confidence is Confidence.POSSIBLE


def test_that_of_proxmox_lets_corosync_pass(cluster: Make) -> None:
    told = cluster().say("n3", NOON - 2, "pve-firewall", "starting server")
    answers = told.cut(NOON, "n1 n2", "n3").answers()
    assert answers["firewall_block"].confidence is Confidence.POSSIBLE
