"""See `isolated_node`."""

from datetime import timedelta

from fencepost.causes.flaps import flaps_of, ragged
from fencepost.causes.links_up import up_in_vain
from fencepost.causes.scene import Scene, joined, look
from fencepost.causes.witnesses import also_cut_off
from fencepost.events.totem import TokenLate, TokenLost
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

OFTEN = 2
"""As many losses of one node in one incident are a flap or loss, whatever else they are."""


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
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:03 corosync [TOTEM ] Token has not been received in 2737 ms
        n3 12:10:08 corosync [TOTEM ] A new membership (3.9) was formed. Members left: 1 2
        n3 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 1 2
        n3 12:10:08 corosync [QUORUM] Members[1]: 3
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:03 corosync [TOTEM ] Token has not been received in 2737 ms
        n3 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members
    """,
)
def isolated_node(case: Case, incident: Incident) -> Hypothesis | None:
    """One node lost every peer in the same second, and nothing says where the break was.

    Why it reboots a node:
        A node that hears nobody has no quorum. /etc/pve becomes read-only, its LRM cannot
        renew its lock and stops feeding the watchdog; about a minute later the node resets
        itself. A node whose LRM holds no watchdog just waits.

    What it is mistaken for:
        The failure of the others. `failed: 2 3` in the log of node 1 of three means that node
        1 was cut off, not that 2 and 3 failed.

    What to do:
        Cable, switch port and network card of that node, in this order; then a second
        corosync link over another switch.

    References:
        corosync 3.1.10 exec/totemsrp.c; knet links have no direction: a loss one way
        makes both ends log down.
    """
    scene = look(case, incident)
    alone = [name for name in scene.alone() if not _gone_before(scene, name)]
    rest = [name for name in scene.members if name not in alone]
    if not alone or (len(rest) < 2 and len(scene.members) > 2):
        return None
    if len(scene.members) == 2:
        alone = [name for name in alone if name in incident.lost_quorum]
        if len(alone) != 1:
            return None
    spoke = [name for name in alone if scene.events(TokenLate, TokenLost, node=name)]
    others = [event for name in alone for event in also_cut_off(scene, name)]
    because = [*scene.proofs(*alone), *scene.tokens(*alone), *others[:2]]
    whom = joined(alone)
    mute = [name for name in alone if name not in spoke]
    despite = [up for name in alone for up in up_in_vain(scene, name)]
    witnesses = [name for name in rest if _kept_others(scene, name, alone)]
    return Hypothesis(
        cause="isolated_node",
        blames=tuple(alone),
        confidence=(
            Confidence.POSSIBLE
            if mute or not witnesses or despite or _restless(scene, alone)
            else Confidence.LIKELY
        ),
        says=(
            f"{whom} lost every other node within the same seconds while the others kept each "
            "other: the break is at that node, its cable or its switch port"
            + ("; it lost more than corosync" if others else "")
        ),
        because=tuple(because),
        despite=tuple(despite[:2]),
        missing=(
            *(f"the log of {name} from that time" for name in mute),
            *(() if witnesses else (f"the logs of {joined(rest)}: were they cut off as well?",)),
            f"kernel lines of {whom} about its network port, and the switch's log",
        ),
        settle_with=f"on {alone[0]}: journalctl -k | grep -iE 'link is|hang|reset adapter'",
        weight=5.0,
    )


def _restless(scene: Scene, alone: list[str]) -> bool:
    """Whether links came and went so often that one break is not the story."""
    if len(alone) == 1 and scene.hub() == alone[0]:
        return flaps_of(scene, alone[0]).cycles >= OFTEN
    return ragged(scene)


def _kept_others(scene: Scene, name: str, alone: list[str]) -> bool:
    """Whether the log of this node shows that it kept somebody when it lost the isolated ones."""
    lost = [loss.at for loss in scene.losses if loss.observer == name and loss.peer in alone]
    if not lost:
        return name in scene.heard
    rings = [member for member in scene.rings if member.node == name and member.since >= lost[0]]
    if rings:
        return len(rings[0].members) > 1 or len(scene.members) == 2
    return scene.listening(name, lost[0])


def _gone_before(scene: Scene, node: str) -> bool:
    """Whether the node was down already when the others lost it: then that explains nothing."""
    boot = scene.boot_of(node)
    lost = min((loss.at for loss in scene.losses if loss.peer == node), default=None)
    if boot is None or boot.ended is None or lost is None or scene.lost_by(node):
        return False
    return boot.ended <= lost + timedelta(seconds=3)
