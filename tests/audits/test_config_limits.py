from collections.abc import Callable

import pytest

from fencepost.audits.config_limits import config_limits
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


@pytest.mark.parametrize(
    ("totem", "severity"),
    [
        ("token_warning: 101", "critical"),
        ("token_warning: 100", "ok"),
        ("join: 29", "critical"),
        ("join: 30", "ok"),
        ("hold: 13", "critical"),
        ("consensus: 40", "critical"),  # below the default join of 50
        ("consensus: 50", "ok"),
        ("token: 10\ntoken_coefficient: 0", "critical"),
        ("token: 10", "ok"),  # 10 + 650, which corosync takes
        ("token_retransmits_before_loss_const: 10000", "critical"),
        ("token_retransmits_before_loss_const: 10", "ok"),
        ("version: 1", "critical"),
    ],
)
def test_limits_are_those_that_corosync_was_tried_with(
    make_case: MakeCase, make_conf: MakeConf, told: Told, totem: str, severity: str
) -> None:
    assert told(config_limits, make_case(make_conf(3, totem=totem)))[0] == (severity, None)


def _nodes(*nodes: str, totem: str = "") -> CorosyncConf:
    entries = "".join(f"node {{\n{lines}\n}}\n" for lines in nodes)
    return CorosyncConf.parse(
        f"totem {{\nversion: 2\n{totem}\n}}\nnodelist {{\n{entries}}}\n", Origin("c", 1)
    )


@pytest.mark.parametrize(
    ("conf", "says"),
    [
        (_nodes("name: a\nnodeid: 1\nring0_addr: 10.0.0.1", "ring0_addr: 10.0.0.2"), "no nodeid"),
        (_nodes("name: a\nnodeid: 0\nring0_addr: 10.0.0.1"), "not within 1"),
        (_nodes("nodeid: 1\nring0_addr: 10.0.0.1\nring1_addr: 10.1.0.1"), "has no name"),
        (
            _nodes(
                "name: a\nnodeid: 1\nring0_addr: 10.0.0.1\nring1_addr: 10.1.0.1",
                "name: b\nnodeid: 2\nring0_addr: 10.0.0.2",
            ),
            "b has no ring1_addr",
        ),
        (
            _nodes(
                "name: a\nnodeid: 1\nring0_addr: 10.0.0.1",
                "name: b\nnodeid: 2\nring0_addr: fd00::2",
            ),
            "IPv4 and IPv6",
        ),
        (
            _nodes(
                "name: a\nnodeid: 1\nring0_addr: 10.0.0.1\nring1_addr: 10.1.0.1",
                totem="transport: udpu",
            ),
            "2 links with a transport that takes one",
        ),
    ],
)
def test_nodelists_that_corosync_refuses(
    make_case: MakeCase, words: Words, conf: CorosyncConf, says: str
) -> None:
    assert says in words(config_limits, make_case(conf))


def test_two_node_and_a_quorum_device_exclude_one_another(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    conf = make_conf(2, quorum="two_node: 1\ndevice {\nmodel: net\n}")
    assert told(config_limits, make_case(conf)) == [("critical", None)]
