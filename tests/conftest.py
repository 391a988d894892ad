"""What several tests need: an excerpt made into files, read and investigated like any case."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from fencepost.apps.reading import reading_options
from fencepost.investigate import investigate
from fencepost.model.verdict import Report
from fencepost.sources.open import read_sources

LOG_LINE = re.compile(r"^(\S+) (\d\d:\d\d:\d\d(?:\.\d+)?) (\S+) (.*)$")


def write_excerpt(text: str, folder: Path) -> Path:
    """Write an excerpt (see model/rule.py) as files: one log for each node, and what lies beside."""
    logs: dict[str, list[str]] = {}
    files: dict[str, list[str]] = {}
    into: list[str] | None = None
    for line in text.split("\n"):
        if line.startswith("==> ") and line.endswith(" <=="):
            into = files.setdefault(line[4:-4], [])
            continue
        if into is not None:
            into.append(line)
            continue
        match = LOG_LINE.match(line)
        assert match, f"not a line of an excerpt: {line!r}"
        node, clock, program, said = match.groups()
        pid = "" if program == "kernel" else "[700]"
        logs.setdefault(node, []).append(f"Nov 08 {clock} {node} {program}{pid}: {said}")
    for node, lines in logs.items():
        files.setdefault(f"{node}/journal.txt", lines)
    for name, lines in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def read_folder(folder: Path, year: int = 2025) -> Report:
    """Investigate a folder as the command line does."""
    return investigate(read_sources([folder], reading_options(year=year)))


@pytest.fixture
def excerpt(tmp_path: Path) -> Callable[[str], Report]:
    """Return a function that investigates an excerpt."""

    def run(text: str) -> Report:
        return read_folder(write_excerpt(text, tmp_path))

    return run


@pytest.fixture
def investigated() -> Callable[..., Report]:
    """Return a function that investigates a folder."""
    return read_folder
