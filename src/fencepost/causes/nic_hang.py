"""See `nic_hang`."""

from datetime import datetime, timedelta

from fencepost.causes.baseline import SELDOM, unusual, usual
from fencepost.causes.changes import change_before
from fencepost.causes.ports import HANGS, hangs
from fencepost.causes.scene import look
from fencepost.events.kernel_net import NicHung, TransmitTimedOut
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

NEAR = timedelta(seconds=45)
LATE = timedelta(seconds=5)
"""Drivers find out late: e1000e looks every 2 s."""

TIMEOUT = timedelta(seconds=5)
"""What the kernel waits for a packet to be sent before it complains, where the line names no time
(net/sched/sch_generic.c; most drivers)."""

AFTERWARDS = timedelta(seconds=30)
"""A hang that begins this long after the node was lost is not what it was lost for."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:00 kernel e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:
        n3 12:10:02 kernel e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:
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
        n3 12:10:00 kernel e1000e 0000:00:1f.6 eno1: NIC Link is Down
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def nic_hang(case: Case, incident: Incident) -> Hypothesis | None:
    """The network card of one node hung: it kept its link and sent nothing.

    Why it reboots a node:
        A hung card cuts the node off just as a pulled cable does. Quorum is lost, the
        watchdog is starved, and about a minute later the node resets itself.

    What it is mistaken for:
        A switch, a cable, or corosync's timeouts: the link stays up all the time, and pings
        work again once the card has been reset.

    What to do:
        For Intel I217, I218, I219 (e1000e): `ethtool -K PORT tso off gso off`, kept as a
        post-up line of the physical port. Then newer kernel or firmware, or another card for
        corosync, and in any case a second link.

    References:
        Linux drivers/net/ethernet/intel/e1000e/netdev.c e1000_print_hw_hang; net/sched
        sch_generic.c dev_watchdog.
    """
    scene = look(case, incident)
    best: Hypothesis | None = None
    for node in sorted({*scene.members, *incident.nodes}):
        seen = hangs(scene, node)
        if not seen:
            continue
        first = scene.first_loss(node)
        if first is not None and all(_began(event) > first + AFTERWARDS for event in seen):
            if best is None:
                best = _too_late(node, seen)
            continue
        before = [e for e in seen if first is None or _began(e) <= first + LATE]
        near = [e for e in before if first is not None and first - e.at <= NEAR]
        sure = unusual(scene, near, within=NEAR + LATE, chance=SELDOM)
        fits = unusual(scene, near, within=NEAR + LATE) or unusual(scene, before)
        involved = bool(scene.who_lost(node) or scene.lost_by(node))
        others = [pair for pair in scene.pairs if node not in pair]
        certain = bool(sure) and involved and not others
        changed = change_before(case, case.timeline.first(*HANGS, node=node) or seen[0])
        port = next((e.port for e in seen if isinstance(e, NicHung | TransmitTimedOut)), "")
        answer = Hypothesis(
            cause="nic_hang",
            blames=(node,),
            confidence=(
                Confidence.CERTAIN
                if certain
                else Confidence.LIKELY
                if involved and fits
                else Confidence.POSSIBLE
            ),
            says=f"the network card {port} of {node} hung: link up, nothing sent".replace("  ", " ")
            + (f"; {changed[0]}" if changed else ""),
            because=(
                *(near or seen)[:4],
                *scene.proofs(node, most=3),
                *([changed[1]] if changed else []),
            ),
            despite=() if fits else usual(case, seen[0]).lines[:3],
            settle_with=f"on {node}: journalctl -k | grep -iE 'hang|reset adapter|timed out'",
            weight=9.6,
        )
        if best is None or answer.confidence > best.confidence:
            best = answer
    return best


def _began(event: Event) -> datetime:
    """When the card had stopped sending, which the line tells only afterwards."""
    if not isinstance(event, TransmitTimedOut):
        return event.at
    waited = timedelta(milliseconds=event.waited_ms) if event.waited_ms else TIMEOUT
    return event.at - waited


def _too_late(node: str, seen: list[Event]) -> Hypothesis:
    return Hypothesis(
        cause="nic_hang",
        blames=(node,),
        confidence=Confidence.RULED_OUT,
        says="its card hung only after the node had been lost",
        despite=tuple(seen[:1]),
    )
