from collections.abc import Callable

import pytest

from fencepost.audits.known_bad_versions import known_bad_versions
from fencepost.events.corosync import ConfigVersionRefused, CorosyncStarted
from fencepost.model.case import Case
from fencepost.model.document import PackageVersions
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]


def packages(node: str = "n1", **versions: str) -> PackageVersions:
    named = {name.replace("_", "-"): version for name, version in versions.items()}
    return PackageVersions(origin=Origin("v", 1), node=node, packages=named)


@pytest.mark.parametrize(
    ("versions", "severities"),
    [
        ({"corosync": "3.1.10-pve3"}, {"ok"}),
        ({"corosync": "3.1.10-pve2"}, {"info"}),
        ({"corosync": "3.1.5-pve1"}, {"critical", "info"}),
        ({"corosync": "3.1.5-pve2"}, {"info"}),
        ({"corosync": "3.0.2-pve3"}, {"warning", "info"}),
        ({"libknet1": "1.9-pve1"}, {"ok"}),
        ({"libknet1": "1.10-pve1"}, {"critical"}),
        ({"libknet1": "1.12-pve2"}, {"critical"}),
        ({"libknet1": "1.13-pve1"}, {"ok"}),
        ({"libknet1": "1.22-pve2"}, {"warning"}),
        ({"pve_ha_manager": "3.2-2"}, {"warning", "info"}),
        ({"pve_ha_manager": "5.0.1"}, {"info"}),
        ({"pve_ha_manager": "5.0.2"}, {"ok"}),
        ({"corosync": "not correctly installed"}, set()),
    ],
)
def test_the_edges_of_every_flaw(
    make_case: MakeCase, told: Told, versions: dict[str, str], severities: set[str]
) -> None:
    found = told(known_bad_versions, make_case(packages(**versions)))
    assert {severity for severity, _ in found} == severities


def test_a_log_tells_upstreams_version_only(
    make_case: MakeCase, make_event: MakeEvent, told: Told, words: Words
) -> None:
    cannot_tell = make_event(CorosyncStarted, version="3.1.10")
    surely = make_event(CorosyncStarted, version="3.1.7")
    assert told(known_bad_versions, make_case(events=[cannot_tell])) == [("ok", "n1")]
    assert "3.1.10-pve3 or later" in words(known_bad_versions, make_case(events=[surely]))


def test_the_package_list_wins_over_the_log(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    log = make_event(CorosyncStarted, version="3.1.5")
    case = make_case(packages(corosync="3.1.10-pve3"), events=[log])
    assert told(known_bad_versions, case) == [("ok", "n1")]


def test_a_flaw_whose_trigger_was_pulled_is_a_warning(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    refused = make_event(ConfigVersionRefused, node="n2", received=4, own=3)
    one, two = packages(corosync="3.1.10-pve1"), packages("n2", corosync="3.1.10-pve1")
    found = told(known_bad_versions, make_case(one, two, events=[refused]))
    assert found == [("info", None), ("warning", None)]
