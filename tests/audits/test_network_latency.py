from collections.abc import Callable

import pytest

from fencepost.audits.network_latency import network_latency
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Ping
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def ping(target: str, received: int = 500, average: float | None = 0.2) -> Ping:
    return Ping(
        origin=Origin("p", 1),
        node="n1",
        target=target,
        sent=500,
        received=received,
        avg_ms=average,
        max_ms=average,
    )


@pytest.mark.parametrize(
    ("received", "average", "severity"),
    [
        (500, 0.2, "ok"),
        (500, 4.99, "ok"),
        (500, 5.0, "warning"),
        (499, 0.2, "warning"),
        (451, 0.2, "warning"),
        (450, 0.2, "critical"),
        (0, None, "critical"),
    ],
)
def test_loss_and_delay(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    received: int,
    average: float | None,
    severity: str,
) -> None:
    case = make_case(make_conf(3), ping("10.0.0.2", received, average))
    assert told(network_latency, case) == [(severity, "n1")]


@pytest.mark.parametrize(
    ("target", "judged"),
    [("10.0.0.2", True), ("n2", True), ("n2.example.net", True), ("8.8.8.8", False), ("x", False)],
)
def test_only_pings_between_nodes_count(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    target: str,
    judged: bool,  # noqa: FBT001
) -> None:
    case = make_case(make_conf(3), ping(target, 0))
    assert bool(told(network_latency, case)) is judged
