"""The texts that a match of a regular expression must contain."""

from collections.abc import Iterable, Iterator
from itertools import product

# The standard library's own parser; there is no public way to ask for a pattern's parts.
# test_event.py checks each literal against its wording's example.
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

MOST = 64
"""Texts that one pattern may ask for."""


def required_literal(pattern: str) -> str:
    r"""Return the longest run of plain characters that no match can lack, or `""`.

    >>> required_literal(r"Token has not been received in (?P<waited_ms>\d+) ms")
    'Token has not been received in '
    """
    return max(_runs(parser.parse(pattern)), key=len, default="")


def _runs(parsed: Any) -> list[str]:
    runs, run = [], ""
    for code, value in _opened(parsed):
        if code is sre.LITERAL:
            run += chr(value)
            continue
        inner = _runs(value[2]) if code in _REPEATS and value[0] > 0 else []
        runs += [run, *inner]
        run = ""
    return [*runs, run]


_REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT)


def _opened(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the parts of a pattern, those of its groups in their place."""
    for code, value in parsed:
        if code is sre.SUBPATTERN and not (value[1] or value[2]):
            yield from _opened(value[3])
        else:
            yield code, value


def alternatives(pattern: str) -> tuple[str, ...]:
    r"""Return texts of which every match contains at least one, as long as they come.

    >>> alternatives(r"(?:Started|Finished) (?P<unit>ceph)\.service")
    ('Finished ceph.service', 'Started ceph.service')
    """
    found = _choices(parser.parse(pattern))
    return tuple(sorted(max([{required_literal(pattern)}, *found], key=_shortest)))


def _shortest(texts: Iterable[str]) -> int:
    return min(map(len, texts), default=0)


def _choices(parsed: Any) -> list[set[str]]:
    """Return sets of texts; a match contains one of each set."""
    found, run = [], {""}
    for code, value in _opened(parsed):
        exact = _exact(code, value)
        if exact and len(exact) * len(run) <= MOST:
            run = {before + after for before, after in product(run, exact)}
            continue
        found.append(run)
        run = exact or {""}
        if code in _REPEATS and value[0] > 0:
            found += _choices(value[2])
        elif code is sre.BRANCH:
            best = [max(_choices(branch), key=_shortest) for branch in value[1]]
            if sum(map(len, best)) <= MOST:
                found.append(set().union(*best))
    return [*found, run]


def _exact(code: Any, value: Any) -> set[str] | None:
    """Return all texts that a part of a pattern matches; None when they are not a few."""
    if code is sre.LITERAL:
        return {chr(value)}
    if code is sre.IN and all(one is sre.LITERAL for one, _ in value):
        return {chr(char) for _, char in value}
    if code is sre.SUBPATTERN and not (value[1] or value[2]):
        return _whole(value[3])
    if code is sre.BRANCH:
        branches = [_whole(branch) for branch in value[1]]
        if all(branch is not None for branch in branches):
            texts = {text for branch in branches for text in branch or ()}
            return texts if len(texts) <= MOST else None
    return None


def _whole(parsed: Any) -> set[str] | None:
    texts = {""}
    for code, value in parsed:
        exact = _exact(code, value)
        if exact is None or len(exact) * len(texts) > MOST:
            return None
        texts = {before + after for before, after in product(texts, exact)}
    return texts
