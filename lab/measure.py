"""Measure how often fencepost is right: `python -m lab.measure FOLDER… [-o PAGE]`.

Every folder below FOLDER that holds a truth.json is a case; its logs lie loose or packed beside it.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from fencepost import __version__
from lab.score import judge_case
from lab.scoreboard import board

HEADING = """# Scoreboard

How often fencepost is right, counted on recorded and re-enacted incidents whose truth is known. Written by
`make score`. A case that is not listed here as falling short has to be right for `make test` to pass.
"""
RECORDINGS = "## Recordings"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the cases could be judged, whatever they are worth."""
    parser = argparse.ArgumentParser(prog="lab.measure", description=__doc__)
    parser.add_argument("folder", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("-o", "--output", type=Path, metavar="PAGE", help="keep the page here")
    asked = parser.parse_args(argv)
    cases = cases_below(asked.folder)
    if not cases:
        below = " ".join(map(str, asked.folder))
        print(f"lab.measure: no truth.json below {below}. Name folders of cases.", file=sys.stderr)
        return 2
    with ProcessPoolExecutor() as pool:
        judgements = list(pool.map(judge_case, cases, chunksize=4))
    of = f"{datetime.now(UTC):%Y-%m-%d}, version {__version__}, cases of " + ", ".join(
        folder.as_posix() for folder in asked.folder
    )
    page = "\n\n".join((HEADING.rstrip(), RECORDINGS, f"{of}.", board(judgements))) + "\n"
    print(page, end="")
    if asked.output:
        asked.output.write_text(page)
    return 0


def cases_below(folders: Sequence[Path]) -> list[Path]:
    """Return the folders that hold a truth.json, sorted within each of `folders`."""
    return [path.parent for folder in folders for path in sorted(folder.rglob("truth.json"))]


if __name__ == "__main__":
    sys.exit(main())
