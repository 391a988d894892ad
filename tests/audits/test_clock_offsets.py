from collections.abc import Callable
from datetime import timedelta

import pytest

from fencepost.audits.clock_offsets import clock_offsets
from fencepost.events.clock_sync import ClockStepped
from fencepost.events.totem import MembershipFormed
from fencepost.model.case import Case, Clock
from fencepost.model.event import Event
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def clock(node: str, offset_ms: int, *, error_ms: int = 10, anchors: int = 5) -> Clock:
    return Clock(node, timedelta(milliseconds=offset_ms), timedelta(milliseconds=error_ms), anchors)


@pytest.mark.parametrize(
    ("clocks", "found"),
    [
        ([clock("n1", 0), clock("n2", 1020)], [("ok", None)]),
        ([clock("n1", 0), clock("n2", 1021)], [("warning", None)]),
        ([clock("n1", -600), clock("n2", 0), clock("n3", 600)], [("warning", None)]),
        ([clock("n1", 0), clock("n2", 5000, error_ms=4000)], [("ok", None)]),  # not sure
        ([clock("n1", 0), clock("n2", 5000, anchors=0)], []),
        ([clock("n1", 5000)], []),
    ],
)
def test_only_what_surely_differs_is_a_trouble(
    make_case: MakeCase, told: Told, clocks: list[Clock], found: list[tuple[str, str | None]]
) -> None:
    assert told(clock_offsets, make_case(clocks=clocks)) == found


def test_a_ring_that_both_ends_logged_bears_witness(
    make_case: MakeCase, make_event: MakeEvent
) -> None:
    rings = [
        make_event(MembershipFormed, node=node, after_s=s, ring=ring)
        for node, s, ring in (("n1", 0, "1.a"), ("n2", 2, "1.a"), ("n2", 9, "2.b"))
    ]
    (finding,) = clock_offsets.check(
        make_case(clocks=[clock("n1", 0), clock("n2", 2000)], events=rings)
    )
    assert finding.because == (rings[0], rings[1])


@pytest.mark.parametrize(
    ("seconds", "severity"),
    [(0.9, "ok"), (-30.0, "warning"), (1.1, "warning"), (49.9, "warning"), (50.0, "critical")],
)
def test_steps(
    make_case: MakeCase, make_event: MakeEvent, told: Told, seconds: float, severity: str
) -> None:
    step = make_event(ClockStepped, seconds=seconds)
    assert told(clock_offsets, make_case(events=[step])) == [(severity, "n1")]


def test_the_worst_step_of_a_node_stands_for_all(
    make_case: MakeCase, make_event: MakeEvent, told: Told
) -> None:
    steps = [
        make_event(ClockStepped, seconds=seconds, after_s=after)
        for after, seconds in ((0, 0.1), (60, 61.0), (120, 0.2))
    ]
    assert told(clock_offsets, make_case(events=steps)) == [("critical", "n1")]
