"""Tasks as PVE logs them, and what the host says when a container starts or stops."""

from random import Random

from .cluster import Cluster, Node
from .journal import EPOCH, Boot


def task(
    cluster: Cluster,
    node: Node,
    program: str,
    kind: str,
    guest: str,
    *,
    began: float,
    ended: float,
    parent: int,
    boot: Boot | None = None,
) -> None:
    """Write start and end of a task that `program`[`parent`] runs in `boot` (or in the last)."""
    boot = boot or node.boot
    worker = boot.fork(began)
    ticks = int((began - boot.began) * 100)
    started = int(EPOCH.timestamp() + began)
    upid = f"UPID:{node.name}:{worker:08X}:{ticks:08X}:{started:08X}:{kind}:{guest}:root@pam:"
    boot.say(began, program, f"<root@pam> starting task {upid}", parent)
    boot.say(ended, program, f"<root@pam> end task {upid} OK", parent)
    cluster.log_shared(node, began)
    cluster.log_shared(node, ended)
    if kind == "vzstart":
        came_up(node, int(guest), began + 0.3)


def _on_bridge(guest: int) -> tuple[str, int]:
    return f"veth{guest}i0", 2 + guest % 37


def came_up(node: Node, guest: int, at: float) -> None:
    """Report a container's start and its port on the bridge."""
    veth, port = _on_bridge(guest)
    node.boot.say(
        at, "systemd", f"Started pve-container@{guest}.service - PVE LXC Container: {guest}."
    )
    node.boot.speak(
        at + 0.4,
        "kernel",
        [
            f"vmbr0: port {port}({veth}) entered blocking state",
            f"vmbr0: port {port}({veth}) entered disabled state",
            f"{veth}: entered allmulticast mode",
            f"{veth}: entered promiscuous mode",
        ],
    )
    node.boot.speak(
        at + 0.75,
        "kernel",
        [
            f"eth0: renamed from veth{Random(guest).getrandbits(24):06x}",
            f"vmbr0: port {port}({veth}) entered blocking state",
            f"vmbr0: port {port}({veth}) entered forwarding state",
        ],
    )


def moved_away(node: Node, guest: int, at: float) -> None:
    """Report a container's stop and the loss of its port on the bridge."""
    veth, port = _on_bridge(guest)
    node.boot.speak(
        at,
        "kernel",
        [
            f"vmbr0: port {port}({veth}) entered disabled state",
            f"{veth} (unregistering): left allmulticast mode",
            f"{veth} (unregistering): left promiscuous mode",
        ],
    )
    node.boot.say(at + 0.1, "systemd", f"pve-container@{guest}.service: Deactivated successfully.")
