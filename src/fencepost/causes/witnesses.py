"""What else of a node needs the network, and failed with it: witnesses that are not corosync."""

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene
from fencepost.events.kernel_storage import (
    CephConnectionLost,
    CifsUnresponsive,
    IscsiConnectionLost,
    NfsUnresponsive,
)
from fencepost.events.pve_daemons import NoRouteToPeer, StorageFailed
from fencepost.model.event import Event

OVER_THE_NETWORK: tuple[type[Event], ...] = (
    NoRouteToPeer,
    StorageFailed,
    NfsUnresponsive,
    CifsUnresponsive,
    CephConnectionLost,
    IscsiConnectionLost,
)


def also_cut_off(scene: Scene, node: str) -> list[Event]:
    """Return the lines of a node about other things that the network carries, after its loss.

    What complains in quiet hours as well is left out.
    """
    first = scene.first_loss(node)
    said = unusual(scene, scene.events(*OVER_THE_NETWORK, node=node, lead=True))
    return [event for event in said if first is not None and event.at >= first]
