from collections.abc import Callable

import pytest

from fencepost.audits.port_errors import port_errors
from fencepost.model.case import Case
from fencepost.model.document import Interface, Interfaces, PortCounters
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

X = Origin("x", 1)


def counters(name: str | None = "eno1", **values: int) -> PortCounters:
    return PortCounters(origin=X, node="n1", name=name, counters=values)


@pytest.mark.parametrize(
    ("values", "severity"),
    [
        ({"rx_crc_errors": 0}, "ok"),
        ({"rx_crc_errors": 9}, "info"),
        ({"rx_crc_errors": 99}, "info"),  # one in 101,010
        ({"rx_crc_errors": 100}, "warning"),  # one in 100,000
        ({"rx_missed_errors": 999}, "info"),
        ({"rx_missed_errors": 1_000}, "warning"),
        ({"rx_dropped": 99_999}, "info"),
        ({"rx_dropped": 100_000}, "warning"),
        ({"rx_crc_errors": 999_999}, "warning"),
        ({"rx_crc_errors": 1_000_000}, "critical"),  # a tenth of all
    ],
)
def test_the_share_of_the_packets_decides(
    make_case: MakeCase, told: Told, values: dict[str, int], severity: str
) -> None:
    case = make_case(counters("eno1", rx_packets=10_000_000, tx_packets=10, **values))
    assert told(port_errors, case) == [(severity, "n1")]


def test_a_few_errors_of_few_packets_are_no_trend(make_case: MakeCase, told: Told) -> None:
    assert told(port_errors, make_case(counters(rx_packets=20, rx_errors=9))) == [("info", "n1")]


def test_without_a_count_of_packets_many_are_many(make_case: MakeCase, told: Told) -> None:
    assert told(port_errors, make_case(counters(rx_errors=999))) == [("info", "n1")]
    assert told(port_errors, make_case(counters(rx_errors=1000))) == [("warning", "n1")]


def test_every_way_is_compared_with_its_own_packets(make_case: MakeCase, told: Told) -> None:
    sent = counters(rx_packets=10_000_000, tx_packets=10_000, tx_carrier_errors=50)
    assert told(port_errors, make_case(sent)) == [("warning", "n1")]


def test_all_that_is_not_zero_is_named(make_case: MakeCase, words: Words) -> None:
    said = words(
        port_errors,
        make_case(counters(rx_packets=10_000_000, rx_errors=500, rx_crc_errors=500, rx_frames=7)),
    )
    assert "rx_crc_errors 500, rx_errors 500, 10000000 packets received" in said
    assert "rx_frames" not in said
    assert "one in 20,000" in said


def test_single_queues_and_bridges_are_left_out(make_case: MakeCase, told: Told) -> None:
    queue = counters(rx_packets=10, rx_queue_0_drops=900, rx0_errors=900)
    bridge = counters("vmbr0", rx_packets=10_000, rx_dropped=9_000)
    assert told(port_errors, make_case(queue, bridge)) == []


def test_ip_tells_it_where_ethtool_was_not_asked(make_case: MakeCase, told: Told) -> None:
    known = {
        "eno1": Interface(name="eno1", rx={"packets": 1000, "errors": 100, "dropped": 0}),
        "eno2": Interface(name="eno2", rx={"packets": 1000, "errors": 0}, tx={"carrier": 0}),
        "vmbr0": Interface(name="vmbr0", kind="bridge", rx={"packets": 10, "errors": 10}),
    }
    seen = Interfaces(origin=X, node="n1", interfaces=known)
    assert told(port_errors, make_case(seen)) == [("critical", "n1"), ("ok", "n1")]
    asked = counters(rx_packets=1000, rx_errors=0)
    assert told(port_errors, make_case(seen, asked)) == [("ok", "n1"), ("ok", "n1")]
