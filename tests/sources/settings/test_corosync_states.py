from datetime import UTC, datetime
from typing import TypeVar

from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import (
    Cmap,
    Document,
    LinkState,
    QuorumStatus,
    ReachableNodes,
)
from fencepost.sources.settings import read_documents

D = TypeVar("D", bound=Document)


def only(kind: type[D], text: str) -> D:
    (document,) = read_documents("node1.txt", text, None)
    assert isinstance(document, kind)
    return document


STATUS = """\
Cluster information
-------------------
Name:             les
Config Version:   6
Transport:        knet
Secure auth:      on

Quorum information
------------------
Date:             Thu Jul 17 18:20:02 2025
Quorum provider:  corosync_votequorum
Nodes:            2
Node ID:          0x00000002
Ring ID:          1.1060a78
Quorate:          No

Votequorum information
----------------------
Expected votes:   3
Highest expected: 3
Total votes:      1
Quorum:           2 Activity blocked
Flags:            WaitForAll Qdevice

Membership information
----------------------
    Nodeid      Votes    Qdevice Name
0x00000001          1    A,V,NMW 192.168.87.4
0x00000002          1   NA,NV,NMW 192.168.87.5 (local)
0x00000000          0            Qdevice (votes 1)
"""


def test_reads_pvecm_status() -> None:
    status = only(QuorumStatus, STATUS)
    assert status.quorate is False
    assert (status.cluster_name, status.config_version) == ("les", 6)
    assert (status.transport, status.secauth) == ("knet", "on")
    assert (status.node_id, status.nodes, status.ring_id) == (2, 2, "1.1060a78")
    assert (status.expected_votes, status.total_votes, status.quorum) == (3, 1, 2)
    assert status.flags == ("WaitForAll", "Qdevice")
    assert status.members[1] == (1, "192.168.87.4")
    assert status.members[2] == (1, "192.168.87.5")
    assert status.members[0] == (0, "Qdevice (votes 1)")
    assert status.local == 2
    assert status.as_of == datetime(2025, 7, 17, 18, 20, 2, tzinfo=UTC)
    assert status.node is None


def test_says_where_each_fact_of_the_status_stands() -> None:
    status = only(QuorumStatus, "\n\n" + STATUS)
    assert (status.origin.line, status.origin.text) == (3, "Cluster information")
    assert status.origin_of("quorate").text == "Quorate:          No"
    assert status.origin_of("quorate").line == 17
    assert status.origin_of("members:1").text.endswith("192.168.87.4")


def test_a_local_member_with_a_name_tells_the_node() -> None:
    rows = "Membership information\n----\n    Nodeid      Votes Name\n"
    nodes = only(
        QuorumStatus, f"{rows}         1          1 ada (local)\n         2          1 bob\n"
    )
    assert nodes.node == "ada"
    assert nodes.quorate is None
    assert nodes.members == {1: (1, "ada"), 2: (1, "bob")}


def test_two_statuses_in_a_row_come_apart() -> None:
    documents = read_documents("a.txt", STATUS + STATUS, None)
    assert [document.origin.line for document in documents] == [1, 31]


LINKS = """\
Local node ID 1, transport knet
LINK ID 0 udp
	addr	= 10.77.0.1
	status:
		nodeid:          1:	localhost
		nodeid:          2:	connected
		nodeid:          3:	disconnected
LINK ID 1 udp
	addr	= 10.77.1.1
	status:
		nodeid:          1:	localhost
		nodeid:          2:	connected
"""


def test_reads_link_states() -> None:
    links = only(LinkState, LINKS)
    assert (links.node_id, links.transport) == (1, "knet")
    assert links.addresses == {0: "10.77.0.1", 1: "10.77.1.1"}
    assert links.states[0, 3] == "disconnected"
    assert links.states[1, 2] == "connected"
    assert links.origin_of("states:0:3").line == 7


def test_reads_link_states_of_corosync_3_0() -> None:
    links = only(
        LinkState,
        "Printing link status.\nLocal node ID 2\nLINK ID 0\n\taddr\t= 10.1.1.2\n\tstatus:\n"
        "\t\tnodeid  1:\tlink enabled:1\tlink connected:0\n"
        "\t\tnodeid  2:\tlink enabled:1\tlink connected:1\n",
    )
    assert links.states == {(0, 1): "disconnected", (0, 2): "connected"}
    assert links.origin.line == 2


def test_reads_ring_states_of_corosync_2() -> None:
    links = only(
        LinkState,
        "Printing ring status.\nLocal node ID 1\nRING ID 0\n\tid\t= 10.1.1.1\n"
        "\tstatus\t= ring 0 active with no faults\nRING ID 1\n\tid\t= 10.2.1.1\n"
        "\tstatus\t= Marking ringid 1 interface 10.2.1.1 FAULTY\n",
    )
    assert links.states == {(0, 1): "no faults", (1, 1): "FAULTY"}
    assert links.addresses == {0: "10.1.1.1", 1: "10.2.1.1"}


def test_reads_reachable_nodes() -> None:
    reachable = only(
        ReachableNodes,
        "Local node ID 1, transport knet\nnodeid: 3 reachable\n"
        "   LINK: 0 udp (10.77.0.1->10.77.0.3) enabled mtu: 1397\n"
        "   LINK: 1 udp (10.77.1.1->10.77.1.3) enabled connected mtu: 1397\n",
    )
    assert reachable.links == {(3, 0): (False, 1397), (3, 1): (True, 1397)}
    assert reachable.origin_of("links:3:1").line == 4


def test_a_node_that_reaches_nobody_needs_the_command_to_be_told() -> None:
    alone = "Local node ID 1, transport knet\n"
    assert read_documents("a.txt", alone, None) == []
    reachable = only(ReachableNodes, "### node1# corosync-cfgtool -n\n" + alone)
    assert reachable.links == {}
    assert reachable.node == "node1"


def test_reads_cmap() -> None:
    cmap = only(
        Cmap,
        "nodelist.local_node_pos (u32) = 1\nnodelist.node.1.name (str) = bob\n"
        "runtime.members.1.ip (str) = r(0) ip(10.77.0.1) \ntotem.key (str) = \n"
        "stats.knet.node2.link0.latency_ave (u32) = 5954\n",
    )
    assert cmap.keys["runtime.members.1.ip"] == "r(0) ip(10.77.0.1)"
    assert cmap.keys["totem.key"] == ""
    assert cmap.keys["stats.knet.node2.link0.latency_ave"] == "5954"
    assert cmap.node == "bob"
    assert cmap.origin_of("keys:totem.key").line == 4


CONF = """\
# managed by hand
logging {
  debug: off
}

nodelist {
  node {
    name: ada
    nodeid: 1
    ring0_addr: 10.0.0.1
  }
}

totem {
  version: 2
}
"""


def test_reads_corosync_conf_to_the_letter() -> None:
    conf = only(CorosyncConf, CONF)
    assert conf.text == CONF
    assert conf.faults == ()
    assert [node.name for node in conf.nodes] == ["ada"]
    assert conf.origin_at(15).text == "  version: 2"


def test_a_conf_inside_a_dump_keeps_its_comments_and_line_numbers() -> None:
    conf = only(CorosyncConf, f"$ date\nSun\n$ cat /etc/pve/corosync.conf\n{CONF}\n$ true\n")
    assert conf.origin.text == "# managed by hand"
    assert conf.text == CONF
    version = conf.find("version", "totem")
    assert version is not None
    assert conf.origin_at(version.number).line == 18


def test_words_around_a_pasted_conf_are_not_faults_of_it() -> None:
    conf = only(CorosyncConf, f"Here is my file\n{CONF}\nAny ideas what is wrong?\n")
    assert conf.faults == ()
    assert conf.origin.line == 2


def test_a_fault_inside_a_conf_stays() -> None:
    assert only(CorosyncConf, CONF.replace("  version", "}\n  version")).faults


def test_a_quoted_totem_section_is_no_conf() -> None:
    assert read_documents("advice.md", "Add this:\n\ntotem {\n  token: 10000\n}\n", None) == []


def test_an_indented_conf_is_one_too() -> None:
    indented = "".join(f"    {line}\n" for line in CONF.splitlines())
    assert [node.name for node in only(CorosyncConf, indented).nodes] == ["ada"]


def test_hostile_numbers_in_a_conf_never_raise() -> None:
    conf = only(CorosyncConf, CONF.replace("nodeid: 1", "nodeid: ²").replace("ring0", "ring٣"))
    assert conf.nodes[0].id is None
    assert conf.links == ()
    assert (
        only(CorosyncConf, CONF.replace("nodeid: 1", "nodeid: " + "9" * 9999)).nodes[0].id is None
    )


def test_two_confs_in_a_row_come_apart() -> None:
    first, second = read_documents("both.txt", CONF + CONF, None)
    assert isinstance(first, CorosyncConf)
    assert isinstance(second, CorosyncConf)
    assert (first.origin.line, second.origin.line) == (1, 17)
    assert first.faults == second.faults == ()
