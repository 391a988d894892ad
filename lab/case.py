"""Run a scenario and write what was recorded, with the truth beside it, as a case."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lab.cluster import Cluster
from lab.faults import Fault, Undo
from lab.recorder import Recorder
from lab.scenarios import Scenario

SETTLE_S = 5


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


def write_case(
    folder: Path, scenario: Scenario, lines: dict[str, list[str]], facts: dict[str, Any]
) -> None:
    """Write the folder of a case; an older one is replaced."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for node, said in lines.items():
        (folder / f"{node}.log").write_text("".join(f"{line}\n" for line in said))
    (folder / "corosync.conf").write_text(scenario.shape.conf())
    (folder / "truth.json").write_text(json.dumps(facts, indent=1) + "\n")


def record(scenario: Scenario, folder: Path) -> None:
    """Run a scenario and write its case; takes as long as the scenario lasts.

    The record ends first; only then the faults from before the start and the daemons end.
    """
    happenings: list[Happening] = []
    begun = datetime.now(UTC)
    with (
        tempfile.TemporaryDirectory(prefix="fencepost-lab-") as home,
        Recorder(scenario.shape.nodes, Path(home)) as recorder,
        Cluster(scenario.shape, recorder, Path(home)) as cluster,
    ):
        early = [(fault, datetime.now(UTC), fault.begin(cluster)) for fault in scenario.before]
        cluster.start_all()
        time.sleep(SETTLE_S)
        ends = dict.fromkeys((scenario.shape.nodes[0], scenario.shape.nodes[-1]))
        cluster.load(list(ends), *scenario.load)
        time.sleep(2)
        for act in scenario.acts:
            with _in_force(cluster, act.faults, happenings):
                time.sleep(act.seconds)
            time.sleep(act.rest)
        recorder.close()
        over = datetime.now(UTC)
        happenings[:0] = [Happening(fault.what, start, over) for fault, start, _ in early]
        write_case(folder, scenario, recorder.lines, truth(scenario, happenings, begun.year))


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
