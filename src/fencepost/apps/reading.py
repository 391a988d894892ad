"""From places on disk to a report, with progress on standard error."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from fencepost.investigate import investigate
from fencepost.model.verdict import Report
from fencepost.reconstruct.recognise import needles, programs, proofs
from fencepost.sources.open import ReadOptions, read_sources

ROOT = Path("/")

LEAD = timedelta(days=31)
"""What lies this far outside the time asked for still counts as known: how a boot began and
ended, when a watchdog was armed, what came again and again."""


def read_report(
    where: Sequence[Path],
    *,
    year: int | None = None,
    zone: tzinfo | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    quiet: bool = False,
) -> Report:
    """Read all sources, or this machine when none is named, and draw the conclusions."""
    with _progress(quiet=quiet) as progress:
        options = reading_options(
            year=year,
            zone=zone,
            since=since and _moved(since, -LEAD),
            until=until and _moved(until, LEAD),
            jobs=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
            progress=progress,
        )
        if where:
            readings = read_sources(where, options)
        else:
            from fencepost.sources.machine import Machine, read_machine

            readings = read_machine(Machine(ROOT, datetime.now(UTC)), options)
        return investigate(readings, since=since, until=until)


def reading_options(**how: Any) -> ReadOptions:
    """Return how a report is read: only lines that can matter; `how` as ReadOptions has it."""
    return ReadOptions(needles=needles(), proofs=proofs(), programs=programs(), **how)


def _moved(at: datetime, by: timedelta) -> datetime:
    try:
        return at + by
    except OverflowError:
        return at


class _Progress:
    """A bar on a terminal; shown only once reading takes longer than a moment."""

    QUICK = 4 << 20

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

        self._bar = Progress(
            TextColumn("reading {task.description}"),
            BarColumn(),
            DownloadColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        self._file = ""
        self._shown = False

    def __call__(self, file: str, done: int, whole: int | None) -> None:
        if not self._shown and (whole or done) < self.QUICK:
            return
        if not self._shown:
            self._bar.start()
            self._shown = True
        if file != self._file:
            self._file = file
            self._bar.reset(self._task, description=file[-40:], total=whole)
        self._bar.update(self._task, completed=done)

    def close(self) -> None:
        if self._shown:
            self._bar.stop()


@contextmanager
def _progress(*, quiet: bool) -> Iterator[_Progress | None]:
    if quiet or not sys.stderr.isatty():
        yield None
        return
    progress = _Progress()
    try:
        yield progress
    finally:
        progress.close()
