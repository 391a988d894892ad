"""See `storage_stall`."""

from datetime import datetime

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene, look
from fencepost.events.kernel_host import TaskBlocked
from fencepost.events.kernel_storage import (
    AllPathsLost,
    AtaFailed,
    CephConnectionLost,
    CifsUnresponsive,
    DeviceDelayed,
    DiskOfflined,
    FilesystemError,
    IoFailed,
    IscsiConnectionLost,
    NfsUnresponsive,
    NvmeDied,
    NvmeTimedOut,
    PoolSuspended,
    ReadOnlyRemounted,
    ScsiTimedOut,
    SlowOps,
)
from fencepost.events.pmxcfs import CorosyncConnectionLost
from fencepost.events.pve_daemons import StatusUpdateSlow
from fencepost.events.pve_ha_lrm import ClusterFilesystemFailed, LrmLockLost, LrmLoopSlow
from fencepost.events.watchdog_mux import ClientDied, ClientExpired, ClientNearExpiry
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

LOCAL: tuple[type[Event], ...] = (
    NvmeTimedOut,
    NvmeDied,
    IoFailed,
    AtaFailed,
    ScsiTimedOut,
    PoolSuspended,
    DeviceDelayed,
    ReadOnlyRemounted,
    FilesystemError,
    DiskOfflined,
    AllPathsLost,
    TaskBlocked,
)
REMOTE: tuple[type[Event], ...] = (
    NfsUnresponsive,
    CifsUnresponsive,
    CephConnectionLost,
    SlowOps,
    IscsiConnectionLost,
    StatusUpdateSlow,
)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:00:00 pve-ha-lrm status change wait_for_agent_lock => active
        n2 12:09:20 kernel nvme nvme0: I/O tag 417 (1001) opcode 0x1 (I/O Cmd) QID 3 timeout, aborting req_op:WRITE(1) size:4096
        n2 12:09:40 kernel INFO: task pmxcfs:1290 blocked for more than 120 seconds.
        n2 12:10:00 watchdog-mux client watchdog expired - disable watchdog updates
        n2 12:11:40 kernel Linux version 6.8.12-4-pve (build@proxmox)
        n1 12:10:19 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:19 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n2 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n2 12:10:09 corosync [QUORUM] This node is within the non-primary component and will NOT provide any services.
        n2 12:10:30 kernel nfs: server 10.0.0.9 not responding, still trying
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
)
def storage_stall(case: Case, incident: Incident) -> Hypothesis | None:
    """Storage did not answer, and what feeds the watchdog waited for it.

    Why it reboots a node:
        The LRM writes its state into /etc/pve every round, and pmxcfs writes it to the system
        disk. If a write takes longer than 60 s, the watchdog is not fed in time, and the node
        resets itself although it has quorum all along.

    What it is mistaken for:
        A network fault. Here the node is in the ring until the very reset, and its peers
        notice nothing before.

    What to do:
        The system disk first (SMART, firmware, controller), then anything that hangs in D
        state; keep backups and ZFS scrubs from starving the disk under /var/lib/pve-cluster.

    References:
        pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm; pve-cluster 9.1.6 src/pmxcfs/database.c.
    """
    scene = look(case, incident)
    best: Hypothesis | None = None
    nodes = {*scene.members, *incident.nodes, *(boot.node for boot in incident.boots)}
    for node in sorted(nodes):
        answer = _stalled(scene, node)
        if answer is not None and (best is None or answer.confidence > best.confidence):
            best = answer
    return best


def _stalled(scene: Scene, node: str) -> Hypothesis | None:
    quorate = scene.fenced_quorate(node) or _starved_quorate(scene, node)
    first = scene.first_loss(node)
    local = _before(scene, first, scene.events(*LOCAL, node=node, lead=True))
    remote = _before(scene, first, scene.events(*REMOTE, node=node, lead=True))
    slow = unusual(scene, scene.events(LrmLoopSlow, node=node, lead=True))
    fed = scene.events(ClientNearExpiry, ClientExpired, node=node)
    silent = quorate and bool(fed) and not _spoke_of_cluster(scene, node)
    if scene.events(ClientDied, node=node) and not local:
        return None
    if not (local or remote or slow or quorate) and (later := _after(scene, node)):
        return _too_late(node, later)
    if not (local or slow or silent) and not (remote and fed):
        return None  # a slow storage elsewhere is no stall of what feeds the watchdog
    involved = quorate or bool(scene.who_lost(node)) or node in scene.incident.nodes
    if not involved or (not quorate and not local):
        return None
    witnessed = bool(local) or (bool(remote) and bool(slow))
    return Hypothesis(
        cause="storage_stall",
        blames=(node,),
        confidence=Confidence.LIKELY if witnessed and quorate else Confidence.POSSIBLE,
        says=(
            f"storage of {node} did not answer in time, and what feeds the watchdog waited for it"
            if witnessed
            else f"the LRM of {node} stood still for a minute while the node was quorate: a hang "
            "of its disk or of /etc/pve would do that"
        ),
        because=(*local[:3], *slow[:2], *remote[:2], *fed[:2]),
        missing=()
        if witnessed
        else ("what the LRM waited for: hung-task lines, SMART data, I/O pressure",),
        settle_with=f"on {node}: journalctl -k | grep -iE 'blocked for|timeout|I/O error'; smartctl -a DISK",
        weight=8.0 if witnessed else 4.0,
    )


def _after(scene: Scene, node: str) -> list[Event]:
    """Troubles with storage that began after the node was lost: what it lost, it lost with it."""
    first = scene.first_loss(node)
    if node not in scene.alone() or first is None:
        return []
    said = unusual(scene, scene.events(*LOCAL, *REMOTE, node=node, lead=True))
    return said if said and said[0].at > first else []


def _too_late(node: str, later: list[Event]) -> Hypothesis:
    return Hypothesis(
        cause="storage_stall",
        blames=(node,),
        confidence=Confidence.RULED_OUT,
        says="its storage failed only after the node had been lost",
        despite=tuple(later[:1]),
    )


def _before(scene: Scene, first: datetime | None, events: list[Event]) -> list[Event]:
    """Those that came before the node's first loss and do not come in quiet hours as well."""
    return unusual(scene, [event for event in events if first is None or event.at < first])


def _starved_quorate(scene: Scene, node: str) -> bool:
    """Whether its watchdog came near expiry while the node had quorum."""
    near = scene.events(ClientNearExpiry, ClientExpired, node=node)
    return bool(near) and not scene.case.quorum_losses.of(node).at(near[0].at)


def _spoke_of_cluster(scene: Scene, node: str) -> bool:
    """Whether the node itself names another reason: its lock, /etc/pve, or corosync."""
    return bool(
        scene.events(
            LrmLockLost, ClusterFilesystemFailed, CorosyncConnectionLost, node=node, lead=True
        )
    )
