from collections.abc import Callable

from fencepost.audits.timing_in_force import timing_in_force
from fencepost.events.corosync import CorosyncStarted
from fencepost.events.totem import TokenLost
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.event import Event
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def test_nodes_that_agree_share_a_finding(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, told: Told
) -> None:
    same = [
        make_event(TokenLost, node=node, token_ms=3650, consensus_ms=4380) for node in ("n1", "n2")
    ]
    assert told(timing_in_force, make_case(make_conf(3), events=same)) == [("ok", None)]


def test_a_node_that_lags_behind_is_named(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, told: Told
) -> None:
    events = [
        make_event(TokenLost, node="n1", token_ms=8650, consensus_ms=10380),
        make_event(TokenLost, node="n2", token_ms=3650, consensus_ms=4380),
    ]
    case = make_case(make_conf(3, totem="token: 8000"), events=events)
    assert told(timing_in_force, case) == [("ok", "n1"), ("warning", "n2"), ("warning", None)]


def test_only_the_last_that_was_logged_counts(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, told: Told
) -> None:
    events = [
        make_event(TokenLost, token_ms=3650, consensus_ms=4380),
        make_event(TokenLost, after_s=60, token_ms=8650, consensus_ms=10380),
    ]
    case = make_case(make_conf(3, totem="token: 8000"), events=events)
    assert told(timing_in_force, case) == [("ok", "n1")]


def test_before_3_1_the_default_was_shorter(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, told: Told
) -> None:
    lost = make_event(TokenLost, token_ms=1650, consensus_ms=1980)
    old = make_event(CorosyncStarted, version="3.0.4")
    assert told(timing_in_force, make_case(make_conf(3), events=[lost, old])) == [("ok", "n1")]
    assert told(timing_in_force, make_case(make_conf(3), events=[lost])) == [("warning", "n1")]
