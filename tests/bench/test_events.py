"""The work on events grows at most as n log n: counted in steps, so that no machine's load tells."""

import sys
from math import log2
from random import Random
from types import FrameType
from typing import Any

from bench.events import lines_of

from fencepost.causes import explain
from fencepost.reconstruct.build import reconstruct


def steps(number: int) -> int:
    """How many lines of code so many events take, those of loops each time."""
    lines = list(lines_of(number, Random(1)))
    count = 0

    def trace(_frame: FrameType, _event: str, _arg: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        case = reconstruct(lines)
        for incident in case.incidents:
            explain(case, incident)
    finally:
        sys.settrace(before)
    return count


def test_the_work_grows_at_most_as_n_log_n() -> None:
    few, many = 2000, 8000
    assert steps(many) / steps(few) <= many * log2(many) / (few * log2(few))
