from collections.abc import Callable

import pytest

from fencepost.audits.load import load
from fencepost.model.case import Case
from fencepost.model.document import Load, Processors
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("one", "five", "severity"),
    [
        (7.99, 1.0, "ok"),
        (8.0, 1.0, "info"),
        (1.0, 63.9, "info"),
        (1.0, 64.0, "warning"),
        (64.0, 1.0, "warning"),
    ],
)
def test_without_the_number_of_cpus_only_the_ends_are_judged(
    make_case: MakeCase, told: Told, one: float, five: float, severity: str
) -> None:
    seen = Load(origin=Origin("l", 1), node="n1", load_1=one, load_5=five, load_15=0.5)
    assert told(load, make_case(seen)) == [(severity, "n1")]


@pytest.mark.parametrize(("one", "severity"), [(15.9, "ok"), (16.0, "info"), (32.0, "warning")])
def test_with_the_number_of_cpus_the_load_is_held_against_it(
    make_case: MakeCase, told: Told, one: float, severity: str
) -> None:
    seen = Load(origin=Origin("l", 1), node="n1", load_1=one, load_5=1.0, load_15=0.5)
    cpus = Processors(origin=Origin("c", 1), node="n1", count=16)
    others = Processors(origin=Origin("d", 1), node="n2", count=512)
    assert told(load, make_case(seen, others, cpus)) == [(severity, "n1")]
