"""Numbers the lines that a report leans on: e1, e2, … in the order in which it names them."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from fencepost.model.case import Proof
from fencepost.model.verdict import Report
from fencepost.render import times
from fencepost.render.outline import ended_boots, in_order, outline, shown
from fencepost.render.places import distinct, place_of


class Exhibits:
    """Proofs with their numbers. Two proofs from one line share a number."""

    __slots__ = ("_names", "_proofs")

    def __init__(self, proofs: Iterable[Proof]) -> None:
        self._proofs = {f"e{index}": proof for index, proof in enumerate(distinct(proofs), start=1)}
        self._names = {place_of(proof.origin): name for name, proof in self._proofs.items()}

    def __iter__(self) -> Iterator[tuple[str, Proof]]:
        return iter(self._proofs.items())

    def __len__(self) -> int:
        return len(self._proofs)

    def name(self, proof: Proof) -> str:
        """Return a proof's number, as `e7`; KeyError when the report never names it."""
        return self._names[place_of(proof.origin)]

    def names(self, proofs: Iterable[Proof]) -> list[str]:
        """Return the numbers of several proofs, each once, in the order given."""
        return [self.name(proof) for proof in distinct(proofs)]


def number(report: Report, drawn: Iterable[Proof] = ()) -> Exhibits:
    """Number every proof of a report: first those that pages for people name, then the rest.

    drawn: proofs of a drawing, numbered last, so that all forms of a report agree on the others.
    """
    return Exhibits(chain(shown(report, outline(report)), _claimed(report), drawn))


def by_time(exhibits: Iterable[tuple[str, Proof]]) -> list[tuple[str, Proof]]:
    """Sort numbered proofs by time; those without one come last, in order of number."""
    timed, timeless = list[tuple[float, str, Proof]](), list[tuple[str, Proof]]()
    for name, proof in exhibits:
        if proof.at is None:
            timeless.append((name, proof))
        else:
            timed.append((proof.at.timestamp(), name, proof))
    timed.sort(key=lambda exhibit: exhibit[0])
    return [*((name, proof) for _, name, proof in timed), *timeless]


def as_data(proof: Proof) -> dict[str, Any]:
    """Return a proof as the JSON report holds it."""
    origin = proof.origin
    journal = origin.line is None and origin.cursor is not None
    return {
        "node": proof.node,
        "at": None if proof.at is None else times.iso(proof.at),
        "file": origin.file,
        **({"cursor": origin.cursor} if journal else {"line": origin.line}),
        "text": origin.text,
    }


def _claimed(report: Report) -> Iterator[Proof]:
    for boot in ended_boots(report.case):
        yield from chain(boot.because, boot.despite)
    for verdict in in_order(report.verdicts):
        for hypothesis in verdict.hypotheses:
            yield from chain(hypothesis.because, hypothesis.despite)
    for pattern in report.patterns:
        yield from pattern.because
    for finding in report.findings:
        yield from finding.because
