"""Runs candidates in turns and measures them."""

import os
import subprocess
import sys
import tempfile
import time
from typing import IO

from bench.work import Candidate, Measured, Run, Work


def measure(work: Work) -> Measured:
    """Run every candidate once to warm up, then all in turns (A B C A B C …).

    Raises:
        RuntimeError: a candidate ended with an error.
    """
    there = [candidate for candidate in work.candidates if not candidate.missing]
    runs: dict[str, list[Run]] = {candidate.name: [] for candidate in there}
    for number in range(work.rounds + 1):
        _tell(f"{work.name}: round {number} of {work.rounds}" if number else f"{work.name}: warm")
        for candidate in there:
            run = run_once(candidate)
            if number:
                runs[candidate.name].append(run)
    _tell("")
    return Measured({candidate.name: candidate for candidate in there}, runs)


def run_once(candidate: Candidate) -> Run:
    """Run one candidate and wait for it."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        begin = time.perf_counter()
        process = subprocess.Popen(candidate.command, stdout=output, stderr=errors, env=_usual())
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            says = _first(errors).decode("utf-8", "replace").strip()
            raise RuntimeError(f"{candidate.name} ended with {process.returncode}: {says}")
        if candidate.inside:
            seconds = float(_first(output).split()[0])
        # Linux counts kibibytes.
        return Run(seconds, usage.ru_maxrss / 1024)


def _usual() -> dict[str, str]:
    """Return an environment in which Python keeps its bytecode, as it does for users."""
    return {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _first(output: IO[bytes]) -> bytes:
    output.seek(0)
    return output.read(2000)


def _tell(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
