from datetime import UTC, datetime

import pytest

from fencepost.events import watchdog_mux
from fencepost.events.watchdog_mux import ClientDied, ClientExpired, ClientNearExpiry, ClientSaved
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin


def heard(text: str) -> Event | None:
    at = datetime(2025, 11, 8, 11, 46, tzinfo=UTC)
    line = Line(at, "pve1", "watchdog-mux", 970, text, Origin("syslog", 1))
    return next((event for kind in watchdog_mux.EVENTS if (event := kind.read(line))), None)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ClientNearExpiry, "watchdog is about to expire"),
        (ClientSaved, "watchdog was updated before expiring"),
        (ClientExpired, "watchdog expired - disable watchdog updates"),
        (ClientDied, "did not stop watchdog - disable watchdog updates"),
    ],
)
def test_client_is_known_by_its_process_only_from_5_1_2_on(kind: type[Event], words: str) -> None:
    told = [heard(f"client {words}"), heard(f"client (PID 3438) {words}")]
    assert [type(event) for event in told] == [kind, kind]
    assert [getattr(event, "client", None) for event in told] == [None, 3438]


def test_device_that_somebody_else_holds() -> None:
    event = heard("watchdog open: Device or resource busy")
    assert isinstance(event, watchdog_mux.MuxDeviceFailed)
    assert (event.action, event.reason) == ("open", "Device or resource busy")


def test_version_of_the_driver_is_hexadecimal() -> None:
    event = heard("Watchdog driver 'HPE iLO2+ HW Watchdog Timer', version a")
    assert isinstance(event, watchdog_mux.WatchdogDriver)
    assert (event.driver, event.version) == ("HPE iLO2+ HW Watchdog Timer", "a")
