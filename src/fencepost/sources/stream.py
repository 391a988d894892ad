"""Bytes of one file or archive member, read forwards once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

HEAD = 64 * 1024
CHUNK = 512 * 1024
"""Bytes in one piece of a large file: few enough for a processor's own memory."""


class TornError(Exception):
    """A stream cannot be read on from here; the message is a clause for a Gap."""


class Stream:
    """Bytes read forwards once.

    head: the first 64 KiB, which `read` still returns. done: bytes handed out so far.
    size: bytes in all, None where only reading to the end would tell.
    """

    def __init__(self, chunks: Iterable[bytes], size: int | None = None) -> None:
        self._chunks = iter(chunks)
        self._held = b""
        self._at = 0
        self._over = False
        self._torn: TornError | None = None
        self.size = size
        self.done = 0
        self._hold(HEAD)
        self.head = self._held[:HEAD]

    def read(self, size: int) -> bytes:
        """Return the next `size` bytes; fewer at the end, none after it.

        Raises:
            TornError: what could be read has been handed out, and there should be more.
        """
        if self._at + size > len(self._held):
            self._hold(size)
        part = self._held[self._at : self._at + size]
        if not part and self._torn:
            raise self._torn
        self._at += len(part)
        self.done += len(part)
        return part

    def piece(self, least: int, most: int) -> bytes:
        """Return the next bytes, as they come: at least and at most so many, fewer at the end.

        Raises:
            TornError: as for `read`.
        """
        if len(self._held) - self._at < least:
            self._hold(least)
        if self._at or len(self._held) > most:
            return self.read(min(most, len(self._held) - self._at) or least)
        piece, self._held = self._held, b""
        if not piece and self._torn:
            raise self._torn
        self.done += len(piece)
        return piece

    def unread(self, data: bytes) -> None:
        """Put back the bytes that were read last."""
        self._held = data + self._held[self._at :]
        self._at = 0
        self.done -= len(data)

    def _hold(self, size: int) -> None:
        rest = self._held[self._at :]
        parts, held = [rest] if rest else [], len(rest)
        while held < size and not self._over:
            try:
                part = next(self._chunks)
            except StopIteration:
                self._over = True
            except TornError as torn:
                self._over, self._torn = True, torn
            else:
                parts.append(part)
                held += len(part)
        self._held, self._at = b"".join(parts), 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A file or a member of an archive, ready to be read until the next one is asked for.

    name: its Origin.file. modified: its date, aware UTC.
    path: where it lies on disk as it is; None for what is packed.
    """

    name: str
    modified: datetime
    stream: Stream
    path: Path | None = None
