from collections.abc import Callable

import pytest

from fencepost.audits.port_mtu import port_mtu
from fencepost.events.knet import MtuMisconfigured, PathMtuChanged
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Interface, Interfaces, ReachableNodes
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]

X = Origin("x", 1)
NODES = {"n1": {0: "10.0.0.1"}, "n2": {0: "10.0.0.2"}}


def interfaces(node: str, *some: Interface) -> Interfaces:
    return Interfaces(origin=X, node=node, interfaces={one.name: one for one in some})


def single(node: str, address: str, mtu: int) -> Interfaces:
    return interfaces(node, Interface(name="eno1", mtu=mtu, addresses=(address,)))


def test_nodes_that_differ(make_case: MakeCase, told: Told) -> None:
    one = single("n1", "10.0.0.1/24", 9000)
    same, other = single("n2", "10.0.0.2/24", 9000), single("n2", "10.0.0.2/24", 8999)
    assert told(port_mtu, make_case(one, same, nodes=NODES)) == [("ok", None)]
    assert told(port_mtu, make_case(one, other, nodes=NODES)) == [("warning", None)]


@pytest.mark.parametrize(
    ("bridge", "port", "found"),
    [
        (9000, 1500, [("warning", "n1")]),
        (1500, 9000, []),  # the port may carry more than it is asked to
        (1500, 1500, []),
    ],
)
def test_the_port_under_the_bridge(
    make_case: MakeCase, told: Told, bridge: int, port: int, found: list[tuple[str, str | None]]
) -> None:
    stack = interfaces(
        "n1",
        Interface(name="vmbr0", kind="bridge", mtu=bridge, addresses=("10.0.0.1/24",)),
        Interface(name="eno1", mtu=port, master="vmbr0"),
        Interface(name="tap100i0", kind="tun", mtu=1400, master="vmbr0"),
    )
    assert told(port_mtu, make_case(stack, nodes={"n1": {0: "10.0.0.1"}})) == found


def test_a_path_that_is_narrower_than_the_interface(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    wide = single("n1", "10.0.0.1/24", 9000)
    narrow = ReachableNodes(origin=X, node="n1", node_id=1, links={(2, 0): (True, 1397)})
    full = ReachableNodes(origin=X, node="n1", node_id=1, links={(2, 0): (True, 8885)})
    lost = ReachableNodes(origin=X, node="n1", node_id=1, links={(2, 0): (False, 469)})
    nodes = {"n1": {0: "10.0.0.1"}}
    assert told(port_mtu, make_case(wide, narrow, nodes=nodes)) == [("warning", "n1")]
    assert told(port_mtu, make_case(wide, full, nodes=nodes)) == []
    assert told(port_mtu, make_case(wide, lost, nodes=nodes)) == []
    logged = make_event(PathMtuChanged, host=2, link=0, was=469, now=1397)
    grown = make_event(PathMtuChanged, after_s=30, host=2, link=0, was=1397, now=8885)
    assert told(port_mtu, make_case(wide, events=[logged], nodes=nodes)) == [("warning", "n1")]
    assert told(port_mtu, make_case(wide, events=[logged, grown], nodes=nodes)) == []


def test_growing_from_the_start_value_is_normal(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    usual = single("n1", "10.0.0.1/24", 1500)
    logged = make_event(PathMtuChanged, host=2, link=0, was=469, now=1397)
    case = make_case(usual, events=[logged], nodes={"n1": {0: "10.0.0.1"}})
    assert told(port_mtu, case) == []


def test_what_knet_says_itself(make_case: MakeCase, make_event: MakeEvent, told: Told) -> None:
    says = [
        make_event(MtuMisconfigured, kernel_mtu=9000, host=2, link=0, after_s=s) for s in (0, 9)
    ]
    assert told(port_mtu, make_case(events=says)) == [("warning", "n1")]


def test_an_mtu_that_the_file_asks_for(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    usual = single("n1", "10.0.0.1/24", 1500)
    fits, too_big = make_conf(2, totem="knet_mtu: 1500"), make_conf(2, totem="knet_mtu: 1501")
    assert told(port_mtu, make_case(usual, fits)) == []
    assert told(port_mtu, make_case(usual, too_big)) == [("warning", None)]
