"""Promises that every event, cause and audit keeps, whoever wrote it."""

import ast
import pkgutil
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import fencepost.audits
import fencepost.causes
from fencepost.audits import AUDITS
from fencepost.causes import CAUSES
from fencepost.events import EVENTS
from fencepost.model.case import Confidence
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin
from fencepost.model.rule import Audit, Cause
from fencepost.model.verdict import Report, Severity

SOURCE = Path(fencepost.causes.__file__).parents[1]

CONTRACT_CAUSES = frozenset(
    word
    for line in (
        "isolated_node network_down broken_path link_down link_flap packet_loss slow_network",
        "saturated_link mtu_black_hole firewall_block nic_hang paused_node storage_stall",
        "clock_step memory_exhausted corosync_died pmxcfs_stuck bad_config config_mismatch",
        "wrong_key duplicate_address known_bug power_loss hardware_fault kernel_panic",
        "asked_for unknown",
    )
    for word in line.split()
)
SHARED_BY_CAUSES = {"baseline", "changes", "flaps", "jobs"} | {
    "links_up",
    "ports",
    "scene",
    "witnesses",
}


def _line(program: str, text: str) -> Line:
    return Line(datetime(2025, 11, 8, tzinfo=UTC), "n1", program, 7, text, Origin("x", 1))


def _wordings() -> list[tuple[type[Event], str, str, str]]:
    return [
        (event, program, way.example, way.literal)
        for event in EVENTS
        for way in event.grammar.wordings
        for program in event.grammar.by
    ]


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_reads_its_own_examples_and_says_what_it_means(event: type[Event]) -> None:
    assert event.__doc__
    assert event.grammar.source
    for way in event.grammar.wordings:
        assert event.read(_line(event.grammar.by[0], way.example)) is not None
        assert way.literal in way.example
        assert min(map(len, way.needles)) >= 6, f"{way.needles!r} would match everywhere"


def test_no_example_is_read_by_another_event() -> None:
    by_program: dict[str, list[type[Event]]] = {}
    for event in EVENTS:
        for program in event.grammar.by:
            by_program.setdefault(program, []).append(event)
    for event, program, example, _ in _wordings():
        readers = [e for e in by_program[program] if e.read(_line(program, example))]
        assert readers[0] is event, f"{example!r} of {event.__name__} is read by {readers}"


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_can_be_said_again(event: type[Event]) -> None:
    for way in event.grammar.wordings:
        program = event.grammar.by[0]
        heard = event.read(_line(program, way.example))
        assert heard is not None
        again = event.read(_line(program, heard.words()))
        assert again is not None
        for name in event.grammar.fields:
            assert getattr(again, name) == getattr(heard, name)


def test_event_names_are_unique() -> None:
    names = [event.__name__ for event in EVENTS]
    assert len(names) == len(set(names))


def test_the_causes_are_those_of_the_contract_and_each_has_its_file() -> None:
    files = {module.name for module in pkgutil.iter_modules(fencepost.causes.__path__)}
    assert {cause.name for cause in CAUSES} == CONTRACT_CAUSES
    assert files - SHARED_BY_CAUSES == CONTRACT_CAUSES


def test_every_audit_file_is_listed_under_its_own_name() -> None:
    files = {module.name for module in pkgutil.iter_modules(fencepost.audits.__path__)}
    assert {audit.name for audit in AUDITS} == {name for name in files if not name.startswith("_")}


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_cause_fires_on_its_excerpt(cause: Cause, excerpt: Callable[[str], Report]) -> None:
    assert cause.name in _claimed(excerpt(cause.fires))


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_cause_stays_silent_on_its_near_miss(
    cause: Cause, excerpt: Callable[[str], Report]
) -> None:
    report = excerpt(cause.silent)
    assert report.case.timeline.events, "a near miss must be read to mean something"
    assert cause.name not in _claimed(report)


def _claimed(report: Report) -> set[str]:
    return {
        answer.cause
        for verdict in report.verdicts
        for answer in verdict.hypotheses
        if answer.confidence is not Confidence.RULED_OUT
    }


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.name)
def test_an_audit_fires_and_stays_silent(audit: Audit, excerpt: Callable[[str], Report]) -> None:
    bad = (Severity.CRITICAL, Severity.WARNING)
    fired = excerpt(audit.fires).findings
    assert [f for f in fired if f.audit == audit.name and f.severity in bad]


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.name)
def test_an_audit_stays_silent_on_its_near_miss(
    audit: Audit, excerpt: Callable[[str], Report]
) -> None:
    bad = (Severity.CRITICAL, Severity.WARNING)
    found = excerpt(audit.silent).findings
    assert not [f for f in found if f.audit == audit.name and f.severity in bad]


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.name)
def test_a_cause_page_has_its_heads(cause: Cause) -> None:
    for head in (
        "Why it reboots a node:",
        "What it is mistaken for:",
        "What to do:",
        "References:",
    ):
        assert head in cause.page


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.name)
def test_an_audit_page_has_its_heads(audit: Audit) -> None:
    for head in ("Why it matters:", "What to do:", "References:"):
        assert head in audit.page


def test_every_claim_of_the_excerpts_is_supported(excerpt: Callable[[str], Report]) -> None:
    for cause in CAUSES:
        for verdict in excerpt(cause.fires).verdicts:
            for answer in verdict.hypotheses:
                if answer.confidence is Confidence.RULED_OUT:
                    assert answer.despite, answer
                else:
                    assert answer.because or answer.cause == "unknown", answer


def test_nothing_below_apps_reads_the_clock_or_the_world() -> None:
    forbidden = re.compile(
        r"datetime\.now|time\.time\(|utcnow|import random|os\.environ|import socket"
    )
    for file in SOURCE.rglob("*.py"):
        if "apps" not in file.parts and "sources" not in file.parts:
            assert not forbidden.search(file.read_text()), file


def test_modules_have_names_that_say_something() -> None:
    empty = {"utils", "helpers", "common", "manager", "base", "misc"}
    assert not {file.stem for file in SOURCE.rglob("*.py")} & empty


def test_functions_and_files_stay_readable() -> None:
    for file in SOURCE.rglob("*.py"):
        text = file.read_text()
        if "events" not in file.parts and file.stem != "document":
            assert text.count("\n") <= 700, f"{file} is long: split it by meaning"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                length = (node.end_lineno or 0) - node.lineno
                assert length <= 90, f"{file}: {node.name} is {length} lines long"
