"""Walks WHERE: every file in a fixed order, named as reports name it."""

import os
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from fencepost.model.line import Gap
from fencepost.sources.archives import unfold
from fencepost.sources.stream import CHUNK, HEAD, Opened, Stream, TornError

KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device file",
    stat.S_IFBLK: "a device file",
}


def walk(where: Sequence[Path]) -> Iterator[Opened | Gap]:
    """Yield every file under `where`, archives unfolded, folders sorted by name.

    A file can be read until the next one is asked for.
    """
    for path, label in zip(where, _labels(where), strict=True):
        for file, name in _files(path, label, alone=len(where) == 1):
            if isinstance(file, Gap):
                yield file
            else:
                yield from _opened(file, name)


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


def _files(top: Path, label: str, *, alone: bool) -> Iterator[tuple[Path | Gap, str]]:
    seen: set[tuple[int, int]] = set()
    todo = [(top, label)]
    while todo:
        path, name = todo.pop()
        shown = _printable(name)
        try:
            kind = path.stat()
            if stat.S_ISREG(kind.st_mode):
                yield path, shown
            elif stat.S_ISDIR(kind.st_mode):
                # Each folder once: links may lead back up, or to one place over and over.
                if (kind.st_dev, kind.st_ino) in seen:
                    continue
                seen.add((kind.st_dev, kind.st_ino))
                prefix = "" if path == top and alone else f"{name}/"
                inside = sorted(path.iterdir(), key=lambda child: child.name, reverse=True)
                todo += [(child, prefix + child.name) for child in inside]
            else:
                yield _skipped(kind.st_mode, shown), shown
        except (OSError, ValueError) as error:
            yield Gap(_reason(error), file=shown), shown


def _skipped(mode: int, name: str) -> Gap:
    return Gap(f"{KINDS.get(stat.S_IFMT(mode), 'no ordinary file')}: not read", file=name)


def _opened(path: Path, name: str) -> Iterator[Opened | Gap]:
    try:
        with path.open("rb") as file:
            state = os.fstat(file.fileno())
            modified = datetime.fromtimestamp(max(0, min(state.st_mtime, 1 << 33)), UTC)
            stream = Stream(_chunks(file), state.st_size)
            yield from unfold(Opened(name, modified, stream, path))
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
