"""Writes small journal files, also of kinds that this machine's systemd cannot be told to write.

After the published format (systemd, docs/JOURNAL_FILE_FORMAT.md); what a reader that follows the
entry arrays does not look at (hashes, hash tables of DATA) is left out.
"""

import lzma
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import lz4.block
import zstandard

HEADER = 264
BOOT = bytes(range(16))
Entry = Mapping[str, str]
PACK: dict[str, tuple[int, int, Callable[[bytes], bytes]]] = {
    "xz": (1, 1, lambda raw: lzma.compress(raw, lzma.FORMAT_XZ)),
    "lz4": (
        2,
        2,
        lambda raw: struct.pack("<Q", len(raw)) + lz4.block.compress(raw, store_size=False),
    ),
    "zstd": (8, 4, lambda raw: zstandard.ZstdCompressor().compress(raw)),
}
"""The header's flag, the object's flag, how to compress."""


@dataclass
class Writer:
    compact: bool
    packing: str | None
    out: bytearray = field(default_factory=lambda: bytearray(HEADER))
    fields: dict[bytes, int] = field(default_factory=dict)
    data: dict[bytes, int] = field(default_factory=dict)
    users: dict[int, list[int]] = field(default_factory=dict)
    entries: list[int] = field(default_factory=list)
    last: int = 0

    def add(self, kind: int, body: bytes, flags: int = 0) -> int:
        self.out += bytes(-len(self.out) % 8)
        self.last = len(self.out)
        self.out += struct.pack("<BB6xQ", kind, flags, 16 + len(body)) + body
        return self.last

    def patch(self, offset: int, *numbers: int) -> None:
        struct.pack_into(f"<{len(numbers)}Q", self.out, offset, *numbers)

    def number(self, offset: int) -> int:
        return int(struct.unpack_from("<Q", self.out, offset)[0])

    def field_of(self, name: bytes, table: int) -> int:
        if name not in self.fields:
            bucket = table + 16 * (len(self.fields) % 4)
            before = self.number(bucket + 8)
            offset = self.fields[name] = self.add(2, bytes(24) + name)
            self.patch(before + 24 if before else bucket, offset)
            self.patch(bucket + 8, offset)
        return self.fields[name]

    def data_of(self, payload: bytes, table: int) -> int:
        if payload not in self.data:
            head, flags, body = self.field_of(payload.partition(b"=")[0], table), 0, payload
            if self.packing and len(payload) >= 512:
                _, flags, pack = PACK[self.packing]
                body = pack(payload)
            spare = bytes(56 if self.compact else 48)
            offset = self.data[payload] = self.add(1, spare + body, flags)
            self.patch(offset + 32, self.number(head + 32))
            self.patch(head + 32, offset)
        return self.data[payload]

    def arrays(self, entries: Sequence[int]) -> int:
        first = before = 0
        for begin in range(0, len(entries), 50):
            part = entries[begin : begin + 50]
            form = f"<Q{64}{'I' if self.compact else 'Q'}"
            offset = self.add(6, struct.pack(form, 0, *part, *[0] * (64 - len(part))))
            if before:
                self.patch(before + 16, offset)
            first, before = first or offset, offset
        return first

    def write(self, entries: Sequence[Entry]) -> bytes:
        table = self.add(5, bytes(64)) + 16
        times = []
        for number, entry in enumerate(entries, 1):
            at = int(entry["at"])
            items = sorted(
                self.data_of(f"{name}={value}".encode(), table)
                for name, value in entry.items()
                if name != "at"
            )
            refs = b"".join(struct.pack("<I" if self.compact else "<Q8x", item) for item in items)
            offset = self.add(3, struct.pack("<3Q16sQ", number, at, at % 10**9, BOOT, 7) + refs)
            self.entries.append(offset)
            times.append(at)
            for item in items:
                self.users.setdefault(item, []).append(offset)
        for item, users in self.users.items():
            self.patch(item + 40, users[0], self.arrays(users[1:]), len(users))
        chain = self.arrays(self.entries)
        self.out += bytes(-len(self.out) % 8)
        flags = (PACK[self.packing][0] if self.packing else 0) | (16 if self.compact else 0)
        ids = (b"f" * 16, b"m" * 16, BOOT, b"s" * 16)
        count, size = len(entries), len(self.out) - HEADER
        struct.pack_into("<8sIIB7x16s16s16s16s15Q", self.out, 0, b"LPKSHHRH", 0, flags, 1, *ids,
                         HEADER, size, 0, 0, table, 64, self.last, 0, count, count, 1, chain,
                         times[0], times[-1], 0)  # fmt: skip
        return bytes(self.out) + bytes(4096)
