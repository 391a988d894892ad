"""Archives as support tools lay them out: whose each file is, and what is read of it.

Source: sos 4 (report/plugins corosync, networking, host, logs), supportutils 3.2 (bin/supportconfig,
supportconfig.rc), crmsh 5 (report/collect.py, constants.py).
"""

import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from fencepost.model.document import Document

Read = Callable[..., Any]

CONF = """totem {{
  version: 2
  cluster_name: lab
}}
nodelist {{
  node {{
    name: {node}
    nodeid: 1
    ring0_addr: 10.0.0.1
  }}
}}
"""
QUORUM = """Quorum information
------------------
Date:             Sat Nov  8 11:45:00 2025
Quorum provider:  corosync_votequorum
Nodes:            1
Node ID:          1
Ring ID:          1.d
Quorate:          No

Votequorum information
----------------------
Expected votes:   3
Highest expected: 3
Total votes:      1
Quorum:           2 Activity blocked
"""
LINKS = """Local node ID 1, transport knet
LINK ID 0 udp
\taddr\t= 10.0.0.1
\tstatus:
\t\tnodeid:          1:\tlocalhost
\t\tnodeid:          2:\tdisconnected
"""
PORT = """Settings for eno1:
\tSpeed: 1000Mb/s
\tDuplex: Full
\tLink detected: yes
"""
DRIVER = "driver: e1000e\nversion: 6.8.12\nfirmware-version: 0.13-4\nbus-info: 0000:00:1f.6\n"
COUNTERS = "NIC statistics:\n     rx_packets: 10\n     rx_crc_errors: 3\n"
MEMORY = "MemTotal:       32768000 kB\nMemFree:         1024000 kB\nMemAvailable:    2048000 kB\n"
LOG = "Nov  8 11:44:{second:02} {node} corosync[7]:   [KNET  ] link: host: 2 link: 0 is down\n"
ISO = "2025-11-08T11:44:{second:02}.123456+01:00 {node} corosync[7]: [KNET  ] link: host: 2 down\n"
SECTION = "#==[ {kind} ]======================================#\n# {title}\n"


def log(form: str, node: str, seconds: int = 20) -> str:
    return "".join(form.format(second=second, node=node) for second in range(seconds))


def tar_of(files: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def sosreport(node: str, top: str) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {
        "sos_commands/host/hostname": f"{node}.example.com\n",
        "sos_commands/corosync/corosync-quorumtool_-s": QUORUM,
        "sos_commands/corosync/corosync-cfgtool_-s": LINKS,
        "sos_commands/networking/ethtool_eno1": PORT,
        "sos_commands/networking/ethtool_-i_eno1": DRIVER,
        "sos_commands/networking/ethtool_-S_eno1": COUNTERS,
        "etc/corosync/corosync.conf": CONF.format(node=node),
        "proc/meminfo": MEMORY,
        "var/log/syslog": log(LOG, node),
        "var/log/syslog.1.gz": gzip.compress(log(LOG, node).replace("Nov  8", "Nov  1").encode()),
    }
    return {f"{top}/{name}": content for name, content in files.items()}


def supportconfig(node: str, top: str) -> dict[str, str | bytes]:
    def section(kind: str, title: str, content: str) -> str:
        return SECTION.format(kind=kind, title=title) + content + "\n"

    files: dict[str, str | bytes] = {
        "basic-environment.txt": section(
            "Command", "/bin/uname -a", f"Linux {node} 6.4.0-150600.21-default #1 SMP\n"
        )
        + section("Command", "/usr/bin/free -k", "x\n"),
        "network.txt": section("Command", "/usr/sbin/ethtool eno1", PORT)
        + section("Command", "/usr/sbin/ethtool -i eno1", DRIVER)
        + section("Command", "/usr/sbin/ethtool -S eno1", COUNTERS),
        "ha.txt": section("Command", "/usr/sbin/corosync-cfgtool -s", LINKS)
        + section("Configuration File", "/etc/corosync/corosync.conf", CONF.format(node=node))
        + section("Command", "/usr/sbin/corosync-quorumtool -s", QUORUM),
        "proc.txt": section("Configuration File", "/proc/meminfo", MEMORY),
        "messages.txt": section("Log File", "/var/log/messages - Last 500 Lines", log(ISO, node)),
    }
    return {f"{top}/{name}": content for name, content in files.items()}


def crm_report(node: str, top: str) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {
        "corosync.conf": CONF.format(node=node),
        "journal.log": log(ISO, node),
        "corosync_status.txt": QUORUM + "\n" + LINKS,
        "permissions.txt": "",
    }
    return {"x/analysis.txt": "", **{f"{top}/{name}": content for name, content in files.items()}}


ARCHIVE_OF = {"pve1": "x", "pve2": "y"}
Layout = Callable[[str, str], dict[str, str | bytes]]
LAYOUTS: dict[str, tuple[Layout, str, int, set[str]]] = {
    "sosreport": (
        sosreport,
        "sosreport-{}-2025-11-08-abcdefg",
        40,
        {
            "CorosyncConf",
            "QuorumStatus",
            "LinkState",
            "Port",
            "PortDriver",
            "PortCounters",
            "Memory",
        },
    ),
    "sosreport under another name": (
        sosreport,
        "case-4711",
        40,
        {
            "CorosyncConf",
            "QuorumStatus",
            "LinkState",
            "Port",
            "PortDriver",
            "PortCounters",
            "Memory",
        },
    ),
    "supportconfig": (
        supportconfig,
        "scc_{}_251108_1145",
        20,
        {
            "CorosyncConf",
            "QuorumStatus",
            "LinkState",
            "Port",
            "PortDriver",
            "PortCounters",
            "Memory",
        },
    ),
    "crm_report": (
        crm_report,
        "crm_report-Sat-08-Nov-2025/{}",
        20,
        {"CorosyncConf", "QuorumStatus", "LinkState"},
    ),
}


def read_customers_zip(read: Read, layout: str) -> Any:
    make, top, _, _ = LAYOUTS[layout]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for node, archive in ARCHIVE_OF.items():
            name = top.format(node)
            bundle.writestr(f"{archive}.tar.xz", lzma.compress(tar_of(make(node, name))))
    return read({"customer.zip": out.getvalue()}, year=2025)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_file_is_its_machines(read: Read, layout: str) -> None:
    _, _, lines, kinds = LAYOUTS[layout]
    found = read_customers_zip(read, layout)
    for node, archive in ARCHIVE_OF.items():
        own = [one for one in found.lines if one.node == node]
        assert len(own) == lines
        assert {one.program for one in own} == {"corosync"}
        assert {one.origin.file.split("/")[1] for one in own} == {f"{archive}.tar.xz"}
    documents: list[Document] = found.documents
    for one in documents:
        assert one.node
        assert one.origin.file.startswith(f"customer.zip/{ARCHIVE_OF[one.node]}.tar.xz/"), one
    assert {type(one).__name__ for one in documents} == kinds
    assert len(documents) == 2 * len(kinds)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ports_are_named(read: Read, layout: str) -> None:
    for one in read_customers_zip(read, layout).documents:
        if type(one).__name__.startswith("Port"):
            assert one.name == "eno1"


def test_var_log_of_several_nodes_side_by_side(read: Read) -> None:
    files = {f"{node}/var/log/syslog": log(LOG, node) for node in ("a1", "b1")}
    files |= {f"{node}/etc/corosync/corosync.conf": CONF.format(node=node) for node in ("a1", "b1")}
    found = read(files, year=2025)
    assert {(one.node, one.origin.file) for one in found.lines} == {
        ("a1", "a1/var/log/syslog"),
        ("b1", "b1/var/log/syslog"),
    }
    assert [one.node for one in found.documents] == ["a1", "b1"]
