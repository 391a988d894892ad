from collections.abc import Callable

import pytest

from fencepost.audits.knet_statistics import knet_statistics
from fencepost.model.case import Case
from fencepost.model.document import Cmap
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

SOUND = {
    "connected": 1,
    "latency_ave": 300,
    "latency_samples": 2048,
    "tx_ping_packets": 10_000,
    "rx_pong_packets": 10_000,
    "tx_data_retries": 0,
}


def stats(**peers: dict[str, int]) -> Cmap:
    keys = {
        f"stats.knet.{peer}.link0.{what}": str(value)
        for peer, values in peers.items()
        for what, value in (SOUND | values).items()
    }
    return Cmap(origin=Origin("c", 1), node="n1", keys=keys)


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        ({}, "ok"),
        ({"latency_ave": 4_999}, "ok"),
        ({"latency_ave": 5_000}, "warning"),
        ({"latency_ave": 5_000, "latency_samples": 199}, "info"),
        ({"tx_data_retries": 100}, "ok"),
        ({"tx_data_retries": 101}, "warning"),
        ({"rx_pong_packets": 9_501}, "ok"),
        ({"rx_pong_packets": 9_500}, "warning"),
        ({"rx_pong_packets": 5_000, "connected": 0}, "ok"),  # that it is down is told elsewhere
    ],
)
def test_a_path(make_case: MakeCase, told: Told, values: dict[str, int], severity: str) -> None:
    assert told(knet_statistics, make_case(stats(node2=values))) == [(severity, "n1")]


def test_sound_paths_share_a_finding_and_bad_ones_stand_alone(
    make_case: MakeCase, told: Told, words: Words
) -> None:
    case = make_case(stats(node2={}, node3={"latency_ave": 700}, node4={"latency_ave": 90_000}))
    assert told(knet_statistics, case) == [("warning", "n1"), ("ok", "n1")]
    assert "2 ways to peers: at most 0.7 ms" in words(knet_statistics, case)


def test_the_node_itself_is_no_peer(make_case: MakeCase, told: Told) -> None:
    itself = stats(node1={"tx_ping_packets": 0, "rx_pong_packets": 0, "latency_ave": 0})
    assert told(knet_statistics, make_case(itself)) == []


@pytest.mark.parametrize(
    ("sent", "again", "found"),
    [
        (1_000, 10, [("ok", "n1")]),
        (1_000, 11, [("warning", "n1")]),
        (999, 900, []),
    ],
)
def test_messages_that_were_sent_again(
    make_case: MakeCase, told: Told, sent: int, again: int, found: list[tuple[str, str | None]]
) -> None:
    keys = {"stats.srp.mcast_tx": str(sent), "stats.srp.mcast_retx": str(again)}
    case = make_case(Cmap(origin=Origin("c", 1), node="n1", keys=keys))
    assert told(knet_statistics, case) == found
