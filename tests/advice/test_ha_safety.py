from typing import Any

from fencepost.advice import ha_safety
from fencepost.model.case import Confidence


def test_a_new_ha_stack_is_disarmed_by_one_command(given: Any) -> None:
    case = given.case(given.packages(pve_ha_manager="5.1.3"))
    (step,) = ha_safety.disarm(case)
    assert "crm-command disarm-ha freeze" in step
    assert "systemctl stop" not in step
    assert "arm-ha" in ha_safety.arm(case)[0]


def test_an_older_one_is_stopped_lrm_first_and_waited_for(given: Any) -> None:
    (step,) = ha_safety.disarm(given.case(given.packages(pve_ha_manager="4.0.6")))
    assert "disarm-ha" not in step
    places = [
        step.index(word)
        for word in ("stop pve-ha-lrm", "watchdog closed (disabled)", "stop pve-ha-crm")
    ]
    assert places == sorted(places)


def test_both_ways_are_told_where_the_version_is_not_known(given: Any) -> None:
    (step,) = ha_safety.disarm(given.case())
    assert "disarm-ha freeze" in step
    assert "systemctl stop pve-ha-lrm" in step


def test_nothing_is_disarmed_where_ha_is_not_used(given: Any) -> None:
    case = given.case(given.ha(), services=())
    assert ha_safety.uses_ha(case) is False
    assert ha_safety.disarm(case) == ()
    assert not given.advised(
        ha_safety.disarm_first, given.matter(case, given.hypothesis("link_down", "alpha"))
    )


def test_where_nothing_tells_it_is_said_with_an_if(given: Any) -> None:
    case = given.case(services=())
    assert ha_safety.uses_ha(case) is None
    assert ha_safety.disarm(case)[0].startswith("If ")


def test_the_advice_warns_of_what_resets_nodes(given: Any) -> None:
    doubt = given.hypothesis("unknown", confidence=Confidence.POSSIBLE)
    told = given.one(ha_safety.disarm_first, given.matter(given.case(), doubt))
    for word in ("restart corosync on all nodes", "watchdog-mux", "pve-ha-lrm", "ct:100"):
        assert word in told.why
    assert told.answers == ("unknown",)
