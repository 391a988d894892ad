from collections.abc import Callable
from dataclasses import replace

import pytest

from fencepost.audits.shared_network import shared_network
from fencepost.events.kernel_storage import NfsUnresponsive
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import DatacenterCfg, Interface, Interfaces
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]

X = Origin("x", 1)


def datacenter(migration: str) -> DatacenterCfg:
    return DatacenterCfg(origin=X, keys={"migration": migration})


def interfaces(*some: Interface) -> Interfaces:
    return Interfaces(origin=X, node="n1", interfaces={one.name: one for one in some})


@pytest.mark.parametrize(
    ("links", "migration", "found"),
    [
        (1, "secure,network=10.0.0.0/24", [("warning", None)]),
        (1, "network=10.0.0.7/24,type=secure", [("warning", None)]),  # host bits and all
        (1, "secure,network=10.9.0.0/24", [("ok", None)]),
        (2, "secure,network=10.1.0.0/24", [("info", None)]),
        (2, "secure,network=10.0.0.0/8", [("warning", None)]),
        (1, "secure", []),
        (1, "secure,network=nonsense", []),
    ],
)
def test_where_migrations_go(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    links: int,
    migration: str,
    found: list[tuple[str, str | None]],
) -> None:
    case = make_case(make_conf(3, links=links), datacenter(migration))
    assert told(shared_network, case) == found


BRIDGE = (
    Interface(name="vmbr0", kind="bridge", addresses=("10.0.0.1/24",)),
    Interface(name="eno1", master="vmbr0"),
)
GUEST = Interface(name="tap100i0", kind="tun", master="vmbr0")


def test_guests_on_corosyncs_bridge(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    crowded = make_case(make_conf(3), interfaces(*BRIDGE, GUEST))
    quiet = make_case(make_conf(3), interfaces(*BRIDGE))
    assert told(shared_network, crowded) == [("warning", "n1")]
    assert told(shared_network, quiet) == [("ok", "n1")]


def test_settings_do_not_tell_that_there_is_no_guest(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    settings = replace(interfaces(*BRIDGE), settings=True)
    assert told(shared_network, make_case(make_conf(3), settings)) == []


def test_a_vlan_beside_the_guests_bridge_shares_its_port(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    beside = interfaces(
        Interface(name="vmbr0", kind="bridge"),
        Interface(name="eno1", master="vmbr0"),
        Interface(name="eno1.10", lower="eno1", addresses=("10.0.0.1/24",)),
        GUEST,
    )
    assert told(shared_network, make_case(make_conf(3), beside)) == [("warning", "n1")]


def test_a_second_link_of_its_own_makes_it_bearable(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    two = interfaces(*BRIDGE, GUEST, Interface(name="eno2", addresses=("10.1.0.1/24",)))
    case = make_case(make_conf(3, links=2), two)
    assert told(shared_network, case) == [("info", "n1"), ("ok", "n1")]


def test_an_nfs_server_in_corosyncs_network(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, told: Told
) -> None:
    for server, found in (("10.0.0.99", [("warning", "n1")]), ("10.5.0.99", [])):
        silent = make_event(NfsUnresponsive, server=server)
        case = make_case(make_conf(3), interfaces(*BRIDGE), events=[silent])
        assert told(shared_network, case) == [*found, ("ok", "n1")]
