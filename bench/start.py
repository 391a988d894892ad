"""Start-up: the version, and a small folder."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

from bench.tools import FENCEPOST, PYTHON
from bench.work import Candidate, Work, within

EXAMPLE = Path("examples/homelab")
CASE = Path("tests/cases/realha-switch-outage-near-miss/logs.tar.xz")


def works(folder: Path) -> Iterator[Work]:
    """Yield: starting at all, reporting on a small folder."""
    small = folder / "small"
    with tarfile.open(CASE) as case:
        case.extractall(small, filter="data")
    yield Work(
        "start",
        "Say the version; report on a small folder (three nodes, two minutes, one incident), and on the "
        "example cluster (three nodes, two days, 88 incidents).",
        (
            Candidate("python -c pass", (PYTHON, "-c", "pass")),
            Candidate("fencepost --version", (FENCEPOST, "--version")),
            Candidate("fencepost investigate", _report(small, folder)),
            Candidate("the example cluster", _report(EXAMPLE, folder)),
        ),
        (within("fencepost --version", 0.15), within("fencepost investigate", 0.45)),
        rounds=9,
    )


def _report(logs: Path, folder: Path) -> tuple[str, ...]:
    report = str(folder / "small.json")
    return (FENCEPOST, "investigate", str(logs), "--year", "2025", "-o", report, "--quiet")
