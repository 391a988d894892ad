from typing import TypeVar

import pytest

from fencepost.model.document import (
    Document,
    Port,
    PortCounters,
    PortDriver,
    PortOffloads,
    PortRings,
)
from fencepost.sources.settings import read_documents

D = TypeVar("D", bound=Document)


def only(kind: type[D], text: str, name: str = "net.txt") -> D:
    (document,) = read_documents(name, text, None)
    assert isinstance(document, kind)
    return document


def test_reads_a_port() -> None:
    port = only(
        Port,
        "Settings for eno1:\n\tSupported ports: [ TP ]\n\tSpeed: 1000Mb/s\n\tDuplex: Full\n"
        "\tAuto-negotiation: on\n\tPort: Twisted Pair\n\tLink detected: yes\n",
    )
    assert (port.name, port.speed_mb, port.duplex) == ("eno1", 1000, "full")
    assert (port.link, port.autoneg, port.kind) == (True, True, "Twisted Pair")
    assert port.origin_of("duplex").line == 4


@pytest.mark.parametrize("speed", ["Unknown!", "Unknown! (4294967295)"])
def test_unknown_is_none(speed: str) -> None:
    port = only(
        Port,
        f"Settings for tap0:\n\tSpeed: {speed}\n\tDuplex: Unknown! (255)\n"
        "\tLink detected: no (No cable)\n",
    )
    assert (port.speed_mb, port.duplex, port.link, port.autoneg) == (None, None, False, None)


def test_a_port_that_does_not_exist_is_none() -> None:
    text = "Settings for eth9:\nCannot get device settings: No such device\nNo data available\n"
    assert read_documents("net.txt", text, None) == []


def test_several_ports_in_a_row_come_apart() -> None:
    text = "Settings for a1:\n\tSpeed: 1000Mb/s\nSettings for b1:\n\tSpeed: 100Mb/s\n"
    ports = read_documents("net.txt", text, None)
    assert [(port.name, port.speed_mb) for port in ports if isinstance(port, Port)] == [
        ("a1", 1000),
        ("b1", 100),
    ]


DRIVER = "driver: e1000e\nversion: 6.8.12-4-pve\nfirmware-version: \nbus-info: 0000:00:1f.6\n"


def test_reads_a_driver() -> None:
    driver = only(PortDriver, f"# ethtool -i eno1\n{DRIVER}")
    assert (driver.name, driver.driver, driver.version) == ("eno1", "e1000e", "6.8.12-4-pve")
    assert (driver.firmware, driver.bus) == (None, "0000:00:1f.6")
    assert driver.origin_of("bus").line == 5


@pytest.mark.parametrize(
    ("name", "port"),
    [
        ("n1/ethtool-i-enp0s31f6.txt", "enp0s31f6"),
        ("n1/ethtool_eno1.txt", "eno1"),
        ("n1/driver.txt", None),
    ],
)
def test_the_files_name_may_tell_the_port(name: str, port: str | None) -> None:
    assert only(PortDriver, DRIVER, name).name == port


def test_reads_features() -> None:
    offloads = only(
        PortOffloads,
        "Features for eno1:\nrx-checksumming: on\n\ttx-checksum-ipv4: off [fixed]\n"
        "tcp-segmentation-offload: off [requested on]\n",
    )
    assert offloads.name == "eno1"
    assert offloads.features == {
        "rx-checksumming": True,
        "tx-checksum-ipv4": False,
        "tcp-segmentation-offload": False,
    }
    assert offloads.origin_of("features:tx-checksum-ipv4").line == 3


def test_reads_the_features_of_old_versions() -> None:
    old = only(PortOffloads, "Offload parameters for eth0:\ntcp segmentation offload: on\n")
    assert old.features == {"tcp-segmentation-offload": True}


def test_reads_counters() -> None:
    counters = only(
        PortCounters,
        "root@n1:~# ethtool -S eno1\nNIC statistics:\n     rx_crc_errors: 12\n"
        "     [0]: rx_ucast_packets: 7\n     rx_other: n/a\n",
    )
    assert (counters.node, counters.name) == ("n1", "eno1")
    assert counters.counters == {"rx_crc_errors": 12, "[0]: rx_ucast_packets": 7}
    assert counters.origin_of("counters:rx_crc_errors").line == 3


def test_reads_rings() -> None:
    rings = only(
        PortRings,
        "Ring parameters for eno1:\nPre-set maximums:\nRX:\t\t4096\nRX Mini:\tn/a\nTX:\t\t4096\n"
        "Current hardware settings:\nRX:\t\t256\nRX Mini:\tn/a\nTX:\t\t512\n",
    )
    assert rings.name == "eno1"
    assert rings.rings == {"RX": (256, 4096), "TX": (512, 4096)}
    assert rings.origin_of("rings:RX").line == 7
