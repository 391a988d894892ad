from collections.abc import Callable

import pytest

from fencepost.audits.transport import transport
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import QuorumStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("totem", "severity"),
    [("", "ok"), ("transport: knet", "ok"), ("transport: udp", "warning")],
)
def test_knet_is_the_default(
    make_case: MakeCase, make_conf: MakeConf, told: Told, totem: str, severity: str
) -> None:
    assert told(transport, make_case(make_conf(totem=totem))) == [(severity, None)]


def test_the_status_tells_it_without_a_file(make_case: MakeCase, told: Told) -> None:
    status = QuorumStatus(origin=Origin("s", 1), node="n1", quorate=True, transport="UDPU")
    assert told(transport, make_case(status)) == [("warning", "n1")]
