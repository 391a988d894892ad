"""What pve-ha-crm says: the cluster resource manager, of which one node's is the master.

The master watches the nodes, marks a lost one `fence`, waits until that node's lock has run
out, and starts its services elsewhere. It never resets another node, and it resets its own
only by hanging: when it loses its lock it closes its watchdog.
"""

from fencepost.model.event import Danger, Event, logged, wording

SID = r"(?P<service>[a-z]+:\d+)"
QUOTED_SID = r"service '(?P<service>[^']+)'"
SERVICE_CHANGE = QUOTED_SID + r": state changed from '(?P<was>\w+)' to '(?P<now>\w+)'"
PLACE = r"\s*\([^)]*?\bnode = (?P<place>[^,\s)]+)"
SINCE_DISARM = "pve-ha-manager 5.1.3 and later"


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"status change (?P<was>\w+) => (?P<now>\w+)", example="status change slave => master"
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm set_local_status",
)
class CrmStateChanged(Event):
    """The CRM went from one state to another: wait_for_quorum, slave, master, lost_manager_lock.

    `slave => wait_for_quorum` means that this node lost quorum. `slave => master` some 120 s
    after a loss means that the old master was the one lost.
    """

    was: str
    now: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"successfully acquired lock '(?P<lock>[^']+)'",
            example="successfully acquired lock 'ha_manager_lock'",
        ),
        wording(
            r"successfully aquired lock '(?P<lock>[^']+)'",
            example="successfully aquired lock 'ha_manager_lock'",
            versions="before pve-ha-manager 1.0",
        ),
        wording(
            r"\bgot lock '(?P<lock>ha_[^']+)'",
            example="got lock 'ha_manager_lock'",
            versions="the HA simulator only",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm get_pve_lock",
)
class CrmLockAcquired(Event):
    """`ha_manager_lock`: this node is master now. `ha_agent_X_lock`: the lock of a lost node X had run out."""

    lock: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"lost lock '(?P<lock>[\w.-]+)'?(?: - (?P<reason>.*\S))?",
            example="lost lock 'ha_manager_lock - cfs lock update failed - Operation not permitted",
        ),
    ),
    danger=Danger.WARNING,
    look="The LRM's lock on this node is what counts: did it go too?",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm get_pve_lock",
)
class CrmLockLost(Event):
    """The master could not renew its lock and steps down [unbalanced quote, sic].

    Harmless by itself: the CRM closes its watchdog. The reasons are those of the LRM's lock.
    """

    lock: str
    reason: str = ""


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"voluntary release CRM lock", example="voluntary release CRM lock"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm work",
)
class CrmLockReleased(Event):
    """The master handed its lock over in an orderly way, at a shutdown or restart."""


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"CRM lock release failed", example="CRM lock release failed, let the lock timeout"
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm work",
)
class CrmLockNotReleased(Event):
    """The master ended without giving its lock back: the next one can take over after 120 s only."""


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"\bwatchdog active\b", example="watchdog active"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm watchdog_open",
)
class CrmWatchdogOpened(Event):
    """This node became master, and its CRM feeds a watchdog too: should it hang, the node is reset."""


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"watchdog closed \(disabled\)", example="watchdog closed (disabled)"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm watchdog_close",
)
class CrmWatchdogClosed(Event):
    """The CRM gave its watchdog up: it is no longer master. The LRM may still be armed."""


@logged(
    by="pve-ha-crm",
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
    look="Is watchdog-mux running?",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm watchdog_open, watchdog_update, watchdog_close",
)
class CrmWatchdogFailed(Event):
    """The CRM cannot reach watchdog-mux."""

    action: str
    reason: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"node '(?P<subject>[^']+)': state changed from '(?P<was>\w+)' => '(?P<now>\w+)'",
            example="node 'pve3': state changed from 'online' => 'unknown'",
        ),
    ),
    danger=Danger.NOTABLE,
    look="`unknown` → `fence` takes about 50 s; the acknowledgement follows 60–80 s after that.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/NodeStatus.pm set_node_state",
)
class NodeStateChanged(Event):
    """The master's view of a node (subject) changed: online, maintenance, unknown, fence, gone.

    unknown: left the membership, may still run. fence: gone for a minute, its services will be
    moved. `unknown => online` without `fence`: it was back before, and may have been reset all
    the same. `fence` neither causes nor proves a reset.
    """

    subject: str
    was: str
    now: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            f"{SERVICE_CHANGE}{PLACE}" + r"[^)]*?\btarget = (?P<target>[^,\s)]+)",
            example="service 'vm:101': state changed from 'started' to 'migrate'  (node = pve2, target = pve1)",
        ),
        wording(
            SERVICE_CHANGE + PLACE,
            example="service 'vm:103': state changed from 'recovery' to 'started'  (node = pve1)",
        ),
        wording(
            SERVICE_CHANGE,
            example="service 'vm:103': state changed from 'started' to 'fence'",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm change_service_state",
)
class ServiceStateChanged(Event):
    """The master's plan for a service changed; place is where it is, target where it shall go.

    started → fence → recovery → started is a recovery (before pve-ha-manager 3.3 without
    `recovery`). started → freeze: its node restarts its LRM or reboots on request.
    """

    service: str
    was: str
    now: str
    place: str | None = None
    target: str | None = None


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"fencing: acknowledged - got agent lock for node '(?P<subject>[^']+)'",
            example="fencing: acknowledged - got agent lock for node 'pve3'",
        ),
        wording(
            r"fencing: acknowleged - got agent lock for node '(?P<subject>[^']+)'",
            example="fencing: acknowleged - got agent lock for node 'pve3'",
            versions="pve-ha-manager 1.0-35 and older",
        ),
    ),
    danger=Danger.CRITICAL,
    look="What the node itself logged decides what became of it: its watchdog's last words, a shutdown, or nothing.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/NodeStatus.pm fence_node",
)
class FenceAcknowledged(Event):
    """The lock of a lost node (subject) had run out, so its services may be started elsewhere.

    It proves that the lock was not renewed for 120 s, not that the watchdog fired: a power
    loss, a planned shutdown and a node that still runs without quorum look the same.
    """

    subject: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"recover service '(?P<service>[^']+)' from fenced node '(?P<source>[^']+)' to node '(?P<target>[^']+)'",
            example="recover service 'vm:103' from fenced node 'pve3' to node 'pve2'",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm recover_fenced_service, next_state_recovery",
)
class ServiceRecovered(Event):
    """A service of the lost node is being started on another one."""

    service: str
    source: str
    target: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"recover service '(?P<service>[^']+)' to previous failed and fenced node '(?P<source>[^']+)' again",
            example="recover service 'vm:500' to previous failed and fenced node 'pve5' again",
            versions="pve-ha-manager 3.3-1 and later",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm next_state_recovery",
)
class ServiceRecoveredInPlace(Event):
    """The lost node came back, and the service starts there again: no other node may run it."""

    service: str
    source: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"recovering service '(?P<service>[^']+)' from fenced node '(?P<source>[^']+)' failed, no recovery node found",
            example="recovering service 'vm:103' from fenced node 'pve3' failed, no recovery node found",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Do the service's rules or group allow another node that is online? Repeated every 10 s.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm next_state_recovery",
)
class RecoveryFailed(Event):
    """No node may or can run this service of the lost node: it stays down."""

    service: str
    source: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"node '(?P<subject>[^']+)' in fence state but no services to-fence! admin interference\?!",
            example="node 'pve3' in fence state but no services to-fence! admin interference?!",
            versions="pve-ha-manager 3.3-3 and later",
        ),
        wording(
            r"fence of node '(?P<subject>[^']+)' without any service left",
            example="fence of node 'pve3' without any service left",
            versions="pve-ha-manager 3.3-2",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm manage",
)
class FenceWithoutServices(Event):
    """The lost node's services were removed from HA while it was being fenced."""

    subject: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"removed leftover lock '(?P<lock>[^']+)' from recovered service '(?P<service>[^']+)'",
            example="removed leftover lock 'backup' from recovered service 'vm:103' to allow its start.",
        ),
    ),
    danger=Danger.WARNING,
    look="A lock `backup`, `migrate` or `snapshot` names the load at the moment of the loss.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class LeftoverLockRemoved(Event):
    """The node was lost in the middle of a task on this guest: a backup, a migration, a snapshot."""

    lock: str
    service: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"got crm command: (?P<command>.+)",
            example="got crm command: migrate vm:103 pve1",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm update_crm_commands",
)
class CrmCommandReceived(Event):
    """Somebody gave HA a command: a migration, a maintenance mode, `disarm-ha freeze`, `arm-ha`."""

    command: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"crm command error - (?P<detail>.+)",
            example="crm command error - node not online: enable-node-maintenance pve3",
        ),
        wording(
            r"crm command '[^']+' error - (?P<detail>.+)",
            example="crm command 'migrate vm:102 pve1' error - service 'vm:101' on node 'pve1' in negative affinity with service 'vm:102'",
        ),
        wording(
            r"unable to parse crm command: (?P<detail>.+)",
            example="unable to parse crm command: migrate vm:103",
        ),
        wording(
            r"ignor(?:e|ing) crm command - (?P<detail>.+)",
            example="ignore crm command - service already on target node: migrate vm:103 pve1",
        ),
        wording(
            r"ignore service '[^']+' \w+ request - (?P<detail>.+)",
            example="ignore service 'vm:103' migrate request - node 'pve1' not online",
        ),
        wording(
            r"ignoring (?P<detail>(?:maintenance|disarm-ha|arm-ha) command .+)",
            example="ignoring arm-ha command - HA stack is not disarmed",
            versions=SINCE_DISARM,
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class CrmCommandRefused(Event):
    """A command was not carried out, and why."""

    detail: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"disarm: freezing service '(?P<service>[^']+)'",
            example="disarm: freezing service 'vm:101' (was 'started')",
            versions=SINCE_DISARM,
        ),
        wording(
            r"disarm: suspending HA tracking for service '(?P<service>[^']+)'",
            example="disarm: suspending HA tracking for service 'vm:101'",
            versions=SINCE_DISARM,
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class ServiceDisarmed(Event):
    """HA looks away from this service until it is armed again."""

    service: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"deferring disarm - service '(?P<service>[^']+)' is in '(?P<state>\w+)' state",
            example="deferring disarm - service 'vm:102' is in 'fence' state",
            versions=SINCE_DISARM,
        ),
    ),
    danger=Danger.NOTABLE,
    look="Wait for `now fully disarmed` before touching corosync.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class DisarmDeferred(Event):
    """HA cannot be disarmed while this service is being fenced, recovered or moved."""

    service: str
    state: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"all LRMs disarmed, HA stack is now fully disarmed",
            example="all LRMs disarmed, HA stack is now fully disarmed",
            versions=SINCE_DISARM,
        ),
        wording(
            r"HA stack fully disarmed, releasing CRM watchdog",
            example="HA stack fully disarmed, releasing CRM watchdog",
            versions=SINCE_DISARM,
        ),
        wording(
            r"taking over as disarmed master, skipping watchdog",
            example="taking over as disarmed master, skipping watchdog",
            versions=SINCE_DISARM,
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/{Manager,CRM}.pm",
)
class HaDisarmed(Event):
    """HA is disarmed: no node resets itself, and nothing is recovered, until `arm-ha`."""


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"re-arming HA stack", example="re-arming HA stack", versions=SINCE_DISARM),),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm",
)
class HaArmed(Event):
    """HA was armed again after it had been disarmed."""


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"service '(?P<service>[^']+)': updating node '[^']+' => '(?P<place>[^']+)' \(changed while disarmed\)",
            example="service 'vm:103': updating node 'pve3' => 'pve1' (changed while disarmed)",
            versions=SINCE_DISARM,
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class ServicePlaceUpdated(Event):
    """Somebody moved the guest while HA was disarmed; HA took note."""

    service: str
    place: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"cluster had no service configured for (?P<rounds>\d+) rounds, going idle",
            example="cluster had no service configured for 90 rounds, going idle.",
            versions="pve-ha-manager 4.0.6 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm work",
)
class CrmWentIdle(Event):
    """After about 15 min without any HA service in the cluster the master disarms."""

    rounds: int


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"\bstarting server\b", example="starting server"),),
    danger=Danger.HARMLESS,
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class CrmStarted(Event):
    """The daemon started: the node booted, or only the service was restarted."""


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"\bserver stopped\b", example="server stopped"),),
    danger=Danger.NOTABLE,
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class CrmStopped(Event):
    """The daemon ended in an orderly way. A reset or a kill leaves no such line."""


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(r"server received shutdown request", example="server received shutdown request"),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm shutdown_request",
)
class CrmShutdownRequested(Event):
    """The daemon was asked to end: the node is going down, or the service is restarted."""


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(r"received signal (?P<signal>\w+)", example="received signal TERM"),
        wording(r"\bserver closing\b", example="server closing"),
    ),
    danger=Danger.NOTABLE,
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class CrmStopAsked(Event):
    """The daemon was told to end."""

    signal: str | None = None


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"loop took too long \((?P<seconds>[\d.]+) seconds\)",
            example="loop took too long (38 seconds)",
            versions="pve-ha-manager 5.1.2 and later",
        ),
        wording(
            r"loop take too long \((?P<seconds>[\d.]+) seconds\)",
            example="loop take too long (38 seconds)",
            versions="pve-ha-manager 5.1.1 and older",
        ),
    ),
    danger=Danger.WARNING,
    look="Slow storage, memory pressure or a stuck /etc/pve in the span before; or a clock step.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm loop_end_hook",
)
class CrmLoopSlow(Event):
    """One round of the CRM took more than 30 s instead of 10; above 60 s a master is reset."""

    seconds: float


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"deleting gone node '(?P<subject>[^']+)', not a cluster member anymore",
            example="deleting gone node 'pve4', not a cluster member anymore.",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/NodeStatus.pm delete_node",
)
class NodeGone(Event):
    """A node that was taken out of the cluster was forgotten by HA, an hour later."""

    subject: str


@logged(
    by="pve-ha-crm",
    wordings=(wording(r"master seems offline", example="master seems offline"),),
    danger=Danger.WARNING,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class MasterOffline(Event):
    """The new master does not see itself online yet; it waits until it does."""


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"could not read manager status: (?P<reason>.+)",
            example="could not read manager status: Connection refused",
        ),
        wording(
            r"could not read service config: (?P<reason>.+)",
            example="could not read service config: Connection refused",
        ),
        wording(
            r"cluster file system update failed - (?P<reason>.+)",
            example="cluster file system update failed - ipcc_send_rec[1] failed: Connection refused",
        ),
        wording(
            r"unable to get HA settings from datacenter\.cfg - (?P<reason>.+)",
            example="unable to get HA settings from datacenter.cfg - Connection refused",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is pmxcfs alive (`systemctl status pve-cluster`)?",
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm, src/PVE/HA/Env/PVE2.pm cluster_state_update",
)
class CrmFilesystemFailed(Event):
    """The CRM got no answer from pmxcfs; `Connection refused` means that it is dead."""

    reason: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"got unexpected error - (?P<reason>.+)",
            example="got unexpected error - unable to open file '/etc/pve/ha/manager_status.tmp.1523' - Permission denied",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-ha-manager 5.2.0 src/PVE/HA/CRM.pm do_one_iteration",
)
class CrmWorkFailed(Event):
    """Something went wrong inside the CRM; it goes on with its next round."""

    reason: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"could not notify: (?P<reason>.+)",
            example="could not notify: could not notify via target `mail-to-root`: connection refused",
            versions="pve-ha-manager 4.0.3 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Fence mails do not reach anybody; repair the notification target.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Env/PVE2.pm send_notification",
)
class NotificationFailed(Event):
    """The mail or message about a fence could not be sent."""

    reason: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"using scheduler mode '(?P<mode>\w+)'",
            example="using scheduler mode 'dynamic'",
            versions="pve-ha-manager 3.5.0 and later",
        ),
        wording(
            r"switching scheduler mode from '\w+' to '(?P<mode>\w+)'",
            example="switching scheduler mode from 'basic' to 'static'",
            versions="pve-ha-manager 3.5.0 and later",
        ),
        wording(
            r"fallback to '(?P<mode>\w+)' scheduler mode",
            example="fallback to 'basic' scheduler mode, init for 'static' failed - no usage information",
            versions="pve-ha-manager 3.5.0 and later",
        ),
        wording(
            r"got unknown scheduler mode '\w+', using '(?P<mode>\w+)'",
            example="got unknown scheduler mode 'best', using 'basic'",
            versions="pve-ha-manager 3.5.0 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm update_crs_scheduler_mode",
)
class SchedulerMode(Event):
    """How the master picks nodes for services: by count (basic) or by load (static, dynamic)."""

    mode: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"adding new service '(?P<service>[^']+)'(?: on node '(?P<place>[^']+)')?",
            example="adding new service 'vm:101' on node 'pve1'",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm manage",
)
class ServiceAdded(Event):
    """A guest is managed by HA from now on; the LRM of its node (place) becomes armed."""

    service: str
    place: str | None = None


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"removing stale service '(?P<service>[^']+)' \((?P<reason>[^)]*)\)",
            example="removing stale service 'vm:103' (no config)",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm manage",
)
class ServiceRemoved(Event):
    """A guest is no longer managed by HA."""

    service: str
    reason: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"^(?:migrate|relocate) service '(?P<service>[^']+)' to node '(?P<target>[^']+)'",
            example="migrate service 'vm:103' to node 'pve1' (running)",
        ),
        wording(
            r"crm command '[^']+' - \w+ service '(?P<service>[^']+)' to node '(?P<target>[^']+)'",
            example="crm command 'migrate vm:101 pve2' - migrate service 'vm:102' to node 'pve2' (service 'vm:102' in positive affinity with service 'vm:101')",
            versions="pve-ha-manager 5.0.0 and later",
        ),
        wording(
            r"moving service '(?P<service>[^']+)' back to '(?P<target>[^']+)', node came back from maintenance",
            example="moving service 'vm:103' back to 'pve2', node came back from maintenance.",
        ),
        wording(
            rf"auto rebalance - \w+ {SID} to (?P<target>\S+)",
            example="auto rebalance - migrate vm:105 to pve2 (expected change for imbalance from 0.85 to 0.42)",
            versions="pve-ha-manager 5.2.0 and later",
        ),
        wording(
            rf"service {SID}: re-balance selected \w+ node (?P<target>\S+) for startup",
            example="service vm:104: re-balance selected new node pve1 for startup",
            versions="pve-ha-manager 3.5.0 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class ServiceMoveOrdered(Event):
    """The master sends a service to another node: on request, for maintenance, or to spread load.

    A migration is load on the network: does corosync share it?
    """

    service: str
    target: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"service '(?P<service>[^']+)' - rebalance-on-start request ignored",
            example="service 'vm:100' - rebalance-on-start request ignored - service already running",
            versions="pve-ha-manager 3.6.1 and later",
        ),
        wording(
            r"service '(?P<service>[^']+)': clearing stale maintenance node",
            example="service 'vm:103': clearing stale maintenance node 'pve1' setting (is current node)",
            versions="pve-ha-manager 4.0.2 and later",
        ),
        wording(
            r"dropping maintenance fallback node '[^']+' for '(?P<service>[^']+)'",
            example="dropping maintenance fallback node 'pve1' for 'vm:103'",
            versions="pve-ha-manager 3.0-6 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class ServiceMoveDropped(Event):
    """A planned move of a service was no longer needed."""

    service: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"service '(?P<service>[^']+)' stop failed",
            example="service 'fa:1001' stop failed (exit code 1)",
        ),
        wording(
            r"service '(?P<service>[^']+)' - migration failed",
            example="service 'vm:103' - migration failed: service registered on wrong node!",
        ),
        wording(
            r"service '(?P<service>[^']+)' got unrecoverable error",
            example="service 'vm:103' got unrecoverable error (exit code 5)",
        ),
        wording(
            rf"starting service {SID} on node '[^']+' failed, relocating service",
            example="starting service vm:103 on node 'pve3' failed, relocating service.",
        ),
        wording(
            rf"recovery policy for service {SID} failed, entering error state",
            example="recovery policy for service vm:103 failed, entering error state. Failed nodes: pve2",
        ),
        wording(
            r"Start Error Recovery: Tried all available nodes for service '(?P<service>[^']+)'",
            example="Start Error Recovery: Tried all available nodes for service 'vm:103', retry start on current node. Tried nodes: pve3, pve2, pve1",
        ),
        wording(
            r"cannot recover service '(?P<service>[^']+)' from fencing",
            example="cannot recover service 'vm:103' from fencing, wrong state 'started'",
        ),
    ),
    danger=Danger.WARNING,
    look="The task log on the node where it failed names the reason.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class ServiceFailed(Event):
    """A service could not be started, stopped, moved or recovered; in the end it stays in `error`."""

    service: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"relocation policy successful for '(?P<service>[^']+)' on node '(?P<place>[^']+)'",
            example="relocation policy successful for 'vm:103' on node 'pve1', failed nodes: pve2",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm",
)
class ServiceRelocated(Event):
    """A service that failed elsewhere started on another node."""

    service: str
    place: str


@logged(
    by="pve-ha-crm",
    wordings=(
        wording(
            r"(?P<detail>\w* ?ha groups migration.*)",
            example="abort ha groups migration: node 'pve3' needs at least pve-manager version '9.0.0~16'",
            versions="pve-ha-manager 5.0.2 and later",
        ),
        wording(
            r"(?P<detail>start ha group migration)",
            example="start ha group migration...",
            versions="pve-ha-manager 5.0.2 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    look="`abort` every minute: one node is offline or not yet upgraded to PVE 9.",
    source="pve-ha-manager 5.2.0 src/PVE/HA/Manager.pm try_persistent_group_migration",
)
class GroupsMigrating(Event):
    """HA groups are turned into rules while a cluster is upgraded from PVE 8 to 9."""

    detail: str


EVENTS = (
    CrmStateChanged,
    CrmLockAcquired,
    CrmLockLost,
    CrmLockReleased,
    CrmLockNotReleased,
    CrmWatchdogOpened,
    CrmWatchdogClosed,
    CrmWatchdogFailed,
    NodeStateChanged,
    ServiceStateChanged,
    FenceAcknowledged,
    ServiceRecovered,
    ServiceRecoveredInPlace,
    RecoveryFailed,
    FenceWithoutServices,
    LeftoverLockRemoved,
    CrmCommandReceived,
    CrmCommandRefused,
    ServiceDisarmed,
    DisarmDeferred,
    HaDisarmed,
    HaArmed,
    ServicePlaceUpdated,
    CrmWentIdle,
    CrmStarted,
    CrmStopped,
    CrmShutdownRequested,
    CrmStopAsked,
    CrmLoopSlow,
    NodeGone,
    MasterOffline,
    CrmFilesystemFailed,
    CrmWorkFailed,
    NotificationFailed,
    SchedulerMode,
    ServiceAdded,
    ServiceRemoved,
    ServiceMoveOrdered,
    ServiceMoveDropped,
    ServiceFailed,
    ServiceRelocated,
    GroupsMigrating,
)
