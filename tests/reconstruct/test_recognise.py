from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from fencepost.events import EVENTS
from fencepost.events.inferred import BootChanged, ClockJumped
from fencepost.events.knet import LinkDown
from fencepost.events.watchdog_mux import ClientExpired
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin
from fencepost.reconstruct.recognise import Recogniser, needles, proofs
from fencepost.sources.needles import proven_by

Lines = Callable[[str], list[Line]]

NEEDLES, PROOFS = needles(), proofs()
BOOT = "c5bf7afd97614bcc923b2ceb15f2e16a"
DOWN = "pve1 12:00:00.2 corosync[801] [KNET  ] link: host: 3 link: 0 is down"


def recognise(lines: list[Line]) -> list[Event]:
    return Recogniser().events(lines)


def copied(lines: list[Line], file: str) -> list[Line]:
    return [replace(line, origin=replace(line.origin, file=file)) for line in lines]


# --- needles ---------------------------------------------------------------------------------


def test_every_message_of_the_catalogue_holds_a_needle() -> None:
    texts = needles()
    for event in EVENTS:
        for way in event.grammar.wordings:
            assert any(needle in way.example for needle in texts), way.example


def test_needles_are_long_enough_to_leave_something_out() -> None:
    assert all(len(needle) >= 6 for needle in needles())
    chatter = (
        "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
        "(root) CMD (cd / && run-parts --report /etc/cron.hourly)",
        "worker 20944 finished",
    )
    assert not [text for text in chatter if any(needle in text for needle in needles())]


def test_needles_are_the_same_each_time_longest_first() -> None:
    texts = needles()
    assert len(set(texts)) == len(texts)
    assert [len(text) for text in texts] == sorted(map(len, texts), reverse=True)


# --- lines -----------------------------------------------------------------------------------


def test_a_line_becomes_the_event_that_it_says(lines: Lines) -> None:
    (event,) = recognise(lines(DOWN))
    assert isinstance(event, LinkDown)
    assert (event.node, event.host, event.link, event.pid) == ("pve1", 3, 0, 801)
    assert event.origin == Origin("pve1.log", 1, None, DOWN)


def test_the_same_words_of_another_program_mean_nothing(lines: Lines) -> None:
    """A message quoted by a mail program or in a shell is no event."""
    assert recognise(lines(DOWN.replace("corosync", "postfix"))) == []


def test_a_line_that_means_nothing_is_a_sign_of_life_all_the_same(lines: Lines) -> None:
    recogniser = Recogniser()
    assert not recogniser.events(lines("pve1 12:00:00 cron[1] (root) CMD (true)"))
    assert recogniser.heard["pve1"].programs == {"cron"}
    assert len(recogniser.heard["pve1"].signs) == 1


def test_what_was_heard_of_a_node_spans_all_its_files(lines: Lines) -> None:
    story = "pve1 12:30:00 cron[1] (root) CMD (true)\npve1 12:00:00 cron[1] (root) CMD (true)"
    recogniser = Recogniser()
    recogniser.events(lines(story))
    heard = recogniser.heard["pve1"]
    assert (f"{heard.first:%H:%M}", f"{heard.last:%H:%M}") == ("12:00", "12:30")


# --- twice -----------------------------------------------------------------------------------


def test_a_log_that_is_read_twice_counts_once(lines: Lines) -> None:
    told = lines(DOWN)
    assert len(recognise([*told, *copied(told, "syslog")])) == 1


def test_a_copy_with_coarser_stamps_is_a_copy(lines: Lines) -> None:
    told = lines(DOWN)
    coarse = [replace(line, at=line.at.replace(microsecond=0)) for line in told]
    assert len(recognise([*told, *copied(coarse, "syslog")])) == 1


def test_what_one_file_says_twice_was_said_twice(lines: Lines) -> None:
    assert len(recognise(lines(f"{DOWN}\n{DOWN}"))) == 2


def test_a_copy_with_more_of_it_adds_what_the_first_lacks(lines: Lines) -> None:
    short, long = lines(DOWN), lines(f"{DOWN}\n{DOWN}\n{DOWN}")
    assert len(recognise([*short, *copied(long, "syslog")])) == 3


def test_two_nodes_may_say_the_same_in_the_same_second(lines: Lines) -> None:
    assert len(recognise(lines(f"{DOWN}\n{DOWN.replace('pve1', 'pve2')}"))) == 2


# --- what silence and comparison say ---------------------------------------------------------


def journal(line: Line, age_s: float, boot: str = BOOT) -> Line:
    return replace(line, boot_id=boot, monotonic_us=int(age_s * 1_000_000))


def test_the_first_line_of_each_boot_id_is_an_event(lines: Lines) -> None:
    told = lines("pve1 12:00:00 cron[1] a\npve1 12:00:10 cron[1] b\npve1 12:05:00 cron[1] c")
    ages = [(100, BOOT), (110, BOOT), (20, "0" * 32)]
    events = recognise(
        [journal(line, age, boot) for line, (age, boot) in zip(told, ages, strict=True)]
    )
    assert [
        (type(event), event.boot, event.age_s) for event in events if isinstance(event, BootChanged)
    ] == [
        (BootChanged, BOOT, 100.0),
        (BootChanged, "0" * 32, 20.0),
    ]


def test_a_wall_clock_that_moves_without_the_monotonic_one_has_jumped(lines: Lines) -> None:
    told = lines("pve1 12:00:00 cron[1] a\npve1 12:00:10 cron[1] b\npve1 12:02:00 cron[1] c")
    events = recognise(
        [journal(line, age) for line, age in zip(told, (100, 110, 130), strict=True)]
    )
    (jump,) = [event for event in events if isinstance(event, ClockJumped)]
    assert jump.seconds == 90.0


def test_a_jump_in_a_log_that_is_read_twice_is_one(lines: Lines) -> None:
    told = lines("pve1 12:00:00 cron[1] a\npve1 12:00:10 cron[1] b\npve1 12:02:00 cron[1] c")
    told = [journal(line, age) for line, age in zip(told, (100, 110, 130), strict=True)]
    for both in ([*told, *copied(told, "copy")], [*copied(told, "copy"), *told]):
        jumps = [event for event in recognise(both) if isinstance(event, ClockJumped)]
        assert [jump.seconds for jump in jumps] == [90.0]


def test_two_files_of_one_boot_show_one_change(lines: Lines) -> None:
    """Each file holds other units; the one that is read first begins later."""
    late = [journal(line, 400) for line in lines("pve1 12:05:00 cron[1] c")]
    early = [journal(line, 100) for line in lines("pve1 12:00:00 cron[1] a")]
    for both in ([*late, *copied(early, "b")], [*copied(early, "b"), *late]):
        (change,) = [event for event in recognise(both) if isinstance(event, BootChanged)]
        assert (f"{change.at:%H:%M}", change.age_s) == ("12:00", 100.0)


def test_of_copies_the_one_that_knows_most_is_kept_whatever_the_order(lines: Lines) -> None:
    told = lines(DOWN)
    coarse = [replace(line, at=line.at.replace(microsecond=0)) for line in copied(told, "a")]
    rich = [journal(line, 100) for line in copied(told, "z")]
    for order in ([*told, *coarse, *rich], [*rich, *coarse, *told], [*coarse, *told, *rich]):
        (event,) = [event for event in recognise(order) if isinstance(event, LinkDown)]
        assert event.origin.file == "z"
    (kept,) = recognise([*coarse, *told])
    assert kept.origin.file == "pve1.log"


def test_slewing_is_no_jump(lines: Lines) -> None:
    told = lines("pve1 12:00:00 cron[1] a\npve1 12:00:10.3 cron[1] b")
    events = recognise([journal(line, age) for line, age in zip(told, (100, 110), strict=True)])
    assert not [event for event in events if isinstance(event, ClockJumped)]


def test_a_line_that_syslog_repeated_is_one_event_with_its_count() -> None:
    at = datetime.fromisoformat("2025-11-08T12:00:00+00:00") + timedelta(seconds=1)
    text = "client watchdog expired - disable watchdog updates"
    line = Line(at, "pve1", "watchdog-mux", 7, text, Origin("syslog", 4), times=3)
    (event,) = recognise([line])
    assert isinstance(event, ClientExpired)
    assert event.times == 3


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_example_is_proven_by_the_patterns_of_each_needle_in_it(event: type[Event]) -> None:
    """A reader drops a line when none of its needles is proven: no example may be."""
    proven = proven_by(PROOFS)
    assert proven
    for way in event.grammar.wordings:
        line = f"Nov 08 12:00:00 pve1 {event.grammar.by[0]}[7]: {way.example}".encode()
        inside = [needle for needle in NEEDLES if needle.encode() in line]
        assert any(proven(needle.encode(), line) for needle in inside)
