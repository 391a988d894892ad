from collections.abc import Callable

import pytest

from fencepost.audits.token_timing import token_timing
from fencepost.events.totem import TokenLost
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap
from fencepost.model.event import Event
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]


def cmap(token: int, consensus: int) -> Cmap:
    keys = {
        "runtime.config.totem.token": str(token),
        "runtime.config.totem.consensus": str(consensus),
    }
    return Cmap(origin=Origin("c", 1), node="n1", keys=keys)


@pytest.mark.parametrize(
    ("token", "consensus", "severity"),
    [
        (13636, 16364, "ok"),  # 30.000 s
        (13637, 16365, "warning"),  # 30.002 s
        (20454, 24545, "warning"),  # 44.999 s
        (20454, 24546, "critical"),  # 45.000 s
    ],
)
def test_the_sum_is_what_counts(
    make_case: MakeCase, told: Told, token: int, consensus: int, severity: str
) -> None:
    assert told(token_timing, make_case(cmap(token, consensus)))[0] == (severity, "n1")


def test_a_token_below_the_shortest_default_is_too_short(make_case: MakeCase, told: Told) -> None:
    assert told(token_timing, make_case(cmap(999, 1198))) == [("ok", "n1"), ("warning", "n1")]
    assert told(token_timing, make_case(cmap(1000, 1200))) == [("ok", "n1")]


def test_consensus_needs_a_fifth_more_than_the_token(
    make_case: MakeCase, make_conf: MakeConf, told: Told
) -> None:
    at_the_edge = make_case(make_conf(3, totem="token: 5000\nconsensus: 6780"))
    below = make_case(make_conf(3, totem="token: 5000\nconsensus: 6779"))
    assert told(token_timing, at_the_edge) == [("ok", None)]
    assert told(token_timing, below) == [("ok", None), ("warning", None)]


def test_what_runs_wins_over_the_file(
    make_case: MakeCase, make_conf: MakeConf, make_event: MakeEvent, told: Told
) -> None:
    lost = make_event(TokenLost, node="n2", token_ms=20650, consensus_ms=24780)
    assert told(token_timing, make_case(make_conf(3), events=[lost])) == [("critical", "n2")]
