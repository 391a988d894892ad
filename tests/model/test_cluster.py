from fencepost.model.cluster import Cluster, Node


def cluster(*nodes: Node) -> Cluster:
    return Cluster("homelab", nodes, 3, 2, None, None, "nothing that was read tells")


LAB = cluster(Node("pve1", 1), Node("pve2", 4), Node("pve3"))


def test_a_node_is_found_by_its_name() -> None:
    assert LAB.node("pve2") == Node("pve2", 4)
    assert LAB.node("pve9") is None


def test_names_and_ids_lead_to_each_other() -> None:
    assert LAB.name_of(4) == "pve2"
    assert LAB.id_of("pve2") == 4


def test_an_id_that_nothing_names_is_called_by_its_number() -> None:
    assert LAB.name_of(2) == "node 2"


def test_a_node_whose_id_nothing_tells_has_none() -> None:
    assert LAB.id_of("pve3") is None
    assert LAB.id_of("pve9") is None
