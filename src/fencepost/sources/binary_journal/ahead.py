"""Reads many journals in several processes, ahead of their turn, and hands each on in its turn."""

import os
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path

from fencepost.model.line import Gap, Line
from fencepost.sources.binary_journal.reader import read_journal

WORTH_IT = 256 * 1024 * 1024
"""Bytes of journals from which on further processes save more time than their start takes."""

MOST_PROCESSES = 4
AHEAD = 2
"""Files for each process that may be read and not yet handed on: they wait in memory."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to read: see `read_journal`."""

    path: Path
    name: str
    node: str
    programs: frozenset[str]
    needles: tuple[str, ...]
    since: datetime | None
    until: datetime | None


class Ahead:
    """The journals of one walk, in the order in which they will be asked for."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        # Forking is quickest, and wrong where other threads run (a progress bar's, for one).
        fork = "fork" in get_all_start_methods() and threading.active_count() == 1
        self._workers = min(os.cpu_count() or 1, MOST_PROCESSES)
        self._pool = ProcessPoolExecutor(self._workers, get_context("fork" if fork else "spawn"))
        self._todo = deque(jobs)
        self._running: dict[Path, Future[list[Line | Gap]]] = {}

    def take(self, path: Path) -> list[Line | Gap] | None:
        """Return what a journal holds; None when its process died, or it was not in the list."""
        try:
            while self._todo and (path not in self._running or self._has_room):
                job = self._todo.popleft()
                self._running[job.path] = self._pool.submit(_read, job)
            found = self._running.pop(path, None)
            read = found.result() if found else None
        except BrokenProcessPool:
            self._todo.clear()
            self._running.clear()
            return None
        if not (self._todo or self._running):
            self._pool.shutdown(wait=False)
        return read

    @property
    def _has_room(self) -> bool:
        return len(self._running) < self._workers * AHEAD


def _read(job: Job) -> list[Line | Gap]:
    return list(
        read_journal(
            job.path,
            job.name,
            job.node,
            programs=job.programs,
            needles=job.needles,
            since=job.since,
            until=job.until,
        )
    )
