from collections.abc import Callable

import pytest

from fencepost.audits.big_cluster_coefficient import big_cluster_coefficient
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("nodes", "totem", "severity"),
    [
        (14, "", "ok"),
        (15, "", "warning"),
        (28, "", "warning"),
        (29, "", "critical"),
        (32, "token_coefficient: 125", "ok"),
    ],
)
def test_the_edge_is_a_function_of_the_nodes(
    make_case: MakeCase, make_conf: MakeConf, told: Told, nodes: int, totem: str, severity: str
) -> None:
    case = make_case(make_conf(nodes, totem=totem))
    assert told(big_cluster_coefficient, case) == [(severity, None)]


def test_two_nodes_have_no_use_for_it(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    assert told(big_cluster_coefficient, make_case(make_conf(2))) == []


def test_a_token_that_is_too_long_by_itself_is_not_the_coefficients_fault(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    case = make_case(make_conf(3, totem="token: 20000\ntoken_coefficient: 125"))
    assert told(big_cluster_coefficient, case) == [("ok", None)]
