"""The same content as journal, export, JSON and text gives the same report apart from origins."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from bench.journal_files import entries_of, remote
from bench.outages import NODES, tell
from tests.sources.binary_journal.tools import needs_journal_remote

from fencepost.apps.reading import read_report
from fencepost.render.json import to_json

FORMS = {"export": "export", "json": "json", "text": "short-iso-precise"}
pytestmark = needs_journal_remote


def _write(folder: Path) -> None:
    story = tell(10 * 3600.0, 8, 7)
    for number, node in enumerate(NODES):
        text = "".join(entries_of(node, f"{number:032x}", story, 2000, 0.01))
        # Text shows this one instead of the time at which the journal took the entry.
        text = re.sub("_SOURCE_REALTIME_TIMESTAMP=.*\n", "", text)
        journal = folder / "journal" / node / "system.journal"
        for form in ("journal", *FORMS):
            (folder / form / node).mkdir(parents=True)
        command = [str(remote()), "-o", str(journal), "-"]
        subprocess.run(command, input=text.encode(), check=True, capture_output=True)
        for form, output in FORMS.items():
            command = ["journalctl", "--file", str(journal), "-o", output, "--utc", "--all"]
            with (folder / form / node / "journal").open("wb") as file:
                subprocess.run(command, stdout=file, check=True)


def _report(folder: Path) -> Any:
    report = json.loads(to_json(read_report([folder], quiet=True), "0"))
    for evidence in report["evidence"].values():
        for key in ("file", "line", "cursor", "text"):
            evidence.pop(key, None)
    return report


def test_the_form_of_the_logs_changes_nothing_but_origins(tmp_path: Path) -> None:
    _write(tmp_path)
    told = _report(tmp_path / "journal")
    assert {reboot["ending"] for reboot in told["reboots"]} == {"self_fence"}
    assert len(told["incidents"]) >= 8
    assert len(told["evidence"]) > 50
    for form in FORMS:
        assert _report(tmp_path / form) == told, form
