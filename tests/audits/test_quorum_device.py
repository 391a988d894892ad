from collections.abc import Callable

import pytest

from fencepost.audits.quorum_device import quorum_device
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

DEVICE = "device {\nmodel: net\n}"


def status(*flags: str, votes: int) -> QuorumStatus:
    return QuorumStatus(
        origin=Origin("s", 1),
        node="n1",
        quorate=True,
        flags=flags,
        members={1: (1, "n1"), 0: (votes, "Qdevice")},
    )


@pytest.mark.parametrize(
    ("nodes", "severity"), [(2, "ok"), (3, "warning"), (4, "ok"), (5, "warning")]
)
def test_it_is_for_even_numbers_of_nodes(
    make_case: MakeCase, make_conf: MakeConf, told: Told, nodes: int, severity: str
) -> None:
    assert told(quorum_device, make_case(make_conf(nodes, quorum=DEVICE))) == [(severity, None)]


def test_what_its_loss_leaves(make_case: MakeCase, make_conf: MakeConf, words: Words) -> None:
    said = words(quorum_device, make_case(make_conf(3, quorum=DEVICE)))
    assert "2 of 5 votes: when it is lost, 0 nodes may be missing" in said
    assert "3 votes without one bear the loss of 1" in said


def test_a_device_that_does_not_vote(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    conf = make_conf(2, quorum=DEVICE)
    votes = make_case(conf, status("Quorate", "Qdevice", votes=1))
    silent = make_case(conf, status("Quorate", "Qdevice", votes=0))
    gone = make_case(conf, status("Quorate", votes=0))
    assert told(quorum_device, votes)[1:] == [("ok", "n1")]
    assert told(quorum_device, silent)[1:] == [("warning", "n1")]
    assert told(quorum_device, gone)[1:] == [("warning", "n1")]
