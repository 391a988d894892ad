"""Clusters that nothing happens to, or nothing that matters: no incident may be found."""

from lab.faults import host, network, settings
from lab.relay import Treatment
from lab.scenario import Act, Scenario, again, once
from lab.scenarios.shapes import (
    CROWD,
    FIVE,
    GROUP,
    LINKED,
    LINKED_PAIR,
    PAIR,
    QUARTET,
    SEALED,
    TRIO,
    UDPU_TRIO,
    WITNESSED_FOUR,
    relayed,
)

SCENARIOS = (
    Scenario("healthy", "nothing happens", GROUP, (Act((), 45),), status=True),
    Scenario("healthy-trio", "nothing happens, three nodes", TRIO, (Act((), 20),)),
    Scenario(
        "healthy-pair",
        "nothing happens, two nodes and two links",
        LINKED_PAIR,
        (Act((), 40),),
        status=True,
    ),
    Scenario("healthy-eight", "nothing happens, eight nodes", CROWD, (Act((), 40),), load=(600, 3)),
    Scenario("healthy-udpu", "nothing happens, transport udpu", UDPU_TRIO, (Act((), 40),)),
    Scenario(
        "healthy-witnessed",
        "nothing happens, four nodes and a quorum device",
        WITNESSED_FOUR,
        (Act((), 40),),
        status=True,
    ),
    Scenario(
        "healthy-sealed",
        "nothing happens, seven nodes, aes256 and sha512",
        SEALED,
        (Act((), 40),),
        form="binary",
    ),
    Scenario("busy", "heavy cluster traffic", GROUP, (Act((), 40),), load=(1200, 150)),
    Scenario(
        "busy-large", "cluster traffic in large messages", QUARTET, (Act((), 40),), load=(6000, 25)
    ),
    Scenario(
        "delay",
        "300 ms each way at alder: too little to hurt",
        relayed(GROUP, "alder"),
        once(40, network.treated("alder", "300 ms each way", Treatment(delay_ms=300))),
        status=True,
    ),
    Scenario(
        "delay-whole",
        "40 ms each way at every node",
        relayed(TRIO, *TRIO.nodes),
        once(
            40,
            *(
                network.treated(node, "40 ms each way", Treatment(delay_ms=40))
                for node in TRIO.nodes
            ),
        ),
    ),
    Scenario(
        "jitter",
        "200 ms and up to 150 ms more at maple, in order",
        relayed(PAIR, "maple"),
        once(40, network.treated("maple", "200 to 350 ms", Treatment(delay_ms=200, jitter_ms=150))),
    ),
    Scenario(
        "jitter-unordered",
        "up to 80 ms at birch, out of order",
        relayed(TRIO, "birch"),
        once(
            40,
            network.treated(
                "birch", "0 to 80 ms, out of order", Treatment(jitter_ms=80, keep_order=False)
            ),
        ),
    ),
    Scenario(
        "reordered",
        "5 % of cedar's packets late, 5 % twice",
        relayed(TRIO, "cedar"),
        once(
            40,
            network.treated(
                "cedar", "5 % late, 5 % twice", Treatment(late_share=0.05, twice_share=0.05)
            ),
        ),
    ),
    Scenario(
        "doubled",
        "every packet of elm twice",
        relayed(QUARTET, "elm"),
        once(40, network.treated("elm", "all twice", Treatment(twice_share=1))),
    ),
    Scenario(
        "blink",
        "switch port of birch down for half a second",
        TRIO,
        once(0.5, network.port_down("birch")),
    ),
    Scenario(
        "clock-steps",
        "clock of cherry steps by 97 s and back",
        GROUP,
        again(2, 12, 6, host.clock_ahead("cherry", 97)),
    ),
    Scenario(
        "token-reload",
        "token raised to 10000 by a reload",
        GROUP,
        (*settings.edits(FIVE, "token: 10000"), Act((), 20)),
        form="export",
    ),
    Scenario(
        "token-reload-linked",
        "token raised from 1000 to 5000 by a reload, two links",
        LINKED,
        (*settings.edits(FIVE, "token: 5000"), Act((), 20)),
    ),
    Scenario(
        "reload-storm",
        "ten reloads within 20 s, nothing but the token changes",
        TRIO,
        (
            *settings.edits(TRIO.nodes, *(f"token: {3000 + 100 * step}" for step in range(10))),
            Act((), 15),
        ),
    ),
)
