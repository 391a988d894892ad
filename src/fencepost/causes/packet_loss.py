"""See `packet_loss`."""

from datetime import datetime, timedelta

from fencepost.causes.flaps import flaps_of
from fencepost.causes.ports import carrier_losses
from fencepost.causes.scene import Scene, look
from fencepost.events.corosync import CorosyncStarted
from fencepost.events.totem import Retransmitted, TokenLate
from fencepost.model.case import Case, Confidence, Cut, Incident, Proof
from fencepost.model.history import falls_within
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

SHORT = timedelta(seconds=12)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n1 12:10:05 corosync [KNET  ] rx: host: 3 link: 0 is up
        n2 12:10:07 corosync [KNET  ] link: host: 1 link: 0 is down
        n2 12:10:09 corosync [KNET  ] rx: host: 1 link: 0 is up
        n3 12:10:11 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:14 corosync [KNET  ] rx: host: 2 link: 0 is up
        n1 12:10:16 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:18 corosync [KNET  ] rx: host: 2 link: 0 is up
        n2 12:10:22 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:24 corosync [KNET  ] rx: host: 3 link: 0 is up
        n3 12:10:25 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:28 corosync [KNET  ] rx: host: 1 link: 0 is up
        n1 12:10:20 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
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
def packet_loss(case: Case, incident: Incident) -> Hypothesis | None:
    """Packets were lost at random, between all nodes or at one of them.

    Why it reboots a node:
        From about one packet in ten on, knet's pings fail often enough to take links down; the
        ring breaks and is formed again and again, and quorum comes and goes.

    What it is mistaken for:
        A flapping port. A port loses all peers in the same instant; random loss takes single
        pairs, at different moments, for two to four seconds each.

    What to do:
        Error counters of switch ports and cards, transceivers, an overloaded or dying switch;
        if all losses involve one node, its cable and port first.

    References:
        kronosnet 1.28 threads_heartbeat.c; measured at 10, 30, 50 and 70 % loss.
    """
    scene = look(case, incident)
    cuts = _cuts(scene)
    pairs = {frozenset((cut.node, case.cluster.name_of(cut.peer))) for cut in cuts}
    late = scene.events(TokenLate)
    rtr = scene.events(Retransmitted)
    if len(cuts) < 4 and not (len(rtr) >= 20 and len(cuts) >= 1):
        return None
    hub = _hub(pairs)
    clear = True
    two = len(scene.members) == 2
    if hub is None and len(pairs) < 2 and not two:
        return None
    if hub is not None:
        flaps = flaps_of(scene, hub)
        if flaps.at_once or flaps.cycles < 3 or carrier_losses(scene, hub):
            return None
        clear = flaps.clear
    moments = _moments(cuts)
    if moments < 4:
        return None
    lengths = sorted(cut.until - cut.since for cut in cuts if cut.until)
    short = bool(lengths) and lengths[len(lengths) // 2] <= SHORT
    if two and _both_at_once(cuts):
        return None
    where = f"at {hub}" if hub else "between the two nodes" if two else "between all nodes"
    proofs: list[Proof] = [cut.opened for cut in cuts[:4]]
    return Hypothesis(
        cause="packet_loss",
        blames=(hub,) if hub else (),
        confidence=Confidence.LIKELY if short and clear and not two else Confidence.POSSIBLE,
        says=(
            f"packets were lost at random {where}: links of single pairs went down and up at "
            f"{moments} different moments"
        ),
        because=(*proofs, *late[:2], *rtr[:1]),
        missing=("rx_ping and tx_pong counters of knet, which would give the rate",),
        settle_with="corosync-cmapctl -m stats | grep -E 'tx_ping_packets|rx_pong_packets'",
        weight=8.2 if two else 7.2,
    )


def _both_at_once(cuts: list[Cut]) -> bool:
    """Whether both ends mostly lost each other in the same second: a cable, not loss."""
    second = timedelta(seconds=1)
    times: dict[str, list[datetime]] = {}
    for cut in cuts:
        times.setdefault(cut.node, []).append(cut.since)
    together = [
        cut
        for cut in cuts
        if any(
            node != cut.node and falls_within(theirs, cut.since - second, cut.since + second)
            for node, theirs in times.items()
        )
    ]
    return len(together) * 2 > len(cuts)


def _hub(pairs: set[frozenset[str]]) -> str | None:
    common = frozenset.intersection(*pairs) if pairs else frozenset()
    return next(iter(common)) if len(common) == 1 else None


def _cuts(scene: Scene) -> list[Cut]:
    """Link losses of the incident that no start of corosync explains."""
    return [
        cut
        for cut in scene.cuts
        if not scene.case.timeline.of(
            CorosyncStarted,
            since=cut.since - timedelta(seconds=15),
            until=cut.since + timedelta(seconds=8),
        )
    ]


def _moments(cuts: list[Cut]) -> int:
    count, last = 0, None
    for cut in cuts:
        if last is None or cut.since - last > timedelta(seconds=1):
            count += 1
        last = cut.since
    return count
