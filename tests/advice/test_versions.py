from typing import Any

from fencepost.advice import versions
from fencepost.events.corosync import CorosyncStarted


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
