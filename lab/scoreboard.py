"""Add judgements up into the scoreboard: a page of Markdown that is also what `make score` prints."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import median

from fencepost.causes import CAUSES
from lab.score import Answer, Claim, Judgement, Tally

NO_INCIDENT = "(no incident)"
NOT_SAID = "(nothing)"
WORDS = ("certain", "likely", "possible")
FALLS_SHORT = "### Not as in the truth"

_ORDER = {cause.name: place for place, cause in enumerate(CAUSES)}
_LISTED = re.compile(r"^- `([^`]+)`: ", re.MULTILINE)


def board(judgements: Sequence[Judgement]) -> str:
    """Return the scoreboard of these cases, without a heading of its own."""
    return "\n\n".join(
        (
            _totals(judgements),
            "### By cause\n\n" + _by_cause(judgements),
            "### Who was taken for whom\n\n" + _confusion(judgements),
            "### How often each word is right\n\n" + calibration(judgements),
            FALLS_SHORT + "\n\n" + _falling_short(judgements),
        )
    )


def known_to_fall_short(page: str) -> frozenset[str]:
    """Return the cases and variations that a page lists as not right."""
    return frozenset(_LISTED.findall(page))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table in Markdown, aligned so that it can be read as it stands.

    >>> print(table(("cause", "cases"), [("nic_hang", 3)]))
    | cause    | cases |
    |----------|------:|
    | nic_hang |     3 |
    """
    cells = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    lines = [
        "| "
        + " | ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        + " |"
        for row in cells
    ]
    rule = "|".join(["-" * (widths[0] + 2), *("-" * (width + 1) + ":" for width in widths[1:])])
    lines.insert(1, f"|{rule}|")
    return "\n".join(lines)


def calibration(judgements: Sequence[Judgement], recording: dict[str, str] | None = None) -> str:
    """Return a table: how often claims of each word are right.

    recording: of what recording a case is a variation. Those of one recording are not
    independent: together they count as one case, right by the share of them that is.
    """
    rows = []
    for of in ("cause", "ending"):
        for word in WORDS:
            shares = _shares(judgements, of, word, recording or {})
            count, right = len(shares), sum(shares)
            share = f"{100 * right / count:.1f} %" if count else "–"
            rows.append((of, word, count, f"{right:.2f}".removesuffix(".00"), share))
    return table(("claim", "word", "cases", "right", "share"), rows)


def _shares(
    judgements: Sequence[Judgement], of: str, word: str, recording: dict[str, str]
) -> list[float]:
    claims: dict[str, list[Claim]] = {}
    for one in judgements:
        said = [claim for claim in one.claims if (claim.of, claim.word) == (of, word)]
        if said:
            claims.setdefault(recording.get(one.case, one.case), []).extend(said)
    return [sum(claim.right for claim in said) / len(said) for said in claims.values()]


def _totals(judgements: Sequence[Judgement]) -> str:
    rows: list[tuple[str, int, int, int | str]] = []
    for name in ("endings", "recoveries", "citations"):
        tallies: list[Tally] = [getattr(one, name) for one in judgements]
        invented = "" if name == "citations" else sum(one.invented for one in tallies)
        right, expected = sum(one.right for one in tallies), sum(one.expected for one in tallies)
        rows.append((name, right, expected, invented))
    told = {
        "incident or none": [one.incident for one in judgements],
        "cause, first": [_is_right(one) for one in judgements],
        "cause, first two": [one.second for one in judgements],
        "blamed": [one.blamed for one in judgements],
    }
    for name, answers in told.items():
        asked = [answer for answer in answers if answer is not None]
        rows.append((name, sum(asked), len(asked), ""))
    seconds = median(one.seconds for one in judgements)
    return (
        f"{len(judgements)} cases; {sum(one.unsupported for one in judgements)} claims cite "
        f"nothing; {seconds:.2f} s a case (median, on the machine that ran it).\n\n"
        + table(("", "right", "of", "invented"), rows)
    )


def _is_right(judgement: Judgement) -> bool | None:
    return None if judgement.answer is None else judgement.answer is Answer.RIGHT


def _by_cause(judgements: Sequence[Judgement]) -> str:
    """Return a row for each cause: the first that the truth accepts names it."""
    rows: dict[str, tuple[int, ...]] = {}
    asked = [one for one in judgements if one.answer]
    for cause in sorted({one.causes[0] for one in asked}, key=_place):
        own = [one for one in asked if one.causes[0] == cause]
        answers = Counter(one.answer for one in own)
        two = sum(bool(one.second) for one in own)
        told = (answers[Answer.RIGHT], two, answers[Answer.WRONG], answers[Answer.ABSTAINED])
        rows[cause] = (len(own), *told)
    head = ("cause", "cases", "right first", "in the first two", "wrong", "abstained")
    sums = (sum(counts[place] for counts in rows.values()) for place in range(5))
    return table(head, [*((cause, *counts) for cause, counts in rows.items()), ("all", *sums)])


def _confusion(judgements: Sequence[Judgement]) -> str:
    """Return a matrix: down what is true, across what was said first; accepted answers are true."""
    pairs = Counter(pair for one in judgements if (pair := _true_and_said(one)))
    names = sorted({name for pair in pairs for name in pair}, key=_place)
    number = {name: place for place, name in enumerate(names, 1)}
    true = [name for name in names if any(pairs[name, said] for said in names)]
    rows = [
        (f"{number[name]} {name}", *(pairs[name, said] or "·" for said in names)) for name in true
    ]
    only_said = [f"{number[name]} {name}" for name in names if name not in true]
    return "\n\n".join(
        (
            table(("true, down; said, across", *map(str, number.values())), rows),
            "An answer that the truth accepts counts as true, also where it is not the best.",
            f"Said and never true: {', '.join(only_said) or 'none'}.",
        )
    )


def _true_and_said(judgement: Judgement) -> tuple[str, str] | None:
    said = judgement.said or NOT_SAID
    if judgement.answer is not None:
        return (said if said in judgement.causes else judgement.causes[0]), said
    if judgement.incident is None or judgement.causes:
        return None
    return NO_INCIDENT, NO_INCIDENT if judgement.incident else said


def _place(name: str) -> tuple[int, str]:
    return _ORDER.get(name, len(_ORDER)), name


def _falling_short(judgements: Sequence[Judgement]) -> str:
    lines = list(_shortcomings(judgements))
    return "\n".join(lines) if lines else "Nothing."


def _shortcomings(judgements: Sequence[Judgement]) -> Iterator[str]:
    for one in judgements:
        if one.wrong:
            yield f"- `{one.case}`: {'; '.join(one.wrong[:4])}"
