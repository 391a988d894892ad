"""Find and parse: `python -m bench.scan FILE…` reads text as the report does, and stops there.

Prints how many lines were handed on and how many events they announce.
"""

import sys
from pathlib import Path

from fencepost.model.line import Line
from fencepost.reconstruct.recognise import Recogniser, needles, programs
from fencepost.sources.open import ReadOptions, read_sources


def main() -> None:
    """Run the command line."""
    options = ReadOptions(year=2025, needles=needles(), programs=programs())
    recogniser = Recogniser()
    for reading in read_sources([Path(name) for name in sys.argv[1:]], options):
        if isinstance(reading, Line):
            recogniser.read(reading)
    print(recogniser.lines, "lines", len(recogniser.told()), "events")


if __name__ == "__main__":
    main()
