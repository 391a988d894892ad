import pytest

from fencepost.sources.naming import known_node, node_of, short


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("pve1.log", "pve1"),
        ("tor4.syslog", "tor4"),
        ("pve-north.log.2.gz", "pve-north"),
        ("pve-01_syslog-20251108.txt", "pve-01"),
        ("journalctl-pve2.json", "pve2"),
        ("pve3.example.com.log", "pve3"),
        ("10.0.0.13.log", "10.0.0.13"),
        ("nas1/syslog", "nas1"),
        ("nas1/var/log/cluster/corosync.log", "nas1"),
        ("case.tar.gz/nas2/messages.1", "nas2"),
        ("var/log/syslog", None),
        ("corosync.log", None),
        ("1", None),
    ],
)
def test_names_the_node_of_a_path(path: str, node: str | None) -> None:
    assert node_of(path) == node


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("status/status.fault.node2.txt", "node2"),
        ("node2/ethtool.txt", "node2"),
        ("Node2-ethtool-eno1.txt", "node2"),
        ("pve/etc/pve/corosync.conf", "pve"),
        ("node2/etc/pve/corosync.conf", "node2"),
        ("node2/pve.txt", "pve"),
        ("pve-north.txt", "pve-north"),
        ("node22.txt", None),
        ("etc/corosync.conf", None),
    ],
)
def test_finds_a_known_node_in_a_path(path: str, node: str | None) -> None:
    assert known_node(path, ["pve", "pve-north", "node2"]) == node


def test_cuts_domains_off_but_not_addresses() -> None:
    hosts = ["pve1.lan", "pve1", "10.0.0.13", "fe80::1", ".x"]
    assert [short(host) for host in hosts] == ["pve1", "pve1", "10.0.0.13", "fe80::1", ".x"]
