from collections.abc import Callable

from fencepost.audits.ha_agents import ha_agents
from fencepost.model.case import Case
from fencepost.model.document import HaStatus
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def status(fencing: str | None = None, **lrms: str) -> HaStatus:
    return HaStatus(
        origin=Origin("h", 1),
        quorum="OK",
        master="n1",
        lrms={node: (state, None) for node, state in lrms.items()},
        services={},
        fencing=fencing,
    )


def test_who_is_armed_is_told(make_case: MakeCase, told: Told, words: Words) -> None:
    case = make_case(status(n1="active", n2="idle"))
    assert told(ha_agents, case) == [("ok", None)]
    assert "n1 active (armed" in words(ha_agents, case)
    assert "n2 idle (not armed" in words(ha_agents, case)


def test_the_same_list_from_every_node_is_told_once(make_case: MakeCase, told: Told) -> None:
    one = status(n1="lost_agent_lock", n2="old timestamp - dead?", n3="idle")
    assert told(ha_agents, make_case(one, one)) == [
        ("critical", "n1"),
        ("warning", "n2"),
        ("ok", None),
    ]


def test_disarmed(make_case: MakeCase, told: Told) -> None:
    assert told(ha_agents, make_case(status("armed (CRM watchdog active)"))) == []
    disarmed = status("disarmed, resource mode: freeze (CRM watchdog released)")
    assert told(ha_agents, make_case(disarmed)) == [("warning", None)]
