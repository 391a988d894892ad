from collections.abc import Callable

import pytest

from fencepost.audits.pause_frames import pause_frames
from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Port, PortCounters, PortRings
from fencepost.model.line import Origin
from fencepost.model.rule import Audit

MakeCase = Callable[..., Case]
MakeConf = Callable[..., CorosyncConf]
Told = Callable[[Audit, Case], list[tuple[str, str | None]]]
Words = Callable[[Audit, Case], str]

X = Origin("x", 1)


def counters(**values: int) -> PortCounters:
    packets = {"rx_packets": 1_000_000, "tx_packets": 1_000_000}
    return PortCounters(origin=X, node="n1", name="eno1", counters=packets | values)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({}, []),
        ({"rx_missed_errors": 5_000}, []),  # port_errors' business as long as nobody pauses
        ({"rx_flow_control_xoff": 0}, [("ok", "n1")]),
        ({"rx_flow_control_xoff": 99}, [("info", "n1")]),
        ({"rx_flow_control_xoff": 100}, [("warning", "n1")]),
        ({"tx_pause": 100}, [("warning", "n1")]),
        ({"rx_pause_ctrl_phy": 5, "rx_no_buffer_count": 100}, [("warning", "n1")]),
        ({"rx_flow_control_xon": 9_000}, []),
        ({"tx_global_pause_duration": 9_000}, []),
    ],
)
def test_one_in_ten_thousand(
    make_case: MakeCase, told: Told, values: dict[str, int], found: list[tuple[str, str | None]]
) -> None:
    assert told(pause_frames, make_case(counters(**values))) == found


def test_the_bound_is_that_of_this_port_and_this_token(
    make_case: MakeCase, make_conf: MakeConf, words: Words
) -> None:
    fast = Port(origin=X, node="n1", name="eno1", speed_mb=10_000, duplex="full", link=True)
    rings = PortRings(origin=X, node="n1", name="eno1", rings={"RX": (256, 4096)})
    paused = counters(rx_flow_control_xoff=500)
    said = words(pause_frames, make_case(paused, make_conf(3)))
    assert "1000 Mb/s for up to 33.6 ms, and 109 in a row outlast the token of 3650 ms" in said
    said = words(pause_frames, make_case(paused, make_conf(3), fast, rings))
    assert "10000 Mb/s for up to 3.4 ms" in said
    assert "receive ring 256 of at most 4096" in said
