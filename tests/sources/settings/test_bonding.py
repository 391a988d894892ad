import pytest

from fencepost.model.document import Bond
from fencepost.sources.settings import read_documents

BOND = """\
Ethernet Channel Bonding Driver: v6.8.12

Bonding Mode: fault-tolerance (active-backup)
Currently Active Slave: eno1
MII Status: up

Slave Interface: eno1
MII Status: up
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 2

Slave Interface: eno2
MII Status: down
Speed: Unknown
Duplex: Unknown
Link Failure Count: 17
"""


def only(text: str, name: str = "bonding.txt") -> Bond:
    (document,) = read_documents(name, text, None)
    assert isinstance(document, Bond)
    return document


def test_reads_active_backup() -> None:
    bond = only(BOND)
    assert bond.mode == "fault-tolerance (active-backup)"
    assert (bond.active, bond.lacp_rate) == ("eno1", None)
    assert bond.slaves["eno1"] == ("up", 10000, "full", 2, None)
    assert bond.slaves["eno2"] == ("down", None, None, 17, None)
    assert bond.origin_of("slaves:eno2").line == 13
    assert bond.origin_of("slaves:eno2:failures").text == "Link Failure Count: 17"


def test_reads_lacp() -> None:
    bond = only(
        "Ethernet Channel Bonding Driver: v5.15\nBonding Mode: IEEE 802.3ad Dynamic link aggregation\n"
        "LACP rate: slow\nActive Aggregator Info:\n\tAggregator ID: 1\n\n"
        "Slave Interface: eno1\nMII Status: up\nAggregator ID: 1\n"
        "details partner lacp pdu:\n    system mac address: 00:00:00:00:00:00\n"
    )
    assert bond.lacp_rate == "slow"
    assert bond.slaves == {"eno1": ("up", None, None, 0, "1")}


@pytest.mark.parametrize(
    ("heading", "name", "bond"),
    [
        ("# cat /proc/net/bonding/bond0\n", "a.txt", "bond0"),
        ("root@n1:/proc/net/bonding# cat bond-mgmt\n", "a.txt", "bond-mgmt"),
        ("", "n1/bond1", "bond1"),
        ("", "n1/bonding.txt", None),
    ],
)
def test_the_command_or_the_file_names_the_bond(heading: str, name: str, bond: str | None) -> None:
    assert only(heading + BOND, name).name == bond
