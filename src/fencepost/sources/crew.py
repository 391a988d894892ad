"""Processes that read files and send what they read while they read on."""

import signal
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from itertools import islice
from multiprocessing import connection, get_all_start_methods, get_context
from multiprocessing.reduction import ForkingPickler
from operator import attrgetter
from pathlib import Path
from threading import active_count
from typing import Any, Generic, TypeVar

from fencepost.model.line import Line, Origin

AHEAD = 2
"""Files for each process that are read before their turn: what is read waits in memory."""

BATCH = 500
"""Readings in one message."""

Reading = TypeVar("Reading")
File = tuple[Path, str]
Read = Callable[[Path, str], Iterable[Reading]]


class Crew(Generic[Reading]):
    """Some processes, and what they have sent and nobody has asked for yet.

    read: what one of them does with a file; can be pickled.
    """

    def __init__(self, files: Sequence[File], read: Read[Reading], jobs: int) -> None:
        self._files = files
        self._read = read
        self._todo = deque(range(len(files)))
        self._sent: dict[int, deque[list[Reading]]] = {number: deque() for number in self._todo}
        self._over: set[int] = set()
        self._reads: dict[connection.Connection, int | None] = {}
        # Forking is quickest, and wrong where other threads run (a progress bar's, for one).
        fork = "fork" in get_all_start_methods() and active_count() == 1
        context: Any = get_context("fork" if fork else "spawn")
        self._processes = []
        for _ in range(jobs):
            here, there = context.Pipe()
            process = context.Process(target=_work, args=(there, read, files), daemon=True)
            with warnings.catch_warnings():
                # Python 3.12 and later warn of any thread, also of those that numpy keeps idle.
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
            there.close()  # so that the pipe ends when the process does
            self._processes.append(process)
            self._reads[here] = None

    def readings_of(self, number: int) -> Iterator[Reading]:
        """Yield what is read in one file; to be asked in the order of the files."""
        given, sent = 0, self._sent[number]
        self._hand_out(number)
        while number not in self._over or sent:
            if sent:
                batch = sent.popleft()
                given += len(batch)
                yield from batch
            elif number in self._reads.values():
                self._listen(number)
            else:  # its process died
                with suppress(ValueError):
                    self._todo.remove(number)
                yield from islice(self._read(*self._files[number]), given, None)
                break
        del self._sent[number]

    def dismiss(self) -> None:
        """Stop whatever still reads."""
        for pipe in self._reads:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()

    def _hand_out(self, current: int) -> None:
        """Give files to processes that have none, as far ahead of the current one as may be."""
        for pipe, number in list(self._reads.items()):
            if number is None and self._todo and self._todo[0] < current + self._ahead:
                try:
                    pipe.send(self._todo[0])
                except OSError:
                    self._lose(pipe)
                else:
                    self._reads[pipe] = self._todo.popleft()

    @property
    def _ahead(self) -> int:
        return AHEAD * len(self._processes)

    def _listen(self, current: int) -> None:
        """Wait until a process sends something, and take it."""
        ready = connection.wait(list(self._reads))
        for pipe, number in [one for one in self._reads.items() if one[0] in ready]:
            try:
                batch, over = pipe.recv()
            except (EOFError, OSError):
                self._lose(pipe)
                continue
            if number is None:
                continue  # who has no file sends nothing
            self._sent[number].append(batch)
            if over:
                self._over.add(number)
                self._reads[pipe] = None
        self._hand_out(current)

    def _lose(self, pipe: connection.Connection) -> None:
        pipe.close()
        del self._reads[pipe]


def _work(pipe: connection.Connection, read: Read[Any], files: Sequence[File]) -> None:
    """Read the files that are asked for, until nobody asks or listens any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; one will do
    with suppress(EOFError, OSError):
        while True:
            readings = iter(read(*files[pipe.recv()]))
            while batch := list(islice(readings, BATCH)):
                pipe.send((batch, False))
            pipe.send(([], True))


def _by_fields(kind: type[Any]) -> None:
    """Let objects of a dataclass be sent as calls of it: half the time that pickle takes else."""
    values = attrgetter(*(field.name for field in fields(kind)))
    ForkingPickler.register(kind, lambda one: (kind, values(one)))


_by_fields(Line)
_by_fields(Origin)
