"""What kernels say of ports, as the causes ask for it."""

from collections.abc import Callable

from fencepost.causes.ports import carrier_losses, hangs
from fencepost.causes.scene import Scene, look
from fencepost.model.verdict import Report

Excerpt = Callable[[str], Report]

TOKEN = (
    "n1 12:10:05 corosync [TOTEM ] A processor failed, forming new configuration: token timed out "
    "(3650ms), waiting 4380ms for consensus."
)
CARRIER = "n1 12:10:00 kernel igb 0000:02:00.0 eno1: NIC Link is Down"
BRIDGE = "n1 12:10:00 kernel vmbr0: port 1(eno1) entered disabled state"
HANG = "n1 {clock} kernel e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:"


def scene(excerpt: Excerpt, *story: str) -> Scene:
    """The picture of the last incident."""
    case = excerpt("\n".join(story)).case
    return look(case, case.incidents[-1])


def words(events: list[object]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_lost_carrier_is_one_line_a_loss(excerpt: Excerpt) -> None:
    picture = scene(excerpt, CARRIER, BRIDGE, TOKEN)
    assert words([*carrier_losses(picture, "n1")]) == ["CarrierLost"]


def test_the_bridge_tells_where_the_driver_says_nothing(excerpt: Excerpt) -> None:
    picture = scene(excerpt, BRIDGE, TOKEN)
    assert words([*carrier_losses(picture, "n1")]) == ["BridgePortDisabled"]


def test_the_port_of_another_node_is_another_port(excerpt: Excerpt) -> None:
    assert carrier_losses(scene(excerpt, CARRIER, TOKEN), "n2") == []


def test_ports_that_a_reset_takes_down_say_nothing_of_its_cause(excerpt: Excerpt) -> None:
    """After the reset the port comes up again, and loses its link once on the way."""
    picture = scene(
        excerpt,
        "n1 12:10:00 watchdog-mux client watchdog expired - disable watchdog updates",
        "n1 12:12:00 kernel Linux version 6.8.12-4-pve (build@proxmox) (gcc) #1 SMP",
        "n1 12:12:03 kernel igb 0000:02:00.0 eno1: NIC Link is Down",
        "n1 12:12:10 corosync [TOTEM ] Token has not been received in 2737 ms",
    )
    assert picture.boot_of("n1") is not None
    assert carrier_losses(picture, "n1") == []


def test_a_hang_counts_when_it_came_some_minutes_before(excerpt: Excerpt) -> None:
    picture = scene(excerpt, HANG.format(clock="12:07:50"), TOKEN)
    assert words([*hangs(picture, "n1")]) == ["NicHung"]


def test_a_hang_of_an_hour_ago_is_another_story(excerpt: Excerpt) -> None:
    assert hangs(scene(excerpt, HANG.format(clock="11:07:50"), TOKEN), "n1") == []
