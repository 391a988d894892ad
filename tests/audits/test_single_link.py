from collections.abc import Callable

from fencepost.audits.single_link import single_link
from fencepost.events.totem import LinkConfigured
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import LinkState
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def test_the_limit_is_this_clusters_own(
    make_case: MakeCase, make_conf: MakeConf, words: Callable[[Audit, Case], str]
) -> None:
    assert "8.0 s" in words(single_link, make_case(make_conf(3)))
    assert "6.6 s" in words(single_link, make_case(make_conf(2)))


def test_two_links_are_enough(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    assert told(single_link, make_case(make_conf(3, links=2))) == [("ok", None)]


def test_status_and_logs_tell_it_without_a_file(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    state = LinkState(
        origin=Origin("s", 1), node_id=1, transport="knet", addresses={0: "10.0.0.1"}, states={}
    )
    logged = make_event(LinkConfigured, link=0, address="10.0.0.1")
    second = make_event(LinkConfigured, link=1, address="10.1.0.1")
    assert told(single_link, make_case(state)) == [("warning", None)]
    assert told(single_link, make_case(events=[logged])) == [("warning", None)]
    assert told(single_link, make_case(events=[logged, second])) == [("ok", None)]
