"""Every scenario: a cluster's shape, what is done to it, and the answer that is right."""

from lab.scenario import Scenario
from lab.scenarios import calm, ha, host, network, settings

SCENARIOS: tuple[Scenario, ...] = (
    *calm.SCENARIOS,
    *network.SCENARIOS,
    *host.SCENARIOS,
    *settings.SCENARIOS,
    *ha.SCENARIOS,
)
