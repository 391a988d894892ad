from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from fencepost.events.inferred import BootChanged, ClockJumped
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin
from fencepost.reconstruct.ages import Ages

START = datetime(2025, 11, 8, 12, tzinfo=UTC)
BOOT = "b" * 32


def _lines(
    file: str, begin: int, end: int, step_at: int = 1 << 60, step_s: float = 0
) -> list[Line]:
    return [
        Line(
            at=START + timedelta(seconds=age + (step_s if age >= step_at else 0)),
            node="pve1",
            program="cron",
            pid=None,
            text="",
            origin=Origin(file, age),
            boot_id=BOOT,
            monotonic_us=age * 1_000_000,
        )
        for age in range(begin, end, 10)
    ]


def _told(*files: list[Line]) -> tuple[list[Event], list[tuple[str, int | None, float]]]:
    ages = Ages()
    for file in files:
        for line in file:
            ages.hear(line)
    told = list(ages.events())
    jumps = [e for e in told if isinstance(e, ClockJumped)]
    return [e for e in told if isinstance(e, BootChanged)], [
        (jump.origin.file, jump.origin.line, jump.seconds) for jump in jumps
    ]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_boot_in_three_files_begins_once_whatever_their_order(order: tuple[int, ...]) -> None:
    files = [_lines("a", 20, 100), _lines("b", 100, 200), _lines("c", 200, 300)]
    boots, jumps = _told(*(files[i] for i in order))
    assert [(boot.origin.file, boot.at) for boot in boots] == [("a", START + timedelta(seconds=20))]
    assert not jumps


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize(("step_at", "file"), [(150, "b"), (200, "c")])
def test_a_step_is_told_once_inside_a_file_or_between_two(
    order: tuple[int, ...], step_at: int, file: str
) -> None:
    files = [
        _lines("a", 20, 100, step_at, -30),
        _lines("b", 100, 200, step_at, -30),
        _lines("c", 200, 300, step_at, -30),
    ]
    assert _told(*(files[i] for i in order))[1] == [(file, step_at, -30.0)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_second_journal_of_the_same_boot_tells_no_second_step(order: tuple[int, int]) -> None:
    files = [_lines("system", 20, 300, 150, 40), _lines("user-1000", 45, 280, 150, 40)]
    assert _told(*(files[i] for i in order))[1] == [("system", 150, 40.0)]


def test_a_slow_drift_is_no_step_also_beside_another_journal() -> None:
    def drifting(file: str, begin: int) -> list[Line]:
        return [
            line for n in range(begin, 40) for line in _lines(file, n * 100, n * 100 + 10, 0, n / 2)
        ]

    assert not _told(drifting("system", 0), drifting("user-1000", 7))[1]


def test_lines_without_a_boot_say_nothing() -> None:
    ages = Ages()
    ages.hear(Line(START, "pve1", "cron", None, "", Origin("a", 1)))
    assert not list(ages.events())
