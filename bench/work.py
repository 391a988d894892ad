"""What is measured: works, the candidates that do them, and the targets they are held to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to do a work: a whole process, start-up included.

    name: as the tables call it. command: what runs; its standard output is thrown away.
    gigabytes: of input, so that speeds on different inputs compare; 0 where none counts.
    inside: the first word that it prints is its time in seconds, and that one counts.
    missing: why it cannot run here; empty when it can.
    """

    name: str
    command: tuple[str, ...]
    gigabytes: float = 0.0
    inside: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a candidate. memory_mb: the most that it held resident."""

    seconds: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All runs of a work, round by round, by candidate."""

    candidates: dict[str, Candidate]
    runs: dict[str, list[Run]]

    def seconds(self, name: str) -> float:
        """Return the median time."""
        return median(run.seconds for run in self.runs[name])

    def memory_mb(self, name: str) -> float:
        """Return the most memory of all rounds."""
        return max(run.memory_mb for run in self.runs[name])

    def speed(self, name: str, against: str) -> float:
        """Return how many times as fast `name` is as `against`, the median over the rounds.

        Both ran in each round, so that a machine that is busy for a while slows both.
        """
        size = self.candidates[name].gigabytes or 1.0, self.candidates[against].gigabytes or 1.0
        rounds = zip(self.runs[name], self.runs[against], strict=True)
        return median((b.seconds / size[1]) / (a.seconds / size[0]) for a, b in rounds)


@dataclass(frozen=True, slots=True)
class Target:
    """What must hold: a figure of what was measured, and its limit.

    says: what the figure is. needs: the candidates without which there is none.
    least: the limit is the least that will do; the most otherwise. unit: of figure and limit.
    """

    says: str
    needs: tuple[str, ...]
    figure: Callable[[Measured], float]
    limit: float
    least: bool
    unit: str = "×"

    def met(self, figure: float) -> bool:
        """Tell whether a figure will do."""
        return figure >= self.limit if self.least else figure <= self.limit


def faster(name: str, against: str, times: float) -> Target:
    """Return the target that `name` has at least so many times the speed of `against`."""
    says = f"speed of {name} / {against}"
    return Target(says, (name, against), lambda m: m.speed(name, against), times, least=True)


def costs(name: str, against: str, times: float) -> Target:
    """Return the target that `name` takes at most so many times as long as `against`."""
    says = f"time of {name} / {against}"
    return Target(says, (name, against), lambda m: 1 / m.speed(name, against), times, least=False)


def within(name: str, seconds: float) -> Target:
    """Return the target that `name` takes less than this, in the median."""
    return Target(f"time of {name}", (name,), lambda m: m.seconds(name), seconds, False, " s")  # noqa: FBT003


def fits(name: str, megabytes: float) -> Target:
    """Return the target that `name` never holds more memory than this."""
    says = f"memory of {name}"
    return Target(says, (name,), lambda m: m.memory_mb(name), megabytes, False, " MB")  # noqa: FBT003


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing of times over the size of the work: series → points of size and candidate."""

    file: str
    title: str
    across: str
    series: dict[str, tuple[tuple[float, str], ...]]


@dataclass(frozen=True, slots=True)
class Work:
    """Something to be done, by several candidates one after the other, again and again.

    name: a slug. says: what is done, and on what, for the table.
    """

    name: str
    says: str
    candidates: tuple[Candidate, ...]
    targets: tuple[Target, ...]
    rounds: int = ROUNDS
    plot: Plot | None = None


class Part(Protocol):
    """A module of the bench: its works, for which it makes the data that is not there yet."""

    def works(self, folder: Path) -> Iterator[Work]:
        """Yield the works, each when its data lies in `folder`."""
