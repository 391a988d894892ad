from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus

Read = Callable[..., Any]

CONF = (
    "totem {\n  version: 2\n  cluster_name: lab\n}\nnodelist {\n  node {\n    nodeid: 1\n  }\n}\n"
)
STATUS = """Cluster information
-------------------
Name:             lab
Config Version:   6
Transport:        knet
Secure auth:      on

Quorum information
------------------
Date:             Thu Nov  6 10:00:00 2025
Quorum provider:  corosync_votequorum
Nodes:            3
Node ID:          0x00000001
Ring ID:          1.1f
Quorate:          Yes
"""


def log(*days: str, node: str = "pve1") -> str:
    return "".join(f"{day} 10:00:00 {node} kernel: x\n" for day in days)


def test_settings_states_and_unknown_files(read: Read) -> None:
    found = read(
        {
            "corosync.conf": CONF,
            "pve1.log": log("Nov  8"),
            "pve1.pvecm-status.txt": STATUS,
            "truth.json": '{"about": 1}',
            "core": bytes(range(256)) * 40,
            "zero": b"",
            "notes.txt": "Call the datacentre.\n",
        },
        year=2025,
    )
    assert [(type(document), document.node) for document in found.documents] == [
        (CorosyncConf, None),
        (QuorumStatus, "pve1"),
    ]
    assert dict(found.gaps) == {
        "core": "not text: 5120 of its first 10240 bytes are no characters",
        "notes.txt": "nothing recognised",
        "truth.json": "nothing recognised",
        "zero": "empty",
    }


def test_a_paste_of_states_and_log_lines_gives_both(read: Read) -> None:
    raw = "Nov 08 11:46:02 pve1 corosync[2764]: [QUORUM] Members[1]: 1"
    text = f"root@pve1:~# pvecm status\n{STATUS}\nroot@pve1:~# journalctl -n 1\n{raw}\n"
    found = read({"paste.txt": text}, year=2025)
    assert [document.node for document in found.documents] == ["pve1"]
    (line,) = found.lines
    assert (line.origin.line, line.origin.text) == (text.split("\n").index(raw) + 1, raw)


def test_log_lines_late_in_a_long_file_of_states_are_found(read: Read) -> None:
    text = "root@pve1:~# corosync-cmapctl\n" + "totem.token (u32) = 3650\n" * 4000 + log("Nov  8")
    found = read({"all.txt": text}, year=2025)
    assert len(found.documents) == 1
    assert [line.origin.line for line in found.lines] == [4002]


def test_dated_text_that_is_no_log_names_no_nodes(read: Read) -> None:
    dpkg = "2025-11-08 06:25:01 status installed libc6:amd64 2.36\n" * 9
    dpkg += "2025-11-08 06:25:01 configure man-db: done\n"
    ceph = "2025-11-08T06:25:01.1+0200 7f1234567700  0 log_channel(cluster) log [WRN] : slow\n" * 9
    vzdump = "2025-11-08 06:25:01 INFO: Starting Backup of VM 101 (qemu)\n" * 9
    found = read({"dpkg.log": dpkg, "ceph.log": ceph, "vzdump": vzdump})
    assert found.lines == []
    assert [says for _, says in found.gaps] == ["nothing recognised"] * 3


def test_the_given_year_is_that_of_the_earliest_file(read: Read) -> None:
    found = read(
        {
            "pve1/syslog": log("Jan  3", "Jan  4"),
            "pve1/syslog.1": log("Dec 27", "Jan  2"),
            "pve2/syslog": log("Dec 31", "Jan  1", node="pve2"),
        },
        year=2025,
    )
    assert found.days == {
        "pve1/syslog": ["2026-01-03", "2026-01-04"],
        "pve1/syslog.1": ["2025-12-27", "2026-01-02"],
        "pve2/syslog": ["2025-12-31", "2026-01-01"],
    }
    assert found.assumed == ["zone UTC for logs without one"]


def test_without_a_year_the_files_dates_decide(read: Read) -> None:
    found = read(
        {"a": log("Nov 19"), "b": log("Nov 20"), "c": log("Nov 22"), "d": log("Dec 27", "Jan  2")}
    )
    assert found.days == {
        "a": ["2025-11-19"],
        "b": ["2025-11-20"],  # the zone may be behind
        "c": ["2024-11-22"],
        "d": ["2024-12-27", "2025-01-02"],
    }
    assert found.assumed == [
        "year 2025, from the files' dates (a and 1 more)",
        "year 2024, from the files' dates (c and 1 more)",
        "zone UTC for logs without one",
    ]


def test_without_a_year_files_that_name_one_decide(read: Read) -> None:
    dated = "2022-01-02T10:00:00+00:00 pve2 kernel: x\n"
    found = read({"pve1.log": log("Dec 31"), "pve2.log": dated})
    assert found.days == {"pve1.log": ["2021-12-31"], "pve2.log": ["2022-01-02"]}
    assert found.assumed[0] == "year 2021, from the dates in pve2.log"


def test_logs_that_name_year_and_zone_need_no_assumption(read: Read) -> None:
    assert read({"a": "2022-01-02T10:00:00+00:00 pve2 kernel: x\n"}).assumed == []


def test_the_zone_asked_for_holds_for_stamps_without_one(read: Read) -> None:
    text = log("Jul  8") + "2025-07-08T10:00:00+00:00 pve1 kernel: x\n"
    found = read({"a.log": text}, year=2025, zone=ZoneInfo("Europe/Berlin"))
    assert [line.at.hour for line in found.lines] == [8, 10]
    assert found.assumed == ["zone Europe/Berlin for logs without one"]


def test_lines_outside_the_time_asked_for_are_left_out(read: Read) -> None:
    at = datetime(2025, 7, 9, 10, tzinfo=UTC)
    found = read({"a": log("Jul  8", "Jul  9", "Jul 10")}, year=2025, since=at, until=at)
    assert found.days == {"a": ["2025-07-09"]}


@pytest.mark.parametrize(
    ("path", "node"),
    [
        ("pve-01/var/log/cluster/corosync.log", "pve-01"),
        ("journal-pve2.txt", "pve2"),
        ("logs/pve3-syslog.2", "pve3"),
        ("corosync.log", "unknown"),
    ],
)
def test_lines_without_a_host_belong_to_the_node_of_the_path(
    read: Read, path: str, node: str
) -> None:
    (line,) = read({path: "Jan 07 03:14:33 [KNET  ] rx: host: 2 link: 1 is up\n"}).lines
    assert line.node == node


def test_documents_belong_to_a_node_that_the_path_names(read: Read) -> None:
    text = log("Nov  8", node="olga") + log("Nov  8", node="node2")
    found = read(
        {
            "x.log": text,
            "olga-etc-corosync.conf.old": CONF,
            "node2/corosync.conf": CONF,
            "node3/corosync.conf": CONF,
        }
    )
    assert {document.origin.file: document.node for document in found.documents} == {
        "olga-etc-corosync.conf.old": "olga",
        "node2/corosync.conf": "node2",
        "node3/corosync.conf": None,
    }


def test_progress_is_told(tmp_path: Path, read_places: Read) -> None:
    (tmp_path / "a.log").write_text(log("Jul  8"))
    told: list[tuple[str, int, int | None]] = []
    read_places(tmp_path / "a.log", progress=lambda *heard: told.append(heard))
    size = len(log("Jul  8"))
    assert told == [("a.log", size, size)]


def test_gaps_of_one_wording_are_counted(read: Read) -> None:
    found = read({f"{number:03}": b"" for number in range(50)} | {"x": b"\0" * 9})
    assert len(found.gaps) == 22
    assert found.gaps[-1] == (None, "the same in 30 more files, the last one 049: empty")
