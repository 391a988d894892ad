from typing import Any

from fencepost.advice import network
from fencepost.advice.matter import Claim, Matter
from fencepost.events.kernel_net import PacketBlocked
from fencepost.model.case import Confidence


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_the_break_is_looked_for_at_the_node_that_was_cut_off(given: Any) -> None:
    case = given.case(given.bridged("beta", 2, "eno3"))
    told = given.one(
        network.find_break, given.matter(case, given.hypothesis("isolated_node", "beta"))
    )
    assert told.title == "Check port, cable and switch port of beta"
    assert "On beta: `ethtool eno3`" in text(told)
    assert "--since '2025-11-08 11:40:00 UTC'" in text(told)
    assert "failed: 2 3" in told.why
    assert "ifdown" in told.risk


def test_ha_is_disarmed_before_a_cable_is_pulled(given: Any) -> None:
    told = given.one(
        network.find_break, given.matter(given.case(), given.hypothesis("link_down", "beta"))
    )
    places = [told.steps.index(step) for step in told.steps if "disarm-ha" in step]
    cable = next(i for i, step in enumerate(told.steps) if "the cable" in step)
    assert places[0] < cable


def test_a_flapping_port_may_be_saving_energy(given: Any) -> None:
    case = given.case(given.bridged("beta", 2, "eno3"))
    told = given.one(network.find_break, given.matter(case, given.hypothesis("link_flap", "beta")))
    assert "--set-eee eno3 eee off" in text(told)


def test_a_cut_off_node_with_a_proven_cause_gets_no_new_cable(given: Any) -> None:
    proven = given.hypothesis("nic_hang", "alpha", confidence=Confidence.CERTAIN)
    alone = given.hypothesis("isolated_node", "alpha")
    matter = Matter(given.case(), (Claim(given.incident(), alone, proven),))
    assert not given.advised(network.find_break, matter)


def test_the_shared_switch_is_asked_for_the_very_minute(given: Any) -> None:
    told = given.one(
        network.shared_switch, given.matter(given.case(), given.hypothesis("network_down"))
    )
    assert "2025-11-08 11:45:00 UTC to 2025-11-08 11:46:00 UTC" in text(told)
    assert "Multicast and IGMP" in told.expected


def test_both_ends_of_a_broken_path_are_tried(given: Any) -> None:
    pair = given.hypothesis("broken_path", "alpha", "gamma")
    told = given.one(network.broken_path, given.matter(given.case(), pair))
    assert "alpha and gamma" in told.title
    assert any(step.startswith("On alpha") and "10.0.0.3" in step for step in told.steps)
    assert any(step.startswith("On gamma") and "10.0.0.1" in step for step in told.steps)


def test_of_two_nodes_no_third_one_is_spoken_of(given: Any) -> None:
    case = given.case(names=("alpha", "beta"))
    pair = given.hypothesis("broken_path", "alpha", "beta")
    assert "Other nodes" not in given.one(network.broken_path, given.matter(case, pair)).why


def test_the_filter_that_blocked_is_told_to_let_the_peers_through(given: Any) -> None:
    blocked = given.event(
        PacketBlocked, "gamma", prefix="[UFW BLOCK]", source="10.0.0.1", target=None, port=5405
    )
    case = given.case(events=[blocked])
    told = given.one(
        network.firewall_ports, given.matter(case, given.hypothesis("firewall_block", "gamma"))
    )
    assert "for peer in 10.0.0.1 10.0.0.2; do ufw allow from $peer" in text(told)
    assert "5405:5412 proto udp" in text(told)
    plain = given.one(
        network.firewall_ports,
        given.matter(given.case(), given.hypothesis("firewall_block", "gamma")),
    )
    assert "iptables -I INPUT -p udp -s $peer --dport 5405:5412" in text(plain)


def test_the_other_machine_is_found_by_its_mac_address(given: Any) -> None:
    case = given.case(given.bridged("beta", 2))
    told = given.one(
        network.address_clash, given.matter(case, given.hypothesis("duplicate_address", "beta"))
    )
    assert "On alpha: `arping -c 5 -I vmbr0 10.0.0.2`" in text(told)
