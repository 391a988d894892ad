"""systemd's own programs, where they are installed, and what to do where they are not."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from bench.journal_files import remote

IN_CI = bool(os.environ.get("CI"))
JOURNALD = next(
    (
        place
        for place in ("/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald")
        if os.access(place, os.X_OK)
    ),
    None,
)
needs_journal_remote = pytest.mark.skipif(
    not IN_CI and (remote() is None or shutil.which("journalctl") is None),
    reason="not installed: systemd-journal-remote, journalctl (as root: scripts/journal-packages)",
)
needs_journald = pytest.mark.skipif(
    not IN_CI and (os.geteuid() != 0 or JOURNALD is None or not shutil.which("unshare")),
    reason="a journald of one's own needs root and systemd",
)


def said_by_journalctl(path: Path) -> list[dict[str, Any]]:
    """Return all entries of a journal, as journalctl reads them."""
    command = ["journalctl", "--file", str(path), "-o", "json", "--all"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in said.splitlines()]


def text_of(value: Any) -> str:
    """Return a field as text; journalctl gives one with control characters as bytes."""
    return bytes(value).decode("utf-8", "replace") if isinstance(value, list) else str(value)
