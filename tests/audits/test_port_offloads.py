from collections.abc import Callable

import pytest

from fencepost.audits.port_offloads import port_offloads
from fencepost.events.kernel_net import NicHung, TransmitTimedOut
from fencepost.model.case import Case
from fencepost.model.document import Interface, Interfaces, PortDriver, PortOffloads
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

X = Origin("x", 1)


def driver(name: str, port: str | None = "eno1") -> PortDriver:
    return PortDriver(origin=X, node="n1", name=port, driver=name)


def offloads(port: str = "eno1", *, tso: bool, gso: bool) -> PortOffloads:
    features = {"tcp-segmentation-offload": tso, "generic-segmentation-offload": gso}
    return PortOffloads(origin=X, node="n1", name=port, features=features)


@pytest.mark.parametrize(
    ("tso", "gso", "severity"),
    [(True, True, "warning"), (True, False, "warning"), (False, False, "ok")],
)
def test_e1000e(make_case: MakeCase, told: Told, tso: bool, gso: bool, severity: str) -> None:  # noqa: FBT001
    case = make_case(driver("e1000e"), offloads(tso=tso, gso=gso))
    assert told(port_offloads, case) == [(severity, "n1")]


def test_other_drivers_and_ports_are_not_blamed(make_case: MakeCase, told: Told) -> None:
    assert told(port_offloads, make_case(driver("igb"), offloads(tso=True, gso=True))) == []
    other = make_case(driver("e1000e"), offloads("eno2", tso=True, gso=True))
    assert told(port_offloads, other) == []


def test_a_port_that_has_hung_is_critical_and_needs_no_driver_output(
    make_case: MakeCase, make_event: MakeEvent, told: Told, words: Words
) -> None:
    hung = [make_event(NicHung, driver="e1000e", port="eno1", after_s=s) for s in (0, 2)]
    case = make_case(offloads(tso=True, gso=True), events=hung)
    assert told(port_offloads, case) == [("critical", "n1")]
    assert "logged 2 times" in words(port_offloads, case)


def test_offloads_that_were_not_read_are_not_judged(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    hung = make_event(NicHung, driver="e1000e", port="eno1")
    assert told(port_offloads, make_case(driver("e1000e"), events=[hung])) == []


def test_r8169_is_told_and_warned_of_once_it_hung(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    late = make_event(TransmitTimedOut, port="eno1", driver="r8169")
    assert told(port_offloads, make_case(driver("r8169"))) == [("info", "n1")]
    assert told(port_offloads, make_case(driver("r8169"), events=[late])) == [("warning", "n1")]


def test_a_port_that_corosync_does_not_use_is_only_told(make_case: MakeCase, told: Told) -> None:
    known = {
        "eno1": Interface(name="eno1"),
        "eno2": Interface(name="eno2", addresses=("10.0.0.1/24",)),
    }
    case = make_case(
        Interfaces(origin=X, node="n1", interfaces=known),
        driver("e1000e"),
        offloads(tso=True, gso=True),
        nodes={"n1": {0: "10.0.0.1"}},
    )
    assert told(port_offloads, case) == [("info", "n1")]
