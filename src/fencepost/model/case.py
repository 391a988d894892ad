"""The case: all facts, on one clock. Causes, audits and advice read it and add nothing to it."""

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import TypeVar

from fencepost.model.cluster import Cluster
from fencepost.model.document import Document
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.line import Gap, Origin
from fencepost.model.timeline import Timeline

D = TypeVar("D", bound=Document)

BEFORE = timedelta(seconds=15)
AFTER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact that a claim leans on: who said it, when (as written), and the very line."""

    node: str | None
    at: datetime | None
    origin: Origin


Proof = Event | Evidence
"""What `because` and `despite` hold: an event, or a fact from a document."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How one node's clock stood against the common clock.

    offset: common time = written time − offset. error: half-width of what is known.
    anchors: how many things both ends logged that the offset was worked out from.
    """

    node: str
    offset: timedelta
    error: timedelta
    anchors: int


class Ending(StrEnum):
    """How a boot ended (CONTRACT.md has the rules)."""

    SELF_FENCE = "self_fence"
    ASKED_FOR = "asked_for"
    KERNEL_PANIC = "kernel_panic"
    POWER_LOSS = "power_loss"
    HARDWARE_RESET = "hardware_reset"
    UNKNOWN = "unknown"


class Confidence(IntEnum):
    """How sure a claim is; docs/explanation/confidence.md says what each word requires."""

    RULED_OUT = 0
    POSSIBLE = 1
    LIKELY = 2
    CERTAIN = 3

    @property
    def word(self) -> str:
        """The word as reports write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True, eq=False)
class Boot:
    """One life of a node.

    began: first line of this boot; None when the logs begin in the middle of it.
    ended: best estimate of its end; None while it still ran at the last line.
    uncertain: half-width of that estimate.
    last_heard: its last line that was read. back_at: when the next boot's first line came.
    """

    node: str
    began: datetime | None
    first_heard: datetime
    last_heard: datetime
    ended: datetime | None = None
    uncertain: timedelta = timedelta(0)
    back_at: datetime | None = None
    ending: Ending | None = None
    confidence: Confidence = Confidence.POSSIBLE
    because: tuple[Proof, ...] = ()
    despite: tuple[Proof, ...] = ()
    missing: tuple[str, ...] = ()
    boot_id: str | None = None

    @property
    def since(self) -> datetime:
        """Its first line that was read."""
        return self.first_heard

    @property
    def until(self) -> datetime:
        """Its last line that was read."""
        return self.last_heard


class Boots(tuple[Boot, ...]):  # noqa: SLOT001  the indexes are made when they are first asked
    """All boots, node by node; one node's lie one after the other, from first to last heard."""

    def of(self, node: str) -> History[Boot]:
        """Return a node's boots in order."""
        return self._by_node.of(node)

    def ended(self, since: datetime, until: datetime) -> tuple[Boot, ...]:
        """Return the boots that ended in this time, both its ends included."""
        low = bisect_left(self._ends, (since, 0))
        high = bisect_left(self._ends, (until, len(self)))
        return tuple(self[place] for place in sorted(place for _, place in self._ends[low:high]))

    @cached_property
    def _by_node(self) -> History[Boot]:
        return History(self)

    @cached_property
    def _ends(self) -> list[tuple[datetime, int]]:
        return sorted((boot.ended, place) for place, boot in enumerate(self) if boot.ended)


@dataclass(frozen=True, slots=True)
class Membership:
    """A ring as one node saw it, for a span of time. Members are corosync ids.

    left: who is no longer in it; failed: those of them that did not say goodbye.
    synced: whether the services completed their synchronisation in it.
    """

    node: str
    ring: str
    members: tuple[int, ...]
    joined: tuple[int, ...]
    left: tuple[int, ...]
    failed: tuple[int, ...]
    since: datetime
    until: datetime | None
    quorate: bool | None
    synced: bool
    proof: Event


JOINS_WITHIN = timedelta(seconds=20)
"""A node that starts finds the others within seconds; measured 2 to 4 s."""


def stays_alone(member: Membership, all_of_them: History[Membership]) -> bool:
    """Whether this is the first ring of a start, of one node, that others did not join in time.

    There must have been others: rings of other nodes that stood then, and that it is not in.
    """
    if len(member.members) != 1 or member.joined != member.members:
        return False
    late = member.since + JOINS_WITHIN
    if member.until is not None and member.until < late:
        return False
    own = member.members[0]
    if any(
        other.node != member.node and own in other.members
        for other in all_of_them.begun(member.since, late)
    ):
        return False
    return any(other.node != member.node for other in all_of_them.at(late))


@dataclass(frozen=True, slots=True)
class Cut:
    """A stretch in which knet on `node` had no answer from `peer` (a corosync id) on one link."""

    node: str
    peer: int
    link: int
    since: datetime
    until: datetime | None
    opened: Event
    closed: Event | None


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time on one node, with what opened and what closed it.

    until is None while it lasted to the end of the logs or of the boot.
    by: whose stretch it is, where that matters (`lrm` or `crm` for a held watchdog).
    """

    node: str
    since: datetime
    until: datetime | None
    opened: Proof | None = None
    closed: Proof | None = None
    by: str = ""

    def covers(self, at: datetime) -> bool:
        """Whether the span includes this moment."""
        return self.since <= at and (self.until is None or at <= self.until)


@dataclass(frozen=True, slots=True)
class Recovery:
    """An HA service that was moved off a lost node. down: from the loss to running again."""

    service: str
    source: str
    target: str
    at: datetime
    down: timedelta | None
    origin: Proof


class Gravity(IntEnum):
    """How grave an incident is (CONTRACT.md)."""

    WARNING = 0
    DISTURBED = 1
    MEMBER_LOST = 2
    QUORUM_LOST = 3
    NODE_DOWN = 4

    @property
    def word(self) -> str:
        """The word as reports write it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Step:
    """One sentence of an incident's story."""

    at: datetime
    node: str | None
    says: str
    proof: Proof | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Incident:
    """A span in which the cluster was disturbed. All node lists are names, sorted.

    began, ended: first and last sign of the disturbance, on the common clock.
    armed: nodes whose watchdog an LRM or CRM held when it began.
    margin: what was left of an armed watchdog when the danger passed, None when none was near.
    boots: boots that ended in it.
    """

    id: str
    began: datetime
    ended: datetime
    gravity: Gravity
    nodes: tuple[str, ...]
    lost_quorum: tuple[str, ...]
    armed: tuple[str, ...]
    survived: tuple[str, ...]
    margin: timedelta | None
    boots: tuple[Boot, ...]
    recoveries: tuple[Recovery, ...]
    story: tuple[Step, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Everything that is known, and what could not be read."""

    timeline: Timeline
    cluster: Cluster
    documents: tuple[Document, ...]
    clocks: tuple[Clock, ...]
    boots: Boots
    memberships: History[Membership]
    cuts: History[Cut]
    quorum_losses: History[Span]
    armed: History[Span]
    incidents: tuple[Incident, ...]
    gaps: tuple[Gap, ...]
    assumed: tuple[str, ...]
    began: datetime | None
    ended: datetime | None
    heard: dict[str, tuple[datetime, datetime]] = field(default_factory=dict)

    def documents_of(self, kind: type[D], node: str | None = None) -> list[D]:
        """Return documents of one kind, of one node or of all, in the order read."""
        return [
            document
            for document in self.documents
            if isinstance(document, kind) and (node is None or document.node == node)
        ]

    def boots_of(self, node: str) -> History[Boot]:
        """Return a node's boots in order."""
        return self.boots.of(node)

    def within(self, incident: Incident) -> tuple[datetime, datetime]:
        """Return the incident's time with some seconds on either side, for asking the timeline."""
        return incident.began - BEFORE, incident.ended + AFTER
