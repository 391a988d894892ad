"""Clusters with HA services: who resets itself, who survives, where the services go."""

import signal
from dataclasses import replace

from lab.fault import Fault
from lab.faults.host import ended, paused, put_aside
from lab.faults.network import apart, loss, port_down
from lab.scenario import Act, Scenario, again
from lab.scenarios.shapes import GROUP, LINKED, THREE, TRIO
from lab.shape import Ha

ONE_GONE = ("isolated_node", "link_down")
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
ARMED_FIVE = Ha(
    services=(("vm:100", "alder"), ("ct:101", "aspen"), ("vm:102", "beech"), ("ct:103", "cherry")),
    master="cherry",
)
WARM_UP = Act((), 12)
"""The HA daemons start after corosync, and become armed some ten seconds later."""

OUTAGE = ("network_down", "link_down")


def armed(seconds: float, *together: Fault, rest: float) -> tuple[Act, ...]:
    """One act, once the HA daemons are armed."""
    return WARM_UP, Act(together, seconds, rest)


SCENARIOS = (
    Scenario(
        "ha-armed-cut",
        "armed cedar loses its port for 100 s and resets itself; its services are recovered",
        TRIO,
        armed(100, port_down("cedar"), rest=55),
        ONE_GONE,
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-idle-cut",
        "idle cedar loses its port for 90 s and survives",
        TRIO,
        armed(90, port_down("cedar"), rest=20),
        ONE_GONE,
        ("cedar",),
        ha=ARMED_TWO,
    ),
    Scenario(
        "ha-outage",
        "the whole switch is dead for 90 s, all are armed and reset",
        TRIO,
        armed(90, *(port_down(node) for node in THREE), rest=70),
        OUTAGE,
        ha=ARMED,
    ),
    Scenario(
        "ha-outage-one-idle",
        "the whole switch is dead for 90 s, alder and birch reset, idle cedar survives",
        TRIO,
        armed(90, *(port_down(node) for node in THREE), rest=70),
        OUTAGE,
        ha=ARMED_TWO,
    ),
    Scenario(
        "ha-near-miss",
        "the whole switch is dead for 36 s, all are armed and regain their locks in time",
        TRIO,
        armed(36, *(port_down(node) for node in THREE), rest=30),
        OUTAGE,
        ha=ARMED,
    ),
    Scenario(
        "ha-master-cut",
        "the master alder is cut off for 205 s; another becomes master and recovers its services",
        TRIO,
        armed(205, port_down("alder"), rest=15),
        ONE_GONE,
        ("alder",),
        ha=ARMED,
    ),
    Scenario(
        "ha-put-aside",
        "LRM, CRM and corosync of armed cedar are stopped in order for 60 s: nobody is reset",
        TRIO,
        armed(60, put_aside("cedar"), rest=35),
        ("asked_for",),
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-paused",
        "corosync on armed birch is paused for 100 s: birch resets itself, Proxmox VE 9.0",
        TRIO,
        armed(100, paused("birch"), rest=55),
        ("paused_node", "isolated_node"),
        ("birch",),
        ha=replace(ARMED, release="9.0"),
    ),
    Scenario(
        "ha-tail-lost",
        "armed cedar is cut off and resets itself; its last lines are lost, Proxmox VE 8",
        TRIO,
        armed(100, port_down("cedar"), rest=55),
        ONE_GONE,
        ("cedar",),
        ha=replace(ARMED, release="8", tail_lost=True),
    ),
    Scenario(
        "ha-idle-killed",
        "corosync on idle cedar killed, started again after 90 s: cedar survives",
        TRIO,
        armed(90, ended("cedar", signal.SIGKILL), rest=20),
        ("corosync_died",),
        ("cedar",),
        ha=ARMED_TWO,
    ),
    Scenario(
        "ha-killed",
        "corosync on armed cedar killed and not started again: cedar resets itself",
        TRIO,
        armed(110, ended("cedar", signal.SIGKILL), rest=50),
        ("corosync_died", "isolated_node"),
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-stopped-armed",
        "corosync on armed birch stopped in an orderly way while its LRM runs: birch resets itself",
        TRIO,
        armed(110, ended("birch", signal.SIGTERM), rest=50),
        ("asked_for", "corosync_died"),
        ("birch",),
        ha=ARMED,
    ),
    Scenario(
        "ha-stopped-everywhere",
        "corosync stopped on all armed nodes and started after 80 s: all reset",
        TRIO,
        armed(80, *(ended(node, signal.SIGTERM) for node in THREE), rest=75),
        ("asked_for", "corosync_died"),
        ha=ARMED,
    ),
    Scenario(
        "ha-two-ports",
        "ports of alder and birch down: all three lose quorum and are reset",
        TRIO,
        armed(90, port_down("alder"), port_down("birch"), rest=70),
        ("network_down", "link_down", "isolated_node"),
        ha=ARMED,
    ),
    Scenario(
        "ha-loss-heavy",
        "70 % loss into every armed node for 110 s",
        TRIO,
        armed(110, *(loss(node, 70, ("in",)) for node in THREE), rest=75),
        ("packet_loss", "network_down", "link_down", "unknown"),
        ha=ARMED,
    ),
    Scenario(
        "ha-flapping",
        "port of armed cedar down 12 s of every 18 s, eight times",
        TRIO,
        (WARM_UP, *again(8, 12, 6, port_down("cedar"))),
        ("link_flap", *ONE_GONE),
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-cut-briefly",
        "armed cedar loses its port for 35 s and keeps running",
        TRIO,
        armed(35, port_down("cedar"), rest=40),
        ONE_GONE,
        ("cedar",),
        ha=ARMED,
    ),
    Scenario(
        "ha-five-two-cut",
        "two armed of five nodes cut off together reset themselves; idle hazel and the others stay",
        GROUP,
        armed(100, apart(("alder", "aspen")), rest=60),
        ("broken_path", "network_down", "isolated_node", "unknown"),
        ha=ARMED_FIVE,
    ),
    Scenario(
        "ha-both-links",
        "both links of armed beech down: beech resets itself, Proxmox VE 9.0",
        LINKED,
        armed(100, port_down("beech", 0), port_down("beech", 1), rest=55),
        ONE_GONE,
        ("beech",),
        ha=replace(ARMED_FIVE, release="9.0"),
    ),
    Scenario(
        "ha-one-link",
        "link 0 of armed beech down for 90 s, link 1 carries on: nobody is reset, Proxmox VE 8",
        LINKED,
        armed(90, port_down("beech", 0), rest=20),
        ("link_down", "link_flap"),
        ("beech",),
        ha=replace(ARMED_FIVE, release="8"),
    ),
    Scenario(
        "ha-quiet",
        "five nodes with HA services, nothing happens",
        GROUP,
        (Act((), 100),),
        ha=ARMED_FIVE,
    ),
)
