"""HA out of the way before the network or corosync is touched, and armed again afterwards."""

from collections.abc import Iterator

from fencepost.advice import versions
from fencepost.advice.matter import NETWORK, Advice, Matter, action, aside
from fencepost.advice.names import counted, listed
from fencepost.events.pve_ha_lrm import LrmStateChanged, LrmWatchdogOpened
from fencepost.laws import watchdog
from fencepost.model.case import Case
from fencepost.model.document import HaResources, HaStatus
from fencepost.model.verdict import Priority

_NEW = (
    "`ha-manager crm-command disarm-ha freeze`; go on when `ha-manager status` says"
    " `fencing disarmed`"
)
_OLD = (
    "on every node `systemctl stop pve-ha-lrm`; wait until `journalctl -u pve-ha-lrm -n 5` says"
    " `watchdog closed (disabled)` on each; only then on every node `systemctl stop pve-ha-crm`"
)
_ARM_NEW = "`ha-manager crm-command arm-ha`"
_ARM_OLD = (
    "on every node `systemctl start pve-ha-crm`, then on every node `systemctl start pve-ha-lrm`"
)


def uses_ha(case: Case) -> bool | None:
    """Whether the cluster has HA services, so that nodes may reset themselves; None unknown."""
    if case.cluster.ha_services or case.armed or case.timeline.of(LrmWatchdogOpened):
        return True
    told = [bool(status.services) for status in case.documents_of(HaStatus)]
    told += [bool(resources.resources) for resources in case.documents_of(HaResources)]
    if told or case.timeline.of(LrmStateChanged):
        return any(told)
    return None


def _by_version(case: Case, new: str, old: str) -> str:
    able = versions.everywhere(case, "pve-ha-manager", versions.DISARM_SINCE)
    if able is None:
        return (
            f"with pve-ha-manager 5.1.3 or later (`pveversion -v`): {new}. With an older one: {old}"
        )
    return new if able else old


def disarm(case: Case) -> tuple[str, ...]:
    """Return the step that takes HA out of the way; none where HA is known not to be used.

    Source: pve-ha-manager changelog 5.1.3; pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm (a stopping
    LRM needs a living CRM to freeze its services).
    """
    used = uses_ha(case)
    if used is False:
        return ()
    lead = "Disarm HA, " if used else "If `ha-manager status` lists services, disarm HA, "
    return (f"{lead}while the cluster is quorate: {_by_version(case, _NEW, _OLD)}.",)


def arm(case: Case) -> tuple[str, ...]:
    """Return the step that arms HA again; none where HA is known not to be used."""
    used = uses_ha(case)
    if used is False:
        return ()
    lead = "Arm HA again: " if used else "If you disarmed HA, arm it again: "
    return (f"{lead}{_by_version(case, _ARM_NEW, _ARM_OLD)}.",)


def _services(case: Case) -> str:
    services = case.cluster.ha_services
    if not services:
        return "Nodes with HA services are armed. "
    return f"{counted(len(services), 'HA service')} ({listed(services)}) can arm the nodes. "


@action(
    causes=(
        *NETWORK,
        "mtu_black_hole",
        "firewall_block",
        "duplicate_address",
        "corosync_died",
        "pmxcfs_stuck",
        "bad_config",
        "config_mismatch",
        "wrong_key",
        "known_bug",
        "unknown",
    ),
)
def disarm_first(matter: Matter) -> Iterator[Advice]:
    """Disarm HA before anything on the network or corosync is touched.

    Source: pve-ha-manager 5.2.0 src/watchdog-mux.c: 60 s without an update reset the node.
    """
    case = matter.case
    steps = disarm(case)
    if not steps:
        return
    limit = watchdog.CLIENT_TIMEOUT_S
    yield aside(
        Priority.SOON,
        "Disarm HA before you touch cables, ports or corosync, and arm it again afterwards",
        why=_services(case)
        + f"An armed node resets itself when it is cut off for about {limit} s, also when you"
        " pulled the cable yourself. Do not restart corosync on all nodes at once: every node"
        " then loses quorum in the same moment. Do not stop watchdog-mux and do not kill"
        " pve-ha-lrm or pve-ha-crm: that resets the node about 10 s later.",
        steps=(
            *steps,
            "Do the work, on one node at a time.",
            "Check that all nodes are back: `pvecm status` says `Quorate: Yes` and lists them all.",
            *arm(case),
        ),
        risk="While HA is disarmed no node resets itself and no service is moved. A node that"
        " fails then stays down with its guests. Keep the time short.",
        expected="Work on the network costs no reset. It mends nothing by itself.",
        verify="`ha-manager status`: no LRM is `active` while you work; afterwards the nodes with"
        " services are `active` again.",
        undo="Arm HA again, as in the last step.",
        answers=matter.causes,
    )
