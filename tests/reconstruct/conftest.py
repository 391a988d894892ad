"""A small cluster to tell stories about, and its stories made into cases.

Three nodes: pve1 is HA master and armed, pve2 armed, pve3 idle. A story is one line after
another, `NODE HH:MM:SS[.ffffff] PROGRAM[PID] TEXT`, on 2025-11-08, UTC; `+1d` before the
clock is the day after.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from inspect import cleandoc

import pytest

from fencepost.model.case import Case
from fencepost.model.document import Document
from fencepost.model.line import Line, Origin
from fencepost.reconstruct.build import reconstruct

TOLD = re.compile(r"^(\S+) (?:\+(\d+)d )?(\d\d:\d\d:\d\d(?:\.\d+)?) ([\w-]+)(?:\[(\d+)\])? (.*)$")
MIDNIGHT = datetime(2025, 11, 8, tzinfo=UTC)


def at(clock: str, day: int = 0) -> datetime:
    """A moment of the story, as `12:10:02` or `12:10:02.5`."""
    return datetime.fromisoformat(f"2025-11-08T{clock}+00:00") + timedelta(days=day)


def read(story: str) -> list[Line]:
    """Turn a story into the lines that a reader would hand on."""
    lines: list[Line] = []
    counts: dict[str, int] = {}
    for told in cleandoc(story).split("\n"):
        if not told.strip():
            continue
        match = TOLD.match(told.strip())
        assert match, f"not a line of a story: {told!r}"
        node, day, clock, program, pid, text = match.groups()
        counts[node] = counts.get(node, 0) + 1
        lines.append(
            Line(
                at=at(clock, int(day or 0)),
                node=node,
                program=program,
                pid=int(pid) if pid else None,
                text=text,
                origin=Origin(f"{node}.log", counts[node], None, told.strip()),
            )
        )
    return lines


def _joining(number: int) -> str:
    node, others = f"pve{number}", " ".join(str(n) for n in (1, 2, 3) if n != number)
    corosync, pmxcfs = f"corosync[80{number}]", f"pmxcfs[70{number}]"
    return f"""
{node} 12:00:00.10 {corosync} [QUORUM] Sync members[3]: 1 2 3
{node} 12:00:00.11 {corosync} [QUORUM] Sync joined[2]: {others}
{node} 12:00:00.12 {corosync} [TOTEM ] A new membership (1.5) was formed. Members joined: {others}
{node} 12:00:00.13 {corosync} [QUORUM] This node is within the primary component and will provide service.
{node} 12:00:00.14 {corosync} [QUORUM] Members[3]: 1 2 3
{node} 12:00:00.15 {corosync} [MAIN  ] Completed service synchronization, ready to provide service.
{node} 12:00:01.10 {pmxcfs} [status] notice: node has quorum
{node} 12:00:01.20 {pmxcfs} [status] notice: members: 1/701, 2/702, 3/703"""


HEALTHY = (
    "".join(_joining(number) for number in (1, 2, 3))
    + """
pve1 12:00:10.10 pve-ha-crm[901] successfully acquired lock 'ha_manager_lock'
pve1 12:00:10.10 pve-ha-crm[901] watchdog active
pve1 12:00:10.10 pve-ha-crm[901] status change slave => master
pve1 12:00:15.10 pve-ha-lrm[911] successfully acquired lock 'ha_agent_pve1_lock'
pve1 12:00:15.10 pve-ha-lrm[911] watchdog active
pve1 12:00:15.10 pve-ha-lrm[911] status change wait_for_agent_lock => active
pve2 12:00:15.20 pve-ha-lrm[912] successfully acquired lock 'ha_agent_pve2_lock'
pve2 12:00:15.20 pve-ha-lrm[912] watchdog active
pve2 12:00:15.20 pve-ha-lrm[912] status change wait_for_agent_lock => active
pve3 12:00:15.30 pve-ha-lrm[913] status change startup => wait_for_agent_lock
"""
)

CUT_OFF = """
pve1 12:10:02.50 corosync[801] [KNET  ] link: host: 2 link: 0 is down
pve1 12:10:02.50 corosync[801] [KNET  ] host: host: 2 has no active links
pve3 12:10:02.60 corosync[803] [KNET  ] link: host: 2 link: 0 is down
pve2 12:10:02.70 corosync[802] [KNET  ] link: host: 1 link: 0 is down
pve2 12:10:02.70 corosync[802] [KNET  ] link: host: 3 link: 0 is down
pve2 12:10:03.40 corosync[802] [TOTEM ] Token has not been received in 2737 ms
pve2 12:10:04.30 corosync[802] [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
pve2 12:10:08.70 corosync[802] [QUORUM] Sync members[1]: 2
pve2 12:10:08.70 corosync[802] [QUORUM] Sync left[2]: 1 3
pve2 12:10:08.70 corosync[802] [TOTEM ] A new membership (2.9) was formed. Members left: 1 3
pve2 12:10:08.70 corosync[802] [TOTEM ] Failed to receive the leave message. failed: 1 3
pve2 12:10:08.71 corosync[802] [QUORUM] This node is within the non-primary component and will NOT provide any services.
pve2 12:10:08.71 corosync[802] [QUORUM] Members[1]: 2
pve2 12:10:08.72 pmxcfs[702] [status] notice: node lost quorum
pve1 12:10:08.75 corosync[801] [QUORUM] Sync members[2]: 1 3
pve1 12:10:08.75 corosync[801] [QUORUM] Sync left[1]: 2
pve1 12:10:08.75 corosync[801] [TOTEM ] A new membership (1.9) was formed. Members left: 2
pve1 12:10:08.75 corosync[801] [TOTEM ] Failed to receive the leave message. failed: 2
pve1 12:10:08.76 corosync[801] [QUORUM] Members[2]: 1 3
pve3 12:10:08.75 corosync[803] [QUORUM] Sync members[2]: 1 3
pve3 12:10:08.75 corosync[803] [QUORUM] Sync left[1]: 2
pve3 12:10:08.75 corosync[803] [TOTEM ] A new membership (1.9) was formed. Members left: 2
pve3 12:10:08.75 corosync[803] [TOTEM ] Failed to receive the leave message. failed: 2
pve3 12:10:08.76 corosync[803] [QUORUM] Members[2]: 1 3
pve2 12:10:10.30 pve-ha-lrm[912] lost lock 'ha_agent_pve2_lock - cfs lock update failed - Operation not permitted
pve2 12:10:10.30 pve-ha-lrm[912] status change active => lost_agent_lock
pve1 12:10:20.30 pve-ha-crm[901] node 'pve2': state changed from 'online' => 'unknown'
"""

RESET = """
pve2 12:10:54.20 watchdog-mux[602] client (PID 912) watchdog is about to expire
pve2 12:11:04.20 watchdog-mux[602] client (PID 912) watchdog expired - disable watchdog updates
pve2 12:11:05.20 watchdog-mux[602] exit watchdog-mux with active connections
pve2 12:11:05.25 kernel watchdog: watchdog0: watchdog did not stop!
"""

BACK = """
pve2 12:12:30.00 journalctl -- Reboot --
pve2 12:12:30.00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0) #1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)
pve2 12:12:33.00 systemd-journald[400] File /var/log/journal/5f1e/system.journal corrupted or uncleanly shut down, renaming and replacing.
pve2 12:12:41.00 corosync[1802] [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
pve2 12:12:44.10 corosync[1802] [QUORUM] Sync members[3]: 1 2 3
pve2 12:12:44.10 corosync[1802] [TOTEM ] A new membership (1.d) was formed. Members joined: 1 3
pve2 12:12:44.20 corosync[1802] [QUORUM] This node is within the primary component and will provide service.
pve2 12:12:44.20 corosync[1802] [QUORUM] Members[3]: 1 2 3
pve1 12:12:44.15 corosync[801] [QUORUM] Sync members[3]: 1 2 3
pve1 12:12:44.15 corosync[801] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
pve1 12:12:44.20 corosync[801] [QUORUM] Members[3]: 1 2 3
pve3 12:12:44.15 corosync[803] [QUORUM] Sync members[3]: 1 2 3
pve3 12:12:44.15 corosync[803] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
pve3 12:12:44.20 corosync[803] [QUORUM] Members[3]: 1 2 3
"""


@pytest.fixture
def healthy() -> str:
    """Return the cluster's start, at 12:00."""
    return HEALTHY


@pytest.fixture
def cut_off() -> str:
    """Return how pve2 is cut off at 12:10: quorum lost at 12:10:08.7, its lock at 12:10:10."""
    return CUT_OFF


@pytest.fixture
def reset() -> str:
    """Return the last words of pve2's watchdog-mux, until 12:11:05; the reset is due at 12:11:15."""
    return RESET


@pytest.fixture
def back() -> str:
    """Return how pve2 boots at 12:12:30 and joins the ring at 12:12:44."""
    return BACK


@pytest.fixture
def moment() -> Callable[..., datetime]:
    """Return a function that makes a clock of the story a time."""
    return at


@pytest.fixture
def lines() -> Callable[[str], list[Line]]:
    """Return a function that turns a story into lines."""
    return read


@pytest.fixture
def rebuilt() -> Callable[..., Case]:
    """Return a function that reconstructs the case of a story, or of lines, and of documents."""

    def run(story: str | Sequence[Line], *documents: Document) -> Case:
        told = read(story) if isinstance(story, str) else list(story)
        return reconstruct([*told, *documents])

    return run
