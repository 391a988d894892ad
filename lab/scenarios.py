"""Every scenario: a cluster's shape, what is done to it, and the answer that is right."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lab import faults
from lab.faults import Fault
from lab.relay import Treatment
from lab.shape import Ha, Shape

SIGKILL, SIGSEGV, SIGTERM = signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Act:
    """Faults in force together for some seconds, then rest; without faults just rest."""

    faults: tuple[Fault, ...]
    seconds: float
    rest: float = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run of the laboratory.

    causes: slugs that are right as the first hypothesis, best first; none: no incident.
    blamed: the nodes at fault; empty where nobody in particular is.
    before: faults in force from before the start of the daemons to the end of the record.
    load: bytes and rate of the cluster traffic on the first and the last node.
    ha: what HA has to do; none: the cluster has no HA services and no HA daemons log.
    """

    name: str
    about: str
    shape: Shape
    acts: tuple[Act, ...]
    causes: tuple[str, ...] = ()
    blamed: tuple[str, ...] = ()
    before: tuple[Fault, ...] = ()
    load: tuple[int, float] = (800, 5)
    ha: Ha | None = None


def once(seconds: float, *together: Fault, rest: float = 14) -> tuple[Act, ...]:
    """One act."""
    return (Act(together, seconds, rest),)


def again(times: int, down: float, up: float, *together: Fault) -> tuple[Act, ...]:
    """The same act several times, then rest."""
    return (*(Act(together, down, up) for _ in range(times)), Act((), 18))


def _edits(nodes: Sequence[str], *totems: str) -> tuple[Act, ...]:
    return tuple(
        Act((faults.edited(nodes, version, (line,), f"totem {line!r} reloaded"),), 2)
        for version, line in enumerate(totems, start=2)
    )


TWO = ("larch", "maple")
THREE = ("alder", "birch", "cedar")
FIVE = ("alder", "aspen", "beech", "cherry", "hazel")
EIGHT = ("alder", "aspen", "beech", "cherry", "hazel", "larch", "maple", "rowan")
PAIR = Shape(TWO, ids=(2, 5), quorum=("two_node: 1",))
TRIO = Shape(THREE)
GROUP = Shape(FIVE)
SPARSE = Shape(FIVE, ids=(3, 5, 9, 12, 20), secauth="off")
CROWD = Shape(EIGHT)
UDPU = Shape(FIVE, transport="udpu", secauth="off")
WITNESSED = Shape(TWO, qdevice=True)
UNHURRIED = Shape(THREE, system=("sched_rr: no",))

ONE_GONE = ("isolated_node", "link_down")
NETWORK = ("broken_path", "network_down", "isolated_node", "unknown")
LOSSY = ("packet_loss", "link_flap")
SLOW = ("slow_network", "saturated_link", "packet_loss", "link_flap", "unknown")

ARMED = Ha(
    services=(
        ("ct:100", "alder"),
        ("ct:101", "alder"),
        ("vm:102", "birch"),
        ("ct:103", "birch"),
        ("vm:104", "cedar"),
        ("ct:105", "cedar"),
    ),
    master="alder",
)
ARMED_TWO = Ha(services=ARMED.services[:4], master="alder")
WARM_UP = Act((), 12)
"""The HA daemons start after corosync, and become armed some ten seconds later."""

OUTAGE = ("network_down", "link_down")


def armed(seconds: float, *together: Fault, rest: float) -> tuple[Act, ...]:
    """One act, once the HA daemons are armed."""
    return WARM_UP, Act(together, seconds, rest)


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("healthy", "nothing happens", GROUP, (Act((), 45),)),
    Scenario("healthy-trio", "nothing happens, three nodes", TRIO, (Act((), 20),)),
    Scenario(
        "port-down",
        "switch port of cherry down",
        GROUP,
        once(30, faults.port_down("cherry")),
        ONE_GONE,
        ("cherry",),
    ),
    Scenario(
        "interface-down",
        "interface of cedar set down on cedar",
        TRIO,
        once(18, faults.interface_down("cedar")),
        ONE_GONE,
        ("cedar",),
    ),
    Scenario(
        "udpu-port-down",
        "transport udpu, switch port of hazel down",
        UDPU,
        once(30, faults.port_down("hazel")),
        ONE_GONE,
        ("hazel",),
    ),
    Scenario(
        "qdevice-port-down",
        "two nodes and a quorum device, port of maple down",
        WITNESSED,
        once(35, faults.port_down("maple"), rest=20),
        ONE_GONE,
        ("maple",),
    ),
    Scenario(
        "one-link-of-two",
        "link 1 of aspen down, link 0 carries on",
        Shape(FIVE, links=2),
        once(30, faults.port_down("aspen", 1)),
        ("link_down", "link_flap"),
        ("aspen",),
    ),
    Scenario(
        "both-links-down",
        "both links of beech down",
        Shape(FIVE, links=2, ids=(1, 2, 3, 5, 8)),
        once(30, faults.port_down("beech", 0), faults.port_down("beech", 1)),
        ONE_GONE,
        ("beech",),
    ),
    Scenario(
        "flap-slow",
        "switch port of larch down 4.5 s of every 7 s, eight nodes",
        CROWD,
        again(6, 4.5, 2.5, faults.port_down("larch")),
        ("link_flap",),
        ("larch",),
    ),
    Scenario(
        "flap-long",
        "switch port of alder down 8 s of every 20 s",
        TRIO,
        again(3, 8, 12, faults.port_down("alder")),
        ("link_flap",),
        ("alder",),
    ),
    Scenario(
        "flap-fast",
        "switch port of birch down 2 s of every 3 s",
        TRIO,
        again(12, 2, 1, faults.port_down("birch")),
        ("link_flap",),
        ("birch",),
    ),
    Scenario(
        "switch-outage",
        "the whole switch dark",
        SPARSE,
        once(30, *(faults.port_down(node) for node in FIVE), rest=20),
        ("network_down",),
    ),
    Scenario(
        "split",
        "three nodes on one switch, two on another",
        SPARSE,
        once(30, faults.apart(("beech", "hazel"))),
        NETWORK,
    ),
    Scenario(
        "non-transitive",
        "alder and cedar cut from each other, birch reaches both",
        TRIO,
        once(35, faults.cut("alder", TRIO.address("cedar"))),
        ("broken_path",),
        ("alder", "cedar"),
    ),
    Scenario(
        "asymmetric",
        "alder does not hear cedar, all else is open",
        TRIO,
        once(35, faults.deaf("alder", TRIO.address("cedar"))),
        ("broken_path",),
        ("alder", "cedar"),
    ),
    Scenario(
        "loss-whole",
        "30 % loss at every node",
        TRIO,
        once(40, *(faults.loss(node, 30, ("in",)) for node in THREE)),
        (*LOSSY, "slow_network"),
        load=(1200, 20),
    ),
    Scenario(
        "loss-one-node",
        "35 % loss in and out at aspen",
        GROUP,
        once(45, faults.loss("aspen", 35)),
        LOSSY,
        ("aspen",),
        load=(1000, 6),
    ),
    Scenario(
        "loss-one-way",
        "40 % of what birch sends is lost",
        TRIO,
        once(45, faults.loss("birch", 40, ("out",))),
        LOSSY,
        ("birch",),
        load=(1000, 10),
    ),
    Scenario(
        "loss-bursts",
        "all packets of birch lost for 0.6 s of every 2 s",
        TRIO,
        again(20, 0.6, 1.4, faults.loss("birch", 100)),
        (*LOSSY, "unknown"),
        ("birch",),
        load=(1000, 10),
    ),
    Scenario(
        "delay",
        "300 ms each way at alder: too little to hurt",
        Shape(FIVE, relayed=("alder",)),
        once(40, faults.treated("alder", "300 ms each way", Treatment(delay_ms=300))),
    ),
    Scenario(
        "jitter",
        "200 ms and up to 150 ms more at maple, in order",
        Shape(TWO, quorum=("two_node: 1",), relayed=("maple",)),
        once(40, faults.treated("maple", "200 to 350 ms", Treatment(delay_ms=200, jitter_ms=150))),
    ),
    Scenario(
        "spikes",
        "traffic of hazel held back for 4 s every 16 s",
        Shape(FIVE, relayed=("hazel",)),
        again(4, 4, 12, faults.treated("hazel", "all held", Treatment(held=True))),
        ("slow_network", "link_flap", "isolated_node", "unknown"),
        ("hazel",),
    ),
    Scenario(
        "reordered",
        "5 % of cedar's packets late, 5 % twice",
        Shape(THREE, relayed=("cedar",)),
        once(
            40,
            faults.treated(
                "cedar", "5 % late, 5 % twice", Treatment(late_share=0.05, twice_share=0.05)
            ),
        ),
    ),
    Scenario(
        "rate-limit",
        "cedar sends 120 kbit/s at most, short queue",
        TRIO,
        once(40, faults.slowed("cedar", 120, 100)),
        SLOW,
        ("cedar",),
        load=(1200, 20),
    ),
    Scenario(
        "bufferbloat",
        "every node sends 150 kbit/s at most, queues of 4 s",
        TRIO,
        once(40, *(faults.slowed(node, 150, 4000) for node in THREE)),
        SLOW,
        load=(1200, 40),
    ),
    Scenario(
        "size-hole",
        "large packets toward cherry vanish, under load",
        GROUP,
        once(60, faults.size_limit("cherry")),
        ("mtu_black_hole",),
        ("cherry",),
        load=(3000, 4),
    ),
    Scenario(
        "small-mtu",
        "MTU 1000 on cedar only, under load",
        TRIO,
        once(45, faults.small_mtu("cedar"), rest=30),
        ("mtu_black_hole",),
        ("cedar",),
        load=(3000, 10),
    ),
    Scenario(
        "firewall-in-flight",
        "firewall of birch closes the cluster's port",
        TRIO,
        once(35, faults.firewall("birch")),
        ("firewall_block", "isolated_node", "broken_path", "unknown"),
        ("birch",),
    ),
    Scenario(
        "firewall-from-boot",
        "firewall of cedar closed before the start",
        TRIO,
        (Act((), 20),),
        ("firewall_block", "isolated_node", "broken_path", "unknown"),
        ("cedar",),
        before=(faults.firewall("cedar"),),
    ),
    Scenario(
        "duplicate-address",
        "alder has cedar's address too",
        TRIO,
        once(35, faults.same_address("alder", "cedar")),
        ("duplicate_address", "broken_path", "isolated_node", "unknown"),
    ),
    Scenario("pause-1s", "corosync on birch paused for 1 s", TRIO, once(1, faults.paused("birch"))),
    Scenario(
        "pause-5s",
        "corosync on birch paused for 5 s",
        TRIO,
        once(5, faults.paused("birch")),
        ("paused_node",),
        ("birch",),
    ),
    Scenario(
        "pause-20s",
        "corosync on hazel paused for 20 s",
        GROUP,
        once(20, faults.paused("hazel")),
        ("paused_node",),
        ("hazel",),
    ),
    Scenario(
        "pause-70s",
        "corosync on rowan paused for 70 s, eight nodes",
        CROWD,
        once(70, faults.paused("rowan")),
        ("paused_node",),
        ("rowan",),
    ),
    Scenario(
        "starved",
        "corosync on birch gets 1 ms of CPU in a second, no realtime priority",
        UNHURRIED,
        once(30, faults.starved("birch", 1000)),
        ("paused_node",),
        ("birch",),
    ),
    Scenario(
        "starved-realtime",
        "corosync on birch gets 1 ms of CPU in a second, with realtime priority",
        TRIO,
        once(30, faults.starved("birch", 1000)),
        ("paused_node",),
        ("birch",),
    ),
    Scenario(
        "killed",
        "corosync on beech killed, started again after 25 s",
        SPARSE,
        once(25, faults.ended("beech", SIGKILL)),
        ("corosync_died",),
        ("beech",),
    ),
    Scenario(
        "segfault",
        "corosync on maple ends by SIGSEGV, started again after 25 s",
        PAIR,
        once(25, faults.ended("maple", SIGSEGV)),
        ("corosync_died",),
        ("maple",),
    ),
    Scenario(
        "stopped",
        "corosync on cedar stopped in an orderly way, started again after 20 s",
        TRIO,
        once(20, faults.ended("cedar", SIGTERM)),
        ("asked_for",),
        ("cedar",),
    ),
    Scenario(
        "wrong-version",
        "cedar starts with a newer config_version",
        TRIO,
        (Act((), 15),),
        ("config_mismatch",),
        before=(faults.other_version("cedar", 7),),
    ),
    Scenario(
        "wrong-key",
        "cedar starts with another key",
        TRIO,
        (Act((), 15),),
        ("wrong_key",),
        ("cedar",),
        before=(faults.other_key("cedar"),),
    ),
    Scenario(
        "token-reload",
        "token raised to 10000 by a reload",
        GROUP,
        (*_edits(FIVE, "token: 10000"), Act((), 20)),
    ),
    Scenario(
        "bad-edits",
        "edits that corosync refuses, one after the other",
        TRIO,
        (*_edits(THREE, "token: abc", "consensus: 40", "token: 10"), Act((), 15)),
    ),
    Scenario(
        "reload-storm",
        "ten reloads within 20 s, nothing but the token changes",
        TRIO,
        (*_edits(THREE, *(f"token: {3000 + 100 * step}" for step in range(10))), Act((), 15)),
    ),
    Scenario(
        "coefficient-pause",
        "token_coefficient 125 on five nodes: corosync on aspen paused for 4.5 s",
        Shape(FIVE, totem=("token_coefficient: 125",)),
        once(4.5, faults.paused("aspen")),
        ("paused_node",),
        ("aspen",),
    ),
    Scenario(
        "ha-armed-cut",
        "armed cedar loses its port for 100 s and resets itself; its services are recovered",
        TRIO,
        armed(100, faults.port_down("cedar"), rest=55),
        ONE_GONE,
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-idle-cut",
        "idle cedar loses its port for 90 s and survives",
        TRIO,
        armed(90, faults.port_down("cedar"), rest=20),
        ONE_GONE,
        ("cedar",),
        ha=ARMED_TWO,
    ),
    Scenario(
        "ha-outage",
        "the whole switch is dead for 90 s, all are armed and reset",
        TRIO,
        armed(90, *(faults.port_down(node) for node in THREE), rest=70),
        OUTAGE,
        ha=ARMED,
    ),
    Scenario(
        "ha-outage-one-idle",
        "the whole switch is dead for 90 s, alder and birch reset, idle cedar survives",
        TRIO,
        armed(90, *(faults.port_down(node) for node in THREE), rest=70),
        OUTAGE,
        ha=ARMED_TWO,
    ),
    Scenario(
        "ha-near-miss",
        "the whole switch is dead for 42 s, all are armed and regain their locks in time",
        TRIO,
        armed(42, *(faults.port_down(node) for node in THREE), rest=30),
        OUTAGE,
        ha=ARMED,
    ),
    Scenario(
        "ha-master-cut",
        "the master alder is cut off for 205 s; another becomes master and recovers its services",
        TRIO,
        armed(205, faults.port_down("alder"), rest=15),
        ONE_GONE,
        ("alder",),
        ha=ARMED,
    ),
    Scenario(
        "ha-put-aside",
        "LRM, CRM and corosync of armed cedar are stopped in order for 60 s: nobody is reset",
        TRIO,
        armed(60, faults.put_aside("cedar"), rest=35),
        ("asked_for",),
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-paused",
        "corosync on armed birch is paused for 100 s: birch resets itself, Proxmox VE 9.0",
        TRIO,
        armed(100, faults.paused("birch"), rest=55),
        ("paused_node", "isolated_node"),
        ("birch",),
        ha=replace(ARMED, release="9.0"),
    ),
    Scenario(
        "ha-tail-lost",
        "armed cedar is cut off and resets itself; its last lines are lost, Proxmox VE 8",
        TRIO,
        armed(100, faults.port_down("cedar"), rest=55),
        ONE_GONE,
        ("cedar",),
        ha=replace(ARMED, release="8", tail_lost=True),
    ),
)
