from collections.abc import Callable
from datetime import datetime, timedelta

from fencepost.model.case import Case, Incident, Recovery
from fencepost.reconstruct.build import reconstruct

Rebuilt = Callable[..., Case]
Moment = Callable[..., datetime]

TOKEN = (
    "corosync[801] [TOTEM ] A processor failed, forming new configuration: token timed out "
    "(3650ms), waiting 4380ms for consensus."
)


def rejoins(clock: str) -> str:
    """pve2 is back in the ring, with quorum."""
    return f"""
pve2 {clock} corosync[802] [KNET  ] rx: host: 1 link: 0 is up
pve2 {clock} corosync[802] [KNET  ] rx: host: 3 link: 0 is up
pve1 {clock} corosync[801] [KNET  ] rx: host: 2 link: 0 is up
pve3 {clock} corosync[803] [KNET  ] rx: host: 2 link: 0 is up
pve2 {clock} corosync[802] [QUORUM] Sync members[3]: 1 2 3
pve2 {clock} corosync[802] [TOTEM ] A new membership (1.d) was formed. Members joined: 1 3
pve2 {clock} corosync[802] [QUORUM] This node is within the primary component and will provide service.
pve2 {clock} pmxcfs[702] [status] notice: node has quorum
pve1 {clock} corosync[801] [QUORUM] Sync members[3]: 1 2 3
pve1 {clock} corosync[801] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
pve3 {clock} corosync[803] [QUORUM] Sync members[3]: 1 2 3
pve3 {clock} corosync[803] [TOTEM ] A new membership (1.d) was formed. Members joined: 2
"""


def relocks(clock: str) -> str:
    """The LRM of pve2 has its lock again."""
    return f"""
pve2 {clock} pve-ha-lrm[912] successfully acquired lock 'ha_agent_pve2_lock'
pve2 {clock} pve-ha-lrm[912] status change lost_agent_lock => active
"""


NEAR = "pve2 12:10:50.20 watchdog-mux[602] client (PID 912) watchdog is about to expire\n"
SAVED = "pve2 12:10:55.70 watchdog-mux[602] client (PID 912) watchdog was updated before expiring\n"

RECOVERED = """
pve1 12:11:20.00 pve-ha-crm[901] node 'pve2': state changed from 'unknown' => 'fence'
pve1 12:12:20.00 pve-ha-crm[901] fencing: acknowledged - got agent lock for node 'pve2'
pve1 12:12:20.00 pve-ha-crm[901] node 'pve2': state changed from 'fence' => 'unknown'
pve1 12:12:20.10 pve-ha-crm[901] service 'ct:102': state changed from 'fence' to 'recovery'
pve1 12:12:20.20 pve-ha-crm[901] recover service 'ct:102' from fenced node 'pve2' to node 'pve3'
pve1 12:12:20.30 pve-ha-crm[901] recover service 'vm:105' from fenced node 'pve2' to node 'pve1'
pve3 12:12:31.00 pve-ha-lrm[913] starting service ct:102
pve3 12:12:35.30 pve-ha-lrm[913] service status ct:102 started
"""


def only(case: Case) -> Incident:
    (incident,) = case.incidents
    return incident


# --- what belongs together -------------------------------------------------------------------


def test_two_close_disturbances_are_one_incident(rebuilt: Rebuilt, healthy: str) -> None:
    incident = only(rebuilt(healthy + f"pve1 12:10:00 {TOKEN}\npve1 12:11:30 {TOKEN}\n"))
    assert incident.ended - incident.began == timedelta(seconds=90)


def test_two_far_disturbances_are_two_incidents(rebuilt: Rebuilt, healthy: str) -> None:
    case = rebuilt(healthy + f"pve1 12:10:00 {TOKEN}\npve1 12:25:00 {TOKEN}\n")
    assert [incident.id for incident in case.incidents] == ["i1", "i2"]
    assert [incident.ended for incident in case.incidents] == [
        incident.began for incident in case.incidents
    ]


def test_a_state_that_lasts_ties_its_two_ends_together(
    rebuilt: Rebuilt, healthy: str, cut_off: str, moment: Moment
) -> None:
    """pve2 stays out for ten minutes; nothing is logged meanwhile."""
    incident = only(rebuilt(healthy + cut_off + rejoins("12:20:00")))
    assert incident.began == moment("12:10:02.5")
    assert incident.ended == moment("12:20:00")


def test_a_state_of_many_hours_does_not_tie_a_day_together(rebuilt: Rebuilt, healthy: str) -> None:
    story = """
pve1 12:10:00 corosync[801] [KNET  ] link: host: 3 link: 1 is down
pve1 20:10:00 corosync[801] [KNET  ] rx: host: 3 link: 1 is up
"""
    middle = f"pve1 16:00:00 {TOKEN}\n"
    incidents = rebuilt(healthy + story + middle).incidents
    assert f"{incidents[0].ended:%H:%M}" == "12:10"
    assert [f"{incident.began:%H:%M}" for incident in incidents] == ["12:10", "16:00", "20:10"]


def test_incidents_before_or_after_the_time_asked_for_are_left_out(
    lines: Callable[..., list[object]], healthy: str, moment: Moment
) -> None:
    story = healthy + "".join(f"pve1 {hour}:10:00 {TOKEN}\n" for hour in (13, 14, 15))
    case = reconstruct(lines(story), since=moment("13:30:00"), until=moment("14:30:00"))  # type: ignore[arg-type]
    assert f"{only(case).began:%H:%M}" == "14:10"
    assert only(case).id == "i1"


# --- who was in it ---------------------------------------------------------------------------


def test_an_incident_names_who_lost_quorum_who_was_armed_and_who_survived(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    incident = only(rebuilt(healthy + cut_off + reset + back))
    assert incident.nodes == ("pve1", "pve2", "pve3")
    assert incident.lost_quorum == ("pve2",)
    assert incident.armed == ("pve1", "pve2")
    assert incident.survived == ("pve1", "pve3")
    assert [boot.node for boot in incident.boots] == ["pve2"]


def test_without_danger_nobody_survived_anything(rebuilt: Rebuilt, healthy: str) -> None:
    assert only(rebuilt(healthy + f"pve1 12:10:00 {TOKEN}\n")).survived == ()


def test_a_node_that_became_armed_long_after_the_start_was_not_in_danger(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    armed = "pve3 12:15:00 pve-ha-lrm[913] status change wait_for_agent_lock => active\n"
    incident = only(rebuilt(healthy + cut_off + armed + rejoins("12:20:00")))
    assert "pve3" not in incident.armed


# --- near misses -----------------------------------------------------------------------------


def test_a_near_miss_that_the_multiplexer_announced_has_its_margin(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    """50 s at `about to expire`, fed 5.5 s later: some four seconds were left."""
    story = healthy + cut_off + NEAR + rejoins("12:10:53") + relocks("12:10:55.6") + SAVED
    margin = only(rebuilt(story)).margin
    assert margin is not None
    assert timedelta(seconds=3) <= margin <= timedelta(seconds=5)


def test_a_near_miss_that_nobody_announced_is_worked_out(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    """Cut off at about 12:10:00, fed again at 12:10:33, with up to 10 s between two feedings."""
    margin = only(rebuilt(healthy + cut_off + rejoins("12:10:30") + relocks("12:10:33"))).margin
    assert margin is not None
    assert timedelta(seconds=17) <= margin <= timedelta(seconds=32)


def test_the_longer_the_cut_the_smaller_the_margin(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    margins = [
        only(rebuilt(healthy + cut_off + rejoins(clock) + relocks(clock))).margin
        for clock in ("12:10:20", "12:10:35", "12:10:45")
    ]
    assert None not in margins
    assert margins == sorted(margins, key=lambda margin: margin or timedelta(0), reverse=True)


def test_a_reset_is_no_near_miss(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    assert only(rebuilt(healthy + cut_off + reset + back)).margin is None


def test_an_idle_node_that_was_cut_off_was_never_near(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    idle = "\n".join(
        line for line in (healthy + cut_off).split("\n") if "pve2" not in line or "lrm" not in line
    )
    incident = only(rebuilt(idle + rejoins("12:10:40")))
    assert incident.margin is None
    assert incident.lost_quorum == ("pve2",)


# --- recoveries ------------------------------------------------------------------------------


def recovered(case: Case) -> tuple[Recovery, Recovery]:
    first, second = only(case).recoveries
    return first, second


def test_a_recovered_service_was_down_from_the_reset_until_it_ran_again(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    first, _ = recovered(rebuilt(healthy + cut_off + reset + RECOVERED + back))
    assert (first.service, first.source, first.target) == ("ct:102", "pve2", "pve3")
    assert first.down is not None
    assert abs(first.down - timedelta(seconds=80)) <= timedelta(seconds=3)


def test_a_service_whose_start_was_not_logged_has_no_down_time(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    _, second = recovered(rebuilt(healthy + cut_off + reset + RECOVERED + back))
    assert (second.service, second.target, second.down) == ("vm:105", "pve1", None)


def test_without_the_log_of_the_lost_node_it_is_down_since_the_master_missed_it(
    rebuilt: Rebuilt, healthy: str, cut_off: str
) -> None:
    others = "\n".join(
        line for line in (healthy + cut_off).split("\n") if not line.startswith("pve2 ")
    )
    first, _ = recovered(rebuilt(others + RECOVERED))
    assert first.down == timedelta(seconds=135)


def test_a_service_that_goes_back_to_its_own_node_is_recovered_in_place(
    rebuilt: Rebuilt, healthy: str, cut_off: str, reset: str, back: str
) -> None:
    again = (
        "pve1 12:12:21.00 pve-ha-crm[901] recover service 'vm:106' to previous failed and fenced "
        "node 'pve2' again\n"
    )
    (recovery,) = only(rebuilt(healthy + cut_off + reset + again + back)).recoveries
    assert (recovery.service, recovery.source, recovery.target) == ("vm:106", "pve2", "pve2")
