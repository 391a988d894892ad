from typing import Any

import pytest

from fencepost.advice import versions
from fencepost.events.corosync import CorosyncStarted


@pytest.mark.parametrize(
    ("older", "newer"),
    [("3.1.9-pve2", "3.1.10-pve1"), ("3.1.10", "3.1.10-pve1"), ("1:5.1.2", "5.1.3")],
)
def test_versions_are_compared_by_their_numbers(older: str, newer: str) -> None:
    assert versions.number(older) < versions.number(newer)


def test_a_hostile_version_is_cut_short() -> None:
    assert len(versions.number("9." * 10_000)) == 6


def test_all_nodes_must_have_it(given: Any) -> None:
    new = given.packages("alpha", pve_ha_manager="5.1.3")
    old = given.packages("beta", pve_ha_manager="4.0.6")
    since = versions.DISARM_SINCE
    assert versions.everywhere(given.case(), "pve-ha-manager", since) is None
    assert versions.everywhere(given.case(new), "pve-ha-manager", since) is True
    assert versions.everywhere(given.case(new, old), "pve-ha-manager", since) is False


def test_corosync_tells_its_version_when_it_starts(given: Any) -> None:
    started = given.event(CorosyncStarted, version="3.1.7")
    assert versions.installed(given.case(events=[started]), "corosync") == {"alpha": (3, 1, 7)}
    exact = given.packages(corosync="3.1.9-pve1")
    case = given.case(exact, events=[started])
    assert versions.installed(case, "corosync") == {"alpha": (3, 1, 9, 1)}
