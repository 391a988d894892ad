"""Knows where a Linux system keeps what matters: this machine's, or one on a dead node's disk."""

import os
from collections.abc import Iterator
from pathlib import Path

JOURNALS = ("var/log/journal", "run/log/journal")
LOGS = ("syslog", "messages", "kern.log", "kernel.log", "daemon.log")
"""Files of /var/log; rotated and compressed ones begin with the same name."""

PLACES = (
    "etc/hostname",
    "etc/corosync/corosync.conf",
    "etc/pve/corosync.conf",
    "etc/pve/datacenter.cfg",
    "etc/pve/ha",
    "etc/default/pve-ha-manager",
    "etc/default/corosync",
    "etc/network/interfaces",
    "etc/network/interfaces.d",
    "proc/loadavg",
    "proc/meminfo",
    "proc/net/bonding",
    "proc/pressure",
    "sys/fs/pstore",
    "var/lib/pve-cluster/config.db",
    "var/lib/systemd/pstore",
    "var/log/cluster",
    "var/log/corosync",
    "var/log/pacemaker",
)

PMXCFS, DATABASE = "etc/pve/", "var/lib/pve-cluster/config.db"
"""Where pmxcfs shows its files while it runs, and where it keeps them."""

IN_PMXCFS = tuple(place.removeprefix(PMXCFS) for place in PLACES if place.startswith(PMXCFS))
BESIDE_DATABASE = ("-wal", "-journal")
"""What SQLite hangs onto the name of a database for changes that are not in it yet."""


def is_system(folder: Path) -> bool:
    """Tell whether a folder is the root of a whole system, not a part of one somebody copied."""
    return all(_is_folder(folder / part) for part in ("etc", "usr/bin", "var/log"))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def places(root: Path) -> Iterator[Path]:
    """Yield the files and folders of a system that are worth reading, as far as they are there."""
    for place in (*_journals(root), *_logs(root), *(root / place for place in PLACES)):
        if os.path.lexists(place) and not is_told_elsewhere(place, root):
            yield place


def is_told_elsewhere(path: Path, top: Path) -> bool:
    """Tell whether what a file under `top` says is read from others, as pmxcfs's database is.

    Its files are read from /etc/pve where that is mounted, and what lies beside it with it.
    """
    if not path.name.startswith("config.db"):
        return False
    if path.match(DATABASE) and path.parents[3].is_relative_to(top):
        shown = path.parents[3] / PMXCFS
        return any(os.path.lexists(shown / name) for name in IN_PMXCFS)
    beside = {f"config.db{ending}" for ending in (*BESIDE_DATABASE, "-shm")}
    return path.name in beside and path.with_name("config.db").is_file()


def unreadable(root: Path) -> int:
    """Return how many journal files of a system this user may not read."""
    count = 0
    for folder in _journals(root):
        for path in folder.glob("**/*.journal*"):
            count += not os.access(path, os.R_OK, effective_ids=True)
    return count


def _journals(root: Path) -> Iterator[Path]:
    """Yield its journals' folders: of the machine itself where it is known by its id."""
    try:
        machine = (root / "etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        machine = ""
    for name in JOURNALS:
        own = root / name / machine
        if _is_folder(own):
            yield own


def _logs(root: Path) -> Iterator[Path]:
    try:
        names = sorted(entry.name for entry in os.scandir(root / "var/log"))
    except OSError:
        return
    for name in names:
        if name.startswith(LOGS):
            yield root / "var/log" / name
