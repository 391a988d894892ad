from typing import Any

from fencepost.advice import traffic
from fencepost.model.document import DatacenterCfg, Interface
from fencepost.model.verdict import Priority


def text(told: Any) -> str:
    return "\n".join(told.steps)


def test_loss_is_counted_where_it_is_and_latency_not_read_from_cfgtool(given: Any) -> None:
    case = given.case(given.bridged("beta", 2))
    told = given.one(
        traffic.lost_packets, given.matter(case, given.hypothesis("packet_loss", "beta"))
    )
    assert told.title == "Find where packets are lost around beta"
    assert "rx_pong_packets" in text(told)
    assert "On beta: `for peer in 10.0.0.1 10.0.0.3; do ping" in text(told)
    assert "ethtool -S eno1" in text(told)
    assert "`corosync-cfgtool -s` shows no latency" in told.why


def test_loss_everywhere_blames_nobody(given: Any) -> None:
    told = given.one(
        traffic.lost_packets, given.matter(given.case(), given.hypothesis("packet_loss"))
    )
    assert told.title == "Find where packets are lost between the nodes"


def test_delay_is_measured_both_ways(given: Any) -> None:
    told = given.one(
        traffic.held_packets, given.matter(given.case(), given.hypothesis("slow_network", "gamma"))
    )
    assert "On gamma, while the trouble is on: `ping -c 500 -i 0.02 10.0.0.1`" in text(told)
    assert "raised" in told.expected


def test_limits_are_half_of_the_port_and_keep_what_stands_beside_them(given: Any) -> None:
    keys = DatacenterCfg(origin=given.origin(), keys={"keyboard": "de"})
    case = given.case(given.bridged("beta", 2), given.port("beta", "eno1", speed_mb=10_000), keys)
    told = given.one(
        traffic.full_link, given.matter(case, given.hypothesis("saturated_link", "beta"))
    )
    limit = 10_000 * 1_000_000 // 8 // 2 // (1 << 20) * 1024
    assert f"bwlimit: {limit}" in text(told)
    assert "half of 10000 Mb/s" in text(told)
    assert "Keep the other lines (keyboard)" in text(told)
    assert told.priority is Priority.NOW


def test_a_shared_network_alone_is_for_later(given: Any) -> None:
    shared = given.finding("shared_network", node="beta")
    assert given.one(traffic.full_link, given.matter(given.case(), findings=[shared])).priority is (
        Priority.LATER
    )


def test_the_ping_is_as_large_as_the_largest_mtu_that_was_read(given: Any) -> None:
    jumbo = given.interfaces("beta", Interface(name="vmbr1", mtu=9000, addresses=("10.0.0.2/24",)))
    case = given.case(given.bridged("alpha", 1), jumbo)
    told = given.one(
        traffic.same_mtu, given.matter(case, given.hypothesis("mtu_black_hole", "beta"))
    )
    assert "-M do -s 8972" in text(told)
    assert "`ip link set vmbr1 mtu 1500`" in text(told)
    assert "alpha vmbr0 1500; beta vmbr1 9000" in told.why
    assert "mtu 9000" in told.undo


def test_without_an_mtu_the_ordinary_one_is_tried(given: Any) -> None:
    told = given.one(
        traffic.same_mtu, given.matter(given.case(), given.hypothesis("mtu_black_hole"))
    )
    assert "-M do -s 1472" in text(told)
    assert "mtu 1400" in text(told)
