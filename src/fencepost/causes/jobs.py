"""Backups, migrations and copies: what fills a link, and when it ran."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from fencepost.causes.baseline import quiet_spans
from fencepost.causes.scene import Scene
from fencepost.events.pve_daemons import (
    BackupFailed,
    BackupFinished,
    BackupStarted,
    TaskEnded,
    TaskStarted,
)
from fencepost.model.case import Case
from fencepost.model.event import Event
from fencepost.model.history import History

HEAVY = ("vzdump", "qmigrate", "vzmigrate", "qmmove", "vzmove", "qmclone", "imgcopy", "resize")
UNENDED = timedelta(minutes=30)
"""A job whose end was not read is taken to have run this long."""

HABIT = 0.5
"""Jobs that run for more than this share of the quiet hours are no witness of an incident."""


def running_jobs(scene: Scene, node: str) -> list[Event]:
    """Return the starts of the heavy jobs that ran on `node` when the incident began or in it.

    None of them, where such jobs run most of the time without harm.
    """
    ran = _jobs(scene.case, node).touching(scene.since, scene.until)
    return [job.start for job in ran] if ran and _habit(scene.case, node) <= HABIT else []


@dataclass(frozen=True, slots=True)
class _Job:
    """A heavy job: the line of its start, and when it ended."""

    node: str
    since: datetime
    until: datetime
    start: Event


@lru_cache(maxsize=64)
def _jobs(case: Case, node: str) -> History[_Job]:
    """The heavy jobs of a node."""
    ends = {event.upid: event.at for event in case.timeline.of(TaskEnded, node=node)}
    found = [
        _Job(node, task.at, ends.get(task.upid, task.at + UNENDED), task)
        for task in case.timeline.of(TaskStarted, node=node)
        if task.kind in HEAVY
    ]
    finished: dict[str, list[datetime]] = {}
    for event in case.timeline.of(BackupFinished, BackupFailed, node=node):
        finished.setdefault(event.guest, []).append(event.at)
    for backup in case.timeline.of(BackupStarted, node=node):
        same = finished.get(backup.guest, [])
        place = bisect_left(same, backup.at)
        end = same[place] if place < len(same) else backup.at + UNENDED
        found.append(_Job(node, backup.at, end, backup))
    return History(found)


@lru_cache(maxsize=64)
def _habit(case: Case, node: str) -> float:
    """The share of the node's quiet hours in which such a job ran."""
    spans, jobs = quiet_spans(case, node), _jobs(case, node)
    quiet = sum((until - since for since, until in spans), timedelta(0))
    busy = timedelta(0)
    for since, until in spans:
        at = since
        for job in jobs.touching(since, until):
            if job.until > at and job.since < until:
                busy += min(job.until, until) - max(job.since, at)
                at = min(max(at, job.until), until)
    return busy / quiet if quiet else 0.0
