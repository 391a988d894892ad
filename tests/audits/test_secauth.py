from collections.abc import Callable

import pytest

from fencepost.audits.secauth import secauth
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
    [
        ("secauth: on", "ok"),
        ("secauth: off", "warning"),
        ("secauth: yes", "warning"),  # corosync knows `on` only
        ("secauth: off\ncrypto_hash: sha256\ncrypto_cipher: aes256", "ok"),
        ("secauth: off\ncrypto_hash: sha256", "info"),
        ("secauth: on\ncrypto_hash: none", "warning"),
    ],
)
def test_the_last_word_is_that_of_the_keys_in_force(
    make_case: MakeCase, make_conf: MakeConf, told: Told, totem: str, severity: str
) -> None:
    assert told(secauth, make_case(make_conf(totem=totem))) == [(severity, None)]


def test_the_status_tells_it_without_a_file(make_case: MakeCase, told: Told) -> None:
    status = QuorumStatus(origin=Origin("s", 1), node="n1", quorate=True, secauth="off")
    assert told(secauth, make_case(status)) == [("warning", "n1")]
