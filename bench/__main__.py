"""Measure: `python -m bench [PART…] [--list]`; results go to docs/benchmarks.md."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import growth, journals, start, text
from bench.measure import measure
from bench.results import keep, write_page
from bench.work import Measured, Part, Work

PARTS: dict[str, Part] = {"text": text, "journals": journals, "growth": growth, "start": start}
DATA = Path("build/bench")
RESULTS = DATA / "results"
PAGE = Path("docs/benchmarks.md")


def main() -> int:
    """Run the command line; 0 when every target that could be measured is met."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("part", nargs="*", choices=[[], *PARTS], metavar="PART")
    parser.add_argument("--list", action="store_true", help="list the parts, run nothing")
    asked = parser.parse_args()
    if asked.list:
        print("\n".join(f"{name:10} {PARTS[name].__doc__}" for name in PARTS))
        return 0
    DATA.mkdir(parents=True, exist_ok=True)
    met = [keep(RESULTS, name, _measured(PARTS[name])) for name in asked.part or PARTS]
    write_page(RESULTS, PARTS, PAGE)
    print(f"written: {PAGE}")
    return 0 if all(met) else 1


def _measured(part: Part) -> Iterator[tuple[Work, Measured]]:
    for work in part.works(DATA):
        measured = measure(work)
        for name in measured.runs:
            print(f"{work.name}: {name}: {measured.seconds(name):.2f} s")
        for target in work.targets:
            if all(name in measured.runs for name in target.needs):
                figure = target.figure(measured)
                met = "met" if target.met(figure) else "MISSED"
                limit = f"{'≥' if target.least else '≤'} {target.limit:g}"
                print(f"{work.name}: {target.says}: {figure:.2f}{target.unit} ({limit}): {met}")
        yield work, measured


if __name__ == "__main__":
    sys.exit(main())
