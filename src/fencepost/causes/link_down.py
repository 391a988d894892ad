"""See `link_down`."""

from datetime import timedelta

from fencepost.causes.flaps import flaps_of
from fencepost.causes.ports import carrier_losses
from fencepost.causes.scene import Scene, joined, look
from fencepost.model.case import Case, Confidence, Gravity, Incident, Proof
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

SOON = timedelta(seconds=3)
"""A carrier that goes later than this after the first loss is not what it came from."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:00 kernel e1000e 0000:00:1f.6 eno1: NIC Link is Down
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
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
        n3 12:10:00 kernel vmbr0: port 3(tap105i0) entered disabled state
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def link_down(case: Case, incident: Incident) -> Hypothesis | None:
    """A network port of one node lost its link and stayed down.

    Why it reboots a node:
        Without a second corosync link the node is cut off: quorum is lost, and an armed node
        resets itself about a minute later.

    What it is mistaken for:
        A fault of the other nodes, which only notice it.

    What to do:
        Cable, transceiver and switch port of that very port; a second corosync link.

    References:
        The driver's and the bridge's own kernel lines; kronosnet 1.28 threads_heartbeat.c.
    """
    scene = look(case, incident)
    best: Hypothesis | None = None
    for node in sorted({*scene.members, *incident.nodes}):
        first = scene.first_loss(node)
        carriers = [
            event
            for event in carrier_losses(scene, node)
            if first is None or event.at <= first + SOON
        ]
        flaps = flaps_of(scene, node)
        one_of_several = _one_link(scene, node)
        if len(carriers) > 2 or flaps.cycles > 2 or not (carriers or one_of_several):
            continue
        involved = bool(scene.who_lost(node) or scene.lost_by(node) or one_of_several)
        if not involved or [pair for pair in scene.pairs if node not in pair]:
            continue
        proofs: list[Proof] = [*carriers[:3], *one_of_several[:4], *scene.proofs(node, most=3)]
        whose: tuple[str, ...] = (node,)
        if not carriers and len(scene.members) == 2:
            whose = scene.members  # each end sees the same: nothing tells whose port it was
        answer = Hypothesis(
            cause="link_down",
            blames=whose,
            confidence=Confidence.LIKELY,
            says=(
                f"a network port of {node} lost its link"
                if carriers
                else f"one of the corosync links of {joined(whose)} went down; another one "
                "carried on"
            ),
            because=tuple(proofs),
            missing=() if carriers else (f"kernel lines of {node} about its ports",),
            settle_with=f"on {node}: journalctl -k | grep -iE 'link is|entered disabled'",
            weight=8.8 if carriers else 7.0,
        )
        if best is None or answer.weight > best.weight:
            best = answer
    return best


def _one_link(scene: Scene, node: str) -> list[Proof]:
    """Losses of one link of a node that has more, seen at several peers or at both of a pair."""
    case, incident, members, cuts = scene.case, scene.incident, scene.members, scene.cuts
    if len(case.cluster.links) < 2 or incident.gravity >= Gravity.MEMBER_LOST:
        return []
    own_id = case.cluster.id_of(node)
    own = [cut for cut in cuts if cut.node == node or cut.peer == own_id]
    if not own or len(own) < len(cuts) or len({cut.link for cut in own}) > 1:
        return []
    peers = {cut.peer for cut in own if cut.node == node} | {
        case.cluster.id_of(cut.node) or 0 for cut in own if cut.node != node
    }
    if len(peers) < 2 and {cut.node for cut in own} != set(members):
        return []
    return [cut.opened for cut in own]
