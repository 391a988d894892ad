"""The longest text that every match of a regular expression must contain."""

# The standard library's own parser; there is no public way to ask for a pattern's parts.
# test_event.py checks each literal against its wording's example.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any


def required_literal(pattern: str) -> str:
    r"""Return the longest run of plain characters that no match can lack, or `""`.

    >>> required_literal(r"Token has not been received in (?P<waited_ms>\d+) ms")
    'Token has not been received in '
    """
    return max(_runs(parser.parse(pattern)), key=len, default="")


def _runs(parsed: Any) -> list[str]:
    runs, run = [], ""
    for code, value in parsed:
        if code is sre.LITERAL:
            run += chr(value)
            continue
        if code is sre.SUBPATTERN and not (value[1] or value[2]):
            inner = _runs(value[3])
        elif code in (sre.MAX_REPEAT, sre.MIN_REPEAT) and value[0] > 0:
            inner = _runs(value[2])
        else:
            inner = []
        runs += [run, *inner]
        run = ""
    return [*runs, run]
