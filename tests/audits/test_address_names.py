from collections.abc import Callable

import pytest

from fencepost.audits.address_names import address_names
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


@pytest.mark.parametrize(
    ("address", "severity"),
    [
        ("10.0.0.1", "ok"),
        ("fd00::1", "ok"),
        ("pve1", "warning"),
        ("pve1.example.net", "warning"),
        ("10.0.0.256", "warning"),
    ],
)
def test_only_what_needs_no_resolver_is_an_address(
    make_case: MakeCase, told: Told, address: str, severity: str
) -> None:
    text = f"nodelist {{\nnode {{\nname: a\nring0_addr: {address}\n}}\n}}\n"
    conf = CorosyncConf.parse(text, Origin("c", 1))
    assert told(address_names, make_case(conf)) == [(severity, None)]
