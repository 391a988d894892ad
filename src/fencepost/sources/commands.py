"""Asks this machine's own commands for its settings and states; they only read.

The commands are those of docs/how-to/collect-logs.md. corosync's may never return while a ring
is being formed, so all are started together and none is waited for longer than the others.
"""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import BinaryIO

SECONDS = 20.0
LONGEST = 4 * 1024 * 1024
COMMANDS = (
    "pvecm status",
    "corosync-cfgtool -s",
    "corosync-cfgtool -n",
    "corosync-cmapctl",
    "corosync-cmapctl -m stats",
    "ha-manager status",
    "pveversion -v",
    "ip -d -s link",
    "ip addr",
    "bridge link",
    "free -m",
    "journalctl --list-boots --no-pager",
    "last -x -F",
    "ipmitool sel elist",
    "ipmitool chassis status",
)
PORT_COMMANDS = ("ethtool", "ethtool -i", "ethtool -k", "ethtool -S", "ethtool -g")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed; `late` when it had not ended in time."""

    command: str
    printed: bytes
    late: bool = False


def commands_for(root: Path) -> list[str]:
    """Return the commands that make sense on the machine whose root this is."""
    net = root / "sys/class/net"
    ports = sorted(port.name for port in net.glob("*") if (port / "device").exists())
    return [*COMMANDS, *(f"{form} {port}" for port in ports for form in PORT_COMMANDS)]


def ask(commands: Sequence[str], seconds: float = SECONDS) -> Iterator[Answer]:
    """Run those of the commands that exist here, all at once; yield what each printed, in order.

    seconds: how long all of them together may take; then those still running are killed.
    """
    end = time.monotonic() + seconds
    with ExitStack() as files:
        started = []
        for command in commands:
            words = command.split()
            if which(words[0]):
                output = files.enter_context(tempfile.TemporaryFile())
                started.append((command, _start(words, output), output))
        for command, process, output in started:
            late = _is_late(process, end)
            output.seek(0)
            yield Answer(command, output.read(LONGEST), late)


def _start(words: list[str], output: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"LC_ALL": "C", "TZ": "UTC0"},
        start_new_session=True,
    )


def _is_late(process: subprocess.Popen[bytes], end: float) -> bool:
    try:
        process.wait(max(0.0, end - time.monotonic()))
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False
