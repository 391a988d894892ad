"""Clusters with HA services: who resets itself, who survives, where the services go."""

from dataclasses import replace

from lab.fault import Fault
from lab.faults.host import paused, put_aside
from lab.faults.network import port_down
from lab.scenario import Act, Scenario
from lab.scenarios.shapes import THREE, TRIO
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
        "the whole switch is dead for 42 s, all are armed and regain their locks in time",
        TRIO,
        armed(42, *(port_down(node) for node in THREE), rest=30),
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
)
