"""Start-up: the version, and a small folder."""

from collections.abc import Iterator
from pathlib import Path

from bench.tools import FENCEPOST, PYTHON
from bench.work import Candidate, Work, within

SMALL = Path("examples/homelab")


def works(folder: Path) -> Iterator[Work]:
    """Yield: starting at all, reporting on a small folder."""
    report = str(folder / "small.json")
    investigate = (FENCEPOST, "investigate", str(SMALL), "--year", "2025", "-o", report, "--quiet")
    yield Work(
        "start",
        "Say the version; report on the example cluster (three nodes, two days of journal).",
        (
            Candidate("python -c pass", (PYTHON, "-c", "pass")),
            Candidate("fencepost --version", (FENCEPOST, "--version")),
            Candidate("fencepost investigate", investigate),
        ),
        (within("fencepost --version", 0.15), within("fencepost investigate", 0.45)),
        rounds=9,
    )
