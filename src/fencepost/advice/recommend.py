"""From hypotheses and findings to what to do: each action is asked once, soonest first."""

from collections.abc import Iterator, Sequence

from fencepost.advice.addresses import distinct_addresses, knet_transport, plain_addresses
from fencepost.advice.evidence import collect, keep_more, settle_first
from fencepost.advice.ha import (
    fewer_services,
    living_agents,
    placeable_services,
    right_watchdog,
)
from fencepost.advice.ha_safety import disarm_first
from fencepost.advice.hardware import failing_part, kernel_dump, steady_power
from fencepost.advice.host import free_host, realtime_again, spare_memory, steady_clock
from fencepost.advice.links import other_switch, own_network, second_link, separate_links
from fencepost.advice.matter import Action, Advice, Claim, Matter
from fencepost.advice.network import (
    address_clash,
    broken_path,
    find_break,
    firewall_ports,
    shared_switch,
)
from fencepost.advice.nic import (
    bond,
    bridge_duplex,
    negotiation,
    nic_driver,
    nic_offloads,
    port_buffers,
)
from fencepost.advice.people import planned_stop
from fencepost.advice.quorum import leave_expected, mend_device, right_votes, tie_breaker
from fencepost.advice.settings import (
    correct_config,
    same_config,
    same_key,
    sign_traffic,
)
from fencepost.advice.software import start_corosync, upgrade
from fencepost.advice.storage import answering_storage, working_etc_pve
from fencepost.advice.timing import leave_token, reload_again, token_budget
from fencepost.advice.traffic import full_link, held_packets, lost_packets, same_mtu
from fencepost.model.case import Case, Confidence
from fencepost.model.verdict import Finding, Recommendation, Severity, Verdict

ACTIONS: tuple[Action, ...] = (
    disarm_first,
    settle_first,
    collect,
    nic_offloads,
    nic_driver,
    find_break,
    negotiation,
    port_buffers,
    bond,
    shared_switch,
    broken_path,
    firewall_ports,
    address_clash,
    same_mtu,
    lost_packets,
    held_packets,
    full_link,
    start_corosync,
    working_etc_pve,
    answering_storage,
    free_host,
    spare_memory,
    steady_clock,
    upgrade,
    correct_config,
    same_config,
    same_key,
    distinct_addresses,
    plain_addresses,
    right_votes,
    mend_device,
    tie_breaker,
    token_budget,
    reload_again,
    living_agents,
    right_watchdog,
    placeable_services,
    realtime_again,
    sign_traffic,
    kernel_dump,
    failing_part,
    steady_power,
    second_link,
    separate_links,
    planned_stop,
    keep_more,
    leave_token,
    leave_expected,
    bridge_duplex,
    own_network,
    other_switch,
    knet_transport,
    fewer_services,
)
"""Of equals the earlier comes first."""


def recommend(
    case: Case, verdicts: Sequence[Verdict], findings: Sequence[Finding]
) -> tuple[Recommendation, ...]:
    """Say what to do, soonest first; within a priority the gravest and surest first.

    Answered are each incident's first hypothesis and others that are at least likely, and
    findings that are critical or a warning. The same action is recommended only once.
    """
    claims = [*_claims(verdicts)]
    risky = [one for one in findings if one.severity in {Severity.CRITICAL, Severity.WARNING}]
    advice: list[Advice] = []
    for action in ACTIONS:
        own = tuple(
            claim
            for claim in claims
            if (claim.first if action.causes is None else claim.hypothesis.cause in action.causes)
        )
        found = tuple(finding for finding in risky if finding.audit in action.audits)
        if own or found:
            advice += action.advise(Matter(case, own, found))
    return tuple(one.recommendation for one in sorted(advice, key=lambda one: one.rank))


def _claims(verdicts: Sequence[Verdict]) -> Iterator[Claim]:
    """Yield the hypotheses that deserve an answer."""
    for verdict in verdicts:
        for place, hypothesis in enumerate(verdict.hypotheses):
            if hypothesis.confidence is Confidence.RULED_OUT:
                continue
            if place and hypothesis.confidence < Confidence.LIKELY:
                continue
            yield Claim(verdict.incident, hypothesis, verdict.hypotheses[0])
