from datetime import UTC, datetime

import pytest

from fencepost.events.clock_sync import ClockStepped, TimeJumped
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    at = datetime(2025, 11, 8, tzinfo=UTC)
    return Line(at, "pve1", "chronyd", 812, text, Origin("syslog", 1))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("System clock was stepped by 72.401533 seconds", 72.401533),
        ("System clock was stepped by -0.000010 seconds", -0.00001),
        ("time reset +72.401533 s", 72.401533),
        ("CLOCK: time stepped by -1.2", -1.2),
    ],
)
def test_a_step_keeps_its_sign(text: str, seconds: float) -> None:
    read = ClockStepped.read(line(text))
    assert read is not None
    assert read.seconds == seconds


def test_a_jump_says_which_way_where_it_knows() -> None:
    read = TimeJumped.read(line("Backward time jump detected!"))
    assert read is not None
    assert read.direction == "Backward"
