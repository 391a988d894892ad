"""Reads files that a test writes, as the pipeline would."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fencepost.model.document import Document
from fencepost.model.line import Assumption, Gap, Line
from fencepost.sources.open import Reading, ReadOptions, read_sources

WRITTEN = datetime(2025, 11, 20, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Readings:
    """What was read, by kind."""

    everything: list[Reading]

    @property
    def lines(self) -> list[Line]:
        return [one for one in self.everything if isinstance(one, Line)]

    @property
    def documents(self) -> list[Document]:
        return [one for one in self.everything if isinstance(one, Document)]

    @property
    def gaps(self) -> list[tuple[str | None, str]]:
        return [(one.file, one.says) for one in self.everything if isinstance(one, Gap)]

    @property
    def assumed(self) -> list[str]:
        return [one.says for one in self.everything if isinstance(one, Assumption)]

    @property
    def days(self) -> dict[str | None, list[str]]:
        found: dict[str | None, list[str]] = {}
        for line in self.lines:
            found.setdefault(line.origin.file, []).append(f"{line.at:%Y-%m-%d}")
        return found


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Readings]:
    """Return a function that writes files, dated 2025-11-20, and reads their folder."""

    def run(files: Mapping[str, str | bytes], **options: Any) -> Readings:
        folder = tmp_path / "case"
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
            os.utime(path, (WRITTEN, WRITTEN))
        return Readings(list(read_sources([folder], ReadOptions(**options))))

    return run


@pytest.fixture
def read_places() -> Callable[..., Readings]:
    """Return a function that reads what is there already."""

    def run(*where: Path, **options: Any) -> Readings:
        return Readings(list(read_sources(where, ReadOptions(**options))))

    return run
