"""Decodes entries: resolves the fields that a Line needs, and counts what is lost."""

from collections.abc import Iterator
from struct import Struct

import numpy as np
from numpy.typing import NDArray

from fencepost.model.line import Line, Origin
from fencepost.sources.binary_journal.file import JournalFile, Offsets
from fencepost.sources.binary_journal.items import items_of
from fencepost.sources.binary_journal.layout import PACKED, ObjectType
from fencepost.sources.binary_journal.payload import payload_of
from fencepost.sources.journal import LONGEST_QUOTE, NEWEST, line_of

NEEDED = (
    "MESSAGE",
    "SYSLOG_IDENTIFIER",
    "_COMM",
    "_PID",
    "SYSLOG_PID",
    "_HOSTNAME",
    "_MACHINE_ID",
    "_TRANSPORT",
)
MOST_REMEMBERED = 100_000
"""Values kept because they come again; past it they are read anew."""

_ENTRY = Struct("<16x3Q16sQ")  # the object's header, then number, times, boot, hash
_ROWS = 1 << 12
_PLAIN = np.uint64(0xFF | PACKED << 8)
_BEGINS = [f"{name}="[:8].encode() for name in NEEDED]
_PREFIXES = {
    np.uint64(int.from_bytes(b"\xff" * len(begin), "little")): [
        int.from_bytes(other, "little") for other in _BEGINS if len(other) == len(begin)
    ]
    for begin in _BEGINS
}
"""The first bytes by which a needed field is told, by how many of them count."""


class Decoder:
    """Makes lines of the entries of one journal.

    node: whose entry it is when the entry does not say; follows the one last named.
    lost: the times, in microseconds, of entries that could not be decoded.
    """

    def __init__(self, file: JournalFile, name: str, node: str) -> None:
        self.node = node
        self.lost: list[int] = []
        self._file = file
        self._name = name
        self._hosts: dict[str, str] = {}
        self._fields: dict[int, tuple[str, str] | None] = {}

    def lines(self, entries: Offsets) -> Iterator[tuple[int, Line | None]]:
        """Yield each entry's offset and its line; None for one without a message.

        entries: offsets at which whole entries lie.
        """
        for begin in range(0, len(entries), _ROWS):
            part = entries[begin : begin + _ROWS]
            for offset, data in zip(part.tolist(), self._needed(part), strict=True):
                yield offset, self._line(offset, data)

    def _needed(self, entries: Offsets) -> list[list[int]]:
        """Return for each entry the DATA objects that may be of a needed field, or are broken."""
        found: list[list[int]] = [[] for _ in entries]
        for rows, table in items_of(self._file, entries):
            wanted = self._may_matter(table)
            flat, begin = table[wanted].tolist(), 0
            for row, count in zip(rows.tolist(), wanted.sum(1).tolist(), strict=True):
                found[row] = flat[begin : begin + count]
                begin += count
        return found

    def _may_matter(self, table: Offsets) -> NDArray[np.bool_]:
        file = self._file
        sound = file.inside(table, file.payload_at + 8)
        safe = np.where(sound, table, 0) >> 3
        plain = sound & ((file.words[safe] & _PLAIN) == ObjectType.DATA)
        texts = file.words[np.where(plain, safe + (file.payload_at >> 3), 0)]
        matters: NDArray[np.bool_] = ~plain
        for mask, begins in _PREFIXES.items():
            cut = texts & mask
            for begin in begins:
                matters |= cut == np.uint64(begin)
        return matters

    def _line(self, offset: int, data: list[int]) -> Line | None:
        file = self._file
        number, realtime, monotonic, boot, xor = _ENTRY.unpack_from(file.bytes, offset)
        fields: dict[str, str] = {}
        broken = False
        for one in data:
            if one not in self._fields:
                self._remember(one)
            known = self._fields[one]
            if known is None:
                broken = True
            else:
                fields.setdefault(*known)
        if not 0 < realtime < NEWEST or (broken and "MESSAGE" not in fields):
            self.lost.append(realtime)
            return None
        if "MESSAGE" not in fields:
            return None
        fields["__REALTIME_TIMESTAMP"] = str(realtime)
        fields["__MONOTONIC_TIMESTAMP"] = str(monotonic)
        fields["_BOOT_ID"] = boot = boot.hex()
        if fields.get("_TRANSPORT") == "kernel":
            fields.setdefault("SYSLOG_IDENTIFIER", "kernel")
        machine, host = fields.get("_MACHINE_ID"), fields.get("_HOSTNAME")
        if machine and host:
            self._hosts[machine] = host
        node = self._hosts.get(machine or "") or machine or self.node
        cursor = (
            f"s={file.header.seqnum_id};i={number:x};b={boot};"
            f"m={monotonic:x};t={realtime:x};x={xor:x}"
        )
        quote = fields["MESSAGE"][:LONGEST_QUOTE]
        line = line_of(fields.get, Origin(self._name, None, cursor, quote), node)
        self.node = line.node
        return line

    def _remember(self, data: int) -> None:
        if len(self._fields) >= MOST_REMEMBERED:
            self._fields.clear()
        payload = payload_of(self._file, data)
        name, equals, value = (payload or b"").partition(b"=")
        known = name.decode("ascii", "replace"), value.decode("utf-8", "replace")
        self._fields[data] = known if equals else None
