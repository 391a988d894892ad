"""Where a fact stands, as reports write it, and which facts stand on the same line."""

from collections.abc import Iterable

from fencepost.model.case import Proof
from fencepost.model.line import Origin

Place = tuple[str, int | None, str | None]
"""What makes a line distinct: its file, and its number there or its journal cursor."""


def place_of(origin: Origin) -> Place:
    """Return what makes a line distinct."""
    return origin.file, origin.line, origin.cursor


def position(origin: Origin) -> str:
    """Write where a line stands: `file:33`, or the file and its journal cursor."""
    if origin.line is not None:
        return f"{origin.file}:{origin.line}"
    return f"{origin.file}, entry {origin.cursor}" if origin.cursor else origin.file


def distinct(proofs: Iterable[Proof]) -> tuple[Proof, ...]:
    """Leave out proofs whose line another one stands on already."""
    first: dict[Place, Proof] = {}
    for proof in proofs:
        first.setdefault(place_of(proof.origin), proof)
    return tuple(first.values())
