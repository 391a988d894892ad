"""The walk from corosync's address down to the physical port (audits/_ports.py)."""

from collections.abc import Callable

import pytest

from fencepost.audits._ports import address_of, carriers, carries, port_of, wiring_of, wirings
from fencepost.events.kernel_net import BondSlaveUp, BridgePortForwarding
from fencepost.events.totem import LinkConfigured
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Bond, Interface, Interfaces, LinkState, Port, PortDriver
from fencepost.model.event import Event
from fencepost.model.line import Origin

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
X = Origin("x", 1)


def interfaces(*some: Interface, node: str | None = "n1") -> Interfaces:
    return Interfaces(origin=X, node=node, interfaces={one.name: one for one in some})


STACK = interfaces(
    Interface(name="lo"),
    Interface(name="eno1", master="bond0"),
    Interface(name="eno2", master="bond0"),
    Interface(name="eno3"),
    Interface(name="bond0", kind="bond"),
    Interface(name="bond0.20", kind="vlan", lower="bond0", master="vmbr1"),
    Interface(name="vmbr1", kind="bridge", addresses=("10.0.0.1/24",)),
    Interface(name="tap100i0", kind="tun", master="vmbr1"),
    Interface(name="veth101i0", kind="veth", master="vmbr1"),
)


def test_bridge_vlan_bond_port(make_case: MakeCase) -> None:
    wiring = wiring_of(make_case(STACK), "n1")
    assert wiring.way_down("vmbr1") == ("vmbr1", "bond0.20", "bond0", "eno1", "eno2")
    assert wiring.ports_under("vmbr1") == ("eno1", "eno2")
    assert wiring.top_over("eno2") == "vmbr1"
    assert wiring.guests["vmbr1"] == ("tap100i0", "veth101i0")
    assert wiring.physical == ("eno1", "eno2", "eno3")


def test_names_tell_what_ip_did_not_print(make_case: MakeCase) -> None:
    plain = interfaces(
        Interface(name="eno1", master="vmbr0"),
        Interface(name="vmbr0"),
        Interface(name="vmbr0.5"),
        Interface(name="tap100i0", master="vmbr0"),
    )
    wiring = wiring_of(make_case(plain), "n1")
    assert [wiring.kind(name) for name in ("eno1", "vmbr0", "vmbr0.5", "tap100i0", "lo")] == [
        None,
        "bridge",
        "vlan",
        "guest",
        "virtual",
    ]
    assert wiring.ports_under("vmbr0.5") == ("eno1",)


def test_a_port_called_like_a_bridge_is_what_ip_says(make_case: MakeCase) -> None:
    odd = interfaces(Interface(name="storage", kind="bridge"), Interface(name="x", kind="dummy"))
    wiring = wiring_of(make_case(odd), "n1")
    assert wiring.kind("storage") == "bridge"
    assert wiring.physical == ()


def test_logs_and_bonding_tell_it_without_ip(make_case: MakeCase, make_event: MakeEvent) -> None:
    bond = Bond(
        origin=X,
        node="n1",
        name="bond1",
        mode="",
        lacp_rate=None,
        active=None,
        slaves={"eno5": ("up", 1000, "full", 0, None)},
    )
    events = [
        make_event(BridgePortForwarding, bridge="vmbr0", port="eno1"),
        make_event(BondSlaveUp, bond="bond0", port="eno2"),
    ]
    wiring = wiring_of(make_case(bond, events=events), "n1")
    assert wiring.ports_under("vmbr0") == ("eno1",)
    assert wiring.ports_under("bond0") == ("eno2",)
    assert wiring.ports_under("bond1") == ("eno5",)
    assert wiring.lines("vmbr0") == ()


def test_a_loop_of_bridges_ends(make_case: MakeCase) -> None:
    loop = interfaces(
        Interface(name="vmbr0", kind="bridge", master="vmbr1"),
        Interface(name="vmbr1", kind="bridge", master="vmbr0"),
    )
    wiring = wiring_of(make_case(loop), "n1")
    assert wiring.way_down("vmbr0") == ("vmbr0", "vmbr1")
    assert wiring.ports_under("vmbr0") == ()
    assert wiring.top_over("vmbr0") in {"vmbr0", "vmbr1"}


@pytest.mark.parametrize("witness", ["conf", "cluster", "status", "log"])
def test_every_witness_of_the_address_is_heard(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, witness: str
) -> None:
    state = LinkState(
        origin=X, node="n1", node_id=1, transport=None, addresses={0: "10.0.0.1"}, states={}
    )
    logged = make_event(LinkConfigured, link=0, address="10.0.0.1")
    case = {
        "conf": lambda: make_case(STACK, make_conf(2)),
        "cluster": lambda: make_case(STACK, nodes={"n1": {0: "10.0.0.1"}}),
        "status": lambda: make_case(STACK, state),
        "log": lambda: make_case(STACK, events=[logged]),
    }[witness]()
    (carrier,) = carriers(case, wiring_of(case, "n1"))
    assert (carrier.link, carrier.interface, carrier.ports) == (0, "vmbr1", ("eno1", "eno2"))


def test_whether_a_port_carries_corosync(make_case: MakeCase, make_conf: MakeConf) -> None:
    case = make_case(STACK, make_conf(2))
    wiring = wiring_of(case, "n1")
    assert carries(case, wiring, "eno1") is True
    assert carries(case, wiring, "eno3") is False
    blind = make_case(STACK)
    assert carries(blind, wiring_of(blind, "n1"), "eno1") is None


def test_the_only_port_carries_everything(make_case: MakeCase, make_conf: MakeConf) -> None:
    one = interfaces(
        Interface(name="lo"),
        Interface(name="eno1", master="vmbr0"),
        Interface(name="vmbr0"),
    )
    case = make_case(one, make_conf(2))
    (carrier,) = carriers(case, wiring_of(case, "n1"))
    assert (carrier.interface, carrier.ports) == ("vmbr0", ("eno1",))


def test_one_port_that_was_asked_for_is_not_the_only_one(
    make_case: MakeCase, make_conf: MakeConf
) -> None:
    port = Port(origin=X, node="n1", name="eno7", speed_mb=1000, duplex="full", link=True)
    case = make_case(port, make_conf(2))
    assert carriers(case, wiring_of(case, "n1")) == []


def test_an_output_that_names_no_port(make_case: MakeCase) -> None:
    driver = PortDriver(origin=X, node="n1", name=None, driver="e1000e")
    two = make_case(interfaces(Interface(name="eno1"), Interface(name="eno2")), driver)
    one = make_case(interfaces(Interface(name="eno1"), Interface(name="vmbr0")), driver)
    assert port_of(driver, wiring_of(two, "n1")) is None
    assert port_of(driver, wiring_of(one, "n1")) == "eno1"


def test_nodes_are_kept_apart(make_case: MakeCase) -> None:
    case = make_case(
        interfaces(Interface(name="eno1"), node="n2"),
        interfaces(Interface(name="eno9"), node="n1"),
        interfaces(Interface(name="eth0"), node=None),
    )
    assert [(one.node, one.physical) for one in wirings(case)] == [
        (None, ("eth0",)),
        ("n1", ("eno9",)),
        ("n2", ("eno1",)),
    ]


@pytest.mark.parametrize("text", ["", "pve1", "10.0.0.1/99", "10.0.0.300", "١.1.1.1"])
def test_what_is_no_address(text: str) -> None:
    assert address_of(text) is None
