"""Where a fact stands, as reports write it, and which facts stand on the same line."""

import re
from collections.abc import Iterable

from fencepost.model.case import Proof
from fencepost.model.line import Origin

Place = tuple[str, int | None, str | None]
"""What makes a line distinct: its file, and its number there or its journal cursor."""

_NUMBER = re.compile(r"\bi=[0-9a-f]+\b")


def place_of(origin: Origin) -> Place:
    """Return what makes a line distinct."""
    return origin.file, origin.line, origin.cursor


def position(origin: Origin, *, whole: bool = False) -> str:
    """Write where a line stands: `file:33`, or the file and the entry in a journal.

    whole: with the journal's cursor; else with its number, which no other entry of the file has.
    """
    if origin.line is not None:
        return f"{origin.file}:{origin.line}"
    if not origin.cursor:
        return origin.file
    number = None if whole else _NUMBER.search(origin.cursor)
    return f"{origin.file}, entry {number[0] if number else origin.cursor}"


def distinct(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Leave out proofs whose line another one stands on already."""
    first: dict[Place, Proof] = {}
    for proof in proofs:
        first.setdefault(place_of(proof.origin), proof)
    return tuple(first.values())
