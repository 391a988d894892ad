"""See `pmxcfs_stuck`."""

from datetime import timedelta

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene, joined, look
from fencepost.events.pmxcfs import DatabaseFailed, DataUpToDate, SendFailed, SendRetry, SyncStarted
from fencepost.events.pve_ha_crm import CrmFilesystemFailed
from fencepost.events.pve_ha_lrm import ClusterFilesystemFailed, LrmLockLost
from fencepost.events.systemd import UnitFailed, UnitProcessDied
from fencepost.events.watchdog_mux import ClientExpired, ClientNearExpiry
from fencepost.model.case import Case, Confidence, Incident, Proof
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

NOT_THERE = ("not mounted", "Connection refused", "Transport endpoint", "Input/output error")
SYNC_TAKES = timedelta(seconds=20)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:00:00 pve-ha-lrm status change wait_for_agent_lock => active
        n2 12:10:00 pve-ha-lrm cluster file system update failed - ipcc_send_rec[1] failed: Connection refused
        n2 12:10:00 pve-ha-lrm lost lock 'ha_agent_n2_lock - can't create '/etc/pve/priv/lock' (pmxcfs not mounted?)
        n2 12:10:05 pve-ha-lrm status change active => lost_agent_lock
        n2 12:10:56 watchdog-mux client watchdog expired - disable watchdog updates
        n2 12:12:20 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:11:15 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 pve-ha-lrm status change wait_for_agent_lock => active
        n2 12:10:00 corosync [QUORUM] This node is within the non-primary component and will NOT provide any services.
        n2 12:10:01 pve-ha-lrm lost lock 'ha_agent_n2_lock - cfs lock update failed - Permission denied
        n2 12:10:05 pve-ha-lrm status change active => lost_agent_lock
        n1 12:10:00 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
    """,
)
def pmxcfs_stuck(case: Case, incident: Incident) -> Hypothesis | None:
    """/etc/pve did not work although corosync did: pmxcfs was dead or stuck.

    Why it reboots a node:
        The LRM renews its lock by a file in /etc/pve. Without pmxcfs it cannot, and the
        watchdog resets the node about 66 s later, with quorum intact. A synchronisation that
        never completes blocks /etc/pve on every node, and then all armed nodes reset.

    What it is mistaken for:
        Loss of quorum. There is none; the peers notice nothing until the reset.

    What to do:
        `systemctl status pve-cluster` and its log; free space and health of the system disk;
        known faults of corosync and libknet that leave a ghost member behind.

    References:
        pve-cluster 9.1.6 src/pmxcfs/dfsm.c; corosync issue 660; measured with pmxcfs killed and
        stopped.
    """
    scene = look(case, incident)
    answers: list[Hypothesis] = []
    nodes = {*scene.members, *incident.nodes, *(boot.node for boot in incident.boots)}
    for node in sorted(nodes):
        answer = _dead(scene, node)
        if answer is not None:
            answers.append(answer)
    unsynced = _never_synced(scene)
    if unsynced is not None:
        answers.append(unsynced)
    return max(answers, key=lambda answer: (answer.confidence, answer.weight), default=None)


def _dead(scene: Scene, node: str) -> Hypothesis | None:
    quorate = scene.fenced_quorate(node)
    gone: list[Event] = [
        event
        for event in scene.events(
            LrmLockLost, ClusterFilesystemFailed, CrmFilesystemFailed, node=node, lead=True
        )
        if any(word in event.reason for word in NOT_THERE)
    ]
    died: list[Event] = [
        event
        for event in scene.events(UnitProcessDied, UnitFailed, node=node, lead=True)
        if event.unit.startswith("pve-cluster")
    ]
    gone += unusual(scene, scene.events(DatabaseFailed, node=node, lead=True))
    gone.sort(key=lambda event: event.at)
    losses = scene.case.quorum_losses.of(node)
    lost_first = bool(gone and losses) and losses[0].since <= gone[0].at + timedelta(seconds=10)
    if (gone or died) and not lost_first:
        proofs: list[Proof] = [*died[:2], *gone[:3], *_end(scene, node)]
        return Hypothesis(
            cause="pmxcfs_stuck",
            blames=(node,),
            confidence=Confidence.CERTAIN if died and gone else Confidence.LIKELY,
            says=f"pmxcfs on {node} was gone: /etc/pve did not work although the ring stood",
            because=tuple(proofs),
            missing=() if died else ("why pmxcfs went: systemd, kernel and pmxcfs lines",),
            settle_with=f"on {node}: journalctl -u pve-cluster; df -h /var/lib/pve-cluster",
            weight=9.2,
        )
    if not quorate or not scene.events(ClientNearExpiry, ClientExpired, node=node):
        return None
    retries = list(scene.events(SendRetry, SendFailed, node=node, lead=True))
    return Hypothesis(
        cause="pmxcfs_stuck",
        blames=(node,),
        confidence=Confidence.POSSIBLE,
        says=f"/etc/pve on {node} may have hung: it reset itself with quorum intact",
        because=(*retries[:3], *_end(scene, node)),
        missing=(
            "whether pmxcfs answered then: hung-task lines name it if it was stuck in a write",
        ),
        settle_with=f"on {node}: journalctl -u pve-cluster -k around that time",
        weight=5.0 if retries else 2.5,
    )


def _end(scene: Scene, node: str) -> tuple[Proof, ...]:
    boot = scene.boot_of(node)
    return boot.because[:2] if boot else ()


def _never_synced(scene: Scene) -> Hypothesis | None:
    """Nodes whose pmxcfs began to synchronise and never said that all data is up to date."""
    stuck = unfinished_syncs(scene)
    nodes = sorted({start.node for start in stuck})
    if not nodes or not any(scene.fenced_quorate(node) for node in nodes):
        return None
    retries = [event for event in scene.events(SendRetry) if event.node in nodes]
    return Hypothesis(
        cause="pmxcfs_stuck",
        blames=() if len(nodes) > 1 else tuple(nodes),
        confidence=Confidence.LIKELY,
        says=f"pmxcfs on {joined(nodes)} began to synchronise and never finished: /etc/pve blocked",
        because=(*stuck[:3], *retries[:2]),
        settle_with="on every node: journalctl -u pve-cluster -u corosync around that time",
        weight=8.7,
    )


def unfinished_syncs(scene: Scene) -> list[SyncStarted]:
    """Return the starts of a synchronisation that neither ended nor began anew, though heard on."""
    stuck: list[SyncStarted] = []
    for start in scene.events(SyncStarted):
        done = scene.case.timeline.of(
            DataUpToDate, node=start.node, since=start.at, until=start.at + SYNC_TAKES
        )
        again = scene.case.timeline.of(
            SyncStarted,
            node=start.node,
            since=start.at + timedelta(milliseconds=1),
            until=start.at + SYNC_TAKES,
        )
        last = scene.case.heard.get(start.node, (start.at, start.at))[1]
        ended = scene.boot_of(start.node)
        if ended is not None:
            last = ended.last_heard
        own = [event for event in done if event.domain == start.domain]
        if not own and not again and last - start.at > SYNC_TAKES:
            stuck.append(start)
    return stuck
