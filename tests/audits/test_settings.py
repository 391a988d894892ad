"""Which corosync.conf counts (audits/_settings.py), and the timing that it asks for."""

from collections.abc import Callable

import pytest

from fencepost.audits._settings import current, device_votes, distinct
from fencepost.audits._timing import asked, in_force, timing
from fencepost.events.totem import TokenLost
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap
from fencepost.model.event import Event
from fencepost.model.line import Origin

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
MakeEvent = Callable[..., Event]


def test_the_highest_version_counts_and_of_equals_the_first(
    make_case: MakeCase, make_conf: MakeConf
) -> None:
    old, new, same = (make_conf(version=v, node=n) for v, n in ((9, "n1"), (10, "n2"), (10, "n3")))
    assert current(make_case(old, new, same)) is new
    assert current(make_case()) is None


def test_each_wording_once_in_the_order_read(make_case: MakeCase, make_conf: MakeConf) -> None:
    one, again, other = make_conf(node="n1"), make_conf(node="n2"), make_conf(version=2)
    assert distinct(make_case(one, again, other)) == [one, other]


@pytest.mark.parametrize(
    ("quorum", "votes"),
    [
        ("", 0),
        ("device {\nvotes: 1\n}", 0),  # without a model there is no device
        ("device {\nmodel: net\nvotes: 1\n}", 1),
        ("device {\nmodel: net\n}", 3),
    ],
)
def test_votes_of_the_device(make_conf: MakeConf, quorum: str, votes: int) -> None:
    assert device_votes(make_conf(4, quorum=quorum)) == votes


@pytest.mark.parametrize(
    ("nodes", "totem", "token", "consensus"),
    [
        (2, "", 3000, 3600),
        (3, "", 3650, 4380),
        (3, "token: 0\nconsensus: 0", 3650, 4380),  # 0 stands for unset
        (5, "token: 10000\ntoken_coefficient: 0", 10000, 12000),
        (5, "token_coefficient: 125", 3375, 4050),
        (3, "consensus: 9000", 3650, 9000),
    ],
)
def test_what_the_file_comes_to(
    make_conf: MakeConf, nodes: int, totem: str, token: int, consensus: int
) -> None:
    found = asked(make_conf(nodes, totem=totem), 3000)
    assert (found.token_ms, found.consensus_ms) == (token, consensus)


def test_cmap_wins_over_the_log_and_the_slowest_node_counts(
    make_case: MakeCase, make_event: MakeEvent
) -> None:
    lost = make_event(TokenLost, node="n1", token_ms=9000, consensus_ms=10800)
    other = make_event(TokenLost, node="n2", token_ms=5000, consensus_ms=6000)
    vague = make_event(TokenLost, node="n3")
    keys = {"runtime.config.totem.token": "3650"}
    live = Cmap(origin=Origin("c", 1), node="n1", keys=keys)
    case = make_case(live, events=[lost, other, vague])
    assert [(one.node, one.token_ms) for one in in_force(case)] == [("n1", 3650), ("n2", 5000)]
    slowest = timing(case)
    assert slowest is not None
    assert slowest.node == "n2"
