"""Why it happened: one explanation a file, and the list of them all."""

from dataclasses import replace

from fencepost.causes.asked_for import asked_for
from fencepost.causes.bad_config import bad_config
from fencepost.causes.broken_path import broken_path
from fencepost.causes.clock_step import clock_step
from fencepost.causes.config_mismatch import config_mismatch
from fencepost.causes.corosync_died import corosync_died
from fencepost.causes.duplicate_address import duplicate_address
from fencepost.causes.firewall_block import firewall_block
from fencepost.causes.hardware_fault import hardware_fault
from fencepost.causes.isolated_node import isolated_node
from fencepost.causes.kernel_panic import kernel_panic
from fencepost.causes.known_bug import known_bug
from fencepost.causes.link_down import link_down
from fencepost.causes.link_flap import link_flap
from fencepost.causes.memory_exhausted import memory_exhausted
from fencepost.causes.mtu_black_hole import mtu_black_hole
from fencepost.causes.network_down import network_down
from fencepost.causes.nic_hang import nic_hang
from fencepost.causes.packet_loss import packet_loss
from fencepost.causes.paused_node import paused_node
from fencepost.causes.pmxcfs_stuck import pmxcfs_stuck
from fencepost.causes.power_loss import power_loss
from fencepost.causes.saturated_link import saturated_link
from fencepost.causes.slow_network import slow_network
from fencepost.causes.storage_stall import storage_stall
from fencepost.causes.unknown import unknown
from fencepost.causes.wrong_key import wrong_key
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.rule import Cause
from fencepost.model.verdict import Hypothesis

CAUSES: tuple[Cause, ...] = (
    kernel_panic,
    hardware_fault,
    power_loss,
    asked_for,
    config_mismatch,
    wrong_key,
    bad_config,
    duplicate_address,
    memory_exhausted,
    clock_step,
    corosync_died,
    known_bug,
    pmxcfs_stuck,
    storage_stall,
    paused_node,
    nic_hang,
    firewall_block,
    link_flap,
    link_down,
    mtu_black_hole,
    saturated_link,
    packet_loss,
    slow_network,
    broken_path,
    network_down,
    isolated_node,
    unknown,
)
"""Of equals the earlier wins."""

SHOWN = 4
"""Hypotheses an incident keeps, those ruled out not counted; more would be noise."""

GENERAL = frozenset({"isolated_node", "network_down", "broken_path", "link_down", "slow_network"})
"""What they say is also true when a more particular cause is; then that one says it all."""


def explain(case: Case, incident: Incident) -> tuple[Hypothesis, ...]:
    """Ask every cause about an incident; return what they answer, best first."""
    asked = (each.check(case, incident) for each in CAUSES)
    answers = [_capped(case, incident, answer) for answer in asked if answer is not None]
    answers.sort(key=lambda answer: (-answer.confidence, -answer.weight))
    left = [answer for answer in answers if answer.confidence is not Confidence.RULED_OUT]
    told = [answer for answer in left if not _said_better(answer, left)][:SHOWN]
    ruled_out = answers[len(left) :] if told else []
    return (*told, *ruled_out)


def _capped(case: Case, incident: Incident, answer: Hypothesis) -> Hypothesis:
    """A node that was not heard cannot be more than possibly to blame: its own log may clear it."""
    unheard = [name for name in answer.blames if not _was_heard(case, incident, name)]
    if not unheard or answer.confidence <= Confidence.POSSIBLE:
        return answer
    missing = tuple(f"the log of {name} from that time" for name in unheard)
    return replace(answer, confidence=Confidence.POSSIBLE, missing=(*missing, *answer.missing))


def _was_heard(case: Case, incident: Incident, name: str) -> bool:
    """Whether the log of this node reaches into the incident, or ends in it with its boot."""
    own = case.boots_of(name)
    return bool(own.touching(*case.within(incident))) or any(
        boot in own.at(boot.last_heard) for boot in incident.boots if boot.node == name
    )


def _said_better(answer: Hypothesis, answers: list[Hypothesis]) -> bool:
    """Whether a better answer includes this one, or makes it idle."""
    best = answers[0]
    if answer is best:
        return False
    if answer.cause == "unknown":
        return best.confidence >= Confidence.LIKELY
    if best.confidence is Confidence.CERTAIN and answer.confidence < Confidence.LIKELY:
        return True
    particular = best.cause not in GENERAL or answer.cause == "isolated_node"
    same = set(answer.blames) <= set(best.blames) or answer.cause == "slow_network"
    if best.confidence < Confidence.LIKELY:
        return False  # of what is only possible, all that is left is told
    return answer.cause in GENERAL and particular and same
