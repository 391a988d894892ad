"""Backups, migrations and copies: what fills a link, and when it ran."""

from datetime import datetime, timedelta

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

HEAVY = ("vzdump", "qmigrate", "vzmigrate", "qmmove", "vzmove", "qmclone", "imgcopy", "resize")
UNENDED = timedelta(minutes=30)
"""A job whose end was not read is taken to have run this long."""

HABIT = 0.5
"""Jobs that run for more than this share of the quiet hours are no witness of an incident."""


def running_jobs(scene: Scene, node: str) -> list[Event]:
    """Return the starts of the heavy jobs that ran on `node` when the incident began or in it.

    None of them, where such jobs run most of the time without harm.
    """
    spans = _jobs(scene.case, node)
    ran = [start for start, end in spans if start.at <= scene.until and end >= scene.since]
    return ran if ran and _habit(scene.case, node, spans) <= HABIT else []


def _jobs(case: Case, node: str) -> list[tuple[Event, datetime]]:
    """The heavy jobs of a node: each start with when it ended."""
    ends = {event.upid: event.at for event in case.timeline.of(TaskEnded, node=node)}
    found: list[tuple[Event, datetime]] = [
        (task, ends.get(task.upid, task.at + UNENDED))
        for task in case.timeline.of(TaskStarted, node=node)
        if task.kind in HEAVY
    ]
    finished = case.timeline.of(BackupFinished, BackupFailed, node=node)
    for backup in case.timeline.of(BackupStarted, node=node):
        same = [e.at for e in finished if e.guest == backup.guest and e.at >= backup.at]
        end = same[0] if same else None
        found.append((backup, end or backup.at + UNENDED))
    return sorted(found, key=lambda job: job[0].at)


def _habit(case: Case, node: str, jobs: list[tuple[Event, datetime]]) -> float:
    """The share of the node's quiet hours in which such a job ran."""
    spans = quiet_spans(case, node)
    quiet = sum((until - since for since, until in spans), timedelta(0))
    busy = timedelta(0)
    for since, until in spans:
        at = since
        for start, end in jobs:
            if end > at and start.at < until:
                busy += min(end, until) - max(start.at, at)
                at = min(max(at, end), until)
    return busy / quiet if quiet else 0.0
