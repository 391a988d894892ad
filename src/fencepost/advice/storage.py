"""Storage that does not answer, and /etc/pve, which lives on it."""

from collections.abc import Iterator

from fencepost.advice import journal, versions
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import fit, listed, nodes
from fencepost.events.kernel_storage import (
    AtaFailed,
    DeviceDelayed,
    IoFailed,
    NfsUnresponsive,
    NvmeDied,
    NvmeTimedOut,
    PoolSuspended,
    ScsiTimedOut,
)
from fencepost.model.case import Case
from fencepost.model.verdict import Priority

_WORDS = "blocked for|I/O error|timeout|resetting|nvme|ata[0-9]|not responding|suspended"


def _disks(case: Case, node: str) -> list[str]:
    """Names of disks and pools that the kernel of a node complained of, as it wrote them."""
    devices = {
        event.device for event in case.timeline.of(IoFailed, NvmeTimedOut, NvmeDied, node=node)
    }
    devices |= {event.device for event in case.timeline.of(ScsiTimedOut, node=node)}
    devices |= {event.port for event in case.timeline.of(AtaFailed, node=node)}
    return sorted(fit(name, "DISK") for name in devices)


@action(causes=("storage_stall",))
def answering_storage(matter: Matter) -> Iterator[Advice]:
    """Find the storage that did not answer, the system disk first.

    Source: pve-cluster 9.1.6 src/pmxcfs/database.c (each change of /etc/pve is written to the
    system disk); pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm.
    """
    case = matter.case
    steps: list[str] = []
    seen: list[str] = []
    for node in matter.blamed or nodes(case)[:1] or ["the node"]:
        disks = _disks(case, node)
        seen += [f"{disk} of {node}" for disk in disks]
        pools = case.timeline.of(PoolSuspended, DeviceDelayed, node=node)
        servers = sorted({event.server for event in case.timeline.of(NfsUnresponsive, node=node)})
        seen += [f"pool {event.pool} of {node}" for event in pools[:1]]
        seen += [f"NFS server {server} (seen by {node})" for server in servers]
        worst = matter.worst(node)
        if worst is not None:
            look = journal.kernel(case, worst.incident, node, _WORDS)
            steps.append(f"On {node}: `{look}` names the task that waited and the device.")
        steps += [
            (
                f"On {node}: `findmnt -no SOURCE -T /var/lib/pve-cluster; lsblk -o"
                " NAME,MODEL,SERIAL`: which disk holds /etc/pve?"
            ),
            (
                f"On {node}: `smartctl -a /dev/{_whole(disks)}` (errors, wear, temperature); with"
                " ZFS `zpool status -v; zpool iostat -l 1 5`."
            ),
            (
                f"On {node}, while it is slow: `ps -eo state,pid,wchan:32,cmd | grep ^D` and"
                " `iostat -x 1 5`."
            ),
        ]
    steps += [
        "A disk with errors or timeouts: replace it; update firmware of disk and controller.",
        (
            "A healthy but slow one: limit backups (`bwlimit` in `/etc/vzdump.conf`), keep"
            " scrubs and trims out of busy hours, move guests off the system disk."
        ),
        (
            "A network storage that hangs: mend its server or path. Do not kill or restart services"
            " that wait in state D: they only add more waiting tasks."
        ),
    ]
    yield matter.recommend(
        Priority.NOW,
        f"Find the storage that did not answer on {listed(matter.blamed) or 'the node'}",
        why=(f"The kernel named {listed(seen)}. " if seen else "No log line names the device. ")
        + "The HA daemon writes into /etc/pve every round; if that takes longer than a minute the"
        " node resets itself although the network is fine.",
        steps=steps,
        risk="Reading costs nothing. Back up the guests before you work on a disk with errors.",
        expected="Without the stalls the watchdog is fed in time. A stall of network storage alone"
        " does not reset a node, so look at the system disk even if NFS was slow too.",
        verify="`journalctl -k --since -7d | grep -iE 'blocked for|I/O error'` stays empty;"
        " `journalctl -t pve-ha-lrm --since -7d | grep 'loop took too long'` too.",
        undo="Nothing to undo but limits that you set.",
    )


def _whole(disks: list[str]) -> str:
    """Return a name that smartctl takes, the placeholder where the kernel wrote another."""
    return next((disk for disk in disks if disk.startswith(("sd", "nvme"))), "DISK")


@action(causes=("pmxcfs_stuck",))
def working_etc_pve(matter: Matter) -> Iterator[Advice]:
    """Bring /etc/pve back, and find out why pmxcfs died or hung.

    Source: pve-cluster 9.1.6 src/pmxcfs/dfsm.c; measured with pmxcfs killed and stopped.
    """
    case = matter.case
    places = matter.blamed
    where = listed(places) or "all nodes"
    node = places[0] if places else "every node"
    worst = matter.worst()
    hours = journal.hours(case, worst.incident, places[0] if places else None) if worst else ""
    new = versions.everywhere(case, "corosync", (3, 1, 10, 3))
    yield matter.recommend(
        Priority.NOW,
        f"Bring /etc/pve back on {where}, and find out why it hung",
        why="The HA daemon renews its lock by a file in /etc/pve. Without it the node resets itself"
        " about 66 s later, with quorum intact.",
        steps=(
            (
                f"On {node}: `systemctl status pve-cluster`. If it is not running: `systemctl start"
                " pve-cluster`, at once."
            ),
            (
                f"On {node}: `journalctl -t pmxcfs -t corosync -t kernel {hours}`: was it killed"
                " (out of memory, crash), did a write hang, did a synchronisation never end?"
            ),
            (
                f"On {node}: `df -h /var/lib/pve-cluster /; df -i /var/lib/pve-cluster`: a full"
                " disk stops pmxcfs. `smartctl -a /dev/DISK` for its health."
            ),
            (
                "If `starting data syncronisation` has no `all data is up to date` after it on"
                " several nodes: `systemctl restart pve-cluster` on one node, wait for `all data"
                " is up to date`, then on the next."
            ),
            *(
                ("A fault that does this is mended in corosync 3.1.10-pve3: upgrade (see there).",)
                if new is not True
                else ()
            ),
        ),
        risk="While pve-cluster restarts, /etc/pve is away for some seconds. HA bears that; a"
        " minute it does not. Guests go on.",
        expected="/etc/pve can be written again and HA takes its lock. A disk that hangs will make"
        " it hang again.",
        verify=f"On {node}: `touch /etc/pve/test && rm /etc/pve/test && echo good` answers at once;"
        " `ha-manager status` shows no old timestamp.",
        undo="Nothing to undo.",
    )
