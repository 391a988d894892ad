from fencepost.model.document import Interfaces
from fencepost.sources.settings import read_documents


def only(text: str) -> Interfaces:
    (document,) = read_documents("ip.txt", text, None)
    assert isinstance(document, Interfaces)
    return document


DETAILED = """\
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00 promiscuity 0
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
2: eno1: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 1500 qdisc mq master vmbr0 state DOWN qlen 1000
    link/ether 54:ee:75:aa:bb:cc brd ff:ff:ff:ff:ff:ff promiscuity 1
    bridge_slave state forwarding priority 32 cost 5 hairpin off
    altname enp0s31f6
    RX:  bytes packets errors dropped  missed   mcast
     223645614  255577     17       3       1      44
    RX errors:  length    crc   frame    fifo overrun
                     0     17       0       0       2
    TX:  bytes packets errors dropped carrier collsns
        299981    2990      0       0       5       0
3: vmbr0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP qlen 1000
    link/ether 54:ee:75:aa:bb:cc brd ff:ff:ff:ff:ff:ff promiscuity 0
    bridge forward_delay 0 hello_time 200 max_age 2000
    inet 10.0.0.2/24 scope global vmbr0
    inet6 fe80::1/64 scope link
4: vmbr0.50@vmbr0: <BROADCAST,MULTICAST> mtu 1400 qdisc noqueue state DOWN qlen 1000
    link/ether 54:ee:75:aa:bb:cc brd ff:ff:ff:ff:ff:ff promiscuity 0
    vlan protocol 802.1Q id 50 <REORDER_HDR>
5: veth100i0@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master vmbr0 state UP
    link/ether fe:aa:bb:cc:dd:ee brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
"""


def test_reads_details_and_counters() -> None:
    interfaces = only(DETAILED).interfaces
    assert list(interfaces) == ["lo", "eno1", "vmbr0", "vmbr0.50", "veth100i0"]
    eno1 = interfaces["eno1"]
    assert (eno1.mtu, eno1.up, eno1.carrier) == (1500, True, False)
    assert (eno1.kind, eno1.master, eno1.lower) == (None, "vmbr0", None)
    assert (eno1.rx["errors"], eno1.rx["crc"], eno1.rx["overrun"]) == (17, 17, 2)
    assert (eno1.tx["packets"], eno1.tx["carrier"]) == (2990, 5)
    assert interfaces["vmbr0"].kind == "bridge"
    assert interfaces["vmbr0"].addresses == ("10.0.0.2/24", "fe80::1/64")
    vlan = interfaces["vmbr0.50"]
    assert (vlan.kind, vlan.lower, vlan.mtu) == ("vlan", "vmbr0", 1400)
    assert (vlan.up, vlan.carrier) == (False, None)
    assert (interfaces["veth100i0"].kind, interfaces["veth100i0"].lower) == ("veth", None)


def test_says_where() -> None:
    document = only(DETAILED)
    assert document.origin.line == 1
    assert document.origin_of("interfaces:eno1").line == 5
    assert document.origin_of("interfaces:eno1:rx").line == 9
    assert document.origin_of("interfaces:vmbr0:10.0.0.2/24").line == 18


def test_a_second_listing_is_a_second_document() -> None:
    assert len(read_documents("ip.txt", DETAILED + DETAILED, None)) == 2


def test_reads_brief_links() -> None:
    found = only(
        "lo               UNKNOWN        00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>\n"
        "eno1             DOWN           16:7e:5b:bb:c5:4e <NO-CARRIER,BROADCAST,UP>\n"
        "vmbr0.50@vmbr0   UP             16:7e:5b:bb:c5:4e <BROADCAST,UP,LOWER_UP>\n"
    ).interfaces
    assert (found["eno1"].up, found["eno1"].carrier) == (True, False)
    assert found["vmbr0.50"].lower == "vmbr0"


def test_reads_brief_addresses() -> None:
    found = only(
        "lo               UNKNOWN        127.0.0.1/8 ::1/128\n"
        "eno2             DOWN\n"
        "vmbr0            UP             192.0.2.2/24 fe80::fc:ff:fe00:1/64\n"
    ).interfaces
    assert found["vmbr0"].addresses == ("192.0.2.2/24", "fe80::fc:ff:fe00:1/64")
    assert (found["vmbr0"].up, found["vmbr0"].carrier) == (True, True)
    assert (found["eno2"].up, found["eno2"].carrier) == (None, False)


def test_reads_one_line_per_interface() -> None:
    found = only(
        "2: eno1: <BROADCAST,UP,LOWER_UP> mtu 9000 qdisc mq state UP qlen 1000"
        "\\    link/ether 16:7e:5b:bb:c5:4e brd ff:ff:ff:ff:ff:ff\n"
    ).interfaces
    assert found["eno1"].mtu == 9000
    addresses = only(
        "2: eno1    inet 192.0.2.2/24 brd 192.0.2.255 scope global eno1\\       valid_lft forever\n"
    ).interfaces
    assert addresses["eno1"].addresses == ("192.0.2.2/24",)


def test_reads_bridge_links_old_and_new() -> None:
    new = only(
        "3: tap1@eno1: <BROADCAST,UP,LOWER_UP> mtu 1500 master vmbr0 state forwarding cost 2\n"
    )
    assert new.interfaces["tap1"].master == "vmbr0"
    old = only(
        "3: eno1 state UP : <BROADCAST,UP,LOWER_UP> mtu 1500 master vmbr0 state forwarding\n"
    )
    assert old.interfaces["eno1"].master == "vmbr0"


def test_a_cut_off_listing_keeps_what_is_there() -> None:
    cut = DETAILED[: DETAILED.index("223645614")]
    assert only(cut).interfaces["eno1"].rx == {}
