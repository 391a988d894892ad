"""Where the network between the nodes is broken: cable, switch, path, filter, address."""

from collections.abc import Iterator

from fencepost.advice import ha_safety, journal, ports
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import address, fit, listed, nodes, peers
from fencepost.events.kernel_net import PacketBlocked
from fencepost.model.case import Confidence
from fencepost.model.verdict import Priority

_PORT_WORDS = "link is|link (down|up)|hang|reset adapter|timed out|entered disabled|bond"
_READS = "Nothing: these commands only read."


@action(causes=("isolated_node", "link_down", "link_flap"))
def find_break(matter: Matter) -> Iterator[Advice]:
    """Find the break at a node that lost all others: its port, cable, switch port or card.

    Source: kronosnet links have no direction, so both ends log every loss; who lost all others
    in the same second was cut off itself.
    """
    case = matter.case
    kept = tuple(
        claim
        for claim in matter.claims
        if claim.hypothesis.cause != "isolated_node"
        or claim.first
        or claim.best.confidence < Confidence.CERTAIN
    )
    matter = Matter(case, kept)
    if not kept:
        return
    places = matter.blamed
    steps: list[str] = []
    for node in places:
        worst = matter.worst(node)
        if worst is None:
            continue
        port = ports.one_of(case, node)
        look = journal.kernel(case, worst.incident, node, _PORT_WORDS)
        steps += [
            f"On {node}: `{look}`. Did the port lose its link, or did the card hang?",
            (
                f"On {node}: `ethtool {port}` (full speed, full duplex, link detected) and"
                f" `ethtool -S {port} | grep -vE ': 0$' | grep -iE 'err|crc|drop'`."
            ),
        ]
    steps += [
        (
            "On the switch: its log at that time, and the error counters of the node's port. A port"
            " that was blocked for 30 s points to spanning tree: make it an edge port."
        ),
        *ha_safety.disarm(case),
        (
            f"Change one thing at a time at {listed(places) or 'that node'}, and wait in between:"
            " first the cable, then the switch port, then transceiver or network card."
        ),
        *_energy_saving(matter),
        *ha_safety.arm(case),
    ]
    whom = listed(places) or "the node that was cut off"
    yield matter.recommend(
        Priority.NOW,
        f"Check port, cable and switch port of {whom}",
        why=f"The fault is at {whom}, not at the nodes that complain: `failed: 2 3` in the log of"
        " node 1 means that node 1 was cut off.",
        steps=steps,
        risk="Pulling a cable cuts the node off. With HA armed it resets itself after about a"
        " minute, so disarm first. Do not test with `ifdown`: corosync reacts to that otherwise.",
        expected="When the broken part is gone, this node is no longer cut off. A second corosync"
        " link makes the next such fault harmless.",
        verify=f"On {places[0] if places else 'the node'}: `journalctl -t corosync --since today |"
        " grep 'has no active links'` stays empty for as long as the faults were apart.",
        undo="Put the old cable back, if nothing changed.",
    )


def _energy_saving(matter: Matter) -> tuple[str, ...]:
    flapping = matter.of("link_flap").blamed
    if not flapping:
        return ()
    node = flapping[0]
    port = ports.one_of(matter.case, node)
    return (
        (
            f"If {node} still flaps with another cable: switch off energy saving on the port,"
            f" `ethtool --set-eee {port} eee off`, and on the switch."
        ),
    )


@action(causes=("network_down",))
def shared_switch(matter: Matter) -> Iterator[Advice]:
    """Look at the switch that all nodes share.

    Source: several nodes that lose each other in the same second have one thing in common.
    """
    worst = matter.worst()
    if worst is None:
        return
    when = f"{journal.stamp(worst.incident.began)} to {journal.stamp(worst.incident.ended)}"
    yield matter.recommend(
        Priority.NOW,
        "Look into the switch that all nodes share",
        why="All parts of the cluster lost each other at once, so the fault is in what they share:"
        " switch, VLAN, trunk or its power. No single node is to blame.",
        steps=(
            (
                f"On the switch: its log and uptime for {when}. Did it restart? Did a port or a"
                " trunk change, or spanning tree (topology change)?"
            ),
            "Ask who worked on the network then: firmware, VLANs, cabling, power.",
            (
                "Spanning tree: make all node ports edge ports (portfast). Otherwise a port is"
                " silent for 30 s after each change."
            ),
            "On every node: `"
            + journal.kernel(matter.case, worst.incident, None, _PORT_WORDS)
            + "`. If no port lost its link, the switch was up but did not forward.",
            "Check its power supply, temperature and firmware version.",
        ),
        risk="Reading costs nothing. Restart or update the switch only with HA disarmed, or all"
        " armed nodes reset themselves together.",
        expected="If the switch had an outage, it is the cause, and it will come again unless its"
        " reason is mended or corosync gets a second link over another switch. Multicast and IGMP"
        " settings play no part: corosync sends to each node directly.",
        verify="The switch's uptime keeps growing, and `journalctl -t corosync --since today |"
        " grep 'token timed out'` stays empty on all nodes.",
        undo="Set spanning tree back, if you changed it.",
    )


@action(causes=("broken_path",))
def broken_path(matter: Matter) -> Iterator[Advice]:
    """Find what only two nodes share: a trunk, a VLAN, a filter, a stale address entry.

    Source: corosync 3.1.10 exec/totemsrp.c: the ring needs every member to reach every other.
    """
    case = matter.case
    blamed = {claim.hypothesis.blames for claim in matter.claims}
    pairs = sorted(pair for pair in blamed if len(pair) == 2)
    steps: list[str] = []
    for pair in pairs:
        for here, there in zip(pair, reversed(pair), strict=True):
            to = address(case, there)
            steps.append(
                f"On {here}: `ping -c 100 -i 0.1 {to}; ip route get {to}; ip neigh show {to}`."
                f" The address in `lladdr` must be that of {there} (`ip link` there)."
            )
    steps += [
        (
            "On both: `iptables-save | grep -E '54(0[5-9]|1[0-2])'; nft list ruleset | grep -E"
            " '54(0[5-9]|1[0-2])'`. No rule may drop UDP 5405 to 5412 from the other one."
        ),
        "On the switches between the two: the trunk, its VLAN list, and the address table.",
    ]
    yield matter.recommend(
        Priority.NOW,
        f"Mend the path between {listed([' and '.join(pair) for pair in pairs])}",
        why=("Other nodes reach both of them, so both are alive. " if len(nodes(case)) > 2 else "")
        + "Loss in one direction looks the same as in both.",
        steps=steps,
        risk=_READS,
        expected="When these two reach each other, the ring stays. A second corosync link over"
        " other switches bears such a fault.",
        verify="On both: `corosync-cfgtool -n` shows the other one as `connected`, and `ping -c 500"
        " -i 0.02` loses nothing.",
        undo="Nothing to undo.",
    )


@action(causes=("firewall_block",))
def firewall_ports(matter: Matter) -> Iterator[Advice]:
    """Let corosync's packets through the packet filter.

    Source: pvecm(1), ports: UDP 5405 for link 0 and one more for each further link.
    """
    case = matter.case
    steps: list[str] = []
    for node in matter.blamed:
        blocked = case.timeline.of(PacketBlocked, node=node)
        ufw = any("UFW" in event.prefix for event in blocked)
        others = " ".join(address(case, peer) for peer in peers(case, node)) or "ADDRESS"
        allow = (
            "ufw allow from $peer to any port 5405:5412 proto udp"
            if ufw
            else "iptables -I INPUT -p udp -s $peer --dport 5405:5412 -j ACCEPT"
        )
        steps += [
            (
                f"On {node}, look: `iptables-save | grep -nE 'DROP|REJECT'; nft list ruleset |"
                " grep -nE 'drop|reject'`. These rules drop packets."
            ),
            f"On {node}, now: `for peer in {others}; do {allow}; done`",
        ]
        if not ufw:
            steps.append(
                f"On {node}: write the same rule into the configuration of the filter that dropped"
                " the packets. A rule from the command line is gone at the next boot."
            )
    steps.append(
        "Use one firewall only. Proxmox VE's own (`pve-firewall status`) lets corosync through by"
        " itself; a second one (ufw, firewalld) beside it should be off on a cluster node."
    )
    yield matter.recommend(
        Priority.NOW,
        f"Let UDP ports 5405 to 5412 through the firewall of {listed(matter.blamed)}",
        why="To corosync a filter is a pulled cable, although ping and SSH work. After its reset"
        " the node boots into the same filter.",
        steps=steps,
        risk="The rule opens these ports to the other nodes only.",
        expected="The node joins within seconds. If it does not, another filter on the way (a"
        " switch, a host firewall of the other nodes) drops the packets.",
        verify="On every node: `corosync-cfgtool -n` shows all others as `connected`.",
        undo="Remove the rule again: the same command with `-D` for `-I` (`ufw delete allow …`).",
    )


@action(causes=("duplicate_address",))
def address_clash(matter: Matter) -> Iterator[Advice]:
    """Find the machine that uses a node's address.

    Source: RFC 5227; arping(8) -D.
    """
    case = matter.case
    steps: list[str] = []
    for node in matter.blamed:
        to = address(case, node)
        top = fit(ports.holder(case, node) or "vmbr0", "vmbr0")
        asker = next(iter(peers(case, node)), "another node")
        steps += [
            (
                f"On {asker}: `arping -c 5 -I {top} {to}`. Two different MAC addresses answer:"
                f" one is that of {node}, the other that of the culprit."
            ),
            f"On {node}: `ip -br link show {top}` shows its own MAC address.",
        ]
    steps += [
        (
            "Look the other MAC address up in the switch's address table: it names the port."
            " Often it is a guest that was cloned, or a device that got the address by DHCP."
        ),
        "Give that machine another address, and take the nodes' addresses out of the DHCP range.",
    ]
    yield matter.recommend(
        Priority.NOW,
        f"Find the machine that uses the address of {listed(matter.blamed) or 'a node'}",
        why="Packets for the node go to the other machine for seconds or minutes at a time.",
        steps=steps,
        risk=_READS,
        expected="When the other machine has an address of its own, the node keeps its peers.",
        verify="The same `arping` is answered by one MAC address only.",
        undo="Nothing to undo.",
    )
