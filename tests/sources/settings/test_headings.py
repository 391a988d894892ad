import pytest

from fencepost.sources.settings.headings import Heading, read_heading, short_name


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("root@pve1:~# ethtool eno1", Heading("ethtool eno1", "pve1")),
        ("root@pve1:~#", Heading("", "pve1")),
        ("root@pve-2.lan:/etc/pve# cat datacenter.cfg", Heading("cat datacenter.cfg", "pve-2")),
        ("[root@pve1 ~]# ip -s link", Heading("ip -s link", "pve1")),
        ("root@localhost:~# uptime", Heading("uptime", None)),
        ("pve1:~# ip a", Heading("ip a", "pve1")),
        ("node1# pvecm status", Heading("pvecm status", "node1")),
        ("### node1# corosync-cfgtool -s", Heading("corosync-cfgtool -s", "node1")),
        ("### corosync-cfgtool -s on pve7", Heading("corosync-cfgtool -s", "pve7")),
        ("=== pve1: pvecm status ===", Heading("pvecm status", "pve1")),
        ("== node: pve3 ==", Heading("", "pve3")),
        ("==== general system info ====", Heading("general system info")),
        ("===== pvecm status", Heading("pvecm status")),
        ("--- corosync-cfgtool -s", Heading("corosync-cfgtool -s")),
        ("--- /etc/pve/ha/resources.cfg ---", Heading("cat /etc/pve/ha/resources.cfg")),
        ("/etc/pve/datacenter.cfg:", Heading("cat /etc/pve/datacenter.cfg")),
        ("==> /proc/loadavg <==", Heading("cat /proc/loadavg")),
        (
            "# cat /etc/pve/corosync.conf 2>/dev/null",
            Heading("cat /etc/pve/corosync.conf 2>/dev/null"),
        ),
        ("# hostname", Heading("hostname")),
        ("$ anything at all", Heading("anything at all")),
        ("$ ssh root@pve3 'pvecm status'", Heading("pvecm status", "pve3")),
        ("+ ethtool -i eno1", Heading("ethtool -i eno1")),
        ("**`pvecm status`**", Heading("pvecm status")),
        ("pvecm status", Heading("pvecm status")),
    ],
)
def test_reads_what_is_announced(line: str, heading: Heading) -> None:
    assert read_heading(line) == heading


@pytest.mark.parametrize(
    "line",
    [
        "",
        "# Please read the corosync.conf.5 manual page",
        "# ip of this node",
        "# last changed by bob",
        "### Problem Summary",
        "--- 10.0.0.2 ping statistics ---",
        "--------------------",
        "==> /proc/pressure/cpu <==",
        "corosync: 3.1.7-pve3",
        "totem {",
        "Settings for eno1:",
        "     rx_packets: 1",
        "$ " + "x" * 1000,
    ],
)
def test_leaves_other_lines_alone(line: str) -> None:
    assert read_heading(line) is None


def test_short_name_is_a_host_name() -> None:
    assert short_name("pve1.example.com") == "pve1"
    assert short_name("10.0.0.5") is None
    assert short_name("localhost") is None
    assert short_name(None) is None
