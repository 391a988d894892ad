"""What is risky in settings and hardware: one check a file, and the list of them all."""

from fencepost.audits.address_names import address_names
from fencepost.audits.big_cluster_coefficient import big_cluster_coefficient
from fencepost.audits.bond_mode import bond_mode
from fencepost.audits.clock_offsets import clock_offsets
from fencepost.audits.config_limits import config_limits
from fencepost.audits.config_syntax import config_syntax
from fencepost.audits.config_versions import config_versions
from fencepost.audits.duplicate_addresses import duplicate_addresses
from fencepost.audits.even_votes import even_votes
from fencepost.audits.expected_votes import expected_votes
from fencepost.audits.ha_agents import ha_agents
from fencepost.audits.ha_service_unplaceable import ha_service_unplaceable
from fencepost.audits.knet_statistics import knet_statistics
from fencepost.audits.known_bad_versions import known_bad_versions
from fencepost.audits.link_separation import link_separation
from fencepost.audits.load import load
from fencepost.audits.memory import memory
from fencepost.audits.mixed_versions import mixed_versions
from fencepost.audits.network_latency import network_latency
from fencepost.audits.pause_frames import pause_frames
from fencepost.audits.ping_timers import ping_timers
from fencepost.audits.port_duplex import port_duplex
from fencepost.audits.port_errors import port_errors
from fencepost.audits.port_mtu import port_mtu
from fencepost.audits.port_offloads import port_offloads
from fencepost.audits.port_speed import port_speed
from fencepost.audits.pressure import pressure
from fencepost.audits.quorum_device import quorum_device
from fencepost.audits.realtime import realtime
from fencepost.audits.secauth import secauth
from fencepost.audits.shared_network import shared_network
from fencepost.audits.single_link import single_link
from fencepost.audits.timing_in_force import timing_in_force
from fencepost.audits.token_timing import token_timing
from fencepost.audits.transport import transport
from fencepost.audits.two_node_left import two_node_left
from fencepost.audits.unknown_keys import unknown_keys
from fencepost.audits.watchdog_module import watchdog_module
from fencepost.model.case import Case
from fencepost.model.rule import Audit
from fencepost.model.verdict import Finding, Severity

AUDITS: tuple[Audit, ...] = (
    config_syntax,
    config_limits,
    unknown_keys,
    config_versions,
    single_link,
    link_separation,
    duplicate_addresses,
    address_names,
    transport,
    secauth,
    token_timing,
    timing_in_force,
    ping_timers,
    big_cluster_coefficient,
    even_votes,
    two_node_left,
    expected_votes,
    quorum_device,
    ha_service_unplaceable,
    ha_agents,
    watchdog_module,
    port_duplex,
    port_speed,
    port_mtu,
    port_offloads,
    port_errors,
    pause_frames,
    bond_mode,
    shared_network,
    network_latency,
    knet_statistics,
    load,
    memory,
    pressure,
    realtime,
    clock_offsets,
    known_bad_versions,
    mixed_versions,
)
"""In this order findings of one severity are reported."""

_GRAVEST_FIRST = tuple(Severity)


def audit(case: Case) -> tuple[Finding, ...]:
    """Ask every audit about the whole case; return what they found, gravest first."""
    findings = [finding for each in AUDITS for finding in each.check(case)]
    return tuple(sorted(findings, key=lambda finding: _GRAVEST_FIRST.index(finding.severity)))
