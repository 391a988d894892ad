"""See `memory_exhausted`."""

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import look
from fencepost.events.kernel_host import MemoryRanOut, OomInvoked
from fencepost.events.systemd import UnitOomKilled
from fencepost.model.case import Case, Confidence, Incident, Proof
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

OURS = ("corosync", "pmxcfs", "pve-ha-lrm", "pve-ha-crm", "pve-cluster", "watchdog-mux")


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:09:50 kernel Out of memory: Killed process 4410 (kvm) total-vm:8Gkb
        n2 12:10:00 kernel Out of memory: Killed process 1213 (corosync) total-vm:569612kB, anon-rss:174080kB
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 11:30:00 kernel Out of memory: Killed process 4410 (kvm) total-vm:8Gkb
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
    """,
)
def memory_exhausted(case: Case, incident: Incident) -> Hypothesis | None:
    """Memory ran out, and the kernel killed what the cluster needs, or stalled it.

    Why it reboots a node:
        A killed corosync means no quorum; a killed LRM leaves the watchdog unfed; and while
        the kernel looks for memory, nothing runs in time.

    What it is mistaken for:
        A crash of corosync, or a network fault. The kernel's own lines come first.

    What to do:
        Less memory promised to guests than there is, an ARC limit for ZFS, swap that is not
        on the system disk's ZFS; then look who grew.

    References:
        Linux mm/oom_kill.c; watchdog-mux runs with OOMScoreAdjust=-1000.
    """
    scene = look(case, incident)
    best: Hypothesis | None = None
    for node in scene.members or tuple(case.heard):
        killed = scene.events(MemoryRanOut, node=node, lead=True)
        units: list[Proof] = [*scene.events(UnitOomKilled, node=node, lead=True)]
        ours: list[Proof] = [event for event in killed if event.process.startswith(OURS)]
        first = scene.first_loss(node)
        late = [event for event in killed if first is not None and event.at > first]
        if first is not None:
            killed = [event for event in killed if event.at <= first]
        killed = unusual(scene, killed)
        if late and not killed and not ours and best is None:
            best = _too_late(node, late)
        if not killed and not ours:
            continue
        answer = Hypothesis(
            cause="memory_exhausted",
            blames=(node,),
            confidence=Confidence.CERTAIN if ours else Confidence.LIKELY,
            says=(
                f"memory ran out on {node} and the kernel killed "
                + (_victims(ours) if ours else "processes just before")
            ),
            because=(*ours[:2], *killed[:2], *units[:1], *scene.events(OomInvoked, node=node)[:1]),
            settle_with=f"on {node}: journalctl -k | grep -iE 'out of memory|oom'; free -m",
            weight=9.5 if ours else 6.5,
        )
        involved = bool(scene.who_lost(node)) or node in incident.lost_quorum or bool(ours)
        if involved and (best is None or answer.confidence > best.confidence):
            best = answer
    return best


def _too_late(node: str, killed: list[MemoryRanOut]) -> Hypothesis:
    return Hypothesis(
        cause="memory_exhausted",
        blames=(node,),
        confidence=Confidence.RULED_OUT,
        says="the kernel killed for memory only after the node had been lost",
        despite=tuple(killed[:1]),
    )


def _victims(ours: list[Proof]) -> str:
    names = sorted({event.process for event in ours if isinstance(event, MemoryRanOut)})
    return " and ".join(names)
