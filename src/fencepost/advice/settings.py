"""What stands in corosync.conf and beside it: faults, copies that differ, keys."""

from collections.abc import Iterator

from fencepost.advice import conf_patch, ha_safety
from fencepost.advice.conf_apply import RISK, SHORTLY, rollout
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import address, listed, nodes, peers
from fencepost.events.corosync import ConfigVersionRefused
from fencepost.model.verdict import Priority

_LOCAL = "/etc/corosync/corosync.conf"
_KEY = "/etc/corosync/authkey"


@action(causes=("bad_config",), audits=("config_syntax", "config_limits", "unknown_keys"))
def correct_config(matter: Matter) -> Iterator[Advice]:
    """Correct what corosync refuses or passes over in its file.

    Source: corosync 3.1.10 exec/coroparse.c, exec/totemconfig.c; corosync(8), -t.
    """
    case = matter.case
    stuck = matter.of("bad_config").blamed if matter.claims else []
    wrong = [f"{finding.found}; right is: {finding.expected}" for finding in matter.findings[:8]]
    node = next(iter(stuck), next(iter(nodes(case)), "any node"))
    yield matter.recommend(
        Priority.NOW,
        "Correct corosync.conf before the next node reboots",
        why="A running corosync keeps its old settings, but a node that reboots cannot start"
        " corosync with a file that it refuses. A misspelt key is passed over in silence.",
        steps=(
            f"On {node}: `corosync -t` names the line it refuses.",
            *(f"To correct: {what}" for what in wrong),
            *ha_safety.disarm(case),
            f"While the cluster is quorate: {SHORTLY}",
            (
                "On a node whose corosync does not start, /etc/pve is read-only: correct"
                f" {_LOCAL} there, test it with `corosync -t`, then `systemctl start corosync` on"
                " that node only."
            ),
            *ha_safety.arm(case),
        ),
        risk=RISK,
        expected="corosync starts and takes the settings. Where the network is at fault too, the"
        " node joins and is lost again.",
        verify="On every node: `corosync -t` says no error, `grep config_version"
        f" {_LOCAL}` says the same number, `pvecm status` says `Quorate: Yes`.",
        undo="Write the old content back with config_version raised once more.",
    )


@action(causes=("config_mismatch",), audits=("config_versions",))
def same_config(matter: Matter) -> Iterator[Advice]:
    """Bring all nodes to the newest corosync.conf.

    Source: corosync 3.1.10 exec/cmap.c cmap_sync_activate; pve-cluster src/pmxcfs/dcdb.c.
    """
    case = matter.case
    behind = matter.of("config_mismatch").blamed if matter.claims else []
    behind = behind or matter.about("config_versions").blamed
    refused = case.timeline.of(ConfigVersionRefused)
    newest = max([conf_patch.newest(case), *(max(e.received, e.own) for e in refused)])
    steps: list[str] = [
        (
            "See who has what: on every node `grep config_version"
            f" {_LOCAL} /etc/pve/corosync.conf`. The highest one ({newest} here) is right."
        )
    ]
    steps += ha_safety.disarm(case)
    for node in behind or ["the node that is behind"]:
        sound = [name for name in peers(case, node) if name not in behind] if behind else []
        good = next(iter(sound), "A_NODE_WITH_THE_NEW_FILE")
        steps += [
            f"On {node}, keep the old file: `cp {_LOCAL} /root/corosync.conf.before`",
            (
                f"On {node}, fetch the new one: `scp root@{address(case, good)}:{_LOCAL} {_LOCAL}`;"
                f" `corosync -t && grep config_version {_LOCAL}` says {newest}."
            ),
            (
                f"Only on {node}: `systemctl start corosync`, and `systemctl restart pve-cluster`"
                " if /etc/pve stays read-only."
            ),
        ]
    conf = conf_patch.current(case)
    if conf is not None and conf_patch.newest(case) >= newest:
        plan = rollout(case, conf_patch.patch(case, conf, conf))
        steps.append(
            "If all nodes run and only files differ, hand the file out anew instead: raise"
            f" config_version to {newest + 1}. {SHORTLY}"
        )
        undo = plan.undo
    else:
        undo = f"`cp /root/corosync.conf.before {_LOCAL}` on that node."
    steps += ha_safety.arm(case)
    yield matter.recommend(
        Priority.NOW,
        f"Bring the newest corosync.conf to {listed(behind) or 'all nodes'}",
        why="A corosync that starts with a lower config_version than the others quits at once, and"
        " its node has no quorum. Before corosync 3.1.10-pve3 that could block /etc/pve on all"
        " nodes.",
        steps=steps,
        risk="A file of another cluster or with a typing error keeps corosync from starting: that"
        " is what `corosync -t` is for. Do not start corosync before the files agree.",
        expected="The node joins and stays. Why its copy was old (switched off during a change,"
        " restored from a backup) remains to be asked.",
        verify="`corosync-cmapctl -g totem.config_version` says the same on every node;"
        " `journalctl -t corosync --since -10min | grep 'config version'` is empty.",
        undo=undo,
    )


@action(causes=("wrong_key",))
def same_key(matter: Matter) -> Iterator[Advice]:
    """Give all nodes the same key, or part two clusters that share a network.

    Source: kronosnet libknet/crypto_nss.c, threads_rx.c.
    """
    case = matter.case
    odd = matter.blamed
    steps = [
        (
            f"On every node: `sha256sum {_KEY}; grep -E 'secauth|crypto' {_LOCAL}`. All must be the"
            " same."
        ),
        (
            "If they are: another cluster sends to the same port. `tcpdump -ni any -c 20 udp port"
            f" 5405` shows from which address; compare with {listed(nodes(case)) or 'the nodes'}."
        ),
        *ha_safety.disarm(case),
    ]
    for node in odd:
        good = next((name for name in peers(case, node) if name not in odd), "A_GOOD_NODE")
        steps += [
            (
                f"On {node}: `cp {_KEY} /root/authkey.before; scp root@{address(case, good)}:{_KEY}"
                f" {_KEY}; chmod 400 {_KEY}`"
            ),
            f"Only on {node}: `systemctl restart corosync`.",
        ]
    steps += ha_safety.arm(case)
    yield matter.recommend(
        Priority.NOW,
        f"Give {listed(odd) or 'all nodes'} the same corosync key as the others",
        why="The packets arrive, so neither cable nor firewall is at fault.",
        steps=steps,
        risk="A node with the wrong key has no quorum; an armed one resets itself. Change the"
        " key of one node, never of all at once.",
        expected="The node joins. If the key was the same, the packets come from a foreign cluster:"
        " give that one another network or port.",
        verify="`journalctl -t corosync --since -5min | grep -iE 'digest|decrypt'` is empty;"
        " `pvecm status` lists all nodes.",
        undo=f"`cp /root/authkey.before {_KEY}` on that node, and restart its corosync.",
    )


@action(audits=("secauth",))
def sign_traffic(matter: Matter) -> Iterator[Advice]:
    """Switch authentication and encryption on.

    Source: corosync.conf(5), secauth; live from knet 1.19 on.
    """
    case = matter.case
    conf = conf_patch.current(case)
    first = f"On every node: `sha256sum {_KEY}` says the same. If not, stop: the nodes would part."
    if conf is not None:
        changed = conf_patch.set_key(conf, "secauth", "on", "totem")
        for key in ("crypto_hash", "crypto_cipher"):
            changed = conf_patch.remove_key(changed, key, "totem")
        plan = rollout(case, conf_patch.patch(case, conf, changed))
        steps, undo = (first, *plan.steps), plan.undo
    else:
        steps = (first, *ha_safety.disarm(case), f"In `totem`: `secauth: on`. {SHORTLY}")
        undo = "Take the line out again, with config_version raised."
    yield matter.recommend(
        Priority.SOON,
        "Switch on authentication of corosync's traffic",
        why="Without a key corosync believes every packet that looks right, of a clone or of"
        " another cluster too.",
        steps=steps,
        risk=f"{RISK} Nodes with different keys lose each other.",
        expected="Foreign packets are dropped. It costs hardly any CPU.",
        verify="`pvecm status` says `Secure auth: on` on every node and lists all of them.",
        undo=undo,
    )
