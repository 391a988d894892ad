"""Judge variations of recordings, and add them up."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lab.recording import Recording
from lab.score import Judgement, judge_folder
from lab.scoreboard import calibration, table
from lab.vary import CHANGES, chosen, vary

RIGHT, WEAKER, WRONG = "right", "weaker", "wrong"
SEED = 1
SEVERAL = "several at once"

WORTH = """- *Right*: nothing differs from the truth.
- *Weaker*: something was not found, was left open, or was called no more than possible.
- *Wrong*: another cause or node was called likely or certain, or an ending was invented."""


@dataclass(frozen=True, slots=True)
class Varied:
    """One variation of a recording (the name of its case), and what the report on it is worth.

    change: of what kind it is. says: what was changed.
    """

    recording: str
    change: str
    says: str
    judgement: Judgement

    @property
    def worth(self) -> str:
        """Tell whether all is right, something is not found or left open, or a lie is told."""
        if self.judgement.lies:
            return WRONG
        return WEAKER if self.judgement.wrong else RIGHT


def judge_variation(recording: Recording, number: int, seed: int = SEED) -> Varied:
    """Make a recording's variation of this number, investigate it, and judge the report."""
    draft = vary(recording, number, seed)
    with tempfile.TemporaryDirectory(prefix="fencepost-varied-") as folder:
        draft.write(Path(folder))
        name = f"{recording.name} ~{number}"
        judgement = judge_folder(name, draft.truth, Path(folder))
    changes = [change.__name__.replace("_", " ") for change in chosen(recording, number, seed)]
    kind = changes[0] if len(changes) == 1 else SEVERAL
    return Varied(recording.name, kind, "; ".join(draft.says), judgement)


def varied_board(varied: Sequence[Varied]) -> str:
    """Return the scoreboard of variations, without a heading of its own."""
    recording = {one.judgement.case: one.recording for one in varied}
    words = calibration([one.judgement for one in varied], recording)
    return "\n\n".join(
        (
            f"{len(varied)} variations of {len(set(recording.values()))} recordings.",
            WORTH,
            _by_change(varied),
            "### How often each word is right in variations",
            "All variations of one recording count as one case.",
            words,
            "### Wrong variations",
            "\n".join(_wrong(varied)) or "None.",
        )
    )


def _by_change(varied: Sequence[Varied]) -> str:
    kinds = [*(change.__name__.replace("_", " ") for change in CHANGES), SEVERAL]
    worths = {kind: [0, 0, 0] for kind in kinds}
    for one in varied:
        worths[one.change][(RIGHT, WEAKER, WRONG).index(one.worth)] += 1
    rows = [(change, sum(counts), *counts) for change, counts in worths.items()]
    sums = [sum(counts[place] for counts in worths.values()) for place in range(3)]
    head = ("what was changed", "variations", RIGHT, WEAKER, WRONG)
    return table(head, [*rows, ("all", len(varied), *sums)])


def _wrong(varied: Sequence[Varied]) -> Iterator[str]:
    for one in varied:
        if one.worth == WRONG:
            yield f"- `{one.judgement.case}`: {one.says}: {'; '.join(one.judgement.lies[:3])}"
