"""What a node's interfaces rest on."""

from dataclasses import replace

from fencepost.model.document import Bond, Interface, Interfaces
from fencepost.model.line import Origin
from fencepost.model.wiring import bottoms, in_force, joined, rests_on, way_down

X = Origin("x", 1)


def told(*some: Interface) -> Interfaces:
    return Interfaces(origin=X, node="n1", interfaces={one.name: one for one in some})


def bond(name: str | None, *slaves: str) -> Bond:
    up = ("up", 1000, "full", 0, None)
    return Bond(
        origin=X, node="n1", name=name, mode="", lacp_rate=None, active=None,
        slaves=dict.fromkeys(slaves, up),
    )  # fmt: skip


def test_commands_add_up_and_the_later_answer_counts() -> None:
    first = told(Interface(name="eno1", mtu=1500, up=True, addresses=("10.0.0.1/24",)))
    later = told(Interface(name="eno1", mtu=9000, up=False), Interface(name="eno2"))
    found = joined([first, later])
    assert found["eno1"] == Interface(name="eno1", mtu=9000, up=False, addresses=("10.0.0.1/24",))
    assert list(found) == ["eno1", "eno2"]


def test_settings_count_where_no_command_was_asked() -> None:
    printed = told(Interface(name="eno1", mtu=1500))
    settings = replace(told(Interface(name="eno1", mtu=9000)), settings=True)
    assert in_force([settings, printed]) == [printed]
    assert in_force([settings, settings]) == [settings, settings]


def test_masters_lower_interfaces_and_slaves_lie_beneath() -> None:
    interfaces = told(
        Interface(name="vmbr0"),
        Interface(name="bond0.5", lower="bond0", master="vmbr0"),
        Interface(name="eno1", master="bond0"),
    ).interfaces
    assert rests_on(interfaces, [bond("bond0", "eno2"), bond(None, "eno9")]) == {
        "vmbr0": {"bond0.5"},
        "bond0.5": {"bond0"},
        "bond0": {"eno1", "eno2"},
    }


STACK = {"vmbr0": {"bond0", "eno3"}, "bond0": {"eno2", "eno1"}, "vlan5": {"bond0"}}


def test_the_way_down_goes_floor_by_floor() -> None:
    assert way_down(STACK, "vmbr0") == ("vmbr0", "bond0", "eno3", "eno1", "eno2")
    assert way_down(STACK, "eno7") == ("eno7",)


def test_bottoms_come_by_branch_with_what_is_above_them() -> None:
    assert list(bottoms(STACK, "vmbr0")) == [
        ("eno1", "bond0"),
        ("eno2", "bond0"),
        ("eno3", "vmbr0"),
    ]
    assert list(bottoms(STACK, "eno7")) == [("eno7", None)]


def test_a_loop_ends() -> None:
    loop = {"vmbr0": {"vmbr1"}, "vmbr1": {"vmbr0", "eno1"}}
    assert way_down(loop, "vmbr0") == ("vmbr0", "vmbr1", "eno1")
    assert list(bottoms(loop, "vmbr0")) == [("eno1", "vmbr1")]
    assert list(bottoms({"a": {"a"}}, "a")) == []
