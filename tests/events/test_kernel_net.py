from datetime import UTC, datetime

import pytest

from fencepost.events.kernel_net import (
    BridgePortDisabled,
    CarrierGained,
    CarrierLost,
    NicHung,
    PacketBlocked,
    TransmitTimedOut,
)
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    at = datetime(2025, 11, 8, tzinfo=UTC)
    return Line(at, "pve1", "kernel", None, text, Origin("syslog", 1))


@pytest.mark.parametrize(
    ("text", "port", "speed", "duplex"),
    [
        (
            "e1000e: eno1 NIC Link is Up 100 Mbps Half Duplex, Flow Control: None",
            "eno1",
            100,
            "Half",
        ),
        (
            "igb 0000:05:00.0 eno3: igb: eno3 NIC Link is Up 100 Mbps Full Duplex, Flow Control: RX/TX",
            "eno3",
            100,
            "Full",
        ),
        (
            "igc 0000:02:00.0 enp2s0: NIC Link is Up 2500 Mbps Full Duplex, Flow Control: RX/TX",
            "enp2s0",
            2500,
            "Full",
        ),
        (
            "ixgbe 0000:01:00.0 eno1: NIC Link is Up 10 Gbps, Flow Control: RX/TX",
            "eno1",
            10000,
            None,
        ),
        (
            "i40e 0000:18:00.0 eno1np0: NIC Link is Up, 10 Gbps Full Duplex, Flow Control: None",
            "eno1np0",
            10000,
            "Full",
        ),
        (
            "bnxt_en 0000:65:00.0 eno1np0: NIC Link is Up, 25000 Mbps (NRZ) full duplex, Flow control: none",
            "eno1np0",
            25000,
            "full",
        ),
        (
            "r8169 0000:03:00.0 enp3s0: Link is Up - 2.5Gbps/Full - flow control off",
            "enp3s0",
            2500,
            "Full",
        ),
        (
            "r8169 0000:03:00.0 enp3s0: Link is Up - 10Mbps/Half - flow control off",
            "enp3s0",
            10,
            "Half",
        ),
        (
            "sky2 0000:03:00.0 eth0: Link is up at 100 Mbps, full duplex, flow control rx",
            "eth0",
            100,
            "full",
        ),
        ("mlx5_core 0000:3b:00.0 ens1f0np0: Link up", "ens1f0np0", None, None),
    ],
)
def test_speed_is_megabits_whatever_the_driver_prints(
    text: str, port: str, speed: int | None, duplex: str | None
) -> None:
    for said in (text, f"[ 5342.100377] {text}", f"[ 5342.100377] [    T240] {text}"):
        read = CarrierGained.read(line(said))
        assert read is not None
        assert (read.port, read.speed, read.duplex) == (port, speed, duplex)


@pytest.mark.parametrize(
    ("text", "driver", "port"),
    [
        ("e1000e 0000:00:19.0: eth0: Detected Hardware Unit Hang:", "e1000e", "eth0"),
        ("igb 0000:05:00.0: Detected Tx Unit Hang", "igb", "0000:05:00.0"),
        ("igc 0000:02:00.0 enp2s0: Detected Tx Unit Hang", "igc", "enp2s0"),
    ],
)
def test_a_hung_port_is_named_as_well_as_its_driver_can(text: str, driver: str, port: str) -> None:
    read = NicHung.read(line(f"[3133701.371873] {text}"))
    assert read is not None
    assert (read.driver, read.port) == (driver, port)


def test_an_old_kernel_names_port_and_driver_of_a_transmit_timeout() -> None:
    read = TransmitTimedOut.read(line("NETDEV WATCHDOG: eth0 (r8169): transmit queue 2 timed out"))
    assert read is not None
    assert (read.port, read.driver, read.queue) == ("eth0", "r8169", 2)


@pytest.mark.parametrize("port", ["tap101i0", "veth200i1", "fwpr101p0", "fwln101i0"])
def test_ports_of_guests_are_not_read(port: str) -> None:
    assert BridgePortDisabled.read(line(f"vmbr0: port 4({port}) entered disabled state")) is None
    assert CarrierLost.read(line(f"{port}: Link is Down")) is None
    assert CarrierLost.read(line(f"{port}: link down")) is None


@pytest.mark.parametrize("port", ["eno1", "bond0", "enp5s0f1np1", "eno1.100", "nic0"])
def test_physical_ports_of_a_bridge_are_read(port: str) -> None:
    read = BridgePortDisabled.read(line(f"vmbr0: port 1({port}) entered disabled state"))
    assert read is not None
    assert (read.bridge, read.port) == ("vmbr0", port)


BLOCKED = "MAC=3c:ec SRC=10.0.0.1 DST=10.0.0.2 LEN=144 TOS=0x00 TTL=64 ID=1 DF PROTO={} SPT={} DPT={} LEN=92"


@pytest.mark.parametrize(
    ("prefix", "proto", "port", "blocked"),
    [
        ("[UFW BLOCK] IN=vmbr0 OUT=", "UDP", 5405, True),
        ("[ 812.5] [UFW BLOCK] IN=vmbr0 OUT=", "UDP", 5412, True),
        ("input drop: IN=vmbr0 OUT=", "UDP", 5404, True),
        ("IPTables-Dropped: IN= OUT=vmbr0", "UDP", 5406, True),
        ("[UFW BLOCK] IN=vmbr0 OUT=", "UDP", 5413, False),
        ("[UFW BLOCK] IN=vmbr0 OUT=", "UDP", 54050, False),
        ("[UFW BLOCK] IN=vmbr0 OUT=", "UDP", 5353, False),
        ("[UFW BLOCK] IN=vmbr0 OUT=", "TCP", 5405, False),
        ("[UFW AUDIT] IN=vmbr0 OUT=", "UDP", 5405, False),
        ("[UFW ALLOW] IN=vmbr0 OUT=", "UDP", 5405, False),
    ],
)
def test_only_dropped_packets_of_corosync_are_read(
    prefix: str, proto: str, port: int, *, blocked: bool
) -> None:
    read = PacketBlocked.read(line(f"{prefix} {BLOCKED.format(proto, port, port)}"))
    assert (read is not None) == blocked
    if read is not None:
        assert (read.source, read.target, read.port) == ("10.0.0.1", "10.0.0.2", port)
