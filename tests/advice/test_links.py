from typing import Any

from fencepost.advice import links
from fencepost.advice.matter import Claim, Matter
from fencepost.model.case import Confidence
from fencepost.model.document import Interface
from fencepost.model.verdict import Priority


def two_networks(given: Any, *, same_port: bool = False) -> list[Any]:
    return [
        given.interfaces(
            name,
            Interface(name="vmbr0", kind="bridge", addresses=(f"10.0.0.{index}/24", "fe80::1/64")),
            Interface(name="eno1", master="vmbr0"),
            Interface(
                name="eno1.9" if same_port else "eno2",
                kind="vlan" if same_port else None,
                lower="eno1" if same_port else None,
                addresses=(f"172.16.9.{index}/24",),
            ),
        )
        for index, name in enumerate(given.nodes, start=1)
    ]


def asked(given: Any, case: Any) -> Any:
    single = given.finding("single_link")
    return given.one(links.second_link, given.matter(case, findings=[single]))


def diff(told: Any) -> Any:
    return next(step for step in told.steps if "\n--- " in step)


def test_known_addresses_make_a_ready_diff(given: Any) -> None:
    told = asked(given, given.case(given.conf(), *two_networks(given)))
    assert told.priority is Priority.SOON
    added = [line for line in diff(told).split("\n") if line[:1] in "+-" and line[1:3] != "+ "]
    for line in (
        "+    ring1_addr: 172.16.9.1",
        "+    ring1_addr: 172.16.9.2",
        "+    ring1_addr: 172.16.9.3",
        "+    linknumber: 1",
        "+  config_version: 6",
    ):
        assert line in added
    assert " # written by hand, do not lose this line" in diff(told)
    assert "NOT READY" not in " ".join(told.steps)


def test_unknown_addresses_are_placeholders_and_the_diff_is_not_ready(given: Any) -> None:
    told = asked(given, given.case(given.conf()))
    assert "NOT READY" in diff(told)
    assert "+    ring1_addr: ADDRESS_OF_BETA_ON_THE_SECOND_NETWORK" in diff(told)
    assert "Cable a free port of each node (alpha, beta and gamma)" in told.steps[0]


def test_a_vlan_over_the_same_port_is_no_second_network(given: Any) -> None:
    case = given.case(given.conf(), *two_networks(given, same_port=True))
    assert links.second_network(case) is None


def test_a_network_that_a_node_lacks_is_none(given: Any) -> None:
    assert links.second_network(given.case(given.conf(), *two_networks(given)[:2])) is None


def test_without_a_file_there_is_no_diff_and_it_is_said(given: Any) -> None:
    told = asked(given, given.case())
    assert any("no ready diff" in step for step in told.steps)
    assert not any("\n--- " in step for step in told.steps)


def test_udp_cannot_have_a_second_link(given: Any) -> None:
    conf = given.conf(given.text.replace("secauth: on", "transport: udpu"))
    told = asked(given, given.case(conf))
    assert any("knet as transport" in step for step in told.steps)


def test_two_links_need_no_second(given: Any) -> None:
    text = given.text
    for index in (1, 2, 3):
        text = text.replace(
            f"10.0.0.{index}\n", f"10.0.0.{index}\n    ring1_addr: 10.9.0.{index}\n"
        )
    down = given.hypothesis("link_down", "alpha")
    assert not given.advised(links.second_link, given.matter(given.case(given.conf(text)), down))


def test_links_that_share_a_port_are_parted(given: Any) -> None:
    shared = given.finding("link_separation", node="beta")
    told = given.one(links.separate_links, given.matter(given.case(), findings=[shared]))
    assert "beta" in told.title
    assert any("disarm-ha" in step for step in told.steps)


def test_a_network_of_its_own_needs_reasons_from_the_case(given: Any) -> None:
    shared = given.finding("shared_network", node="beta")
    loss = given.hypothesis("packet_loss", "beta")
    case = given.case()
    assert not given.advised(links.own_network, given.matter(case, findings=[shared]))
    assert not given.advised(links.own_network, given.matter(case, loss))
    told = given.one(links.own_network, given.matter(case, loss, findings=[shared]))
    assert told.priority is Priority.LATER
    assert "What speaks for it here" in told.why


def test_a_new_switch_needs_repeated_outages_of_all(given: Any) -> None:
    down = given.hypothesis("network_down")
    once = Claim(given.incident("i1"), down, down)
    twice = Claim(given.incident("i2", after=600), down, down)
    doubt = given.hypothesis("network_down", confidence=Confidence.POSSIBLE)
    case = given.case()
    assert not given.advised(links.other_switch, Matter(case, (once,)))
    assert given.one(links.other_switch, Matter(case, (once, twice))).priority is Priority.LATER
    vague = tuple(Claim(given.incident(name), doubt, doubt) for name in ("i1", "i2"))
    assert not given.advised(links.other_switch, Matter(case, vague))
