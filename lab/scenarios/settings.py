"""Faults of the settings, and settings that change while something else is wrong."""

from lab.faults.network import loss, port_down
from lab.faults.settings import edited, edits, other_key, other_settings, other_version, typed_wrong
from lab.scenario import Act, Scenario
from lab.scenarios.shapes import FIVE, GROUP, QUARTET, THREE, TRIO

MISMATCH = ("config_mismatch",)
UNREADABLE = ("wrong_key", "config_mismatch")

SCENARIOS = (
    Scenario(
        "newer-version",
        "cedar starts with a newer config_version: those that form their first ring with it give up",
        TRIO,
        (Act((), 15),),
        MISMATCH,
        before=(other_version("cedar", 7),),
    ),
    Scenario(
        "older-version",
        "aspen starts with an older config_version",
        GROUP,
        (Act((), 15),),
        MISMATCH,
        before=tuple(other_version(node, 4) for node in FIVE if node != "aspen"),
    ),
    Scenario(
        "wrong-key",
        "cedar starts with another key",
        TRIO,
        (Act((), 15),),
        ("wrong_key",),
        ("cedar",),
        before=(other_key("cedar"),),
    ),
    Scenario(
        "wrong-key-four",
        "rowan starts with another key",
        QUARTET,
        (Act((), 15),),
        ("wrong_key",),
        ("rowan",),
        before=(other_key("rowan"),),
        status=True,
    ),
    Scenario(
        "no-encryption",
        "secauth off on cedar only",
        TRIO,
        (Act((), 20),),
        UNREADABLE,
        ("cedar",),
        before=(other_settings("cedar", "secauth off", secauth="off"),),
    ),
    Scenario(
        "wrong-address",
        "alder has a wrong address for cedar",
        TRIO,
        (Act((), 20),),
        ("config_mismatch", "bad_config", "broken_path", "isolated_node", "unknown"),
        before=(typed_wrong("alder", "ring0_addr: 10.79.0.13", "ring0_addr: 10.79.0.31"),),
    ),
    Scenario(
        "bad-edits",
        "edits that corosync refuses, one after the other",
        TRIO,
        (*edits(THREE, "token: abc", "consensus: 40", "token: 10"), Act((), 15)),
    ),
    Scenario(
        "reload-while-lossy",
        "token lowered to 1000 and raised to 8000 by reloads while aspen loses 35 %",
        GROUP,
        (
            Act((loss("aspen", 35),), 15),
            Act((loss("aspen", 35), edited(FIVE, 2, ("token: 1000",), "token 1000 reloaded")), 15),
            Act(
                (loss("aspen", 35), edited(FIVE, 3, ("token: 8000",), "token 8000 reloaded")),
                15,
                14,
            ),
        ),
        ("packet_loss", "link_flap"),
        ("aspen",),
        load=(1000, 6),
    ),
    Scenario(
        "coefficient-while-flapping",
        "token_coefficient set to 125 by a reload while the port of hazel flaps",
        GROUP,
        (
            *(Act((port_down("hazel"),), 6, 8) for _ in range(2)),
            Act(
                (
                    port_down("hazel"),
                    edited(FIVE, 2, ("token_coefficient: 125",), "token_coefficient 125 reloaded"),
                ),
                6,
                8,
            ),
            Act((port_down("hazel"),), 6, 18),
        ),
        ("link_flap",),
        ("hazel",),
    ),
)
