"""See `duplicate_address`."""

from fencepost.causes.baseline import unusual
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
    conflicts = unusual(scene, scene.events(AddressConflict, lead=True))
    ours = {
        address: node.name for node in case.cluster.nodes for address in node.addresses.values()
    }
    named = {event: _owner(event, ours) for event in conflicts}
    known = [event for event in conflicts if named[event] is not None]
    owners = sorted({owner for owner in named.values() if owner is not None})
    hub = scene.hub()
    lost = [name for name in owners if scene.who_lost(name) or scene.lost_by(name)]
    if not conflicts or (ours and not owners and not _at_home(conflicts, hub)):
        return None
    nodes = lost[:1] or ([hub] if hub else owners or sorted({event.node for event in conflicts}))
    return Hypothesis(
        cause="duplicate_address",
        blames=tuple(nodes),
        confidence=Confidence.LIKELY if lost or not ours or hub else Confidence.POSSIBLE,
        says="two machines used the same address",
        because=(*(known or conflicts)[:3], *scene.proofs(*nodes, most=2)),
        missing=("which machine has the other MAC address",),
        settle_with=(
            f"from another node: arping -D -c 5 -I vmbr0 {_address(case, nodes[0])}, "
            "and compare the MACs"
        ),
        weight=9.3 if lost else 8.0,
    )


def _owner(event: AddressConflict, ours: dict[str, str]) -> str | None:
    """The node whose corosync address the line names."""
    words = {word.strip(".,()") for word in event.detail.split()}
    return next((name for address, name in ours.items() if address in words), None)


def _at_home(conflicts: list[AddressConflict], hub: str | None) -> bool:
    """Whether the node that everything is about found somebody else on an address of its own."""
    return any(event.node == hub and "flip flop" not in event.detail for event in conflicts)


def _address(case: Case, name: str) -> str:
    node = case.cluster.node(name)
    return next(iter(node.addresses.values()), "ADDRESS") if node else "ADDRESS"
