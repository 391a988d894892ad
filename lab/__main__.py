"""Record scenarios and judge the answers: `python -m lab [NAME…] [-o FOLDER] [--side-by-side N] [--list]`.

Needs root and the packages that README.md names.
"""

import argparse
import signal
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab.case import record
from lab.cluster import LabError, lack
from lab.ha import HaStack
from lab.scenarios import SCENARIOS
from lab.score import judge_case

DEFAULT = Path("lab/cases")


def main() -> int:
    """Run the command line; 0 when everything was recorded, whatever the answers are."""
    names = {scenario.name: scenario for scenario in SCENARIOS}
    parser = argparse.ArgumentParser(prog="lab", description=__doc__)
    parser.add_argument("scenario", nargs="*", choices=[[], *names], metavar="NAME")
    parser.add_argument("-o", "--output", type=Path, default=DEFAULT, metavar="FOLDER")
    parser.add_argument("--side-by-side", type=int, default=12, metavar="N")
    parser.add_argument("--list", action="store_true", help="list the scenarios, run nothing")
    asked = parser.parse_args()
    chosen = asked.scenario or list(names)
    if asked.list:
        print("\n".join(f"{name:20} {names[name].about}" for name in chosen))
        return 0
    # SIGTERM unwinds like Ctrl-C, so that the namespaces, processes and files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if len(chosen) == 1:
        return _run_here(chosen[0], asked.output)
    failed = _run_side_by_side(chosen, asked.output, asked.side_by_side)
    print(f"{failed.count(False)} of {len(failed)} recorded")
    return 1 if any(failed) else 0


def _run_here(name: str, output: Path) -> int:
    if why := lack():
        print(f"lab: {why}", file=sys.stderr)
        return 2
    scenario = next(scenario for scenario in SCENARIOS if scenario.name == name)
    try:
        companion = HaStack(scenario.ha, seed=zlib.crc32(name.encode())) if scenario.ha else None
        record(scenario, output / name, companion)
    except (LabError, FileNotFoundError) as error:
        print(f"lab: {name}: {error}", file=sys.stderr)
        return 2
    _judge(name, output / name)
    return 0


def _run_side_by_side(chosen: list[str], output: Path, width: int) -> list[bool]:
    running: list[subprocess.Popen[bytes]] = []

    def run(name: str) -> bool:
        # A process for each: told to end when this one ends, it cleans up after itself.
        argv = ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "lab", name]
        with subprocess.Popen([*argv, "-o", str(output)]) as process:
            running.append(process)
            return process.wait() != 0

    with ThreadPoolExecutor(width) as pool:
        try:
            return list(pool.map(run, chosen))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for process in running:
                process.terminate()
            raise


def _judge(name: str, folder: Path) -> None:
    judged = judge_case(folder)
    word = "wrong" if judged.wrong else "right"
    print(f"{word:5} {name:20} {judged.said or 'no incident'}", flush=True)
    for sentence in judged.wrong:
        print(f"      {'':20} {sentence}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
