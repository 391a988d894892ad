from collections.abc import Callable

import pytest

from fencepost.audits import AUDITS, audit
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import (
    Bond,
    Cmap,
    HaGroups,
    HaResources,
    Interface,
    Interfaces,
    Memory,
    PackageVersions,
    Ping,
    PortCounters,
    Pressure,
)
from fencepost.model.line import Origin
from fencepost.model.rule import Audit
from fencepost.model.verdict import Severity

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
X = Origin("x", 1)


@pytest.mark.parametrize("one", AUDITS, ids=lambda one: one.name)
def test_where_nothing_was_read_nothing_is_said(one: Audit, make_case: MakeCase) -> None:
    assert list(one.check(make_case())) == []


@pytest.mark.parametrize("one", AUDITS, ids=lambda one: one.name)
def test_findings_carry_their_own_slug_and_cite_lines(
    one: Audit, make_case: MakeCase, make_conf: MakeConf
) -> None:
    for finding in one.check(make_case(make_conf(4, links=2, totem="token: 40000\nfoo: 1"))):
        assert finding.audit == one.name
        assert finding.because
        assert finding.found
        assert finding.expected


def test_the_gravest_comes_first(make_case: MakeCase, make_conf: MakeConf) -> None:
    severities = [
        finding.severity for finding in audit(make_case(make_conf(4, totem="token: 40000")))
    ]
    assert severities == sorted(severities, key=list(Severity).index)
    assert severities[0] is Severity.CRITICAL
    assert severities[-1] is Severity.OK


HOSTILE = "\x1b[2J</script>{" + "9" * 5000


def _hostile() -> tuple[object, ...]:
    text = (
        f"totem {{\ntoken: {HOSTILE}\nconfig_version: ²\n{HOSTILE}: 1\n}}\n}}\n"
        f"nodelist {{\nnode {{\nnodeid: -1\nring0_addr: {HOSTILE}\nring99999999999_addr: x\n}}\n"
        "node {\n}\n"
    )
    keys = {
        "runtime.config.totem.token": "9" * 5000,
        "runtime.members.²": "1",
        "runtime.members.x.config_version": "9" * 5000,
        "runtime.config.totem.interface.knet_ping_timeout": "0",
        "stats.knet.node1.link0.tx_ping_packets": "1",
        "stats.srp.mcast_tx": "-1",
        "stats.srp.mcast_retx": "1",
    }
    return (
        CorosyncConf.parse(text, X),
        Cmap(origin=X, keys=keys),
        Cmap(origin=X, keys={"runtime.config.totem.token": "1"}),
        Interfaces(
            origin=X,
            interfaces={
                "a": Interface(name="a", master="b", addresses=(HOSTILE, "10.0.0.1/99")),
                "b": Interface(name="b", master="a", lower="a"),
                "c.": Interface(name="c.", rx={"packets": 0, "errors": 10**30}),
            },
        ),
        Bond(origin=X, name=None, mode="", lacp_rate=None, active=None, slaves={}),
        PortCounters(origin=X, name=HOSTILE, counters={"rx_errors": 10**30, "rx_packets": 0}),
        Memory(origin=X, total_mb=0, available_mb=-1, swap_total_mb=0, swap_free_mb=-1),
        Pressure(origin=X, stalls={"": {}, HOSTILE: {"full": (1e300, 1e300, -1.0)}}),
        PackageVersions(origin=X, packages={"corosync": HOSTILE[20:], "libknet1": "1:~-"}),
        Ping(origin=X, target=HOSTILE, sent=0, received=5),
        HaResources(origin=X, resources={HOSTILE: {"group": HOSTILE}, "vm:1": {}}),
        HaGroups(origin=X, groups={HOSTILE: {}, "": {"nodes": ",,;:"}}),
    )


def test_hostile_documents_make_no_audit_raise(make_case: MakeCase) -> None:
    case = make_case(*_hostile())
    assert audit(case) == audit(case)
