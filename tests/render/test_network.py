from dataclasses import replace

from fencepost.model.case import Case
from fencepost.model.cluster import Node
from fencepost.model.document import Bond, Document, Interface, Interfaces, Port, PortDriver
from fencepost.model.line import Origin
from fencepost.model.verdict import Report
from fencepost.render.network import Carrier, carriers

SOME = Origin("status/x", 1, None, "x")
NODE = Node("n1", 1, {0: "10.0.0.1"})


def wired(report: Report, *documents: Document) -> list[Carrier] | None:
    case: Case = replace(report.case, documents=documents)
    return carriers(case, NODE)


def links(*some: Interface) -> Interfaces:
    return Interfaces(origin=SOME, node="n1", interfaces={one.name: one for one in some})


def port(name: str, *, link: bool | None = True, speed: int | None = 1000) -> Port:
    return Port(origin=SOME, node="n1", name=name, speed_mb=speed, duplex="full", link=link)


def test_nothing_read_is_nothing_known(empty: Report) -> None:
    assert wired(empty) is None
    other = Port(origin=SOME, node="n2", name="eno1", speed_mb=10, duplex="half", link=True)
    assert wired(empty, other) is None


def test_the_port_may_hold_the_address_itself(empty: Report) -> None:
    assert wired(empty, links(Interface(name="eno1", mtu=9000, addresses=("10.0.0.1/24",)))) == [
        Carrier("eno1", None, None, None, None, 9000)
    ]


def test_vlan_on_bridge_on_bond_leads_to_the_slaves(empty: Report) -> None:
    bond = Bond(
        origin=SOME,
        node="n1",
        name="bond0",
        mode="802.3ad",
        lacp_rate=None,
        active=None,
        slaves={"eno2": ("up", 10000, "full", 0, "1"), "eno1": ("up", 1000, "half", 3, "2")},
    )
    interfaces = links(
        Interface(name="vmbr0.50", lower="vmbr0", addresses=("10.0.0.1/24",)),
        Interface(name="vmbr0", kind="bridge"),
        Interface(name="bond0", kind="bond", master="vmbr0"),
        Interface(name="tap100i0", master="vmbr0"),
        Interface(name="eno1", mtu=1500, master="bond0"),
        Interface(name="eno3", mtu=1500),
    )
    assert wired(empty, interfaces, bond, port("eno1", speed=None)) == [
        Carrier("eno1", "bond0", None, 1000, "full", 1500),
        Carrier("eno2", "bond0", None, 10000, "full", None),
    ]


def test_several_commands_add_up(empty: Report) -> None:
    addresses = links(Interface(name="vmbr0", addresses=("10.0.0.1/24",)), Interface(name="eno1"))
    details = links(
        Interface(name="vmbr0", kind="bridge"), Interface(name="eno1", mtu=1500, master="vmbr0")
    )
    assert wired(empty, addresses, details) == wired(empty, details, addresses)
    assert wired(empty, addresses, details) == [Carrier("eno1", "vmbr0", None, None, None, 1500)]


def test_a_loop_of_masters_ends(empty: Report) -> None:
    interfaces = links(
        Interface(name="a", master="b", addresses=("10.0.0.1",)), Interface(name="b", master="a")
    )
    assert wired(empty, interfaces) is None


def test_without_addresses_the_ports_that_have_a_link_are_told(empty: Report) -> None:
    found = wired(
        empty, port("eno2"), port("eno1", link=False), port("tap1"), port("eno3", link=None)
    )
    assert [one.port for one in found or ()] == ["eno2", "eno3"]


def test_an_unnamed_driver_belongs_to_the_only_port(empty: Report) -> None:
    driver = PortDriver(origin=SOME, node="n1", name=None, driver="e1000e")
    assert [one.driver for one in wired(empty, port("eno1"), driver) or ()] == ["e1000e"]
    both = wired(empty, port("eno1"), port("eno2"), driver)
    assert [one.driver for one in both or ()] == [None, None]
