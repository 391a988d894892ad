from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fencepost.model.line import Gap, Line
from fencepost.sources import parallel
from fencepost.sources.open import ReadOptions, read_sources

Write = Callable[..., bytes]


@pytest.mark.parametrize("since", [None, datetime(2025, 11, 8, 14, tzinfo=UTC)])
def test_other_processes_read_the_same_in_the_same_order(
    tmp_path: Path,
    write: Write,
    entries: list[dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    since: datetime | None,
) -> None:
    for number in range(9):
        later = [{**one, "at": str(int(one["at"]) + number * 3_600_000_000)} for one in entries]
        (tmp_path / f"system@{number}.journal").write_bytes(write(later))
    monkeypatch.setattr(parallel, "PAYS", 1)
    alone, together = (
        [
            one
            for one in read_sources(
                [tmp_path], ReadOptions(needles=("message 1",), since=since, jobs=jobs)
            )
            if isinstance(one, Line | Gap)
        ]
        for jobs in (1, 2)
    )
    assert together == alone
    assert len(alone) > 100
