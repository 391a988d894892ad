"""The plain words that reports use for slugs, grades and endings."""

from collections.abc import Iterable

from fencepost.model.case import Boot, Confidence, Ending, Gravity, Incident, Recovery
from fencepost.model.verdict import Hypothesis, Priority, Severity, Verdict
from fencepost.render import times

GRAVITIES = {
    Gravity.WARNING: "warning",
    Gravity.DISTURBED: "disturbed",
    Gravity.MEMBER_LOST: "member lost",
    Gravity.QUORUM_LOST: "quorum lost",
    Gravity.NODE_DOWN: "node down",
}

ENDINGS = {
    Ending.SELF_FENCE: "reset by its own watchdog (self-fence)",
    Ending.ASKED_FOR: "stopped or rebooted on request",
    Ending.KERNEL_PANIC: "its kernel crashed (panic)",
    Ending.POWER_LOSS: "lost power",
    Ending.HARDWARE_RESET: "reset by its hardware",
    Ending.UNKNOWN: "not known: the log just stops",
}

_DOWN = {
    Ending.SELF_FENCE: ("was reset by its own watchdog", "were reset by their own watchdogs"),
    Ending.ASKED_FOR: ("was stopped or rebooted on request", "were stopped or rebooted on request"),
    Ending.KERNEL_PANIC: ("went down with a kernel crash", "went down with kernel crashes"),
    Ending.POWER_LOSS: ("lost power", "lost power"),
    Ending.HARDWARE_RESET: ("was reset by its hardware", "were reset by their hardware"),
    Ending.UNKNOWN: ("went down, how is not known", "went down, how is not known"),
}

CAUSES = {
    "isolated_node": "one node was cut off from all the others",
    "network_down": "the network between the nodes was down",
    "broken_path": "the path between two nodes was broken",
    "link_down": "a network link was down",
    "link_flap": "a network link kept going down and up",
    "packet_loss": "packets were lost on the network",
    "slow_network": "the network was too slow",
    "saturated_link": "the network link was full",
    "mtu_black_hole": "large packets vanished on the way (MTU)",
    "firewall_block": "a firewall blocked the cluster's packets",
    "nic_hang": "a network card hung",
    "paused_node": "a node stood still and could not run corosync",
    "storage_stall": "storage stalled",
    "clock_step": "a clock was set to another time",
    "memory_exhausted": "memory ran out",
    "corosync_died": "corosync died or was killed",
    "pmxcfs_stuck": "the cluster file system (pmxcfs) was stuck",
    "bad_config": "a setting is wrong",
    "config_mismatch": "the nodes have different cluster settings",
    "wrong_key": "a node has another cluster key",
    "duplicate_address": "two machines used the same address",
    "known_bug": "a known bug in the software",
    "power_loss": "power was lost",
    "hardware_fault": "hardware failed",
    "kernel_panic": "a kernel crashed",
    "asked_for": "somebody asked for it",
    "unknown": "not known, the evidence does not single one out",
}

CONFIDENCES = {
    Confidence.RULED_OUT: "ruled out",
    Confidence.POSSIBLE: "possible",
    Confidence.LIKELY: "likely",
    Confidence.CERTAIN: "certain",
}

SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.WARNING: "warning",
    Severity.INFO: "for information",
    Severity.OK: "normal",
}

PRIORITIES = {Priority.NOW: "Now", Priority.SOON: "Soon", Priority.LATER: "Later"}


def listing(names: Iterable[str]) -> str:
    """Join names as a sentence does.

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = list(names) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def counted(count: int, one: str, many: str = "") -> str:
    """Write a number with its noun.

    >>> counted(1, "node"), counted(2, "entry", "entries")
    ('1 node', '2 entries')
    """
    return f"{count} {one if count == 1 else many or one + 's'}"


def cause(slug: str) -> str:
    """Say a cause's slug in words."""
    return CAUSES.get(slug, slug.replace("_", " "))


def headline(incident: Incident) -> str:
    """Say in one clause what an incident did to the cluster."""
    if incident.gravity is Gravity.NODE_DOWN and incident.boots:
        return "; ".join(_ended_alike(incident.boots))
    if incident.gravity is Gravity.NODE_DOWN:
        return f"{listing(incident.nodes)} went down" if incident.nodes else "a node went down"
    if incident.gravity is Gravity.QUORUM_LOST and incident.lost_quorum:
        return f"{listing(incident.lost_quorum)} lost quorum, no node went down"
    about = f" ({', '.join(incident.nodes)})" if incident.nodes else ""
    return {
        Gravity.WARNING: f"a warning, nothing was lost{about}",
        Gravity.DISTURBED: f"the cluster was disturbed, nobody was lost{about}",
        Gravity.MEMBER_LOST: f"a member left the cluster{about}",
        Gravity.QUORUM_LOST: f"cut off from the HA lock, no node went down{about}",
    }[incident.gravity]


def _ended_alike(boots: Iterable[Boot]) -> list[str]:
    alike: dict[tuple[Ending, Confidence], list[str]] = {}
    for boot in boots:
        names = alike.setdefault((boot.ending or Ending.UNKNOWN, boot.confidence), [])
        if boot.node not in names:
            names.append(boot.node)
    said = []
    for (ending, confidence), names in alike.items():
        one, many = _DOWN[ending]
        says = f"{listing(names)} {one if len(names) == 1 else many}"
        sure = confidence is Confidence.CERTAIN or ending is Ending.UNKNOWN
        said.append(says if sure else f"{says} ({CONFIDENCES[confidence]})")
    return said


def why(verdict: Verdict) -> str:
    """Say in one clause why an incident happened, with how sure that is."""
    best = best_of(verdict)
    return claim(best) if best else "not known"


def best_of(verdict: Verdict) -> Hypothesis | None:
    """Return the first hypothesis that is not ruled out."""
    ruled_out = Confidence.RULED_OUT
    return next((one for one in verdict.hypotheses if one.confidence is not ruled_out), None)


def claim(hypothesis: Hypothesis) -> str:
    """Say a hypothesis in one clause: the cause in words, whom it blames, how sure it is."""
    if hypothesis.cause == "unknown":
        return accusation(hypothesis)
    return f"{accusation(hypothesis)} ({CONFIDENCES[hypothesis.confidence]})"


def accusation(hypothesis: Hypothesis) -> str:
    """Say a hypothesis in one clause: the cause in words and whom it blames."""
    blames = f" – {', '.join(hypothesis.blames)}" if hypothesis.blames else ""
    return cause(hypothesis.cause) + blames


def causes(hypotheses: Iterable[Hypothesis]) -> str:
    """Name the causes of several hypotheses in one clause."""
    return "; ".join(cause(one.cause) for one in hypotheses)


def consequences(incident: Incident) -> list[tuple[str, str]]:
    """List what an incident meant for the nodes, as label and sentence."""
    said: list[tuple[str, str]] = []
    if incident.lost_quorum:
        said.append(("Lost quorum", ", ".join(incident.lost_quorum)))
    if incident.armed:
        said.append(("Watchdog armed", ", ".join(incident.armed)))
    if incident.survived:
        said.append(
            ("Kept running", ", ".join(_survivor(incident, one) for one in incident.survived))
        )
    if incident.margin is not None:
        left = times.lasting(incident.margin)
        said.append(("Near miss", f"{left} were left before a watchdog would have reset its node"))
    return said


def _survivor(incident: Incident, node: str) -> str:
    waited = node in incident.lost_quorum and node not in incident.armed
    return f"{node} (no quorum, but not armed: it just waits)" if waited else node


def moved(recovery: Recovery, incident: Incident) -> str:
    """Say where HA moved a service, when, and how long it was down."""
    way = f"{recovery.service} from {recovery.source} to {recovery.target}"
    at = times.clock_beside(recovery.at, incident.began)
    down = f", down for {times.lasting(recovery.down)}" if recovery.down is not None else ""
    return f"{way} at {at}{down}"


def ending(boot: Boot) -> str:
    """Say how a boot ended and how sure that is."""
    how = ENDINGS[boot.ending or Ending.UNKNOWN]
    if boot.ending in (None, Ending.UNKNOWN):
        return how
    return f"{how}, {CONFIDENCES[boot.confidence]}"


def moment_of_end(boot: Boot) -> str:
    """Say when a boot ended, with how far that may be off; empty while it runs."""
    if boot.ended is None:
        return ""
    off = times.number(boot.uncertain)
    return times.to_the_second(boot.ended) + (f" ± {off} s" if off else "")
