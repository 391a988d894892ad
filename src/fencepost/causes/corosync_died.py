"""See `corosync_died`."""

from datetime import timedelta

from fencepost.causes.scene import Scene, look
from fencepost.events.corosync import (
    CorosyncExited,
    CorosyncExitFailed,
    CorosyncSignalled,
    CorosyncStarted,
)
from fencepost.events.kernel_boot import BootSeparated, KernelStarted
from fencepost.events.kernel_host import ProcessSegfaulted
from fencepost.events.pmxcfs import CorosyncConnectionLost
from fencepost.events.systemd import ProcessDumpedCore, UnitFailed, UnitProcessDied
from fencepost.model.case import Case, Confidence, Incident, Proof
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.timeline import Timeline
from fencepost.model.verdict import Hypothesis

STARTS_AND_STOPS: tuple[type[Event], ...] = (
    CorosyncStarted,
    CorosyncExited,
    CorosyncSignalled,
    CorosyncExitFailed,
    BootSeparated,
    KernelStarted,
)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:10:00 kernel corosync[1213]: segfault at 8 ip 00007f2a sp 00007f2b error 4 in libknet.so.1.2.0[7f2a+9000]
        n2 12:10:00 systemd corosync.service: Main process exited, code=killed, status=11/SEGV
        n2 12:10:00 pmxcfs [quorum] crit: quorum_dispatch failed: 2
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:10:00 corosync [MAIN  ] Node was shut down by a signal
        n2 12:10:00 corosync [MAIN  ] Corosync Cluster Engine exiting normally
        n2 12:10:01 pmxcfs [quorum] crit: quorum_dispatch failed: 2
        n1 12:10:01 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
    """,
)
def corosync_died(case: Case, incident: Incident) -> Hypothesis | None:
    """The corosync process of one node crashed or was killed.

    Why it reboots a node:
        Proxmox VE does not start it again. The node is without quorum from that second on,
        and an armed one resets itself 62 to 72 s later.

    What it is mistaken for:
        A network fault: the peers see the very same. On the node itself pmxcfs loses its
        connection to corosync (`quorum_dispatch failed`), which no cut cable causes.

    What to do:
        `systemctl start corosync` on that node if it still runs; then the crash: core dump,
        versions of corosync and libknet, out of memory.

    References:
        corosync.service has no Restart= in Proxmox VE; pve-cluster 9.1.6 src/pmxcfs/quorum.c.
    """
    scene = look(case, incident)
    answers = [answer for node in scene.members if (answer := _died(scene, node))]
    return max(answers, key=lambda answer: (answer.confidence, answer.weight), default=None)


def _died(scene: Scene, node: str) -> Hypothesis | None:
    crashed: list[Proof] = [
        event
        for event in scene.events(UnitProcessDied, UnitFailed, node=node)
        if event.unit.startswith("corosync") and not scene.events(CorosyncExitFailed, node=node)
    ]
    crashed += [
        event
        for event in scene.events(ProcessSegfaulted, ProcessDumpedCore, node=node)
        if event.process.startswith("corosync")
    ]
    orderly = scene.events(CorosyncSignalled, CorosyncExited, CorosyncExitFailed, node=node)
    cut_off: list[Proof] = [] if orderly else [*scene.events(CorosyncConnectionLost, node=node)]
    again = _started_again(scene, node)
    if not crashed and not cut_off and not again:
        return None
    lost = scene.who_lost(node)
    if not lost and not crashed:
        return None
    certain = bool(crashed)
    return Hypothesis(
        cause="corosync_died",
        blames=(node,),
        confidence=Confidence.CERTAIN if certain else Confidence.LIKELY,
        says=(
            f"corosync on {node} crashed or was killed"
            if certain or cut_off
            else f"corosync on {node} went away without a goodbye and was started again"
        ),
        because=(*crashed[:3], *cut_off[:2], *again, *scene.proofs(node, most=2)),
        missing=() if crashed else ("what killed it: kernel, systemd and coredump lines",),
        settle_with=f"on {node}: coredumpctl list corosync; journalctl -u corosync -n 50",
        weight=8.5,
    )


def _started_again(scene: Scene, node: str) -> list[Proof]:
    """Starts of corosync in a running boot that no stop came before."""
    found: list[Proof] = []
    for start in scene.case.timeline.of(
        CorosyncStarted, node=node, since=scene.since, until=scene.until + timedelta(minutes=10)
    ):
        before = _last_before(scene.case.timeline, start)
        first = scene.case.heard.get(node, (start.at, start.at))[0]
        lived = start.at - first > timedelta(seconds=10)
        if lived and (before is None or isinstance(before, CorosyncStarted)):
            boot = scene.boot_of(node)
            if boot is None:
                found.append(start)
    return found[:1]


def _last_before(timeline: Timeline, start: CorosyncStarted) -> Event | None:
    """The last start or stop of corosync or its node before this start, or of the same moment."""
    node, at = start.node, start.at
    same = timeline.of(*STARTS_AND_STOPS, node=node, since=at, until=at)
    others = [event for event in same if event is not start]
    if others:
        return others[-1]
    return timeline.last(*STARTS_AND_STOPS, node=node, until=at - timedelta.resolution)
