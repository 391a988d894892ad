"""Machines that panicked, failed or lost power."""

from collections.abc import Iterator

from fencepost.advice import journal
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import listed
from fencepost.model.verdict import Priority

_SEL = "ipmitool sel elist | tail -30; ipmitool chassis status"


@action(causes=("kernel_panic",))
def kernel_dump(matter: Matter) -> Iterator[Advice]:
    """Read what the panicked kernel left, and make the next panic leave more.

    Source: systemd-pstore(8); Proxmox VE Administration Guide, "Kernel Pinning".
    """
    case = matter.case
    steps: list[str] = []
    for node in matter.blamed:
        worst = matter.worst(node)
        hours = journal.hours(case, worst.incident, node) if worst else "-b -1"
        steps += [
            (
                f"On {node}: `ls -lR /var/lib/systemd/pstore; journalctl -k {hours} | tail -80`."
                " The first `BUG`, `Oops` or `panic` line and the module after `RIP` count."
            ),
            (
                f"On {node}: `uname -r; proxmox-boot-tool kernel list; last -x | head -20`. Did"
                " it begin with a new kernel?"
            ),
        ]
    steps += [
        "Try another kernel: `proxmox-boot-tool kernel pin VERSION`, then an orderly reboot.",
        (
            "Test the memory for a night (memtest86+ in the boot menu), update firmware and"
            " microcode (`apt install intel-microcode` or `amd64-microcode`)."
        ),
        (
            "For the next time: `apt install kdump-tools` and reserve memory for it, or send kernel"
            " lines to another machine with netconsole."
        ),
    ]
    yield matter.recommend(
        Priority.NOW,
        f"Read the kernel's last words on {listed(matter.blamed) or 'the node'}",
        why="A panic is the node's own fault: network and cluster settings did not cause it.",
        steps=steps,
        risk="Another kernel may bring other faults; the old one can be chosen at boot.",
        expected="The dump names the module. If panics go on with another kernel, it is the"
        " hardware.",
        verify="`journalctl --list-boots`: no boot ends without a shutdown any more; pstore stays"
        " empty.",
        undo="`proxmox-boot-tool kernel unpin`",
    )


@action(causes=("hardware_fault",))
def failing_part(matter: Matter) -> Iterator[Advice]:
    """Find the part that the hardware's own record names.

    Source: ACPI 6.5 section 18 (BERT); Linux arch/x86/kernel/cpu/mce.
    """
    where = listed(matter.blamed) or "the node"
    yield matter.recommend(
        Priority.NOW,
        f"Find the failing part of {where}",
        why="The machine reset itself. Cluster settings neither cause nor mend that.",
        steps=(
            *(
                f"On {node}: `journalctl -k | grep -iE 'hardware error|mce|edac|bert|thermal';"
                f" {_SEL}`"
                for node in matter.blamed
            ),
            "Memory bank or DIMM named: reseat it, test it (memtest86+), replace it.",
            "Thermal: clean fans and filters, check the heat sink; `sensors` under load.",
            (
                "Update BIOS and microcode. `apt install rasdaemon` counts corrected errors from"
                " now on: `ras-mc-ctl --summary`."
            ),
            "Until it is mended, move important guests to another node.",
        ),
        risk="The node may fail again at any time.",
        expected="With the part replaced the resets stop. A weak power supply looks much alike.",
        verify="`ras-mc-ctl --summary` and the BMC's log show no new errors for some weeks.",
        undo="Nothing to undo.",
    )


@action(causes=("power_loss",))
def steady_power(matter: Matter) -> Iterator[Advice]:
    """Find out why power failed, and keep the next failure from taking all nodes.

    Source: several nodes that end in the same second, armed and idle alike.
    """
    names = sorted({boot.node for incident in matter.incidents for boot in incident.boots})
    worst = matter.worst()
    when = f" around {journal.stamp(worst.incident.began)}" if worst else ""
    yield matter.recommend(
        Priority.NOW,
        f"Find out why {listed(names) or 'the nodes'} lost power",
        why="Fencing takes armed nodes only, and each logs the loss of quorum first. Here nothing"
        " came before. No setting of the cluster helps against it.",
        steps=(
            (
                f"Read the log of UPS and power strip{when}; ask whether a breaker fell or somebody"
                " unplugged something."
            ),
            *(f"On {node}: `{_SEL}` (AC lost, power supply)." for node in names[:6]),
            (
                "Put the nodes on two circuits, and a UPS before them; connect it with `nut`, so"
                " that nodes shut down before it is empty."
            ),
            "If it is always the same node: its power supply, its cable, its outlet.",
        ),
        risk="None.",
        expected="A UPS bridges short failures. A power supply that is dying has to be replaced.",
        verify="`upsc UPS_NAME` answers on the nodes; pull the UPS's plug once, in an hour when it"
        " does no harm.",
        undo="Nothing to undo.",
    )
