"""See `power_loss`."""

from fencepost.causes.scene import joined, look
from fencepost.events.services import UpsLowBattery, UpsOnBattery, UpsShutdown
from fencepost.model.case import Case, Confidence, Ending, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:00:01 pve-ha-lrm status change wait_for_agent_lock => active
        n1 12:10:00 pvestatd restarting server after 72 cycles to reduce memory usage
        n2 12:10:00 pveproxy worker 2222 finished
        n1 12:17:00 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n2 12:17:01 kernel Linux version 6.8.12-4-pve (build@proxmox)
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:00:01 pve-ha-lrm status change wait_for_agent_lock => active
        n1 12:10:00 pvestatd restarting server after 72 cycles to reduce memory usage
        n2 12:20:00 pveproxy worker 2222 finished
        n1 12:17:00 kernel Linux version 6.8.12-4-pve (build@proxmox)
    """,
)
def power_loss(case: Case, incident: Incident) -> Hypothesis | None:
    """Nodes lost power.

    Why it reboots a node:
        It is the reboot. Nodes with and without HA services go alike, in the same second, and
        nobody lost a token before.

    What it is mistaken for:
        Fencing of the whole cluster. There the idle nodes stay up, and each node logs the loss
        of quorum a minute before its end.

    What to do:
        UPS, power strip, circuit, power supplies; a node on each of two circuits.

    References:
        BMC event log, UPS log; a rack that went dark leaves nothing in the journals.
    """
    boots = [boot for boot in incident.boots if boot.ending is Ending.POWER_LOSS]
    if not boots:
        return _ups_shutdown(case, incident) or _watchdogs(incident)
    nodes = sorted({boot.node for boot in boots})
    return Hypothesis(
        cause="power_loss",
        blames=tuple(nodes) if len(nodes) == 1 else (),
        confidence=max(boot.confidence for boot in boots),
        says=f"{joined(nodes)} lost power"
        + (" in the same moment, without a warning" if len(nodes) > 1 else ""),
        because=tuple([proof for boot in boots for proof in boot.because[:2]]),
        missing=tuple(dict.fromkeys(word for boot in boots for word in boot.missing)),
        settle_with=f"on {nodes[0]}: ipmitool sel list | tail; the UPS's log",
        weight=9.9,
    )


def _ups_shutdown(case: Case, incident: Incident) -> Hypothesis | None:
    """Nodes that went down in an orderly way because their UPS said that it was running out."""
    scene = look(case, incident)
    low = scene.events(UpsLowBattery, UpsShutdown, lead=True)
    boots = [boot for boot in incident.boots if boot.ending is Ending.ASKED_FOR]
    if not low or not boots:
        return None
    nodes = sorted({boot.node for boot in boots})
    return Hypothesis(
        cause="power_loss",
        blames=tuple(nodes) if len(nodes) == 1 else (),
        confidence=Confidence.CERTAIN,
        says=f"the power failed, and {joined(nodes)} shut down before the UPS ran out",
        because=(*scene.events(UpsOnBattery, lead=True)[:1], *low[:3]),
        settle_with=f"on {nodes[0]}: upsc UPS; the UPS's own log",
        weight=9.5,
    )


def _watchdogs(incident: Incident) -> Hypothesis | None:
    """Several nodes that went down together, each of them by its own watchdog."""
    boots = incident.boots
    fenced = [
        boot
        for boot in boots
        if boot.ending is Ending.SELF_FENCE and boot.confidence is Confidence.CERTAIN
    ]
    if len(boots) < 2 or len(fenced) < len(boots):
        return None
    return Hypothesis(
        cause="power_loss",
        confidence=Confidence.RULED_OUT,
        says="each node's watchdog says itself that it reset it",
        despite=tuple(proof for boot in fenced for proof in boot.because[:1]),
    )
