from datetime import UTC, datetime

import pytest

from fencepost.events.systemd import (
    EVENTS,
    UNITS,
    JournalSuppressed,
    ShutdownAnnounced,
    ShutdownRequested,
    ShutdownTargetReached,
    StartupFinished,
    UnitProcessDied,
    UnitStarted,
    UnitStopped,
    UnitStopping,
)
from fencepost.model.line import Line, Origin


def line(text: str, program: str = "systemd", pid: int = 1) -> Line:
    at = datetime(2025, 11, 8, tzinfo=UTC)
    return Line(at, "pve1", program, pid, text, Origin("syslog", 1))


def unit(text: str) -> str | None:
    for event in (UnitStopping, UnitStopped, UnitStarted):
        read = event.read(line(text))
        if read is not None:
            return read.unit
    return None


@pytest.mark.parametrize(
    ("name", "description"), [(name, text) for name, texts in UNITS.items() for text in texts]
)
def test_a_unit_has_one_name_in_both_ways_of_wording(name: str, description: str) -> None:
    assert unit(f"Stopped {name}.service - {description}.") == name
    assert unit(f"Stopping {description}...") == name
    assert unit(f"Stopped {description}.") == name
    assert unit(f"Started {description}.") == name
    assert unit(f"Finished {name}.service - {description}.") == name


@pytest.mark.parametrize(
    "text",
    [
        "Started Proxmox VE firewall logger.",
        "Started pvefw-logger.service - Proxmox VE firewall logger.",
        "Stopped target timers.target - Timer Units.",
        "Started session-12.scope - Session 12 of User root.",
        "Stopped corosync-notifyd.service - Corosync Dbus and snmp notifier.",
    ],
)
def test_other_units_are_not_taken_for_one_that_matters(text: str) -> None:
    assert unit(text) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Reached target reboot.target - System Reboot.", "reboot.target"),
        ("Reached target poweroff.target - System Power Off.", "poweroff.target"),
        ("Reached target Reboot.", "reboot.target"),
        ("Reached target Power-Off.", "poweroff.target"),
        ("Reached target System Power Off.", "poweroff.target"),
    ],
)
def test_targets_of_a_shutdown_have_one_name_in_all_versions(text: str, target: str) -> None:
    read = ShutdownTargetReached.read(line(text))
    assert read is not None
    assert read.target == target


@pytest.mark.parametrize(
    "text",
    [
        "Reached target shutdown.target - Shutdown.",
        "Reached target Shutdown.",
        "Reached target exit.target - Exit the Session.",
        "Startup finished in 61ms.",
        "Closed D-Bus User Message Bus Socket.",
    ],
)
def test_a_users_own_systemd_that_ends_at_logout_is_no_shutdown(text: str) -> None:
    assert [event for event in EVENTS if event.read(line(text, pid=2131))] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The system will power off now!", "power off"),
        ("The system will reboot at Sat 2025-11-08 03:00:00 CET!", "reboot"),
        ("Powering Off...", "power off"),
        ("Rebooting...", "reboot"),
    ],
)
def test_the_kind_of_a_shutdown_is_the_same_word_in_all_versions(text: str, kind: str) -> None:
    read = ShutdownAnnounced.read(line(text, "systemd-logind"))
    assert read is not None
    assert read.kind == kind


def test_who_asked_for_the_reboot_is_kept() -> None:
    text = "reboot requested from client PID 9682 ('systemctl') (unit pvedaemon.service)..."
    read = ShutdownRequested.read(line(text, "systemd-logind"))
    assert read is not None
    assert (read.kind, read.client) == ("reboot", 9682)
    assert (read.command, read.unit) == ("systemctl", "pvedaemon.service")


def test_a_reload_that_a_client_requested_is_no_shutdown() -> None:
    text = "Reloading requested from client PID 12 ('systemctl') (unit session-3.scope)..."
    assert ShutdownRequested.read(line(text)) is None


def test_a_daemon_of_another_name_is_not_the_unit_that_died() -> None:
    text = "pve-ha-lrm.service: Main process exited, code=dumped, status=6/ABRT"
    read = UnitProcessDied.read(line(text))
    assert read is not None
    assert (read.unit, read.code, read.status) == ("pve-ha-lrm", "dumped", "6/ABRT")
    other = "smartmontools.service: Main process exited, code=exited, status=17/n/a"
    assert UnitProcessDied.read(line(other)) is None


@pytest.mark.parametrize(
    "text",
    [
        "Suppressed 1322 messages from corosync.service",
        "Suppressed 1322 messages from /system.slice/corosync.service",
    ],
)
def test_the_unit_whose_messages_are_missing_is_named(text: str) -> None:
    read = JournalSuppressed.read(line(text, "systemd-journald"))
    assert read is not None
    assert (read.count, read.unit) == (1322, "corosync")


def test_a_start_without_firmware_times_is_a_start() -> None:
    text = "Startup finished in 2.183s (kernel) + 13.167s (userspace) = 15.350s."
    assert StartupFinished.read(line(text)) is not None
