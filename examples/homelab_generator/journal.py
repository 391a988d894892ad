"""One node's journal, as `journalctl -o short` prints it.

Times are seconds since `EPOCH` on a clock that all nodes share; each node's own clock may be off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2025, 11, 8, tzinfo=UTC)
"""Midnight at which the journals begin."""

DAY = 86400.0


def moment(day: int, clock: str) -> float:
    """Return the time `HH:MM:SS[.fraction]` of a day of November 2025, in seconds.

    >>> moment(9, "00:01:00.5")
    86460.5
    """
    hours, minutes, seconds = clock.split(":")
    return (day - EPOCH.day) * DAY + int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def dated(at: float) -> datetime:
    """Return the UTC date and time of `at`."""
    return EPOCH + timedelta(seconds=at)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One journal entry; `order` keeps entries of the same moment as they were written."""

    at: float
    order: int
    program: str = field(compare=False)
    pid: int | None = field(compare=False)
    text: str = field(compare=False)


@dataclass(slots=True)
class Boot:
    """One life of a node and what it wrote.

    began: its first line; for the boot that runs when the journal begins, long before.
    ended: after this nothing reached the disk any more.
    pids: of the daemons that live as long as the boot.
    """

    id: str
    began: float
    pids: dict[str, int]
    ended: float | None = None
    entries: list[Entry] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def say(self, at: float, program: str, text: str, pid: int | None = None) -> None:
        """Write one entry; daemons need no pid."""
        known = self.pids.get(program) if pid is None else pid
        self.entries.append(Entry(at, len(self.entries), program, known, text))

    def speak(
        self, at: float, program: str, texts: Iterable[str], *, pid: int | None = None
    ) -> float:
        """Write entries right after one another and return the time after the last."""
        for text in texts:
            self.say(at, program, text, pid)
            at += 0.0006
        return at

    def fork(self, at: float) -> int:
        """Return the pid of a process started at `at`."""
        pid = max(self.pids.values()) + 40 + int(max(0.0, at - self.began) * 1.3)
        while pid in self.taken:
            pid += 1
        self.taken.add(pid)
        return pid


def render(host: str, boots: Sequence[Boot], *, until: float, late: float = 0.0) -> str:
    """Return the journal from `EPOCH` to `until` as text.

    late: seconds by which the node's clock is behind.
    """
    lines: list[str] = []
    for number, boot in enumerate(boots):
        if number:
            lines.append(f"-- Boot {boot.id} --")
        end = until if boot.ended is None else min(until, boot.ended)
        for entry in sorted(boot.entries):
            if late <= entry.at <= end:
                lines += _lines(host, entry, late)
    return "\n".join(lines) + "\n"


def _lines(host: str, entry: Entry, late: float) -> list[str]:
    source = entry.program if entry.pid is None else f"{entry.program}[{entry.pid}]"
    prefix = f"{dated(entry.at - late):%b %d %H:%M:%S} {host} {source}: "
    first, *others = entry.text.split("\n")
    return [prefix + first, *(" " * len(prefix) + other for other in others)]
