"""See `paused_node`."""

from datetime import timedelta

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene, joined, look
from fencepost.events.corosync import CorosyncStarted, NotScheduled
from fencepost.events.kernel_host import (
    ClocksourceUnstable,
    CpuStalled,
    HardLockedUp,
    RealtimeThrottled,
    SoftLockedUp,
    SystemSuspended,
)
from fencepost.events.knet import LinkDown
from fencepost.events.pmxcfs import CorosyncConnectionLost
from fencepost.events.totem import TokenLate, TokenLost
from fencepost.events.votequorum import QuorumLost
from fencepost.model.case import Case, Confidence, Incident, Proof
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

NOTICED = timedelta(seconds=5)
"""A corosync that runs logs a late token within this time of its peers' link losses."""

LOCKUPS: tuple[type[Event], ...] = (
    SoftLockedUp,
    HardLockedUp,
    CpuStalled,
    RealtimeThrottled,
    ClocksourceUnstable,
    SystemSuspended,
)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:03 corosync [TOTEM ] Token has not been received in 2737 ms
        n2 12:10:06 corosync [KNET  ] link: host: 1 link: 0 is down
        n2 12:10:06 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:06 corosync [MAIN  ] Corosync main process was not scheduled (@1762603806000) for 5399.4106 ms (threshold is 2920.0000 ms). Consider token timeout increase.
        n1 12:10:06 corosync [TOTEM ] A new membership (1.9) was formed. Members
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:03 corosync [TOTEM ] Token has not been received in 2737 ms
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
)
def paused_node(case: Case, incident: Incident) -> Hypothesis | None:
    """Corosync on one node did not run for some seconds: paused, starved or frozen.

    Why it reboots a node:
        A corosync that does not run passes no token and answers no ping. After token plus
        consensus the others go on without it. If the pause lasts, its HA daemons are starved
        too, and the watchdog resets the node.

    What it is mistaken for:
        A network fault. There, the node itself notices that the token is late; a paused one
        notices nothing, and writes its lines in one burst when it wakes up.

    What to do:
        What held the processor: a storage stall, swapping, a hypervisor that paused it, a
        stuck interrupt; and whether corosync runs with realtime priority. Raising the token
        hides short pauses only.

    References:
        corosync 3.1.10 exec/main.c timer_function_scheduler_timeout, exec/totemsrp.c
        pause_flush; measured with pauses of 1 to 100 s.
    """
    scene = look(case, incident)
    frozen = {node: lines for node in scene.members if (lines := _frozen(scene, node))}
    elsewhere = [pair for pair in scene.pairs if not pair & set(frozen)]
    if not frozen:
        return _awake(scene)
    if elsewhere and not any(scene.events(NotScheduled, *LOCKUPS, lead=True)):
        return None
    nodes = sorted(frozen)
    waits = scene.events(NotScheduled)
    longest = max((event.paused_ms for event in waits if event.node in frozen), default=0)
    told = any(event.node in frozen for event in waits)
    noticed = [event for event in scene.events(TokenLate, TokenLost) if event.node in frozen]
    vague = len(nodes) > 1 and not any(scene.events(NotScheduled, *LOCKUPS, lead=True))
    says = (
        f"corosync on {joined(nodes)} did not run for {longest / 1000:.1f} s"
        if longest
        else f"corosync on {joined(nodes)} stood still: the others lost it, and it noticed nothing"
    )
    return Hypothesis(
        cause="paused_node",
        blames=tuple(nodes),
        confidence=Confidence.POSSIBLE if elsewhere or vague else Confidence.LIKELY,
        says=says,
        because=(
            *(proof for node in nodes for proof in frozen[node][:3]),
            *scene.proofs(*nodes, most=2),
        ),
        despite=() if told else tuple(noticed[:1]),
        missing=("what held the processor then: kernel lines, CPU and I/O pressure",),
        settle_with=(
            f"on {nodes[0]}: corosync-cmapctl -m stats | grep schedmiss; "
            "journalctl -k around that time"
        ),
        weight=7.0 + (2.0 if told else 0.0) - (3.0 if elsewhere else 0.0),
    )


def _awake(scene: Scene) -> Hypothesis | None:
    """A node that was cut off, whose own corosync noticed it at once: so it ran."""
    alone = scene.alone()
    for node in alone if len(alone) == 1 else []:
        first = min((loss.at for loss in scene.losses if loss.peer == node), default=None)
        if first is None or scene.boot_of(node) is None:
            continue
        noticed = scene.case.timeline.of(
            TokenLate, TokenLost, node=node, since=first - NOTICED, until=first + NOTICED
        )
        if noticed:
            return Hypothesis(
                cause="paused_node",
                blames=(node,),
                confidence=Confidence.RULED_OUT,
                says="its own corosync noticed the late token at once, so it ran",
                despite=tuple(noticed[:1]),
            )
    return None


def _frozen(scene: Scene, node: str) -> list[Proof]:
    """Return what shows that corosync on this node stood still; nothing when nothing does."""
    peers = scene.who_lost(node)
    if not peers and not any(member.node == node for member in scene.rings):
        return []
    if _restarted(scene, node) or scene.events(CorosyncConnectionLost, node=node):
        return []  # corosync was gone, not paused
    waits = unusual(scene, scene.events(NotScheduled, node=node))
    lockups = unusual(scene, scene.events(*LOCKUPS, node=node, lead=True))
    stuck = bool(peers) and any(not isinstance(event, ClocksourceUnstable) for event in lockups)
    noticed = scene.events(TokenLate, TokenLost, node=node)
    missed = [
        member.proof
        for member in scene.rings
        if member.node == node and set(member.joined) & set(member.left) and not noticed
    ]
    if not (waits or missed or stuck or _mute(scene, node)):
        return []
    return [*waits[:3], *missed, *lockups[:2]] or scene.proofs(node, most=2)


def _restarted(scene: Scene, node: str) -> bool:
    """Whether corosync was started again, in the same boot, after the node was lost."""
    lost = scene.first_loss(node)
    starts = scene.events(CorosyncStarted, node=node)
    return scene.boot_of(node) is None and any(lost and start.at > lost for start in starts)


def _mute(scene: Scene, node: str) -> bool:
    """Whether the others lost this node, and its own corosync logged nothing of it in time.

    A node that is cut off sees the token late and the links go down within a second of its
    peers. One that is paused logs nothing, or its link losses only on waking.
    """
    peers = [name for name in scene.members if name != node and name in scene.heard]
    lost = [loss for loss in scene.losses if loss.peer == node and loss.observer in peers]
    late = [event for event in scene.events(TokenLate, TokenLost) if event.node in peers]
    if node not in scene.heard or not lost or not late:
        return False
    if {loss.observer for loss in lost} < set(peers):
        return False
    first = lost[0].at
    heard = scene.case.heard.get(node)
    ended = scene.boot_of(node)
    alive_until = ended.last_heard if ended else (heard[1] if heard else first)
    if alive_until < first + timedelta(seconds=3):
        return False  # its log stops there: dead, not paused
    downs = scene.case.timeline.of(
        LinkDown, node=node, since=first - timedelta(seconds=2), until=first + timedelta(seconds=1)
    )
    noticed = scene.case.timeline.of(
        TokenLate,
        TokenLost,
        QuorumLost,
        node=node,
        since=first - timedelta(seconds=10),
        until=first + timedelta(seconds=12),
    )
    return not downs and not noticed
