"""What the mutation tests share: how many, what they begin with, and a child that reads."""

import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parents[1] / "cases"
SEEDS = ("lab-partition", "lab5-five-two-alone", "reenacted-quiet-two-node-flag")
BATCH = 250
SECONDS = 20.0
"""Processor time that one file may take; they are small, and are read in a blink."""

MOST_MB = 400


@dataclass(frozen=True)
class Told:
    """What came of one mutated file."""

    lines: int
    gaps: int
    documents: int


Survive = Callable[..., dict[str, Told]]


@pytest.fixture
def rounds() -> int:
    """Return how many mutated files to read: few in `make test`, many in `make fuzz`."""
    return int(os.environ.get("FENCEPOST_FUZZ", "60"))


@pytest.fixture(scope="session")
def seeds() -> dict[str, dict[str, bytes]]:
    """Return the files of a few cases, by case and name."""
    found: dict[str, dict[str, bytes]] = {}
    for case in SEEDS:
        with tarfile.open(CASES / case / "logs.tar.xz") as tar:
            found[case] = {
                one.name: file.read()
                for one in tar
                if one.isfile() and (file := tar.extractfile(one))
            }
    return found


@pytest.fixture
def survive(tmp_path: Path) -> Survive:
    """Return a function that has files read by a child: no crash, no hang, bounded memory."""

    def run(files: Iterator[tuple[str, bytes]], *, all_lines: bool = False) -> dict[str, Told]:
        told: dict[str, Told] = {}
        slowest = most = 0.0
        while batch := dict(_some(files)):
            said = _read(tmp_path / "mutated", batch, "whole" if all_lines else "")
            assert said["most_mb"] < MOST_MB
            slowest, most = max(slowest, said["slowest_s"]), max(most, said["most_mb"])
            for name, one in said["files"].items():
                assert "raised" not in one, f"{name}: {one['raised']}"
                told[name] = Told(**one)
        print(f"{len(told)} files, the slowest {slowest:.1f} s, at most {most} MB")
        return told

    return run


def _some(files: Iterator[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    for _, one in zip(range(BATCH), files, strict=False):
        yield one


def _read(folder: Path, batch: Mapping[str, bytes], how: str) -> dict[str, Any]:
    folder.mkdir()
    for name, content in batch.items():
        (folder / name).write_bytes(content)
    reader = Path(__file__).with_name("reader.py")
    command = [sys.executable, str(reader), str(folder), str(SECONDS), how]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    shutil.rmtree(folder)
    assert done.returncode == 0, done.stderr[-4000:]
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def _flipped(data: bytes, chance: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(chance.randrange(1, 30)):
        out[chance.randrange(len(out))] ^= 1 << chance.randrange(8)
    return bytes(out)


def _zeroed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    size = chance.choice((1, 16, 512, 4096, 16384))
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def _cut_short(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _cut_out(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + data[at + chance.choice((1, 3, 100, 512, 5000)) :]


def _stuffed(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + chance.randbytes(chance.choice((1, 7, 512, 3000))) + data[at:]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    a, b, c, d = sorted(chance.randrange(len(data) + 1) for _ in range(4))
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:b] + data[a:b] + data[b:]


MUTATIONS = (_flipped, _zeroed, _cut_short, _cut_out, _stuffed, _swapped, _doubled)


@pytest.fixture
def mutate() -> Callable[[bytes, random.Random], bytes]:
    """Return a function that damages bytes once or twice, in a way that chance chooses."""

    def run(data: bytes, chance: random.Random) -> bytes:
        for _ in range(chance.choice((1, 1, 1, 2))):
            if data:
                data = chance.choice(MUTATIONS)(data, chance)
        return data

    return run
