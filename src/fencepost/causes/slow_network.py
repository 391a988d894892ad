"""See `slow_network`."""

from datetime import timedelta

from fencepost.causes.flaps import flaps_of
from fencepost.causes.ports import carrier_losses
from fencepost.causes.scene import look
from fencepost.events.corosync import NotScheduled
from fencepost.events.totem import TokenLate
from fencepost.model.case import Case, Confidence, Evidence, Incident, Proof
from fencepost.model.document import Cmap
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

LATENCY_US = 50_000
"""knet's average latency on a healthy cluster network is below one millisecond."""

HELD = timedelta(seconds=8)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:03 corosync [TOTEM ] Token has not been received in 2737 ms
        n3 12:10:05 corosync [KNET  ] rx: host: 1 link: 0 is up
        n3 12:10:05 corosync [KNET  ] rx: host: 2 link: 0 is up
        n1 12:10:05 corosync [TOTEM ] A new membership (1.9) was formed. Members
        n3 12:10:22 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:22 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:23 corosync [TOTEM ] Token has not been received in 2737 ms
        n3 12:10:25 corosync [KNET  ] rx: host: 1 link: 0 is up
        n3 12:10:25 corosync [KNET  ] rx: host: 2 link: 0 is up
        n1 12:10:25 corosync [TOTEM ] A new membership (1.d) was formed. Members
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def slow_network(case: Case, incident: Incident) -> Hypothesis | None:
    """The network delivered, but late: packets were held back for seconds.

    Why it reboots a node:
        A token that comes after its timeout is a lost token. A steady delay, even of a third
        of a second, does no harm; peaks of seconds break the ring each time.

    What it is mistaken for:
        A flapping port: from the logs alone the two look alike. Corosync never logs latency;
        only knet's counters show it, and its maximum is one of a running average.

    What to do:
        Buffers on the way (a busy trunk, a VPN, flow control), traffic shaping, a path of its
        own for corosync.

    References:
        kronosnet 1.28 threads_heartbeat.c; measured with fixed delays and with peaks.
    """
    scene = look(case, incident)
    best: Hypothesis | None = None
    for node in scene.members:
        slow = [] if scene.events(NotScheduled) else _latency(case, node)
        flaps = flaps_of(scene, node)
        elsewhere = [pair for pair in scene.pairs if node not in pair]
        held = (
            flaps.cycles >= 2
            and flaps.at_once
            and flaps.usual is not None
            and flaps.usual <= HELD
            and not elsewhere
            and not carrier_losses(scene, node)
        )
        if not slow and not held:
            continue
        late = scene.events(TokenLate)
        answer = Hypothesis(
            cause="slow_network",
            blames=(node,),
            confidence=(
                Confidence.LIKELY
                if len(slow) > 1 and late and set(scene.members) <= set(scene.heard)
                else Confidence.POSSIBLE
            ),
            says=(
                f"packets to and from {node} were held back for seconds"
                if held
                else f"the network around {node} was slow"
            ),
            because=(*slow, *scene.proofs(node, most=3), *late[:2]),
            missing=() if slow else ("knet's latency counters of that time",),
            settle_with="corosync-cmapctl -m stats | grep latency; ping -c 500 -i 0.1 ADDRESS",
            weight=6.6 if slow else 4.5,
        )
        if best is None or answer.weight > best.weight:
            best = answer
    return best


def _latency(case: Case, node: str) -> list[Proof]:
    found: list[Proof] = []
    for doc in case.documents_of(Cmap, node):
        for key, value in sorted(doc.keys.items()):
            if key.endswith("latency_ave") and value.isdigit() and int(value) >= LATENCY_US:
                found.append(Evidence(node, None, doc.origin_of(f"keys:{key}")))
    return found[:2]
