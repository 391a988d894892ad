import os
import signal
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path

import pytest

from fencepost.model.line import Gap, Line
from fencepost.sources import parallel
from fencepost.sources.crew import BATCH, File
from fencepost.sources.open import ReadOptions, read_sources
from fencepost.sources.parallel import side_by_side, worthwhile

NEEDLES = ("token lost", "link down")


def _lay_out(folder: Path) -> None:
    for number in range(6):
        rows = "".join(
            f"Nov {day:02d} 10:{minute:02d}:00 pve{number % 3} corosync[7]: token lost {minute}\n"
            f"Nov {day:02d} 10:{minute:02d}:30 pve{number % 3} cron[8]: quiet\n"
            for day in (7, 8)
            for minute in range(60)
        )
        (folder / f"log{number}.txt").write_text(rows)
    (folder / "corosync.conf").write_text("totem {\n  version: 2\n}\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\r\n" + bytes(100))
    (folder / "link").symlink_to("/etc/hostname")


def test_side_by_side_reads_what_one_process_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lay_out(tmp_path)
    monkeypatch.setattr(parallel, "PAYS", 1000)
    alone, together = (
        list(read_sources([tmp_path], ReadOptions(year=2025, needles=NEEDLES, jobs=jobs)))
        for jobs in (1, 3)
    )
    assert together == alone
    assert len({one.origin.file for one in together if isinstance(one, Line)}) == 6
    assert sum(isinstance(one, Gap) for one in together) == 3


def test_small_or_single_files_are_read_by_one_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _lay_out(tmp_path)
    files = sorted(tmp_path.glob("log*"))
    assert not worthwhile(files, 2)
    monkeypatch.setattr(parallel, "PAYS", 1000)
    assert worthwhile(files, 2)
    assert worthwhile([*files, tmp_path / "gone"], 2)
    assert not worthwhile(files, 1)
    assert not worthwhile(files[:1], 2)


def _read(path: Path, name: str) -> Iterator[str]:
    """Yield some batches' worth; the process that reads b dies of it, the one that tests not."""
    for number in range(3 * BATCH):
        if name == "b" and number == 2 * BATCH + 7 and os.getpid() != int(path.name):
            os.kill(os.getpid(), signal.SIGKILL)
        yield f"{name}{number}"


def _files(names: str) -> list[File]:
    return [(Path(str(os.getpid())), name) for name in names]


@pytest.mark.parametrize("jobs", [1, 2, 3, 9])
def test_a_file_whose_process_died_is_read_on_here(jobs: int) -> None:
    expected = [f"{name}{number}" for name in "abcdef" for number in range(3 * BATCH)]
    assert list(side_by_side(_files("abcdef"), _read, jobs)) == expected


def test_who_asks_no_more_leaves_no_process_behind() -> None:
    readings = side_by_side(_files("acdefgh"), _read, 2)
    assert next(readings) == "a0"
    assert len(active_children()) == 2
    readings.close()  # type: ignore[attr-defined]
    assert not active_children()
