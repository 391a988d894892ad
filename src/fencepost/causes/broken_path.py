"""See `broken_path`."""

from fencepost.causes.scene import look
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
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n1 12:10:03 corosync [TOTEM ] Token has not been received in 2737 ms
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members
        n1 12:10:12 corosync [TOTEM ] A new membership (1.d) was formed. Members
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
def broken_path(case: Case, incident: Incident) -> Hypothesis | None:
    """Two nodes could not reach each other while others reached both.

    Why it reboots a node:
        The ring needs every member to reach every other. It is formed again and again, and one
        of the two is thrown out and loses quorum, although a third node still reaches it.

    What it is mistaken for:
        A dead node: both are alive and well connected otherwise. Loss in one direction looks
        the same as in both, since a knet link needs the answer too.

    What to do:
        What only these two share: a trunk, a VLAN entry, a firewall rule or an address clash
        between the two, a stale ARP or MAC table entry.

    References:
        corosync 3.1.10 exec/totemsrp.c memb_consensus_agreed; measured with a cut pair of three
        and of five nodes.
    """
    scene = look(case, incident)
    by_link = {frozenset((cut.node, case.cluster.name_of(cut.peer))) for cut in scene.cuts}
    two = len(scene.members) == 2 and len(scene.pairs) == 1
    if two:
        pair = next(iter(scene.pairs))
        quorate = len(incident.lost_quorum) in (0, 2)
        if not quorate:
            return None
    else:
        if len(by_link) != 1 or len(scene.members) < 3:
            return None
        pair = next(iter(by_link))
    both = sorted(pair)
    if any(scene.boot_of(name) for name in both) and not two:
        return None
    last = max((loss.at for loss in scene.losses), default=scene.since)
    unheard = [name for name in scene.members if not scene.listening(name, last)]
    told = [name for name in scene.members if name not in unheard]
    # One end alone would log the same if the other had been cut off from everybody.
    one_sided = not two and len(told) == 1 and told[0] in both
    return Hypothesis(
        cause="broken_path",
        blames=tuple(both),
        confidence=Confidence.POSSIBLE if two or unheard else Confidence.LIKELY,
        says=_says(both, told, two=two, one_sided=one_sided),
        because=(*(scene.proofs(*both) or [cut.opened for cut in scene.cuts[:2]]), *scene.tokens()),
        missing=tuple(f"the log of {name} from that time: whom did it lose?" for name in unheard),
        settle_with=f"on {both[0]}: ping -c 100 -i 0.1 {_address(case, both[1])}",
        weight=4.5 if one_sided else 8.0,
    )


def _says(both: list[str], told: list[str], *, two: bool, one_sided: bool) -> str:
    if one_sided:
        (other,) = (name for name in both if name not in told)
        return (
            f"{told[0]} lost {other} alone, and no other log tells whether others lost it as well: "
            "perhaps the path between these two is broken"
        )
    lost = f"{both[0]} and {both[1]} lost each other"
    if two:
        return f"{lost}; with two nodes nothing tells which end is at fault"
    return f"{lost}, and nobody else lost either of them: the path between these two is broken"


def _address(case: Case, name: str) -> str:
    node = case.cluster.node(name)
    return next(iter(node.addresses.values()), name) if node else name
