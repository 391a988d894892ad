from typing import Any

from fencepost.advice import people
from fencepost.advice.matter import Claim, Matter
from fencepost.events.kernel_boot import WatchdogNotStopped
from fencepost.model.case import Ending
from fencepost.model.document import DatacenterCfg
from fencepost.model.verdict import Priority


def test_a_planned_reboot_needs_no_mending(given: Any) -> None:
    incident = given.incident(boots=[given.boot("beta", Ending.ASKED_FOR)])
    policy = DatacenterCfg(origin=given.origin(), keys={"ha": "shutdown_policy=freeze"})
    line = given.event(WatchdogNotStopped, "beta", device="watchdog0")
    case = given.case(policy, events=[line])
    told = given.one(
        people.planned_stop,
        given.matter(case, given.hypothesis("asked_for", "beta"), incident=incident),
    )
    assert told.priority is Priority.LATER
    assert told.title == "Ask who stopped beta; nothing is broken"
    assert "proves no fence" in told.why
    assert "`ha: shutdown_policy=freeze` now" in told.steps[-1]
    assert "node-maintenance enable beta" in told.steps[-1]
    assert "last -x" in told.steps[0]


def test_a_corosync_stopped_under_an_armed_node_is_another_matter(given: Any) -> None:
    incident = given.incident(boots=[given.boot("beta", Ending.SELF_FENCE)])
    told = given.one(
        people.planned_stop,
        given.matter(given.case(), given.hypothesis("asked_for", "beta"), incident=incident),
    )
    assert told.priority is Priority.SOON
    assert told.title.startswith("Disarm HA before corosync is stopped on beta")
    assert any("disarm-ha" in step for step in told.steps)


def test_a_better_explanation_silences_it(given: Any) -> None:
    best, asked = given.hypothesis("config_mismatch", "beta"), given.hypothesis("asked_for", "beta")
    matter = Matter(given.case(), (Claim(given.incident(), asked, best),))
    assert not given.advised(people.planned_stop, matter)
