"""Links that are up though their node finds no ring: small packets pass, and that is all."""

from datetime import timedelta

from fencepost.causes.scene import Scene
from fencepost.events.knet import LinkDown, LinkUp
from fencepost.events.totem import TokenLate, TokenLost

SETTLES = timedelta(seconds=5)
"""A ring forms within seconds once its nodes hear each other."""


def up_in_vain(scene: Scene, node: str) -> list[LinkUp]:
    """Return the links of a node that came up, stayed up and brought it no token for seconds."""
    late = [event.at for event in scene.events(TokenLate, TokenLost, node=node)]
    downs = {(one.host, one.link, one.at) for one in scene.events(LinkDown, node=node)}
    return [
        up
        for up in scene.events(LinkUp, node=node)
        if late
        and late[-1] - up.at >= SETTLES
        and not any((up.host, up.link) == down[:2] and down[2] > up.at for down in downs)
        and not any(
            ring.node == node and ring.since > up.at and len(ring.members) > 1
            for ring in scene.rings
        )
    ]
