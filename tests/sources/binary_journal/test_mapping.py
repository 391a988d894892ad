import mmap
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fencepost.model.line import Gap, Line
from fencepost.sources.binary_journal import mapping
from fencepost.sources.binary_journal.reader import read_journal

Write = Callable[..., bytes]


def test_what_is_gone_from_under_a_file_is_zeros_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 300_000)
    with path.open("rb+") as file:
        os.truncate(path, 100_000)
        # As if the disk lost the rest: a look at these pages of a mapping would kill.
        assert mapping.salvaged(file.fileno(), 300_000) == (
            b"x" * 100_000 + bytes(200_000),
            200_000,
        )


def test_pages_that_cannot_be_read_do_not_kill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 300_000)
    real = mmap.mmap

    def shortened(descriptor: int, length: int, access: int) -> mmap.mmap:
        mapped = real(descriptor, length, access=access)
        os.truncate(path, 100_000)
        return mapped

    monkeypatch.setattr(mmap, "mmap", shortened)
    with path.open("rb") as file:
        data, lost = mapping.bytes_of(file.fileno(), 300_000)
    assert lost == 200_000
    assert data[:100_000] == b"x" * 100_000


def test_a_bad_block_is_a_gap_and_the_rest_is_read(
    tmp_path: Path, write: Write, entries: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "system.journal"
    path.write_bytes(write(entries))

    def torn(descriptor: int, length: int) -> tuple[bytes, int]:
        data, _ = mapping.salvaged(descriptor, length)
        return data[:65_536] + bytes(8192) + data[65_536 + 8192 :], 8192

    monkeypatch.setattr("fencepost.sources.binary_journal.file.bytes_of", torn)
    found = list(read_journal(path, "system.journal", "unknown"))
    assert sum(isinstance(one, Line) for one in found) > 450
    assert any(
        one.says == "8192 bytes could not be read from the disk"
        for one in found
        if isinstance(one, Gap)
    )
