import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Read = Callable[..., Any]
LOG = "Jul  8 10:00:00 pve1 kernel: x\n"


def test_files_come_in_order_hidden_ones_too(read: Read) -> None:
    found = read({"b/2": LOG, "b/10": LOG, "a": LOG, ".h": LOG}, year=2025)
    assert [line.origin.file for line in found.lines] == [".h", "a", "b/10", "b/2"]


def test_loops_are_cut_and_what_is_no_file_is_a_gap(tmp_path: Path, read_places: Read) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep/log").write_text(LOG)
    (tmp_path / "deep/up").symlink_to(tmp_path)
    (tmp_path / "gone").symlink_to(tmp_path / "nothing")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    os.mkfifo(tmp_path / "pipe")
    found = read_places(tmp_path, year=2025)
    assert [line.origin.file for line in found.lines] == ["deep/log"]
    assert found.gaps == [
        ("gone", "cannot be read: No such file or directory"),
        ("pipe", "a named pipe: not read"),
        ("self", "cannot be read: Too many levels of symbolic links"),
    ]


def test_a_place_that_is_not_there_is_a_gap(tmp_path: Path, read_places: Read) -> None:
    gaps = read_places(tmp_path / "nowhere").gaps
    assert gaps == [("nowhere", "cannot be read: No such file or directory")]


def test_one_file_is_named_by_its_name(tmp_path: Path, read_places: Read) -> None:
    (tmp_path / "syslog").write_text(LOG)
    (line,) = read_places(tmp_path / "syslog", year=2025).lines
    assert line.origin.file == "syslog"


def test_names_tell_several_places_apart(tmp_path: Path, read_places: Read) -> None:
    for folder in ("a/logs", "b/logs", "c"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "syslog").write_text(LOG)
    places = (tmp_path / "a/logs", tmp_path / "b/logs", tmp_path / "c/syslog")
    assert [line.origin.file for line in read_places(*places, year=2025).lines] == [
        "a/logs/syslog",
        "b/logs/syslog",
        "syslog",
    ]


def test_a_name_that_is_no_text_is_still_shown(tmp_path: Path, read_places: Read) -> None:
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))).write_text(LOG)
    (line,) = read_places(tmp_path, year=2025).lines
    assert line.origin.file == "caf\ufffd"


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path, read_places: Read) -> None:
    (tmp_path / "secret").write_text(LOG)
    case = tmp_path / "case"
    (case / "in").mkdir(parents=True)
    (case / "in/log").write_text(LOG)
    (case / "again").symlink_to("in/log")
    (case / "folder").symlink_to(tmp_path)
    (case / "out").symlink_to("../secret")
    found = read_places(case, year=2025)
    assert [line.origin.file for line in found.lines] == ["in/log"]
    assert found.gaps == [
        ("folder", "a link that leads out of this folder: not followed"),
        ("out", "a link that leads out of this folder: not followed"),
    ]


def test_a_place_may_itself_be_a_link(tmp_path: Path, read_places: Read) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/syslog").write_text(LOG)
    (tmp_path / "here").symlink_to("logs")
    assert [line.origin.file for line in read_places(tmp_path / "here", year=2025).lines] == [
        "syslog"
    ]


def test_what_becomes_a_pipe_blocks_nothing(
    tmp_path: Path, read_places: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "log"
    os.mkfifo(pipe)
    regular = os.stat_result((stat.S_IFREG | 0o644, *range(1, 10)))
    monkeypatch.setattr(Path, "stat", lambda *_a, **_k: regular)
    assert read_places(pipe).gaps == [("log", "a named pipe: not read")]
