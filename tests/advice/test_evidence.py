from datetime import timedelta
from typing import Any

from fencepost.advice import evidence
from fencepost.advice.matter import Claim, Matter
from fencepost.events.kernel_boot import WatchdogNotStopped
from fencepost.events.pve_ha_crm import FenceAcknowledged
from fencepost.model.case import Clock, Confidence, Ending
from fencepost.model.cluster import Node
from fencepost.model.verdict import Priority

POSSIBLE = Confidence.POSSIBLE


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_what_is_only_possible_is_settled_first(given: Any) -> None:
    doubt = given.hypothesis("isolated_node", "beta", confidence=POSSIBLE, missing=("its log",))
    told = given.one(evidence.settle_first, given.matter(given.case(), doubt))
    assert told.priority is Priority.NOW
    assert told.steps == ("For i1, isolated node? On alpha: `look-for isolated_node`",)
    assert "Missing: its log." in told.why


def test_the_same_command_is_named_once(given: Any) -> None:
    doubt = given.hypothesis("isolated_node", "beta", confidence=POSSIBLE)
    claims = tuple(Claim(given.incident(f"i{n}"), doubt, doubt) for n in range(20))
    assert len(given.one(evidence.settle_first, Matter(given.case(), claims)).steps) == 1


def test_what_is_likely_needs_no_settling(given: Any) -> None:
    sure = given.matter(given.case(), given.hypothesis("isolated_node", "beta"))
    assert not given.advised(evidence.settle_first, sure)


def test_the_very_hours_are_collected_from_every_node(given: Any) -> None:
    unknown = given.hypothesis("unknown", confidence=POSSIBLE)
    told = given.one(evidence.collect, given.matter(given.case(), unknown))
    assert told.priority is Priority.NOW
    assert told.steps[0].startswith(
        "On alpha, beta and gamma: `journalctl --since '2025-11-08 11:40:00 UTC'"
    )
    assert "$(hostname)-i1.txt" in told.steps[0]


def test_a_node_with_another_clock_is_asked_apart(given: Any) -> None:
    case = given.case(clocks=[Clock("beta", timedelta(seconds=90), timedelta(0), 2)])
    unknown = given.hypothesis("unknown", confidence=POSSIBLE)
    steps = given.one(evidence.collect, given.matter(case, unknown)).steps
    assert steps[0].startswith("On alpha and gamma:")
    assert "On beta: `journalctl --since '2025-11-08 11:41:30 UTC'" in steps[1]


def test_a_node_that_went_silent_is_asked_for_its_last_words(given: Any) -> None:
    unknown = given.hypothesis("unknown", confidence=POSSIBLE)
    incident = given.incident(boots=[given.boot("gamma", Ending.UNKNOWN)])
    told = given.one(evidence.collect, given.matter(given.case(), unknown, incident=incident))
    assert any(step.startswith("On gamma, which went down") for step in told.steps)
    for command in ("--list-boots", "last -x", "pstore", "ipmitool sel elist"):
        assert command in text(told)


def test_lines_that_prove_nothing_are_named(given: Any) -> None:
    events = [
        given.event(WatchdogNotStopped, device="watchdog0"),
        given.event(FenceAcknowledged, "beta", subject="alpha"),
    ]
    case = given.case(
        events=events, cluster={"nodes": (Node("alpha", 1), Node("gamma", 3, heard=False))}
    )
    told = given.one(
        evidence.collect, given.matter(case, given.hypothesis("unknown", confidence=POSSIBLE))
    )
    assert "neither proves a watchdog reset" in told.why
    assert "No log of gamma was read." in told.why


def test_more_is_kept_for_the_next_time_after_an_end_without_proof(given: Any) -> None:
    silent = given.boot("beta", Ending.UNKNOWN)
    case = given.case(given.bridged("beta", 2), boots=[silent])
    why = given.hypothesis("unknown", confidence=POSSIBLE)
    matter = given.matter(case, why, incident=given.incident(boots=[silent]))
    told = given.one(evidence.keep_more, matter)
    assert told.priority is Priority.LATER
    assert "netconsole=6665@10.0.0.2/eno1,6666@10.0.0.1/" in text(told)
    for word in ("SyncIntervalSec", "systemd-pstore", "ipmitool", "chronyc", "debug: on"):
        assert word in text(told)


def test_proven_ends_need_no_more(given: Any) -> None:
    proven = given.boot("beta")
    matter = given.matter(
        given.case(boots=[proven]),
        given.hypothesis("link_down", "beta"),
        incident=given.incident(boots=[proven]),
    )
    assert not given.advised(evidence.keep_more, matter)
