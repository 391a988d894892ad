from collections.abc import Callable

from fencepost.audits.mixed_versions import mixed_versions
from fencepost.events.corosync import CorosyncStarted
from fencepost.model.case import Case
from fencepost.model.document import PackageVersions
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def packages(node: str, corosync: str, knet: str = "1.30-pve2") -> PackageVersions:
    return PackageVersions(
        origin=Origin("v", 1), node=node, packages={"corosync": corosync, "libknet1": knet}
    )


def test_what_differs_stands_alone_and_what_does_not_together(
    make_case: MakeCase, told: Told, words: Words
) -> None:
    case = make_case(packages("n1", "3.1.9-pve2"), packages("n2", "3.1.9-pve1"))
    assert told(mixed_versions, case) == [("warning", None), ("ok", None)]
    assert "corosync 3.1.9-pve2 on n1; corosync 3.1.9-pve1 on n2" in words(mixed_versions, case)
    assert "libknet1 1.30-pve2 on n1, n2" in words(mixed_versions, case)


def test_a_version_with_and_one_without_its_revision_are_not_compared(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    log = make_event(CorosyncStarted, node="n2", version="3.1.9")
    assert told(mixed_versions, make_case(packages("n1", "3.1.9-pve2"), events=[log])) == []


def test_logs_alone_tell_releases_apart(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    old = make_event(CorosyncStarted, node="n1", version="3.1.7")
    new = make_event(CorosyncStarted, node="n2", version="3.1.9")
    upgraded = make_event(CorosyncStarted, node="n1", after_s=60, version="3.1.9")
    assert told(mixed_versions, make_case(events=[old, new])) == [("warning", None)]
    assert told(mixed_versions, make_case(events=[old, new, upgraded])) == [("ok", None)]
