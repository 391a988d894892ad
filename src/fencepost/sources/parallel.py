"""Reads large files side by side, in processes of their own; the answer is that of one process."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from fencepost.sources.crew import File, Read

PAYS = 256 * 1024 * 1024
"""Bytes in all from which on starting processes pays."""

Reading = TypeVar("Reading")
Told = Callable[[str, int, int | None], None]


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
    files: "Sequence[File]", read: "Read[Reading]", jobs: int, told: Told | None = None
) -> Iterator[Reading]:
    """Yield what `read` finds in each file (path, name), file by file, in their order.

    read: can be pickled. Should a process die, the file that it had is read here. told: the
    name and the bytes of each file that is done.
    """
    from fencepost.sources.crew import Crew  # most runs want no process and a quick start

    crew = Crew(files, read, min(jobs, len(files)))
    try:
        for number, (path, name) in enumerate(files):
            yield from crew.readings_of(number)
            if told:
                size = path.stat().st_size if path.exists() else 0
                told(name, size, size)
    finally:
        crew.dismiss()
