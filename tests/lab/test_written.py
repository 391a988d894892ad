from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lab.written import FORMS, MARK, written

from fencepost.model.line import Line, Origin
from fencepost.sources.open import ReadOptions, read_sources

AT = datetime(2026, 11, 3, 4, 5, 6, 70, tzinfo=UTC)
LINE = Line(AT, "alder", "corosync", 7, "[TOTEM ] A new ring", Origin(""), boot_id="a" * 32)
LINES = [
    LINE,
    replace(LINE, at=AT + timedelta(seconds=1), program="kernel", pid=None, text="eth0: up – ü"),
    replace(LINE, at=AT + timedelta(seconds=2), text="Retransmit List: 1", times=3),
]
WHOLE_SECONDS = {"short", "short-iso", "syslog"}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read_back(form: str, tmp_path: Path) -> None:
    (tmp_path / "alder.log").write_bytes(written(LINES, form))
    read = [
        one for one in read_sources([tmp_path], ReadOptions(year=2026)) if isinstance(one, Line)
    ]
    kept = ("node", "program", "pid", "text", "times")
    for line, back in zip(LINES, read, strict=True):
        assert [getattr(back, name) for name in kept] == [getattr(line, name) for name in kept]
        at = line.at.replace(microsecond=0) if form in WHOLE_SECONDS else line.at
        assert back.at == at


def test_only_the_text_of_journalctl_has_separators_of_boots() -> None:
    mark = replace(LINE, program=MARK, text=f"-- Boot {'b' * 32} --")
    marked = {form for form in FORMS if written([mark], form)}
    assert marked == {"short", "short-precise", "short-iso"}


def test_a_message_of_several_lines_stays_one_entry(tmp_path: Path) -> None:
    (tmp_path / "a.export").write_bytes(written([replace(LINE, text="one\ntwo"), LINE], "export"))
    read = [one.text for one in read_sources([tmp_path], ReadOptions()) if isinstance(one, Line)]
    assert read == ["one\ntwo", LINE.text]
