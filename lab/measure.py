"""Measure how often fencepost is right: `python -m lab.measure FOLDER… [--variations N] [-o PAGE]`.

Every folder below FOLDER that holds a truth.json is a case; its logs lie loose or packed beside it.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from fencepost import __version__
from lab.recording import read_recording
from lab.score import judge_case
from lab.scoreboard import board
from lab.varied import SEED, Varied, judge_variation, varied_board

HEADING = """# Scoreboard

How often fencepost is right, counted on recorded and re-enacted incidents whose truth is known.
Written by `make score`. What is not listed here as falling short has to be right for `make test`
to pass.
"""
RECORDINGS, VARIATIONS = "## Recordings", "## Variations"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the cases could be judged, whatever they are worth."""
    parser = argparse.ArgumentParser(prog="lab.measure", description=__doc__)
    parser.add_argument("folder", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--variations", type=int, default=0, metavar="N", help="N of all cases")
    parser.add_argument("-o", "--output", type=Path, metavar="PAGE", help="keep the page here")
    asked = parser.parse_args(argv)
    cases = cases_below(asked.folder)
    if not cases:
        below = " ".join(map(str, asked.folder))
        print(f"lab.measure: no truth.json below {below}. Name folders of cases.", file=sys.stderr)
        return 2
    page = "\n\n".join((HEADING.rstrip(), *_sections(asked, cases))) + "\n"
    print(page, end="")
    if asked.output:
        asked.output.write_text(page)
    return 0


def cases_below(folders: Sequence[Path]) -> list[Path]:
    """Return the folders that hold a truth.json, sorted within each of `folders`."""
    return [path.parent for folder in folders for path in sorted(folder.rglob("truth.json"))]


def _sections(asked: argparse.Namespace, cases: list[Path]) -> list[str]:
    places = ", ".join(folder.as_posix() for folder in asked.folder)
    made = f"{datetime.now(UTC):%Y-%m-%d}, version {__version__}, cases of {places}"
    with ProcessPoolExecutor() as pool:
        judgements = list(pool.map(judge_case, cases, chunksize=4))
        sections = [RECORDINGS, f"{made}.", board(judgements)]
        if asked.variations:
            shares = [
                len(range(place, asked.variations, len(cases))) for place in range(len(cases))
            ]
            varied = list(chain.from_iterable(pool.map(_vary_case, cases, shares)))
            sections += [VARIATIONS, f"{made}, seed {SEED}.", varied_board(varied)]
    if asked.output and asked.output.exists() and not asked.variations:
        # Variations take minutes: those counted last stay, with their own date.
        _, heading, kept = asked.output.read_text().partition(VARIATIONS)
        sections += [(heading + kept).rstrip()] if kept else []
    return sections


def _vary_case(case: Path, share: int) -> list[Varied]:
    recording = read_recording(case)
    return [judge_variation(recording, number) for number in range(share)]


if __name__ == "__main__":
    sys.exit(main())
