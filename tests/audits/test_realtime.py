from collections.abc import Callable

from fencepost.audits.realtime import realtime
from fencepost.events.corosync import MemoryLockRefused, RealtimeRefused
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.event import Event
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def test_each_refusal_is_told_once_for_all_nodes(
    make_case: MakeCase, make_event: MakeEvent, told: Told, words: Words
) -> None:
    events = [
        make_event(MemoryLockRefused, node="n1"),
        make_event(MemoryLockRefused, node="n2"),
        make_event(MemoryLockRefused, node="n2", after_s=60),
        make_event(RealtimeRefused, node="n3"),
    ]
    case = make_case(events=events)
    assert told(realtime, case) == [("warning", "n3"), ("warning", None)]
    assert "on n1, n2" in words(realtime, case)


def test_a_file_that_gives_it_up(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    given_up = make_conf(more="system {\nsched_rr: no\n}\n")
    asked_for = make_conf(more="system {\nsched_rr: yes\n}\n")
    assert told(realtime, make_case(given_up)) == [("warning", None)]
    assert told(realtime, make_case(asked_for)) == []
