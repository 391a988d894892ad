"""Do the hosts have memory left?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote
from fencepost.laws import watchdog
from fencepost.model.case import Case
from fencepost.model.document import Memory
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

LOW_SHARE = 0.05
LOW_MB = 512
"""Less than both shares of what is there: the kernel reclaims all the time."""

TIGHT_SHARE = 0.10
SWAP_FULL_SHARE = 0.10


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/meminfo.txt <==
        root@n1:~# cat /proc/meminfo
        MemTotal:       65756792 kB
        MemFree:          310044 kB
        MemAvailable:     402112 kB
        SwapTotal:       8388604 kB
        SwapFree:          10240 kB
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/meminfo.txt <==
        root@n1:~# cat /proc/meminfo
        MemTotal:       65756792 kB
        MemFree:          310044 kB
        MemAvailable:   22528000 kB
        SwapTotal:       8388604 kB
        SwapFree:        8388604 kB
    """,
)
def memory(case: Case) -> Iterator[Finding]:
    """A host has hardly any memory left, or enough when it was looked at.

    Why it matters:
        corosync locks its memory; pmxcfs, the HA daemons and the guests do not. When memory
        runs out they wait for pages to be freed or read back from swap, and the LRM misses its
        rounds. Then the kernel kills somebody, sometimes one of these daemons.

    What to do:
        Give guests less, or the host more. On ZFS limit the ARC (`zfs_arc_max`): it counts as
        used here although much of it could be given back. Do not add swap on a zvol.

    References:
        proc(5), /proc/meminfo; Linux Documentation/admin-guide/mm; Proxmox VE Administration
        Guide, "ZFS on Linux".
    """
    for one in case.documents_of(Memory):
        if one.available_mb is not None and one.total_mb > 0:
            yield _judge(one, one.available_mb)


def _judge(one: Memory, available: int) -> Finding:
    share = available / one.total_mb
    swap = ""
    swap_full = False
    if one.swap_total_mb and one.swap_free_mb is not None:
        swap = f"; {one.swap_free_mb} of {one.swap_total_mb} MiB of swap free"
        swap_full = one.swap_free_mb < SWAP_FULL_SHARE * one.swap_total_mb
    severity = Severity.OK
    if share < LOW_SHARE or available < LOW_MB or (share < TIGHT_SHARE and swap_full):
        severity = Severity.WARNING
    elif share < TIGHT_SHARE or swap_full:
        severity = Severity.INFO
    return Finding(
        audit="memory",
        severity=severity,
        node=one.node,
        found=f"{available} of {one.total_mb} MiB available ({share:.0%}){swap}",
        expected=f"at least {LOW_SHARE:.0%} ({round(one.total_mb * LOW_SHARE)} MiB here) and"
        f" {LOW_MB} MiB; below, the HA daemons wait for memory and miss the"
        f" {watchdog.CLIENT_TIMEOUT_S} s of their watchdog. ZFS's cache counts as used"
        " (proc(5), MemAvailable)",
        because=quote(one, "available_mb", "total_mb", *(("swap_free_mb",) if swap else ())),
    )
