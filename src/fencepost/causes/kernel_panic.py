"""See `kernel_panic`."""

from fencepost.causes.scene import joined, look
from fencepost.model.case import Case, Confidence, Ending, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:10:00 kernel BUG: unable to handle page fault for address: ffffb2c3
        n2 12:10:00 kernel Kernel panic - not syncing: Fatal exception
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:10:00 watchdog-mux client watchdog expired - disable watchdog updates
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:10:20 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:20 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
)
def kernel_panic(case: Case, incident: Incident) -> Hypothesis | None:
    """The kernel of a node panicked.

    Why it reboots a node:
        A panicked kernel runs nothing more. It reboots by itself where `panic=` says so, else
        the watchdog device resets it ten seconds later.

    What it is mistaken for:
        A fence: the last lines are rarely on disk.

    What to do:
        Read the dump in /var/lib/systemd/pstore, set up kdump or netconsole, try another
        kernel version, test the memory.

    References:
        Linux kernel/panic.c; systemd-pstore(8).
    """
    scene = look(case, incident)
    boots = [boot for boot in incident.boots if boot.ending is Ending.KERNEL_PANIC]
    if not boots:
        return None
    nodes = sorted({boot.node for boot in boots})
    return Hypothesis(
        cause="kernel_panic",
        blames=tuple(nodes),
        confidence=max((boot.confidence for boot in boots), default=Confidence.LIKELY),
        says=f"the kernel of {joined(nodes)} panicked",
        because=tuple([proof for boot in boots for proof in boot.because[:3]]),
        despite=tuple(scene.tokens(*nodes, most=1)),
        settle_with=f"on {nodes[0]}: ls -l /var/lib/systemd/pstore; journalctl -k -b -1 | tail -50",
        weight=9.9,
    )
