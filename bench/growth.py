"""How cost grows: bytes of text, and events."""

from collections.abc import Iterator
from math import log2
from pathlib import Path

from bench.nodelog import write_log
from bench.text import GB
from bench.tools import PYTHON
from bench.work import Candidate, Measured, Plot, Target, Work

SIZES = (0.5, 1.0, 2.0, 4.0, 8.0)  # GB
EVENTS = (10_000, 31_600, 100_000, 316_000, 1_000_000)


def works(folder: Path) -> Iterator[Work]:
    """Yield: text of growing size, events in growing number."""
    yield _text(folder)
    yield _events()


def _text(folder: Path) -> Work:
    candidates, points = [], []
    for size in SIZES:
        logs = []
        for number in range(max(1, round(size / 2))):
            name = f"node{number or ''}.log" if size >= 2 else f"node-{size:g}.log"
            logs.append(folder / name)
            write_log(logs[-1], int(min(size, 2) * GB), node=f"pve{number + 1}", seed=number + 1)
        name = f"{size:g} GB"
        command = (PYTHON, "-m", "bench.scan", *map(str, logs))
        candidates.append(Candidate(name, command, size))
        points.append((size, name))
    return Work(
        "bytes",
        "Find and parse in syslog of growing size, in files of up to 2 GB.",
        tuple(candidates),
        (
            Target(
                "time per GB at 8 GB / at 1 GB",
                ("1 GB", "8 GB"),
                lambda m: 1 / m.speed("8 GB", "1 GB"),
                1.15,
                least=False,
            ),
            Target("memory at 8 GB", ("8 GB",), lambda m: m.memory_mb("8 GB"), 250, False, " MB"),  # noqa: FBT003
        ),
        plot=Plot("benchmarks-bytes.svg", "Text scanned", "GB", {"fencepost": tuple(points)}),
    )


def _events() -> Work:
    names = {number: f"{number:,} events" for number in EVENTS}
    few, many = EVENTS[0], EVENTS[-1]

    def growth(measured: Measured) -> float:
        steps = measured.seconds(names[many]) / measured.seconds(names[few])
        return steps / (many * log2(many) / (few * log2(few)))

    return Work(
        "events",
        "Reconstruct and explain events in growing number: three nodes that lose each other again "
        "and again. Reading is not counted.",
        tuple(
            Candidate(name, (PYTHON, "-m", "bench.events", str(number)), inside=True)
            for number, name in names.items()
        ),
        (
            Target(
                f"growth from {few:,} to {many:,} events / n log n",
                (names[few], names[many]),
                growth,
                1.0,
                least=False,
            ),
        ),
        plot=Plot(
            "benchmarks-events.svg",
            "Events reconstructed and explained",
            "events",
            {"fencepost": tuple((number, name) for number, name in names.items())},
        ),
    )
