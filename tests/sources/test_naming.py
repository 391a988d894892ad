import pytest

from fencepost.sources.naming import known_in, known_node, node_of, short, tree_of


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
        ("sosreport-pve1-2025-11-08-abcdefg.tar.xz/var/log/x", "x"),
        ("sosreport-pve1-2025-11-08-abcdefg/var/log/messages", "pve1"),
        ("scc_pve1_251108_1145.txz/messages.txt", "pve1"),
        ("pve1/journal/0123456789abcdef0123456789abcdef/system.journal", "pve1"),
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
        ("node2/var/lib/pve-cluster/config.db/corosync.conf", "node2"),
        ("etc/default/pve-ha-manager", None),
        ("pve/etc/default/pve-ha-manager", "pve"),
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


@pytest.mark.parametrize(
    ("path", "content", "tree"),
    [
        ("etc/hostname", b"pve1\n", ("", "pve1")),
        (
            "a.zip/sosreport-x/sos_commands/host/hostname",
            b"pve1.lan",
            ("a.zip/sosreport-x/", "pve1"),
        ),
        ("x/etc/hostname", b"localhost\n", None),
        ("x/etc/hostname", b"# no name\n", None),
        ("getc/hostname", b"pve1\n", None),
        ("hostname", b"pve1\n", None),
    ],
)
def test_a_tree_is_named_by_its_own_files(
    path: str, content: bytes, tree: tuple[str, str] | None
) -> None:
    assert tree_of(path, content) == tree


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("a/sos_commands/networking/ethtool_eno1", "pve1"),
        ("a/b/etc/corosync.conf", "pve2"),
        ("a/pve3/states.txt", "pve3"),
        ("pve3.txt", "pve3"),
        ("else.txt", None),
    ],
)
def test_files_of_a_tree_are_its_machines(path: str, node: str | None) -> None:
    assert known_in(path, {"a/": "pve1", "a/b/": "pve2"}, {"pve1", "pve2", "pve3"}) == node
