"""Makes the journals that are measured: three nodes' entries, written by systemd-journal-remote."""

import os
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

from bench.mixture import PROGRAMS, Program
from bench.outages import NODES, Story, tell

REMOTE = ("/usr/lib/systemd/systemd-journal-remote", "/lib/systemd/systemd-journal-remote")
BEGIN_S = 1_785_542_400  # 2026-08-01
DAYS = 30.0
ENTRY_BYTES = 780
"""What one entry takes on disk, its share of the index with it."""

_BATCH = 5000
_LONG = 4000
_ROUTINE = {program.name: program for program in PROGRAMS}
_OTHERS = {
    "corosync": ("corosync.service", "/usr/sbin/corosync", 1500),
    "pmxcfs": ("pve-cluster.service", "/usr/bin/pmxcfs", 1400),
    "pve-ha-crm": ("pve-ha-crm.service", "/usr/bin/perl", 1700),
    "pve-ha-lrm": ("pve-ha-lrm.service", "/usr/bin/perl", 1710),
    "watchdog-mux": ("watchdog-mux.service", "/usr/sbin/watchdog-mux", 800),
}


def remote() -> str | None:
    """Return the program that writes journals, None where it is not installed."""
    return next((place for place in REMOTE if os.access(place, os.X_OK)), None)


def make(folder: Path, *, node_bytes: int, outages: int, long_share: float = 0.0) -> None:
    """Write a folder for each node, `var/log/journal/<machine>/system*.journal` in it.

    node_bytes: about what the journals of one node take. long_share: of the entries, those
    that carry some kilobytes, which the journal compresses.
    """
    story = tell(DAYS * 86_400, outages, 7)
    entries = node_bytes // (ENTRY_BYTES + int(long_share * 3000))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda node: _write(folder / node, node, story, entries, long_share), NODES))


def _write(folder: Path, node: str, story: Story, entries: int, long_share: float) -> None:
    machine = f"{Random(node).getrandbits(128):032x}"
    into = folder / "var/log/journal" / machine
    into.mkdir(parents=True)
    command = [str(remote()), "-o", str(into / "system.journal"), "--split-mode=none", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as writer:  # fmt: skip
        assert writer.stdin
        for batch in _batches(entries_of(node, machine, story, entries, long_share)):
            writer.stdin.write(batch)
        writer.stdin.close()
        if writer.wait():
            raise RuntimeError(f"{command[0]} ended with {writer.returncode}")


def _batches(entries: Iterator[str]) -> Iterator[bytes]:
    batch: list[str] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == _BATCH:
            yield "".join(batch).encode()
            batch.clear()
    yield "".join(batch).encode()


def entries_of(
    node: str, machine: str, story: Story, entries: int, long_share: float
) -> Iterator[str]:
    """Yield a node's entries in export format: routine at random, what matters in its place.

    entries: how many of routine.
    """
    chance = Random(node)
    deck = [program for program in PROGRAMS for _ in range(program.share)]
    matters = [one for one in story.said if one[1] == node]
    resets = [*story.resets.get(node, ()), (float("inf"), float("inf"))]
    writer = _Entries(chance, node, machine)
    step, at, next_said, next_reset = story.seconds / entries, 0.0, 0, 0
    for _ in range(entries):
        at += step * 2 * chance.random()
        while next_said < len(matters) and matters[next_said][0] <= at:
            moment, _, name, text = matters[next_said]
            if moment >= resets[next_reset][1]:
                writer.boot(resets[next_reset][1])
                next_reset += 1
            yield writer.entry(moment, name, text)
            next_said += 1
        if at >= resets[next_reset][1]:
            writer.boot(resets[next_reset][1])
            next_reset += 1
        if at >= resets[next_reset][0]:
            continue
        program = chance.choice(deck)
        text = program.say(chance)
        if long_share and chance.random() < long_share:
            text += " " + "".join(program.say(chance) for _ in range(_LONG // 100))
        yield writer.entry(at, program.name, text)


class _Entries:
    """Formats entries with the fields that journald gives them."""

    def __init__(self, chance: Random, node: str, machine: str) -> None:
        self._chance = chance
        self._node = node
        self._machine = machine
        self._texts: dict[str, str] = {}
        self.boot(-40_000.0)

    def boot(self, at: float) -> None:
        self._booted = at
        self._boot = f"{self._chance.getrandbits(128):032x}"
        self._texts = {name: self._fixed(name) for name in (*_ROUTINE, *_OTHERS)}

    def entry(self, at: float, name: str, text: str) -> str:
        realtime, age = int((BEGIN_S + at) * 1e6), int((at - self._booted) * 1e6)
        known = _ROUTINE.get(name)
        pids = known.pids if known else (_OTHERS[name][2],) * 2
        head = (
            f"__REALTIME_TIMESTAMP={realtime}\n__MONOTONIC_TIMESTAMP={age}\n"
            f"_BOOT_ID={self._boot}\nMESSAGE={text}\n{self._texts[name]}"
        )
        if name == "kernel":
            return f"{head}_SOURCE_MONOTONIC_TIMESTAMP={age - 40}\n\n"
        pid = self._chance.randint(*pids)
        own = f"_PID={pid}\n_SOURCE_REALTIME_TIMESTAMP={realtime - 40}\n"
        if name == "systemd":
            return f"{head}{own}CODE_LINE={self._chance.randrange(500, 900)}\n\n"
        stamp = time.strftime("%b %e %H:%M:%S", time.gmtime(realtime // 1_000_000))
        return f"{head}{own}SYSLOG_PID={pid}\nSYSLOG_TIMESTAMP={stamp} \n\n"

    def _fixed(self, name: str) -> str:
        """Return the fields that are the same in all entries of a program of one boot."""
        chance = self._chance
        own = f"_MACHINE_ID={self._machine}\n_HOSTNAME={self._node}\n_RUNTIME_SCOPE=system\n"
        if name == "kernel":
            return f"{own}_TRANSPORT=kernel\nPRIORITY={chance.randrange(3, 7)}\nSYSLOG_FACILITY=0\nSYSLOG_IDENTIFIER=kernel\n"
        unit, exe = _place(_ROUTINE.get(name)) or _OTHERS[name][:2]
        own += (
            f"PRIORITY=6\nSYSLOG_FACILITY=3\nSYSLOG_IDENTIFIER={name}\n"
            f"_UID=0\n_GID=0\n_COMM={name.rpartition('/')[2][:15]}\n_EXE={exe}\n"
            f"_CMDLINE={exe} {name} -f\n_CAP_EFFECTIVE=1ffffffffff\n_SELINUX_CONTEXT=unconfined\n"
            f"_SYSTEMD_CGROUP=/system.slice/{unit}\n_SYSTEMD_UNIT={unit}\n"
            f"_SYSTEMD_SLICE=system.slice\n_SYSTEMD_INVOCATION_ID={chance.getrandbits(128):032x}\n"
        )
        if name == "systemd":
            return f"{own}_TRANSPORT=journal\nCODE_FILE=src/core/job.c\nCODE_FUNC=job_emit_done\n"
        return f"{own}_TRANSPORT=syslog\n"


def _place(program: Program | None) -> tuple[str, str] | None:
    return (program.unit, program.exe) if program else None
