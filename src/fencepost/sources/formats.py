"""Recognises what a file holds by its first bytes, never by its name."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from fencepost.sources.blocks import Record
from fencepost.sources.envelope import Envelope, open_timed, open_untimed
from fencepost.sources.journal import moment_of
from fencepost.sources.naming import short
from fencepost.sources.paste import VERBATIM, Layout, clean, layout_of
from fencepost.sources.stamps import Minute, Stamp, find_stamp


class Kind(Enum):
    """What a file is read as."""

    TEXT_LOG = auto()
    JSON_LINES = auto()
    JSON_ENTRIES = auto()
    EXPORT = auto()
    BINARY_JOURNAL = auto()
    SETTINGS = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class Look:
    """What the first bytes of a file tell.

    says: why it is refused. mixed: a text log with settings or states between its lines.
    hosts: who wrote the lines. first: the minute of the first stamp. yearless, zoneless: the
    first stamp that leaves out the year, and whether any leaves out the zone.
    """

    kind: Kind
    says: str = ""
    mixed: bool = False
    layout: Layout = VERBATIM
    hosts: tuple[str, ...] = ()
    first: Minute | None = None
    yearless: Minute | None = None
    zoneless: bool = False


REFUSED = (
    (b"7z\xbc\xaf\x27\x1c", "not text: a 7z archive; unpacked it can be read"),
    (b"Rar!\x1a\x07", "not text: a rar archive; unpacked it can be read"),
    (b"\xff\xfe", "not text: UTF-16; saved as UTF-8 it can be read"),
    (b"\xfe\xff", "not text: UTF-16; saved as UTF-8 it can be read"),
    (b"%PDF-", "not text: a PDF"),
    (b"\x89PNG", "not text: a picture"),
    (b"\xff\xd8\xff", "not text: a picture"),
    (b"\x7fELF", "not text: a program"),
    (b"SQLite format 3\x00", "not text: a database"),
)
_BINARY_JOURNAL = b"LPKSHHRH"
_HEAD_REALTIME = slice(184, 192)  # where its header holds the time of its first entry

_NO_TEXT = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\x08\x1b") + b"\x7f"
_OPENED = 300
"""Stamped lines of the head whose envelope is opened to tell a log from other dated text."""

_TRIED = 20
"""Lines of the head that are tried as JSON; one object among them makes it one a line."""

_EXPORT = re.compile(rb"\n*__[A-Z_]+=")
_EXPORT_TIME = re.compile(rb"^__REALTIME_TIMESTAMP=(\d+)$", re.MULTILINE)
_EXPORT_HOST = re.compile(rb"^_HOSTNAME=(.+)$", re.MULTILINE)
_JSON = re.compile(rb"[\s\xef\xbb\xbf]*[\[{]")
_JSON_TIME = re.compile(rb'"(?:__REALTIME_TIMESTAMP"\s*:\s*"?|time"\s*:\s*)(\d+)')
_JSON_MESSAGE = re.compile(rb'"(?:MESSAGE|tag)"\s*:')
_JSON_HOST = re.compile(rb'"(?:_HOSTNAME|node)"\s*:\s*"([^"\\]+)"')
_BOOT_MARK = re.compile(rb"-- (?:Boot [0-9a-f]{32}|Reboot) --")
_HEADING = re.compile(rb"[\w.-]{1,40}@[\w.-]{1,64}[:~ ][^#$]{0,80}[#$] +\S|[#$] +[a-z/]|={3,}")


def look_at(head: bytes, *, whole: bool) -> Look:
    """Tell what begins with `head`; `whole` when nothing comes after it."""
    if not head:
        return Look(Kind.REFUSED, "empty")
    if head.startswith(_BINARY_JOURNAL):
        micros = int.from_bytes(head[_HEAD_REALTIME], "little")
        return _journal(Kind.BINARY_JOURNAL, b"%d" % micros if micros else b"", ())
    for magic, says in REFUSED:
        if head.startswith(magic):
            return Look(Kind.REFUSED, says)
    if _EXPORT.match(head) and (times := _EXPORT_TIME.findall(head)):
        return _journal(Kind.EXPORT, times[0], _EXPORT_HOST.findall(head))
    if says := _not_text(head):
        return Look(Kind.REFUSED, says)
    lines = head.split(b"\n")
    if not whole and len(lines) > 1:
        lines.pop()
    if _JSON.match(head) and _JSON_MESSAGE.search(head) and (times := _JSON_TIME.findall(head)):
        kind = Kind.JSON_LINES if any(map(_is_object, lines[:_TRIED])) else Kind.JSON_ENTRIES
        return _journal(kind, times[0], _JSON_HOST.findall(head))
    return _text([clean(line) for line in lines])


def _journal(kind: Kind, micros: bytes, hosts: Iterable[bytes]) -> Look:
    at = moment_of(micros.decode().ljust(16, "0")) if micros else None
    first = Minute(at.year, at.month, at.day, at.hour, at.minute, at.tzinfo) if at else None
    names = (host.decode("utf-8", "replace") for host in hosts)
    return Look(kind, hosts=_distinct(names), first=first)


def _is_object(line: bytes) -> bool:
    try:
        found = json.loads(line.strip(b" \t\r,[]\xef\xbb\xbf").decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and bool(found)


def _not_text(head: bytes) -> str:
    """Return why this is not text, `""` when it is."""
    nuls = head.count(b"\0")
    if nuls * 2 > len(head):
        return f"not text: {nuls} of its first {len(head)} bytes are NUL"
    controls = len(head) - nuls - len(head.translate(None, _NO_TEXT[1:] + b"\0"))
    broken = 0 if head.isascii() else head.decode("utf-8", "replace").count("\ufffd")
    if controls * 20 > len(head) or broken * 4 > len(head):
        return f"not text: {max(controls, broken)} of its first {len(head)} bytes are no characters"
    return ""


def _text(lines: Sequence[bytes]) -> Look:
    """Tell a log from other text by the envelopes of its lines."""
    stamps = [find_stamp(line) for line in lines]
    layout = layout_of(lines, [stamp is not None for stamp in stamps])
    if layout != VERBATIM:
        records = (Record(number, line) for number, line in enumerate(lines, 1))
        lines = [whole.text for whole in layout.whole(records)]
        stamps = [find_stamp(line) for line in lines]
    shown = sum(not line.isspace() and bool(line) for line in lines)
    untimed = sum(
        _untimed(line) for line, stamp in zip(lines, stamps, strict=True) if stamp is None
    )
    stamped = [(line, stamp) for line, stamp in zip(lines, stamps, strict=True) if stamp]
    opened = [_opened(line, stamp) for line, stamp in stamped[:_OPENED]]
    known = sum(envelope.known for envelope in opened)
    if known * 4 < len(opened) or not (known or untimed * 2 > shown):
        return Look(Kind.SETTINGS)
    foreign = (len(stamped) + untimed) * 2 < shown or any(map(_HEADING.match, lines))
    minutes = [stamp.minute for _, stamp in stamped]
    return Look(
        Kind.TEXT_LOG,
        mixed=foreign,
        layout=layout,
        hosts=_distinct(envelope.host for envelope in opened if envelope.host),
        first=next(iter(minutes), None),
        yearless=next((minute for minute in minutes if minute.year is None), None),
        zoneless=any(minute.zone is None for minute in minutes),
    )


def _opened(line: bytes, stamp: Stamp) -> Envelope:
    rest = line[stamp.end :].decode("utf-8", "replace")
    return open_timed(rest, stamp.tag.decode("utf-8", "replace"))


def _untimed(line: bytes) -> bool:
    return bool(_BOOT_MARK.match(line)) or (
        open_untimed(line.decode("utf-8", "replace")) is not None
    )


def _distinct(hosts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(short(host) for host in hosts))
