import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fencepost.model.line import Gap, Line
from fencepost.sources.binary_journal import ahead
from fencepost.sources.binary_journal.ahead import Ahead, Job
from fencepost.sources.open import ReadOptions, read_sources

Write = Callable[..., bytes]
NEEDLES = ("message 1",)


@pytest.fixture
def folder(tmp_path: Path, write: Write, entries: list[dict[str, str]]) -> Path:
    """Return a folder of nine journals, of which each begins an hour after the one before."""
    for number in range(9):
        later = [{**one, "at": str(int(one["at"]) + number * 3_600_000_000)} for one in entries]
        (tmp_path / f"system@{number}.journal").write_bytes(write(later))
    return tmp_path


def _read(folder: Path, since: datetime | None = None) -> list[Line | Gap]:
    found = read_sources([folder], ReadOptions(needles=NEEDLES, since=since))
    return [one for one in found if isinstance(one, Line | Gap)]


@pytest.mark.parametrize("since", [None, datetime(2025, 11, 8, 14, tzinfo=UTC)])
def test_other_processes_read_the_same_in_the_same_order(
    folder: Path, monkeypatch: pytest.MonkeyPatch, since: datetime | None
) -> None:
    alone = _read(folder, since)
    asked: list[Path] = []

    class Watched(Ahead):
        def take(self, path: Path) -> list[Line | Gap] | None:
            asked.append(path)
            found = super().take(path)
            assert found is not None
            return found

    monkeypatch.setattr(ahead, "WORTH_IT", 1)
    monkeypatch.setattr(ahead, "Ahead", Watched)
    assert _read(folder, since) == alone
    assert len(asked) == 9
    assert len(alone) > 100


def test_a_process_that_dies_costs_nothing_but_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = _read(folder)
    own = os.getpid()

    def deadly(*_: object, **__: object) -> object:
        assert os.getpid() != own
        os.kill(os.getpid(), signal.SIGKILL)
        return None

    monkeypatch.setattr(ahead, "WORTH_IT", 1)
    monkeypatch.setattr(f"{ahead.__name__}.read_journal", deadly)
    assert _read(folder) == alone


def test_a_journal_that_was_not_announced_is_left_to_the_caller(folder: Path) -> None:
    path = folder / "system@0.journal"
    read = Ahead([Job(path, "a", "pve1", frozenset(), NEEDLES, None, None)])
    assert read.take(folder / "other") is None
    assert read.take(path)
