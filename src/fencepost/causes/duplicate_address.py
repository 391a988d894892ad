"""See `duplicate_address`."""

from fencepost.causes.scene import look
from fencepost.events.kernel_net import AddressConflict
from fencepost.model.case import Case, Confidence, Incident
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
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:04 arpwatch flip flop 10.0.0.3 bc:24:11:00:00:01 (bc:24:11:00:00:07) vmbr0
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def duplicate_address(case: Case, incident: Incident) -> Hypothesis | None:
    """Another machine answered to a node's address.

    Why it reboots a node:
        Packets for the node go to the other machine for seconds or minutes at a time; the
        node loses its peers each time, and quorum with them.

    What it is mistaken for:
        A flapping port: the links come and go alike, but no carrier is ever lost.

    What to do:
        Find the other machine by its MAC address and give it an address of its own.

    References:
        RFC 5227; measured: no `Packet rejected` line, links up for 1 to 8 s between losses.
    """
    scene = look(case, incident)
    conflicts = scene.events(AddressConflict, lead=True)
    if not conflicts:
        return None
    hub = scene.hub()
    nodes = [hub] if hub else sorted({event.node for event in conflicts})
    return Hypothesis(
        cause="duplicate_address",
        blames=tuple(nodes),
        confidence=Confidence.LIKELY,
        says="two machines used the same address",
        because=(*conflicts[:3], *scene.proofs(*nodes, most=2)),
        settle_with="from another node: arping -D -c 5 -I vmbr0 ADDRESS, and compare the MACs",
        weight=8.0,
    )
