from collections.abc import Callable

import pytest

from fencepost.audits.pressure import pressure
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Pressure
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def stalled(**minutes: tuple[str, float]) -> Pressure:
    stalls = {resource: {kind: (0.0, minute, 0.0)} for resource, (kind, minute) in minutes.items()}
    return Pressure(origin=Origin("p", 1), node="n1", stalls=stalls)


@pytest.mark.parametrize(
    ("resource", "kind", "minute", "severity"),
    [
        ("io", "full", 16.6, "ok"),  # 9.96 s
        ("io", "full", 16.7, "warning"),  # one LRM round
        ("io", "full", 83.3, "warning"),
        ("io", "full", 83.4, "critical"),  # 50 s
        ("io", "some", 49.9, "ok"),
        ("cpu", "some", 49.9, "ok"),
        ("cpu", "some", 50.0, "warning"),
        ("cpu", "some", 99.0, "warning"),
        ("memory", "full", 6.0, "ok"),  # 3.6 s
        ("memory", "full", 6.1, "warning"),  # the token of 3.65 s
    ],
)
def test_seconds_of_a_minute(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    resource: str,
    kind: str,
    minute: float,
    severity: str,
) -> None:
    case = make_case(make_conf(3), stalled(**{resource: (kind, minute)}))
    assert told(pressure, case) == [(severity, "n1")]


def test_the_memory_limit_follows_the_token(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    seen = stalled(memory=("full", 10.0))
    assert told(pressure, make_case(make_conf(3, totem="token: 10000"), seen)) == [("ok", "n1")]


def test_what_is_normal_shares_a_finding(make_case: MakeCase, told: Told, words: Words) -> None:
    case = make_case(stalled(io=("full", 90.0), cpu=("some", 1.0), memory=("full", 0.0)))
    assert told(pressure, case) == [("critical", "n1"), ("ok", "n1")]
    assert "cpu (some) 0 / 1 / 0 %" in words(pressure, case)
