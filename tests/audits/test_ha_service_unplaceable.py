from collections.abc import Callable

import pytest

from fencepost.audits.ha_service_unplaceable import ha_service_unplaceable
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import HaGroups, HaResources, HaRules, ManagerStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

X = Origin("x", 1)
SERVICE = HaResources(origin=X, resources={"vm:100": {"group": "g"}})


def group(nodes: str, restricted: str = "0") -> HaGroups:
    return HaGroups(origin=X, groups={"g": {"nodes": nodes, "restricted": restricted}})


@pytest.mark.parametrize(
    ("nodes", "restricted", "severity"),
    [
        ("n1:2,n2:1", "1", "ok"),
        ("n1", "0", "ok"),
        ("n1", "1", "info"),
        ("n1,n9", "1", "warning"),
        ("n8,n9", "0", "warning"),
        ("n8,n9", "1", "critical"),
    ],
)
def test_groups(
    make_case: MakeCase, make_conf: MakeConf, told: Told, nodes: str, restricted: str, severity: str
) -> None:
    case = make_case(make_conf(3), SERVICE, group(nodes, restricted))
    assert told(ha_service_unplaceable, case) == [(severity, None)]


def test_a_group_that_does_not_exist(
    make_case: MakeCase, make_conf: MakeConf, words: Words
) -> None:
    other = HaGroups(origin=X, groups={"h": {"nodes": "n1"}})
    assert "not in groups.cfg" in words(
        ha_service_unplaceable, make_case(make_conf(3), SERVICE, other)
    )


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ({"type": "node-affinity", "nodes": "n8", "strict": "1"}, [("critical", None)]),
        ({"type": "node-affinity", "nodes": "n8"}, [("warning", None)]),
        ({"type": "node-affinity", "nodes": "n8", "strict": "1", "disable": ""}, []),
        ({"type": "resource-affinity", "affinity": "positive"}, []),
    ],
)
def test_rules(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    keys: dict[str, str],
    found: list[tuple[str, str | None]],
) -> None:
    rules = HaRules(origin=X, rules={"r": {"resources": "vm:100", **keys}})
    assert told(ha_service_unplaceable, make_case(make_conf(3), rules)) == found


@pytest.mark.parametrize(
    ("services", "found"),
    [
        ("vm:1,vm:2", []),
        ("vm:1,vm:2,vm:3", [("info", None)]),
        ("vm:1,vm:2,vm:3,vm:4", [("warning", None)]),
    ],
)
def test_more_services_to_keep_apart_than_nodes(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    services: str,
    found: list[tuple[str, str | None]],
) -> None:
    keys = {"type": "resource-affinity", "affinity": "negative", "resources": services}
    rules = HaRules(origin=X, rules={"r": keys})
    assert told(ha_service_unplaceable, make_case(make_conf(3), rules)) == found


def test_without_a_list_of_nodes_nothing_is_said(make_case: MakeCase, told: Told) -> None:
    assert told(ha_service_unplaceable, make_case(SERVICE, group("n8", "1"))) == []
    status = ManagerStatus(origin=X, master=None, nodes={"n1": "online"}, services={})
    case = make_case(SERVICE, group("n8", "1"), status)
    assert told(ha_service_unplaceable, case) == [("critical", None)]
