"""The journal around an incident, as commands: which node, which hours, which programs."""

from datetime import datetime, timedelta

from fencepost.model.case import Case, Incident

AROUND = timedelta(minutes=5)
CLUSTER = "-t corosync -t pmxcfs -t pve-ha-lrm -t pve-ha-crm -t watchdog-mux -t pvestatd -t systemd"
"""By identifier: `-u corosync` misses lines where corosync runs in the root cgroup."""

_OFF = timedelta(seconds=1)


def stamp(at: datetime) -> str:
    """Write a moment for people, in UTC.

    >>> from datetime import UTC
    >>> stamp(datetime(2025, 11, 8, 11, 45, 2, tzinfo=UTC))
    '2025-11-08 11:45:02 UTC'
    """
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def written(case: Case, node: str | None, at: datetime) -> datetime:
    """Return a moment as this node's own clock had it."""
    offset = next((clock.offset for clock in case.clocks if clock.node == node), timedelta(0))
    return at + offset if abs(offset) >= _OFF else at


def hours(case: Case, incident: Incident, node: str | None = None) -> str:
    """Return the options that limit journalctl to an incident and some minutes around it.

    The zone is part of the time, so the command works whatever zone the node has.
    """
    since = written(case, node, incident.began) - AROUND
    until = written(case, node, incident.ended) + AROUND
    return f"--since '{stamp(since)}' --until '{stamp(until)}'"


def kernel(case: Case, incident: Incident, node: str | None, words: str) -> str:
    """Return the command that shows the kernel lines of an incident which have these words."""
    return f"journalctl -k {hours(case, incident, node)} | grep -iE '{words}'"
