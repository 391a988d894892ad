from collections.abc import Callable

import pytest

from fencepost.audits.memory import memory
from fencepost.model.case import Case
from fencepost.model.document import Memory
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("total", "available", "swap", "severity"),
    [
        (100_000, 50_000, (8_000, 8_000), "ok"),
        (100_000, 5_000, (8_000, 8_000), "info"),
        (100_000, 4_999, (8_000, 8_000), "warning"),
        (100_000, 9_999, (8_000, 799), "warning"),
        (100_000, 50_000, (8_000, 799), "info"),
        (100_000, 50_000, (0, 0), "ok"),  # no swap is not full swap
        (4_000, 600, (0, 0), "ok"),
        (4_000, 511, (0, 0), "warning"),
    ],
)
def test_shares_of_this_host(
    make_case: MakeCase,
    told: Told,
    total: int,
    available: int,
    swap: tuple[int, int],
    severity: str,
) -> None:
    seen = Memory(
        origin=Origin("m", 1),
        node="n1",
        total_mb=total,
        available_mb=available,
        swap_total_mb=swap[0],
        swap_free_mb=swap[1],
    )
    assert told(memory, make_case(seen)) == [(severity, "n1")]


def test_what_is_available_must_have_been_read(make_case: MakeCase, told: Told) -> None:
    old = Memory(origin=Origin("m", 1), node="n1", total_mb=1000, available_mb=None)
    assert told(memory, make_case(old)) == []
