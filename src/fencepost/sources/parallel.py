"""Reads large files side by side, in processes of their own; the answer is that of one process."""

import warnings
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import active_count
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

PAYS = 256 * 1024 * 1024
"""Bytes in all from which on starting processes pays."""

AHEAD = 2
"""Files for each process that are read before their turn: what is read waits in memory."""

Reading = TypeVar("Reading")
File = tuple[Path, str]
Told = Callable[[str, int, int | None], None]
Read = Callable[[Path, str], list[Reading]]

_read: Callable[[Path, str], list[Any]]


def worthwhile(files: Sequence[Path], jobs: int) -> bool:
    """Tell whether these files are many and large enough to be read side by side."""
    if jobs < 2 or len(files) < 2:
        return False
    sizes = []
    for file in files:
        try:
            sizes.append(file.stat().st_size)
        except OSError:
            continue
    return bool(sizes) and sum(sizes) - max(sizes) >= PAYS // 2 and sum(sizes) >= PAYS


def side_by_side(
    files: Sequence[File], read: Read[Reading], jobs: int, told: Told | None = None
) -> Iterator[Reading]:
    """Yield what `read` finds in each file (path, name), file by file, in their order.

    read: can be pickled. Should a process die, the file that it had is read here. told: the
    name and the bytes of each file that is done.
    """
    # Here, since most runs need no process and want a quick start.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_all_start_methods, get_context

    # Forking is quickest, and wrong where other threads run (a progress bar's, for one).
    fork = "fork" in get_all_start_methods() and active_count() == 1
    pool = ProcessPoolExecutor(jobs, get_context("fork" if fork else "spawn"), _begin, (read,))
    try:
        for (path, name), found in _in_order(pool, files, read, jobs):
            yield from found
            if told:
                size = path.stat().st_size if path.exists() else 0
                told(name, size, size)
    finally:
        # Waiting costs the files in work; not to wait lets Python trip over its own closed pipe.
        pool.shutdown(cancel_futures=True)


def _in_order(
    pool: "ProcessPoolExecutor", files: Sequence[File], read: Read[Reading], jobs: int
) -> Iterator[tuple[File, list[Reading]]]:
    from concurrent.futures.process import BrokenProcessPool

    waiting: deque[tuple[File, Future[list[Reading]] | None]] = deque()
    todo = deque(files)
    while todo or waiting:
        while todo and len(waiting) < jobs * AHEAD:
            file = todo.popleft()
            waiting.append((file, _submitted(pool, file)))
        file, future = waiting.popleft()
        try:
            yield file, read(*file) if future is None else future.result()
        except BrokenProcessPool:
            yield file, read(*file)


def _submitted(pool: "ProcessPoolExecutor", file: File) -> "Future[list[Any]] | None":
    from concurrent.futures.process import BrokenProcessPool

    try:
        with warnings.catch_warnings():
            # Python 3.12 and later warn of any thread, also of those that numpy keeps idle.
            warnings.simplefilter("ignore", DeprecationWarning)
            return pool.submit(_read_one, *file)
    except BrokenProcessPool:
        return None


def _begin(read: Callable[[Path, str], list[Any]]) -> None:
    global _read  # noqa: PLW0603 - a process has one task, told once
    _read = read


def _read_one(path: Path, name: str) -> list[Any]:
    return _read(path, name)
