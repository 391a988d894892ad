from collections.abc import Callable

import pytest

from fencepost.audits.even_votes import even_votes
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


@pytest.mark.parametrize(
    ("nodes", "severity"), [(2, "warning"), (3, "ok"), (4, "warning"), (5, "ok")]
)
def test_odd_is_good(
    make_case: MakeCase, make_conf: MakeConf, told: Told, nodes: int, severity: str
) -> None:
    assert told(even_votes, make_case(make_conf(nodes))) == [(severity, None)]


def test_what_may_be_missing_is_this_clusters_own(
    make_case: MakeCase, make_conf: MakeConf, words: Words
) -> None:
    said = words(even_votes, make_case(make_conf(6)))
    assert "quorum is 4, 2 may be missing" in said
    assert "7 would bear the loss of 3, 5 of 2" in said


def test_a_device_tips_the_balance(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    conf = make_conf(4, quorum="device {\nmodel: net\nvotes: 1\n}")
    assert told(even_votes, make_case(conf)) == [("ok", None)]


def test_two_node_is_judged_elsewhere(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    assert told(even_votes, make_case(make_conf(2, quorum="two_node: 1"))) == []


def test_the_status_tells_it_without_a_file(make_case: MakeCase, told: Told) -> None:
    status = QuorumStatus(
        origin=Origin("s", 1), node="n1", quorate=True, expected_votes=4, flags=("Quorate",)
    )
    assert told(even_votes, make_case(status)) == [("warning", None)]
