"""Reads the journal's export format (`journalctl -o export`).

Source: systemd, docs/JOURNAL_EXPORT_FORMATS.md, "Journal Export Format".
"""

from collections.abc import Iterable, Iterator

from fencepost.model.line import Gap, Line, Origin
from fencepost.sources.blocks import Blocks, Record, count, every
from fencepost.sources.journal import LONGEST_QUOTE, line_of
from fencepost.sources.needles import needles_of
from fencepost.sources.prefilter import Picker

TIMED = b"__REALTIME_TIMESTAMP="


def read_export(
    blocks: Blocks, file: str, node: str, needles: tuple[str, ...] = ()
) -> Iterator[Line | Gap]:
    """Yield a line for each entry, for those worth it when there are `needles`, then the gaps."""
    wanted = needles_of(needles)
    records: Iterable[Record] = (
        Picker(blocks, wanted, lambda raw: TIMED in raw) if wanted else every(blocks)
    )
    torn, last = 0, node
    for record in records:
        try:
            line = _line(record, file, node)
        except ValueError:
            torn += bool(record.raw.strip())
        else:
            if line:
                last = line.node
                yield line
    if torn:
        yield Gap(f"{count(torn, 'journal entry', 'journal entries')} not readable", last, file)
    yield from blocks.gaps(file, last)


def _line(record: Record, file: str, node: str) -> Line | None:
    fields, at = _fields(record.raw)
    if at is None:
        if TIMED[:-1] not in fields:
            raise ValueError("neither a time nor a message")
        return None
    number = record.line + record.raw.count(b"\n", 0, at)
    quote = record.raw[at:].split(b"\n", 1)[0].decode("utf-8", "replace")

    def field(name: str) -> str | None:
        value = fields.get(name.encode())
        return None if value is None else value.decode("utf-8", "replace")

    return line_of(field, Origin(file, number, None, quote[:LONGEST_QUOTE]), node)


def _fields(raw: bytes) -> tuple[dict[bytes, bytes], int | None]:
    """Return the fields of an entry, and the byte at which its message stands.

    A text field is `NAME=value`; one with control characters is the name alone, eight bytes
    of little-endian length on the next line, and the value.
    """
    fields: dict[bytes, bytes] = {}
    message: int | None = None
    position = 0
    while position < len(raw):
        end = raw.find(b"\n", position)
        end = len(raw) if end < 0 else end
        name, equals, value = raw[position:end].partition(b"=")
        at = position
        if name and not equals:
            at = end + 9
            end = at + int.from_bytes(raw[end + 1 : at], "little")
            value = raw[at:end]
            if end > len(raw):
                raise ValueError("the entry ends inside a field")
        if name == b"MESSAGE" and message is None:
            message = at
        fields.setdefault(name, value)
        position = end + 1
    return fields, message
