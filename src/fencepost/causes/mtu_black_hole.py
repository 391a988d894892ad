"""See `mtu_black_hole`."""

from collections import Counter
from datetime import datetime, timedelta

from fencepost.causes.links_up import up_in_vain
from fencepost.causes.scene import Scene, look
from fencepost.events.knet import LinkDown, MtuMisconfigured, PathMtuChanged
from fencepost.events.totem import FailedToReceive, Retransmitted, TokenLost
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

PING = "from each node to each: ping -M do -s 1472 -c 5 ADDRESS (8972 with MTU 9000)"
SAME = 30
BREAKS = timedelta(seconds=60)
"""Where a token was lost this long before, the ring was broken first, and repeats follow from it."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [TOTEM ] Retransmit List: 4b 4c
        n1 12:10:02 corosync message repeated 60 times: [TOTEM ] Retransmit List: 4b 4c
        n1 12:10:03 corosync [TOTEM ] Retransmit List: 4b 4c 4d
        n1 12:10:04 corosync [TOTEM ] Retransmit List: 4b 4c 4d
        n1 12:10:05 corosync [TOTEM ] Retransmit List: 4b 4c 4d
        n1 12:10:20 corosync [TOTEM ] FAILED TO RECEIVE
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n1 12:10:02 corosync [TOTEM ] Retransmit List: 4b
        n1 12:10:09 corosync [TOTEM ] Retransmit List: 57
        n1 12:10:12 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
    """,
)
def mtu_black_hole(case: Case, incident: Incident) -> Hypothesis | None:
    """Large packets vanished while small ones passed: an MTU that one part of the path lacks.

    Why it reboots a node:
        The token and the pings are small and pass, so no link goes down and no token is lost.
        But messages of full size never arrive; /etc/pve blocks, the LRM cannot renew its lock,
        and an armed node resets itself with quorum intact.

    What it is mistaken for:
        Random loss. There the retransmitted numbers change; here the same ones are asked for
        hundreds of times.

    What to do:
        The same MTU on every port, bridge, bond and switch port of the corosync network; test
        with `ping -M do -s 8972` (or 1472). Until then `netmtu` or `knet_mtu`.

    References:
        corosync 3.1.10 exec/totemsrp.c orf_token_rtr, fail_recv_const; kronosnet 1.28
        threads_pmtud.c: its own warning comes minutes too late when encryption is on.
    """
    scene = look(case, incident)
    failed = scene.events(FailedToReceive)
    same, began = _same_numbers(scene)
    warned = scene.events(MtuMisconfigured)
    shrunk = [event for event in scene.events(PathMtuChanged) if event.now < event.was]
    downs = scene.events(LinkDown)
    lost = scene.events(TokenLost)
    if same < SAME and not failed:
        return _never_measured(scene)
    broken = [event.at for event in lost] + [ring.since for ring in scene.rings if ring.failed]
    before = [at for at in broken if began is not None and began - BREAKS <= at <= began]
    early = [event for event in downs if not failed or event.at < failed[0].at]
    quiet = not early and len(lost) <= len(scene.heard) and not before
    if not quiet and not (failed or warned or shrunk):
        return None  # links and tokens were lost as well: that is plain loss
    despite = [*early[:2], *lost[:1]] if not quiet else []
    blames = _to_blame(scene, failed)
    return Hypothesis(
        cause="mtu_black_hole",
        blames=tuple(blames),
        confidence=Confidence.LIKELY if quiet and same >= SAME else Confidence.POSSIBLE,
        says=(
            "large packets vanished while small ones passed: the same numbers were asked for "
            f"{same} times" + (f", until {failed[0].node} gave up" if failed else "")
        ),
        because=(*scene.events(Retransmitted)[:2], *failed[:2], *warned[:1], *shrunk[:2]),
        despite=tuple(despite),
        missing=("the MTU of every port on the way",) if not (warned or shrunk) else (),
        settle_with=PING,
        weight=8.6,
    )


def _never_measured(scene: Scene) -> Hypothesis | None:
    """Answer for a node whose links come up, though knet cannot measure what passes them.

    It does so at once where packets of any size pass, as the logs of the others show.
    """
    measured = scene.events(PathMtuChanged)
    for node in scene.alone():
        ups = up_in_vain(scene, node)
        others = [event for event in measured if event.node != node]
        if ups and others and len(others) == len(measured):
            return Hypothesis(
                cause="mtu_black_hole",
                blames=(node,),
                confidence=Confidence.POSSIBLE,
                says=(
                    f"{node} hears the others' pings, and gets no token: its links came up, but knet "
                    "never measured what they carry, as it did at once elsewhere"
                ),
                because=(*ups[:2], *scene.tokens(node), *others[:1]),
                missing=("the MTU of every port on the way",),
                settle_with=PING,
                weight=8.6,
            )
    return None


def _same_numbers(scene: Scene) -> tuple[int, datetime | None]:
    """How often the most frequent first number of a retransmit list came, and when first."""
    firsts: Counter[tuple[str, str]] = Counter()
    began: dict[tuple[str, str], datetime] = {}
    for event in scene.events(Retransmitted):
        words = event.seqs.split()
        if words:
            key = event.node, words[0]
            firsts[key] += event.times
            began.setdefault(key, event.at)
    if not firsts:
        return 0, None
    (most, times), *_ = firsts.most_common(1)
    return times, began[most]


def _to_blame(scene: Scene, failed: list[FailedToReceive]) -> list[str]:
    """The node that could not receive, when it is one; else the one all path MTUs point to."""
    nodes = sorted({event.node for event in failed})
    if len(nodes) == 1:
        return nodes
    until = scene.until + timedelta(minutes=10)
    accused: Counter[str] = Counter()
    for event in scene.case.timeline.of(PathMtuChanged, since=scene.since, until=until):
        if event.now < event.was:
            accused[scene.case.cluster.name_of(event.host)] += 1
    if not accused:
        return []
    (name, most), *rest = accused.most_common()
    return [name] if not rest or most > rest[0][1] * 1.5 else []
