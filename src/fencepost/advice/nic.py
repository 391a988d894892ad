"""Network cards and what they agree on with the switch: hangs, drivers, speed, bonds."""

from collections.abc import Iterator

from fencepost.advice import ha_safety, ports
from fencepost.advice.matter import Advice, Matter, action, aside
from fencepost.advice.names import counted, fit, listed
from fencepost.model.document import PortRings
from fencepost.model.verdict import Priority

_E1000E = "e1000e"
_INTERFACES = "/etc/network/interfaces"
_HANG_LINES = "unit hang|reset adapter|transmit queue|timed out"

_NEWER = {
    "r8169": (
        "On {node}: switch off power saving of the card's slot. Add `pcie_aspm=off` to the kernel"
        " command line (`/etc/kernel/cmdline` and `proxmox-boot-tool refresh`, or with GRUB"
        " `/etc/default/grub` and `update-grub`), then reboot the node in an orderly way."
    ),
    "bnx2x": "On {node}: install the newest card firmware too: `apt install pve-firmware`.",
    "bnxt_en": "On {node}: update the firmware of the card itself with the vendor's tool.",
}


def _targets(matter: Matter) -> list[ports.Hanging]:
    """Ports that hung or may hang with their offloads, of the nodes that are blamed."""
    found: list[ports.Hanging] = []
    for node in matter.blamed:
        hung = ports.hanging(matter.case, node)
        known = {one.port for one in hung}
        found += hung
        found += [
            ports.Hanging(node, port, _E1000E, 0)
            for port in ports.with_driver(matter.case, node, _E1000E)
            if port not in known
        ]
    return found


@action(causes=("nic_hang",), audits=("port_offloads",))
def nic_offloads(matter: Matter) -> Iterator[Advice]:
    """Switch off the offloads with which Intel's e1000e cards hang.

    Source: Linux drivers/net/ethernet/intel/e1000e/netdev.c; reports of I217, I218 and I219.
    """
    all_targets = _targets(matter)
    targets = [one for one in all_targets if one.driver == _E1000E]
    if not targets and any(one.driver for one in all_targets):
        return
    places = [(one.node, fit(one.port, ports.PLACEHOLDER)) for one in targets] or [
        (node, ports.one_of(matter.case, node)) for node in matter.blamed or ["the node"]
    ]
    off = [f"On {node}, now: `ethtool -K {port} tso off gso off`" for node, port in places]
    keep = [_kept(matter, node, port) for node, port in places]
    check = [
        f"On {node}: `ethtool -i {port}` says `driver: e1000e`. Only then go on."
        for node, port in places
        if not targets
    ]
    node, port = places[0]
    hung = 0 if matter.findings else sum(one.times for one in targets)
    yield matter.recommend(
        Priority.NOW,
        f"Switch off TSO and GSO on {listed([f'{port} of {node}' for node, port in places])}",
        why=(f"The kernel logged {counted(hung, 'line')} of hangs and resets. " if hung else "")
        + "These Intel cards (e1000e) can stop sending while they cut large packets up themselves"
        " (TSO, GSO): the link stays up and nobody hears the node. The kernel can do that work.",
        steps=(
            *check,
            *off,
            *keep,
            "Check the file on each node: `ifreload -a -s` (it only reads it).",
        ),
        risk="A little more CPU for network traffic. The link does not go down for it.",
        expected="The hangs stop, and with them this cause. A bad cable or switch would still cut"
        " the node off. If the card hangs again with both off, it has to be replaced.",
        verify=f"On {node}: `ethtool -k {port} | grep segmentation-offload` says off for"
        " tcp- and generic-segmentation-offload. `journalctl -k --since today | grep -iE"
        f" '{_HANG_LINES}'` stays empty, also while a backup runs.",
        undo=f"`ethtool -K {port} tso on gso on`, and take the `post-up` line out again.",
    )


def _kept(matter: Matter, node: str, port: str) -> str:
    """Return the step after which the offloads stay off."""
    if ports.switched_off(matter.case, node, port, "tso", "gso"):
        return (
            f"On {node}: `{_INTERFACES}` switches both off for {port} already. If that line is"
            " older than the boot in which the card hung, it hung with both off: replace it."
        )
    return (
        f"On {node}, so that it stays after a reboot: in `{_INTERFACES}`, under `iface {port}` (the"
        " physical port, not the bridge), add:\n"
        f"        post-up ethtool -K {port} tso off gso off"
    )


@action(causes=("nic_hang",), audits=("port_offloads",))
def nic_driver(matter: Matter) -> Iterator[Advice]:
    """Give the card a newer driver or firmware, or give corosync another card.

    Source: Linux net/sched/sch_generic.c dev_watchdog (which says only that nothing was sent).
    """
    targets = [one for one in _targets(matter) if one.times or one.driver != _E1000E]
    places = [(one.node, fit(one.port, ports.PLACEHOLDER), one.driver) for one in targets] or [
        (node, ports.one_of(matter.case, node), None) for node in matter.blamed
    ]
    if not places or (not matter.claims and not targets):
        return
    mended = all(driver == _E1000E for _, _, driver in places)
    steps = [
        f"On {node}: `ethtool -i {port}` (driver and firmware version), `uname -r` (kernel)."
        for node, port, _ in places
    ]
    steps += [
        _NEWER[driver].format(node=node)
        for node, _, driver in places
        if driver is not None and driver in _NEWER
    ]
    steps += [
        (
            "Install the newest kernel and firmware: `apt update && apt full-upgrade`. Move the"
            " guests away and reboot the node in an orderly way, one node at a time."
        ),
        (
            "If it hangs again: put a card with another chip into the node, and give it the"
            " corosync address. Until then let corosync use another port as a second link."
        ),
    ]
    named = listed([f"{port} of {node}" for node, port, _ in places])
    drivers = sorted({driver for _, _, driver in places if driver})
    yield matter.recommend(
        Priority.LATER if mended else Priority.NOW,
        f"Update kernel and firmware for {named}, or give corosync another network card",
        why=f"The driver is {listed(drivers)}." if drivers else "The driver was not read.",
        steps=steps,
        risk="A reboot of the node. A newer kernel may bring other faults; the old one can be"
        " chosen at boot.",
        expected="Where driver or firmware is at fault, the hangs stop. A card that is broken or"
        " too hot goes on hanging, and only another card helps.",
        verify=f"On {places[0][0]}: `journalctl -k --since today | grep -iE '{_HANG_LINES}'`"
        " stays empty, also while a backup runs.",
        undo="Boot the old kernel: `proxmox-boot-tool kernel list`, then `proxmox-boot-tool kernel"
        " pin VERSION`.",
    )


@action(audits=("port_duplex", "port_speed"))
def negotiation(matter: Matter) -> Iterator[Advice]:
    """Let port and switch agree on full speed and full duplex.

    Source: ethtool(8); IEEE 802.3 clause 28.
    """
    case = matter.case
    places = [
        (finding.node, ports.named_in(case, finding.node, finding.found))
        for finding in matter.findings
        if finding.node
    ] or [("the node", ports.PLACEHOLDER)]
    places = list(dict.fromkeys(places))
    steps = [*ha_safety.disarm(case)]
    for node, port in places:
        steps += [
            f"On {node}: `ethtool {port}`: compare `Advertised` with `Link partner advertised`.",
            f"On {node}: `ethtool -s {port} autoneg on`; set the switch port to automatic as well.",
            (
                f"If it is still slow or half duplex: change the cable of {port} of {node}, then"
                " use another switch port, then another card. One thing at a time."
            ),
        ]
    node, port = places[0]
    yield matter.recommend(
        Priority.NOW,
        f"Get full speed and full duplex on {listed([f'{p} of {n}' for n, p in places])}",
        why="Under load such a port loses packets both ways, corosync's among them.",
        steps=(*steps, *ha_safety.arm(case)),
        risk="The link goes down for some seconds with each change.",
        expected="Full speed. If losses go on, the cable or the switch port is broken.",
        verify=f"On {node}: `ethtool {port}` says `Duplex: Full` and the full speed. Look at the"
        " physical port: `Duplex: Unknown! (255)` of a bridge means nothing.",
        undo=f"`ethtool -s {port} autoneg off speed OLD duplex full`, if the switch needs it.",
    )


@action(audits=("pause_frames", "port_errors"))
def port_buffers(matter: Matter) -> Iterator[Advice]:
    """Find out why a port drops packets or is told to pause, and give it room.

    Source: ethtool(8), -S, -G, -A; Linux Documentation/networking/statistics.rst.
    """
    case = matter.case
    places = [
        (finding.node, ports.named_in(case, finding.node, finding.found))
        for finding in matter.findings
        if finding.node
    ] or [("the node", ports.PLACEHOLDER)]
    places = list(dict.fromkeys(places))
    steps = []
    for node, port in places:
        steps.append(
            f"On {node}, twice, ten minutes apart: `ethtool -S {port} | grep -vE ': 0$'`. Only"
            " numbers that grow matter; they count since the boot."
        )
        steps.append(
            f"If crc, align or frame errors grow: change the cable of {port} of {node}, then the"
            " plug or transceiver, then the switch port."
        )
        steps.append(_bigger_ring(matter, node, port))
    if "pause_frames" in matter.audits:
        node, port = places[0]
        steps.append(
            "If pause frames grow and no storage needs flow control: switch it off on the switch"
            f" port, and on {node} with `ethtool -A {port} rx off tx off`."
        )
    node, port = places[0]
    yield matter.recommend(
        Priority.SOON,
        f"Stop losses on {listed([f'{port} of {node}' for node, port in places])}",
        steps=steps,
        risk="`ethtool -G` and `-A` take the link down for a second or two. With HA armed that is"
        " safe, as long as it is not repeated for a minute.",
        expected="The counters stop growing. corosync bears a little loss; if the ring still"
        " breaks, look at the other nodes and the switch.",
        verify=f"On {node}: `ethtool -S {port} | grep -iE 'err|drop|miss|fifo|pause'`, again"
        " after a backup has run: the same numbers.",
        undo=f"`ethtool -g {port}` and `ethtool -a {port}` show the values before; set them back.",
    )


def _bigger_ring(matter: Matter, node: str, port: str) -> str:
    for rings in matter.case.documents_of(PortRings, node):
        now, most = rings.rings.get("RX", (0, 0))
        if rings.name in {port, None} and 0 < now < most:
            return (
                f"If missed, fifo or no_buffer grow on {node}: `ethtool -G {port} rx {most}`"
                f" (it is {now} now)."
            )
    return (
        f"If missed, fifo or no_buffer grow on {node}: `ethtool -g {port}` shows the largest ring,"
        f" `ethtool -G {port} rx LARGEST` sets it."
    )


@action(audits=("bond_mode",))
def bond(matter: Matter) -> Iterator[Advice]:
    """Make a bond notice a dead port in time, or take corosync off it.

    Source: Proxmox VE Administration Guide, "Corosync Over Bonds"; Linux bonding.rst.
    """
    where = [finding.node for finding in matter.findings if finding.node]
    names = listed(sorted(dict.fromkeys(where))) or "the nodes"
    yield matter.recommend(
        Priority.SOON,
        f"Make the bond under corosync safe on {names}",
        why="With the slow LACP rate a half-dead port is dropped after 90 s. A node resets itself"
        " after about 60 s.",
        steps=(
            *ha_safety.disarm(matter.case),
            (
                "Look first: `cat /proc/net/bonding/bond0` on each node: mode, LACP rate, and"
                " the same aggregator id for all ports."
            ),
            (
                f"On each node in `{_INTERFACES}`, under the bond: `bond-mode 802.3ad` and"
                " `bond-lacp-rate fast`; then `ifreload -a`, one node at a time."
            ),
            (
                "On the switch: LACP with the fast rate (short timeout), all ports of a node in one"
                " group."
            ),
            *ha_safety.arm(matter.case),
            "Better: give corosync a port that is in no bond, and keep the bond as second link.",
        ),
        risk="`ifreload -a` takes the bond down for some seconds; a switch that is set otherwise"
        " keeps it down. Do it where you reach the node's console.",
        expected="A dead port is left out after 3 s instead of 90 s. A dead switch still takes all"
        " ports that end there.",
        verify="`grep -iE 'lacp|aggregator|mii status' /proc/net/bonding/bond0`: rate fast, one"
        " aggregator id, all ports up.",
        undo=f"Put the old lines back into `{_INTERFACES}` and run `ifreload -a`.",
    )


@action(
    causes=("isolated_node", "link_down", "link_flap", "packet_loss", "slow_network", "nic_hang"),
)
def bridge_duplex(matter: Matter) -> Iterator[Advice]:
    """Keep people from chasing the duplex of a bridge, which has none.

    Source: Linux net/bridge/br_device.c; ethtool on any bridge says `Unknown! (255)`.
    """
    found = ports.without_duplex(matter.case)
    if not found:
        return
    named = listed([f"{name} of {node}" for node, name in found])
    node, name = found[0]
    below = ports.under(matter.case, node, name) or [ports.PLACEHOLDER]
    yield aside(
        Priority.LATER,
        f"Do not chase the unknown duplex of {named}",
        why="`Duplex: Unknown! (255)` is what ethtool says of every bridge: it is made of software"
        " and has no duplex. It is no fault and explains no incident.",
        steps=(f"On {node}, look at the port beneath instead: `ethtool {fit(below[0], 'PORT')}`",),
        expected="`Duplex: Full` on the physical port. Anything else there would be worth mending.",
        verify=f"On {node}: `ethtool {fit(below[0], 'PORT')} | grep -E 'Speed|Duplex'`",
        answers=("port_duplex",),
    )
