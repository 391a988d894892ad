"""Reads text logs line by line: who wrote each line, when, and what it says."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from fencepost.model.line import Gap, Line, Origin
from fencepost.sources.blocks import Blocks, Record, count, every
from fencepost.sources.envelope import Envelope, open_timed, open_untimed
from fencepost.sources.naming import short
from fencepost.sources.needles import needles_of, proven_by
from fencepost.sources.paste import VERBATIM, Layout, Whole, clean
from fencepost.sources.prefilter import Picker
from fencepost.sources.stamps import Stamp, find_stamp
from fencepost.sources.years import Clock

LONGEST_QUOTE = 2000
LONGEST_TEXT = 8000
MOST_WAITING = 1000
"""Lines without a time that wait for one; there are no more in any real log's beginning."""

NO_PROOFS: Mapping[str, tuple[str, ...]] = MappingProxyType({})
BOOT_MARKS = (b"-- Boot ", b"-- Reboot --")
_TORN = re.compile(rb"\0{8,}")  # nothing logs as many; a crash leaves hundreds
_BOOT = re.compile(r"-- (?:Boot ([0-9a-f]{32})|Reboot) --$")


@dataclass(frozen=True, slots=True)
class Setting:
    """What is known of a text log before it is read.

    node: whose lines without a host are. hosts: written in its first lines.
    yearless: whether its stamps leave out the year.
    """

    file: str
    node: str
    hosts: frozenset[str] = frozenset()
    layout: Layout = VERBATIM
    yearless: bool = True


class _Waiting(NamedTuple):
    envelope: Envelope
    record: Record
    boot_id: str | None


def read_text_log(
    blocks: Blocks,
    setting: Setting,
    clock: Clock,
    needles: tuple[str, ...] = (),
    proofs: Mapping[str, tuple[str, ...]] = NO_PROOFS,
) -> Iterator[Line | Gap]:
    """Yield the lines of a text log, those worth it when there are `needles`, then its gaps.

    proofs: for a needle, patterns of which a line with it must match one to be worth it.
    """
    log = _TextLog(setting, clock, needles)
    wanted = needles_of(needles, also=BOOT_MARKS) if setting.layout.verbatim else None
    records: Iterable[Record] = (
        Picker(blocks, wanted, _stamp, _stamp if setting.yearless else None, proven_by(proofs))
        if wanted
        else every(blocks)
    )
    for whole in setting.layout.whole(records):
        yield from log.read(whole)
    yield from log.finish()
    node = log.node
    yield from blocks.gaps(setting.file, node)
    yield from blocks.nul_gaps(setting.file, node)


class _TextLog:
    """Reads line after line; lines without a time wait for one, or take the last."""

    def __init__(self, setting: Setting, clock: Clock, needles: tuple[str, ...] = ()) -> None:
        self._setting = setting
        self._needles = needles
        self._clock = clock
        self._at: datetime | None = None
        self._boot_id: str | None = None
        self._waiting: list[_Waiting] = []
        self._lost = 0
        self._orphans = 0
        self.node = setting.node

    def read(self, whole: Whole) -> Iterable[Line]:
        """Return the line that is read, after those that waited for its time.

        A write that a crash cut off ends in NUL bytes, and the next boot's first line follows
        them in the same physical line: it is a line of its own, quoted without the NUL bytes.
        """
        if b"\0" not in whole.text:
            return self._read(whole.record, whole.text)
        parts = (part for part in _TORN.split(whole.text) if part.strip())
        return chain.from_iterable(
            self._read(whole.record._replace(raw=part), part) for part in parts
        )

    def _read(self, record: Record, text: bytes) -> Iterable[Line]:
        raw = clean(text)
        stamp = find_stamp(raw)
        if stamp is None:
            return self._untimed(raw.decode("utf-8", "replace"), record)
        self._at = self._clock.at(stamp)
        rest = raw[stamp.end :].decode("utf-8", "replace")
        envelope = open_timed(rest, stamp.tag.decode("utf-8", "replace"))
        if not envelope.known:
            envelope = self._with_host(envelope)
        self.node = short(envelope.host) if envelope.host else self._setting.node
        waited = self._release() if self._waiting else ()
        return (*waited, self._line(envelope, record, self._at, self._boot_id))

    def finish(self) -> Iterator[Line | Gap]:
        """Yield what still waits, or say that it cannot be placed."""
        yield from self._release()
        self._lost += len(self._waiting)
        if self._lost:
            says = f"{count(self._lost, 'line')} without a time cannot be placed"
            yield Gap(says, self.node, self._setting.file)
        if self._orphans:
            says = (
                f"{count(self._orphans, 'line')} without time and program not read: "
                "perhaps the rest of wrapped lines"
            )
            yield Gap(says, self.node, self._setting.file)

    def _untimed(self, text: str, record: Record) -> Iterable[Line]:
        boot = _BOOT.match(text.strip())
        if boot:
            self._boot_id = boot[1]
            envelope: Envelope | None = Envelope(None, "journalctl", None, boot[0])
        else:
            envelope = open_untimed(text)
        if envelope is None:
            self._orphans += any(needle in text for needle in self._needles)
        elif self._at and not boot and not self._waiting:
            return (self._line(envelope, record, self._at, self._boot_id),)
        elif len(self._waiting) < MOST_WAITING:
            self._waiting.append(_Waiting(envelope, record, self._boot_id))
        else:
            self._lost += 1
        return ()

    def _release(self) -> list[Line]:
        if self._at is None:
            return []
        waiting, self._waiting = self._waiting, []
        return [self._line(one.envelope, one.record, self._at, one.boot_id) for one in waiting]

    def _with_host(self, envelope: Envelope) -> Envelope:
        host, _, text = envelope.text.partition(" ")
        if short(host) not in self._setting.hosts:
            return envelope
        return envelope._replace(host=host, text=text.strip())

    def _line(self, envelope: Envelope, record: Record, at: datetime, boot_id: str | None) -> Line:
        return Line(
            at=at,
            node=short(envelope.host) if envelope.host else self.node,
            program=envelope.program,
            pid=envelope.pid,
            text=envelope.text[:LONGEST_TEXT],
            origin=Origin(self._setting.file, record.line, None, _quote(record.raw)),
            boot_id=boot_id,
            times=envelope.times,
        )


def _stamp(raw: bytes) -> Stamp | None:
    return find_stamp(clean(raw))


def _quote(raw: bytes) -> str:
    text = raw[: 4 * LONGEST_QUOTE].decode("utf-8", "replace")
    return text.removesuffix("\r")[:LONGEST_QUOTE]
