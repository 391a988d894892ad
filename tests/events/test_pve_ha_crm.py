from datetime import UTC, datetime

import pytest

from fencepost.events import pve_ha_crm
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin


def heard(text: str) -> Event | None:
    at = datetime(2025, 11, 8, 11, 46, tzinfo=UTC)
    line = Line(at, "pve1", "pve-ha-crm", 1512, text, Origin("syslog", 1))
    return next((event for kind in pve_ha_crm.EVENTS if (event := kind.read(line))), None)


def test_nodes_change_with_an_arrow_and_services_with_to() -> None:
    node = heard("node 'pve-3': state changed from 'online' => 'unknown'")
    assert isinstance(node, pve_ha_crm.NodeStateChanged)
    assert (node.subject, node.was, node.now) == ("pve-3", "online", "unknown")
    service = heard("service 'vm:101': state changed from 'started' to 'fence'")
    assert isinstance(service, pve_ha_crm.ServiceStateChanged)
    assert (service.service, service.was, service.now) == ("vm:101", "started", "fence")


@pytest.mark.parametrize(
    ("tail", "place", "target"),
    [
        ("", None, None),
        ("  (node = pve2)", "pve2", None),
        (" (node = pve2)", "pve2", None),
        ("  (node = pve2, target = pve1)", "pve2", "pve1"),
        ("  (maintenance_node = pve3, node = pve2)", "pve2", None),
    ],
)
def test_service_change_may_tell_where_it_is_and_where_it_goes(
    tail: str, place: str | None, target: str | None
) -> None:
    event = heard(f"service 'vm:101': state changed from 'recovery' to 'started'{tail}")
    assert isinstance(event, pve_ha_crm.ServiceStateChanged)
    assert (event.place, event.target) == (place, target)


def test_service_change_is_read_quickly_however_long_its_tail() -> None:
    tail = "(node = a, target = b " * 300
    event = heard(f"service 'vm:101': state changed from 'recovery' to 'started'  {tail}")
    assert isinstance(event, pve_ha_crm.ServiceStateChanged)


def test_recovery_elsewhere_is_told_from_recovery_in_place() -> None:
    moved = heard("recover service 'vm:103' from fenced node 'pve3' to node 'pve2'")
    assert isinstance(moved, pve_ha_crm.ServiceRecovered)
    assert (moved.service, moved.source, moved.target) == ("vm:103", "pve3", "pve2")
    again = heard("recover service 'vm:500' to previous failed and fenced node 'pve5' again")
    assert isinstance(again, pve_ha_crm.ServiceRecoveredInPlace)
    assert (again.service, again.source) == ("vm:500", "pve5")
