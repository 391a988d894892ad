"""The addresses of corosync.conf, and the transport between them."""

from collections.abc import Iterator

from fencepost.advice import conf_patch, ha_safety
from fencepost.advice.conf_apply import RISK, SHORTLY, rollout
from fencepost.advice.matter import Advice, Matter, action
from fencepost.events.totem import LinkConfigured
from fencepost.model.case import Case
from fencepost.model.document import LinkState
from fencepost.model.verdict import Priority

LINKS = 8
"""Links that knet can have. Source: kronosnet libknet.h KNET_MAX_LINK."""

_LOCAL = "/etc/corosync/corosync.conf"


@action(audits=("address_names",))
def plain_addresses(matter: Matter) -> Iterator[Advice]:
    """Write addresses where corosync.conf has host names.

    Source: corosync.conf(5), ADDRESS RESOLUTION.
    """
    case = matter.case
    conf = conf_patch.current(case)
    changed, unknown = conf, False
    for index, keys in (conf_patch.sections(conf, "nodelist", "node") if conf else {}).items():
        for key, value in keys.items():
            if not (key.startswith("ring") and key.endswith("_addr")) or _is_address(value):
                continue
            own = _in_use(case, keys.get("name", value), key)
            unknown = unknown or own is None
            if changed is not None and own is not None:
                changed = conf_patch.set_key(changed, key, own, "nodelist", "node", index=index)
    undo = "Write the names back, with config_version raised."
    steps: tuple[str, ...] = (
        (
            "On every node: `corosync-cfgtool -s` shows the address in use. Only that one may be"
            " written: corosync refuses another address for a link that runs."
        ),
    )
    if conf is not None and changed is not None and not unknown and changed.text != conf.text:
        plan = rollout(case, conf_patch.patch(case, conf, changed))
        steps, undo = (*steps, *plan.steps), plan.undo
    else:
        steps = (*steps, *ha_safety.disarm(case), SHORTLY, *ha_safety.arm(case))
    yield matter.recommend(
        Priority.SOON,
        "Write addresses instead of host names into corosync.conf",
        why="A resolver that is down, often a guest of this very cluster, keeps corosync from"
        " starting.",
        steps=steps,
        risk=RISK,
        expected="corosync starts without any name server. Nothing changes while it runs.",
        verify="`corosync-cfgtool -s` shows the same addresses as before; `corosync -t` says no"
        " error.",
        undo=undo,
    )


def _is_address(value: str) -> bool:
    return value.replace(".", "").isdigit() or ":" in value


def _in_use(case: Case, name: str, key: str) -> str | None:
    """Return the address that corosync itself reported for this node and link."""
    link = next((one for one in range(LINKS) if key == f"ring{one}_addr"), -1)
    short = name.partition(".")[0]
    for state in case.documents_of(LinkState):
        if state.node in {name, short} and _is_address(state.addresses.get(link, "")):
            return state.addresses[link]
    for event in case.timeline.of(LinkConfigured):
        if event.node in {name, short} and event.link == link and _is_address(event.address):
            return event.address
    return None


@action(audits=("duplicate_addresses",))
def distinct_addresses(matter: Matter) -> Iterator[Advice]:
    """Give each node and link an address of its own in corosync.conf.

    Source: corosync 3.1.10 exec/totemconfig.c, which compares node ids only.
    """
    case = matter.case
    yield matter.recommend(
        Priority.NOW,
        "Give each node and link its own address in corosync.conf",
        why="corosync accepts such a file without a word, and packets go to the wrong node.",
        steps=(
            (
                "On every node: `ip -br addr` shows its addresses. Compare them with"
                " /etc/pve/corosync.conf."
            ),
            *ha_safety.disarm(case),
            (
                "corosync will not change the address of a link that runs. With a second link: take"
                " the wrong one out of the file, apply, and add it again with the right address."
                f" {SHORTLY}"
            ),
            (
                "With one link only: write the right address, test the file, then restart"
                " corosync on the node that was wrong, on that one only."
            ),
            *ha_safety.arm(case),
        ),
        risk=RISK,
        expected="The ring becomes stable. If it does not, look for another machine with the same"
        " address on the network.",
        verify="`corosync-cfgtool -n` on every node shows all others as `connected`.",
        undo="Write the old content back with config_version raised.",
    )


@action(audits=("transport",))
def knet_transport(matter: Matter) -> Iterator[Advice]:
    """Change from udp or udpu to knet; the one change here that needs a stop of corosync.

    Source: corosync.conf(5), transport; Proxmox VE Administration Guide, "Network Requirements".
    """
    case = matter.case
    steps = (
        "Plan an hour in which no guest has to be moved. Guests keep running.",
        *ha_safety.disarm(case),
        "On every node: `systemctl stop corosync pve-cluster`. Only now, while HA is disarmed.",
        (
            f"On one node, in {_LOCAL}: take `transport` out, give every node `nodeid` and `name`,"
            " raise config_version; `corosync -t`. Copy this file to all nodes."
        ),
        (
            "Start one node after the other: `systemctl start corosync pve-cluster`, and wait until"
            " `pvecm status` lists it."
        ),
        "Put the same file into place: `cp /etc/corosync/corosync.conf /etc/pve/corosync.conf`.",
        *ha_safety.arm(case),
    )
    yield matter.recommend(
        Priority.LATER,
        "Change corosync's transport to knet",
        why="udp and udpu have one link only, and udp needs multicast on every switch.",
        steps=steps,
        risk="The cluster has no quorum until most nodes are back. With HA armed all of them would"
        " reset themselves.",
        expected="Links, encryption and path MTU as in current versions. Multicast and IGMP no"
        " longer matter.",
        verify="`pvecm status` says `Transport: knet`, `corosync-cfgtool -n` shows all others.",
        undo="The old file with config_version raised, handed out the same way.",
    )
