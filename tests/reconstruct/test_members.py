from collections.abc import Callable

from fencepost.model.case import Case
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Cmap, HaResources, QuorumStatus
from fencepost.model.line import Origin

Rebuilt = Callable[..., Case]


def conf(*names: str, totem: str = "", quorum: str = "", version: int = 3) -> CorosyncConf:
    """A corosync.conf with these nodes, numbered from 1."""
    nodes = "".join(
        f"""
  node {{
    name: {name}
    nodeid: {number}
    quorum_votes: 1
    ring0_addr: 10.0.0.{number}
    ring1_addr: 10.1.0.{number}
  }}"""
        for number, name in enumerate(names, start=1)
    )
    text = f"""totem {{
  cluster_name: homelab
  config_version: {version}
  {totem}
}}
quorum {{
  provider: corosync_votequorum
  {quorum}
}}
nodelist {{{nodes}
}}
"""
    return CorosyncConf.parse(text, Origin("etc/pve/corosync.conf", 1))


def ids(case: Case) -> dict[str, int | None]:
    return {node.name: node.id for node in case.cluster.nodes}


# --- names and ids ---------------------------------------------------------------------------


def test_pmxcfs_lists_each_node_with_its_own_process_id(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        alder 12:00:00 pmxcfs[2201] [status] notice: members: 4/1187, 7/2201
        beech 12:00:00 pmxcfs[1187] [status] notice: members: 4/1187, 7/2201
    """)
    assert ids(case) == {"beech": 4, "alder": 7}


def test_a_node_is_in_its_own_rings_and_never_among_the_hosts_of_knet(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        alder 12:00:00 corosync[801] [QUORUM] Sync members[3]: 1 2 3
        alder 12:00:01 corosync[801] [KNET  ] host: host: 1 (passive) best link: 0 (pri: 1)
        alder 12:00:01 corosync[801] [KNET  ] host: host: 3 (passive) best link: 0 (pri: 1)
    """)
    assert ids(case) == {"alder": 2}


def test_the_last_ids_follow_from_those_that_are_known(rebuilt: Rebuilt) -> None:
    """cherry could be 2 or 3 by its own log; beech is 2."""
    case = rebuilt("""
        alder 12:00:00 corosync[801] [QUORUM] Sync members[1]: 1
        beech 12:00:00 corosync[802] [QUORUM] Sync members[3]: 1 2 3
        beech 12:00:01 corosync[802] [KNET  ] link: host: 3 link: 0 is down
        cherry 12:00:00 corosync[803] [QUORUM] Sync members[3]: 1 2 3
    """)
    assert ids(case) == {"alder": 1, "beech": 2, "cherry": 3}


def test_an_id_that_nothing_decides_stays_open(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        alder 12:00:00 corosync[801] [QUORUM] Sync members[3]: 1 2 3
        beech 12:00:00 corosync[802] [QUORUM] Sync members[3]: 1 2 3
    """)
    assert ids(case) == {"alder": None, "beech": None}
    assert case.cluster.name_of(2) == "node 2"


def test_corosync_conf_names_the_nodes_with_their_line(rebuilt: Rebuilt, healthy: str) -> None:
    case = rebuilt(healthy, conf("pve1", "pve2", "pve3"))
    assert ids(case) == {"pve1": 1, "pve2": 2, "pve3": 3}
    node = case.cluster.node("pve2")
    assert node is not None
    assert node.addresses == {0: "10.0.0.2", 1: "10.1.0.2"}
    assert node.origin is not None
    assert node.origin.text.strip() == "name: pve2"


def test_full_domain_names_are_the_nodes_of_the_logs(rebuilt: Rebuilt, healthy: str) -> None:
    case = rebuilt(healthy, conf("pve1.home.lan", "PVE2.home.lan", "pve3.home.lan"))
    assert ids(case) == {"pve1": 1, "pve2": 2, "pve3": 3}
    assert all(node.heard for node in case.cluster.nodes)


def test_an_unheard_node_with_a_full_domain_name_is_the_one_the_master_speaks_of(
    rebuilt: Rebuilt,
) -> None:
    case = rebuilt(
        "pve1 12:10:20 pve-ha-crm[901] node 'pve3': state changed from 'online' => 'unknown'",
        conf("pve1.example.net", "pve2.example.net", "pve3.example.net"),
    )
    assert ids(case) == {"pve1": 1, "pve2": 2, "pve3": 3}


def test_names_that_the_logs_do_not_know_are_matched_by_id(rebuilt: Rebuilt, healthy: str) -> None:
    case = rebuilt(healthy, conf("ring-a", "ring-b", "ring-c"))
    assert ids(case) == {"pve1": 1, "pve2": 2, "pve3": 3}
    node = case.cluster.node("pve3")
    assert node is not None
    assert node.addresses[0] == "10.0.0.3"


def test_a_listed_node_without_a_log_is_known_and_missing(rebuilt: Rebuilt) -> None:
    case = rebuilt(
        "pve1 12:00:00 corosync[801] [QUORUM] Sync members[2]: 1 2", conf("pve1", "pve2")
    )
    node = case.cluster.node("pve2")
    assert node is not None
    assert not node.heard
    assert "no log of pve2 was read" in [gap.says for gap in case.gaps]


def test_a_node_that_only_the_master_speaks_of_is_one_too(rebuilt: Rebuilt) -> None:
    case = rebuilt("""
        pve1 12:00:00 corosync[801] [QUORUM] Sync members[2]: 1 2
        pve1 12:00:00 pve-ha-crm[901] node 'pve9': state changed from 'online' => 'unknown'
    """)
    assert "pve9" in ids(case)


def test_a_host_beside_the_cluster_is_no_node_of_it(rebuilt: Rebuilt, healthy: str) -> None:
    """A UPS server's log lies beside those of the nodes."""
    case = rebuilt(healthy + "ups 12:00:00 upsmon[44] UPS eaton@10.0.0.9 on battery\n")
    assert "ups" not in ids(case)


def test_of_several_corosync_conf_the_newest_counts(rebuilt: Rebuilt, healthy: str) -> None:
    old, new = conf("pve1", "pve2", version=9), conf("pve1", "pve2", "pve3", version=10)
    for order in ((old, new), (new, old)):
        assert len(rebuilt(healthy, *order).cluster.nodes) == 3
        assert rebuilt(healthy, *order).cluster.expected_votes == 3


# --- votes -----------------------------------------------------------------------------------


def test_votes_and_quorum_follow_from_the_nodelist(rebuilt: Rebuilt, healthy: str) -> None:
    cluster = rebuilt(healthy, conf("pve1", "pve2", "pve3", "pve4", "pve5")).cluster
    assert (cluster.expected_votes, cluster.quorum) == (5, 3)


def test_two_node_needs_one_vote(rebuilt: Rebuilt) -> None:
    story = "pve1 12:00:00 corosync[801] [QUORUM] Sync members[2]: 1 2"
    cluster = rebuilt(story, conf("pve1", "pve2", quorum="two_node: 1")).cluster
    assert (cluster.expected_votes, cluster.quorum, cluster.two_node) == (2, 1, True)


def test_two_node_means_nothing_with_three_nodes(rebuilt: Rebuilt, healthy: str) -> None:
    cluster = rebuilt(healthy, conf("pve1", "pve2", "pve3", quorum="two_node: 1")).cluster
    assert (cluster.quorum, cluster.two_node) == (2, False)


def test_a_quorum_device_makes_an_even_cluster_odd(rebuilt: Rebuilt) -> None:
    story = "pve1 12:00:00 corosync[801] [QUORUM] Sync members[2]: 1 2"
    device = "device {\n    model: net\n    votes: 1\n  }"
    cluster = rebuilt(story, conf("pve1", "pve2", quorum=device)).cluster
    assert (cluster.expected_votes, cluster.quorum, cluster.qdevice) == (3, 2, True)


def test_without_a_nodelist_pvecm_status_tells_the_votes(rebuilt: Rebuilt, healthy: str) -> None:
    status = QuorumStatus(
        origin=Origin("status/pvecm.txt", 1),
        quorate=True,
        expected_votes=7,
        flags=("Quorate", "Qdevice"),
        cluster_name="rack",
    )
    cluster = rebuilt(healthy, status).cluster
    assert (cluster.name, cluster.expected_votes, cluster.quorum) == ("rack", 7, 4)
    assert cluster.qdevice


# --- timing ----------------------------------------------------------------------------------


def test_without_any_settings_the_rings_tell_the_votes(rebuilt: Rebuilt) -> None:
    """Two of five logs were read."""
    case = rebuilt("""
        alder 12:00:00 corosync[801] [QUORUM] Sync members[5]: 1 2 3 4 5
        beech 12:00:00 corosync[802] [QUORUM] Sync members[5]: 1 2 3 4 5
    """)
    assert (case.cluster.expected_votes, case.cluster.quorum) == (5, 3)


def test_what_corosync_logged_is_in_force(rebuilt: Rebuilt, healthy: str, cut_off: str) -> None:
    cluster = rebuilt(healthy + cut_off, conf("pve1", "pve2", "pve3", totem="token: 10000")).cluster
    assert (cluster.token_ms, cluster.consensus_ms) == (3650, 4380)
    assert "logged" in cluster.timing_from


def test_what_cmapctl_showed_comes_next(rebuilt: Rebuilt, healthy: str) -> None:
    cmap = Cmap(
        origin=Origin("status/cmap.txt", 1),
        keys={
            "runtime.config.totem.token": "4300",
            "runtime.config.totem.consensus": "5160",
        },
    )
    cluster = rebuilt(healthy, conf("pve1", "pve2", "pve3"), cmap).cluster
    assert (cluster.token_ms, cluster.consensus_ms) == (4300, 5160)
    assert "cmapctl" in cluster.timing_from


def test_else_it_is_worked_out_from_corosync_conf(rebuilt: Rebuilt, healthy: str) -> None:
    cluster = rebuilt(healthy, conf("pve1", "pve2", "pve3")).cluster
    assert (cluster.token_ms, cluster.consensus_ms) == (3650, 4380)
    given = conf("pve1", "pve2", "pve3", totem="token: 5000\n  token_coefficient: 125")
    assert rebuilt(healthy, given).cluster.token_ms == 5125


def test_nothing_is_said_of_a_timing_that_nothing_tells(rebuilt: Rebuilt, healthy: str) -> None:
    assert rebuilt(healthy).cluster.token_ms is None


# --- services --------------------------------------------------------------------------------


def test_services_are_listed_by_kind_and_number(rebuilt: Rebuilt, healthy: str) -> None:
    resources = HaResources(
        origin=Origin("etc/pve/ha/resources.cfg", 1), resources={"vm:1000": {}, "vm:101": {}}
    )
    moved = (
        "pve1 12:05:00 pve-ha-crm[901] service 'ct:100': state changed from 'request_start' to "
        "'started'  (node = pve1)\n"
    )
    case = rebuilt(healthy + moved, resources)
    assert case.cluster.ha_services == ("ct:100", "vm:101", "vm:1000")
