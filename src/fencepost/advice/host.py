"""A host too busy, too full, or with a clock that jumps."""

from collections.abc import Iterator

from fencepost.advice import conf_patch, ha_safety, journal
from fencepost.advice.conf_apply import SHORTLY, rollout
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import listed, nodes
from fencepost.model.case import Case
from fencepost.model.document import Memory
from fencepost.model.verdict import Priority

_STALLS = "soft lockup|hard lockup|rcu.*stall|blocked for|nmi|clocksource|throttl|out of memory"
_ARC_SHARE = 10
_ARC_MOST_MB = 16 * 1024
"""10 % of the memory and at most 16 GiB. Source: Proxmox VE 8.1 installer's default."""


def _whom(matter: Matter) -> list[str]:
    return matter.blamed or nodes(matter.case)[:1] or ["the node"]


@action(causes=("paused_node",), audits=("load", "pressure"))
def free_host(matter: Matter) -> Iterator[Advice]:
    """Find what held the processor, the disk or the sender while corosync stood still.

    Source: corosync 3.1.10 exec/main.c; Linux Documentation/accounting/psi.rst.
    """
    case = matter.case
    steps: list[str] = []
    for node in _whom(matter)[:4]:
        worst = matter.worst(node)
        steps.append(
            f"On {node}: `corosync-cmapctl -m stats | grep -E 'schedmiss|tx_data_retries'`."
            " schedmiss lists the last pauses; growing retries mean a full port instead of a busy"
            " processor."
        )
        if worst is not None:
            steps.append(f"On {node}: `{journal.kernel(case, worst.incident, node, _STALLS)}`")
        steps.append(
            f"On {node}, while it is slow: `grep . /proc/pressure/*; ps -eo"
            " state,pid,wchan:32,cmd | grep ^D; vmstat 1 5`. Tasks in state D wait for storage;"
            " `st` in vmstat is time that a hypervisor took; `si` and `so` are swapping."
        )
    steps += [
        (
            f"On {_whom(matter)[0]}: `chrt -p $(pidof corosync)` says SCHED_RR: corosync goes"
            " before all guests, so ordinary load does not stop it. If it does not, see the log"
            " of its start: `journalctl -t corosync | grep -E 'SCHED_RR|MEMLOCK'`."
        ),
        (
            "Move or limit what runs at that time: backup, scrub, a guest with all cores. If the"
            " node is itself a virtual machine, its host paused it: snapshot, migration or"
            " overload there."
        ),
    ]
    yield matter.recommend(
        Priority.NOW,
        f"Find what made {listed(_whom(matter))} stand still",
        why="A node that is paused notices nothing and writes its lines in one burst afterwards."
        " `Consider token timeout increase` in its log is no diagnosis.",
        steps=steps,
        risk="Nothing: these commands only read.",
        expected="Without the pauses the node stays in the ring. Raising the token would hide short"
        " pauses only, and the HA daemons of a starved node stand still as well.",
        verify=f"On {_whom(matter)[0]}: `corosync-cmapctl -m stats | grep schedmiss.0` stays the"
        " same for as long as the pauses were apart.",
        undo="Nothing to undo.",
    )


@action(audits=("realtime",))
def realtime_again(matter: Matter) -> Iterator[Advice]:
    """Let corosync run with realtime priority and locked memory.

    Source: corosync.conf(5), sched_rr; corosync 3.1.10 exec/main.c.
    """
    case = matter.case
    conf = conf_patch.current(case)
    steps: tuple[str, ...] = (
        "`systemctl cat corosync`: no CPU limits of its own; it must not run in a container.",
        *ha_safety.disarm(case),
    )
    undo = "Nothing to undo."
    if conf is not None and conf.get("sched_rr", "system") is not None:
        changed = conf_patch.remove_key(conf, "sched_rr", "system")
        plan = rollout(case, conf_patch.patch(case, conf, changed))
        steps, undo = plan.steps, plan.undo
    elif conf is None:
        steps = (*steps, f"In `system` of corosync.conf: no `sched_rr: no`. {SHORTLY}")
    yield matter.recommend(
        Priority.SOON,
        f"Let corosync run with realtime priority on {listed(_whom(matter))}",
        steps=(
            *steps,
            (
                "The priority is set at its start: with HA disarmed, `systemctl restart"
                " corosync` on one node, and only when `pvecm status` lists all nodes again on"
                " the next."
            ),
        ),
        risk="Restarting corosync costs its node quorum for some seconds. One node at a time.",
        expected="A busy host no longer delays the token. A stalled disk still does.",
        verify="`chrt -p $(pidof corosync)` says SCHED_RR on every node.",
        undo=undo,
    )


@action(causes=("memory_exhausted",), audits=("memory",))
def spare_memory(matter: Matter) -> Iterator[Advice]:
    """Promise less memory than there is, and limit the ZFS cache.

    Source: Linux mm/oom_kill.c; Proxmox VE Administration Guide, "Limit ZFS Memory Usage".
    """
    case = matter.case
    steps: list[str] = []
    for node in _whom(matter):
        arc = _arc_mb(case, node)
        worst = matter.worst(node)
        if worst is not None:
            look = journal.kernel(case, worst.incident, node, "out of memory|oom")
            steps.append(f"On {node}: `{look}` shows who was killed and who was big.")
        steps += [
            (
                f"On {node}: `free -m; qm list; pct list`. Add up the guests' memory: it has to"
                " be less than the host's, with some GiB left over."
            ),
            (
                f"On {node}, if `zpool list` shows a pool: limit its cache to {arc} MiB, now with"
                f" `echo {arc << 20} > /sys/module/zfs/parameters/zfs_arc_max`, for good with the"
                f" line `options zfs zfs_arc_max={arc << 20}` in `/etc/modprobe.d/zfs.conf`, then"
                " `update-initramfs -u -k all`."
            ),
        ]
    steps.append("Swap, if any, on a partition of its own; never on a ZFS volume.")
    yield matter.recommend(
        Priority.NOW,
        f"Leave memory free on {listed(_whom(matter))}",
        why="When memory runs out the kernel kills a process, and until it has found one nothing"
        " runs in time.",
        steps=steps,
        risk="Guests with less memory may themselves run out of it. A small cache makes ZFS"
        " slower.",
        expected="Nothing of the cluster is killed any more. A process that leaks memory fills it"
        " again: look who grew.",
        verify=f"On {_whom(matter)[0]}: `free -m` shows some GiB available at the busiest hour;"
        " `journalctl -k --since -7d | grep -ic 'out of memory'` says 0.",
        undo="Give the guests their memory back; remove the line and reboot.",
    )


def _arc_mb(case: Case, node: str) -> int:
    total = next((doc.total_mb for doc in case.documents_of(Memory, node)), 0)
    share = total * _ARC_SHARE // 100
    return max(1024, min(share, _ARC_MOST_MB)) if total else 4096


@action(causes=("clock_step",), audits=("clock_offsets",))
def steady_clock(matter: Matter) -> Iterator[Advice]:
    """Keep the clocks together, and from jumping under an armed watchdog.

    Source: pve-ha-manager 5.2.0 src/watchdog-mux.c uses time(NULL); chrony.conf(5), makestep.
    """
    case = matter.case
    off = [
        f"{clock.node} by {clock.offset.total_seconds():+.1f} s"
        for clock in case.clocks
        if abs(clock.offset.total_seconds()) >= 1
    ]
    where = listed(matter.blamed or nodes(case))
    yield matter.recommend(
        Priority.NOW,
        f"Set up chrony on {where or 'all nodes'} and keep the clock from jumping",
        why=(f"Clocks are off: {listed(off)}. " if off else "")
        + "corosync does not mind the time of day. The watchdog of HA does: a step forward of about"
        " a minute makes it expire at once.",
        steps=(
            *ha_safety.disarm(case),
            (
                "On every node: `chronyc tracking; chronyc sources; hwclock -r; date`. If chrony is"
                " missing: `apt install chrony`."
            ),
            (
                "In `/etc/chrony/chrony.conf`: `makestep 1 3` (step only in the first three"
                " measurements after its start) and `rtcsync` (keep the hardware clock right); then"
                " `systemctl restart chrony`."
            ),
            (
                "Only one service may set the clock: `systemctl is-active systemd-timesyncd ntp`"
                " says inactive. If the node is a virtual machine, switch off its guest tools'"
                " time setting."
            ),
            "If the hardware clock is wrong after each boot: replace the CMOS battery.",
            *ha_safety.arm(case),
        ),
        risk="Restarting chrony may step the clock once. On an armed node that can reset it: that"
        " is why HA is disarmed first.",
        expected="Clocks stay within milliseconds and no watchdog expires by a step. It is easier"
        " to read logs of several nodes side by side.",
        verify="`chronyc tracking` on every node: `System time` below 0.01 s; `journalctl -t"
        " chronyd --since -7d | grep stepped` is empty.",
        undo="Put the old lines back into chrony.conf.",
    )
