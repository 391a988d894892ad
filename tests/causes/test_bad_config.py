"""Settings that break the ring: ports and corosync.conf."""

from collections.abc import Callable
from typing import Any

NOON = 12 * 3600
Make = Callable[..., Any]
UP = "igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Up 100 Mbps {} Duplex, Flow Control: None"


def losses(told: Any, duplex: str) -> Any:
    told.say("n3", NOON + 3, "kernel", UP.format(duplex))
    for second in (0, 40, 90):
        told.cut(NOON + second, "n1 n2", "n3").heal(NOON + second + 14, "n1 n2", "n3")
    return told


def test_half_duplex_counts_when_the_port_says_so_after_the_first_loss(cluster: Make) -> None:
    best = losses(cluster(), "Half").best()
    assert (best.cause, best.blames) == ("bad_config", ("n3",))


def test_full_duplex_does_not(cluster: Make) -> None:
    assert "bad_config" not in losses(cluster(), "Full").answers()


def stopped(told: Any) -> Any:
    told.say("n3", NOON, "corosync", "[MAIN  ] Node was shut down by a signal")
    told.say("n3", NOON + 1, "corosync", "[MAIN  ] Corosync Cluster Engine exiting normally")
    told.formed(["n1", "n2"], ["n1", "n2"], NOON + 0.3, left=["n3"], polite=True)
    return told


def test_a_restart_that_is_refused_is_the_settings_not_the_request(cluster: Make) -> None:
    told = stopped(cluster())
    told.say("n3", NOON + 5, "corosync", "[MAIN  ] Corosync Cluster Engine 3.1.7 starting up")
    quits = "[MAIN  ] Corosync Cluster Engine exiting with status 8 at main.c:1445."
    told.say("n3", NOON + 5.5, "corosync", quits)
    best = told.best()
    assert (best.cause, best.blames) == ("bad_config", ("n3",))
    assert "asked_for" not in told.claimed()


def test_a_stop_alone_was_asked_for(cluster: Make) -> None:
    assert stopped(cluster()).best().cause == "asked_for"
