from collections.abc import Callable

import pytest

from fencepost.audits.bond_mode import bond_mode
from fencepost.events.kernel_net import BondEmpty
from fencepost.model.case import Case
from fencepost.model.document import Bond, Interface, Interfaces
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

X = Origin("x", 1)
LACP = "IEEE 802.3ad Dynamic link aggregation"
UP = ("up", 1000, "full", 0, "1")


def bond(mode: str, rate: str | None = None, **slaves: tuple[object, ...]) -> Bond:
    ports = slaves or {"eno1": UP, "eno2": UP}
    return Bond(
        origin=X,
        node="n1",
        name="bond0",
        mode=mode,
        lacp_rate=rate,
        active=None,
        slaves=ports,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("mode", "rate", "severity"),
    [
        ("load balancing (round-robin)", None, "warning"),
        ("load balancing (xor)", None, "warning"),
        ("transmit load balancing", None, "warning"),
        ("adaptive load balancing", None, "warning"),
        ("fault-tolerance (active-backup)", None, "ok"),
        (LACP, "slow", "warning"),
        (LACP, "fast", "ok"),
    ],
)
def test_modes(make_case: MakeCase, told: Told, mode: str, rate: str | None, severity: str) -> None:
    assert told(bond_mode, make_case(bond(mode, rate))) == [(severity, "n1")]


def test_the_slow_rate_is_set_against_the_watchdog(make_case: MakeCase, words: Words) -> None:
    said = words(bond_mode, make_case(bond(LACP, "slow")))
    assert "used for 90 s" in said
    assert "after 60 s" in said


@pytest.mark.parametrize(
    ("slaves", "says"),
    [
        ({"eno1": UP, "eno2": ("down", None, None, 3, "1")}, "eno2 down, eno1 up"),
        ({"eno1": UP}, "eno1 is its only port"),
        ({"eno1": UP, "eno2": ("up", 1000, "full", 0, "2")}, "different aggregators"),
    ],
)
def test_ports_that_are_not_there(
    make_case: MakeCase, words: Words, told: Told, slaves: dict[str, tuple[object, ...]], says: str
) -> None:
    case = make_case(bond(LACP, "fast", **slaves))
    assert told(bond_mode, case) == [("warning", "n1")]
    assert says in words(bond_mode, case)


def test_a_bond_that_corosync_does_not_use_is_only_told(make_case: MakeCase, told: Told) -> None:
    known = {"eno9": Interface(name="eno9", addresses=("10.0.0.1/24",))}
    apart = Interfaces(origin=X, node="n1", interfaces=known)
    case = make_case(bond(LACP, "slow"), apart, nodes={"n1": {0: "10.0.0.1"}})
    assert told(bond_mode, case) == [("info", "n1")]


def test_the_kernel_tells_it_without_bonding(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    empty = [make_event(BondEmpty, bond="bond0", after_s=s) for s in (0, 60)]
    assert told(bond_mode, make_case(events=empty)) == [("warning", "n1")]
