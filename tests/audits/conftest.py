"""Small factories for cases: documents and events go in, everything else is quiet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from fencepost.model.case import Case, Clock
from fencepost.model.cluster import Node
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Document
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit
from fencepost.model.timeline import Timeline
from fencepost.reconstruct.build import reconstruct

E = TypeVar("E", bound=Event)
START = datetime(2025, 11, 8, 12, tzinfo=UTC)

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = list[tuple[str, str | None]]


def _case(
    *documents: Document,
    events: Iterable[Event] = (),
    clocks: Iterable[Clock] = (),
    nodes: Mapping[str, Mapping[int, str]] | None = None,
) -> Case:
    members = tuple(
        Node(name, number, dict(addresses))
        for number, (name, addresses) in enumerate((nodes or {}).items(), start=1)
    )
    empty = reconstruct(())
    return replace(
        empty,
        timeline=Timeline(events),
        cluster=replace(empty.cluster, nodes=members),
        documents=documents,
        clocks=tuple(clocks),
    )


def _conf(
    nodes: int = 3,
    *,
    links: int = 1,
    totem: str = "",
    quorum: str = "",
    more: str = "",
    version: int = 1,
    node: str | None = None,
    file: str = "corosync.conf",
) -> CorosyncConf:
    """Return a corosync.conf; `totem`, `quorum` and `more` are lines put into it."""
    entries = "".join(
        f"node {{\nname: n{number}\nnodeid: {number}\n"
        + "".join(f"ring{link}_addr: 10.{link}.0.{number}\n" for link in range(links))
        + "}\n"
        for number in range(1, nodes + 1)
    )
    text = (
        f"totem {{\nversion: 2\nsecauth: on\nconfig_version: {version}\n{totem}\n}}\n"
        f"quorum {{\nprovider: corosync_votequorum\n{quorum}\n}}\n"
        f"nodelist {{\n{entries}}}\n{more}"
    )
    return CorosyncConf.parse(text, Origin(file, 1), node)


def _event(kind: type[E], node: str = "n1", after_s: float = 0, **fields: object) -> E:
    at = START + timedelta(seconds=after_s)
    origin = Origin(f"{node}.log", int(after_s) + 1)
    return kind(at=at, node=node, origin=origin, **fields)  # type: ignore[arg-type]


def _told(audit: Audit, case: Case) -> Told:
    return [(str(finding.severity), finding.node) for finding in audit.check(case)]


def _words(audit: Audit, case: Case) -> str:
    return "\n".join(f"{one.found} | {one.expected}" for one in audit.check(case))


@pytest.fixture
def make_case() -> MakeCase:
    """Return a function that makes a case of documents and events."""
    return _case


@pytest.fixture
def make_conf() -> MakeConf:
    """Return a function that makes a corosync.conf."""
    return _conf


@pytest.fixture
def make_event() -> MakeEvent:
    """Return a function that makes an event of a kind."""
    return _event


@pytest.fixture
def told() -> Callable[[Audit, Case], Told]:
    """Return a function that says which severities an audit gives to which nodes."""
    return _told


@pytest.fixture
def words() -> Callable[[Audit, Case], str]:
    """Return a function that gives the words of all findings of an audit."""
    return _words
