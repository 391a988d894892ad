"""See `clock_step`."""

from datetime import timedelta

from fencepost.causes.scene import Scene, look
from fencepost.events.clock_sync import ClockStepped
from fencepost.events.inferred import ClockJumped
from fencepost.events.pve_ha_lrm import LrmLoopSlow
from fencepost.events.watchdog_mux import ClientExpired, ClientNearExpiry
from fencepost.model.case import Case, Confidence, Ending, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

ENOUGH_S = 40.0
"""Together with the usual ten seconds since the last update, this brings a client to expiry."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:00:00 pve-ha-lrm status change wait_for_agent_lock => active
        n2 12:10:00 chronyd System clock was stepped by 93.120000 seconds
        n2 12:10:01 watchdog-mux client watchdog expired - disable watchdog updates
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:08:47 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:00:00 pve-ha-lrm status change wait_for_agent_lock => active
        n2 12:05:00 chronyd System clock was stepped by 0.812000 seconds
        n2 12:10:01 watchdog-mux client watchdog expired - disable watchdog updates
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:10:20 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
    """,
)
def clock_step(case: Case, incident: Incident) -> Hypothesis | None:
    """The wall clock of a node was set forward, and its watchdog expired at once.

    Why it reboots a node:
        watchdog-mux measures its clients with the wall clock. A step of more than a minute
        makes every client look overdue, and the node resets itself with quorum intact.

    What it is mistaken for:
        A stall of the LRM (`loop took too long` is printed for a step, too). Corosync runs on
        the monotonic clock and notices nothing.

    What to do:
        Set the hardware clock, let chrony step only at start (`makestep 1 3`), and look for
        whatever else sets the clock (a hypervisor, a second time service).

    References:
        pve-ha-manager 5.2.0 src/watchdog-mux.c uses time(NULL); chrony.conf(5) makestep.
    """
    scene = look(case, incident)
    for boot_node in sorted({boot.node for boot in incident.boots} | set(incident.nodes)):
        steps = [
            event
            for event in scene.events(ClockStepped, ClockJumped, node=boot_node, lead=True)
            if event.seconds >= ENOUGH_S
        ]
        expired = scene.events(ClientExpired, ClientNearExpiry, node=boot_node)
        hit = [
            step
            for step in steps
            if any(
                abs(event.at - step.at) <= timedelta(seconds=30 + step.seconds) for event in expired
            )
        ]
        if not hit:
            continue
        slow = scene.events(LrmLoopSlow, node=boot_node, lead=True)
        return Hypothesis(
            cause="clock_step",
            blames=(boot_node,),
            confidence=Confidence.LIKELY,
            says=(
                f"the clock of {boot_node} was set forward by {hit[0].seconds:.0f} s, and its "
                "watchdog expired at once"
            ),
            because=(*hit[:2], *expired[:2], *slow[:1]),
            settle_with=f"on {boot_node}: chronyc tracking; hwclock -r; date",
            weight=9.4,
        )
    return _too_small(scene)


def _too_small(scene: Scene) -> Hypothesis | None:
    """Steps of a clock beside a reset that cannot have made a watchdog overdue."""
    for boot in scene.incident.boots:
        steps = scene.events(ClockStepped, node=boot.node, lead=True)
        if boot.ending is Ending.SELF_FENCE and steps:
            widest = max(steps, key=lambda step: step.seconds)
            if widest.seconds < ENOUGH_S:
                return Hypothesis(
                    cause="clock_step",
                    blames=(boot.node,),
                    confidence=Confidence.RULED_OUT,
                    says=f"a step of {widest.seconds:.1f} s makes no watchdog overdue",
                    despite=(widest,),
                )
    return None
