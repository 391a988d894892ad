from collections.abc import Callable

import pytest

from fencepost.audits.watchdog_module import watchdog_module
from fencepost.events.kernel_boot import SoftdogLoaded
from fencepost.events.watchdog_mux import WatchdogDriver
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import HaDefaults
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def asked(module: str | None, node: str | None = "n1") -> HaDefaults:
    return HaDefaults(origin=Origin("d", 1), node=node, watchdog_module=module)


@pytest.mark.parametrize(
    ("module", "driver", "severity"),
    [
        (None, "Software Watchdog", "ok"),
        ("softdog", "Software Watchdog", "ok"),
        ("iTCO_wdt", "iTCO_wdt", "ok"),
        ("ipmi_watchdog", "Software Watchdog", "warning"),
    ],
)
def test_what_is_asked_for_and_what_ticks(
    make_case: MakeCase,
    make_event: MakeEvent,
    told: Told,
    module: str | None,
    driver: str,
    severity: str,
) -> None:
    case = make_case(asked(module), events=[make_event(WatchdogDriver, driver=driver)])
    assert told(watchdog_module, case) == [(severity, "n1")]


def test_other_nodes_settings_are_not_this_nodes(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    ticking = make_event(WatchdogDriver, driver="Software Watchdog")
    case = make_case(asked("ipmi_watchdog", node="n2"), events=[ticking])
    assert told(watchdog_module, case) == [("ok", "n1")]


def test_a_watchdog_that_does_not_bite(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    toothless = make_event(SoftdogLoaded, no_boot=1)
    mended = make_event(SoftdogLoaded, after_s=600, no_boot=0)
    assert told(watchdog_module, make_case(events=[toothless])) == [("critical", "n1")]
    assert told(watchdog_module, make_case(events=[toothless, mended])) == []


@pytest.mark.parametrize(
    ("device", "found"), [("/dev/watchdog", [("critical", None)]), ("off", [])]
)
def test_corosync_keeps_its_hands_off(
    make_case: MakeCase,
    make_conf: MakeConf,
    told: Told,
    device: str,
    found: list[tuple[str, str | None]],
) -> None:
    conf = make_conf(more=f"resources {{\nwatchdog_device: {device}\n}}\n")
    assert told(watchdog_module, make_case(conf)) == found
