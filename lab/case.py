"""Run a scenario and write what was recorded, with the truth beside it, as a case."""

import io
import json
import lzma
import os
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from lab.cluster import Cluster
from lab.fault import Fault, Undo
from lab.recorder import Recorder
from lab.scenario import Scenario

SETTLE_S = 5
LOST = re.compile(
    r"link: \d+ is down|forming new configuration|A new membership|FAILED TO RECEIVE|Retransmit List"
)
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


def felt(lines: Mapping[str, list[str]], since: datetime | None) -> bool:
    """Return whether a node's corosync noticed anything: a link or a ring lost, or never whole.

    lines: of the recorder, by node, without a year. since: what came earlier does not count; None:
    what came before all nodes were in one ring for the first time does not.
    """
    whole = f"Members[{len(lines)}]:"
    formed = [next((line for line in said if whole in line), None) for said in lines.values()]
    if since is None and None in formed:
        return True
    begun = f"{since:%b %d %H:%M:%S.%f}" if since else max(line[:22] for line in formed if line)
    return any(LOST.search(line) for said in lines.values() for line in said if line > begun)


def truth(
    scenario: Scenario, happenings: list[Happening], year: int, lines: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Return the truth about a recorded scenario, as truth.json holds it.

    A fault that corosync did not notice is no incident, whatever the scenario expected of it.
    """
    since = min((done.start for done in happenings), default=None)
    noticed = felt(lines, None if scenario.before else since)
    incident = bool(scenario.causes) and noticed
    return {
        "about": scenario.about,
        "kind": "lab",
        "year": year,
        "incident": incident,
        "causes": list(scenario.causes) if incident else [],
        "blamed": list(scenario.blamed) if incident else [],
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
        tempfile.TemporaryDirectory(prefix=f"fencepost-lab-{os.getpid()}-", dir=MEMORY) as home,
        Recorder(scenario.shape.nodes, Path(home)) as recorder,
        Cluster(scenario.shape, recorder, Path(home)) as cluster,
    ):
        if companion:
            companion.begin(cluster, recorder)
            cluster.watchers.append(companion.tick)
        if scenario.form != "text":
            for node in scenario.shape.nodes:
                cluster.start_journald(node)
        early = [(fault, datetime.now(UTC), fault.begin(cluster)) for fault in scenario.before]
        asked = _perform(scenario, cluster, happenings)
        recorder.close()
        over = datetime.now(UTC)
        happenings[:0] = [Happening(fault.what, start, over) for fault, start, _ in early]
        facts = truth(scenario, happenings, begun.year, recorder.lines)
        facts |= companion.over() if companion else {}
        write_case(folder, asked | _settings(cluster) | _logs(scenario, cluster), facts)


def _logs(scenario: Scenario, cluster: Cluster) -> dict[str, bytes]:
    if scenario.form == "text":
        said = cluster.recorder.lines.items()
        return {f"{n}.log": "".join(f"{line}\n" for line in lines).encode() for n, lines in said}
    files: dict[str, bytes] = {}
    for node in scenario.shape.nodes:
        journal = cluster.journal(node)
        if scenario.form == "binary":
            files |= {f"{node}/{path.name}": path.read_bytes() for path in journal.iterdir()}
        else:
            argv = ["journalctl", "--directory", str(journal), "--output", scenario.form]
            done = subprocess.run(argv, capture_output=True, check=True)
            files[f"{node}.{scenario.form}"] = done.stdout
    return files


def _settings(cluster: Cluster) -> dict[str, bytes]:
    """Return corosync.conf, of each node where they differ."""
    texts = {node: cluster.read_conf(node).encode() for node in cluster.shape.nodes}
    if len(set(texts.values())) == 1:
        return {"corosync.conf": texts[cluster.shape.nodes[0]]}
    return {f"{node}/corosync.conf": text for node, text in texts.items()}


def _perform(scenario: Scenario, cluster: Cluster, happenings: list[Happening]) -> dict[str, bytes]:
    """Play the acts; return what the nodes answered when asked for their status."""
    asked: dict[str, bytes] = {}
    cluster.start_all()
    cluster.wait(SETTLE_S)
    ends = dict.fromkeys((scenario.shape.nodes[0], scenario.shape.nodes[-1]))
    cluster.load(list(ends), *scenario.load)
    cluster.wait(2)
    for act in scenario.acts:
        with _in_force(cluster, act.faults, happenings):
            cluster.wait(act.seconds / 2)
            if scenario.status and not asked:
                asked = {
                    f"status/{node}.txt": cluster.status(node).encode()
                    for node in scenario.shape.nodes
                }
            cluster.wait(act.seconds / 2)
        cluster.wait(act.rest)
    return asked


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
