"""Reports to render: a rich one, an empty one, and one with sixty small incidents."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from fencepost.events.knet import LinkDown, LinkUp
from fencepost.events.pve_ha_lrm import LrmStateChanged
from fencepost.events.totem import MembershipFormed
from fencepost.model.case import (
    Boot,
    Boots,
    Case,
    Clock,
    Confidence,
    Cut,
    Ending,
    Evidence,
    Gravity,
    Incident,
    Membership,
    Recovery,
    Span,
    Step,
)
from fencepost.model.cluster import Cluster, Node
from fencepost.model.document import (
    Interface,
    Interfaces,
    Load,
    ManagerStatus,
    Memory,
    Port,
    PortDriver,
)
from fencepost.model.event import Event
from fencepost.model.history import History
from fencepost.model.line import Gap, Origin
from fencepost.model.timeline import Timeline
from fencepost.model.verdict import (
    Finding,
    Hypothesis,
    Pattern,
    Priority,
    Recommendation,
    Report,
    Severity,
    Status,
    Verdict,
)

ONE, TWO, THREE = "proxmox", "proxmox2", "proxmox3"
IDS = {ONE: 1, TWO: 2, THREE: 3}

E = TypeVar("E", bound=Event)

HOSTILE = (
    "Nov 08 11:45:02 proxmox evil[666]: </pre><script>alert(1)</script> \x1b[2J\x1b]0;owned\x07 ```\n"
    "# not a heading ~~~~ `` <img src=x onerror=alert(1)> \u202egnp.exe\u202c | [x](javascript:1)"
)


def at(clock: str, day: int = 8) -> datetime:
    """A moment of November 2025, as `11:45:02` or `11:45:02.250`."""
    return datetime.fromisoformat(f"2025-11-{day:02d}T{clock}").replace(tzinfo=UTC)


def line(node: str, number: int, text: str) -> Origin:
    return Origin(f"logs/{node}.log", number, None, text)


def proof(node: str, when: datetime, number: int, says: str) -> Evidence:
    text = f"{when:%b %d %H:%M:%S} {node} {says}"
    return Evidence(node, when, line(node, number, text))


def said(kind: type[E], node: str, when: datetime, number: int, text: str, **fields: object) -> E:
    text = f"{when:%b %d %H:%M:%S} {node} {text}"
    return kind(at=when, node=node, origin=line(node, number, text), pid=1076, **fields)  # type: ignore[arg-type]


# --- what the nodes said --------------------------------------------------------------------------

HANG = proof(
    ONE, at("11:44:55"), 1033, "kernel: e1000e 0000:00:1f.6 enp0s31f6: Detected Hardware Unit Hang:"
)
LATE = proof(
    ONE,
    at("11:44:58.812"),
    1047,
    "corosync[2764]:   [TOTEM ] Token has not been received in 2737 ms",
)
LOST = proof(
    ONE,
    at("11:44:59.725"),
    1048,
    "corosync[2764]:   [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.",
)
NO_QUORUM = proof(ONE, at("11:45:04.110"), 1053, "pmxcfs[1210]: [status] notice: node lost quorum")
EXPIRED = proof(
    ONE,
    at("11:45:57"),
    1061,
    "watchdog-mux[702]: client (PID 1340) watchdog expired - disable watchdog updates",
)
STOPPED = proof(
    ONE, at("11:46:08"), 1066, "watchdog-mux[702]: exit watchdog-mux with active connections"
)
UNKNOWN = proof(
    TWO,
    at("11:45:12"),
    877,
    "pve-ha-crm[1084]: node 'proxmox': state changed from 'online' => 'unknown'",
)
FENCED = proof(
    TWO,
    at("11:46:02"),
    881,
    "pve-ha-crm[1084]: node 'proxmox': state changed from 'unknown' => 'fence'",
)
MOVED = proof(
    TWO,
    at("11:47:03"),
    889,
    "pve-ha-crm[1084]: recover service 'ct:100' from fenced node 'proxmox' to node 'proxmox2'",
)
EVIL = Evidence(ONE, at("11:45:02"), Origin("logs/evil`<b>.log", 7, None, HOSTILE))
BLOCKED = Evidence(
    THREE, None, Origin("status/proxmox3/journal", None, "s=5f;i=1a", "no packet was blocked")
)
LINKS = Evidence(
    None, None, Origin("etc/pve/corosync.conf", 31, None, "    ring0_addr: 192.168.1.137")
)
NEAR = proof(
    TWO, at("03:12:58", 9), 2210, "watchdog-mux[698]: client (PID 1322) watchdog is about to expire"
)
SAVED = proof(
    TWO,
    at("03:13:04", 9),
    2211,
    "watchdog-mux[698]: client (PID 1322) watchdog was updated before expiring",
)
SWITCH = proof(
    ONE, at("10:33:20", 9), 4101, "kernel: e1000e 0000:00:1f.6 enp0s31f6: NIC Link is Down"
)
SWITCH_2 = proof(
    TWO, at("10:33:20", 9), 3907, "kernel: igb 0000:02:00.0 eno1: igb: eno1 NIC Link is Down"
)
LAST = proof(TWO, at("10:34:21", 9), 3950, "pvestatd[1190]: storage 'pbs' is not online")
ASKED = proof(THREE, at("12:00:01", 9), 5120, "systemd-logind[601]: The system will reboot now!")


def ring(node: str, when: datetime, number: int, members: str, left: str = "") -> MembershipFormed:
    text = f"corosync[1076]:   [TOTEM ] A new membership (1.3c4) was formed. Members {left}"
    return said(MembershipFormed, node, when, number, text, ring=f"1.{number:x}")


def membership(
    node: str, members: Iterable[int], since: datetime, until: datetime | None, number: int
) -> Membership:
    some = tuple(members)
    spoken = ring(node, since, number, str(some))
    return Membership(
        node, "1.3c4", some, (), (), (), since, until, len(some) > 1, synced=True, proof=spoken
    )


def cut(node: str, peer: int, since: datetime, until: datetime | None, number: int) -> Cut:
    down = said(
        LinkDown,
        node,
        since,
        number,
        f"corosync[1076]:   [KNET  ] link: host: {peer} link: 0 is down",
        host=peer,
        link=0,
    )
    up = None
    if until is not None:
        up = said(
            LinkUp,
            node,
            until,
            number + 1,
            f"corosync[1076]:   [KNET  ] rx: host: {peer} link: 0 is up",
            host=peer,
            link=0,
        )
    return Cut(node, peer, 0, since, until, down, up)


MEMBERSHIPS = (
    membership(ONE, (1, 2, 3), at("09:00:00"), at("11:45:04.105"), 12),
    membership(ONE, (1,), at("11:45:04.105"), None, 1051),
    membership(ONE, (1, 2, 3), at("11:48:52"), at("10:33:29", 9), 1190),
    membership(TWO, (1, 2, 3), at("09:00:00"), at("11:45:04.120"), 11),
    membership(TWO, (2, 3), at("11:45:04.120"), at("11:48:52"), 870),
    membership(TWO, (1, 2, 3), at("11:48:52"), at("10:33:29", 9), 902),
    membership(TWO, (2,), at("10:33:29", 9), None, 3921),
    membership(THREE, (1, 2, 3), at("09:00:00"), at("11:45:04.118"), 14),
    membership(THREE, (2, 3), at("11:45:04.118"), at("11:48:52"), 640),
    membership(THREE, (1, 2, 3), at("11:48:52"), at("10:33:29", 9), 690),
    membership(THREE, (3,), at("10:33:29", 9), at("10:36:40", 9), 5001),
    membership(ONE, (1,), at("10:33:29", 9), None, 4120),
)
CUTS = (
    cut(ONE, 2, at("11:44:58.100"), None, 1041),
    cut(ONE, 3, at("11:44:58.110"), None, 1043),
    cut(TWO, 1, at("11:44:58.300"), at("11:48:50"), 861),
    cut(THREE, 1, at("11:44:58.310"), at("11:48:50"), 631),
    cut(ONE, 2, at("10:33:23", 9), None, 4110),
    cut(ONE, 3, at("10:33:23", 9), None, 4111),
    cut(TWO, 1, at("10:33:23", 9), None, 3911),
    cut(TWO, 3, at("10:33:23", 9), None, 3912),
    cut(THREE, 1, at("10:33:23", 9), at("10:36:38", 9), 4990),
    cut(THREE, 2, at("10:33:23.010", 9), None, 4992),
)
LRM = (
    said(
        LrmStateChanged,
        ONE,
        at("11:45:07"),
        1056,
        "pve-ha-lrm[1340]: status change active => lost_agent_lock",
        was="active",
        now="lost_agent_lock",
    ),
    said(
        LrmStateChanged,
        TWO,
        at("03:12:20", 9),
        2204,
        "pve-ha-lrm[1322]: status change active => lost_agent_lock",
        was="active",
        now="lost_agent_lock",
    ),
    said(
        LrmStateChanged,
        TWO,
        at("03:13:03", 9),
        2212,
        "pve-ha-lrm[1322]: status change lost_agent_lock => active",
        was="lost_agent_lock",
        now="active",
    ),
)

# --- what was made of it --------------------------------------------------------------------------

FENCE = Boot(
    node=ONE,
    began=at("07:00:00", 3),
    first_heard=at("09:00:00"),
    last_heard=at("11:46:08"),
    ended=at("11:46:09"),
    uncertain=timedelta(seconds=1.5),
    back_at=at("11:48:40"),
    ending=Ending.SELF_FENCE,
    confidence=Confidence.CERTAIN,
    because=(STOPPED, EXPIRED, LRM[0], NO_QUORUM),
)
SECOND = Boot(
    node=ONE,
    began=at("11:48:40"),
    first_heard=at("11:48:40"),
    last_heard=at("10:34:19", 9),
    ended=at("10:34:30", 9),
    uncertain=timedelta(seconds=10),
    back_at=at("10:37:02", 9),
    ending=Ending.SELF_FENCE,
    confidence=Confidence.LIKELY,
    because=(SWITCH,),
    missing=(
        "The last words of its journal: watchdog-mux writes `exit watchdog-mux with active connections`.",
    ),
)
GONE = Boot(
    node=TWO,
    began=at("06:00:00", 1),
    first_heard=at("09:00:00"),
    last_heard=at("10:34:21", 9),
    ended=at("10:34:26", 9),
    uncertain=timedelta(seconds=5),
    ending=Ending.UNKNOWN,
    because=(LAST,),
    despite=(SWITCH_2,),
    missing=("The log after 10:34:21, or the BMC's event log (`ipmitool sel list`).",),
)
REBOOTED = Boot(
    node=THREE,
    began=at("06:00:00", 1),
    first_heard=at("09:00:00"),
    last_heard=at("12:00:07", 9),
    ended=at("12:00:07", 9),
    back_at=at("12:01:40", 9),
    ending=Ending.ASKED_FOR,
    confidence=Confidence.CERTAIN,
    because=(ASKED,),
)

FIRST_INCIDENT = Incident(
    id="i1",
    began=at("11:44:55"),
    ended=at("11:48:52"),
    gravity=Gravity.NODE_DOWN,
    nodes=(ONE,),
    lost_quorum=(ONE,),
    armed=(ONE, TWO),
    survived=(TWO, THREE),
    margin=None,
    boots=(FENCE,),
    recoveries=(Recovery("ct:100", ONE, TWO, at("11:47:03"), timedelta(seconds=118), MOVED),),
    story=(
        Step(at("11:44:55"), ONE, "proxmox: the network port enp0s31f6 (e1000e) hangs", HANG),
        Step(
            at("11:44:59.725"),
            ONE,
            "proxmox has not had the token for 3650 ms and starts to form a new ring",
            LOST,
        ),
        Step(
            at("11:45:02"),
            ONE,
            "proxmox: evil says \x1b[31m<script>alert(1)</script> and `rm -rf`",
            EVIL,
        ),
        Step(
            at("11:45:04.105"),
            ONE,
            "proxmox is alone: it has lost proxmox2 and proxmox3",
            MEMBERSHIPS[1].proof,
        ),
        Step(at("11:45:04.110"), ONE, "proxmox has lost quorum", NO_QUORUM),
        Step(
            at("11:45:07"),
            ONE,
            "proxmox: the LRM can no longer renew its lock and stops feeding the watchdog",
            LRM[0],
        ),
        Step(at("11:45:12"), TWO, "the master proxmox2 no longer sees proxmox", UNKNOWN),
        Step(
            at("11:45:57"),
            ONE,
            "proxmox: the watchdog has not been fed for 60 s; the reset can not be stopped",
            EXPIRED,
        ),
        Step(
            at("11:46:02"),
            TWO,
            "the master proxmox2 waits for proxmox's lock to expire (state `fence`)",
            FENCED,
        ),
        Step(at("11:46:09"), ONE, "proxmox resets itself: its watchdog was no longer fed", STOPPED),
        Step(at("11:47:03"), None, "ct:100 is recovered from proxmox to proxmox2", MOVED),
        Step(at("11:48:40"), ONE, "proxmox boots again"),
    ),
)
NEAR_MISS = Incident(
    id="i7",
    began=at("03:12:08", 9),
    ended=at("03:13:04", 9),
    gravity=Gravity.QUORUM_LOST,
    nodes=(TWO,),
    lost_quorum=(TWO,),
    armed=(TWO,),
    survived=(ONE, TWO, THREE),
    margin=timedelta(seconds=4),
    boots=(),
    recoveries=(),
    story=(
        Step(
            at("03:12:20", 9),
            TWO,
            "proxmox2: the LRM can no longer renew its lock and stops feeding the watchdog",
            LRM[1],
        ),
        Step(
            at("03:12:58", 9),
            TWO,
            "proxmox2: the watchdog has not been fed for 50 s; 10 s are left",
            NEAR,
        ),
        Step(
            at("03:13:04", 9), TWO, "proxmox2: the watchdog was fed again before it expired", SAVED
        ),
    ),
)
OUTAGE = Incident(
    id="i8",
    began=at("10:33:20", 9),
    ended=at("10:37:10", 9),
    gravity=Gravity.NODE_DOWN,
    nodes=(ONE, TWO),
    lost_quorum=(ONE, TWO, THREE),
    armed=(ONE, TWO),
    survived=(THREE,),
    margin=None,
    boots=(GONE, SECOND),
    recoveries=(),
    story=(
        Step(at("10:33:20", 9), ONE, "proxmox: port enp0s31f6 loses its link", SWITCH),
        Step(at("10:33:20", 9), TWO, "proxmox2: port eno1 loses its link", SWITCH_2),
        Step(
            at("10:33:29", 9),
            TWO,
            "proxmox2 is alone: it has lost proxmox and proxmox3",
            MEMBERSHIPS[6].proof,
        ),
        Step(at("10:34:26", 9), TWO, "proxmox2's log just stops; nothing says why", LAST),
        Step(
            at("10:34:30", 9), ONE, "proxmox resets itself: its watchdog was no longer fed", SWITCH
        ),
    ),
)


def small(number: int, began: datetime, gravity: Gravity = Gravity.DISTURBED) -> Verdict:
    origin = line(ONE, 6000 + number, f"corosync[2764]: [TOTEM ] A processor failed ({number})")
    lost = Evidence(ONE, began, origin)
    incident = Incident(
        id=f"i{number}",
        began=began,
        ended=began + timedelta(seconds=5),
        gravity=gravity,
        nodes=(ONE,),
        lost_quorum=(),
        armed=History(),
        survived=(ONE, TWO, THREE),
        margin=None,
        boots=Boots(),
        recoveries=(),
        story=(Step(began, ONE, "proxmox forms the same ring again; nobody was lost", lost),),
    )
    guess = Hypothesis(
        cause="unknown",
        confidence=Confidence.POSSIBLE,
        says="Only a token loss is visible.",
        because=(lost,),
        settle_with="ethtool -S enp0s31f6",
    )
    return Verdict(incident=incident, hypotheses=(guess,))


SMALL = tuple(
    small(number, at("12:00:00") + timedelta(minutes=27 * number)) for number in range(2, 7)
)

NIC_HANG = Hypothesis(
    cause="nic_hang",
    confidence=Confidence.CERTAIN,
    says="The network card of proxmox hung (driver `e1000e`) 3 s before every link of the node went down; no other node lost a link to anyone else.",
    blames=(ONE,),
    because=(HANG, CUTS[0].opened, CUTS[1].opened, LATE, LOST, EVIL),
    missing=("The card's own counters at that time.",),
    settle_with="ethtool -S enp0s31f6 | grep -i -E 'hang|timeout'   # on proxmox",
    weight=3.0,
)
ISOLATED = Hypothesis(
    cause="isolated_node",
    confidence=Confidence.POSSIBLE,
    says="proxmox lost every peer in the same second. A cable or a switch port would look the same from the other nodes.",
    blames=(ONE,),
    because=(CUTS[2].opened, CUTS[3].opened),
    despite=(HANG,),
)
FIREWALL = Hypothesis(
    cause="firewall_block",
    confidence=Confidence.RULED_OUT,
    says="No firewall line stands in any log, and no rule changed.",
    despite=(BLOCKED,),
)
NETWORK = Hypothesis(
    cause="network_down",
    confidence=Confidence.LIKELY,
    says="proxmox and proxmox2 lost their carrier in the same second, so what they have in common failed: the switch, or its power.",
    because=(SWITCH, SWITCH_2),
    missing=("The switch's own log.",),
    settle_with="show uptime   # on the switch",
)
PAUSED = Hypothesis(
    cause="paused_node",
    confidence=Confidence.POSSIBLE,
    says="proxmox2 had no lock for 43 s while its links stayed up.",
    blames=(TWO,),
    because=(LRM[1], NEAR),
    settle_with="journalctl -k --since '2025-11-09 03:11' --until '2025-11-09 03:14'   # on proxmox2",
)

VERDICTS = (
    Verdict(incident=FIRST_INCIDENT, hypotheses=(NIC_HANG, ISOLATED, FIREWALL)),
    *SMALL,
    Verdict(incident=NEAR_MISS, hypotheses=(PAUSED,)),
    Verdict(incident=OUTAGE, hypotheses=(NETWORK,)),
)

FINDINGS = (
    Finding(
        audit="single_link",
        severity=Severity.CRITICAL,
        found="Corosync has one link only, over `vmbr0`, which guests and backups use as well.",
        expected="Two links over two cards and two switches.",
        because=(LINKS,),
    ),
    Finding(
        audit="nic_offload",
        severity=Severity.WARNING,
        node=ONE,
        found="`enp0s31f6` (e1000e) has TSO and GSO on; this card hangs with them.",
        expected="`tso off gso off`",
    ),
    Finding(
        audit="clock_sync",
        severity=Severity.OK,
        found="All clocks agree within 412 ms.",
        expected="within 1 s",
    ),
    Finding(
        audit="token_timeout",
        severity=Severity.OK,
        found="token 3650 ms, consensus 4380 ms: a new ring forms within 8.0 s.",
        expected="below 30 s",
    ),
)

RECOMMENDATIONS = (
    Recommendation(
        priority=Priority.NOW,
        title="Switch off segmentation offload on enp0s31f6 of proxmox",
        why="The card hangs with it; this took proxmox off the network twice.",
        steps=(
            "On proxmox, at once: `ethtool -K enp0s31f6 tso off gso off gro off`",
            "To keep it over reboots, add to `/etc/network/interfaces` under `iface enp0s31f6`:\n    post-up ethtool -K enp0s31f6 tso off gso off gro off",
        ),
        risk="None for guests; a little more CPU for network traffic.",
        expected="No more `Detected Hardware Unit Hang` in the kernel log.",
        verify="`journalctl -k -g 'Hardware Unit Hang' --since today` stays empty for a week.",
        undo="`ethtool -K enp0s31f6 tso on gso on gro on` and remove the line.",
        answers=("i1", "nic_hang", "nic_offload"),
    ),
    Recommendation(
        priority=Priority.SOON,
        title="Give corosync a second link",
        why="With one link, one card, cable or switch takes a node out of the cluster.",
        steps=(
            "Cable a second port of each node to another switch.",
            "Add `ring1_addr` to every node in `/etc/pve/corosync.conf` and raise `config_version`.",
        ),
        risk="A wrong corosync.conf can split the cluster: keep HA disarmed meanwhile.",
        expected="`corosync-cfgtool -s` shows two links.",
        verify="Unplug link 0 of one node: the node stays in the cluster.",
        undo="Remove `ring1_addr` again and raise `config_version`.",
        answers=("single_link", "i1", "i8"),
    ),
    Recommendation(
        priority=Priority.LATER,
        title="Keep the journal over crashes",
        why="The last seconds of proxmox2 are missing.",
        steps=("Set `SyncIntervalSec=10s` in `/etc/systemd/journald.conf`.",),
        risk="A few more writes.",
        expected="Less is lost at a reset.",
        verify="`systemctl restart systemd-journald` reports no error.",
        undo="Remove the line.",
        answers=("i8",),
    ),
)

CLUSTER = Cluster(
    name="homelab-cluster",
    nodes=(
        Node(ONE, 1, {0: "192.168.1.137"}),
        Node(TWO, 2, {0: "192.168.1.125"}),
        Node(THREE, 3, {0: "192.168.1.126"}),
    ),
    expected_votes=3,
    quorum=2,
    token_ms=3650,
    consensus_ms=4380,
    timing_from="corosync.conf",
    ha_services=("ct:100", "vm:113"),
)

STATUS_FILE = Origin("status/proxmox/ethtool", 1, None, "Settings for enp0s31f6:")
DOCUMENTS = (
    Interfaces(
        origin=STATUS_FILE,
        node=ONE,
        interfaces={
            "lo": Interface(name="lo", mtu=65536),
            "enp0s31f6": Interface(name="enp0s31f6", mtu=1500, up=True, master="vmbr0"),
            "tap100i0": Interface(name="tap100i0", mtu=1500, master="vmbr0"),
            "vmbr0": Interface(
                name="vmbr0", mtu=1500, kind="bridge", addresses=("192.168.1.137/24",)
            ),
        },
    ),
    Port(origin=STATUS_FILE, node=ONE, name="enp0s31f6", speed_mb=1000, duplex="full", link=True),
    PortDriver(origin=STATUS_FILE, node=ONE, name="enp0s31f6", driver="e1000e"),
    Load(origin=STATUS_FILE, node=ONE, load_1=0.8, load_5=0.6, load_15=0.5),
    Memory(origin=STATUS_FILE, node=ONE, total_mb=32000, available_mb=22000),
    ManagerStatus(
        origin=STATUS_FILE,
        node=TWO,
        master=TWO,
        nodes={ONE: "online"},
        services={"ct:100": (TWO, "started")},
    ),
)


def case() -> Case:
    return Case(
        timeline=Timeline(LRM),
        cluster=CLUSTER,
        documents=DOCUMENTS,
        clocks=(
            Clock(TWO, timedelta(milliseconds=-412), timedelta(milliseconds=30), 8),
            Clock(THREE, timedelta(0), timedelta(milliseconds=20), 5),
        ),
        boots=Boots((FENCE, SECOND, GONE, REBOOTED)),
        memberships=History(MEMBERSHIPS),
        cuts=History(CUTS),
        quorum_losses=History(
            (
                Span(ONE, at("11:45:04.110"), None, NO_QUORUM),
                Span(TWO, at("03:12:08", 9), at("03:12:50", 9), LRM[1]),
                Span(ONE, at("10:33:29", 9), None, MEMBERSHIPS[11].proof),
                Span(TWO, at("10:33:29", 9), None, MEMBERSHIPS[6].proof),
                Span(THREE, at("10:33:29", 9), at("10:36:40", 9), MEMBERSHIPS[10].proof),
            )
        ),
        armed=History(
            (
                Span(ONE, at("09:00:00"), None, None, None, "lrm"),
                Span(ONE, at("09:10:00"), None, None, None, "crm"),
                Span(ONE, at("11:50:00"), None, None, None, "lrm"),
                Span(TWO, at("09:00:00"), None, LRM[2], None, "lrm"),
            )
        ),
        incidents=tuple(verdict.incident for verdict in VERDICTS),
        gaps=(
            Gap("no journal before 09:00", THREE, "logs/proxmox3.log"),
            Gap("2 lines are torn and were passed over", ONE, "logs/proxmox.log"),
            Gap("the BMC's event log was not among the files"),
        ),
        assumed=("year 2025, from the file's date",),
        began=at("09:00:00"),
        ended=at("12:30:00.250", 9),
        heard={
            ONE: (at("09:00:00"), at("12:30:00", 9)),
            TWO: (at("09:00:00"), at("10:34:21", 9)),
            THREE: (at("09:00:00"), at("12:30:00.250", 9)),
        },
    )


@pytest.fixture
def rich() -> Report:
    """Three nodes, eight incidents, four reboots, hostile lines."""
    return Report(
        summary="proxmox reset itself twice: its network card hung (certain), and once the switch went down (likely). Switch off segmentation offload on `enp0s31f6`, then give corosync a second link.",
        case=case(),
        verdicts=VERDICTS,
        patterns=(
            Pattern(
                says="token lost on proxmox 31 times, every 20–40 min",
                count=31,
                median_gap=timedelta(seconds=1710),
                because=(LOST,),
            ),
        ),
        findings=FINDINGS,
        recommendations=RECOMMENDATIONS,
        status=Status(
            as_of=at("12:30:00.250", 9),
            quorate=True,
            ongoing=("token lost on proxmox every 20–40 min",),
        ),
    )


@pytest.fixture
def empty() -> Report:
    """Nothing was found, and hardly anything was read."""
    bare = Case(
        timeline=Timeline(()),
        cluster=Cluster(None, (), None, None, None, None, ""),
        documents=(),
        clocks=(),
        boots=Boots(),
        memberships=History(),
        cuts=History(),
        quorum_losses=History(),
        armed=History(),
        incidents=(),
        gaps=(),
        assumed=(),
        began=None,
        ended=None,
    )
    return Report(
        summary="Nothing happened.",
        case=bare,
        verdicts=(),
        patterns=(),
        findings=(),
        recommendations=(),
        status=Status(as_of=None, quorate=None),
    )


@pytest.fixture
def busy(rich: Report) -> Report:
    """Sixty small incidents, two kinds, beside the grave ones."""
    some = tuple(
        small(
            100 + number,
            at("13:00:00") + timedelta(minutes=20 * number),
            Gravity.DISTURBED if number % 3 else Gravity.WARNING,
        )
        for number in range(60)
    )
    return replace(rich, verdicts=(*rich.verdicts[:1], *some))
