from collections.abc import Callable

from fencepost.audits.config_versions import config_versions
from fencepost.events.corosync import ConfigVersionRefused
from fencepost.events.pmxcfs import LocalConfigNewer
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def cmap(*versions: int) -> Cmap:
    keys = {
        f"runtime.members.{number}.config_version": str(version)
        for number, version in enumerate(versions, start=1)
    }
    return Cmap(origin=Origin("c", 1), node="n1", keys=keys)


def test_one_file_alone_tells_nothing(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    assert told(config_versions, make_case(make_conf(version=4))) == []


def test_the_shared_and_the_local_copy_are_compared(
    make_case: MakeCase, make_conf: MakeConf, words: Words
) -> None:
    shared = make_conf(version=5, file="etc/pve/corosync.conf")
    local = make_conf(version=4, file="etc/corosync/corosync.conf")
    said = words(config_versions, make_case(shared, local))
    assert "version 5 in etc/pve/corosync.conf, version 4 in etc/corosync/corosync.conf" in said


def test_equal_versions_with_other_content(
    make_case: MakeCase, make_conf: MakeConf, told: Told, words: Words
) -> None:
    case = make_case(
        make_conf(version=5, node="n1"), make_conf(version=5, totem="token: 9000", node="n2")
    )
    assert told(config_versions, case) == [("ok", None), ("warning", None)]
    assert "`totem.token`" in words(config_versions, case)


def test_running_members_are_compared(make_case: MakeCase, told: Told) -> None:
    assert told(config_versions, make_case(cmap(5, 5, 5))) == [("ok", None)]
    assert told(config_versions, make_case(cmap(5, 5, 1))) == [("critical", None)]


def test_a_member_that_has_gone_is_not_behind(make_case: MakeCase, told: Told) -> None:
    assert told(config_versions, make_case(cmap(5, 5, 0))) == [("ok", None)]


def test_a_file_newer_than_what_runs(make_case: MakeCase, make_conf: MakeConf, told: Told) -> None:
    case = make_case(make_conf(version=6), cmap(5, 5))
    assert told(config_versions, case) == [("ok", None), ("warning", None)]
    assert told(config_versions, make_case(make_conf(version=5), cmap(5, 5))) == [("ok", None)]


def test_the_logs_bear_witness(make_case: MakeCase, make_event: MakeEvent, told: Told) -> None:
    refused = make_event(ConfigVersionRefused, node="n2", received=4, own=3)
    newer = make_event(LocalConfigNewer, node="n3")
    case = make_case(events=[refused, newer])
    assert told(config_versions, case) == [("warning", "n2"), ("warning", "n3")]
