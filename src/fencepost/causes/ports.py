"""What kernels said of network ports: carriers, hangs, bonds."""

from fencepost.causes.baseline import unusual
from fencepost.causes.scene import Scene
from fencepost.events.kernel_net import (
    AdapterReset,
    BondEmpty,
    BondSlaveDown,
    BridgePortDisabled,
    CarrierLost,
    NicDetached,
    NicHung,
    TransmitTimedOut,
)
from fencepost.model.event import Event

CARRIER: tuple[type[Event], ...] = (CarrierLost, BondEmpty, BondSlaveDown)
HANGS: tuple[type[Event], ...] = (NicHung, TransmitTimedOut, AdapterReset, NicDetached)


def carrier_losses(scene: Scene, node: str) -> list[Event]:
    """Return when the kernel saw a port of `node` lose its link, one line a loss.

    A bridge port that is disabled counts where the driver itself said nothing; a port that
    comes and goes in quiet hours as well does not.
    """
    found: list[Event] = list(scene.events(*CARRIER, node=node))
    if not found:
        found = list(scene.events(BridgePortDisabled, node=node))
    first = scene.first_loss(node)
    boot = scene.boot_of(node)
    kept = []
    for event in found:
        after_reset = boot is not None and boot.ended is not None and event.at > boot.ended
        if not after_reset and (first is None or event.at <= scene.until):
            kept.append(event)
    return unusual(scene, kept, within=scene.until - scene.since)


def hangs(scene: Scene, node: str) -> list[Event]:
    """Return when the kernel saw a network card of `node` hang, up to minutes before."""
    return list(scene.events(*HANGS, node=node, lead=True))
