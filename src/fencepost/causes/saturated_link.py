"""See `saturated_link`."""

from dataclasses import replace

from fencepost.causes.baseline import unusual
from fencepost.causes.jobs import running_jobs
from fencepost.causes.ports import carrier_losses
from fencepost.causes.scene import Scene, look
from fencepost.events.corosync import NotScheduled
from fencepost.events.totem import Retransmitted
from fencepost.model.case import Case, Confidence, Evidence, Incident, Proof
from fencepost.model.document import Cmap
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

RETRIES = 50
"""Sends that knet had to repeat because the local queue was full; zero on a healthy node."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:09:30 pvescheduler <root@pam> starting task UPID:n2:0017E2A8:018C22EA:6707D180:vzdump:101:root@pam:
        n2 12:10:00 corosync [MAIN  ] Corosync main process was not scheduled (@1762603800000) for 3605.4106 ms (threshold is 2920.0000 ms). Consider token timeout increase.
        n2 12:10:06 corosync [MAIN  ] Corosync main process was not scheduled (@1762603806000) for 4105.4106 ms (threshold is 2920.0000 ms). Consider token timeout increase.
        n1 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n3 12:10:07 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
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
        n1 12:10:08 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
    """,
)
def saturated_link(case: Case, incident: Incident) -> Hypothesis | None:
    """The link that corosync uses was full: its packets waited behind other traffic.

    Why it reboots a node:
        Token and pings wait in a full queue for seconds. The ring breaks, and if the load
        lasts (a backup, a migration), quorum is lost long enough for the watchdog.

    What it is mistaken for:
        A lack of CPU: `not scheduled` is also printed when corosync's main loop is blocked in
        sending, with an idle processor.

    What to do:
        A network of its own for corosync, bandwidth limits for backup and migration, and a
        second corosync link.

    References:
        kronosnet 1.28 transport_udp.c (ENOBUFS and back-off); measured with a link held to a
        fraction of its rate: 1803 repeated sends, no CPU load.
    """
    scene = look(case, incident)
    answers = [answer for node in scene.members if (answer := _saturated(scene, node))]
    best = max(answers, key=lambda answer: (answer.confidence, answer.weight), default=None)
    if best is None:
        return None
    counted = [answer for answer in answers if answer.weight == best.weight]
    if best.confidence < Confidence.LIKELY or len(counted) < 2:
        return best
    return replace(
        best,
        blames=(),
        says="the links of several nodes were full: corosync's packets waited behind other traffic",
        because=tuple(proof for answer in counted for proof in answer.because[:2]),
    )


def _saturated(scene: Scene, node: str) -> Hypothesis | None:
    waits = unusual(scene, scene.events(NotScheduled, node=node))
    retries = _retries(scene, node)
    cuts = [
        cut
        for cut in scene.cuts
        if cut.node == node or scene.case.cluster.name_of(cut.peer) == node
    ]
    own_jobs = running_jobs(scene, node)
    carriers = carrier_losses(scene, node)
    if carriers and cuts and own_jobs:
        return _no_link(node, carriers)
    if carriers or not cuts:
        return None
    several = len(waits) >= 2 and len(cuts) >= (2 if own_jobs else 4)
    with_job = bool(own_jobs) and bool(waits or scene.events(Retransmitted))
    if not (retries or several or with_job):
        return None
    strong = bool(retries)
    return Hypothesis(
        cause="saturated_link",
        blames=(node,),
        confidence=Confidence.LIKELY if strong or (several and with_job) else Confidence.POSSIBLE,
        says=f"the link of {node} was full: corosync's packets waited behind other traffic",
        because=(*retries, *own_jobs[:2], *waits[:3], *(cut.opened for cut in cuts[:2])),
        missing=() if retries else ("knet's tx retries and the port's byte counters of that time",),
        settle_with="corosync-cmapctl -m stats | grep -E 'tx_data_retries|latency_ave'",
        weight=9.2 if several and own_jobs else 8.2 if strong else 6.8 if several else 4.0,
    )


def _no_link(node: str, carriers: list[Event]) -> Hypothesis:
    return Hypothesis(
        cause="saturated_link",
        blames=(node,),
        confidence=Confidence.RULED_OUT,
        says="a backup or copy ran, but its port had no link at all",
        despite=tuple(carriers[:1]),
    )


def _retries(scene: Scene, node: str) -> list[Proof]:
    """Counters of repeated sends in a cmap dump of this node."""
    found: list[Proof] = []
    for doc in scene.case.documents_of(Cmap, node):
        for key, value in sorted(doc.keys.items()):
            if key.endswith("tx_data_retries") and value.isdigit() and int(value) >= RETRIES:
                found.append(Evidence(node, None, doc.origin_of(f"keys:{key}")))
    return found[:2]
