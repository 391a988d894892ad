"""What the other daemons of Proxmox VE say: status, API, tasks, backups, storage.

They stand beside the cluster, and so are witnesses: a slow status round tells of a storage
stall, a peer without a route tells of a network fault that is not corosync's own.
"""

from fencepost.model.event import Danger, Event, logged, wording

API = ("pvedaemon", "pveproxy", "spiceproxy")
DAEMONS = (*API, "pvestatd", "pvescheduler")
ALL = (*DAEMONS, "pvesr", "vzdump", "pvesh", "pve-guests", "qm", "pct", "pveupdate", "pvecm")
UPID = (
    r"(?P<upid>UPID:[^:\s]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:[0-9A-Fa-f]+:"
    r"(?P<kind>[^:\s]+):(?P<task_id>[^:\s]+)?:[^:\s]+:)"
)
NO_ROUTE = r"(?:No route to host|Connection timed out|Network is unreachable)"


@logged(
    by="pvestatd",
    wordings=(
        wording(
            r"status update time \((?P<seconds>[\d.]+) seconds\)",
            example="status update time (6.655 seconds)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it every 10 s for minutes (a storage or a guest does not answer), or once (a backup, a boot)?",
    source="pve-manager 9.2.11 PVE/Service/pvestatd.pm run",
)
class StatusUpdateSlow(Event):
    """One round over all storages and guests took more than 5 s, mostly because a storage was slow.

    The LRM and corosync share the same machine: 20 s and more are a sign that it stalled.
    """

    seconds: float


@logged(
    by=(*ALL, "pve-ha-lrm", "pve-ha-crm", "pve-firewall"),
    wordings=(
        wording(
            r"(?<!update failed - )ipcc_send_rec(?:\[\d+\])? failed: (?P<reason>[^\n]+)",
            example="ipcc_send_rec[1] failed: Connection refused",
        ),
        wording(
            r"Unable to load access control list: (?P<reason>.+)",
            example="Unable to load access control list: Connection refused",
        ),
        wording(
            r"(?P<reason>pve cluster filesystem not online)",
            example="cfs-lock 'file-user_cfg' error: pve cluster filesystem not online.",
        ),
    ),
    danger=Danger.WARNING,
    look="Is pmxcfs running (`systemctl status pve-cluster`)?",
    source="pve-cluster 9.1.6 src/PVE/Cluster.pm; pve-access-control src/PVE/RPCEnvironment.pm",
)
class IpccFailed(Event):
    """A daemon got no answer from pmxcfs: it is dead, stuck, or being restarted.

    A handful within a second or two is a restart of pve-cluster (an update) and harmless.
    """

    reason: str


@logged(
    by=(*ALL, "pve-ha-lrm", "pve-ha-crm", "pve-firewall"),
    wordings=(
        wording(r"cluster not ready - no quorum\?", example="cluster not ready - no quorum? (500)"),
        wording(
            r"cfs-lock '[^']+' error: no quorum",
            example="jobs: cfs-lock 'file-jobs_cfg' error: no quorum!",
            versions="pve-cluster 6.4-1 and later",
        ),
        wording(
            r"error during cfs-locked '[^']+' operation: no quorum",
            example="error during cfs-locked 'file-replication_cfg' operation: no quorum!",
            versions="pve-cluster 6.1-6 to 6.3",
        ),
        wording(
            r"error with cfs lock '[^']+': no quorum",
            example="error with cfs lock 'file-replication_cfg': no quorum!",
            versions="pve-cluster 6.1-5 and older",
        ),
        wording(
            r"no quorum - unable to update files", example="no quorum - unable to update files"
        ),
    ),
    danger=Danger.WARNING,
    look="The beginning and end of these lines bracket the time without quorum.",
    source="pve-cluster 9.1.6 src/PVE/Cluster.pm check_cfs_quorum, cfs_lock",
)
class ApiWithoutQuorum(Event):
    """Something was to be written to /etc/pve while the node had no quorum, and was refused.

    `pvesr` and `pvescheduler` say it every minute as long as it lasts, wanted or not.
    """


@logged(
    by=(*ALL, "pve-ha-lrm", "pve-ha-crm", "pve-firewall"),
    wordings=(
        wording(
            r"cfs-lock '(?P<lock>[^']+)' error: got lock request timeout",
            example="replication: cfs-lock 'file-replication_cfg' error: got lock request timeout",
            versions="pve-cluster 6.4-1 and later",
        ),
        wording(
            r"error during cfs-locked '(?P<lock>[^']+)' operation: got lock request timeout",
            example="error during cfs-locked 'file-replication_cfg' operation: got lock request timeout",
            versions="pve-cluster 6.1-6 to 6.3",
        ),
        wording(
            r"error with cfs lock '(?P<lock>[^']+)': got lock request timeout",
            example="error with cfs lock 'file-replication_cfg': got lock request timeout",
            versions="pve-cluster 6.1-5 and older",
        ),
        wording(
            r"'(?P<lock>[^']+)'-locked command timed out - aborting",
            example="'storage-nfs1'-locked command timed out - aborting",
        ),
    ),
    danger=Danger.WARNING,
    look="Is /etc/pve stuck (`starting data syncronisation` without an end), or did another node hold the lock?",
    source="pve-cluster 9.1.6 src/PVE/Cluster.pm cfs_lock",
)
class CfsLockTimedOut(Event):
    """A lock in /etc/pve was not to be had in time although there was quorum."""

    lock: str


@logged(
    by=(*ALL, "pve-firewall"),
    wordings=(
        wording(
            r"trying to acquire cfs lock '(?P<lock>[^']+)'",
            example="trying to acquire cfs lock 'file-replication_cfg' ...",
            versions="pve-cluster 5.0-30 and later",
        ),
        wording(
            r"trying to aquire cfs lock '(?P<lock>[^']+)'",
            example="trying to aquire cfs lock 'file-replication_cfg' ...",
            versions="pve-cluster 5.0-29 and older",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/PVE/Cluster.pm cfs_lock",
)
class CfsLockAwaited(Event):
    """Somebody waits for a lock in /etc/pve; a line each second while it lasts."""

    lock: str


@logged(
    by=(*ALL, "pve-ha-lrm"),
    wordings=(
        wording(
            rf"Can't connect to (?P<what>[^\s(]+) \({NO_ROUTE}\)",
            example="pbs-main: error fetching datastores - 500 Can't connect to 192.168.70.117:8007 (No route to host)",
        ),
        wording(
            r"(?<![\w.-])(?P<what>[\w.-]+): mount error: [^\n]*(?:No route to host|Network is unreachable)",
            example="nfs-backup: mount error: mount.nfs: No route to host",
        ),
        wording(
            rf"problem with client (?P<what>[\w.:]+); {NO_ROUTE}",
            example="problem with client ::ffff:192.168.1.12; Connection timed out",
        ),
        wording(
            rf"connect to host (?P<what>\S+) port \d+: {NO_ROUTE}",
            example="ssh: connect to host 192.168.1.12 port 22: No route to host",
        ),
    ),
    danger=Danger.WARNING,
    look="Is that address in the same network, or behind the same port or bond, as corosync's?",
    source="pve-storage src/PVE/Storage/PBSPlugin.pm, NFSPlugin.pm; pve-http-server src/PVE/APIServer/AnyEvent.pm",
)
class NoRouteToPeer(Event):
    """This node could not reach another machine: a witness of the network that is not corosync."""

    what: str


@logged(
    by=ALL,
    wordings=(
        wording(r"storage '(?P<what>[^']+)' is not online", example="storage 'nfs1' is not online"),
        wording(
            r"unable to activate storage '(?P<what>[^']+)'",
            example="unable to activate storage 'nfs1' - directory '/mnt/pve/nfs1' does not exist or is unreachable",
        ),
        wording(
            r"could not activate storage '(?P<what>[^']+)'",
            example="could not activate storage 'tank', zfs error: cannot import 'tank': no such pool available",
        ),
        wording(
            r"(?<![\w.-])(?P<what>[\w.-]+): mount error: (?!.*(?:No route to host|Network is unreachable))",
            example="nfs-backup: mount error: mount.nfs: Connection timed out",
        ),
        wording(
            r"^mount error: (?!.*(?:No route to host|Network is unreachable))",
            example="mount error: mount.nfs: Connection timed out",
        ),
        wording(
            rf"(?<![\w.-])(?P<what>[\w.-]+): error fetching datastores - (?!.*{NO_ROUTE})",
            example="pbs-main: error fetching datastores - 500 Can't connect to 192.168.70.117:8007 (Connection refused)",
        ),
        wording(
            r"command '(?P<what>[^']+)' failed: got timeout",
            example="command '/sbin/vgscan --ignorelockingfailure --mknodes' failed: got timeout",
        ),
        wording(r"^got timeout\b", example="got timeout"),
    ),
    danger=Danger.WARNING,
    look="Network storage: did its server or the way to it fail at the same second? Local: look for I/O errors.",
    source="pve-storage src/PVE/Storage.pm, src/PVE/Storage/*Plugin.pm; pve-common src/PVE/Tools.pm run_command",
)
class StorageFailed(Event):
    """A storage could not be used, or a command that asks one did not come back in time.

    what: the storage, or the command, as far as the line names it.
    """

    what: str = "a storage"


@logged(
    by=("pvestatd", "pve-firewall"),
    wordings=(
        wording(
            r"(?:\b(?P<what>\w+) )?status update error: (?P<reason>.+)",
            example="storage status update error: zfs error: cannot open 'tank': no such pool",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-manager 9.2.11 PVE/Service/pvestatd.pm update_status",
)
class StatusUpdateFailed(Event):
    """A part of the status round failed (what: node, qemu, lxc, storage; the whole round if None)."""

    what: str | None = None
    reason: str


@logged(
    by=(*ALL, "pve-ha-lrm"),
    wordings=(
        wording(
            r"VM (?P<guest>\d+) qmp command failed - (?P<reason>.+)",
            example="VM 105 qmp command failed - VM 105 qmp command 'query-proxmox-support' failed - unable to connect to VM 105 qmp socket - timeout after 51 retries",
        ),
        wording(
            r"^VM (?P<guest>\d+) qmp command '(?P<reason>[^']+' failed - .+)",
            example="VM 105 qmp command 'guest-ping' failed - got timeout",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Several guests at once: their storage hangs. One guest, during a backup: usual.",
    source="qemu-server src/PVE/QemuServer/Monitor.pm, src/PVE/QMPClient.pm",
)
class GuestUnresponsive(Event):
    """A virtual machine's process did not answer: it is busy, waits for its disk, or is gone."""

    guest: int
    reason: str


@logged(
    by=(*ALL, "pve-ha-lrm", "qmrestore"),
    wordings=(
        wording(
            rf"starting task {UPID}",
            example="<root@pam> starting task UPID:pve1:0034B84F:0066A8D4:69986A1C:vzdump:108:root@pam:",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-common 9.2.1 src/PVE/RESTEnvironment.pm fork_worker",
)
class TaskStarted(Event):
    """A task began (kind: vzdump, qmigrate, qmstart, stopall, startall, …).

    `stopall` is an orderly shutdown of the node, `startall` the end of its boot; vzdump and
    qmigrate are load. task_id: mostly the guest, None where the task has none.
    """

    upid: str
    kind: str
    task_id: str | None = None


@logged(
    by=(*ALL, "pve-ha-lrm", "qmrestore"),
    wordings=(
        wording(
            rf"end task {UPID}\s*(?P<result>\S.*)?",
            example="<root@pam> end task UPID:pve1:0034B84F:0066A8D4:69986A1C:vzdump:108:root@pam: OK",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-common 9.2.1 src/PVE/RESTEnvironment.pm",
)
class TaskEnded(Event):
    """A task ended; result is `OK`, `WARNINGS: n`, or what went wrong (empty: not told)."""

    upid: str
    kind: str
    task_id: str | None = None
    result: str = ""


@logged(
    by=(*ALL, "pve-ha-lrm"),
    wordings=(
        wording(
            r"^(?P<action>[a-z]+) (?P<guest>(?:VM|CT) \d+): UPID:",
            example="shutdown VM 105: UPID:pve1:0034B84F:0066A8D4:69986A1C:qmshutdown:105:root@pam:",
        ),
    ),
    danger=Danger.HARMLESS,
    source="qemu-server src/PVE/API2/Qemu.pm; pve-container src/PVE/API2/LXC/Status.pm",
)
class GuestCommanded(Event):
    """A guest was told to start, to stop, to shut down and the like."""

    action: str
    guest: str


@logged(
    by=("pve-guests", "pvesh", "pvedaemon"),
    wordings=(wording(r"all VMs and CTs stopped", example="all VMs and CTs stopped"),),
    danger=Danger.NOTABLE,
    source="pve-manager 9.2.11 PVE/API2/Nodes.pm stopall",
)
class GuestsAllStopped(Event):
    """All guests were stopped, as an orderly shutdown of the node does first."""


@logged(
    by=ALL,
    wordings=(
        wording(
            r"starting new backup job: (?P<command>.+)",
            example="INFO: starting new backup job: vzdump 105 --storage pbs-main --mode snapshot",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-manager 9.2.11 PVE/VZDump.pm exec_backup",
)
class BackupJobStarted(Event):
    """A backup job began: load on storage and network until it ends."""

    command: str


@logged(
    by=ALL,
    wordings=(
        wording(
            r"Backup job (?P<result>finished \w+)",
            example="INFO: Backup job finished successfully",
        ),
        wording(
            r"Backup job (?P<result>failed - .+)",
            example="ERROR: Backup job failed - interrupted by signal",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-manager 9.2.11 PVE/VZDump.pm exec_backup",
)
class BackupJobEnded(Event):
    """A backup job ended, well or not."""

    result: str


@logged(
    by=ALL,
    wordings=(
        wording(
            r"Starting Backup of VM (?P<guest>\d+)",
            example="INFO: Starting Backup of VM 105 (qemu)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does a disturbance begin with a backup, again and again? Then corosync shares its network or disks.",
    source="pve-manager 9.2.11 PVE/VZDump.pm exec_backup_task",
)
class BackupStarted(Event):
    """The backup of one guest began."""

    guest: str


@logged(
    by=ALL,
    wordings=(
        wording(
            r"Finished Backup of VM (?P<guest>\d+)",
            example="INFO: Finished Backup of VM 105 (00:01:42)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-manager 9.2.11 PVE/VZDump.pm exec_backup_task",
)
class BackupFinished(Event):
    """The backup of one guest is done."""

    guest: str


@logged(
    by=ALL,
    wordings=(
        wording(
            r"Backup of VM (?P<guest>\d+) failed - (?P<reason>.+)",
            example="ERROR: Backup of VM 105 failed - job failed with err -5 - Input/output error",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-manager 9.2.11 PVE/VZDump.pm exec_backup_task",
)
class BackupFailed(Event):
    """The backup of one guest failed."""

    guest: str
    reason: str


@logged(
    by=("pvescheduler", "pvesr", "pvedaemon"),
    wordings=(
        wording(
            r"(?P<job>\d+-\d+): got unexpected replication job error - (?P<reason>.+)",
            example="105-0: got unexpected replication job error - command 'set -o pipefail && pvesm export' failed: exit code 255",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-manager 9.2.11 PVE/API2/Replication.pm",
)
class ReplicationFailed(Event):
    """A storage replication did not get through; a run that did leaves no line in the journal."""

    job: str
    reason: str


@logged(
    by=DAEMONS,
    wordings=(
        wording(r"\bstarting server\b", example="starting server"),
        wording(
            r"\brestarting server\b",
            example="restarting server after 2160 cycles to reduce memory usage (free 158044 (15412) KB)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-common 9.2.1 src/PVE/Daemon.pm; pve-manager 9.2.11 PVE/Service/pvestatd.pm",
)
class DaemonStarted(Event):
    """A daemon of Proxmox VE started, or restarted itself."""


@logged(
    by=DAEMONS,
    wordings=(
        wording(r"\bserver stopped\b", example="server stopped"),
        wording(r"\bserver closing\b", example="server closing"),
        wording(r"server shutdown \(restart\)", example="server shutdown (restart)"),
        wording(r"received signal (?:TERM|INT|QUIT|HUP)", example="received signal TERM"),
    ),
    danger=Danger.NOTABLE,
    look="All of them within a few seconds: the node is shutting down, or pve-manager is being updated.",
    source="pve-common 9.2.1 src/PVE/Daemon.pm",
)
class DaemonStopped(Event):
    """A daemon of Proxmox VE was told to end, or to restart, and did. A reset leaves no such line."""


@logged(
    by=API,
    wordings=(
        wording(
            r"proxy detected vanished client connection",
            example="proxy detected vanished client connection",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-http-server src/PVE/APIServer/AnyEvent.pm",
)
class ClientVanished(Event):
    """A browser tab was closed before its answer came. Noise; no network fault."""


@logged(
    by=API,
    wordings=(
        wording(
            r"authentication failure; rhost=(?P<source>\S*) user=(?P<user>\S*)",
            example="authentication failure; rhost=::ffff:192.168.1.50 user=root@pam msg=Authentication failure",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-access-control src/PVE/API2/AccessControl.pm create_ticket",
)
class ApiLoginRefused(Event):
    """A login was refused: wrong password, or somebody is trying."""

    source: str
    user: str


@logged(
    by=API,
    wordings=(
        wording(
            r"failed to load local private key",
            example="/etc/pve/local/pve-ssl.key: failed to load local private key (key_file or key) at /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 2156.",
        ),
    ),
    danger=Danger.WARNING,
    look="/etc/pve is empty: see why pmxcfs does not run.",
    source="pve-http-server src/PVE/APIServer/AnyEvent.pm",
)
class ProxyWithoutKey(Event):
    """The web interface cannot start since its key lies in /etc/pve, which is not mounted."""


@logged(
    by="pvestatd",
    wordings=(
        wording(r"auth key pair too old, rotating", example="auth key pair too old, rotating.."),
    ),
    danger=Danger.HARMLESS,
    source="pve-manager 9.2.11 PVE/Service/pvestatd.pm; pve-access-control",
)
class AuthKeyRotated(Event):
    """The key that signs login tickets was renewed, as happens daily."""


@logged(
    by="pvestatd",
    wordings=(
        wording(
            r"modified cpu set for (?P<guest>lxc/\d+)", example="modified cpu set for lxc/101: 0-1"
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-manager 9.2.11 PVE/Service/pvestatd.pm rebalance_lxc_containers",
)
class ContainerPinned(Event):
    """A container's processors were spread anew. Routine."""

    guest: str


@logged(
    by="qmeventd",
    wordings=(
        wording(r"Starting cleanup for (?P<guest>\d+)", example="Starting cleanup for 105"),
        wording(r"Finished cleanup for (?P<guest>\d+)", example="Finished cleanup for 105"),
    ),
    danger=Danger.HARMLESS,
    source="qemu-server src/PVE/CLI/qm.pm cleanup",
)
class GuestCleanedUp(Event):
    """A virtual machine has ended, and what it left behind was cleared away."""

    guest: int


EVENTS = (
    StatusUpdateSlow,
    IpccFailed,
    ApiWithoutQuorum,
    CfsLockTimedOut,
    CfsLockAwaited,
    NoRouteToPeer,
    StorageFailed,
    StatusUpdateFailed,
    GuestUnresponsive,
    TaskStarted,
    TaskEnded,
    GuestCommanded,
    GuestsAllStopped,
    BackupJobStarted,
    BackupJobEnded,
    BackupStarted,
    BackupFinished,
    BackupFailed,
    ReplicationFailed,
    DaemonStarted,
    DaemonStopped,
    ClientVanished,
    ApiLoginRefused,
    ProxyWithoutKey,
    AuthKeyRotated,
    ContainerPinned,
    GuestCleanedUp,
)
