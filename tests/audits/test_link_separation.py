from collections.abc import Callable

from fencepost.audits.link_separation import link_separation
from fencepost.model.case import Case
from fencepost.model.document import Interface, Interfaces
from fencepost.model.line import Origin
from fencepost.model.rule import Audit
from fencepost.model.verdict import Report

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]

NODES = {"n1": {0: "10.0.0.1", 1: "10.1.0.1"}}


def interfaces(*some: Interface) -> Interfaces:
    return Interfaces(origin=Origin("x", 1), node="n1", interfaces={one.name: one for one in some})


def test_ports_of_their_own(make_case: MakeCase, told: Told) -> None:
    apart = interfaces(
        Interface(name="eno1", addresses=("10.0.0.1/24",)),
        Interface(name="eno2", addresses=("10.1.0.1/24",)),
    )
    assert told(link_separation, make_case(apart, nodes=NODES)) == [("ok", "n1")]


def test_two_vlans_of_one_port(make_case: MakeCase, told: Told) -> None:
    vlans = interfaces(
        Interface(name="eno1"),
        Interface(name="eno1.10", lower="eno1", addresses=("10.0.0.1/24",)),
        Interface(name="eno1.20", lower="eno1", addresses=("10.1.0.1/24",)),
    )
    assert told(link_separation, make_case(vlans, nodes=NODES)) == [("warning", "n1")]


def test_a_bond_beside_one_of_its_kind_is_another_way(make_case: MakeCase, told: Told) -> None:
    bonds = interfaces(
        Interface(name="eno1", master="bond0"),
        Interface(name="eno2", master="bond0"),
        Interface(name="bond0", kind="bond", addresses=("10.0.0.1/24",)),
        Interface(name="eno3", addresses=("10.1.0.1/24",)),
    )
    assert told(link_separation, make_case(bonds, nodes=NODES)) == [("ok", "n1")]


def test_two_ports_in_one_network(make_case: MakeCase, told: Told) -> None:
    wide = interfaces(
        Interface(name="eno1", addresses=("10.0.0.1/8",)),
        Interface(name="eno2", addresses=("10.1.0.1/8",)),
    )
    assert told(link_separation, make_case(wide, nodes=NODES)) == [("warning", "n1")]


def test_settings_tell_where_no_command_was_asked(
    excerpt: Callable[[str], Report],
) -> None:
    """On a dead node's disk; else what the commands say counts."""
    links = "".join(
        f"n1 12:00:00 corosync [TOTEM ] Configured link number {link}: local addr: 10.{link}.0.1, port=540{link}\n"
        for link in (0, 1)
    )
    shall_be = """==> n1/etc/network/interfaces <==
iface vmbr0 inet static
  address 10.0.0.1/24
  bridge-ports eno1
iface eno1.20 inet static
  address 10.1.0.1/24"""
    printed = """==> n1/ip.txt <==
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN
2: eno1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP
    inet 10.0.0.1/24 scope global eno1
3: eno2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP
    inet 10.1.0.1/24 scope global eno2"""
    for text, severity in ((shall_be, "warning"), (f"{shall_be}\n{printed}", "ok")):
        (found,) = (one for one in excerpt(links + text).findings if one.audit == "link_separation")
        assert found.severity == severity


def test_one_link_has_nothing_to_be_apart_from(make_case: MakeCase, told: Told) -> None:
    one = interfaces(Interface(name="eno1", addresses=("10.0.0.1/24",)))
    assert told(link_separation, make_case(one, nodes={"n1": {0: "10.0.0.1"}})) == []
