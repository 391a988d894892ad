"""pmxcfs's database, as SQLite writes it."""

import gzip
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import DatacenterCfg, HaResources, ManagerStatus
from fencepost.sources import parallel, pmxcfs
from fencepost.sources.stream import Opened
from fencepost.sources.walk import open_file

Read = Callable[..., Any]

SCHEMA = """CREATE TABLE IF NOT EXISTS tree (
    inode INTEGER PRIMARY KEY NOT NULL,
    parent INTEGER NOT NULL CHECK(typeof(parent)=='integer'),
    version INTEGER NOT NULL CHECK(typeof(version)=='integer'),
    writer INTEGER NOT NULL CHECK(typeof(writer)=='integer'),
    mtime INTEGER NOT NULL CHECK(typeof(mtime)=='integer'),
    type INTEGER NOT NULL CHECK(typeof(type)=='integer'),
    name TEXT NOT NULL,
    data BLOB)"""
CONF = """totem {{
  cluster_name: lab
  config_version: {version}
  version: 2
}}
quorum {{
  provider: corosync_votequorum
}}
"""
SECRET = b"-----BEGIN RSA PRIVATE KEY-----\n"
STATUS = b'{"master_node":"pve2","node_status":{"pve1":"fence"},"service_status":{}}'
FOLDER, FILE = 4, 8
ROWS = [
    (0, 0, FILE, "__version__", None),
    (2, 0, FILE, "corosync.conf", CONF.format(version=4).encode()),
    (3, 0, FILE, "datacenter.cfg", b"keyboard: de\nmigration: insecure\n"),
    (4, 0, FOLDER, "ha", None),
    (5, 4, FILE, "resources.cfg", b"vm: 100\n\tstate started\n"),
    (6, 4, FILE, "manager_status", STATUS),
    (7, 4, FILE, "crm_commands", b""),
    (8, 0, FOLDER, "priv", None),
    (9, 8, FILE, "authkey.key", SECRET),
    (10, 8, FOLDER, "ha", None),
    (11, 10, FILE, "secrets.cfg", SECRET),
    (12, 0, FOLDER, "nodes", None),
    (13, 12, FILE, "corosync.conf", CONF.format(version=1).encode()),
    (14, 0, FILE, "user.cfg", SECRET),
]
UNDER = "var/lib/pve-cluster/config.db"
TAKEN = ["corosync.conf", "datacenter.cfg", "ha/manager_status", "ha/resources.cfg"]


def write(path: Path, rows: list[tuple[Any, ...]] = ROWS) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(SCHEMA)
        database.executemany("INSERT INTO tree VALUES (?, ?, 1, 1, 1762600000, ?, ?, ?)", rows)
    return path


@contextmanager
def crashed(path: Path) -> Iterator[None]:
    """Raise config_version to 5 in the write-ahead log alone, as a node that crashes leaves it."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_autocheckpoint=0")
        with database:
            newer = CONF.format(version=5).encode()
            database.execute("UPDATE tree SET data = ? WHERE inode = 2", (newer,))
        yield


def state(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def of(found: Any, kind: type) -> Any:
    (one,) = (document for document in found.documents if isinstance(document, kind))
    return one


def version_in(found: Any) -> str:
    line = of(found, CorosyncConf).find("config_version", "totem")
    return str(line.value)


def test_its_files_are_read_as_etc_pve_would_show_them(tmp_path: Path, read_places: Read) -> None:
    write(tmp_path / UNDER)
    before = state(tmp_path / "var/lib/pve-cluster")
    found = read_places(tmp_path)
    assert [one.origin.file for one in found.documents] == [f"{UNDER}/{name}" for name in TAKEN]
    assert found.gaps == []
    assert version_in(found) == "4"
    assert of(found, DatacenterCfg).keys["migration"] == "insecure"
    assert of(found, HaResources).resources == {"vm:100": {"state": "started"}}
    assert of(found, ManagerStatus).nodes == {"pve1": "fence"}
    assert state(tmp_path / "var/lib/pve-cluster") == before


def test_changes_in_the_write_ahead_log_count(tmp_path: Path, read_places: Read) -> None:
    path = write(tmp_path / "config.db")
    with crashed(path):
        before = state(tmp_path)
        assert set(before) == {"config.db", "config.db-wal", "config.db-shm"}
        found = read_places(tmp_path)
        assert state(tmp_path) == before
    assert version_in(found) == "5"
    assert found.gaps == []


def test_a_dead_nodes_database_is_its_machines(tmp_path: Path, read_places: Read) -> None:
    """Whose name `pve` is in no path of the system, though many call their first node so."""
    for name, host in (("one", "pve"), ("two", "pve2")):
        root = tmp_path / name
        write(root / UNDER)
        for folder in ("usr/bin", "var/log", "etc/pve"):
            (root / folder).mkdir(parents=True)
        (root / "etc/hostname").write_text(f"{host}\n")
    one, two = (read_places(tmp_path / name) for name in ("one", "two"))
    assert [document.origin.file for document in two.documents] == [f"/{UNDER}/{n}" for n in TAKEN]
    assert {document.node for document in one.documents} == {"pve"}
    assert {document.node for document in two.documents} == {"pve2"}
    together = read_places(tmp_path)
    assert {(one.origin.file[:3], one.node) for one in together.documents} == {
        ("one", "pve"),
        ("two", "pve2"),
    }


@pytest.mark.parametrize("whole", [False, True])
def test_it_is_left_alone_where_etc_pve_shows_its_files(
    tmp_path: Path, read_places: Read, *, whole: bool
) -> None:
    path = write(tmp_path / UNDER)
    (tmp_path / "etc/pve").mkdir(parents=True)
    (tmp_path / "etc/pve/corosync.conf").write_text(CONF.format(version=6))
    if whole:
        for folder in ("usr/bin", "var/log"):
            (tmp_path / folder).mkdir(parents=True)
    (document,) = read_places(tmp_path).documents
    assert document.origin.file.endswith("etc/pve/corosync.conf")
    assert len(read_places(path).documents) == 4  # asked for by name


def test_passwords_and_keys_are_not_taken_out(tmp_path: Path) -> None:
    path = write(tmp_path / "config.db")
    taken = [one for one in open_file(path, "config.db") if isinstance(one, Opened)]
    assert [one.name for one in taken] == [f"config.db/{name}" for name in TAKEN]
    assert SECRET not in b"".join(one.stream.read(1 << 20) for one in taken)


def damaged(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:4096] + b"\xff" * (len(data) - 4096))


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def with_bytes_in_its_schema(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"TEXT NOT NULL", b"TEXT NOT \x9c\x9c\x9c\x9c"))


def with_a_torn_schema(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"name TEXT", b"name 'EXT"))


def without_its_table(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE tree RENAME TO wood")
        database.execute("CREATE TABLE log (says TEXT DEFAULT 'CREATE TABLE tree')")


def endless(path: Path) -> None:
    """Put a view in place of the table, whose rows never end."""
    with closing(sqlite3.connect(path)) as database:
        database.execute("ALTER TABLE tree RENAME TO wood")
        database.execute(
            "CREATE VIEW tree AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
            " SELECT i AS inode, 0 AS parent, 0 AS mtime, 8 AS type, 'ha' AS name, x'00' AS data,"
            " 'CREATE TABLE tree' FROM n"
        )


def with_a_pipe(path: Path) -> None:
    os.mkfifo(f"{path}-wal")


def with_a_link(path: Path) -> None:
    Path(f"{path}-wal").symlink_to("/etc/passwd")


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (damaged, "database disk image is malformed"),
        (cut_off, "database disk image is malformed"),
        (with_bytes_in_its_schema, "malformed database schema"),
        (with_a_torn_schema, "malformed database schema"),
        (without_its_table, "no such table: tree"),
        (endless, "interrupted"),
        (with_a_pipe, "config.db-wal is no plain file"),
        (with_a_link, "Too many levels of symbolic links"),
    ],
)
def test_what_cannot_be_read_is_a_gap(
    harm: Callable[[Path], None], reason: str, tmp_path: Path, read_places: Read
) -> None:
    path = write(tmp_path / "config.db", [*ROWS, (99, 0, FILE, "big", b"x" * 9000)])
    harm(path)
    found = read_places(path)
    assert found.gaps == [("config.db", f"pmxcfs's database cannot be read: {reason}")]
    assert found.documents == []


def test_one_that_is_too_large_to_copy_is_left_alone(
    tmp_path: Path, read_places: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "config.db")
    monkeypatch.setattr(pmxcfs, "LARGEST", 5000)
    assert len(read_places(path).documents) == 4
    with crashed(path):
        (gap,) = read_places(path).gaps
    assert gap == ("config.db", "pmxcfs's database cannot be read: more than 5000 bytes")


def test_strange_names_are_names(tmp_path: Path, read_places: Read) -> None:
    path = write(tmp_path / "a b?immutable=0#%41" / "config.db")
    assert len(read_places(path).documents) == 4
    with crashed(path):
        assert version_in(read_places(path)) == "5"


def test_in_an_archive_and_of_others_it_is_a_database(tmp_path: Path, read: Read) -> None:
    path = write(tmp_path / "config.db")
    with closing(sqlite3.connect(tmp_path / "other.db")) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    found = read(
        {"a.gz": gzip.compress(path.read_bytes()), "b.db": (tmp_path / "other.db").read_bytes()}
    )
    assert found.gaps == [(name, "not text: a database") for name in ("a.gz", "b.db")]


def test_other_processes_read_it_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_places: Read
) -> None:
    write(tmp_path / "one/config.db")
    write(tmp_path / "two/config.db")
    monkeypatch.setattr(parallel, "PAYS", 1000)
    alone, together = (read_places(tmp_path, jobs=jobs).everything for jobs in (1, 2))
    assert together == alone
    assert len(alone) == 8
