"""See `known_bug`."""

import re
from functools import lru_cache

from fencepost.causes.changes import change_before
from fencepost.causes.pmxcfs_stuck import unfinished_syncs
from fencepost.causes.scene import Scene, joined, look
from fencepost.events.kernel_host import ProcessSegfaulted
from fencepost.model.case import Case, Confidence, Evidence, Incident, Proof
from fencepost.model.document import PackageVersions
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

FIXED_KNET = (1, 13)
FIXED_CPG = (3, 1, 10, 3)
"""As numbers of Debian's version: 3.1.10-pve3."""


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:10:00 kernel corosync[1213]: segfault at 8 ip 00007f2a sp 00007f2b error 4 in libknet.so.1.2.0[7f2a+9000]
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
        ==> n2/pveversion.txt <==
        root@n2:~# pveversion -v
        proxmox-ve: 6.1-2 (running kernel: 5.3.10-1-pve)
        corosync: 3.0.2-pve4
        libknet1: 1.12-pve1
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1
        n2 12:10:00 systemd corosync.service: Main process exited, code=killed, status=9/KILL
        n1 12:10:09 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 2
        n1 12:10:09 corosync [TOTEM ] Failed to receive the leave message. failed: 2
        ==> n2/pveversion.txt <==
        root@n2:~# pveversion -v
        proxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)
        corosync: 3.1.7-pve3
        libknet1: 1.28-pve1
    """,
)
def known_bug(case: Case, incident: Incident) -> Hypothesis | None:
    """A fault of an installed version explains it, and a later version mends it.

    Why it reboots a node:
        libknet up to 1.12 could corrupt memory and crash corosync; corosync 3.1.5-pve1 with
        libknet 1.22, and corosync up to 3.1.10-pve2 in another way, could leave /etc/pve
        blocked on all nodes although the ring stands.

    What it is mistaken for:
        A bad cable or a crash by chance.

    What to do:
        Upgrade corosync and libknet, one node after another, with HA disarmed.

    References:
        kronosnet issues 241, 255, 256, 257, 261; corosync issues 506, 660; the changelog of
        Proxmox's corosync 3.1.10-pve3.
    """
    scene = look(case, incident)
    return _crashed_in_knet(scene) or _ghost_member(scene)


def _crashed_in_knet(scene: Scene) -> Hypothesis | None:
    """Corosync crashed in libknet, as it does with libknet up to 1.12."""
    crashed = [e for e in scene.events(ProcessSegfaulted) if e.process.startswith("corosync")]
    if not crashed:
        return None
    node = crashed[0].node
    versions = _versions(scene.case, node, "libknet1")
    in_knet = [e for e in crashed if "knet" in e.origin.text]
    old = [proof for version, proof in versions if version < FIXED_KNET]
    if not in_knet and not old:
        return None
    if in_knet and versions and not old:
        return _fixed("libknet1", node, versions[0][1])
    changed = change_before(scene.case, _first_crashes(scene.case)[node])
    return Hypothesis(
        cause="known_bug",
        blames=(node,),
        confidence=Confidence.LIKELY if in_knet and old else Confidence.POSSIBLE,
        says=f"corosync on {node} crashed inside libknet, as versions up to 1.12 are known to"
        + (f"; {changed[0]}" if changed else ""),
        because=(*crashed[:2], *old[:1], *([changed[1]] if changed else [])),
        missing=() if old else ("the version of libknet1",),
        settle_with=f"on {node}: pveversion -v | grep -E 'corosync|libknet'",
        weight=8.0 if old else 5.0,
    )


@lru_cache(maxsize=4)
def _first_crashes(case: Case) -> dict[str, Event]:
    """The first crash of corosync that each node logged."""
    found: dict[str, Event] = {}
    for event in case.timeline.of(ProcessSegfaulted):
        if event.process.startswith("corosync"):
            found.setdefault(event.node, event)
    return found


def _ghost_member(scene: Scene) -> Hypothesis | None:
    """The synchronisation hung on several nodes after somebody joined and left at once."""
    stuck = unfinished_syncs(scene)
    nodes = sorted({start.node for start in stuck})
    joins = [member for member in scene.rings if member.joined and member.node in nodes]
    if len(nodes) < 2 or not joins or not any(scene.fenced_quorate(node) for node in nodes):
        return None
    versions = [found for node in nodes for found in _versions(scene.case, node, "corosync")]
    old = [proof for version, proof in versions if version < FIXED_CPG]
    if versions and not old:
        return _fixed("corosync", nodes[0], versions[0][1])
    return Hypothesis(
        cause="known_bug",
        confidence=Confidence.LIKELY if old else Confidence.POSSIBLE,
        says=(
            "a node joined, and the synchronisation of /etc/pve then hung on "
            f"{joined(nodes)}: corosync before 3.1.10-pve3 can keep a member that is gone"
        ),
        because=(joins[0].proof, *stuck[:3], *old[:1]),
        missing=() if old else ("the version of corosync",),
        settle_with=f"on {nodes[0]}: pveversion -v | grep -E 'corosync|libknet'",
        weight=8.8,
    )


def _fixed(package: str, node: str, version: Proof) -> Hypothesis:
    return Hypothesis(
        cause="known_bug",
        blames=(node,),
        confidence=Confidence.RULED_OUT,
        says=f"the {package} that is installed has the fault no more",
        despite=(version,),
    )


def _versions(case: Case, node: str, package: str) -> list[tuple[tuple[int, ...], Proof]]:
    """Versions of a package read for this node, or for no node in particular."""
    found: list[tuple[tuple[int, ...], Proof]] = []
    for doc in case.documents_of(PackageVersions):
        text = doc.packages.get(package)
        if text and doc.node in (node, None):
            numbers = tuple(int(part) for part in re.findall(r"\d+", text.split("~")[0]))
            proof = Evidence(doc.node, None, doc.origin_of(f"packages:{package}"))
            found.append((numbers, proof))
    return found
