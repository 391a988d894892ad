"""Run a scenario and write what was recorded, with the truth beside it, as a case."""

import io
import json
import lzma
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from lab.cluster import Cluster
from lab.faults import Fault, Undo
from lab.recorder import Recorder
from lab.scenarios import Scenario

SETTLE_S = 5
MEMORY = (
    "/dev/shm"  # corosync waits for the disk when it saves a ring: others' writing must not show
)


class Companion(Protocol):
    """What lives beside a recording: it hears every line as it comes, and may answer with its own.

    All of it is called in the thread that made the cluster, so it may call `crash` and `boot`.
    """

    def begin(self, cluster: Cluster, recorder: Recorder) -> None:
        """Take part; called once, when the machines stand and before their daemons start."""

    def tick(self, now: datetime) -> None:
        """See time pass; called about ten times a second, now in aware UTC."""

    def over(self) -> Mapping[str, Any]:
        """Return what truth.json is to hold besides or instead; called when the record has ended."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A fault as it really was: begun after `start`, ended before `end`; aware UTC."""

    what: str
    start: datetime
    end: datetime


def truth(scenario: Scenario, happenings: list[Happening], year: int) -> dict[str, Any]:
    """Return the truth about a recorded scenario, as truth.json holds it."""
    return {
        "about": scenario.about,
        "kind": "lab",
        "year": year,
        "incident": bool(scenario.causes),
        "causes": list(scenario.causes),
        "blamed": list(scenario.blamed),
        "endings": {node: [] for node in scenario.shape.nodes},
        "faults": [
            {"what": done.what, "start": done.start.isoformat(), "end": done.end.isoformat()}
            for done in happenings
        ],
    }


def pack(files: Mapping[str, bytes]) -> bytes:
    """Return a tar.xz of these files, the same bytes for the same files."""
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size = len(files[name])
            archive.addfile(member, io.BytesIO(files[name]))
    return lzma.compress(tar.getvalue(), preset=9)


def write_case(folder: Path, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> None:
    """Write the folder of a case; what stood in its two files before is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "logs.tar.xz").write_bytes(pack(files))
    (folder / "truth.json").write_text(json.dumps(facts, indent=1) + "\n")


def record(scenario: Scenario, folder: Path, companion: Companion | None = None) -> None:
    """Run a scenario and write its case; takes as long as the scenario lasts.

    The record ends first; only then the faults from before the start and the daemons end.
    """
    happenings: list[Happening] = []
    begun = datetime.now(UTC)
    with (
        _ahead_of_others(),
        tempfile.TemporaryDirectory(prefix="fencepost-lab-", dir=MEMORY) as home,
        Recorder(scenario.shape.nodes, Path(home)) as recorder,
        Cluster(scenario.shape, recorder, Path(home)) as cluster,
    ):
        if companion:
            companion.begin(cluster, recorder)
            cluster.watchers.append(companion.tick)
        early = [(fault, datetime.now(UTC), fault.begin(cluster)) for fault in scenario.before]
        _perform(scenario, cluster, happenings)
        recorder.close()
        over = datetime.now(UTC)
        happenings[:0] = [Happening(fault.what, start, over) for fault, start, _ in early]
        facts = truth(scenario, happenings, begun.year)
        facts |= companion.over() if companion else {}
        write_case(folder, logs(scenario, recorder), facts)


def logs(scenario: Scenario, recorder: Recorder) -> dict[str, bytes]:
    """Return the files that an admin would have saved, by name."""
    said = recorder.lines.items()
    files = {f"{node}.log": "".join(f"{line}\n" for line in lines) for node, lines in said}
    files["corosync.conf"] = scenario.shape.conf()
    return {name: text.encode() for name, text in files.items()}


def _perform(scenario: Scenario, cluster: Cluster, happenings: list[Happening]) -> None:
    cluster.start_all()
    cluster.wait(SETTLE_S)
    ends = dict.fromkeys((scenario.shape.nodes[0], scenario.shape.nodes[-1]))
    cluster.load(list(ends), *scenario.load)
    cluster.wait(2)
    for act in scenario.acts:
        with _in_force(cluster, act.faults, happenings):
            cluster.wait(act.seconds)
        cluster.wait(act.rest)


@contextmanager
def _ahead_of_others() -> Iterator[None]:
    """Run with corosync's own priority, so that faults end on time."""
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    priority = os.sched_param(os.sched_get_priority_max(os.SCHED_RR))
    os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, priority)
    try:
        yield
    finally:
        os.sched_setscheduler(0, *before)


@contextmanager
def _in_force(
    cluster: Cluster, together: tuple[Fault, ...], happenings: list[Happening]
) -> Iterator[None]:
    begun: list[tuple[Fault, datetime, Undo]] = []
    for fault in together:
        start = datetime.now(UTC)
        begun.append((fault, start, fault.begin(cluster)))
    yield
    for fault, start, end in begun:
        end()
        happenings.append(Happening(fault.what, start, datetime.now(UTC)))
