from collections.abc import Callable

import pytest

from fencepost.audits.two_node_left import two_node_left
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap, QuorumStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("nodes", "quorum", "found"),
    [
        (2, "two_node: 1", [("ok", None)]),
        (3, "two_node: 1", [("critical", None)]),
        (3, "two_node: 0", [("ok", None)]),
        (3, "", [("ok", None)]),
        (2, "two_node: 1\nwait_for_all: 0", [("warning", None)]),
        (2, "two_node: 1\nwait_for_all: 1", [("ok", None)]),
        (2, "", [("info", None)]),
        (2, "device {\nmodel: net\nvotes: 1\n}", []),
    ],
)
def test_two_node_and_how_many_there_are(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    nodes: int,
    quorum: str,
    found: list[tuple[str, str | None]],
) -> None:
    assert told(two_node_left, make_case(make_conf(nodes, quorum=quorum))) == found


def test_what_runs_tells_it_without_a_file(make_case: MakeCase, told: Told) -> None:
    status = QuorumStatus(
        origin=Origin("s", 1), node="n1", quorate=True, expected_votes=3, flags=("2Node",)
    )
    keys = {"runtime.votequorum.two_node": "1", "runtime.votequorum.ev_barrier": "2"}
    pair = Cmap(origin=Origin("c", 1), node="n2", keys=keys)
    assert told(two_node_left, make_case(status, pair)) == [("critical", "n1")]
