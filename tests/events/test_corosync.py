from datetime import UTC, datetime

import pytest

from fencepost.events.corosync import (
    ConfigInvalid,
    ConfigParseFailed,
    ConfigReloadFailed,
    CorosyncExitFailed,
    CorosyncStarted,
    KilledByNode,
    NotScheduled,
    ServiceLoaded,
)
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    return Line(datetime(2025, 11, 8, tzinfo=UTC), "pve1", "corosync", 7, text, Origin("syslog", 1))


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("[MAIN  ] Corosync Cluster Engine 3.1.9 starting up", "3.1.9"),
        ("[MAIN  ] Corosync Cluster Engine  starting up", None),
        ("[MAIN ] Corosync Cluster Engine starting up", None),
        (
            "[MAIN  ] Corosync Cluster Engine ('2.4.4-dirty'): started and ready to provide service.",
            "2.4.4-dirty",
        ),
    ],
)
def test_a_start_is_seen_with_or_without_a_version(text: str, version: str | None) -> None:
    event = CorosyncStarted.read(line(text))
    assert event is not None
    assert event.version == version


def test_a_stall_of_an_old_version_lacks_the_moment_only() -> None:
    old = NotScheduled.read(
        line(
            "[MAIN  ] Corosync main process was not scheduled for 3839.5781 ms (threshold is "
            "1320.0000 ms). Consider token timeout increase."
        )
    )
    new = NotScheduled.read(
        line(
            "[MAIN  ] Corosync main process was not scheduled (@1795393294784) for 5399.4106 ms "
            "(threshold is 2920.0000 ms). Consider token timeout increase."
        )
    )
    assert old is not None
    assert new is not None
    assert (old.detected_ms, old.paused_ms, old.threshold_ms) == (None, 3839.5781, 1320.0)
    assert (new.detected_ms, new.paused_ms, new.threshold_ms) == (1795393294784, 5399.4106, 2920.0)


def test_a_refused_reload_is_not_a_refused_start() -> None:
    reload = line("[CFG   ] Configuration is not valid: parse error in config: Too low.")
    broken = line("[CFG   ] Unable to reload config file: parser error: x.conf:4: Missing brace")
    start = line("[MAIN  ] parse error in config: Too low.")
    assert ConfigParseFailed.read(reload) is None
    assert ConfigParseFailed.read(broken) is None
    assert ConfigInvalid.read(start) is None
    kinds = (ConfigInvalid.read(reload), ConfigReloadFailed.read(broken))
    assert [event and event.reason for event in kinds] == [
        "parse error in config: Too low.",
        "parser error: x.conf:4: Missing brace",
    ]


def test_an_exit_keeps_its_status_and_its_place_without_the_full_stop() -> None:
    event = CorosyncExitFailed.read(
        line("[MAIN  ] Corosync Cluster Engine exiting with status 8 at main.c:1445.")
    )
    assert event is not None
    assert (event.status, event.place) == (8, "main.c:1445")


def test_a_kill_needs_no_reason() -> None:
    event = KilledByNode.read(line("[CFG   ] Killed by node 2 :"))
    assert event is not None
    assert (event.peer, event.reason) == (2, None)


def test_a_service_is_named_without_its_number() -> None:
    event = ServiceLoaded.read(
        line("[SERV  ] Service engine loaded: corosync vote quorum service v1.0 [5]")
    )
    assert event is not None
    assert event.service == "corosync vote quorum service v1.0"
