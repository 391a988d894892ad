from collections.abc import Callable

import pytest

from fencepost.audits.port_speed import port_speed
from fencepost.events.kernel_net import CarrierGained, SpeedDowngraded
from fencepost.model.case import Case
from fencepost.model.document import Interface, Interfaces, Port
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]

X = Origin("x", 1)
NODES = {"n1": {0: "10.0.0.1"}, "n2": {0: "10.0.0.2"}}


def port(name: str, speed: int | None, node: str = "n1", *, link: bool = True) -> Port:
    return Port(origin=X, node=node, name=name, speed_mb=speed, duplex="full", link=link)


def addressed(node: str, address: str) -> Interfaces:
    known = {
        "eno1": Interface(name="eno1", addresses=(address,)),
        "eno2": Interface(name="eno2"),
    }
    return Interfaces(origin=X, node=node, interfaces=known)


@pytest.mark.parametrize(
    ("speed", "found"),
    [
        (100, [("warning", "n1")]),
        (999, [("warning", "n1")]),
        (1000, [("ok", "n1")]),
        (None, []),
    ],
)
def test_a_gigabit_is_the_least(
    make_case: MakeCase, told: Told, speed: int | None, found: list[tuple[str, str | None]]
) -> None:
    assert told(port_speed, make_case(port("eno1", speed))) == found


def test_bridges_and_dead_ports_have_no_speed(make_case: MakeCase, told: Told) -> None:
    assert told(port_speed, make_case(port("vmbr0", 10), port("eno1", 10, link=False))) == []


def test_slower_than_the_other_nodes(make_case: MakeCase, told: Told) -> None:
    case = make_case(
        addressed("n1", "10.0.0.1/24"),
        addressed("n2", "10.0.0.2/24"),
        port("eno1", 1000, "n1"),
        port("eno1", 10000, "n2"),
        nodes=NODES,
    )
    assert told(port_speed, case) == [("info", "n1"), ("ok", "n2")]


def test_a_slow_port_beside_corosyncs_is_only_told(make_case: MakeCase, told: Told) -> None:
    case = make_case(
        addressed("n1", "10.0.0.1/24"), port("eno1", 1000), port("eno2", 100), nodes=NODES
    )
    assert told(port_speed, case) == [("ok", "n1"), ("info", "n1")]


def test_a_port_that_came_back_slower(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    fast = make_event(CarrierGained, port="eno1", speed_gb=1.0)
    slow = make_event(CarrierGained, after_s=60, port="eno1", speed_mb=100)
    again = make_event(CarrierGained, after_s=120, port="eno1", speed_mb=1000)
    assert told(port_speed, make_case(events=[fast, slow])) == [("warning", "n1")]
    assert told(port_speed, make_case(events=[fast, slow, again])) == []
    assert told(port_speed, make_case(events=[slow, again])) == []


def test_a_card_that_gave_up_speed_by_itself(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    down = make_event(SpeedDowngraded, port="eno1")
    assert told(port_speed, make_case(events=[down])) == [("warning", "n1")]
