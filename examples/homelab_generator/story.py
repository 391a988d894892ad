"""The calendar: what happens to the cluster on Nov 8 and 9, 2025, and when.

The port of proxmox hangs every half hour. Most hangs are over in seconds; three outlast the
watchdog and reset the node. An admin, on the wrong track, reboots proxmox2.
"""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from . import incidents, lifecycle, routine
from .cluster import SERVICES, Cluster, Node, Pids, Rounds
from .incidents import Hang, SelfFence
from .journal import DAY, moment

SEED = "homelab"
UNTIL = moment(9, "19:30:00")
"""When the journals were saved."""

FENCED_BY_DAY = moment(8, "11:44:57.7")
NEAR_MISS = moment(8, "17:52:11.4")
FENCED_AS_MASTER = moment(9, "03:17:40.9")
FENCED_IN_THE_MORNING = moment(9, "07:06:21.2")
REPORTED = moment(9, "10:33:23.78")
"""Cuts that are set by hand; all others are drawn."""

REBOOT_ABOUT = moment(8, "20:40:00")
MEAN_GAP, SHORTEST_GAP, LONGEST_GAP = 1770.0, 1230.0, 2370.0

_PROXMOX: tuple[Pids, ...] = ((398, 1418), (405, 1740), (401, 1696), (402, 2670))
_PROXMOX2: tuple[Pids, ...] = ((361, 812), (364, 844))
_PROXMOX3: tuple[Pids, ...] = ((377, 872),)


@dataclass(frozen=True, slots=True)
class Story:
    """All that happened.

    losses: the cut of every hang, in order. fences: proxmox resetting itself.
    rebooted: when the journal of proxmox2 stopped.
    near_miss: its cut, the LRM's last round before it, and when its lock was back.
    """

    cluster: Cluster
    losses: tuple[float, ...]
    fences: tuple[SelfFence, ...]
    rebooted: float
    near_miss: tuple[float, float, float]


def tell() -> Story:
    """Let the two days happen."""
    cluster = _cluster()
    victim, neighbour, _ = cluster.nodes
    losses = _losses(Random(f"{SEED} calendar"))
    reboot_at = _between(losses, REBOOT_ABOUT)
    fences: list[SelfFence] = []
    rebooted, near_miss = 0.0, (0.0, 0.0, 0.0)
    for cut in losses:
        if not rebooted and cut > reboot_at:
            rebooted = lifecycle.reboot_by_hand(cluster, neighbour, victim, reboot_at, _PROXMOX2[1])
        if cut in _FENCES:
            fences.append(_fence(cluster, victim, cut, len(fences)))
        elif cut == NEAR_MISS:
            near_miss = _miss(cluster, victim, cut)
        else:
            _pass(cluster, victim, cut)
    routine.fill(cluster, UNTIL)
    return Story(cluster, losses, tuple(fences), rebooted, near_miss)


_FENCES = {
    FENCED_BY_DAY: (5.8, 87.0, 0.05),
    FENCED_AS_MASTER: (4.9, 61.5, 0.25),
    FENCED_IN_THE_MORNING: (7.1, 94.0, 0.05),
}
"""Cut → the LRM's last round before it, the seconds that the node is down, the journal's tail."""


def _fence(cluster: Cluster, victim: Node, cut: float, number: int) -> SelfFence:
    fed, down, tail = _FENCES[cut]
    hang = Hang(cut, DAY, resets=False, fed=cut - fed)
    return incidents.self_fence(cluster, victim, hang, down, _PROXMOX[number + 1], tail=tail)


def _miss(cluster: Cluster, victim: Node, cut: float) -> tuple[float, float, float]:
    hang = Hang(cut, 42.6, resets=True, fed=cut - 7.2)
    regained = incidents.expulsion(cluster, victim, hang)
    if regained is None:
        raise ValueError("the LRM must get its lock again in a near miss")
    return cut, hang.fed, regained


def _pass(cluster: Cluster, victim: Node, cut: float) -> None:
    rng = cluster.rng
    fed = cut - rng.uniform(0.3, 9.7)
    if cut == REPORTED:
        incidents.expulsion(cluster, victim, Hang(cut, 12.1, resets=True, fed=fed))
    elif rng.random() < 0.24:
        outage = rng.uniform(8.6, 14.0)
        incidents.expulsion(cluster, victim, Hang(cut, outage, resets=True, fed=fed))
    elif rng.random() < 0.6:
        outage = rng.uniform(4.9, 5.2)
        incidents.blip(cluster, victim, Hang(cut, outage, resets=True, fed=fed))
    else:
        incidents.blip(cluster, victim, Hang(cut, rng.uniform(4.0, 4.8), resets=False, fed=fed))


def _losses(rng: Random) -> tuple[float, ...]:
    fixed = [
        0.0,
        FENCED_BY_DAY,
        NEAR_MISS,
        FENCED_AS_MASTER,
        FENCED_IN_THE_MORNING,
        REPORTED,
        UNTIL,
    ]
    cuts: list[float] = []
    for began, ended in pairwise(fixed):
        count = round((ended - began) / MEAN_GAP)
        gap = (ended - began) / count
        sway = min(gap - SHORTEST_GAP, LONGEST_GAP - gap) / 2
        cuts += [began + k * gap + rng.uniform(-sway, sway) for k in range(1, count)]
        cuts.append(ended)
    return tuple(cut for cut in cuts if cut < UNTIL)


def _between(losses: tuple[float, ...], about: float) -> float:
    after = next(k for k, cut in enumerate(losses) if cut > about)
    return (losses[after - 1] + losses[after]) / 2


def _cluster() -> Cluster:
    rng = Random(SEED)
    proxmox = Node(
        "proxmox",
        1,
        "192.168.1.137",
        "enp0s31f6",
        "a4:bb:6d:91:3c:07",
        "e1000e",
        (101, 132),
        Rounds(4.1),
    )
    proxmox2 = Node(
        "proxmox2",
        2,
        "192.168.1.125",
        "enp3s0",
        "1c:69:7a:0d:52:e8",
        "r8169",
        (125,),
        Rounds(moment(8, "11:46:02.74")),
    )
    proxmox3 = Node(
        "proxmox3",
        3,
        "192.168.1.126",
        "enp3s0",
        "1c:69:7a:0e:71:4b",
        "r8169",
        (109, 111),
        Rounds(7.9),
        late=0.4,
    )
    nodes = (proxmox, proxmox2, proxmox3)
    for node, pids, days in zip(
        nodes, (_PROXMOX[0], _PROXMOX2[0], _PROXMOX3[0]), (1.62, 8.9, 30.4), strict=True
    ):
        node.begin(-days * DAY, pids, f"{SEED} {node.name}")
        node.epochs = {"dcdb": 0x4C + node.id, "status": 0x51 + node.id}
    places = dict.fromkeys(SERVICES, proxmox)
    return Cluster(nodes, rng, ring=0x2E1C, master=proxmox2, places=places)
