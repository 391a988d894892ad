"""Keeps what was measured, and writes docs/benchmarks.md from it."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median
from typing import Any

from bench.plot import draw
from bench.work import Measured, Work

HEAD = """# Benchmarks

What `make bench` measured: whole processes, start-up included, their input in the page cache. All
candidates of a work ran in turns, so that a busy machine slows all of them: compare within a table,
not between tables. Times are medians, with the quickest and the slowest round; memory is the most
that was resident, mapped files included, in the largest of a candidate's processes. How, and how to
run one part alone: [bench/README.md](../bench/README.md).
"""


def keep(folder: Path, part: str, works: Iterable[tuple[Work, Measured]]) -> bool:
    """Write the results of one part, draw its plots; return whether all targets are met."""
    told = [_told(work, measured) for work, measured in works]
    found = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "machine": machine(), "works": told}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{part}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    return all(target["met"] is not False for work in told for target in work["targets"])


def write_page(folder: Path, parts: Iterable[str], page: Path) -> None:
    """Write the page, and the plots beside it, from the results that there are."""
    text = [HEAD]
    for part in parts:
        file = folder / f"{part}.json"
        if not file.exists():
            continue
        found = json.loads(file.read_text(encoding="utf-8"))
        text.append(f"## {part.capitalize()}\n\nMeasured {found['date']} on {found['machine']}.\n")
        for work in found["works"]:
            text += _section(work)
            if work["plot"]:
                name = work["plot"]["file"]
                (page.parent / name).write_text(draw(work["plot"]), encoding="utf-8")
                text.append(f"![{work['plot']['title']}]({name})\n")
    page.write_text("\n".join(text), encoding="utf-8")


def machine() -> str:
    """Describe what the figures were measured on, in one clause."""
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} CPUs ({model}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
        + "".join(
            f", {name} {shown}" for name in ("hyperscan", "numpy") if (shown := _version(name))
        )
    )


def version_of(*command: str) -> str:
    """Return the first line that a program says of its version."""
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return said.partition("\n")[0].strip()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _told(work: Work, measured: Measured) -> dict[str, Any]:
    targets = []
    for target in work.targets:
        figure = (
            target.figure(measured) if all(name in measured.runs for name in target.needs) else None
        )
        targets.append(
            {
                "says": target.says,
                "limit": f"{'≥' if target.least else '≤'} {target.limit:g}{target.unit}",
                "figure": None if figure is None else f"{figure:.2f}{target.unit}",
                "met": None if figure is None else target.met(figure),
            }
        )
    plot = None
    if work.plot:
        plot = asdict(work.plot)
        plot["series"] = {
            name: [(size, measured.seconds(candidate)) for size, candidate in points]
            for name, points in work.plot.series.items()
        }
    candidates = [
        {
            "name": candidate.name,
            "missing": candidate.missing,
            "gigabytes": candidate.gigabytes,
            "runs": [asdict(run) for run in measured.runs.get(candidate.name, ())],
        }
        for candidate in work.candidates
    ]
    return {
        "name": work.name,
        "says": work.says,
        "targets": targets,
        "candidates": candidates,
        "plot": plot,
    }


def _section(work: dict[str, Any]) -> list[str]:
    text = [f"### {work['name']}\n\n{work['says']}\n"]
    if work["targets"]:
        text.append("| | target | measured | |\n|---|---|---|---|")
        for target in work["targets"]:
            shown = {True: "met", False: "**missed**", None: "not measured here"}[target["met"]]
            figure = target["figure"] or "–"
            text.append(f"| {target['says']} | {target['limit']} | {figure} | {shown} |")
        text.append("")
    text.append("| | median | spread | GB/s | memory |\n|---|---|---|---|---|")
    text += [_row(candidate) for candidate in work["candidates"]]
    return [*text, ""]


def _row(candidate: dict[str, Any]) -> str:
    if candidate["missing"]:
        return f"| {candidate['name']} | {candidate['missing']} | | | |"
    times = [run["seconds"] for run in candidate["runs"]]
    middle, size = median(times), candidate["gigabytes"]
    speed = f"{size / middle:.{2 if size > middle / 100 else 4}f}" if size else ""
    memory = max(run["memory_mb"] for run in candidate["runs"])
    spread = f"{min(times):.2f}–{max(times):.2f} s"
    return f"| {candidate['name']} | {middle:.2f} s | {spread} | {speed} | {memory:.0f} MB |"
