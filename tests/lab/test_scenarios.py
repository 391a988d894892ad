import re

import pytest
from lab.scenario import Scenario
from lab.scenarios import SCENARIOS
from lab.shape import Shape

from fencepost.causes import CAUSES
from fencepost.simulator.release import RELEASES


def test_names_are_unique_and_fit_a_folder() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9-]+", name) for name in names)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_scenario_is_possible(scenario: Scenario) -> None:
    slugs = {cause.name for cause in CAUSES}
    shape = scenario.shape
    assert set(scenario.causes) <= slugs
    assert set(scenario.blamed) <= set(shape.nodes)
    assert set(shape.relayed) <= set(shape.nodes)
    assert scenario.causes or not scenario.blamed
    assert 2 <= len(shape.nodes) <= 8
    assert scenario.acts
    if scenario.ha:
        assert {scenario.ha.master, *dict(scenario.ha.services).values()} <= set(shape.nodes)
        assert scenario.ha.release in RELEASES
    assert all(act.seconds > 0 and act.rest >= 0 for act in scenario.acts)


def test_a_configuration_names_every_node_link_and_further_line() -> None:
    shape = Shape(("a", "b"), ids=(4, 9), links=2, totem=("token: 7000",), qdevice=True)
    text = shape.conf(3)
    assert text.count("{") == text.count("}")
    for line in ("nodeid: 9", "ring1_addr: 10.79.1.12", "token: 7000", "config_version: 3"):
        assert text.count(line) == 1
    assert "host: 10.79.0.250" in text
    assert "token" not in shape.conf(3, totem=())
    assert "qnetd" in shape.machines
