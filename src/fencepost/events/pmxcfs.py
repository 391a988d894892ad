"""What pmxcfs says: the cluster file system under /etc/pve, in which HA keeps its locks.

Every line reads `[domain] level: text`. Domains `dcdb` (the configuration) and `status`
(guest state, cluster log) are two CPG groups that synchronise each on its own; `quorum` and
`confdb` are connections to corosync; `database` is the sqlite file on the local disk.
pve-cluster 9.0 and later name corosync's error codes (`CS_ERR_LIBRARY`), older ones number
them: 2 library, 6 try again, 9 bad handle, 12 does not exist, 14 exists.
"""

from fencepost.model.event import Danger, Event, logged, wording

DOMAIN = r"\[(?P<domain>\w+)\]\s+\w+:\s+"
SINCE_9 = "pve-cluster 9.0 and later"
UNTIL_8 = "pve-cluster 8 and older"


@logged(
    by="pmxcfs",
    wordings=(wording(r"\bnode lost quorum\b", example="[status] notice: node lost quorum"),),
    danger=Danger.WARNING,
    look="Did corosync say `non-primary component` (network), or `quorum_dispatch failed` come first (corosync gone)?",
    source="pve-cluster 9.1.6 src/pmxcfs/status.c cfs_set_quorate",
)
class FilesystemLostQuorum(Event):
    """The node is no longer in a quorate partition, and /etc/pve is read-only here.

    From now on no HA lock can be renewed: with an armed LRM and the default timers the reset
    follows 54–64 s later when the network was cut, 62–72 s later when corosync itself ended.
    An idle LRM survives this. Printed too when corosync dies or is stopped, so it does not
    prove a network fault.
    """


@logged(
    by="pmxcfs",
    wordings=(wording(r"\bnode has quorum\b", example="[status] notice: node has quorum"),),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/status.c cfs_set_quorate",
)
class FilesystemGainedQuorum(Event):
    """The node belongs to a quorate partition and /etc/pve is writable again.

    Logged at each boot as well. The LRM still has to notice: it retries every 5 s.
    """


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"(?P<what>quorum|cpg|cmap|confdb)_dispatch failed: (?P<error>[A-Z]\w+)",
            example="[quorum] crit: quorum_dispatch failed: CS_ERR_LIBRARY",
            versions=SINCE_9,
        ),
        wording(
            r"(?P<what>quorum|cpg|cmap|confdb)_dispatch failed: (?P<error>\d+)",
            example="[quorum] crit: quorum_dispatch failed: 2",
            versions=f"{UNTIL_8}; cmap_dispatch in all versions",
        ),
        wording(
            r"(?P<what>cpg)_leave failed: (?P<error>\w+)",
            example="[dcdb] crit: cpg_leave failed: CS_ERR_LIBRARY",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Look for corosync's own last words just before: killed, crashed, stopped, out of memory?",
    source="pve-cluster 9.1.6 src/pmxcfs/{quorum,dfsm,confdb}.c",
)
class CorosyncConnectionLost(Event):
    """The connection to corosync broke: the process on this very node ended or hangs.

    That is no network problem. what: which of corosync's services said so; error: its code.
    """

    what: str
    error: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"(?P<what>quorum|cpg|cmap|confdb)_initialize failed: (?P<error>[A-Z]\w+)",
            example="[quorum] crit: quorum_initialize failed: CS_ERR_LIBRARY (failed to connect to corosync)",
            versions=SINCE_9,
        ),
        wording(
            r"(?P<what>quorum|cpg|cmap|confdb)_initialize failed: (?P<error>\d+)",
            example="[confdb] crit: cmap_initialize failed: 2",
            versions=UNTIL_8,
        ),
    ),
    danger=Danger.WARNING,
    look="Is corosync running on this node (`systemctl status corosync`), and does it accept its configuration?",
    source="pve-cluster 9.1.6 src/pmxcfs/{quorum,dfsm,confdb}.c",
)
class CorosyncUnavailable(Event):
    """Corosync could not be reached; retried every 6 s or so.

    A few of these while a node boots are normal: pmxcfs starts before corosync.
    """

    what: str
    error: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"can't initialize service",
            example="[quorum] crit: can't initialize service",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-cluster 9.1.6 src/pmxcfs/loop.c service_start_job",
)
class ServiceUnavailable(Event):
    """One of pmxcfs's four connections to corosync is not up yet; follows `… failed` lines."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"(?P<call>(?:quorum|cpg|cmap|confdb)_context_[gs]et) (?:failed|error): (?P<error>\w+)",
            example="[status] crit: cpg_context_set failed: CS_ERR_BAD_HANDLE",
        ),
        wording(
            r"(?P<call>(?:quorum|cpg|cmap|confdb)_fd_get) failed:? (?P<error>\w+)",
            example="[quorum] crit: quorum_fd_get failed CS_ERR_LIBRARY - trying again",
        ),
        wording(
            r"(?P<call>(?:quorum|cpg|cmap)_finalize) failed: (?P<error>\w+)",
            example="[quorum] crit: quorum_finalize failed: CS_ERR_BAD_HANDLE",
        ),
        wording(
            r"(?P<call>quorum_trackstart) failed: (?P<error>\w+)",
            example="[quorum] crit: quorum_trackstart failed: CS_ERR_TRY_AGAIN - trying again",
        ),
        wording(
            r"(?P<call>cmap_track_(?:changes|delete \w+)) failed: (?P<error>\w+)",
            example="[confdb] crit: cmap_track_changes failed: CS_ERR_LIBRARY - trying again",
        ),
        wording(
            r"(?P<call>cmap_iter_(?:init|finalize)) failed (?P<error>\w+)",
            example="[confdb] crit: cmap_iter_init failed CS_ERR_LIBRARY",
        ),
        wording(
            r"(?P<call>cmap_get \S+) failed (?P<error>\w+)",
            example="[confdb] crit: cmap_get totem.config_version failed CS_ERR_NOT_EXIST",
        ),
        wording(
            r"(?P<call>cpg_local_get) failed: (?P<error>\w+)",
            example="[dcdb] crit: cpg_local_get failed: CS_ERR_LIBRARY",
        ),
        wording(
            r"(?P<call>quorum_initialize) returned wrong? quorum_type: (?P<error>\d+)",
            example="[quorum] crit: quorum_initialize returned wrong quorum_type: 0",
        ),
    ),
    danger=Danger.WARNING,
    look="Seen when corosync comes or goes at that moment; alone and repeated: restart pve-cluster with HA disarmed.",
    source="pve-cluster 9.1.6 src/pmxcfs/{quorum,dfsm,confdb}.c",
)
class CorosyncCallFailed(Event):
    """A call into corosync failed while the connection was being set up or taken down."""

    call: str
    error: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"(?P<call>(?:quorum|cpg|cmap)_dispatch) retry (?P<tries>\d+)",
            example="[dcdb] notice: cpg_dispatch retry 1",
        ),
        wording(
            r"(?P<call>cpg_join) retry (?P<tries>\d+)", example="[status] notice: cpg_join retry 10"
        ),
        wording(
            r"(?P<call>cpg_leave) retry (?P<tries>\d+)",
            example="[status] notice: cpg_leave retry 10",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/{dfsm,quorum,confdb}.c",
)
class CorosyncCallRetried(Event):
    """Corosync said `try again`: it was synchronising, or no ring was operational."""

    call: str
    tries: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"members: (?P<members>\d+/\d+(?:,\s*\d+/\d+)*)",
            example="[dcdb] notice: members: 1/1299, 2/1080",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Is it followed by `all data is up to date` within some ten seconds?",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_confchg_callback",
)
class CpgMembers(Event):
    """The processes that now share this group, as corosync id/process id.

    A new process id beside the same node id means that pmxcfs was restarted there.
    """

    domain: str
    members: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"starting data syncronisation",
            example="[dcdb] notice: starting data syncronisation",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it followed by `all data is up to date`? If not within about 10 s, /etc/pve is blocked on every node.",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_set_mode",
)
class SyncStarted(Event):
    """The members began to compare their data after a change of membership [sic].

    Normal after each change. A synchronisation that never ends blocks all writes to /etc/pve,
    so that even a quorate cluster can fence itself.
    """

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"received sync request \(epoch (?P<epoch>[\dA-Fa-f/]+)\)",
            example="[dcdb] notice: received sync request (epoch 2/27341/00000002)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_deliver_callback",
)
class SyncRequested(Event):
    """The lowest member asked all others for their state.

    epoch: node id, process id and count of the asking process, the same on every node.
    """

    domain: str
    epoch: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"ignore sync request from wrong member (?P<member>\d+/\d+)",
            example="[dcdb] crit: ignore sync request from wrong member 2/27341",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_deliver_callback",
)
class SyncRequestIgnored(Event):
    """A request to synchronise came from a member that is not the one to ask.

    A race of two partitions that just merged; the right member asks at the same time.
    """

    domain: str
    member: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(DOMAIN + r"received all states", example="[dcdb] notice: received all states"),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_deliver_callback",
)
class StatesReceived(Event):
    """Every member sent its state; the comparison can go on."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"received state for non-member (?P<member>\d+/\d+)",
            example="[dcdb] crit: received state for non-member 3/1759",
        ),
        wording(
            DOMAIN + r"received duplicate state for member (?P<member>\d+/\d+)",
            example="[dcdb] crit: received duplicate state for member 3/1759",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_deliver_callback",
)
class StateRefused(Event):
    """A state came from a process outside the group, or twice: the synchronisation starts over."""

    domain: str
    member: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"leader is (?P<leader>\d+/\d+)", example="[dcdb] notice: leader is 1/27340"
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_process_state_update",
)
class LeaderChosen(Event):
    """The member whose database counts in this synchronisation: the newest one."""

    domain: str
    leader: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"synced members: (?P<members>\d+/\d+(?:,\s*\d+/\d+)*)",
            example="[dcdb] notice: synced members: 1/27340, 2/27341, 3/27342",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_process_state_update",
)
class MembersInSync(Event):
    """The members whose database already equals the leader's."""

    domain: str
    members: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"start sending inode updates",
            example="[dcdb] notice: start sending inode updates",
        ),
        wording(
            DOMAIN + r"sent all \((?P<updates>\d+)\) updates",
            example="[dcdb] notice: sent all (0) updates",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_create_and_send_updates",
)
class UpdatesSent(Event):
    """This node leads the synchronisation and sends what the others lack."""

    domain: str
    updates: int | None = None


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"waiting for updates from leader",
            example="[dcdb] notice: waiting for updates from leader",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it followed by `update complete`?",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_set_mode",
)
class UpdatesAwaited(Event):
    """This node's database is behind: it missed writes while it was away, and waits for them."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"update complete - trying to commit \(got (?P<updates>\d+) inode updates\)",
            example="[dcdb] notice: update complete - trying to commit (got 3 inode updates)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_commit",
)
class UpdatesCommitted(Event):
    """What this node had missed was written to its database.

    It re-arms the locks' timers on this node, so that HA recovery may take longer than 2 min.
    """

    domain: str
    updates: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"all data is up to date", example="[dcdb] notice: all data is up to date"
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_set_mode",
)
class DataUpToDate(Event):
    """The synchronisation ended well; writes to /etc/pve go on."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"start cluster connection",
            example="[dcdb] notice: start cluster connection",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_set_mode",
)
class GroupJoining(Event):
    """pmxcfs set out to join the group: at its start, or again after it had left."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"dfsm_deliver_queue: queue length (?P<length>\d+)",
            example="[dcdb] notice: dfsm_deliver_queue: queue length 2",
        ),
        wording(
            DOMAIN + r"dfsm_deliver_sync_queue: queue length (?P<length>\d+)",
            example="[dcdb] notice: dfsm_deliver_sync_queue: queue length 2",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_deliver_queue, dfsm_deliver_sync_queue",
)
class QueueDelivered(Event):
    """Messages that had waited for the end of a synchronisation were delivered."""

    domain: str
    length: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"queue not emtpy - resening (?P<messages>\d+) messages",
            example="[status] notice: queue not emtpy - resening 1 messages",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_confchg_callback",
)
class QueueResent(Event):
    """Messages that were under way when the membership changed were sent again [sic]."""

    domain: str
    messages: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"remove message from non-member (?P<member>\d+/\d+)",
            example="[dcdb] notice: remove message from non-member 3/1759",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_deliver_queue",
)
class RemovedNonMember(Event):
    """A queued message of a process that has left the group was dropped."""

    domain: str
    member: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"cpg_send_message retry (?P<tries>\d+)",
            example="[dcdb] notice: cpg_send_message retry 10",
        ),
    ),
    danger=Danger.NOTABLE,
    look="How high does it count? At 100 (10 s) the message is given up.",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_send_message_full",
)
class SendRetry(Event):
    """A write to /etc/pve is waiting: corosync takes no messages now; a line per 10 tries, 0.1 s each.

    Either no ring is operational, or corosync is synchronising, or its queue is full.
    """

    domain: str
    tries: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"cpg_send_message retried (?P<tries>\d+) times",
            example="[dcdb] notice: cpg_send_message retried 1 times",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_send_message_full",
)
class SendRetried(Event):
    """The message went out, after so many tries of 0.1 s each. One is normal when members change."""

    domain: str
    tries: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"cpg_send_message failed: (?P<error>[A-Z]\w+)",
            example="[status] crit: cpg_send_message failed: CS_ERR_TRY_AGAIN",
            versions=SINCE_9,
        ),
        wording(
            DOMAIN + r"cpg_send_message failed: (?P<error>\d+)",
            example="[status] crit: cpg_send_message failed: 6",
            versions=UNTIL_8,
        ),
    ),
    danger=Danger.WARNING,
    look="Did the LRM lose its lock or its loop stall at that moment?",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_send_message_sync",
)
class SendFailed(Event):
    """A message was given up, and whoever wrote to /etc/pve got an error.

    `CS_ERR_TRY_AGAIN` (6) for seconds on end: corosync is stuck. `CS_ERR_BAD_HANDLE` (9): pmxcfs
    has left the group and not joined it again.
    """

    domain: str
    error: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"received write while not quorate - trigger resync",
            example="[dcdb] crit: received write while not quorate - trigger resync",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_deliver",
)
class WroteWithoutQuorum(Event):
    """A write that was queued before the split was delivered after it, and is undone.

    Harmless in spite of its level: pmxcfs leaves the group, joins again and synchronises.
    """


@logged(
    by="pmxcfs",
    wordings=(wording(DOMAIN + r"leaving CPG group", example="[dcdb] crit: leaving CPG group"),),
    danger=Danger.NOTABLE,
    look="`start cluster connection` should follow within 10 s.",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_set_mode",
)
class LeftGroup(Event):
    """pmxcfs gave up its place in the group, to join it afresh."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"we \((?P<member>\d+/\d+)\) left the process group",
            example="[dcdb] notice: we (3/1759) left the process group",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_confchg_callback",
)
class GroupLeft(Event):
    """Corosync confirmed that this pmxcfs is out of the group."""

    domain: str
    member: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"cpg_join failed: (?P<error>[A-Z]\w+)",
            example="[dcdb] crit: cpg_join failed: CS_ERR_EXIST",
            versions=SINCE_9,
        ),
        wording(
            DOMAIN + r"cpg_join failed: (?P<error>\d+)",
            example="[dcdb] crit: cpg_join failed: 14",
            versions=UNTIL_8,
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_join",
)
class JoinFailed(Event):
    """pmxcfs could not join its group; it tries again 6 s later.

    `CS_ERR_EXIST` (14) right after `leaving CPG group` is benign: it has not left yet.
    """

    domain: str
    error: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"failed to send (?P<reason>[A-Z_]+ message)",
            example="[dcdb] crit: failed to send SYNC_START message",
        ),
        wording(
            DOMAIN + r"(?P<reason>sending update inode failed)",
            example="[dcdb] crit: sending update inode failed 000000000000A1B2",
        ),
        wording(
            DOMAIN + r"(?P<reason>dfsm_resend_queue failed)",
            example="[dcdb] crit: dfsm_resend_queue failed",
        ),
        wording(
            DOMAIN + r"(?P<reason>dfsm_get_state_fn failed)",
            example="[status] crit: dfsm_get_state_fn failed",
        ),
        wording(
            DOMAIN + r"(?P<reason>unable to select leader)",
            example="[dcdb] crit: unable to select leader failed",
        ),
        wording(
            DOMAIN + r"(?P<reason>unable to compute data checksum)",
            example="[dcdb] crit: unable to compute data checksum",
        ),
        wording(
            DOMAIN + r"(?P<reason>can get inode data for inode \w+)",
            example="[dcdb] crit: can get inode data for inode 000000000000A1B2",
        ),
        wording(
            DOMAIN + r"(?P<reason>serious internal error)",
            example="[dcdb] crit: serious internal error - stop cluster connection",
        ),
        wording(
            DOMAIN + r"(?P<reason>wrong checksum \w+ != \w+)",
            example="[dcdb] crit: wrong checksum 00000000A1B2C3D4 != 00000000D4C3B2A1 - restarting",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Does `all data is up to date` follow? If not, restart pve-cluster on this node, with HA disarmed.",
    source="pve-cluster 9.1.6 src/pmxcfs/{dfsm,dcdb}.c",
)
class SyncFailed(Event):
    """The synchronisation or the hourly comparison failed; this node leaves the group and tries again."""

    domain: str
    reason: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"detected newer protocol - please update this node",
            example="[dcdb] crit: detected newer protocol - please update this node",
        ),
        wording(
            DOMAIN
            + r"(?:received|ignore) message with (?:wrong )?protocol version (?P<version>\d+)",
            example="[dcdb] crit: received message with protocol version 2",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Compare `pveversion -v` of all nodes.",
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_deliver_callback, dfsm_set_mode",
)
class ProtocolDiffers(Event):
    """Another node speaks a newer protocol of the cluster file system; this one has to be updated."""

    domain: str
    version: int | None = None


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"received short (?P<what>[a-z ]*message)",
            example="[dcdb] crit: received short fuse message (12 < 20)",
        ),
        wording(
            DOMAIN + r"received short (?P<what>memdb index)",
            example="[dcdb] crit: received short memdb index (len < sizeof(memdb_index_t))",
        ),
        wording(
            DOMAIN + r"received mailformed (?P<what>[a-z ]*[a-z])",
            example="[dcdb] crit: received mailformed fuse message - 'path' not terminated",
        ),
        wording(
            DOMAIN + r"received unknown (?P<what>(?:state )?message) type",
            example="[dcdb] crit: received unknown message type (msg_type == 77)",
        ),
        wording(
            DOMAIN + r"received (?P<what>log(?: message)?) with wrong size",
            example="[status] crit: received log message with wrong size (12 != 40)",
        ),
        wording(
            DOMAIN + r"cpg received (?P<what>verify \w+) with wrong length",
            example="[dcdb] crit: cpg received verify message with wrong length (3 bytes)",
        ),
        wording(
            DOMAIN + r"cant parse (?P<what>\w+ message)",
            example="[status] crit: cant parse update message",
        ),
        wording(
            DOMAIN + r"unterminated string in (?P<what>log message)",
            example="[status] crit: unterminated string in log message",
        ),
    ),
    danger=Danger.WARNING,
    look="Compare versions of pve-cluster, corosync and libknet1 on all nodes; then suspect memory or a corosync bug.",
    source="pve-cluster 9.1.6 src/pmxcfs/{dcdb,dfsm,status}.c",
)
class MessageMalformed(Event):
    """A message from another node could not be understood [mailformed, sic]: another version, or damage."""

    domain: str
    what: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"wrote new corosync config '[^']*' \(version = (?P<version>\d+)\)",
            example="[dcdb] notice: wrote new corosync config '/etc/corosync/corosync.conf' (version = 4)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="`Config reload requested` of corosync should follow on every node within a second or two.",
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_sync_corosync_conf",
)
class ConfigWritten(Event):
    """Somebody changed /etc/pve/corosync.conf, and it was copied to /etc/corosync on this node.

    Not checked before: a broken file is copied to every node as well. Only the node where the
    change was made tells corosync to read it again.
    """

    version: int | None = None


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"local corosync\.conf is newer",
            example="[dcdb] crit: local corosync.conf is newer",
        ),
    ),
    danger=Danger.WARNING,
    look="Compare config_version in /etc/pve/corosync.conf and /etc/corosync/corosync.conf on every node.",
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_sync_corosync_conf",
)
class LocalConfigNewer(Event):
    """/etc/pve/corosync.conf was ignored: its config_version is lower than the local file's.

    Somebody edited without raising the version, or edited the local file by hand.
    """


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"(?P<reason>unable to parse cluster config_version)",
            example="[dcdb] crit: unable to parse cluster config_version",
        ),
        wording(
            r"(?P<reason>unable to read cluster config file .+)",
            example="[dcdb] crit: unable to read cluster config file '/etc/corosync/corosync.conf' - Permission denied",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Check the file with `corosync -t -c /etc/pve/corosync.conf` before any node boots.",
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_sync_corosync_conf",
)
class ConfigUnusable(Event):
    """The new corosync.conf has no config_version, or the local one cannot be read."""

    reason: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"corosync-cfgtool -R failed with exit code (?P<code>\d+)",
            example="[dcdb] crit: corosync-cfgtool -R failed with exit code 7#010",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Read corosync's [CFG] lines of that second: they name the key it refused.",
    source="pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_sync_corosync_conf",
)
class ReloadCommandFailed(Event):
    """Corosync refused the new configuration, which by now lies on every node.

    The cluster runs on with the old one, but no node can start corosync after its next boot.
    """

    code: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"update cluster info \(cluster name\s+(?P<cluster_name>[^,]*), version = (?P<version>\d+)\)",
            example="[status] notice: update cluster info (cluster name  homelab, version = 4)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/status.c cfs_status_set_clinfo",
)
class ClusterInfoUpdated(Event):
    """Corosync on this node runs with this config_version: at its start, or after a reload that worked."""

    version: int
    cluster_name: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            DOMAIN + r"data verification successful",
            example="[dcdb] notice: data verification successful",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/dfsm.c dfsm_cpg_deliver_callback",
)
class DataVerified(Event):
    """The hourly comparison found the same data on all nodes: pmxcfs was alive at this moment."""

    domain: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(r"\] notice: received log\b", example="[status] notice: received log"),
        wording(
            r"ignore insert of duplicate cluster log",
            example="[main] notice: ignore insert of duplicate cluster log",
            versions="pve-cluster 7.2-3 and later",
        ),
        wording(
            r"\] notice: ignore duplicate\b",
            example="[main] notice: ignore duplicate",
            versions="pve-cluster 7.2-2 and older",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/status.c dfsm_deliver; logger.c clusterlog_insert",
)
class ClusterLogReceived(Event):
    """An entry of the cluster log (a task, a login) arrived from another node; nothing to do."""


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"RRDC? update error(?!.*illegal attempt to update):? (?P<detail>\S.*)",
            example="[status] notice: RRDC update error /var/lib/rrdcached/db/pve2-node/pve1: -1",
        ),
        wording(
            r"RRD create error (?P<detail>\S.*)",
            example="[status] notice: RRD create error /var/lib/rrdcached/db/pve2-vm/100: No space left on device",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/status.c update_rrd_data",
)
class GraphUpdateFailed(Event):
    """A point of the usage graphs could not be stored. It harms nothing but the graphs."""

    detail: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"illegal attempt to update using time (?P<used_s>\d+) when last update time is (?P<last_s>\d+)",
            example="[status] notice: RRD update error /var/lib/rrdcached/db/pve2-vm/100: /var/lib/rrdcached/db/pve2-vm/100: illegal attempt to update using time 1762602369 when last update time is 1762606000 (minimum one second step)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Compare the clocks of all nodes: `chronyc tracking`, and look for clock steps in the log.",
    source="pve-cluster 9.1.6 src/pmxcfs/status.c update_rrd_data; librrd rrd_update",
)
class GraphUpdateTooOld(Event):
    """A point of the usage graphs is older than one already stored (both in seconds since 1970).

    Far apart, a clock was set back, here or on the node that sent the point; equal or one
    second apart it means nothing.
    """

    used_s: int
    last_s: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"detected duplicate VMID (?P<guest>\d+)",
            example="[status] crit: detected duplicate VMID 104",
        ),
    ),
    danger=Danger.WARNING,
    source="pve-cluster 9.1.6 src/pmxcfs/status.c vmlist_hash_insert_vm",
)
class GuestIdDuplicate(Event):
    """Two configurations under /etc/pve claim the same guest id."""

    guest: int


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"\[database\] crit\w*:\s+(?P<detail>\S.*)",
            example="[database] crit: sqlite3_step failed: database or disk is full#010",
        ),
        wording(
            r"(?P<detail>memdb_open failed - unable to open database\b.*)",
            example="[main] crit: memdb_open failed - unable to open database '/var/lib/pve-cluster/config.db'",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is the root disk full, read-only or failing? `sqlite3 /var/lib/pve-cluster/config.db 'PRAGMA integrity_check'` on a copy.",
    source="pve-cluster 9.1.6 src/pmxcfs/database.c",
)
class DatabaseFailed(Event):
    """The database behind /etc/pve on this node's own disk could not be read or written."""

    detail: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"crit\w*:\s+(?P<detail>Failed to (?:create|write|close|rename|change \w+ of) file .+)",
            example="[main] crit: Failed to write file '/etc/corosync/corosync.conf.new.tmp': No space left on device",
        ),
        wording(
            r"(?P<detail>could not create directory \S+: .+)",
            example="[status] notice: could not create directory /var/lib/rrdcached/db/pve2-vm: No space left on device",
        ),
    ),
    danger=Danger.WARNING,
    look="Is the root disk full or read-only?",
    source="pve-cluster 9.1.6 src/pmxcfs/cfs-utils.c atomic_write_file; status.c checked_mkdir",
)
class FileWriteFailed(Event):
    """A file outside /etc/pve could not be written on this node's disk."""

    detail: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"resolved node name '(?P<node_name>[^']+)' to '(?P<address>[^']+)'",
            example="[main] notice: resolved node name 'pve1' to '192.168.1.11' for default node IP address",
            versions="pve-cluster 8.0.2 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-cluster 9.1.6 src/pmxcfs/pmxcfs.c main",
)
class NameResolved(Event):
    """pmxcfs started, and this is the node's own address."""

    node_name: str
    address: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"Unable to resolve node name '(?P<node_name>[^']+)'",
            example="[main] crit: Unable to resolve node name 'pve1' to a non-loopback IP address - missing entry in '/etc/hosts' or DNS?",
        ),
        wording(
            r"Unable to read local node name", example="[main] crit: Unable to read local node name"
        ),
        wording(
            r"Unable to get local IP address",
            example="[main] crit: Unable to get local IP address",
            versions="pve-cluster 8.0.1 and older",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Does /etc/hosts name this node with its own, non-loopback address?",
    source="pve-cluster 9.1.6 src/pmxcfs/pmxcfs.c main",
)
class NameUnresolvable(Event):
    """pmxcfs did not start: the node cannot tell its own address. /etc/pve stays empty."""

    node_name: str | None = None


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"(?P<reason>fuse_mount error: .+)",
            example="[main] crit: fuse_mount error: Transport endpoint is not connected",
        ),
        wording(
            r"(?P<reason>fuse_new error: .+)",
            example="[main] crit: fuse_new error: Cannot allocate memory",
        ),
        wording(
            r"(?P<reason>unable to ac?quire pmxcfs lock)",
            example="[main] crit: unable to acquire pmxcfs lock: Resource temporarily unavailable",
        ),
        wording(
            r"(?P<reason>unable to create lock '.+)",
            example="[main] crit: unable to create lock '/var/lib/pve-cluster/.pmxcfs.lockfile': Read-only file system",
        ),
        wording(
            r"(?P<reason>memdb_write failed - unable to import corosync\.conf)",
            example="[main] crit: memdb_write failed - unable to import corosync.conf",
        ),
        wording(
            r"(?P<reason>failed to daemonize program - .+)",
            example="[main] crit: failed to daemonize program - Cannot allocate memory",
        ),
        wording(
            r"(?P<reason>qb_loop_poll_add failed: .+)",
            example="[loop] crit: qb_loop_poll_add failed: File exists - disabling service",
        ),
        wording(
            r"(?P<reason>cant create event loop)", example="[ipcs] crit: cant create event loop"
        ),
        wording(
            r"(?P<reason>qb_ipcs_create failed: .+)",
            example="[ipcs] crit: qb_ipcs_create failed: Address already in use",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is another pmxcfs still running, or /etc/pve still mounted or not empty?",
    source="pve-cluster 9.1.6 src/pmxcfs/{pmxcfs,loop,server}.c",
)
class FilesystemStartFailed(Event):
    """pmxcfs could not start, or came up without one of its parts."""

    reason: str


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"forcing local mode \(althought? corosync\.conf exists\)",
            example="[main] notice: forcing local mode (although corosync.conf exists)",
        ),
    ),
    danger=Danger.WARNING,
    look="`pmxcfs -l` is for repairs only: stop it and start pve-cluster.",
    source="pve-cluster 9.1.6 src/pmxcfs/pmxcfs.c main",
)
class LocalModeForced(Event):
    """Somebody started pmxcfs alone (`pmxcfs -l`): writable here, and apart from the cluster."""


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"connection from bad user (?P<uid>\d+)! - rejected",
            example="[ipcs] crit: connection from bad user 1000! - rejected",
        ),
    ),
    danger=Danger.NOTABLE,
    source="pve-cluster 9.1.6 src/pmxcfs/server.c s1_connection_accept_fn",
)
class ClientRejected(Event):
    """A program that is neither root's nor www-data's asked pmxcfs something."""

    uid: int


@logged(
    by="pmxcfs",
    wordings=(wording(r"teardown filesystem", example="[main] notice: teardown filesystem"),),
    danger=Danger.NOTABLE,
    look="Was the node shutting down, or pve-cluster restarted (an update)?",
    source="pve-cluster 9.1.6 src/pmxcfs/pmxcfs.c main",
)
class FilesystemStopped(Event):
    """/etc/pve was unmounted in an orderly way. A watchdog reset leaves no such line."""


@logged(
    by="pmxcfs",
    wordings=(
        wording(
            r"exit proxmox configuration filesystem \((?P<code>-?\d+)\)",
            example="[main] notice: exit proxmox configuration filesystem (0)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="255 (-1) means that its start failed; the lines before say why.",
    source="pve-cluster 9.1.6 src/pmxcfs/pmxcfs.c main",
)
class FilesystemExited(Event):
    """pmxcfs ended by itself, with this exit code."""

    code: int


EVENTS = (
    FilesystemLostQuorum,
    FilesystemGainedQuorum,
    CorosyncConnectionLost,
    CorosyncUnavailable,
    ServiceUnavailable,
    CorosyncCallFailed,
    CorosyncCallRetried,
    MembersInSync,
    CpgMembers,
    SyncStarted,
    SyncRequested,
    SyncRequestIgnored,
    StatesReceived,
    StateRefused,
    LeaderChosen,
    UpdatesSent,
    UpdatesAwaited,
    UpdatesCommitted,
    DataUpToDate,
    GroupJoining,
    QueueDelivered,
    QueueResent,
    RemovedNonMember,
    SendRetry,
    SendRetried,
    SendFailed,
    WroteWithoutQuorum,
    LeftGroup,
    GroupLeft,
    JoinFailed,
    SyncFailed,
    ProtocolDiffers,
    MessageMalformed,
    ConfigWritten,
    LocalConfigNewer,
    ConfigUnusable,
    ReloadCommandFailed,
    ClusterInfoUpdated,
    DataVerified,
    ClusterLogReceived,
    GraphUpdateFailed,
    GraphUpdateTooOld,
    GuestIdDuplicate,
    DatabaseFailed,
    FileWriteFailed,
    NameResolved,
    NameUnresolvable,
    FilesystemStartFailed,
    LocalModeForced,
    ClientRejected,
    FilesystemStopped,
    FilesystemExited,
)
