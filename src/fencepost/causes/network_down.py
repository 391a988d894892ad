"""See `network_down`."""

from datetime import timedelta

from fencepost.causes.flaps import ragged
from fencepost.causes.scene import Scene, joined, look
from fencepost.causes.witnesses import also_cut_off
from fencepost.events.kernel_net import CarrierLost
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
        n1 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [QUORUM] This node is within the non-primary component and will NOT provide any services.
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 2 3
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
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def network_down(case: Case, incident: Incident) -> Hypothesis | None:
    """The network between the nodes went away: every node, or every half, saw the rest vanish.

    Why it reboots a node:
        No part has a majority, so every node loses quorum, and every armed node resets itself
        about a minute later, all together. Nodes without HA services survive.

    What it is mistaken for:
        A power failure, which takes the idle nodes too; or a fault of each single node.

    What to do:
        The switch (or VLAN, spanning tree, trunk) that all nodes share, and a second link for
        corosync over another switch.

    References:
        pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm; pvecm(1), cluster network requirements.
    """
    scene = look(case, incident)
    groups = _groups(scene)
    if len(scene.members) < 3 or groups is None:
        return _one_network(scene) or _kept(scene)
    carriers = scene.events(CarrierLost)
    others = [event for name in scene.heard for event in also_cut_off(scene, name)[:1]]
    loss = ragged(scene)
    ports = sorted({event.node for event in carriers})
    at_once = len(ports) > 1
    alone = all(len(group) == 1 for group in groups)
    largest = max(groups, key=len)
    apart = set(scene.members) - largest
    blames = tuple(sorted(apart)) if len(largest) >= 2 * len(apart) else ()
    says = (
        "every node lost every other in the same seconds: the network between them went away"
        if alone
        else "the cluster fell apart into groups that each lost the whole of the other: the "
        "network between them went away"
    )
    return Hypothesis(
        cause="network_down",
        blames=blames,
        confidence=Confidence.POSSIBLE if loss else Confidence.LIKELY,
        says=says,
        because=(*scene.proofs(), *(carriers[:2] if at_once else ()), *others[:3]),
        missing=("the log of the switch that the nodes share",),
        settle_with="the switch's own log and uptime for that minute",
        weight=7.0 if alone else 6.0,
    )


def _groups(scene: Scene) -> list[set[str]] | None:
    """Return the parts that the cluster fell into when it did so at one moment, else None.

    One part with a majority and single nodes beside it is the fault of those nodes, unless
    fewer than two nodes are left together.
    """
    heard = [name for name in scene.members if name in scene.heard]
    if len(heard) < 2:
        return None
    first = min((loss.at for loss in scene.losses), default=None)
    if first is None:
        return None
    fine = any(loss.at.microsecond for loss in scene.losses)
    window = timedelta(seconds=2 if fine else 3)
    lost = {
        name: {
            loss.peer
            for loss in scene.losses
            if loss.observer == name and loss.at - first <= window
        }
        for name in heard
    }
    parts: dict[frozenset[str], set[str]] = {}
    for name in heard:
        kept = frozenset(set(scene.members) - lost[name])
        parts.setdefault(kept, set()).add(name)
    groups = [set(part) for part in parts]
    if len(groups) < 2 or any(not part >= who for part, who in parts.items()):
        return None
    if sum(len(group) for group in groups) > len(scene.members):
        return None  # the parts overlap: not a clean split
    largest = max(len(group) for group in groups)
    small = [group for group in groups if len(group) < largest]
    if largest * 2 > len(scene.members) and all(len(group) == 1 for group in small):
        return None if largest > 1 else groups
    return groups


def _one_network(scene: Scene) -> Hypothesis | None:
    """One of several corosync networks went away for everybody, and another carried on."""
    case, cuts = scene.case, scene.cuts
    links = {cut.link for cut in cuts}
    pairs = {frozenset((cut.node, case.cluster.name_of(cut.peer))) for cut in cuts}
    nodes = {name for pair in pairs for name in pair}
    whole = len(nodes) * (len(nodes) - 1) // 2
    if len(case.cluster.links) < 2 or len(links) != 1 or len(nodes) < 3 or len(pairs) < whole:
        return None
    link = next(iter(links))
    return Hypothesis(
        cause="network_down",
        confidence=Confidence.LIKELY,
        says=f"the network of corosync link {link} went away for all nodes; another link carried on",
        because=tuple(cut.opened for cut in cuts[:4]),
        missing=(f"the log of the switch that carries link {link}",),
        settle_with="on every node: corosync-cfgtool -s; the switch's own log",
        weight=7.0,
    )


def _kept(scene: Scene) -> Hypothesis | None:
    """One node was cut off, and the others formed a ring of their own at once."""
    alone = scene.alone()
    rest = set(scene.members) - set(alone)
    if len(alone) != 1 or len(rest) < 2:
        return None
    name_of = scene.case.cluster.name_of
    for member in scene.rings:
        if member.node in rest and {name_of(node_id) for node_id in member.members} == rest:
            return Hypothesis(
                cause="network_down",
                confidence=Confidence.RULED_OUT,
                says=f"{joined(sorted(rest))} kept each other",
                despite=(member.proof,),
            )
    return None
