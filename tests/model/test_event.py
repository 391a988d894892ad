import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime, timedelta

import pytest

from fencepost.events import EVENTS
from fencepost.events.inferred import BootChanged
from fencepost.events.totem import MembershipFormed
from fencepost.model.event import Danger, Event, NodeIds, inferred, logged, wording
from fencepost.model.line import Line, Origin

AT = datetime(2025, 11, 8, 12, tzinfo=UTC)


def line(text: str, program: str = "demo") -> Line:
    return Line(AT, "pve1", program, 7, text, Origin("a.log", 3, None, text))


@logged(
    by=("demo", "demod"),
    wordings=(
        wording(
            r"kettle (?P<number>\d+) boils at (?P<degrees>[\d.]+)", example="kettle 1 boils at 99.5"
        ),
        wording(r"kettles boil: (?P<others>[\d ]+)", example="kettles boil: 1 2 3", versions="2.0"),
    ),
    danger=Danger.HARMLESS,
    source="demo 1.0 kettle.c",
)
class KettleBoils(Event):
    """A kettle boils."""

    number: int = 0
    degrees: float | None = None
    others: NodeIds = ()


def test_named_groups_become_fields_of_their_types() -> None:
    event = KettleBoils.read(line("kettle 12 boils at 99.5 C"))
    assert event is not None
    assert (event.number, event.degrees, event.others) == (12, 99.5, ())
    assert (event.at, event.node, event.pid) == (AT, "pve1", 7)
    assert event.origin.line == 3


def test_each_wording_sets_the_fields_that_it_names() -> None:
    event = KettleBoils.read(line("kettles boil: 3 1 2"))
    assert event is not None
    assert event.others == (3, 1, 2)
    assert (event.number, event.degrees) == (0, None)


def test_other_words_are_not_the_event() -> None:
    assert KettleBoils.read(line("kettle is cold")) is None


def test_a_number_longer_than_any_is_nobodys_line() -> None:
    assert KettleBoils.read(line(f"kettle {'9' * 5000} boils at 1")) is None


def test_the_grammar_says_who_says_it_and_how() -> None:
    grammar = KettleBoils.grammar
    assert grammar.by == ("demo", "demod")
    assert [way.versions for way in grammar.wordings] == ["", "2.0"]
    assert grammar.wordings[0].literal == " boils at "


def test_a_field_without_a_group_fails_at_import() -> None:
    with pytest.raises(TypeError, match="fields"):

        @logged(
            by="demo",
            wordings=(wording(r"kettle cold", example="kettle cold"),),
            danger=Danger.HARMLESS,
            source="demo",
        )
        class Forgetful(Event):
            number: int


def test_a_group_without_a_field_fails_at_import() -> None:
    with pytest.raises(TypeError, match="groups"):

        @logged(
            by="demo",
            wordings=(wording(r"kettle (?P<number>\d+)", example="kettle 1"),),
            danger=Danger.HARMLESS,
            source="demo",
        )
        class Sloppy(Event):
            pass


def test_what_silence_says_is_read_from_no_line() -> None:
    @inferred(danger=Danger.NOTABLE, source="comparison")
    class WentQuiet(Event):
        seconds: float

    assert WentQuiet.grammar.wordings == ()
    assert WentQuiet.read(line("anything")) is None
    event = WentQuiet(at=AT, node="pve1", origin=Origin("a.log", 1), seconds=3.5)
    assert event.seconds == 3.5


def test_ids_keep_the_order_of_the_line() -> None:
    text = "[TOTEM ] A new membership (1.11) was formed. Members joined: 3 1 left: 3"
    event = MembershipFormed.read(line(text, "corosync"))
    assert event is not None
    assert (event.joined, event.left) == ((3, 1), (3,))


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_each_literal_stands_in_whatever_its_wording_matches(event: type[Event]) -> None:
    for way in event.grammar.wordings:
        match = way.says.search(way.example)
        assert match is not None
        assert way.literal in match[0]
        assert any(text in match[0] for text in way.needles)


def test_an_event_cannot_be_changed() -> None:
    event = KettleBoils(at=AT, node="pve1", origin=Origin("a.log", 3, None, ""), number=4)
    for name in ("at", "number", "unheard_of"):
        with pytest.raises(FrozenInstanceError):
            setattr(event, name, 5)
    assert not hasattr(event, "__dict__")
    assert event.number == 4


def test_a_moved_event_is_the_same_at_another_moment() -> None:
    event = KettleBoils(at=AT, node="pve1", origin=Origin("a.log", 3, None, ""), number=4, pid=9)
    later = event.moved(AT + timedelta(seconds=5))
    assert type(later) is KettleBoils
    assert (later.at, later.number, later.pid) == (AT + timedelta(seconds=5), 4, 9)
    assert event.at == AT


def test_an_event_survives_pickling() -> None:
    event = MembershipFormed.read(
        line("[TOTEM ] A new membership (1.2a) was formed. Members left: 3", "corosync")
    )
    assert event is not None
    assert repr(pickle.loads(pickle.dumps(event))) == repr(event)


def test_a_required_field_must_be_given() -> None:
    with pytest.raises(TypeError, match="boot"):
        BootChanged(at=AT, node="pve1", origin=Origin("a.log", 3, None, ""))  # type: ignore[call-arg]


def test_an_event_is_said_in_the_wording_that_tells_its_fields() -> None:
    origin = Origin("made")
    assert KettleBoils(at=AT, node="n", origin=origin, others=(4, 5)).words() == "kettles boil: 4 5"
    one = KettleBoils(at=AT, node="n", origin=origin, number=12, degrees=100.25)
    assert one.words() == "kettle 12 boils at 100.25"


def test_what_no_wording_tells_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="no wording of KettleBoils"):
        KettleBoils(at=AT, node="n", origin=Origin("made")).words()
