"""Puts the holes back into sparse members of tar archives (`tar --sparse`), as NUL bytes.

Journals and lastlog have holes. A hole costs nothing in the archive, so a hostile one may claim
any size: what is filled in counts as unpacked.

Source: GNU tar manual, "Storing Sparse Files": the old GNU format, and PAX format version 1.0.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

from fencepost.sources.stream import CHUNK, Stream, TornError
from fencepost.sources.unpack import Spend

BLOCK = 512
MOST_PIECES = 100_000

Pieces = list[tuple[int, int]]
"""Where in the file each piece of data begins, and its length."""


def old_pieces(block: bytes, stream: Stream) -> Pieces:
    """Read the map of the old GNU format: in the header, and in the blocks behind it."""
    pieces, more = _entries(block[386:482]), block[482] != 0
    while more:
        block = stream.read(BLOCK)
        if len(block) < BLOCK or len(pieces) > MOST_PIECES:
            raise TornError("damaged archive: the map of a sparse member does not end")
        pieces += _entries(block[:504])
        more = block[504] != 0
    return pieces


def pax_pieces(stream: Stream) -> Pieces:
    """Read the map of PAX format 1.0: numbers in lines, before the data."""
    text = b""
    while len(numbers := re.findall(rb"(\d{1,18})\n", text)) < 1 + 2 * int((*numbers, b"0")[0]):
        block = stream.read(BLOCK)
        if len(block) < BLOCK or len(numbers) > 2 * MOST_PIECES:
            raise TornError("damaged archive: the map of a sparse member does not end")
        text += block
    sizes = islice(map(int, numbers[1:]), 2 * int(numbers[0]))
    return list(zip(sizes, sizes, strict=True))


def is_sparse(fields: Mapping[str, str]) -> bool:
    """Tell whether a pax header announces PAX format 1.0."""
    return fields.get("GNU.sparse.major") == "1"


def with_holes(stream: Stream, pieces: Pieces, size: int, spend: Spend) -> Iterator[bytes]:
    """Yield the file that a member's bytes are the pieces of."""
    taken = at = 0
    for begin, length in [*pieces, (size, 0)]:
        while at < begin:
            part = bytes(min(CHUNK, begin - at))
            spend(taken, at, len(part))
            at += len(part)
            yield part
        while length:
            part = stream.read(min(CHUNK, length))
            if not part:
                raise TornError("damaged archive: a sparse member has less than its map says")
            length -= len(part)  # noqa: PLW2901
            taken += len(part)
            at += len(part)
            yield part


def _entries(fields: bytes) -> Pieces:
    pieces = []
    for at in range(0, len(fields) - 23, 24):
        begin, length = (number_in(fields[at + half : at + half + 12]) for half in (0, 12))
        if begin is not None and length:
            pieces.append((begin, length))
    return pieces


def number_in(field: bytes) -> int | None:
    """Read a number of a tar header: octal digits, or big-endian bytes after a mark."""
    if field[0] in (0x80, 0xFF):
        return int.from_bytes(field, "big", signed=True) & ((1 << 63) - 1)
    digits = field.strip(b" \0")
    return int(digits, 8) if re.fullmatch(rb"[0-7]{1,12}", digits) else None
