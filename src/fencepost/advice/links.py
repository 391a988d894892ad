"""Corosync's links: a second one, links that are truly apart, a network and a switch of its own."""

from collections.abc import Iterator
from ipaddress import IPv4Interface, ip_interface

from fencepost.advice import conf_patch, ha_safety, ports
from fencepost.advice.conf_apply import RISK, SHORTLY, rollout
from fencepost.advice.matter import NETWORK, Advice, Matter, action
from fencepost.advice.names import counted, fit, listed, nodes
from fencepost.laws import totem
from fencepost.model.case import Case, Confidence
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.verdict import Priority

_ONE_LINK = ("udp", "udpu")
_OTHER_NETWORK = "10.10.10.0/24"


@action(
    causes=NETWORK,
    audits=("single_link",),
)
def second_link(matter: Matter) -> Iterator[Advice]:
    """Give corosync a second link, over another port and another switch.

    Source: corosync.conf(5), ringX_addr; Proxmox VE Administration Guide, "Corosync Redundancy".
    """
    case = matter.case
    conf = conf_patch.current(case)
    links = conf.links if conf else case.cluster.links
    if "single_link" not in matter.audits and len(links) != 1:
        return
    found = second_network(case)
    steps = [] if found else list(_cabling(case))
    verify, undo = "", "Remove the addresses again, with config_version raised."
    changed = _with_second_link(conf, found) if conf else None
    if conf is not None and changed is not None:
        plan = rollout(case, conf_patch.patch(case, conf, changed), ready=found is not None)
        steps += plan.steps
        verify, undo = f" {plan.verify}", plan.undo
    else:
        steps += _without_diff(case, conf)
    yield matter.recommend(
        Priority.SOON,
        "Give corosync a second link over another port and another switch",
        why=_why(case, found),
        steps=steps,
        risk=f"{RISK} The new link is added while the cluster runs; link 0 is not touched.",
        expected="A fault of one card, cable or switch no longer costs a member: corosync changes"
        " over by itself. It mends no fault, and it does not help a node that hangs or is"
        " overloaded.",
        verify="On every node `corosync-cfgtool -n` shows two LINK lines for each other node, both"
        f" `connected`. With HA disarmed, unplug link 0 of one node: it stays a member.{verify}",
        undo=undo,
    )


def _why(case: Case, found: dict[str, str] | None) -> str:
    token, consensus = case.cluster.token_ms, case.cluster.consensus_ms
    limit = (
        f" for more than {totem.reform_ms(token, consensus) / 1000:.1f} s"
        if (token and consensus)
        else ""
    )
    ready = (
        f" All nodes already have an address on another port: {listed(sorted(found.values()))}."
        if found
        else " No second network was found in what was read."
    )
    return f"Every fault of the one link{limit} costs a member of the ring.{ready}"


def second_network(case: Case) -> dict[str, str] | None:
    """Return an address of each node in one network apart from corosync's, if all have one."""
    by_network: dict[str, dict[str, str]] = {}
    for node in nodes(case):
        taken = set(ports.of_node(case, node))
        top = ports.holder(case, node)
        for name, interface in sorted(ports.interfaces(case, node).items()):
            below = set(ports.under(case, node, name))
            if name == top or not taken or not below or below & taken or interface.up is False:
                continue
            for text in interface.addresses:
                own = _usable(text)
                if own is not None:
                    by_network.setdefault(str(own.network), {}).setdefault(node, str(own.ip))
    whole = [found for _, found in sorted(by_network.items()) if len(found) == len(nodes(case)) > 1]
    return whole[0] if whole else None


def _usable(text: str) -> IPv4Interface | None:
    try:
        own = ip_interface(text)
    except ValueError:
        return None
    if not isinstance(own, IPv4Interface) or own.is_loopback or own.is_link_local:
        return None
    return own if own.network.prefixlen < 31 else None


def _with_second_link(conf: CorosyncConf, found: dict[str, str] | None) -> CorosyncConf | None:
    """Return the file with one more address for each node; None when it cannot simply be added."""
    entries = conf_patch.sections(conf, "nodelist", "node")
    if conf.get("transport", "totem") in _ONE_LINK:
        return None
    if len(conf.links) != 1 or not all(keys.get("name") for keys in entries.values()):
        return None
    link = conf.links[0] + 1
    changed = conf
    for index, keys in entries.items():
        name = keys["name"]
        own = (found or {}).get(name) or (found or {}).get(name.partition(".")[0])
        value = own or fit(f"ADDRESS_OF_{name}_ON_THE_SECOND_NETWORK", "ADDRESS").upper()
        changed = conf_patch.set_key(
            changed, f"ring{link}_addr", value, "nodelist", "node", index=index
        )
    if conf_patch.sections(conf, "totem", "interface"):
        changed = conf_patch.add_section(changed, {"linknumber": str(link)}, "totem", "interface")
    return changed


def _cabling(case: Case) -> tuple[str, ...]:
    return (
        (
            f"Cable a free port of each node ({listed(nodes(case))}) to another switch than link 0"
            " uses. A cheap one will do."
        ),
        (
            f"Give these ports addresses in a network of their own, for example {_OTHER_NETWORK},"
            " in `/etc/network/interfaces`; then `ifreload -a`, one node at a time. No gateway."
        ),
        "From each node, ping the new addresses of all others.",
    )


def _without_diff(case: Case, conf: CorosyncConf | None) -> tuple[str, ...]:
    reason = (
        "No corosync.conf was read that could be changed safely, so there is no ready diff."
        if conf is None
        else "This corosync.conf needs more than an added line (knet as transport and a name for"
        " every node), so there is no ready diff."
    )
    return (
        reason,
        *ha_safety.disarm(case),
        f"Add a `ring1_addr: NEW_ADDRESS` to every `node` section, and nothing else. {SHORTLY}",
        *ha_safety.arm(case),
    )


@action(audits=("link_separation",))
def separate_links(matter: Matter) -> Iterator[Advice]:
    """Move one of two links that fail together to another port and switch.

    Source: Proxmox VE Administration Guide, "Corosync Redundancy".
    """
    case = matter.case
    yield matter.recommend(
        Priority.SOON,
        f"Move one corosync link of {listed(matter.blamed) or 'the nodes'} to another port",
        why="Two links over one port or in one network fail together. The second one is there in"
        " the file only.",
        steps=(
            *ha_safety.disarm(case),
            "Cable another port to another switch, with an address in a network of its own.",
            (
                "corosync refuses a new address for a link that runs. So take the shared link"
                " out of the file (its `ringX_addr` of all nodes), apply that, then add it with"
                f" the new addresses. {SHORTLY}"
            ),
            *ha_safety.arm(case),
        ),
        risk=f"{RISK} Between the two changes there is only one link.",
        expected="A fault of one port or switch leaves the other link standing.",
        verify="`corosync-cfgtool -n` shows both links `connected`; `ip route get PEER_ADDRESS`"
        " names another port for each of a peer's addresses.",
        undo="The same way back, with config_version raised.",
    )


@action(causes=("saturated_link", "packet_loss", "slow_network"), audits=("shared_network",))
def own_network(matter: Matter) -> Iterator[Advice]:
    """Give corosync a network of its own, where the case speaks for it.

    Source: Proxmox VE Administration Guide, "Cluster Network", "Network Requirements".
    """
    shared = "shared_network" in matter.audits
    full = any(
        claim.hypothesis.confidence >= Confidence.LIKELY
        for claim in matter.of("saturated_link").claims
    )
    if not matter.claims or not (shared or full):
        return
    reason = "guests or storage use its network" if shared else "its link was full"
    yield matter.recommend(
        Priority.LATER,
        "Give corosync a network of its own and keep the shared one as second link",
        why=f"What speaks for it here: {reason}, and {counted(len(matter.incidents), 'incident')}"
        " look like delay or loss. Limits for backups are cheaper; do that first.",
        steps=(
            "Take a port and a small switch for corosync alone; 1000 Mb/s are plenty.",
            "Add it as a second link first (see the advice on a second link).",
            "When it has run for a week, let it be preferred: in `totem`, in the `interface`"
            " section of the new link, `knet_link_priority: 10` (the highest number wins). "
            + SHORTLY,
        ),
        risk="A new switch is one more part that may fail; the old link has to stay.",
        expected="Traffic of guests, backups and storage no longer delays corosync. Faults that"
        " have another reason stay.",
        verify="`corosync-cmapctl -m stats | grep latency_ave`: below 1000 (1 ms) for the new link"
        " while a backup runs.",
        undo="Remove `knet_link_priority`, with config_version raised.",
    )


@action(causes=("network_down", "packet_loss"))
def other_switch(matter: Matter) -> Iterator[Advice]:
    """Replace the switch, when it failed repeatedly and nothing else explains it.

    Source: two outages of everything that nodes share are no accident of one node.
    """
    whole = [claim for claim in matter.claims if not claim.hypothesis.blames]
    times = len({claim.incident.id for claim in whole})
    if times < 2 or all(c.hypothesis.confidence < Confidence.LIKELY for c in whole):
        return
    yield matter.recommend(
        Priority.LATER,
        "Replace the switch that all nodes share, if its log confirms the outages",
        why=f"What speaks for it here: {times} incidents hit all nodes at once and blame no single"
        " one of them.",
        steps=(
            "First read the switch's own log and counters for these times.",
            "Try its newest firmware and another power supply.",
            "Only then replace it, with HA disarmed. Keep the old one for corosync's second link.",
        ),
        risk="All nodes lose each other while it is exchanged: disarm HA first.",
        expected="If the switch was at fault, the common outages stop.",
        verify="`journalctl -t corosync --since -7d | grep -c 'token timed out'` says 0 on all"
        " nodes.",
        undo="Put the old switch back.",
    )
