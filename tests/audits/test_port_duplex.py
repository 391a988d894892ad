from collections.abc import Callable

import pytest

from fencepost.audits.port_duplex import port_duplex
from fencepost.events.kernel_net import BridgePortForwarding, CarrierGained
from fencepost.model.case import Case
from fencepost.model.document import Bond, Interface, Interfaces, Port
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

X = Origin("x", 1)


def port(name: str, duplex: str | None, *, link: bool = True) -> Port:
    return Port(origin=X, node="n1", name=name, speed_mb=1000, duplex=duplex, link=link)


@pytest.mark.parametrize(
    ("duplex", "severity"), [("half", "critical"), ("full", "ok"), (None, "info")]
)
def test_a_physical_port(
    make_case: MakeCase, told: Told, duplex: str | None, severity: str
) -> None:
    assert told(port_duplex, make_case(port("eno1", duplex))) == [(severity, "n1")]


@pytest.mark.parametrize("name", ["vmbr0", "bond0", "eno1.50", "vmbr0.5"])
def test_the_unknown_duplex_of_what_is_no_port_is_never_a_trouble(
    make_case: MakeCase, told: Told, words: Words, name: str
) -> None:
    case = make_case(port(name, None))
    assert told(port_duplex, case) == [("info", "n1")]
    assert "means nothing" in words(port_duplex, case)


def test_the_port_under_the_bridge_is_named_and_counts(
    make_case: MakeCase, make_event: MakeEvent, told: Told, words: Words
) -> None:
    under = make_event(BridgePortForwarding, bridge="vmbr0", port="eno1")
    good = make_case(port("vmbr0", None), port("eno1", "full"), events=[under])
    bad = make_case(port("vmbr0", None), port("eno1", "half"), events=[under])
    unread = make_case(port("vmbr0", None), events=[under])
    assert told(port_duplex, good) == [("ok", "n1"), ("ok", "n1")]
    assert "eno1 full duplex" in words(port_duplex, good)
    assert told(port_duplex, bad) == [("ok", "n1"), ("critical", "n1")]
    assert told(port_duplex, unread) == [("info", "n1")]
    assert "eno1 was not read" in words(port_duplex, unread)


def test_a_port_without_link_says_nothing(make_case: MakeCase, told: Told) -> None:
    assert told(port_duplex, make_case(port("eno1", "half", link=False))) == []


def test_a_port_that_corosync_does_not_use_is_only_told(make_case: MakeCase, told: Told) -> None:
    known = Interfaces(
        origin=X,
        node="n1",
        interfaces={
            "eno1": Interface(name="eno1", addresses=("10.0.0.1/24",)),
            "eno2": Interface(name="eno2"),
        },
    )
    case = make_case(
        known, port("eno1", "full"), port("eno2", "half"), nodes={"n1": {0: "10.0.0.1"}}
    )
    assert told(port_duplex, case) == [("ok", "n1"), ("info", "n1")]


def test_bonding_and_the_kernel_tell_it_without_ethtool(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    bond = Bond(
        origin=X,
        node="n1",
        name="bond0",
        mode="",
        lacp_rate=None,
        active=None,
        slaves={"eno1": ("up", 100, "half", 0, None), "eno2": ("up", 1000, "full", 0, None)},
    )
    came_up = make_event(CarrierGained, node="n2", port="eno1", speed_mb=100, duplex="Half")
    assert told(port_duplex, make_case(bond, events=[came_up])) == [
        ("critical", "n1"),
        ("critical", "n2"),
    ]
    mended = make_event(CarrierGained, node="n2", after_s=60, port="eno1", duplex="Full")
    assert told(port_duplex, make_case(events=[came_up, mended])) == []
