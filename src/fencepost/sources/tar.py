"""Reads tar archives as a stream.

The standard library's reader takes a long name or a pax header of any size into memory and
ends in silence at a damaged header; here both are limits, and a torn archive says so.

Source: POSIX.1-2017 pax, section "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fencepost.model.line import Gap
from fencepost.sources.sparse import (
    Pieces,
    is_sparse,
    number_in,
    old_pieces,
    pax_pieces,
    with_holes,
)
from fencepost.sources.stream import CHUNK, Opened, Stream, TornError
from fencepost.sources.unpack import Spend

BLOCK = 512
LONGEST_HEADER = 1024 * 1024
LONGEST_NAME = 1024
OLDEST = datetime(1990, 1, 1, tzinfo=UTC).timestamp()  # `tar --mtime=@0` says nothing
NEWEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()

FILES = b"0\0007"
SPARSE = b"S"
LINKS_AND_FOLDERS = b"125"
DEVICES = b"346"


@dataclass(frozen=True, slots=True)
class _Header:
    name: str
    kind: bytes
    size: int
    modified: float
    pieces: Pieces
    whole: int


def is_tar(head: bytes) -> bool:
    """Tell whether these are the first bytes of a tar archive, by a header's checksum.

    The first header may be damaged; a later one must then say that it is one.
    """
    if any(head[:BLOCK]) and _sum_is_right(head[:BLOCK]):
        return True
    blocks = (head[at : at + BLOCK] for at in range(BLOCK, len(head) - BLOCK + 1, BLOCK))
    return any(map(_is_marked, blocks))


def tar_members(archive: Opened, spend: Spend) -> Iterator[Opened | Gap]:
    """Yield each file in the archive, and a Gap for each thing in it that is no file.

    After damage, and after the end of an archive that another was joined to, it goes on where
    the next header is.

    Raises:
        TornError: the archive ends early.
    """
    stream, longer = archive.stream, dict[str, str]()
    while True:
        header = _header(stream)
        if isinstance(header, str):
            if header:
                yield Gap(header, file=archive.name)
            if not _find(stream):
                return
            continue
        body = _Body(stream, header.size)
        if header.kind in b"LKxg":
            longer |= _longer(header.kind, body.whole())
            continue
        name = longer.get("GNU.sparse.name") or longer.get("path", header.name)
        size = _number_in(longer.get("size"))
        if size is not None:
            body = _Body(stream, size)
        modified = _number_in(longer.get("mtime")) or header.modified
        label = f"{archive.name}/{inner_name(name)}"
        if header.kind in FILES + SPARSE and not name.endswith("/"):
            content = Stream(body.chunks(), body.left)
            whole = _number_in(longer.get("GNU.sparse.realsize"))
            if header.kind == SPARSE:
                content = Stream(with_holes(content, header.pieces, header.whole, spend))
            elif is_sparse(longer) and whole is not None:
                content = Stream(with_holes(content, pax_pieces(content), whole, spend))
            yield Opened(label, date_of(modified, archive.modified), content)
        elif header.kind in DEVICES:
            yield Gap("a device file in an archive: not read", file=label)
        elif header.kind not in LINKS_AND_FOLDERS + FILES + SPARSE:
            yield Gap(f"a tar member of kind {header.kind!r}: not read", file=label)
        longer = {}
        body.skip()


class _Body:
    """The bytes that belong to one header."""

    def __init__(self, stream: Stream, size: int) -> None:
        self._stream = stream
        self._padding = -size % BLOCK
        self.left = size

    def chunks(self) -> Iterator[bytes]:
        while self.left:
            part = self._stream.read(min(self.left, CHUNK))
            if not part:
                raise TornError("torn: the archive ends inside this member")
            self.left -= len(part)
            yield part

    def skip(self) -> None:
        for _ in self.chunks():
            pass
        self._stream.read(self._padding)
        self._padding = 0

    def whole(self) -> bytes:
        if self.left > LONGEST_HEADER:
            raise TornError("damaged archive: a header of more than 1 MiB")
        data = b"".join(self.chunks())
        self.skip()
        return data


def _find(stream: Stream) -> bool:
    """Go on to the next header; tell whether there is one."""
    while len(block := stream.read(BLOCK)) == BLOCK:
        if _is_marked(block):
            stream.unread(block)
            return True
    return False


def _header(stream: Stream) -> _Header | str:
    """Return the next header, or why there is none: `""` at the end of the archive."""
    block = stream.read(BLOCK)
    if len(block) == BLOCK and not any(block):
        return ""
    if len(block) < BLOCK:
        raise TornError("torn: the archive ends without its closing mark")
    size = number_in(block[124:136])
    if not _sum_is_right(block) or size is None or size < 0:
        return "damaged archive: no header where one should be"
    name = block[:100].split(b"\0")[0]
    prefix = block[345:500].split(b"\0")[0] if block[257:263] == b"ustar\0" else b""
    kind = block[156:157]
    if kind in LINKS_AND_FOLDERS + DEVICES:
        size = 0
    sparse = kind == SPARSE
    return _Header(
        name=(prefix + b"/" + name if prefix else name).decode("utf-8", "replace"),
        kind=kind,
        size=size,
        modified=number_in(block[136:148]) or 0,
        pieces=old_pieces(block, stream) if sparse else [],
        whole=(number_in(block[483:495]) or 0) if sparse else size,
    )


def _is_marked(block: bytes) -> bool:
    return block[257:262] == b"ustar" and _sum_is_right(block)


def _sum_is_right(block: bytes) -> bool:
    if len(block) < BLOCK:
        return False
    return number_in(block[148:156]) == sum(block) - sum(block[148:156]) + 8 * ord(" ")


def _longer(kind: bytes, data: bytes) -> dict[str, str]:
    if kind == b"L":
        return {"path": data.split(b"\0")[0].decode("utf-8", "replace")}
    if kind != b"x":
        return {}
    fields = {}
    while data and (length := re.match(rb"(\d{1,7}) ", data)):
        record = data[length.end() : int(length[1])]
        key, _, value = record.rstrip(b"\n").partition(b"=")
        fields[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        data = data[max(int(length[1]), length.end()) :]
    return fields


def _number_in(text: str | None) -> int | None:
    number = re.match(r"\d{1,18}", text or "", re.ASCII)
    return int(number[0]) if number else None


def inner_name(name: str) -> str:
    """Return the label of a member: no root, no way out of the archive."""
    parts = [part for part in name.split("/") if part not in {"", ".", ".."}]
    return "/".join(parts)[-LONGEST_NAME:] or "unnamed"


def date_of(modified: float, otherwise: datetime) -> datetime:
    """Return the date of a member, `otherwise` when it says nothing or what cannot be."""
    if OLDEST <= modified <= NEWEST:
        return datetime.fromtimestamp(modified, UTC)
    return otherwise
