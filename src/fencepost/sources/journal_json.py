"""Reads the journal as JSON: one object a line (`journalctl -o json`), arrays, pretty prints.

Objects of Proxmox VE's cluster log (`pvesh get /cluster/log`) are read as well.

Source: systemd, docs/JOURNAL_EXPORT_FORMATS.md, "Journal JSON Format".
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from fencepost.model.line import Gap, Line, Origin
from fencepost.sources.blocks import Blocks, Record, count, every
from fencepost.sources.journal import LONGEST_QUOTE, line_of
from fencepost.sources.needles import needles_of
from fencepost.sources.prefilter import Picker
from fencepost.sources.stream import CHUNK, Stream, TornError

LONGEST_ENTRY = 4 * CHUNK
MOST_BAD = 1000
"""Objects that are no JSON before the rest of an array is given up."""

# A message with control characters is an array of bytes, in which no needle shows.
BYTE_MESSAGES = (b'"MESSAGE":[', b'"MESSAGE": [', b'"MESSAGE" : [')
CLUSTER_LOG = {
    "SYSLOG_IDENTIFIER": "tag",
    "_HOSTNAME": "node",
    "MESSAGE": "msg",
    "_PID": "pid",
}
_TIMED = re.compile(rb'"(?:__REALTIME_TIMESTAMP|time)"\s*:')
_MESSAGE = re.compile(
    r'"(?:MESSAGE|msg)"\s*:\s*(?:"[^"\\]*(?:\\.[^"\\]*)*"|\[[^\]]*\]|null)', re.DOTALL
)
_WRAPPER = re.compile(r'\s*\{\s*"data"\s*:\s*\[')


def read_json_lines(
    blocks: Blocks, file: str, node: str, needles: tuple[str, ...] = ()
) -> Iterator[Line | Gap]:
    """Yield a line for each entry, for those worth it when there are `needles`, then the gaps."""
    wanted = needles_of(needles, also=BYTE_MESSAGES, in_json=True)
    records: Iterable[Record] = Picker(blocks, wanted, _TIMED.search) if wanted else every(blocks)
    bad: list[int] = []
    last = node
    for record in records:
        raw = record.raw.strip(b" \t\r,[]\0\xef\xbb\xbf").decode("utf-8", "replace")
        if not raw:
            continue
        try:
            line = _line(json.loads(raw), raw, file, record.line, node)
        except (ValueError, RecursionError):
            bad.append(record.line)
        else:
            if line:
                last = line.node
                yield line
    yield from _bad(bad, file, last)
    yield from blocks.gaps(file, last)


def read_json_entries(stream: Stream, file: str, node: str) -> Iterator[Line | Gap]:
    """Yield a line for each object, wherever it begins and ends, then the gaps."""
    entries = _Entries(stream)
    last = node
    for entry, raw, number in entries:
        try:
            line = _line(entry, raw, file, number, node)
        except ValueError:
            entries.bad.append(number)
        else:
            if line:
                last = line.node
                yield line
    yield from _bad(entries.bad, file, last)
    if entries.torn:
        yield Gap(str(entries.torn), last, file)


def _bad(lines: list[int], file: str, node: str) -> Iterator[Gap]:
    if lines:
        what = count(len(lines), "journal entry", "journal entries")
        yield Gap(f"{what} not readable (first in line {lines[0]})", node, file)


def _line(entry: Any, raw: str, file: str, number: int, node: str) -> Line | None:
    """Return an entry as a Line; None when it has no message.

    Raises:
        ValueError: it is no object, or has no time.
    """
    if not isinstance(entry, dict):
        raise ValueError("no object")  # noqa: TRY004 - trouble with data, counted as such
    names = {}
    if "__REALTIME_TIMESTAMP" not in entry and isinstance(entry.get("time"), int):
        names = CLUSTER_LOG
        entry["__REALTIME_TIMESTAMP"] = str(entry["time"] * 1_000_000)
    quote = _MESSAGE.search(raw)
    if quote is None:
        return None

    def field(name: str) -> str | None:
        return _text(entry.get(names.get(name, name)))

    number += raw.count("\n", 0, quote.start())
    words = quote[0].partition("\n")[0][:LONGEST_QUOTE]
    return line_of(field, Origin(file, number, None, words), node)


def _text(value: Any) -> str | None:
    """Return a field: bytes are given as an array of numbers, repeated fields as one of texts."""
    if isinstance(value, list) and value:
        if all(isinstance(byte, int) and 0 <= byte < 256 for byte in value):
            return bytes(value).decode("utf-8", "replace")
        value = value[0]
    if value is None or isinstance(value, (dict, list)):
        return None
    # JSON can spell halves of a character, which no text can be written with.
    return str(value).encode("utf-8", "replace").decode()


class _Entries:
    """The objects in a stream, each with its text and the line it begins in."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._text = ""
        self._start = 0
        self._line = 1
        self._over = False
        self.bad: list[int] = []
        self.torn: TornError | None = None

    def __iter__(self) -> Iterator[tuple[Any, str, int]]:
        self._more()
        wrapper = _WRAPPER.match(self._text)
        self._skip(wrapper.end() if wrapper else 0)
        decoder = json.JSONDecoder()
        while len(self.bad) < MOST_BAD:
            start = self._text.find("{", self._start)
            if start < 0:
                self._skip(len(self._text))
                if self._over:
                    return
                self._more()
                continue
            self._skip(start)
            try:
                entry, end = decoder.raw_decode(self._text, start)
            except (ValueError, RecursionError):
                if not self._over and len(self._text) - start < LONGEST_ENTRY:
                    self._more()
                    continue
                self.bad.append(self._line)
                end = self._text.find("\n", start)
                self._skip(end if end >= 0 else len(self._text))
            else:
                yield entry, self._text[start:end], self._line
                self._skip(end)

    def _skip(self, end: int) -> None:
        self._line += self._text.count("\n", self._start, end)
        self._start = end

    def _more(self) -> None:
        try:
            part = self._stream.read(CHUNK)
        except TornError as torn:
            part, self.torn = b"", torn
        self._over = not part
        self._text = self._text[self._start :] + self._decode(part, final=self._over)
        self._start = 0
