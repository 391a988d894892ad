"""Reads this machine: its journal and logs, its settings, and what its commands say."""

import platform
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.line import Gap, Line
from fencepost.sources.commands import ask, commands_for
from fencepost.sources.naming import short
from fencepost.sources.open import Reading, ReadOptions, read_files
from fencepost.sources.stream import Opened, Stream
from fencepost.sources.system import unreadable
from fencepost.sources.walk import files_of_system

COLLECT = "docs/how-to/collect-logs.md shows how to collect the logs of all nodes"


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine to read.

    root: `/`, or where a test has laid one out; then no command is asked. at: now, aware UTC;
    the date of what the commands say.
    """

    root: Path
    at: datetime

    @property
    def live(self) -> bool:
        """Whether this machine's commands speak of it."""
        return self.root == Path("/")

    @property
    def host(self) -> str:
        """Its short name."""
        try:
            named = (self.root / "etc/hostname").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            named = ""
        return short(platform.node() if self.live else named)


def read_machine(machine: Machine, options: ReadOptions) -> Iterator[Reading]:
    """Yield everything of this machine that can be read, and what cannot."""
    said = list(_said(machine)) if machine.live else []

    def answers() -> Iterator[Opened | Gap]:
        for name, printed in said:
            if isinstance(printed, Gap):
                yield printed
            else:
                yield Opened(name, machine.at, Stream([printed]))

    if count := unreadable(machine.root):
        yield Gap(
            f"{count} of its journal files may not be read by this user: run it as root, or as a "
            "member of the group systemd-journal or adm",
            machine.host,
        )
    files = files_of_system(machine.root)
    yield from _with_peers(read_files(files, options, others=answers), machine)


def _said(machine: Machine) -> Iterator[tuple[str, bytes | Gap]]:
    """Yield each command and what it printed, under a prompt that names the machine."""
    for answer in ask(commands_for(machine.root)):
        if answer.late:
            says = "had no answer in time and was stopped; corosync may be forming a ring"
            yield answer.command, Gap(says, machine.host, answer.command)
        if answer.printed.strip():
            prompt = f"root@{machine.host}:~# {answer.command}\n"
            yield answer.command, prompt.encode() + answer.printed


def _with_peers(readings: Iterable[Reading], machine: Machine) -> Iterator[Reading]:
    """Hand the readings on; say at the end whose logs are not here."""
    peers: dict[str, None] = {}
    heard = False
    for reading in readings:
        heard |= isinstance(reading, Line)
        if isinstance(reading, CorosyncConf):
            peers |= dict.fromkeys(short(node.name) for node in reading.nodes if node.name)
        yield reading
    peers.pop(machine.host, None)
    if peers and heard:
        yield Gap(f"only this machine was read, not {', '.join(peers)}: {COLLECT}", machine.host)
