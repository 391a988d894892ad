from typing import Any

from fencepost.advice import addresses
from fencepost.events.totem import LinkConfigured
from fencepost.model.document import LinkState


def text(told: Any) -> str:
    return "\n".join(told.steps)


def named(given: Any) -> Any:
    return given.conf(given.text.replace("10.0.0.2", "beta.lan").replace("10.0.0.3", "gamma.lan"))


def asked(given: Any, case: Any) -> str:
    names = given.finding("address_names")
    return text(given.one(addresses.plain_addresses, given.matter(case, findings=[names])))


def test_names_become_the_addresses_that_corosync_uses(given: Any) -> None:
    state = LinkState(
        origin=given.origin(), node="beta", node_id=2, transport="knet",
        addresses={0: "10.0.0.2"}, states={},
    )  # fmt: skip
    told = given.event(LinkConfigured, "gamma", link=0, address="10.0.0.3", port=5405)
    steps = asked(given, given.case(named(given), state, events=[told]))
    assert "-    ring0_addr: beta.lan\n+    ring0_addr: 10.0.0.2" in steps
    assert "-    ring0_addr: gamma.lan\n+    ring0_addr: 10.0.0.3" in steps


def test_an_address_that_is_not_known_is_not_guessed(given: Any) -> None:
    steps = asked(given, given.case(named(given)))
    assert "\n--- " not in steps
    assert "corosync-cfgtool -s" in steps


def test_an_absurd_link_number_is_passed_over(given: Any) -> None:
    conf = given.conf(
        given.text.replace("ring0_addr: 10.0.0.2", f"ring{'9' * 5000}_addr: beta.lan")
    )
    assert "corosync-cfgtool -s" in asked(given, given.case(conf))


def test_one_address_for_each_node(given: Any) -> None:
    twice = given.finding("duplicate_addresses")
    told = given.one(addresses.distinct_addresses, given.matter(given.case(), findings=[twice]))
    assert "on that one only" in text(told)


def test_the_transport_is_changed_with_ha_disarmed_and_node_by_node(given: Any) -> None:
    udpu = given.finding("transport")
    told = given.one(addresses.knet_transport, given.matter(given.case(), findings=[udpu]))
    order = [
        next(i for i, step in enumerate(told.steps) if word in step)
        for word in ("disarm-ha", "systemctl stop corosync", "one node after the other", "arm-ha`")
    ]
    assert order[0] < order[1] < order[2]
    assert "arm-ha" in told.steps[-1]
