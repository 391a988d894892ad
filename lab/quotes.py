"""Check what a report quotes against the files it names, with readers that are not fencepost's."""

import bz2
import gzip
import io
import lzma
import os
import tarfile
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

WRAPPED = 4
"""Lines over which a paste may have wrapped one."""
SCRAP = 20
"""A quote shorter than this proves nothing, unless the line is as short."""

_PACKED: tuple[tuple[bytes, Callable[[bytes], bytes]], ...] = (
    (b"\x1f\x8b\x08", gzip.decompress),
    (b"\xfd7zXZ\x00", lzma.decompress),
    (b"BZh", bz2.decompress),
)


class Texts:
    """Every text below a folder, by the name that reports give it: archives by ARCHIVE/MEMBER."""

    def __init__(self, folder: Path) -> None:
        self._data = dict(contents(folder))
        self._lines = lru_cache(maxsize=64)(self._split)

    def holds(self, quote: str, file: str, line: int) -> bool:
        """Tell whether a quote stands word for word in a line, counted from 1.

        Blanks count as one. A wrapped line goes on in the lines below, but begins in the one named.
        """
        lines = self._lines(file)
        if not 0 < line <= len(lines):
            return False
        first, said = " ".join(lines[line - 1].split()), " ".join(quote.split())
        below = " ".join(" ".join(lines[line - 1 : line - 1 + WRAPPED]).split())
        return (
            bool(first)
            and len(said) >= min(SCRAP, len(first))
            and 0 <= below.find(said) < len(first)
        )

    def _split(self, file: str) -> list[str]:
        return self._data.get(file, b"").decode("utf-8", "replace").split("\n")


def misquoted(evidence: Mapping[str, Mapping[str, Any]], folder: Path) -> list[str]:
    """Return a sentence for each exhibit of a JSON report that its file does not hold.

    Entries of a binary journal are named by a cursor and have no line to be checked against.
    """
    texts = Texts(folder)
    return [
        f"{name} is not in {one['file']}:{one['line']}"
        for name, one in evidence.items()
        if "cursor" not in one and not texts.holds(one["text"], one["file"], one["line"] or 0)
    ]


def contents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below a folder, unpacked, by the name that reports give it."""
    for top, _, names in os.walk(folder):
        for path in (Path(top, name) for name in names):
            yield from _unfolded(path.relative_to(folder).as_posix(), path.read_bytes())


def _unfolded(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    for magic, unpack in _PACKED:
        if data.startswith(magic):
            yield from _unfolded(name, unpack(data))
            return
    if data[257:262] != b"ustar":
        yield name, data
        return
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            if member.isfile() and (file := tar.extractfile(member)):
                yield from _unfolded(f"{name}/{member.name.removeprefix('./')}", file.read())
