from typing import Any

from fencepost.advice import ports
from fencepost.events.kernel_net import AdapterReset, CarrierLost, NicHung
from fencepost.model.document import Bond, Interface, PortCounters


def test_the_port_is_found_below_the_bridge_with_the_address(given: Any) -> None:
    case = given.case(given.bridged("alpha", 1), given.port("alpha", "eno9"))
    assert ports.holder(case, "alpha") == "vmbr0"
    assert ports.of_node(case, "alpha") == ["eno1"]
    assert ports.one_of(case, "alpha") == "eno1"


def test_a_vlan_over_a_bond_leads_to_its_ports(given: Any) -> None:
    wired = given.interfaces(
        "alpha",
        Interface(name="bond0.5", kind="vlan", lower="bond0", addresses=("10.0.0.1/24",)),
        Interface(name="bond0", kind="bond"),
        Interface(name="eno1", master="bond0"),
    )
    up = ("up", 1000, "full", 0, "1")
    bond = Bond(
        origin=given.origin(), node="alpha", name="bond0", mode="802.3ad",
        lacp_rate="slow", active=None, slaves={"eno1": up, "eno2": up},
    )  # fmt: skip
    assert ports.of_node(given.case(wired, bond), "alpha") == ["eno1", "eno2"]


def test_interfaces_that_rest_on_each_other_do_not_loop(given: Any) -> None:
    wired = given.interfaces(
        "alpha",
        Interface(name="vmbr0", master="vmbr1", addresses=("10.0.0.1/24",)),
        Interface(name="vmbr1", master="vmbr0"),
    )
    assert ports.of_node(given.case(wired), "alpha") == []


def test_without_addresses_the_port_the_kernel_complained_of_counts(given: Any) -> None:
    lost = given.event(CarrierLost, port="enp3s0")
    case = given.case(given.port("alpha", "eno1"), events=[lost])
    assert ports.of_node(case, "alpha") == ["enp3s0"]
    assert ports.one_of(given.case(), "alpha") == "PORT"


def test_hangs_are_counted_by_port_with_the_driver_that_logged_them(given: Any) -> None:
    events = [
        given.event(NicHung, driver="e1000e", port="eno2"),
        given.event(NicHung, driver="e1000e", port="eno1", after=1, times=3),
        given.event(AdapterReset, port="eno1", after=2),
    ]
    found = ports.hanging(given.case(events=events), "alpha")
    assert [(one.port, one.driver, one.times) for one in found] == [
        ("eno1", "e1000e", 4),
        ("eno2", "e1000e", 1),
    ]


def test_a_pci_address_is_no_name_that_ethtool_takes(given: Any) -> None:
    hung = given.event(NicHung, driver="igb", port="0000:03:00.0")
    case = given.case(given.bridged("alpha", 1), events=[hung])
    assert [(one.port, one.driver) for one in ports.hanging(case, "alpha")] == [("eno1", "igb")]


def test_a_sentence_names_its_port(given: Any) -> None:
    counted = PortCounters(origin=given.origin(), node="alpha", name="eno7", counters={})
    case = given.case(given.bridged("alpha", 1), counted)
    assert ports.named_in(case, "alpha", "eno7: rx_crc_errors 20511") == "eno7"
    assert ports.named_in(case, "alpha", "something else") == "eno1"


def test_a_placeholder_is_explained_before_it_is_used() -> None:
    assert ports.explained(["ethtool PORT"]) == (ports.FIND_IT, "ethtool PORT")
    assert ports.explained(["ethtool eno1 --dport"]) == ("ethtool eno1 --dport",)


def test_only_what_has_no_duplex_of_its_own_is_excused(given: Any) -> None:
    case = given.case(
        given.port("alpha", "vmbr0", duplex=None), given.port("alpha", "eno1", duplex=None)
    )
    assert ports.without_duplex(case) == [("alpha", "vmbr0")]
