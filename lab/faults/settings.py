"""Faults of the settings: each begins, and returns what ends it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lab.cluster import Cluster
from lab.fault import Fault, Undo
from lab.scenario import Act


def edited(nodes: Sequence[str], version: int, totem: tuple[str, ...], what: str) -> Fault:
    """corosync.conf is written anew on some nodes and one of them told to reload it.

    What the reload answers is not judged: bad edits are refused, and that is the fault.
    """

    def begin(cluster: Cluster) -> Undo:
        for node in nodes:
            cluster.write_conf(node, cluster.shape.conf(version, totem))
        cluster.run(nodes[0], "corosync-cfgtool -R || true")
        return lambda: None

    return Fault(what, begin)


def edits(nodes: Sequence[str], *totems: str) -> tuple[Act, ...]:
    """One reload after the other, each with another line in the totem section."""
    return tuple(
        Act((edited(nodes, version, (line,), f"totem {line!r} reloaded"),), 2)
        for version, line in enumerate(totems, start=2)
    )


def other_version(node: str, version: int) -> Fault:
    """A node's corosync.conf has another config_version; to be done before it starts."""

    def begin(cluster: Cluster) -> Undo:
        cluster.write_conf(node, cluster.shape.conf(version))
        return lambda: cluster.write_conf(node, cluster.shape.conf())

    return Fault(f"config_version {version} on {node} only", begin)


def other_key(node: str) -> Fault:
    """A node has another authentication key; to be done before it starts."""

    def begin(cluster: Cluster) -> Undo:
        key = cluster.folder / node / "etc" / "authkey"
        right = key.read_bytes()
        cluster.write_key(node, bytes(reversed(right)))
        return lambda: cluster.write_key(node, right)

    return Fault(f"another key on {node}", begin)


def other_settings(node: str, what: str, **changes: Any) -> Fault:
    """A node's corosync.conf is of another shape; to be done before it starts.

    changes: fields of Shape that differ there.
    """

    def begin(cluster: Cluster) -> Undo:
        cluster.write_conf(node, replace(cluster.shape, **changes).conf())
        return lambda: cluster.write_conf(node, cluster.shape.conf())

    return Fault(f"{what} on {node} only", begin)


def typed_wrong(node: str, right: str, wrong: str) -> Fault:
    """A node's corosync.conf has `wrong` for `right` in one place; to be done before it starts."""

    def begin(cluster: Cluster) -> Undo:
        text = cluster.shape.conf()
        assert right in text
        cluster.write_conf(node, text.replace(right, wrong, 1))
        return lambda: cluster.write_conf(node, text)

    return Fault(f"{wrong!r} for {right!r} on {node} only", begin)
