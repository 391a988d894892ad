from datetime import UTC, datetime

import pytest

from fencepost.events.services import AdminCommand
from fencepost.model.line import Line, Origin


def asked(command: str) -> AdminCommand | None:
    text = f"tina : TTY=pts/0 ; PWD=/home/tina ; USER=root ; COMMAND={command}"
    at = datetime(2025, 11, 8, tzinfo=UTC)
    return AdminCommand.read(Line(at, "pve1", "sudo", 812, text, Origin("auth.log", 1)))


@pytest.mark.parametrize(
    "command",
    [
        "/usr/bin/systemctl restart corosync",
        "/usr/bin/systemctl --now disable pve-ha-lrm",
        "/usr/sbin/ip link set eno1 down",
        "/usr/sbin/reboot",
        "/usr/bin/pkill -9 corosync",
        "/usr/sbin/ufw enable",
    ],
)
def test_a_command_that_changes_the_node_is_kept_whole(command: str) -> None:
    read = asked(command)
    assert read is not None
    assert (read.user, read.command) == ("tina", command)


@pytest.mark.parametrize(
    "command",
    [
        "/usr/bin/systemctl status corosync",
        "/usr/bin/systemctl --no-pager list-units",
        "/usr/sbin/ip -br link show",
        "/usr/bin/less /var/log/reboot",
        "/usr/bin/apt update",
    ],
)
def test_a_command_that_only_looks_is_not(command: str) -> None:
    assert asked(command) is None
