"""See `link_flap`."""

from fencepost.causes.baseline import unusual
from fencepost.causes.flaps import flaps_of
from fencepost.causes.ports import carrier_losses, hangs
from fencepost.causes.scene import look
from fencepost.events.kernel_net import CarrierGained
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

OFTEN = 3
"""Losses from which on a port may be said to flap, by its carrier or by its links."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:00 kernel igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:06 corosync [KNET  ] rx: host: 1 link: 0 is up
        n3 12:10:06 corosync [KNET  ] rx: host: 2 link: 0 is up
        n3 12:10:10 kernel igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down
        n3 12:10:12 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:12 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:16 corosync [KNET  ] rx: host: 1 link: 0 is up
        n3 12:10:16 corosync [KNET  ] rx: host: 2 link: 0 is up
        n3 12:10:20 kernel igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down
        n3 12:10:22 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:22 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:28 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:28 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:00 kernel igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def link_flap(case: Case, incident: Incident) -> Hypothesis | None:
    """A network port of one node went down and came back, again and again.

    Why it reboots a node:
        Each loss costs the ring seconds to form again. If the losses follow one another
        closely, the LRM misses the short moments of quorum between them, and its watchdog
        runs out though the node was quorate part of the time.

    What it is mistaken for:
        Random packet loss: there, single pairs lose each other at different moments; a port
        loses all peers in the same instant.

    What to do:
        Cable, transceiver, switch port; a port that comes back slower than before points to
        the cable. Energy-saving Ethernet and autonegotiation come next.

    References:
        Driver carrier lines; measured with a port that flapped every 6 to 18 s.
    """
    scene = look(case, incident)
    best: Hypothesis | None = None
    for node in sorted({*scene.members, *incident.nodes}):
        carriers = carrier_losses(scene, node)
        flaps = flaps_of(scene, node)
        elsewhere = [pair for pair in scene.pairs if node not in pair]
        witnessed = len(carriers) >= OFTEN
        even = flaps.cycles >= 2 and flaps.at_once
        often = flaps.cycles >= OFTEN
        if not (witnessed or even) or elsewhere or unusual(scene, hangs(scene, node)):
            continue
        slower = [e for e in scene.events(CarrierGained, node=node) if e.speed]
        times = max(len(carriers), flaps.cycles)
        answer = Hypothesis(
            cause="link_flap",
            blames=(node,),
            confidence=Confidence.LIKELY
            if witnessed or (often and flaps.clear)
            else Confidence.POSSIBLE,
            says=f"the network port of {node} went down and up {times} times",
            because=(*carriers[:3], *slower[-1:], *(scene.proofs(node) or flaps.lines[:4])),
            missing=() if carriers else (f"kernel lines of {node} about its ports",),
            settle_with=f"on {node}: journalctl -k | grep -iE 'link is'; ethtool PORT",
            weight=9.0 if witnessed else 7.5 if often else 5.5,
        )
        if best is None or answer.weight > best.weight:
            best = answer
    return best
