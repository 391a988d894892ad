"""How busy are the hosts?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote
from fencepost.model.case import Case
from fencepost.model.document import Load, Processors
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

QUIET = 8.0
"""Up to here a load is normal on any host that runs guests."""

HIGH = 64.0
"""From here more tasks wait than the hosts of most clusters have CPUs, stuck ones included."""

MANY_WAIT = 2.0
"""A load of so many tasks for each CPU, over a minute or five, is one that does not drain."""

SOURCE = "Linux kernel/sched/loadavg.c: the load counts tasks that run and tasks stuck in I/O"


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/uptime.txt <==
        root@n1:~# uptime
         12:00:01 up 12 days,  3:04,  2 users,  load average: 141.20, 96.55, 40.10
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/uptime.txt <==
        root@n1:~# uptime
         12:00:01 up 12 days,  3:04,  2 users,  load average: 71.20, 66.96, 40.80
        root@n1:~# lscpu
        Architecture:                         x86_64
        CPU(s):                               96
    """,
)
def load(case: Case) -> Iterator[Finding]:
    """The load of a host is high, or was normal when it was looked at.

    Why it matters:
        corosync runs with realtime priority and bears a busy CPU well. pmxcfs and the HA
        daemons do not: they wait in line, and when the storage stalls, tasks pile up that no
        CPU can help. A load far above the number of CPUs says that something is stuck.

    What to do:
        Look at the number of CPUs (`nproc`), at /proc/pressure and at tasks in state D
        (`ps -eo state,pid,wchan:32,cmd | grep ^D`). A load that is stuck in I/O points at
        storage, one that is running at guests.

    References:
        Linux kernel/sched/loadavg.c; proc(5), /proc/loadavg.
    """
    for one in case.documents_of(Load):
        most = max(one.load_1, one.load_5)
        cpus = next(iter(case.documents_of(Processors, one.node)), None) if one.node else None
        normal, high = (cpus.count, MANY_WAIT * cpus.count) if cpus else (QUIET, HIGH)
        if most >= high:
            severity = Severity.WARNING
        else:
            severity = Severity.OK if most < normal else Severity.INFO
        yield Finding(
            audit="load",
            severity=severity,
            node=one.node,
            found=f"load {one.load_1:g} over 1 minute, {one.load_5:g} over 5,"
            f" {one.load_15:g} over 15",
            expected=_expected(cpus),
            because=(*quote(one, "load_1"), *(quote(cpus, "count") if cpus else ())),
        )


def _expected(cpus: Processors | None) -> str:
    if cpus:
        return (
            f"not more than the host's {cpus.count} CPUs; from {MANY_WAIT:g} times as many on"
            f" something is stuck ({SOURCE})"
        )
    return (
        f"not more than the host has CPUs, a number that was not read: below {QUIET:g} is normal"
        f" anywhere, from {HIGH:g} on tasks are stuck on most hosts ({SOURCE})"
    )
