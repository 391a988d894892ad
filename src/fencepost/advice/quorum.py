"""Votes: who may be missing, and how not to get quorum back."""

from collections.abc import Iterator

from fencepost.advice import conf_patch, ha_safety
from fencepost.advice.conf_apply import RISK, SHORTLY, rollout
from fencepost.advice.matter import Advice, Matter, action, aside
from fencepost.advice.names import counted, listed, nodes
from fencepost.laws import quorum
from fencepost.model.case import Gravity
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.verdict import Priority


def _corrected(matter: Matter, conf: CorosyncConf) -> CorosyncConf:
    """Return the file without what makes its votes wrong."""
    changed = conf
    if "two_node_left" in matter.audits:
        if len(conf.nodes) > 2:
            changed = conf_patch.remove_key(changed, "two_node", "quorum")
        elif conf.number("wait_for_all", "quorum") == 0:
            changed = conf_patch.remove_key(changed, "wait_for_all", "quorum")
    if "expected_votes" in matter.audits:
        changed = conf_patch.remove_key(changed, "expected_votes", "quorum")
    return changed


@action(audits=("two_node_left", "expected_votes"))
def right_votes(matter: Matter) -> Iterator[Advice]:
    """Take out of corosync.conf what makes a part of the cluster quorate that must not be.

    Source: votequorum(5), two_node, expected_votes; with a nodelist corosync counts itself.
    """
    case = matter.case
    conf = conf_patch.current(case)
    changed = _corrected(matter, conf) if conf else None
    steps: tuple[str, ...]
    if conf is not None and changed is not None and changed.text != conf.text:
        plan = rollout(case, conf_patch.patch(case, conf, changed))
        steps, undo = plan.steps, plan.undo
    else:
        steps = (
            "On every node: `pvecm status`: `Expected votes` and `Flags`.",
            (
                "If a node is switched off for good: `pvecm delnode NAME`. If it is to come"
                " back, start it: corosync counts its vote again by itself."
            ),
            *ha_safety.disarm(case),
            (
                "In `quorum`: no `expected_votes`, and `two_node` only with exactly two nodes."
                f" {SHORTLY}"
            ),
            *ha_safety.arm(case),
        )
        undo = "Write the old lines back, with config_version raised."
    count = len(conf.nodes) if conf else len(nodes(case))
    votes = sum(node.votes for node in conf.nodes) if conf else count
    yield matter.recommend(
        Priority.NOW,
        "Let corosync count its votes itself",
        why=f"With {counted(count, 'node')} and {counted(votes, 'vote')} quorum is"
        f" {quorum.quorum_of(votes)}. A part with fewer must stop, or the same guest runs twice.",
        steps=steps,
        risk=f"{RISK} A cluster that was quorate only by this setting loses quorum: bring the other"
        " nodes up first.",
        expected="A node that is cut off loses quorum, as it should.",
        verify=f"`pvecm status` says `Expected votes: {votes}` and `Quorum:"
        f" {quorum.quorum_of(votes)}`, and no `2Node` in `Flags`"
        + (" (with two nodes it belongs there)." if count == 2 else "."),
        undo=undo,
    )


@action(audits=("even_votes",))
def tie_breaker(matter: Matter) -> Iterator[Advice]:
    """Add a vote from outside the cluster, so that one half can have quorum.

    Source: Proxmox VE Administration Guide, "Corosync External Vote Support".
    """
    case = matter.case
    count = len(nodes(case))
    losses = [i for i in case.incidents if i.gravity >= Gravity.QUORUM_LOST]
    seen = f" Quorum was lost in {counted(len(losses), 'incident')} here." if losses else ""
    yield matter.recommend(
        Priority.SOON if losses or count == 2 else Priority.LATER,
        "Add a QDevice on a machine outside the cluster, as one more vote",
        why=f"It tips the balance when the nodes fall into two halves.{seen} It does not help"
        " against a node that is cut off or power-cycles; mend that first.",
        steps=(
            "On a machine outside the cluster (a small one will do): `apt install corosync-qnetd`.",
            f"On every node ({listed(nodes(case))}): `apt install corosync-qdevice`.",
            (
                "On one node: `pvecm qdevice setup ADDRESS_OF_THAT_MACHINE`. It changes"
                " corosync.conf by itself, live."
            ),
        ),
        risk="The device has to be up when a node is missing. Do not run it as a guest of this"
        " cluster.",
        expected="The cluster bears one more missing vote, or an even split.",
        verify="`pvecm status` shows `Qdevice` in `Flags` and `A,V,NMW` for every node.",
        undo="`pvecm qdevice remove`",
    )


@action(audits=("quorum_device",))
def mend_device(matter: Matter) -> Iterator[Advice]:
    """Make the quorum device vote, or remove it where it does harm.

    Source: corosync-qdevice(8); Proxmox VE Administration Guide.
    """
    case = matter.case
    odd = len(nodes(case)) % 2 == 1
    steps = (
        (
            "The number of nodes is odd, so the device has as many votes as all nodes but one. If"
            " it was not set up for a special reason: `pvecm qdevice remove`."
        ),
        "If it is to stay:",
    )
    yield matter.recommend(
        Priority.SOON,
        "Remove the quorum device, or make it vote" if odd else "Make the quorum device vote",
        why="A device that is counted on and does not vote costs the votes it should give.",
        steps=(
            *(steps if odd else ()),
            "On every node: `systemctl status corosync-qdevice; corosync-qdevice-tool -s`.",
            "From every node to the device's machine, TCP port 5403: `nc -zv DEVICE_ADDRESS 5403`.",
            "On the device's machine: `systemctl status corosync-qnetd; corosync-qnetd-tool -l`.",
        ),
        risk="While it is removed or restarted, its votes are missing: do it with all nodes up.",
        expected="Quorum holds as many missing nodes as the votes promise.",
        verify="`pvecm status`: `A,V` for every node, or no `Qdevice` at all when it was removed.",
        undo="`pvecm qdevice setup DEVICE_ADDRESS`",
    )


@action(causes=None)
def leave_expected(matter: Matter) -> Iterator[Advice]:
    """Keep people from forcing quorum by lowering the expected votes.

    Source: votequorum(5); pvecm(1), expected.
    """
    case = matter.case
    unasked = tuple(c for c in matter.claims if c.hypothesis.cause != "asked_for")
    matter = Matter(case, unasked)
    lost = [incident for incident in matter.incidents if incident.lost_quorum]
    if not lost:
        return
    count = case.cluster.expected_votes or len(nodes(case))
    who = sorted({name for incident in lost for name in incident.lost_quorum})
    yield aside(
        Priority.LATER,
        "Get quorum back by bringing nodes back, not by lowering the expected votes",
        why=f"{listed(who)} lost quorum in {counted(len(lost), 'incident')}. `pvecm expected 1`"
        " makes a part quorate while the other part may run on: the same guest can then run"
        f" twice and spoil its disk. `pvecm expected {count}` with all {count} votes there"
        " changes nothing at all.",
        steps=(
            "On every node: `pvecm status`. Which nodes are missing?",
            "Start the missing nodes or mend their network; quorum comes back by itself.",
            (
                "Only if the missing nodes are switched off for certain, with the plug pulled,"
                " may the expected votes be lowered to get at /etc/pve."
            ),
        ),
        expected="Quorum is back within seconds of the missing vote.",
        verify=f"`pvecm status` says `Quorate: Yes` and `Expected votes: {count}`.",
        answers=matter.causes,
    )
