"""Find and parse: reads as the report does, and does no more.

`python -m bench.scan [--jobs N] [--only PROGRAM,…] FILE…`; with --only, all entries of these
programs in journals. Prints how many lines were handed on, and how many events they announce.
"""

import argparse
from pathlib import Path

from fencepost.apps.reading import reading_options
from fencepost.model.line import Line
from fencepost.reconstruct.recognise import Recogniser
from fencepost.sources.open import ReadOptions, read_sources


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="bench.scan")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="")
    parser.add_argument("files", nargs="+", type=Path)
    asked = parser.parse_args()
    if asked.only:
        options = ReadOptions(programs=frozenset(asked.only.split(",")), jobs=asked.jobs)
    else:
        options = reading_options(year=2025, jobs=asked.jobs)
    recogniser = Recogniser()
    for reading in read_sources(asked.files, options):
        if isinstance(reading, Line):
            recogniser.read(reading)
    print(recogniser.lines, "lines", len(recogniser.told()), "events")


if __name__ == "__main__":
    main()
