from datetime import UTC, datetime

import pytest

from fencepost.events import pve_ha_lrm
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin


def heard(text: str) -> Event | None:
    at = datetime(2025, 11, 8, 11, 46, tzinfo=UTC)
    line = Line(at, "pve1", "pve-ha-lrm", 1523, text, Origin("syslog", 1))
    return next((event for kind in pve_ha_lrm.EVENTS if (event := kind.read(line))), None)


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        (
            " - cfs lock update failed - Permission denied",
            "cfs lock update failed - Permission denied",
        ),
        (
            " - can't create '/etc/pve/priv/lock' (pmxcfs not mounted?)",
            "can't create '/etc/pve/priv/lock' (pmxcfs not mounted?)",
        ),
        ("", ""),
    ],
)
def test_lost_lock_has_an_unbalanced_quote_and_perhaps_a_reason(tail: str, reason: str) -> None:
    event = heard(f"lost lock 'ha_agent_pve-south_lock{tail}")
    assert isinstance(event, pve_ha_lrm.LrmLockLost)
    assert (event.lock, event.reason) == ("ha_agent_pve-south_lock", reason)


@pytest.mark.parametrize(
    ("text", "how", "plan"),
    [
        ("restart LRM, freeze all services", "restart", "freeze all services"),
        ("reboot LRM, stop and freeze all services", "reboot", "stop and freeze all services"),
        ("shutdown LRM, stop all services", "shutdown", "stop all services"),
        (
            "reboot LRM, doing maintenance, removing this node from active list",
            "reboot",
            "doing maintenance",
        ),
    ],
)
def test_restart_of_the_daemon_is_told_from_a_reboot_of_the_node(
    text: str, how: str, plan: str
) -> None:
    event = heard(text)
    assert isinstance(event, pve_ha_lrm.LrmStopping)
    assert (event.how, event.plan) == (how, plan)


def test_shutdown_while_the_lock_is_lost_is_no_ordinary_shutdown_request() -> None:
    event = heard("get shutdown request in state 'lost_agent_lock' - detected 3 running services")
    assert isinstance(event, pve_ha_lrm.LrmShutdownWhileLost)
    assert event.services == 3


def test_status_file_error_keeps_its_whole_reason() -> None:
    event = heard(
        "unable to write lrm status file - unable to open file 'x.tmp' - Permission denied"
    )
    assert isinstance(event, pve_ha_lrm.LrmStatusUnwritable)
    assert event.reason == "unable to open file 'x.tmp' - Permission denied"
