"""The HA stack itself: its daemons, its watchdog, its services."""

from collections.abc import Iterator

from fencepost.advice import conf_patch
from fencepost.advice.conf_apply import rollout
from fencepost.advice.matter import Advice, Matter, action, aside
from fencepost.advice.names import counted, fit, listed, nodes
from fencepost.model.case import Ending
from fencepost.model.document import HaDefaults, HaStatus
from fencepost.model.verdict import Priority

_FEW_RESETS = 2
_DEFAULTS = "/etc/default/pve-ha-manager"


@action(audits=("ha_agents",))
def living_agents(matter: Matter) -> Iterator[Advice]:
    """Look at HA daemons that are silent or have lost their lock; arm HA that was left disarmed.

    Source: pve-ha-manager 5.2.0 src/PVE/API2/HA/Status.pm, src/PVE/HA/LRM.pm.
    """
    case = matter.case
    disarmed = any(
        status.fencing and "disarm" in status.fencing for status in case.documents_of(HaStatus)
    )
    silent = [finding.node for finding in matter.findings if finding.node]
    steps = [
        f"On {node}: `systemctl status pve-ha-lrm pve-ha-crm pve-cluster watchdog-mux; pvecm"
        " status; journalctl -t pve-ha-lrm -t pmxcfs -n 50`. No quorum: mend that first. /etc/pve"
        " hangs: see pve-cluster."
        for node in sorted(set(silent))
    ]
    if silent:
        steps.append(
            "Do not kill the daemons and do not stop watchdog-mux: both reset the node. If the"
            " node is quorate and its LRM hangs, `systemctl restart pve-ha-lrm` there."
        )
    if disarmed:
        steps.append("If the maintenance is over: `ha-manager crm-command arm-ha`.")
    yield matter.recommend(
        Priority.NOW,
        "Arm HA again"
        if disarmed and not silent
        else f"Look at HA on {listed(sorted(set(silent)))}",
        why="An armed LRM that cannot renew its lock resets its node within a minute. With HA"
        " disarmed nothing is recovered.",
        steps=steps,
        risk="A node that has lost its lock may reset itself before you are there.",
        expected="Every LRM is `active` or `idle` with a time of the last seconds.",
        verify="`ha-manager status`: no `old timestamp`, no `lost_agent_lock`, fencing armed.",
        undo="Nothing to undo.",
    )


@action(audits=("ha_service_unplaceable",))
def placeable_services(matter: Matter) -> Iterator[Advice]:
    """Let every HA service have a node to go to.

    Source: Proxmox VE Administration Guide, "High Availability".
    """
    yield matter.recommend(
        Priority.SOON,
        "Give every HA service a node that it may be recovered to",
        why="Otherwise it stays in `recovery` when its node is lost.",
        steps=(
            (
                "Proxmox VE 9: `ha-manager rules config`, then `ha-manager rules set"
                " node-affinity RULE --nodes"
                f" {','.join(fit(name, 'NODE') for name in nodes(matter.case)) or 'NODES'}`."
            ),
            (
                "Proxmox VE 8: `ha-manager groupconfig`, then `ha-manager groupset GROUP --nodes"
                f" {','.join(fit(name, 'NODE') for name in nodes(matter.case)) or 'NODES'}`."
            ),
            "Or take `strict` (`restricted` in version 8) off, so that other nodes may help out.",
        ),
        risk="A service may start on a node that lacks its storage or devices: list only nodes that"
        " have them.",
        expected="After the loss of a node its services start elsewhere, about two minutes later.",
        verify="`ha-manager status` names a node for each service; the rule lists nodes of `pvecm"
        " nodes` only.",
        undo="Set the old nodes again.",
    )


@action(audits=("watchdog_module",))
def right_watchdog(matter: Matter) -> Iterator[Advice]:
    """Let the watchdog that was asked for be the one in use, and one that does reset.

    Source: pve-ha-manager 5.2.0 src/watchdog-mux.c; Linux drivers/watchdog/softdog.c.
    """
    case = matter.case
    wanted = next(
        (doc.watchdog_module for doc in case.documents_of(HaDefaults) if doc.watchdog_module), None
    )
    conf = conf_patch.current(case)
    device = conf.get("watchdog_device", "resources") if conf else None
    where = listed(matter.blamed) or "the nodes"
    steps: list[str] = [f"On {where}: `lsmod | grep -E 'softdog|wdt|ipmi_watchdog'; wdctl`."]
    if wanted:
        module = fit(wanted, "MODULE")
        steps.append(
            f"Does the module load? `modprobe {module}; journalctl -k | grep -i {module}`. If the"
            f" firmware forbids it, enable it there, or take the line out of `{_DEFAULTS}` and be"
            " content with softdog."
        )
    steps.append(
        "No `soft_noboot=1`: `grep -r soft_noboot /etc/modprobe.d /lib/modprobe.d`; take it out."
    )
    if conf is not None and device and device != "off":
        changed = conf_patch.remove_key(conf, "watchdog_device", "resources")
        steps += rollout(case, conf_patch.patch(case, conf, changed)).steps
    steps.append(
        "The watchdog is opened at boot: empty the node and reboot it in an orderly way. Never stop"
        " watchdog-mux by hand: that resets the node."
    )
    yield matter.recommend(
        Priority.SOON,
        f"Put the right watchdog into use on {where}",
        why="Only the watchdog takes a lost node out. If it does not reset, the others start the"
        " same services while the node still runs them.",
        steps=steps,
        risk="A hardware watchdog that is set up badly can reset a healthy node.",
        expected="A node that is cut off is reset even when its kernel hangs (hardware watchdog),"
        " or at least when its programs do (softdog).",
        verify="After the reboot `journalctl -t watchdog-mux -b | grep driver` names the wanted"
        " driver.",
        undo=f"Put the old line back into `{_DEFAULTS}` and reboot.",
    )


@action(causes=None)
def fewer_services(matter: Matter) -> Iterator[Advice]:
    """Ask which services need HA, when HA has cost more than it gave.

    Source: only a node whose LRM holds a service resets itself.
    """
    case = matter.case
    resets = [boot for boot in case.boots if boot.ending is Ending.SELF_FENCE]
    services = [fit(name, "SERVICE") for name in case.cluster.ha_services]
    if len(resets) < _FEW_RESETS or not services:
        return
    by_node = sorted({boot.node for boot in resets})
    yield aside(
        Priority.LATER,
        f"Decide which of the {counted(len(services), 'HA service')} need HA at all",
        why=f"What speaks for it here: {counted(len(resets), 'watchdog reset')} of"
        f" {listed(by_node)} in these logs. A node without HA services is never reset for a lost"
        " quorum; one with a single HA service takes all its guests down with it.",
        steps=(
            (
                "Keep HA for what must run again within minutes without anybody near. The services:"
                f" {listed(services, most=20)}."
            ),
            (
                "For each of the others: `ha-manager remove SERVICE`, for example `ha-manager"
                f" remove {services[-1]}`. The guest goes on running; set `onboot` for it."
            ),
            (
                "About ten minutes after the last one has left a node, its LRM goes idle and"
                " lets the watchdog go."
            ),
        ),
        risk="A service without HA stays down when its node is lost.",
        expected="Fewer resets, not fewer network faults. Mend the cause first; this is about the"
        " price of the next one.",
        verify="`ha-manager status`: nodes without services are `idle`.",
        undo=f"`ha-manager add {services[-1]}`",
        answers=matter.causes,
    )
