"""Walks WHERE: every file in a fixed order, named as reports name it."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from fencepost.model.line import Gap
from fencepost.sources.archives import unfold
from fencepost.sources.pmxcfs import files_in_database, is_database
from fencepost.sources.stream import CHUNK, HEAD, Opened, Stream, TornError
from fencepost.sources.system import is_system, is_told_elsewhere, places

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device file",
    stat.S_IFBLK: "a device file",
}

# Not blocking, should a file have become a pipe since it was looked at.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

File = tuple[Path, str]
"""Where a file lies, and its name in reports."""

LIVE = {"/dev", "/proc", "/sys"}
"""Folders in which reading a file may wait for ever, or do something."""


def files_in(where: Sequence[Path]) -> Iterator[File | Gap]:
    """Yield every file under `where`, folders sorted by name.

    Links inside a folder are not followed out of it: a customer's folder must not bring in files
    of this machine.
    """
    for path, label in zip(where, _labels(where), strict=True):
        if is_system(path):
            yield Gap("the root of a system: only logs and settings in it were read", file=label)
            yield from files_of_system(path)
        else:
            yield from _files(path, label, alone=len(where) == 1)


def files_of_system(root: Path) -> Iterator[File | Gap]:
    """Yield the files of a system that are worth reading, named as it names them itself."""
    for place in places(root):
        yield from _files(place, f"/{place.relative_to(root)}", alone=False)


def opened_in(files: Iterable[File]) -> Iterator[Opened | Gap]:
    """Yield these files, archives unfolded; each can be read until the next one is asked for."""
    for file in files:
        yield from open_file(*file)


def _labels(where: Sequence[Path]) -> list[str]:
    """Return for each path the shortest tail that tells it from the others."""
    parts = [path.absolute().parts for path in where]
    labels = []
    for own in parts:
        rivals = [other for other in parts if other != own]
        length = 1
        while length < len(own) and any(other[-length:] == own[-length:] for other in rivals):
            length += 1
        labels.append("/".join(own[-length:]).replace("//", "/") or "/")
    return labels


def _files(top: Path, label: str, *, alone: bool) -> Iterator[File | Gap]:
    todo = [(top, label)]
    root = os.path.realpath(top)
    while todo:
        path, name = todo.pop()
        shown = _printable(name)
        try:
            if path != top and path.is_symlink():
                if says := _dead_end(path, root):
                    yield Gap(says, file=shown)
                continue
            kind = path.stat()
            if stat.S_ISREG(kind.st_mode):
                if path == top or not is_told_elsewhere(path, top):
                    yield path, shown
            elif not stat.S_ISDIR(kind.st_mode):
                yield _skipped(kind.st_mode, shown)
            elif path != top and os.path.realpath(path) in LIVE:
                yield Gap("the kernel's own files of this machine: not read", file=shown)
            else:
                prefix = "" if path == top and alone else f"{name}/"
                inside = sorted(path.iterdir(), key=lambda child: child.name, reverse=True)
                todo += [(child, prefix + child.name) for child in inside]
        except (OSError, ValueError) as error:
            yield Gap(_reason(error), file=shown)


def _dead_end(link: Path, root: str) -> str:
    """Return why nothing comes of a link; `""` when it leads to what is walked anyway."""
    target = os.path.realpath(link)
    if os.path.commonpath((target, root)) != root:
        return "a link that leads out of this folder: not followed"
    link.stat()  # raises when it leads nowhere
    return ""


def _skipped(mode: int, name: str) -> Gap:
    return Gap(f"{KINDS.get(stat.S_IFMT(mode), 'no ordinary file')}: not read", file=name)


def open_file(path: Path, name: str) -> Iterator[Opened | Gap]:
    """Yield a file, or the files in it when it is an archive or pmxcfs's database."""
    try:
        with os.fdopen(os.open(path, _FLAGS), "rb") as file:
            state = os.fstat(file.fileno())
            if not stat.S_ISREG(state.st_mode):
                yield _skipped(state.st_mode, name)
                return
            modified = datetime.fromtimestamp(max(0, min(state.st_mtime, 1 << 33)), UTC)
            stream = Stream(_chunks(file), state.st_size)
            opened = Opened(name, modified, stream, path)
            of_pmxcfs = is_database(stream.head)
            yield from files_in_database(opened) if of_pmxcfs else unfold(opened)
    except OSError as error:
        yield Gap(_reason(error), file=name)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    size = HEAD
    while True:
        try:
            part = file.read(size)
        except OSError as error:
            raise TornError(_reason(error)) from error
        if not part:
            return
        yield part
        size = CHUNK


def _reason(error: OSError | ValueError) -> str:
    return f"cannot be read: {getattr(error, 'strerror', None) or error}"


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
