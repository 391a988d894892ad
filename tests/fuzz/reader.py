"""Reads every file of a folder, one after the other, and tells what came of each; a child process.

Run as a program: reader.py FOLDER SECONDS [whole]. Every second file is searched for needles, as
`fencepost investigate` does; with `whole` none is. Prints one JSON object: for each file how many lines
and gaps were read, or the exception; how long the slowest took; the most memory there was.
SECONDS are seconds of processor time, so that a busy machine does not count.
"""

import json
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from fencepost.apps.reading import reading_options
from fencepost.model.document import Document
from fencepost.model.line import Gap, Line
from fencepost.sources.open import ReadOptions, read_sources

ADDRESS_SPACE = 3 << 30  # a runaway ends in a MemoryError, not in the machine's death


class HangError(Exception):
    """A file took longer than it may."""


def _stop(*_: object) -> None:
    raise HangError


def read(path: Path, seconds: float, options: ReadOptions) -> dict[str, Any]:
    """Read one file; return counts, or `raised`."""
    lines = gaps = documents = 0
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        for one in read_sources([path], options):
            lines += isinstance(one, Line)
            gaps += isinstance(one, Gap)
            documents += isinstance(one, Document)
    except Exception:  # noqa: BLE001  whatever it is, it is looked for
        return {"raised": traceback.format_exc()}
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return {"lines": lines, "gaps": gaps, "documents": documents}


def main(folder: Path, seconds: float, *, all_lines: bool) -> None:
    """Read the folder's files; print what came of them."""
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    signal.signal(signal.SIGPROF, _stop)
    searched = reading_options(year=2026)
    whole = ReadOptions(year=2026)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told, slowest = {}, 0.0
    for number, path in enumerate(sorted(folder.iterdir())):
        began = time.process_time()
        told[path.name] = read(path, seconds, searched if number % 2 and not all_lines else whole)
        slowest = max(slowest, time.process_time() - began)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    json.dump(
        {"files": told, "slowest_s": slowest, "most_mb": most >> 10, "before_mb": before >> 10},
        sys.stdout,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), all_lines="whole" in sys.argv[3:])
