"""What pve-ha-lrm says: the local resource manager, which starts services and may reset its node.

While it holds the lock `ha_agent_NODE_lock` in /etc/pve it is *armed*: it feeds a watchdog
about every 10 s, and stops feeding when the lock cannot be renewed. Only this daemon resets
an isolated node; nobody else shoots it.
"""

from fencepost.model.event import Danger, Event, logged, wording

SID = r"(?P<service>[a-z]+:\d+)"
SINCE_RENAMING = "pve-ha-manager 5.1.2 and later"
UNTIL_RENAMING = "pve-ha-manager 5.1.1 and older"


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"status change (?P<was>\w+) => (?P<now>\w+)",
            example="status change active => lost_agent_lock",
        ),
    ),
    danger=Danger.NOTABLE,
    look="After `=> lost_agent_lock`: did `=> active` follow? If not, the node was reset within about a minute.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm set_local_status",
)
class LrmStateChanged(Event):
    """The LRM went from one state to another.

    wait_for_agent_lock: idle, cannot reset the node. active, maintenance: armed.
    lost_agent_lock: armed and starving; it retries every 5 s, and about 60 s after the last
    feeding the watchdog expires. Idle → active at boot can take 2 min: its own old lock must
    run out first.
    """

    was: str
    now: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"successfully acquired lock '(?P<lock>[^']+)'",
            example="successfully acquired lock 'ha_agent_pve1_lock'",
        ),
        wording(
            r"successfully aquired lock '(?P<lock>[^']+)'",
            example="successfully aquired lock 'ha_agent_pve1_lock'",
            versions="before pve-ha-manager 1.0",
        ),
        wording(
            r"\bgot lock '(?P<lock>ha_[^']+)'",
            example="got lock 'ha_agent_node1_lock'",
            versions="the HA simulator only",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm get_pve_lock",
)
class LrmLockAcquired(Event):
    """The LRM holds its lock, or holds it again: it may run services."""

    lock: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"lost lock '(?P<lock>[\w.-]+)'?(?: - (?P<reason>.*\S))?",
            example="lost lock 'ha_agent_pve1_lock - cfs lock update failed - Device or resource busy",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Had the node lost quorum (`node lost quorum`), or was /etc/pve stuck although quorate?",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm get_pve_lock",
)
class LrmLockLost(Event):
    """The LRM could not renew its lock; the watchdog is not fed until it can [unbalanced quote, sic].

    reason: `Device or resource busy`: the write was sent and not processed, the usual first
    failure after an isolation. `Permission denied`: no quorum. `Operation not permitted`: the
    write itself came back without quorum. `Input/output error`: the local database.
    `pmxcfs not mounted`: pmxcfs is dead. Empty when the line gives none.
    """

    lock: str
    reason: str = ""


@logged(
    by="pve-ha-lrm",
    wordings=(wording(r"\bwatchdog active\b", example="watchdog active"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm watchdog_open",
)
class LrmWatchdogOpened(Event):
    """The LRM is armed: from now on the node resets itself when it loses quorum for a minute."""


@logged(
    by="pve-ha-lrm",
    wordings=(wording(r"watchdog closed \(disabled\)", example="watchdog closed (disabled)"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm watchdog_close",
)
class LrmWatchdogClosed(Event):
    """The LRM is disarmed: losing quorum no longer resets this node.

    This is the line to wait for before touching corosync or the network.
    """


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"watchdog (?P<action>update|close) failed - (?P<reason>.+)",
            example="watchdog update failed - Broken pipe",
        ),
        wording(
            r"unable to (?P<action>open) watchdog socket - (?P<reason>.+)",
            example="unable to open watchdog socket - Connection refused",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is watchdog-mux running? Without it, or after its death with clients, the device resets the node.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm watchdog_open, watchdog_update, watchdog_close",
)
class LrmWatchdogFailed(Event):
    """The LRM cannot reach watchdog-mux."""

    action: str
    reason: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"node needs to be fenced(?: during maintenance mode)? - releasing agent_lock",
            example="node needs to be fenced - releasing agent_lock",
            versions=SINCE_RENAMING,
        ),
        wording(
            r"node need to be fenced(?: during maintenance mode)? - releasing agent_lock",
            example="node need to be fenced - releasing agent_lock",
            versions=UNTIL_RENAMING,
        ),
    ),
    danger=Danger.CRITICAL,
    look="On the master: `state changed from 'unknown' => 'fence'` for this node, and why it was unknown.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm work",
)
class LrmMustBeFenced(Event):
    """The master had already given this node up; the LRM obeys, stops feeding, and is reset."""


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"node had no service configured for (?P<rounds>\d+) rounds, going idle",
            example="node had no service configured for 60 rounds, going idle.",
            versions="pve-ha-manager 3.3 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm work",
)
class LrmWentIdle(Event):
    """After about 10 min without any HA service here the LRM disarms.

    Older versions stayed armed until they were restarted.
    """

    rounds: int


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"unable to (?:write|update) lrm status file(?: - (?P<reason>.*\S))?",
            example="unable to write lrm status file - unable to open file '/etc/pve/nodes/pve3/lrm_status.tmp.2406' - Permission denied",
        ),
    ),
    danger=Danger.WARNING,
    look="Did the node lose quorum then? An idle node says this once and survives.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm update_lrm_status",
)
class LrmStatusUnwritable(Event):
    """The LRM could not write its state into /etc/pve: often the first sign of lost quorum."""

    reason: str = ""


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"cluster file system update failed - (?P<reason>.+)",
            example="cluster file system update failed - ipcc_send_rec[1] failed: Connection refused",
        ),
        wording(
            r"updating service status from manager failed: (?P<reason>.+)",
            example="updating service status from manager failed: Connection refused",
        ),
        wording(
            r"unable to get HA settings from datacenter\.cfg - (?P<reason>.+)",
            example="unable to get HA settings from datacenter.cfg - Connection refused",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is pmxcfs alive (`systemctl status pve-cluster`)? Every 5 s for a minute means a reset, quorate or not.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm, src/PVE/HA/Env/PVE2.pm cluster_state_update",
)
class ClusterFilesystemFailed(Event):
    """The LRM got no answer from pmxcfs; `Connection refused` means that it is dead."""

    reason: str


@logged(
    by=("pve-ha-lrm", "pve-ha-crm"),
    wordings=(
        wording(
            r"temporary inconsistent cluster state \(cfs restart\?\), skip round",
            example="temporary inconsistent cluster state (cfs restart?), skip round",
            versions="pve-ha-manager 2.0-5 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/{LRM,CRM}.pm",
)
class ClusterViewInconsistent(Event):
    """pmxcfs was just being restarted; the daemon waits a round. Harmless when it stays at a few."""


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"loop took too long \((?P<seconds>[\d.]+) seconds\)",
            example="loop took too long (41 seconds)",
            versions=SINCE_RENAMING,
        ),
        wording(
            r"loop take too long \((?P<seconds>[\d.]+) seconds\)",
            example="loop take too long (41 seconds)",
            versions=UNTIL_RENAMING,
        ),
    ),
    danger=Danger.WARNING,
    look="Look for slow storage, memory pressure or a stuck /etc/pve in the span before; or a clock step.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm loop_end_hook",
)
class LrmLoopSlow(Event):
    """One round of the LRM took more than 30 s instead of 5–10.

    Above 60 s the watchdog expires although quorum was never lost. A step of the clock forward
    prints it too, without any delay.
    """

    seconds: float


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"got shutdown request with shutdown policy '(?P<policy>[^']+)'",
            example="got shutdown request with shutdown policy 'conditional'",
            versions="pve-ha-manager 2.0-6 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Who asked: systemd-logind, the `stopall` task, or the power key?",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm shutdown_request",
)
class LrmShutdownRequested(Event):
    """The node is shutting down or rebooting on request: this end is asked for, no watchdog."""

    policy: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"(?P<how>restart|reboot|shutdown) LRM, (?P<plan>freeze all services)",
            example="restart LRM, freeze all services",
        ),
        wording(
            r"(?P<how>restart|reboot|shutdown) LRM, (?P<plan>stop and freeze all services)",
            example="reboot LRM, stop and freeze all services",
        ),
        wording(
            r"(?P<how>restart|reboot|shutdown) LRM, (?P<plan>stop all services)",
            example="shutdown LRM, stop all services",
        ),
        wording(
            r"(?P<how>restart|reboot|shutdown) LRM, (?P<plan>doing maintenance)",
            example="reboot LRM, doing maintenance, removing this node from active list",
            versions="pve-ha-manager 3.0-6 and later",
        ),
        wording(
            r"(?P<how>restart|reboot|shutdown) LRM, (?P<plan>ignore \w+ policy as manual maintenance mode)",
            example="shutdown LRM, ignore conditional policy as manual maintenance mode is enabled",
            versions="pve-ha-manager 3.6.1 and later",
        ),
        wording(
            r"(?P<how>restart|reboot|shutdown) LRM, (?P<plan>ignore maintenance policy, already in maintenance)",
            example="reboot LRM, ignore maintenance policy, already in maintenance mode",
            versions="pve-ha-manager 3.6.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm shutdown_request",
)
class LrmStopping(Event):
    """The LRM ends in an orderly way, and what becomes of its services meanwhile.

    how: `restart` is the daemon alone (an update); `reboot` and `shutdown` are the node.
    Frozen services wait for the node to come back, stopped or moved ones do not.
    """

    how: str
    plan: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"got shutdown request in state 'lost_agent_lock' - detected (?P<services>\d+) running services",
            example="got shutdown request in state 'lost_agent_lock' - detected 1 running services",
            versions=SINCE_RENAMING,
        ),
        wording(
            r"get shutdown request in state 'lost_agent_lock' - detected (?P<services>\d+) running services",
            example="get shutdown request in state 'lost_agent_lock' - detected 1 running services",
            versions=UNTIL_RENAMING,
        ),
    ),
    danger=Danger.CRITICAL,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm work",
)
class LrmShutdownWhileLost(Event):
    """The node was to be shut down while it had no quorum and services still ran.

    Their state is unknown to the cluster, so the LRM cannot go: the watchdog resets the node.
    """

    services: int | None = None


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"lost agent lock and restart request for over 90 seconds - giving up!",
            example="lost agent lock and restart request for over 90 seconds - giving up!",
            versions="pve-ha-manager 2.0-9 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm work",
)
class LrmGaveUp(Event):
    """The LRM was to be restarted while it had no lock, waited 90 s, and ended without it."""


@logged(
    by="pve-ha-lrm",
    wordings=(wording(r"\bstarting server\b", example="starting server"),),
    danger=Danger.HARMLESS,
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class LrmStarted(Event):
    """The daemon started: the node booted, or only the service was restarted."""


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(r"received signal (?P<signal>\w+)", example="received signal TERM"),
        wording(r"\bserver closing\b", example="server closing"),
    ),
    danger=Danger.NOTABLE,
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class LrmStopAsked(Event):
    """The daemon was told to end."""

    signal: str | None = None


@logged(
    by="pve-ha-lrm",
    wordings=(wording(r"\bserver stopped\b", example="server stopped"),),
    danger=Danger.NOTABLE,
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class LrmStopped(Event):
    """The daemon ended in an orderly way. A reset or a kill leaves no such line."""


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"HA disarm requested, releasing agent lock and watchdog",
            example="HA disarm requested, releasing agent lock and watchdog",
            versions="pve-ha-manager 5.1.3 and later",
        ),
        wording(
            r"HA disarm requested during maintenance, releasing agent lock and watchdog",
            example="HA disarm requested during maintenance, releasing agent lock and watchdog",
            versions="pve-ha-manager 5.1.3 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="`watchdog closed (disabled)` confirms it; `ha-manager crm-command arm-ha` undoes it.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm work",
)
class LrmHaDisarmed(Event):
    """An administrator disarmed HA for the whole cluster; this LRM follows."""


@logged(
    by="pve-ha-lrm",
    wordings=(wording(rf"\bstarting service {SID}", example="starting service ct:101"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceStarting(Event):
    """An HA service is being started here: at boot, after a recovery, or on request."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(wording(rf"service status {SID} started", example="service status ct:101 started"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceStarted(Event):
    """The service runs here: after a recovery, the end of its outage."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(wording(rf"\bstopping service {SID}", example="stopping service ct:101 (relocate)"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceStopping(Event):
    """An HA service is being stopped here, on request or to be moved."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(wording(rf"service status {SID} stopped", example="service status ct:101 stopped"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceStopped(Event):
    """The service does not run here any more."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(rf"unable to start service {SID}", example="unable to start service vm:101"),
    ),
    danger=Danger.WARNING,
    look="The task log of the start names the reason: storage not there, a lock, not enough memory.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent, handle_service_exitcode",
)
class LrmServiceStartFailed(Event):
    """The service did not start here; it is tried again, then moved to another node."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            rf"unable to stop service {SID} \(still running\)",
            example="unable to stop service vm:101 (still running)",
            versions=SINCE_RENAMING,
        ),
        wording(
            rf"unable to stop stop service {SID} \(still running\)",
            example="unable to stop stop service vm:101 (still running)",
            versions=UNTIL_RENAMING,
        ),
    ),
    danger=Danger.WARNING,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceStopFailed(Event):
    """The guest did not stop in time. During a shutdown it keeps the node from going down."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"restart policy: retry number (?P<tries>\d+) for service '(?P<service>[^']+)'",
            example="restart policy: retry number 1 for service 'vm:101'",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm handle_service_exitcode",
)
class LrmServiceRetried(Event):
    """A failed start is tried again on this node, as max_restart allows."""

    service: str
    tries: int


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            rf"service {SID} is in an error state and needs manual intervention",
            example="service vm:103 is in an error state and needs manual intervention. Look up 'ERROR RECOVERY' in the documentation.",
        ),
        wording(
            rf"service {SID} is in an error state while running",
            example="service vm:103 is in an error state while running",
            versions="pve-ha-manager 1.0-22 and older",
        ),
        wording(
            rf"service {SID} is not running and in an error state",
            example="service vm:103 is not running and in an error state",
            versions="pve-ha-manager 1.0-22 and older",
        ),
    ),
    danger=Danger.WARNING,
    look="Set the service to `disabled`, repair the guest, then set it to `started`.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceInError(Event):
    """HA has given the service up until somebody disables and enables it."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            rf"service {SID} not moved \(migration error\)",
            example="service vm:103 not moved (migration error)",
        ),
        wording(
            r"service '(?P<service>[^']+)' not on this node",
            example="service 'vm:103' not on this node",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmServiceMoveFailed(Event):
    """The service could not be moved, or its configuration lies on another node than HA believes."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            rf"service {SID} - start (?P<how>migrate|relocate) to node '(?P<target>[^']+)'",
            example="service vm:101 - start migrate to node 'pve1'",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Sim/Resources.pm; log of the HA simulator",
)
class LrmServiceMoving(Event):
    """The service sets out for another node."""

    service: str
    how: str
    target: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            rf"service {SID} - end (?P<how>migrate|relocate) to node '(?P<target>[^']+)'",
            example="service vm:101 - end migrate to node 'pve1'",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Sim/Resources.pm; log of the HA simulator",
)
class LrmServiceMoved(Event):
    """The service arrived on another node."""

    service: str
    how: str
    target: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"Task '(?P<upid>UPID:\S+)' still active, waiting",
            example="Task 'UPID:pve1:00001A2B:0000F00D:690F2B5A:vzstart:101:root@pam:' still active, waiting",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Tools.pm upid_wait",
)
class LrmTaskAwaited(Event):
    """A start, stop or migration of a service is still running; one line every few seconds."""

    upid: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            rf"ignoring rebalance-on-start for service {SID} - already running",
            example="ignoring rebalance-on-start for service vm:100 - already running",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm exec_resource_agent",
)
class LrmRebalanceIgnored(Event):
    """The service already ran, so it was not moved to a less busy node before its start."""

    service: str


@logged(
    by="pve-ha-lrm",
    wordings=(
        wording(
            r"got unexpected error - (?P<reason>.+)",
            example="got unexpected error - unable to open watchdog",
        ),
        wording(
            rf"resource agent {SID} finished - (?P<reason>.+)",
            example="resource agent vm:101 finished - got signal 9",
        ),
        wording(
            r"forking worker failed - (?P<reason>.+)",
            example="forking worker failed - Cannot allocate memory",
        ),
        wording(
            r"missing resource configuration for '(?P<service>[^']+)'",
            example="missing resource configuration for 'vm:101'",
        ),
        wording(
            rf"unable to run resource agent for '{SID}' - (?P<reason>.+)",
            example="unable to run resource agent for 'vm:101' - fork failed",
        ),
    ),
    danger=Danger.WARNING,
    look="Memory short? `Cannot allocate memory` and signal 9 point there.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm run_workers, do_one_iteration",
)
class LrmWorkFailed(Event):
    """Something went wrong inside the LRM or in one of its workers; it goes on with its next round."""

    service: str | None = None
    reason: str | None = None


EVENTS = (
    LrmStateChanged,
    LrmLockAcquired,
    LrmLockLost,
    LrmWatchdogOpened,
    LrmWatchdogClosed,
    LrmWatchdogFailed,
    LrmMustBeFenced,
    LrmWentIdle,
    LrmStatusUnwritable,
    ClusterFilesystemFailed,
    ClusterViewInconsistent,
    LrmLoopSlow,
    LrmShutdownRequested,
    LrmStopping,
    LrmShutdownWhileLost,
    LrmGaveUp,
    LrmStarted,
    LrmStopAsked,
    LrmStopped,
    LrmHaDisarmed,
    LrmServiceStarting,
    LrmServiceStarted,
    LrmServiceStopping,
    LrmServiceStopped,
    LrmServiceStartFailed,
    LrmServiceStopFailed,
    LrmServiceRetried,
    LrmServiceInError,
    LrmServiceMoveFailed,
    LrmServiceMoving,
    LrmServiceMoved,
    LrmTaskAwaited,
    LrmRebalanceIgnored,
    LrmWorkFailed,
)
