"""The cluster: its nodes, what they are called, and the timing in force."""

from dataclasses import dataclass, field

from fencepost.model.line import Origin


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster.

    id: corosync's number for it, None when nothing tells.
    addresses: corosync addresses by link number.
    heard: whether any of its own log lines were read.
    origin: where name and id were read together; None when they were worked out.
    """

    name: str
    id: int | None = None
    addresses: dict[int, str] = field(default_factory=dict)
    votes: int = 1
    heard: bool = True
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """What is known of the cluster as a whole; None where nothing tells.

    token_ms, consensus_ms: in force, as corosync logged or reported them, else worked out
    from corosync.conf (`timing_from` says which).
    expected_votes: sum of votes, with a quorum device where one is configured.
    """

    name: str | None
    nodes: tuple[Node, ...]
    expected_votes: int | None
    quorum: int | None
    token_ms: int | None
    consensus_ms: int | None
    timing_from: str
    two_node: bool = False
    qdevice: bool = False
    transport: str | None = None
    links: tuple[int, ...] = ()
    ha_services: tuple[str, ...] = ()

    def node(self, name: str) -> Node | None:
        """Return the node of this name, or None."""
        return next((node for node in self.nodes if node.name == name), None)

    def name_of(self, node_id: int) -> str:
        """Return the name of a corosync id; `node 7` when nothing names it."""
        found = next((node.name for node in self.nodes if node.id == node_id), None)
        return found or f"node {node_id}"

    def id_of(self, name: str) -> int | None:
        """Return the corosync id of a node, None when nothing tells."""
        node = self.node(name)
        return node.id if node else None
