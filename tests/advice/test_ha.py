from typing import Any

from fencepost.advice import ha
from fencepost.model.document import HaDefaults, HaStatus
from fencepost.model.verdict import Priority, Severity


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_a_silent_agent_is_looked_at_and_not_killed(given: Any) -> None:
    silent = given.finding("ha_agents", Severity.CRITICAL, "beta")
    told = given.one(ha.living_agents, given.matter(given.case(), findings=[silent]))
    assert told.title == "Look at HA on beta"
    assert "Do not kill the daemons" in text(told)


def test_ha_that_was_left_disarmed_is_armed(given: Any) -> None:
    status = HaStatus(
        origin=given.origin(), quorum="OK", master=None, lrms={}, services={},
        fencing="disarmed, resource mode: freeze",
    )  # fmt: skip
    left = given.finding("ha_agents")
    told = given.one(ha.living_agents, given.matter(given.case(status), findings=[left]))
    assert told.title == "Arm HA again"
    assert "ha-manager crm-command arm-ha" in text(told)


def test_services_get_nodes_that_exist(given: Any) -> None:
    nowhere = given.finding("ha_service_unplaceable")
    told = given.one(ha.placeable_services, given.matter(given.case(), findings=[nowhere]))
    assert "--nodes alpha,beta,gamma" in text(told)


def test_the_module_that_was_asked_for_is_tried(given: Any) -> None:
    asked = HaDefaults(origin=given.origin(), node="beta", watchdog_module="ipmi_watchdog")
    soft = given.finding("watchdog_module", node="beta")
    told = given.one(ha.right_watchdog, given.matter(given.case(asked), findings=[soft]))
    assert "modprobe ipmi_watchdog" in text(told)
    assert "Never stop watchdog-mux" in text(told)


def test_corosync_gives_the_watchdog_device_back(given: Any) -> None:
    conf = given.conf(given.text + "resources {\n  watchdog_device: /dev/watchdog\n}\n")
    fought = given.finding("watchdog_module", Severity.CRITICAL)
    told = given.one(ha.right_watchdog, given.matter(given.case(conf), findings=[fought]))
    assert "\n-  watchdog_device: /dev/watchdog\n" in text(told)


def test_services_are_questioned_only_after_several_resets(given: Any) -> None:
    why = given.hypothesis("nic_hang", "alpha")
    once = given.matter(given.case(boots=[given.boot("alpha")]), why)
    assert not given.advised(ha.fewer_services, once)
    twice = given.matter(given.case(boots=[given.boot("alpha"), given.boot("alpha")]), why)
    told = given.one(ha.fewer_services, twice)
    assert told.priority is Priority.LATER
    assert "2 watchdog resets of alpha" in told.why
    assert "ct:100 and ct:113" in text(told)
