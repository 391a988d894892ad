"""Journals of a real journald in namespaces of its own: while it writes, killed, and closed."""

import os
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from tests.sources.binary_journal.tools import (
    JOURNALD,
    needs_journald,
    said_by_journalctl,
    text_of,
)

from fencepost.model.line import Gap, Line
from fencepost.sources.binary_journal.reader import read_journal

pytestmark = needs_journald

RUN = """
set -eu
mount -t tmpfs none /run
mkdir -p /run/systemd/journal /run/log/journal
"$JOURNALD" & daemon=$!
for try in $(seq 100); do [ -S /run/systemd/journal/socket ] && break; sleep 0.1; done
say() { for n in $(seq $1 $2); do
  printf '%s\\n' "MESSAGE=entry $n" SYSLOG_IDENTIFIER=corosync "NUMBER=$n" | logger --journald
done; }
save() { for try in $(seq 100); do
    journalctl --no-pager -q -t corosync | grep -qx ".*: entry $2" && break; sleep 0.1
  done; cp /run/log/journal/*/system.journal "$OUT/$1.journal"; }
say 1 40
{ printf MESSAGE=; head -c 9000 /dev/zero | tr '\\0' y; echo; echo SYSLOG_IDENTIFIER=pmxcfs; } | logger --journald
printf '%s\\n' "MESSAGE=no identifier" | logger --journald
save live 40
say 41 60
save written 60
kill -"$SIGNAL" $daemon
wait $daemon || true
cp /run/log/journal/*/system.journal "$OUT/ended.journal"
"""


@pytest.fixture(params=["KILL", "TERM"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Return a folder of copies: while it was written, and after journald ended by a signal."""
    settings = {"JOURNALD": str(JOURNALD), "OUT": str(tmp_path), "SIGNAL": request.param}
    command = ["unshare", "--mount", "--pid", "--fork", "--mount-proc", "bash", "-c", RUN]
    done = subprocess.run(
        command, env=os.environ | settings, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return tmp_path


def test_what_journald_wrote_is_read_as_journalctl_does(folder: Path) -> None:
    for copy in ("live", "written", "ended"):
        path = folder / f"{copy}.journal"
        theirs = Counter(
            (one["__CURSOR"], one["_BOOT_ID"], text_of(one["MESSAGE"])[:2000])
            for one in said_by_journalctl(path)
            if "MESSAGE" in one
        )
        found = list(read_journal(path, copy, "unknown"))
        lines = [one for one in found if isinstance(one, Line)]
        assert not [one for one in found if isinstance(one, Gap)]
        assert (
            Counter((line.origin.cursor, line.boot_id, line.origin.text) for line in lines)
            == theirs
        )
        said = [line.text for line in lines if line.program == "corosync"]
        assert said == [f"entry {n}" for n in range(1, 41 if copy == "live" else 61)]
        assert any(len(line.text) == 8000 and line.program == "pmxcfs" for line in lines)
