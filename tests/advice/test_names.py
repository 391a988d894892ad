from typing import Any

import pytest

from fencepost.advice import names
from fencepost.model.cluster import Node


@pytest.mark.parametrize(
    "text",
    ["$(reboot)", "a b", "-rf", "a;b", "`id`", "a\nb", "", "a|b", "a>b", "a'b", "../\x1b[2J"],
)
def test_what_a_shell_would_obey_is_not_put_into_a_command(text: str) -> None:
    assert names.fit(text, "PORT") == "PORT"


@pytest.mark.parametrize("text", ["enp0s31f6", "eno1.100", "ct:100", "fe80::1%eth0", "pve-1"])
def test_ordinary_names_are_put_in(text: str) -> None:
    assert names.fit(text, "PORT") == text


def test_an_unknown_address_is_a_placeholder_that_says_whose(given: Any) -> None:
    assert names.address(given.case(), "beta") == "10.0.0.2"
    assert names.address(given.case(addresses=False), "beta") == "ADDRESS_OF_beta"
    assert names.address(given.case(), "node 7") == "ADDRESS_OF_node_7"


def test_an_address_that_is_none_is_a_placeholder(given: Any) -> None:
    evil = (Node("alpha", 1, {0: "10.0.0.1; reboot"}),)
    case = given.case(cluster={"nodes": evil})
    assert names.address(case, "alpha") == "ADDRESS_OF_alpha"


def test_peers_are_all_others(given: Any) -> None:
    assert names.peers(given.case(), "beta") == ["alpha", "gamma"]
