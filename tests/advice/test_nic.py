from dataclasses import replace
from typing import Any

from fencepost.advice import nic
from fencepost.events.kernel_net import NicHung, TransmitTimedOut
from fencepost.model.document import Interface, PortRings
from fencepost.model.verdict import Priority, Severity


def hung(given: Any, driver: str = "e1000e", port: str = "enp0s31f6") -> Any:
    return given.case(events=[given.event(NicHung, driver=driver, port=port, times=7)])


def test_offloads_of_the_very_port_are_switched_off_now_and_for_good(given: Any) -> None:
    told = given.one(
        nic.nic_offloads, given.matter(hung(given), given.hypothesis("nic_hang", "alpha"))
    )
    assert told.priority is Priority.NOW
    assert told.title == "Switch off TSO and GSO on enp0s31f6 of alpha"
    assert "On alpha, now: `ethtool -K enp0s31f6 tso off gso off`" in told.steps
    keep = next(step for step in told.steps if "/etc/network/interfaces" in step)
    assert "iface enp0s31f6" in keep
    assert "\n        post-up ethtool -K enp0s31f6 tso off gso off" in keep
    assert "ethtool -k enp0s31f6" in told.verify
    assert "7 lines" in told.why


def test_what_the_settings_switch_off_already_is_not_added_again(given: Any) -> None:
    for offloads, adds in (({"tso": False, "gso": False}, False), ({"tso": False}, True)):
        port = Interface(name="enp0s31f6", offloads=offloads)
        case = given.case(
            replace(given.interfaces("alpha", port), settings=True),
            events=[given.event(NicHung, driver="e1000e", port="enp0s31f6")],
        )
        matter = given.matter(case, given.hypothesis("nic_hang", "alpha"))
        told = given.one(nic.nic_offloads, matter)
        keep = next(step for step in told.steps if "/etc/network/interfaces" in step)
        assert ("add:" in keep) == adds
        assert ("already" in keep) != adds


def test_another_driver_gets_no_e1000e_advice(given: Any) -> None:
    event = given.event(TransmitTimedOut, port="enp3s0", driver="r8169")
    matter = given.matter(given.case(events=[event]), given.hypothesis("nic_hang", "alpha"))
    assert not given.advised(nic.nic_offloads, matter)
    told = given.one(nic.nic_driver, matter)
    assert told.priority is Priority.NOW
    assert any("pcie_aspm=off" in step for step in told.steps)
    assert "enp3s0 of alpha" in told.title


def test_an_unknown_driver_is_looked_up_first(given: Any) -> None:
    case = given.case(given.bridged("alpha", 1))
    told = given.one(nic.nic_offloads, given.matter(case, given.hypothesis("nic_hang", "alpha")))
    assert told.steps[0].startswith("On alpha: `ethtool -i eno1` says `driver: e1000e`")


def test_a_card_that_may_hang_but_did_not_is_for_soon(given: Any) -> None:
    case = given.case(given.bridged("beta", 2), given.driver("beta", "eno1", "e1000e"))
    risk = given.finding("port_offloads", node="beta")
    told = given.one(nic.nic_offloads, given.matter(case, findings=[risk]))
    assert told.priority is Priority.SOON
    assert "eno1 of beta" in told.title
    assert not given.advised(nic.nic_driver, given.matter(case, findings=[risk]))


def test_another_card_is_for_later_when_offloads_may_mend_it(given: Any) -> None:
    matter = given.matter(hung(given), given.hypothesis("nic_hang", "alpha"))
    assert given.one(nic.nic_driver, matter).priority is Priority.LATER


def test_a_hostile_port_name_gets_into_no_command(given: Any) -> None:
    matter = given.matter(hung(given, port="eth0;reboot"), given.hypothesis("nic_hang", "alpha"))
    told = given.one(nic.nic_offloads, matter)
    assert "reboot" not in " ".join(told.steps).replace("after a reboot", "")
    assert any("ethtool -K PORT" in step for step in told.steps)


def test_half_duplex_is_mended_at_the_port_the_finding_names(given: Any) -> None:
    case = given.case(given.port("beta", "eno2", duplex="half", speed_mb=100))
    half = given.finding("port_duplex", Severity.CRITICAL, "beta", found="eno2: half duplex")
    told = given.one(nic.negotiation, given.matter(case, findings=[half]))
    assert told.priority is Priority.NOW
    assert any("ethtool -s eno2 autoneg on" in step for step in told.steps)
    assert "bridge means nothing" in told.verify


def test_a_small_ring_is_enlarged_to_what_the_card_can(given: Any) -> None:
    rings = PortRings(origin=given.origin(), node="beta", name="eno2", rings={"RX": (256, 4096)})
    case = given.case(given.port("beta", "eno2"), rings)
    drops = given.finding("pause_frames", node="beta", found="eno2: rx_missed 9")
    told = given.one(nic.port_buffers, given.matter(case, findings=[drops]))
    assert any("ethtool -G eno2 rx 4096" in step and "256 now" in step for step in told.steps)
    assert any("ethtool -A eno2" in step for step in told.steps)


def test_a_slow_bond_is_made_fast_on_both_sides(given: Any) -> None:
    slow = given.finding("bond_mode", node="gamma")
    told = given.one(nic.bond, given.matter(given.case(), findings=[slow]))
    text = " ".join(told.steps)
    assert "bond-lacp-rate fast" in text
    assert "On the switch" in text


def test_the_duplex_of_a_bridge_is_not_chased(given: Any) -> None:
    case = given.case(given.bridged("alpha", 1), given.port("alpha", "vmbr0", duplex=None))
    told = given.one(nic.bridge_duplex, given.matter(case, given.hypothesis("link_down", "alpha")))
    assert told.priority is Priority.LATER
    assert "vmbr0 of alpha" in told.title
    assert any("ethtool eno1" in step for step in told.steps)
    plain = given.case(given.port("alpha", "eno1"))
    assert not given.advised(
        nic.bridge_duplex, given.matter(plain, given.hypothesis("link_down", "alpha"))
    )
