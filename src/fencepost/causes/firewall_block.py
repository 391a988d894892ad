"""See `firewall_block`."""

from datetime import timedelta

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene, look
from fencepost.events.kernel_net import PacketBlocked
from fencepost.events.services import AdminCommand, FirewallEnabled
from fencepost.events.systemd import UnitStarted, UnitStarting
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.event import Event
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis

WALLS = ("ufw", "nftables", "pve-firewall", "proxmox-firewall", "firewalld", "iptables")
JUST_BEFORE = timedelta(seconds=30)


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:09:59 systemd Finished ufw.service - Uncomplicated firewall.
        n3 12:10:00 kernel [UFW BLOCK] IN=vmbr0 OUT= MAC=aa SRC=10.0.0.1 DST=10.0.0.3 LEN=112 TOS=0x00 PREC=0xC0 TTL=64 ID=1 DF PROTO=UDP SPT=5405 DPT=5405 LEN=92
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
        n1 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n2 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 3
        n2 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 1 2
        n3 12:00:00 corosync [QUORUM] Members[3]: 1 2 3
        n3 12:10:00 kernel [UFW BLOCK] IN=vmbr0 OUT= MAC=aa SRC=10.0.0.9 DST=10.0.0.3 LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=1 DF PROTO=TCP SPT=40000 DPT=22 WINDOW=1024 SYN
        n1 12:10:02 corosync [KNET  ] link: host: 3 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 1 link: 0 is down
        n3 12:10:02 corosync [KNET  ] link: host: 2 link: 0 is down
        n1 12:10:08 corosync [TOTEM ] A new membership (1.9) was formed. Members left: 3
        n1 12:10:08 corosync [TOTEM ] Failed to receive the leave message. failed: 3
    """,
)
def firewall_block(case: Case, incident: Incident) -> Hypothesis | None:
    """A packet filter dropped corosync's packets.

    Why it reboots a node:
        To corosync a filter is a cut cable. The node loses quorum, resets itself if armed,
        and boots straight into the same filter.

    What it is mistaken for:
        A dead link: the link is up, ping and SSH may work.

    What to do:
        Let UDP 5405 to 5412 pass between all nodes on all corosync networks before the filter
        is enabled; Proxmox VE's own firewall does so by itself.

    References:
        pvecm(1), ports; kernel log lines of the filter.
    """
    scene = look(case, incident)
    blocked = unusual(scene, scene.events(PacketBlocked))
    for node in sorted({event.node for event in blocked}) or list(scene.members):
        own = [event for event in blocked if event.node == node]
        enabled = _enabled(scene, node)
        involved = bool(scene.who_lost(node) or scene.lost_by(node)) or node in incident.nodes
        if not involved or not (own or enabled):
            continue
        strange = unusual(scene, [event for event in enabled if _foreign(event)], JUST_BEFORE)
        alone = node in scene.alone() and not scene.booting(node)
        return Hypothesis(
            cause="firewall_block",
            blames=(node,),
            confidence=Confidence.CERTAIN
            if own and enabled
            else Confidence.LIKELY
            if own or (strange and alone)
            else Confidence.POSSIBLE,
            says=f"a packet filter on {node} dropped corosync's packets"
            if own
            else f"a packet filter was started on {node} just before it lost its peers",
            because=(*own[:3], *enabled[:2], *scene.proofs(node, most=3)),
            missing=() if own else ("what the filter dropped: its counters or its log",),
            settle_with=f"on {node}: nft list ruleset | grep -n 540; iptables-save | grep 540",
            weight=9.7 if own else 7.5 if strange else 4.0,
        )
    return None


def _foreign(event: Event) -> bool:
    """Whether this is not Proxmox VE's own firewall, which lets corosync pass by itself."""
    return isinstance(event, AdminCommand) or (
        isinstance(event, UnitStarting | UnitStarted) and "pve-firewall" not in event.unit
    )


def _enabled(scene: Scene, node: str) -> list[Event]:
    first = scene.first_loss(node)
    if first is None:
        return []
    since, until = first - JUST_BEFORE, first + timedelta(seconds=3)
    found: list[Event] = [
        event
        for event in scene.case.timeline.of(
            UnitStarting, UnitStarted, node=node, since=since, until=until
        )
        if event.unit.startswith(WALLS)
    ]
    found += scene.case.timeline.of(FirewallEnabled, node=node, since=since, until=until)
    found += [
        event
        for event in scene.case.timeline.of(AdminCommand, node=node, since=since, until=until)
        if any(word in event.command for word in ("ufw", "nft", "iptables", "firewall"))
    ]
    return found
