"""No grave message of corosync or knet is forgotten: it is read, or left out by name with a reason.

data/corosync_messages.tsv, data/knet_messages.tsv: every format string of level warning or graver
in any release from corosync 1.4.8 and kronosnet 0.8 on, with the first and last release that has it
(HEAD: still there in 2026).
data/listed_messages.tsv: milder ones that matter or that people paste, with the event they are.
data/left_out.txt: reasons (`# …`), each with the format strings that it excuses.
"""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fencepost.events import corosync, knet, totem, votequorum
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin

DATA = Path(__file__).with_name("data")
EVENTS: tuple[type[Event], ...] = tuple(
    kind
    for module in (totem, votequorum, corosync, knet)
    for kind in module.EVENTS
    if "corosync" in kind.grammar.by
)
CONVERSION = re.compile(r"%[-0-9.]*(?:ll|l|z)?([cdfpsux])")
VALUES = {"c": "V", "d": "7", "f": "7.5", "p": "0x7f", "s": "word", "u": "7", "x": "a"}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def left_out() -> dict[str, str]:
    """Format string → reason."""
    reasons: dict[str, str] = {}
    reason = ""
    for line in (DATA / "left_out.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            reason = line[2:]
        elif line:
            assert line not in reasons, f"excused twice: {line}"
            reasons[line] = reason
    return reasons


def sample(form: str) -> str:
    """What printf makes of a format string, with one fixed value for each kind."""
    # Only this one function prints its own name.
    form = form.replace("%s()", "cs_ipcs_msg_process()")
    return CONVERSION.sub(lambda match: VALUES[match[1]], form)


def readers(text: str) -> list[str]:
    line = Line(datetime(2025, 11, 8, tzinfo=UTC), "pve1", "corosync", 7, text, Origin("syslog", 1))
    return [kind.__name__ for kind in EVENTS if kind.read(line) is not None]


def grave() -> list[tuple[str, str]]:
    """Format strings with a sample as the log shows it."""
    told = [
        (row["format"], f"[{row['tag']:6}] {sample(row['format'])}")
        for row in rows("corosync_messages.tsv")
    ]
    told += [
        (row["format"], f"[KNET  ] {row['tag']}: {sample(row['format'])}")
        for row in rows("knet_messages.tsv")
    ]
    return told


def test_samples_are_what_printf_prints() -> None:
    assert sample("(@%llu) for %0.4f ms, %zu of %-3d: %x %s") == "(@7) for 7.5 ms, 7 of 7: a word"
    assert "%" not in "".join(sample(form) for form, _ in grave())


def test_every_grave_message_is_read_or_left_out_by_name() -> None:
    excused = left_out()
    forgotten = [text for form, text in grave() if not readers(text) and form not in excused]
    assert forgotten == []


def test_nothing_is_both_read_and_left_out() -> None:
    excused = left_out()
    both = [(readers(text), text) for form, text in grave() if form in excused and readers(text)]
    assert both == []


def test_everything_left_out_exists_and_has_a_reason() -> None:
    excused = left_out()
    assert set(excused) - {form for form, _ in grave()} == set()
    assert [form for form, reason in excused.items() if not reason.endswith(".")] == []


def test_no_grave_message_is_read_as_two_events() -> None:
    ambiguous = [(names, text) for _, text in grave() if len(names := readers(text)) > 1]
    assert ambiguous == []


@pytest.mark.parametrize(
    "row", rows("listed_messages.tsv"), ids=lambda row: f"{row['event']}: {row['format']}"
)
def test_listed_message_is_read_as_its_event(row: dict[str, str]) -> None:
    assert readers(f"[{row['tag']:6}] {sample(row['format'])}") == [row["event"]]


@pytest.mark.parametrize(
    "envelope",
    ["[TOTEM ] {}", "[TOTEM] {}", "notice  [TOTEM ] {}", "[TOTEM ] some_function {}", "{}#012"],
)
def test_tags_and_function_names_around_a_message_do_not_matter(envelope: str) -> None:
    for row in rows("listed_messages.tsv"):
        if row["tag"] == "TOTEM":
            assert readers(envelope.format(sample(row["format"]))) == [row["event"]]
