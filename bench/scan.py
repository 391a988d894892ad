"""Find and parse: `python -m bench.scan [--only PROGRAM,…] FILE…` reads as the report does, no more.

With --only, all entries of these programs are read, of journals. Prints how many lines were handed on and how many events they announce.
"""

import sys
from pathlib import Path

from fencepost.model.line import Line
from fencepost.reconstruct.recognise import Recogniser, needles, programs, proofs
from fencepost.sources.open import ReadOptions, read_sources


def main() -> None:
    """Run the command line."""
    where = sys.argv[1:]
    options = ReadOptions(year=2025, needles=needles(), proofs=proofs(), programs=programs())
    if where[0] == "--only":
        options = ReadOptions(programs=frozenset(where[1].split(",")))
        where = where[2:]
    recogniser = Recogniser()
    for reading in read_sources([Path(name) for name in where], options):
        if isinstance(reading, Line):
            recogniser.read(reading)
    print(recogniser.lines, "lines", len(recogniser.told()), "events")


if __name__ == "__main__":
    main()
