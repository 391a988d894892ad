"""Opens WHERE and reads everything in it: lines, settings and states, and what is missing.

Every file is looked at twice. The first look tells what it is, whose it is and when its stamps
begin, so that years, zones and node names can be settled over all files; the second reads it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import chain
from pathlib import Path

from fencepost.model.document import Document
from fencepost.model.line import Assumption, Gap, Line
from fencepost.sources.blocks import EXPORT_ENTRIES, LINES, Blocks, Framing, count
from fencepost.sources.formats import Kind, Look, look_at
from fencepost.sources.journal_export import read_export
from fencepost.sources.journal_json import read_json_entries, read_json_lines
from fencepost.sources.naming import known_in, node_of, short, tree_of
from fencepost.sources.parallel import side_by_side, worthwhile
from fencepost.sources.rotation import missing, rotation_of
from fencepost.sources.settings import read_documents
from fencepost.sources.stream import CHUNK, HEAD, Opened, Stream, TornError
from fencepost.sources.text_log import Setting, read_text_log
from fencepost.sources.walk import File, files_in, open_file, opened_in
from fencepost.sources.years import Clock, First, Plan, moment, plan_years

Reading = Line | Gap | Document | Assumption
Progress = Callable[[str, int, int | None], None]

LONGEST_SETTINGS = 16 * 1024 * 1024
NO_NAME = "unknown"
MOST_ALIKE = 20
"""Gaps of one wording that are told one by one."""

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read.

    year: of the earliest line that names none. zone: of lines that name none, UTC otherwise.
    since, until: aware; lines outside are not handed on.
    needles: hand on only lines that hold one of these texts, and a few around them.
    proofs: for a needle, regular expressions of which a line of text with it matches one.
    programs: whose lines these are, for sources that have an index of programs; empty for any.
    jobs: processes that may read at the same time.
    progress: told the file, the bytes read of it, and its bytes in all where they are known.
    """

    year: int | None = None
    zone: tzinfo | None = None
    since: datetime | None = None
    until: datetime | None = None
    needles: tuple[str, ...] = ()
    proofs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    programs: frozenset[str] = frozenset()
    jobs: int = 1
    progress: Progress | None = None


Source = Callable[[], Iterable[Opened | Gap]]
"""Opens the same files each time it is called; each can be read until the next is asked for."""


def read_sources(where: Sequence[Path], options: ReadOptions) -> Iterator[Reading]:
    """Yield what was assumed, then all that can be read under `where`, file by file."""
    yield from read_files(files_in(where), options)


def read_files(
    files: Iterable[File | Gap], options: ReadOptions, others: Source = tuple
) -> Iterator[Reading]:
    """Yield what was assumed, then all that can be read in these files, then in the others.

    files: on disk; many large ones are read side by side, which gives the same in the same order.
    others: opens what lies on no disk.
    """
    found = list(files)
    gaps = [file for file in found if isinstance(file, Gap)]
    on_disk = [file for file in found if not isinstance(file, Gap)]
    jobs, progress = options.jobs, options.progress
    apart = worthwhile([path for path, _ in on_disk], jobs)
    # A process cannot draw in another's bar.
    session = _Session(replace(options, progress=None) if apart else options)
    yield from session.first_look(chain(opened_in(on_disk), others()))
    read: Iterator[Reading] = (
        side_by_side(on_disk, session.read_file, jobs, progress)
        if apart
        else session.everything(opened_in(on_disk))
    )
    yield from folded(chain(gaps, read, session.everything(others())))


def folded(readings: Iterable[Reading]) -> Iterator[Reading]:
    """Hand on the first gaps of each wording, and one that counts the others at the end.

    A customer's archive holds thousands of files that are no logs.
    """
    told: Counter[str] = Counter()
    last: dict[str, Gap] = {}
    for reading in readings:
        if isinstance(reading, Gap) and reading.file:
            wording = _DIGITS.sub("0", reading.says)
            told[wording] += 1
            if told[wording] > MOST_ALIKE:
                last[wording] = reading
                continue
        yield reading
    for wording, gap in last.items():
        others = count(told[wording] - MOST_ALIKE, "more file")
        yield Gap(f"the same in {others}, the last one {gap.file}: {gap.says}")


Key = tuple[str, int]


def _numbered(files: Iterable[Opened | Gap]) -> Iterator[tuple[Key, Opened | Gap]]:
    """Give each file a key: an archive may hold two members of one name."""
    seen: Counter[str] = Counter()
    for opened in files:
        name = opened.name if isinstance(opened, Opened) else ""
        seen[name] += 1
        yield (name, seen[name]), opened


class _Session:
    """What the first look at all files has told, and the reading of each."""

    def __init__(self, options: ReadOptions) -> None:
        self._options = options
        self._zone = options.zone or UTC
        self._looks: dict[Key, Look] = {}
        self._firsts: list[First] = []
        self._nodes: set[str] = set()
        self._trees: dict[str, str] = {}
        self._names: dict[str, None] = {}
        self._plan = Plan({}, ())

    def first_look(self, files: Iterable[Opened | Gap]) -> Iterator[Assumption | Gap]:
        """Look at all files, and say what had to be assumed."""
        for key, opened in _numbered(files):
            if isinstance(opened, Opened):
                self.look(key, opened)
        yield from self.settle()

    def everything(self, files: Iterable[Opened | Gap]) -> Iterator[Reading]:
        """Yield all that can be read in these files."""
        for key, opened in _numbered(files):
            if isinstance(opened, Gap):
                yield opened
            else:
                yield from filter(self.is_asked_for, self.read(key, opened))

    def read_file(self, path: Path, name: str) -> Iterator[Reading]:
        """Yield all that can be read in one file, an archive perhaps."""
        return self.everything(open_file(path, name))

    def look(self, key: Key, opened: Opened) -> Look:
        """Look at the beginning of a file."""
        self._names[opened.name] = None
        head = opened.stream.head
        look = look_at(head, whole=len(head) < HEAD)
        if tree := tree_of(opened.name, head):
            self._trees.update((tree,))
            self._nodes.add(tree[1])
        if look.kind is Kind.BINARY_JOURNAL and opened.path:
            from fencepost.sources.binary_journal.reader import hosts_in

            look = replace(look, hosts=tuple(short(host) for host in hosts_in(opened.path)))
        if look.kind is not Kind.REFUSED:
            self._looks[key] = look
        self._nodes.update(look.hosts)
        minute = look.yearless or look.first
        if minute:
            put_away = rotation_of(opened.name).date
            written = min(opened.modified, put_away or opened.modified)
            self._firsts.append(First(key, opened.name, minute, written))
        return look

    def settle(self) -> Iterator[Assumption | Gap]:
        """Work out what needs all files, and say what had to be assumed."""
        self._plan = plan_years(self._firsts, self._options.year, self._zone)
        yield from self._plan.assumptions
        if any(look.zoneless for look in self._looks.values()):
            yield Assumption(f"zone {self._zone} for logs without one")
        for (name, _), look in self._looks.items():
            node = None if look.hosts or look.kind is not Kind.TEXT_LOG else node_of(name)
            if node and not known_in(name, self._trees, ()):
                self._nodes.add(node)

        yield from missing(self._names, self._begins())

    def _begins(self) -> dict[str, datetime]:
        """Return when each log begins, as far as its beginning has a stamp."""
        return {
            first.name: moment(
                first.minute, self._plan.years.get(first.key, first.modified.year), self._zone
            )
            for first in self._firsts
        }

    def is_asked_for(self, reading: Reading) -> bool:
        """Tell whether a reading is inside the time asked for; all but lines always are."""
        if not isinstance(reading, Line):
            return True
        since, until = self._options.since, self._options.until
        return (since is None or since <= reading.at) and (until is None or reading.at <= until)

    def read(self, key: Key, opened: Opened) -> Iterator[Reading]:
        """Yield everything in one file."""
        look = self._looks.get(key) or self.look(key, opened)
        needles, name = self._options.needles, opened.name
        node = self._node_without_host(name, look)
        match look.kind:
            case Kind.REFUSED:
                yield from _refused(opened, look)
            case Kind.EXPORT:
                blocks = self._blocks(name, opened.stream, EXPORT_ENTRIES)
                yield from read_export(blocks, name, node, needles)
            case Kind.BINARY_JOURNAL:
                yield from self._binary_journal(opened, node)
            case Kind.JSON_LINES:
                blocks = self._blocks(name, opened.stream)
                yield from read_json_lines(blocks, name, node, needles)
            case Kind.JSON_ENTRIES:
                yield from read_json_entries(opened.stream, name, node)
            case Kind.TEXT_LOG if not look.mixed:
                yield from self._text_log(key, opened, look)
            case _:
                yield from self._settings(key, opened, look)

    def _binary_journal(self, opened: Opened, node: str) -> Iterator[Line | Gap]:
        from fencepost.sources.binary_journal.reader import read_journal

        options, size = self._options, opened.stream.size
        told = options.progress
        yield from read_journal(
            opened.path or opened.stream,
            opened.name,
            node,
            programs=options.programs,
            needles=options.needles,
            since=options.since,
            until=options.until,
            progress=(lambda done: told(opened.name, done, size)) if told else None,
        )

    def _text_log(self, key: Key, opened: Opened, look: Look) -> Iterator[Line | Gap]:
        node = self._node_without_host(opened.name, look)
        setting = Setting(
            opened.name,
            node,
            frozenset(look.hosts),
            look.layout,
            yearless=look.yearless is not None,
        )
        year = self._plan.years.get(key) or self._options.year or opened.modified.year
        blocks = self._blocks(opened.name, opened.stream)
        needles, proofs = self._options.needles, self._options.proofs
        yield from read_text_log(blocks, setting, Clock(year, self._zone), needles, proofs)

    def _settings(self, key: Key, opened: Opened, look: Look) -> Iterator[Reading]:
        """Read settings and states, and the log lines that may stand between them."""
        try:
            data = opened.stream.read(LONGEST_SETTINGS)
        except TornError:
            data = b""
        text = data.decode("utf-8-sig", "replace")
        documents = read_documents(opened.name, text, self._known(opened.name))
        yield from documents
        if look.kind is Kind.SETTINGS and len(data) > HEAD:
            look = look_at(data, whole=True)
        if look.kind is Kind.TEXT_LOG:
            again = Opened(opened.name, opened.modified, Stream(_chunks(data, opened.stream)))
            yield from self._text_log(key, again, look)
            return
        try:
            if opened.stream.read(1):
                yield Gap(f"only its first {LONGEST_SETTINGS} bytes were read", file=opened.name)
            elif not documents and not tree_of(opened.name, data):
                yield Gap("nothing recognised", file=opened.name)
        except TornError as torn:
            yield Gap(str(torn), file=opened.name)

    def _blocks(self, name: str, stream: Stream, framing: Framing = LINES) -> Blocks:
        progress = self._options.progress
        if progress is None:
            return Blocks(stream, framing)
        return Blocks(stream, framing, progress=lambda done: progress(name, done, stream.size))

    def _node_without_host(self, name: str, look: Look) -> str:
        """Return whose the lines of a file are that do not say."""
        alone = look.hosts[0] if len(look.hosts) == 1 else None
        return self._known(name) or alone or node_of(name) or NO_NAME

    def _known(self, name: str) -> str | None:
        """Return the node that is known already and that a file's name says it is of."""
        return known_in(name, self._trees, self._nodes)


def _chunks(data: bytes, rest: Stream) -> Iterator[bytes]:
    yield data
    while part := rest.read(CHUNK):
        yield part


def _refused(opened: Opened, look: Look) -> Iterator[Gap]:
    try:
        opened.stream.read(1)
        yield Gap(look.says, file=opened.name)
    except TornError as torn:
        yield Gap(str(torn), file=opened.name)
