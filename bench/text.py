"""Gigabytes of text: finding and parsing what matters, and the whole report."""

from collections.abc import Iterator
from pathlib import Path

from bench.nodelog import write_log
from bench.tools import FENCEPOST, PYTHON, filter_file, installed, needles_file, ripgrep
from bench.work import Candidate, Work, costs, faster, fits

GB = 1_000_000_000
SMALL = GB // 10  # for what is slow
TINY = GB // 200  # for what is very slow

SHORT = "corosync|pmxcfs|pve-ha-|watchdog|Link is"
"""What somebody looks for in lnav."""


def works(folder: Path) -> Iterator[Work]:
    """Yield: searching ordinary syslog, searching long lines, reporting."""
    names = ("node.log", "node-part.log", "node-bit.log", "long-lines.log")
    log, part, bit, long = (folder / name for name in names)
    write_log(log, 2 * GB, node="pve1", seed=1)
    write_log(part, SMALL, node="pve1", seed=1)
    write_log(bit, TINY, node="pve1", seed=1)
    write_log(long, 2 * GB, node="pve1", seed=2, long_lines=True)
    needles = needles_file(folder)
    yield Work(
        "scan",
        "Find and parse all lines that can matter in 2 GB of syslog, 0.1 % of them relevant. The others "
        "only search the same literals, grep and lnav in a part of it; lnav also with a filter that "
        "somebody would type, which lets three times as many lines through and most of the kinds not at all.",
        (
            _scan("fencepost", log),
            _ripgrep(15, log, 2.0, needles),
            _ripgrep(13, log, 2.0, needles),
            _grep(part, SMALL / GB, needles),
            _lnav("lnav", bit, TINY / GB, filter_file(folder)),
            _lnav("lnav, a short filter", part, SMALL / GB, filter_file(folder, SHORT)),
            _report("fencepost investigate", log, 2.0, folder),
        ),
        (
            faster("fencepost", "ripgrep 15", 0.9),
            faster("fencepost", "ripgrep 13", 2),
            faster("fencepost", "lnav", 15),
            costs("fencepost investigate", "fencepost", 1.6),
            fits("fencepost", 250),
            fits("fencepost investigate", 250),
        ),
    )
    halves = [folder / name for name in ("half1.log", "half2.log")]
    for number, half in enumerate(halves):
        write_log(half, GB, node=f"pve{number + 1}", seed=number + 3)
    one, two = "fencepost, one process", "fencepost, two processes"
    yield Work(
        "two processes",
        "Find and parse in two files of 1 GB, with one process and with two.",
        (_scan(one, *halves), _scan(two, *halves, jobs=2)),
        (faster(two, one, 1.7),),
    )
    yield Work(
        "long lines",
        "The same in 2 GB, of which most is lines of 2 to 30 kB.",
        (_scan("fencepost", long), _ripgrep(15, long, 2.0, needles)),
        (faster("fencepost", "ripgrep 15", 0.9), fits("fencepost", 250)),
    )


def _scan(name: str, *logs: Path, jobs: int = 1) -> Candidate:
    command = (PYTHON, "-m", "bench.scan", "--jobs", str(jobs), *map(str, logs))
    return Candidate(name, command, sum(log.stat().st_size for log in logs) / GB)


def _report(name: str, log: Path, size: float, folder: Path) -> Candidate:
    report = str(folder / "report.json")
    command = (FENCEPOST, "investigate", str(log), "--year", "2025", "-o", report, "--quiet")
    return Candidate(name, command, size)


def _ripgrep(version: int, log: Path, size: float, needles: Path) -> Candidate:
    program, missing = ripgrep(version)
    command = (program, "--no-config", "-j1", "-a", "-F", "-f", str(needles), str(log))
    return Candidate(f"ripgrep {version}", command, size, missing=missing)


def _grep(log: Path, size: float, needles: Path) -> Candidate:
    program, missing = installed("grep")
    command = ("env", "LC_ALL=C", program, "-a", "-F", "-f", str(needles), str(log))
    return Candidate("grep", command, size, missing=missing)


def _lnav(name: str, log: Path, size: float, wanted: Path) -> Candidate:
    program, missing = installed("lnav")
    return Candidate(name, (program, "-n", "-f", str(wanted), str(log)), size, missing=missing)
