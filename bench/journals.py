"""Gigabytes of journals: finding and parsing what matters, and the whole report."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.journal_files import make, remote
from bench.outages import NODES
from bench.tools import FENCEPOST, PYTHON
from bench.work import Candidate, Measured, Target, Work, costs, faster, fits

GB = 1_000_000_000
IDENTIFIERS = ("corosync", "pmxcfs", "pve-ha-crm", "pve-ha-lrm", "watchdog-mux")
KERNEL = (
    "NIC Link is|Kernel panic|soft lockup|watchdog|NETDEV WATCHDOG|Linux version|blocked for more than"
    "|Hardware Unit Hang|Out of memory|entered forwarding state"
)
SYSTEMD = (
    r"reboot\.target|shutdown\.target|Shutting down|(Starting|Started|Stopping|Stopped) "
    "(corosync|pve-cluster|watchdog-mux|pve-ha)"
)
"""What somebody who knows journalctl and the cluster would ask for with -g."""

COUNT = "import json, sys; print(sum(bool(json.loads(line)) for line in sys.stdin))"


def works(folder: Path) -> Iterator[Work]:
    """Yield: what matters of 3 GB, the cluster's programs alone, long compressed messages."""
    if remote() is None or shutil.which("journalctl") is None:
        return
    usual = _made(folder / "journals", node_bytes=GB, outages=40)
    long = _made(folder / "journals-long", node_bytes=GB // 5, outages=40, long_share=0.2)
    yield Work(
        "journals",
        "Find and parse what matters of three nodes with 1 GB of journals each, in files of 40 MB: the "
        "cluster's programs, what the kernel, systemd and others say that can matter, signs of life. "
        "`journalctl` gives the entries of the same programs as JSON to Python; or an expert asks it three times.",
        (
            _scan("fencepost", usual),
            _journalctl("journalctl -o json", usual, _everything),
            _journalctl("journalctl -t -g", usual, _expert),
            _report("fencepost investigate", usual, folder),
        ),
        (
            faster("fencepost", "journalctl -o json", 8),
            faster("fencepost", "journalctl -t -g", 0.8),
            costs("fencepost investigate", "fencepost", 2),
            fits("fencepost", 400),
            fits("fencepost investigate", 400),
        ),
    )
    yield Work(
        "identifiers",
        "All entries of the cluster's five programs alone, of the same journals.",
        (
            _scan("fencepost", usual, "--only", ",".join(IDENTIFIERS)),
            _journalctl("journalctl -t", usual, _identifiers),
        ),
        (_above("fencepost", "journalctl -t", 0.6),),
    )
    yield Work(
        "long messages",
        "As the first, of three nodes with 0.2 GB each, where every fifth message has kilobytes and is "
        "compressed by the journal.",
        (
            _scan("fencepost", long),
            _journalctl("journalctl -o json", long, _everything),
            _journalctl("journalctl -t -g", long, _expert),
        ),
        (fits("fencepost", 400),),
    )


def _made(folder: Path, *, node_bytes: int, outages: int, long_share: float = 0.0) -> Path:
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        make(part, node_bytes=node_bytes, outages=outages, long_share=long_share)
        part.rename(folder)
    return folder


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*.journal")) / GB


def _scan(name: str, folder: Path, *options: str) -> Candidate:
    jobs = str(os.cpu_count() or 1)  # as the report does: there is one journal after the other
    command = (PYTHON, "-m", "bench.scan", "--jobs", jobs, *options, str(folder))
    return Candidate(name, command, _size(folder))


def _report(name: str, folder: Path, into: Path) -> Candidate:
    report = str(into / "journals-report.json")
    command = (FENCEPOST, "investigate", str(folder), "-o", report, "--quiet")
    return Candidate(name, command, _size(folder))


def _everything(journalctl: str) -> str:
    programs = " ".join(f"-t {name}" for name in (*IDENTIFIERS, "kernel", "systemd"))
    return f"{journalctl} {programs} | {PYTHON} -c '{COUNT}'"


def _identifiers(journalctl: str) -> str:
    return f"{journalctl} {' '.join(f'-t {name}' for name in IDENTIFIERS)}"


def _expert(journalctl: str) -> str:
    return "; ".join(
        (
            _identifiers(journalctl),
            f"{journalctl} -t kernel -g '{KERNEL}'",
            f"{journalctl} -t systemd -g '{SYSTEMD}'",
        )
    )


def _journalctl(name: str, folder: Path, asks: Callable[[str], str]) -> Candidate:
    """Ask for each node, one after the other; nothing found is no error."""
    calls = [
        asks(f"journalctl -q -o json -D {folder / node / 'var/log/journal'}") for node in NODES
    ]
    return Candidate(name, ("bash", "-c", "; ".join(calls) + "; true"), _size(folder))


def _above(name: str, against: str, seconds: float) -> Target:
    """Return the target that `name` takes at most so much longer than `against`, in the median."""

    def figure(measured: Measured) -> float:
        return measured.seconds(name) - measured.seconds(against)

    return Target(f"time of {name} − {against}", (name, against), figure, seconds, False, " s")  # noqa: FBT003
