from collections.abc import Callable

from fencepost.audits.expected_votes import expected_votes
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def status(node: str, votes: int) -> QuorumStatus:
    return QuorumStatus(origin=Origin("s", 1), node=node, quorate=True, expected_votes=votes)


def test_nodes_that_count_alike_share_a_finding(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    case = make_case(make_conf(3), status("n1", 3), status("n2", 3), status("n3", 1))
    assert told(expected_votes, case) == [("ok", None), ("warning", "n3")]


def test_the_devices_votes_count(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    lms = make_conf(3, quorum="device {\nmodel: net\n}")  # 3 nodes, so the device has 2
    assert told(expected_votes, make_case(lms, status("n1", 5))) == [("ok", "n1")]


def test_the_file_alone(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    assert told(expected_votes, make_case(make_conf(3))) == []
    too_many = make_conf(3, quorum="expected_votes: 4")
    assert told(expected_votes, make_case(too_many)) == [("warning", None)]
