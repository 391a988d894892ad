"""See `hardware_fault`."""

from fencepost.causes.scene import joined, look
from fencepost.events.kernel_host import ThermalTripped
from fencepost.model.case import Case, Confidence, Ending, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n2 12:11:41 kernel BERT: Error records from previous boot:
        n2 12:11:41 kernel [Hardware Error]: event severity: fatal
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
)
def hardware_fault(case: Case, incident: Incident) -> Hypothesis | None:
    """The hardware of a node failed: a machine check, overheating, a reset by its own firmware.

    Why it reboots a node:
        A fatal machine check or a thermal trip resets or powers off the machine at once.

    What it is mistaken for:
        A fence or a power failure: the log just stops. The next boot reports the error.

    What to do:
        Memory test, temperatures, firmware and microcode, the part that the record names.

    References:
        ACPI 6.5 section 18 (BERT); Linux arch/x86/kernel/cpu/mce.
    """
    boots = [boot for boot in incident.boots if boot.ending is Ending.HARDWARE_RESET]
    if not boots:
        return _overheated(case, incident)
    nodes = sorted({boot.node for boot in boots})
    return Hypothesis(
        cause="hardware_fault",
        blames=tuple(nodes),
        confidence=max(boot.confidence for boot in boots),
        says=f"the hardware of {joined(nodes)} reported a fatal error",
        because=tuple([proof for boot in boots for proof in boot.because[:3]]),
        settle_with=f"on {nodes[0]}: ipmitool sel list | tail; journalctl -k | grep -i 'hardware error'",
        weight=9.7,
    )


def _overheated(case: Case, incident: Incident) -> Hypothesis | None:
    """The kernel shut the node down in an orderly way because it was too hot."""
    scene = look(case, incident)
    for boot in incident.boots:
        hot = scene.events(ThermalTripped, node=boot.node, lead=True)
        if hot and boot.ending is Ending.ASKED_FOR:
            return Hypothesis(
                cause="hardware_fault",
                blames=(boot.node,),
                confidence=Confidence.CERTAIN,
                says=f"{boot.node} was too hot, and its kernel shut it down",
                because=tuple(hot[:3]),
                settle_with=f"on {boot.node}: ipmitool sdr type temperature; sensors",
                weight=9.7,
            )
    return None
