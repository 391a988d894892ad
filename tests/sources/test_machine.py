import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Document, Interfaces
from fencepost.model.line import Gap, Line
from fencepost.sources import machine, parallel
from fencepost.sources import open as sources
from fencepost.sources.commands import Answer
from fencepost.sources.machine import Machine, read_machine
from fencepost.sources.open import Reading, ReadOptions
from fencepost.sources.system import is_system

NOW = datetime(2025, 11, 20, tzinfo=UTC)
OWN, OTHER = "6d" * 16, "77" * 16
LOG = "Nov 08 10:00:00 pve1 kernel: x\n"
CONF = """totem {
  cluster_name: lab
  version: 2
}
nodelist {
  node {
    name: pve1
    nodeid: 1
    ring0_addr: 10.0.0.1
  }
  node {
    name: pve2
    nodeid: 2
    ring0_addr: 10.0.0.2
  }
}
"""
PLACES = ("/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote")
REMOTE = next((place for place in PLACES if os.access(place, os.X_OK)), None)


@pytest.fixture
def root() -> Iterator[Path]:
    """Return a machine's root that other users may look into."""
    folder = Path(tempfile.mkdtemp(prefix="fencepost-test-"))
    folder.chmod(0o755)
    for name, content in {
        "etc/hostname": "pve1.example.com\n",
        "etc/machine-id": OWN + "\n",
        "etc/corosync/corosync.conf": CONF,
        "etc/network/interfaces": "auto eno1\niface eno1 inet manual\n",
        "usr/bin/env": "",
        "var/log/syslog": LOG,
        "var/log/pveproxy/access.log": LOG,
        "var/log/apt/history.log": LOG,
        "home/somebody/syslog": LOG,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    yield folder
    shutil.rmtree(folder)


def readings(root: Path) -> list[Reading]:
    return list(read_machine(Machine(root, NOW), ReadOptions(year=2025)))


def files(found: list[Reading]) -> set[str]:
    return {one.origin.file for one in found if isinstance(one, Line)}


def gaps(found: list[Reading]) -> list[str]:
    return [one.says for one in found if isinstance(one, Gap)]


def write_journal(path: Path, host: str) -> None:
    path.parent.mkdir(parents=True)
    text = path.parent / "in"
    text.write_text(
        f"__REALTIME_TIMESTAMP=1762600000000000\n__MONOTONIC_TIMESTAMP=1\n_BOOT_ID={1:032x}\n"
        f"_MACHINE_ID={OWN}\n_HOSTNAME={host}\nSYSLOG_IDENTIFIER=kernel\nMESSAGE=x\n\n"
    )
    subprocess.run([str(REMOTE), "-o", str(path), str(text)], check=True, capture_output=True)
    text.unlink()


def test_reads_logs_and_settings_and_nothing_else(root: Path) -> None:
    found = readings(root)
    assert files(found) == {"/var/log/syslog"}
    documents = [one for one in found if isinstance(one, Document)]
    assert [(type(one), one.origin.file, one.node) for one in documents] == [
        (CorosyncConf, "/etc/corosync/corosync.conf", "pve1"),
        (Interfaces, "/etc/network/interfaces", "pve1"),
    ]
    assert gaps(found) == [
        "only this machine was read, not pve2: "
        "docs/how-to/collect-logs.md shows how to collect the logs of all nodes"
    ]


@pytest.mark.skipif(REMOTE is None, reason="systemd-journal-remote is not installed")
def test_reads_the_journals_of_this_machine_alone(root: Path) -> None:
    write_journal(root / f"var/log/journal/{OWN}/system.journal", "pve1")
    write_journal(root / f"run/log/journal/{OWN}/system.journal", "pve1")
    write_journal(root / f"var/log/journal/{OTHER}/system.journal", "container")
    assert files(readings(root)) == {
        f"/var/log/journal/{OWN}/system.journal",
        f"/run/log/journal/{OWN}/system.journal",
        "/var/log/syslog",
    }
    (root / "etc/machine-id").unlink()
    assert f"/var/log/journal/{OTHER}/system.journal" in files(readings(root))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_says_what_this_user_may_not_read(root: Path) -> None:
    journal = root / f"var/log/journal/{OWN}/system.journal"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b"LPKSHHRH" + bytes(300))
    journal.chmod(0o600)
    readings(root)  # loads what is loaded late, while Python's own files may still be read
    os.seteuid(65534)
    try:
        said = gaps(readings(root))
    finally:
        os.seteuid(0)
    assert said[0] == (
        "1 of its journal files may not be read by this user: run it as root, or as a member of "
        "the group systemd-journal or adm"
    )


def test_pipes_and_devices_of_this_machine_block_nothing(root: Path) -> None:
    os.mkfifo(root / "var/log/messages")
    assert "a named pipe: not read" in gaps(readings(root))


@pytest.mark.parametrize("live", [False, True])
def test_large_files_are_read_side_by_side_and_say_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch, *, live: bool
) -> None:
    """In other processes; commands are asked here, once."""
    for number in range(1, 5):
        (root / f"var/log/syslog.{number}").write_text(LOG.replace("08", f"0{8 - number}") * 99)
    os.mkfifo(root / "var/log/messages")
    asked: list[int] = []
    readers: list[int] = []

    def answer(_commands: object) -> list[Answer]:
        asked.append(os.getpid())
        return [Answer("pvecm status", b"Cluster information\n", late=True)]

    def spy(*how: Any) -> Iterator[Reading]:
        readers.append(how[2])
        return parallel.side_by_side(*how)

    monkeypatch.setattr(Machine, "live", live)
    monkeypatch.setattr(machine, "ask", answer)
    monkeypatch.setattr(parallel, "PAYS", 1000)
    monkeypatch.setattr(sources, "side_by_side", spy)
    alone, together = (
        list(read_machine(Machine(root, NOW), ReadOptions(year=2025, jobs=jobs))) for jobs in (1, 3)
    )
    assert together == alone
    assert len(files(together)) == 5
    assert readers == [3]
    assert asked == [os.getpid()] * 2 * live
    assert any("no answer in time" in said for said in gaps(together)) == live


def test_a_dead_nodes_disk_is_read_as_its_machine_was(
    root: Path, read_places: Callable[..., Any]
) -> None:
    assert is_system(root)
    found = read_places(root, year=2025)
    assert files(found.everything) == {"/var/log/syslog"}
    assert [one.node for one in found.documents] == ["pve1", "pve1"]
    assert found.gaps == [
        (root.name, "the root of a system: only logs and settings in it were read")
    ]


def test_a_part_of_a_system_is_read_whole(root: Path, read_places: Callable[..., Any]) -> None:
    shutil.rmtree(root / "usr")
    assert not is_system(root)
    assert "home/somebody/syslog" in files(read_places(root, year=2025).everything)
