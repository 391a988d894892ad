"""What the corosync daemon says of itself: start, stop, scheduling, configuration, clients.

Also its own watchdog plugin, which has nothing to do with watchdog-mux.
"""

import re

from fencepost.model.event import Danger, Event, Wording, logged, wording


def _verbatim(tag: str, versions: str, *texts: str) -> tuple[Wording, ...]:
    """Wordings without variable parts: the words themselves become the field `what`."""
    return tuple(
        wording(rf"(?P<what>{re.escape(text)})", example=f"[{tag:6}] {text}", versions=versions)
        for text in texts
    )


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Corosync Cluster Engine (?:(?P<version>[^\s(]\S*) +| *)starting up",
            example="[MAIN  ] Corosync Cluster Engine 3.1.7 starting up",
            versions="corosync 3.0.1 and later; some builds leave the version empty",
        ),
        wording(
            r"Corosync Cluster Engine \('(?P<version>[^']*)'\): started and ready",
            example="[MAIN  ] Corosync Cluster Engine ('2.4.4'): started and ready to provide "
            "service.",
            versions="corosync 1.4 to 3.0.0",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Was the node booting, or did somebody restart corosync alone?",
    source="corosync 3.1.10 exec/main.c main",
)
class CorosyncStarted(Event):
    """The corosync daemon started on this node.

    Without a boot just before, corosync alone was restarted, by hand or by an upgrade.
    """

    version: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Corosync built-in features:\s*(?P<features>.*)",
            example="[MAIN  ] Corosync built-in features: dbus monitoring watchdog systemd "
            "xmlconf vqsim nozzle snmp pie relro bindnow",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/main.c main",
)
class CorosyncFeatures(Event):
    """The options that this corosync was built with; one of them, watchdog, is not in use."""

    features: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Node was shut down by a signal",
            example="[MAIN  ] Node was shut down by a signal",
            versions="corosync 2.3.2 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Do shutdown targets of systemd surround it (a reboot), or only corosync.service?",
    source="corosync 3.1.10 exec/main.c sig_exit_handler",
)
class CorosyncSignalled(Event):
    """Corosync was asked to end (SIGTERM or SIGINT), as by `systemctl stop` or a shutdown.

    It then says goodbye to the ring: an orderly leave, not a failure.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Corosync Cluster Engine exiting normally",
            example="[MAIN  ] Corosync Cluster Engine exiting normally",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/util.c _corosync_exit_error",
)
class CorosyncExited(Event):
    """Corosync ended in good order. `corosync -t`, which checks a file, ends with it as well."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Corosync Cluster Engine exiting with status (?P<status>-?\d+)"
            r"(?: at (?P<place>[\w./-]+:\d+))?",
            example="[MAIN  ] Corosync Cluster Engine exiting with status 8 at main.c:1445.",
        ),
    ),
    danger=Danger.CRITICAL,
    look="The line before says why; status 8 is the configuration.",
    source="corosync 3.1.10 exec/util.c _corosync_exit_error",
)
class CorosyncExitFailed(Event):
    """Corosync could not start, or could not go on, and ended.

    The node stays without quorum until somebody repairs and starts it: Proxmox VE's unit does not
    restart it.
    """

    status: int | None = None
    place: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Another Corosync instance is already running",
            example="[MAIN  ] Another Corosync instance is already running.",
        ),
    ),
    danger=Danger.WARNING,
    look="`ps -C corosync`: which one is not systemd's?",
    source="corosync 3.1.10 exec/main.c corosync_flock",
)
class AlreadyRunning(Event):
    """A second corosync was started beside a running one, and gave up."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Corosync Executive couldn't (?P<what>.+)",
            example="[MAIN  ] Corosync Executive couldn't create lock file.",
        ),
        *_verbatim(
            "MAIN",
            "",
            "Could not initialize default services",
            "Can't initialize TOTEM layer",
            "Can't initialize log thread",
            "Can't initialize IPC",
            "Config file path too long",
            "PID lock file path too long",
        ),
        *_verbatim("SYNC", "", "Couldn't initialize groups interface", "Couldn't join group"),
        wording(
            r"(?P<what>Priority value \S+ is invalid)",
            example="[MAIN  ] Priority value high is invalid",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="The lines around it say more; then `corosync -t` and `df /run /var/lib/corosync`.",
    source="corosync 3.1.10 exec/main.c main, corosync_flock; exec/sync.c sync_init",
)
class StartStepFailed(Event):
    """One step of corosync's start did not work, and corosync ends."""

    what: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"State directory (?P<directory>\S+) not present",
            example="[MAIN  ] State directory /var/lib/corosync not present.  Please create it.",
            versions="corosync 3.0.1 to 3.1.0",
        ),
        wording(
            r"Cannot chdir to (?:state|run) directory (?P<directory>\S+?)\.(?:\s|$)",
            example="[MAIN  ] Cannot chdir to state directory /var/lib/corosync. No such file or "
            "directory",
        ),
        wording(
            r"Required directory not present (?P<directory>\S+?)\.?(?:\s|$)",
            example="[MAIN  ] Required directory not present /var/lib/corosync.  Please create it.",
            versions="corosync 3.0.0 and earlier",
        ),
    ),
    danger=Danger.CRITICAL,
    look="`ls -ld /var/lib/corosync`; reinstalling the package creates it.",
    source="corosync 3.1.10 exec/main.c main",
)
class StateDirectoryUnusable(Event):
    """The directory in which corosync keeps its ring number is missing or closed to it."""

    directory: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Couldn't (?:write|create) ringid file '(?P<file>[^']*)'(?:: (?P<reason>.+))?",
            example="[MAIN  ] Couldn't create ringid file '/var/lib/corosync/ringid_1': No space "
            "left on device (28)",
        ),
        wording(
            r"Couldn't store new ring id [0-9a-f]+ to stable storage(?:: (?P<reason>.+))?",
            example="[MAIN  ] Couldn't store new ring id 1c to stable storage: Read-only file "
            "system (30)",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is the root file system full, or was it remounted read-only?",
    source="corosync 3.1.10 exec/main.c corosync_ring_id_store, corosync_ring_id_create_or_load",
)
class RingIdUnsaved(Event):
    """Corosync could not write its ring number to disk, and ends in the middle of a ring change.

    A full or failing system disk therefore takes the node out of the cluster.
    """

    file: str | None = None
    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Completed service synchronization",
            example="[MAIN  ] Completed service synchronization, ready to provide service.",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/main.c corosync_sync_completed",
)
class ServiceSynced(Event):
    """The new ring is at work: clients such as pmxcfs can send again.

    It is the end of a membership change. When a ring was formed and this does not follow, its
    synchronisation is stuck and /etc/pve blocks, whatever the quorum.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"main process was not scheduled (?:\(@(?P<detected_ms>\d+)\) )?"
            r"for (?P<paused_ms>\d+(?:\.\d+)?) ms"
            r"(?: \(threshold is (?P<threshold_ms>\d+(?:\.\d+)?) ms\))?",
            example="[MAIN  ] Corosync main process was not scheduled (@1795393294784) for "
            "5399.4106 ms (threshold is 2920.0000 ms). Consider token timeout increase.",
            versions="with the moment of detection since corosync 2.4.6 and 3.0.4",
        ),
    ),
    danger=Danger.WARNING,
    look="What else stood still: kernel lockups, hung tasks, a snapshot, a backup on this network?",
    source="corosync 3.1.10 exec/main.c timer_function_scheduler_timeout",
)
class NotScheduled(Event):
    """Corosync's main loop stood still for more than 80 % of the token timeout.

    A paused or starved node, but also a local send queue that is full: it does not prove a lack of
    CPU. The pause ended at the time given (milliseconds since 1970) and lasted up to a third of
    a token less than stated. Raising the token hides it, and seldom heals it.
    """

    paused_ms: float
    detected_ms: int | None = None
    threshold_ms: float | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Could not set SCHED_RR at priority -?\d+(?:: (?P<reason>.+))?",
            example="[MAIN  ] Could not set SCHED_RR at priority 99: Operation not permitted (1)",
        ),
        wording(
            r"Could not set priority -?\d+(?:: (?P<reason>.+))?",
            example="[MAIN  ] Could not set priority -2147483648: Permission denied (13)",
            versions="corosync 2.4.3 and later",
        ),
        wording(
            r"Could not get maximum scheduler priority(?:: (?P<reason>.+))?",
            example="[MAIN  ] Could not get maximum scheduler priority: Invalid argument (22)",
        ),
        wording(
            r"The Platform is missing process priority setting features",
            example="[MAIN  ] The Platform is missing process priority setting features.  "
            "Leaving at default.",
        ),
        wording(
            r"Could not set logsys thread priority",
            example="[MAIN  ] Could not set logsys thread priority. Can't continue because of "
            "priority inversions.",
        ),
    ),
    danger=Danger.WARNING,
    look="`chrt -p $(pidof corosync)` should say SCHED_RR 99.",
    source="corosync 3.1.10 exec/main.c corosync_set_rr_scheduler",
)
class RealtimeRefused(Event):
    """Corosync runs without realtime priority, so a busy machine can starve it of the token."""

    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"(?P<what>Can't (?:open|write corosync pid into|close) cgroups tasks file)",
            example="[MAIN  ] Can't open cgroups tasks file for writing: Permission denied (13)",
            versions="corosync 2.99.5 and later",
        ),
        *_verbatim(
            "MAIN",
            "corosync 2.4.3 to 2.4.6",
            "Unable to initialize libcgroup",
            "Can't create root cgroup",
            "Can't attach task to root cgroup",
            "Unable to get current cpu cgroup path",
            "Can't move Corosync to root cgroup",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does `Could not set SCHED_RR` follow? Only then it matters.",
    source="corosync 3.1.10 exec/main.c corosync_move_to_root_cgroup",
)
class CgroupMoveFailed(Event):
    """Corosync could not move itself to the root control group, where realtime is allowed.

    Ordinary in containers, and harmless when realtime priority is granted all the same.
    """

    what: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Could not increase RLIMIT_MEMLOCK, not locking memory(?:: (?P<reason>.+))?",
            example="[MAIN  ] Could not increase RLIMIT_MEMLOCK, not locking memory: Operation "
            "not permitted (1)",
            versions="corosync 3.1.1 and later",
        ),
        wording(
            r"Could not lock memory of service to avoid page faults(?:: (?P<reason>.+))?",
            example="[MAIN  ] Could not lock memory of service to avoid page faults: Cannot "
            "allocate memory (12)",
        ),
    ),
    danger=Danger.WARNING,
    look="Does the machine swap? `free -m`, `vmstat 1`.",
    source="corosync 3.1.10 exec/main.c corosync_mlockall",
)
class MemoryLockRefused(Event):
    """Corosync's memory can be swapped out, so a machine that swaps can stop it for seconds."""

    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Config reload requested by node (?P<by_node>\d+)",
            example="[CFG   ] Config reload requested by node 1",
            versions="corosync 2.3.2 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does an error of `[CFG   ]` follow on any node?",
    source="corosync 3.1.10 exec/cfg.c message_handler_req_exec_cfg_reload_config",
)
class ConfigReloaded(Event):
    """Every node is reading its own corosync.conf again, because that node asked for it.

    Editing /etc/pve/corosync.conf does it, as does `corosync-cfgtool -R`. Link timers and the MTU
    are set anew, the ring stands.
    """

    by_node: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Unable to reload config file: (?P<reason>.+)",
            example="[CFG   ] Unable to reload config file: parser error: "
            "/etc/corosync/corosync.conf:40: Missing closing brace",
            versions="corosync 2.3.2 and later",
        ),
        wording(
            r"Cannot configure new interface definitions: (?P<reason>.+)",
            example="[CFG   ] Cannot configure new interface definitions: parse error in config: "
            "Not all nodes have the same number of links",
            versions="corosync 3.1.0 and later",
        ),
        wording(
            r"(?P<reason>Crypto reconfiguration is not supported)",
            example="[CFG   ] Crypto reconfiguration is not supported by the linked version of "
            "knet",
            versions="corosync 3.1.0 and later",
        ),
        wording(
            r"Error making new config live",
            example="[CFG   ] Error making new config live. cmap database may be inconsistent",
            versions="corosync 2.3.2 and later",
        ),
        wording(
            r"Unable to create temporary icmap",
            example="[CFG   ] Unable to create temporary icmap. config file reload cancelled",
            versions="corosync 2.3.2 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Correct the file now: `corosync -t` says what is wrong with it.",
    source="corosync 3.1.10 exec/cfg.c message_handler_req_exec_cfg_reload_config",
)
class ConfigReloadFailed(Event):
    """A reload of corosync.conf failed on this node, which goes on with its old settings.

    Nothing breaks at once. But an edit in /etc/pve has reached every node by then, and none of
    them can start corosync with such a file after its next reboot.
    """

    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"[Cc]onfiguration is not valid: (?P<reason>.+)",
            example="[CFG   ] Configuration is not valid: parse error in config: The consensus "
            "timeout parameter (40 ms) may not be less than join timeout (50 ms).",
            versions="corosync 3.1.0 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Correct the file now: `corosync -t` says what is wrong with it.",
    source="corosync 3.1.10 exec/cfg.c message_handler_req_exec_cfg_reload_config",
)
class ConfigInvalid(Event):
    """A reload was refused because a value is out of bounds; the old settings stay in force.

    With a broken file on disk, corosync will not start after the next reboot.
    """

    reason: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Modified entry '(?P<key>[^']*)' in corosync\.conf cannot be changed at run-time",
            example="[CFG   ] Modified entry 'totem.cluster_name' in corosync.conf cannot be "
            "changed at run-time",
            versions="corosync 2.3.2 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Restart corosync on one node after the other if the change is meant.",
    source="corosync 3.1.10 exec/cfg.c delete_and_notify_if_changed",
)
class ConfigKeyNotLive(Event):
    """A reload left this setting as it was: it takes effect at corosync's next start only."""

    key: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"(?<!: )parse error in config: (?P<reason>.+)",
            example="[MAIN  ] parse error in config: The token timeout parameter (10 ms) may not "
            "be less than (30 ms).",
        ),
        wording(
            r"(?<!: )parser error: (?P<reason>.+)",
            example="[MAIN  ] parser error: /etc/corosync/corosync.conf:40: Missing closing brace",
        ),
        wording(
            r"(?P<reason>Nodeid \d+.* appears twice in corosync\.conf)",
            example="[MAIN  ] Nodeid 2 appears twice in corosync.conf",
        ),
        wording(
            r"(?P<reason>Invalid transport type\..+)",
            example="[MAIN  ] Invalid transport type. Should be udpu, udp or knet",
        ),
        wording(
            r"(?P<reason>failed to parse (?:node|bindnet|mcast) address '[^']*')",
            example="[MAIN  ] failed to parse node address 'pve3'",
        ),
        wording(
            r"(?P<reason>Knet requires (?:an explicit )?nodeid .+)",
            example="[MAIN  ] Knet requires an explicit nodeid to be specified for address "
            "'10.77.0.3'.",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"(?P<reason>crypto_cipher requires crypto_hash)",
            example="[MAIN  ] crypto_cipher requires crypto_hash with value other than none",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Correct /etc/corosync/corosync.conf on this node; `corosync -t` must end with 0.",
    source="corosync 3.1.10 exec/main.c main, exec/totemconfig.c, exec/coroparse.c",
)
class ConfigParseFailed(Event):
    """Corosync could not start, because corosync.conf on this node is not valid."""

    reason: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Could not open (?P<file>/\S*): (?P<reason>.+)",
            example="[MAIN  ] Could not open /etc/corosync/authkey: No such file or directory",
        ),
        wording(
            r"Could not read (?P<file>/\S*): (?P<reason>.+)",
            example="[MAIN  ] Could not read /etc/corosync/authkey: Input/output error",
        ),
        wording(
            r"(?<!: )Can't read file (?P<file>/\S*): (?P<reason>.+)",
            example="[MAIN  ] Can't read file /etc/corosync/corosync.conf: No such file or "
            "directory",
        ),
        wording(
            r"(?P<reason>Could only read \d+ bits of minimum \d+ bits) from (?P<file>/\S*\w)",
            example="[MAIN  ] Could only read 512 bits of minimum 1024 bits from "
            "/etc/corosync/authkey.",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Copy the file from a node that works; both lie in /etc/pve as well.",
    source="corosync 3.1.10 exec/totemconfig.c read_keyfile, exec/coroparse.c",
)
class StartFileUnreadable(Event):
    """Corosync could not start, because its key or its configuration cannot be read."""

    file: str
    reason: str


@logged(
    by="corosync",
    wordings=(
        *_verbatim(
            "MAIN",
            "",
            "interface section bindnetaddr is used together with nodelist",
            "Please migrate config file to nodelist",
            "member section is used together with nodelist",
            "member section is deprecated",
            "nodeid in totem section is deprecated",
            "nodeid appears both in totem section and nodelist",
        ),
        *_verbatim("TOTEM", "corosync 3.1.10 and later", "WARNING SCTP transport is deprecated"),
        wording(
            r"the (?P<what>\S+) config param[ae]ter has been obsoleted",
            example="[MAIN  ] Warning: the syslog_level config parameter has been obsoleted. See "
            "corosync.conf man page syslog_priority directive.",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Tidy it up with the next change of corosync.conf.",
    source="corosync 3.1.10 exec/main.c main, exec/logconfig.c, exec/totemconfig.c",
)
class ConfigObsolete(Event):
    """Something in corosync.conf is out of date; corosync copes with it.

    Usual on clusters that began with corosync 2: `bindnetaddr` has no effect beside a nodelist.
    """

    what: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Killed by node (?P<peer>\d+)\s*:\s*(?P<reason>.+)?",
            example="[CFG   ] Killed by node 1 : Killed by corosync-cfgtool",
            versions="corosync 2.1 and later; without the blank up to 3.0.2",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Was this node deleted from the cluster (`pvecm delnode`) on that one?",
    source="corosync 3.1.10 exec/cfg.c message_handler_req_exec_cfg_killnode",
)
class KilledByNode(Event):
    """Another node told this corosync to end at once (`corosync-cfgtool -k`).

    Removing a node from a cluster does that to a node that is still switched on.
    """

    peer: int
    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Node (?P<peer>\d+) was shut down by sysadmin",
            example="[CFG   ] Node 3 was shut down by sysadmin",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/cfg.c message_handler_req_exec_cfg_shutdown",
)
class NodeShutDown(Event):
    """That node's corosync is leaving in good order, on an administrator's or systemd's word.

    Said by all nodes: the best witness that a member did not fail.
    """

    peer: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Received config version \((?P<received>\d+)\) is different th[ae]n my config "
            r"version \((?P<own>\d+)\)",
            example="[CMAP  ] Received config version (7) is different than my config version "
            "(1)! Exiting",
            versions="corosync 2.1 and later; `then` up to 2.3.3",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Copy corosync.conf from a node with the higher version, then start corosync.",
    source="corosync 3.1.10 exec/cmap.c cmap_sync_activate",
)
class ConfigVersionRefused(Event):
    """This node came with an older corosync.conf than the others have, and corosync ended.

    It missed a change while it was down. Before corosync 3.1.10-pve3 its short visit could leave
    every other node's pmxcfs waiting for it forever, with /etc/pve blocked though quorate.
    """

    received: int
    own: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Service engine loaded: (?P<service>[^\s\[]+(?: [^\s\[]+)*)",
            example="[SERV  ] Service engine loaded: corosync vote quorum service v1.0 [5]",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/service.c corosync_service_link_and_init",
)
class ServiceLoaded(Event):
    """Corosync is starting, and this part of it is ready."""

    service: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Unloading all Corosync service engines",
            example="[SERV  ] Unloading all Corosync service engines.",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/service.c service_exit_schedwrk_handler",
)
class ServicesUnloading(Event):
    """Corosync is ending in good order, part by part."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Service engine unloaded: (?P<service>[^\s\[]+(?: [^\s\[]+)*)",
            example="[SERV  ] Service engine unloaded: corosync vote quorum service v1.0",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/service.c service_unlink_and_exit",
)
class ServiceUnloaded(Event):
    """Corosync is ending, and this part of it has stopped."""

    service: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Service engine '(?P<service>[^']*)' failed to load for reason '(?P<reason>[^']*)'",
            example="[SERV  ] Service engine 'corosync_quorum' failed to load for reason "
            "'configuration error: nodelist or quorum.expected_votes must be configured!'",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"Service failed to load '(?P<service>[^']*)'",
            example="[SERV  ] Service failed to load 'corosync_quorum'.",
            versions="corosync 1.4",
        ),
    ),
    danger=Danger.CRITICAL,
    look="The reason stands in it; for corosync_quorum it is the quorum section.",
    source="corosync 3.1.10 exec/service.c corosync_service_defaults_link_and_init",
)
class ServiceLoadFailed(Event):
    """A part of corosync could not be loaded, and corosync ends."""

    service: str
    reason: str | None = None


@logged(
    by="corosync",
    wordings=(wording(r"server name: (?P<service>\w+)", example="[QB    ] server name: cpg"),),
    danger=Danger.HARMLESS,
    source="libqb 2.0.10 lib/ipc_setup.c",
)
class IpcServerStarted(Event):
    """Corosync is starting, and opened this socket for its clients (pmxcfs, tools)."""

    service: str


@logged(
    by="corosync",
    wordings=(
        wording(r"withdrawing server sockets", example="[QB    ] withdrawing server sockets"),
    ),
    danger=Danger.HARMLESS,
    source="libqb 2.0.10 lib/ipc_setup.c",
)
class IpcServerWithdrawn(Event):
    """Corosync is ending, and closed a socket of its clients: pmxcfs loses its connection now."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Denied connection, (?:corosync )?is not ready",
            example="[QB    ] Denied connection, is not ready (/dev/shm/qb-25524-25470-29-x/qb)",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Does `Completed service synchronization` follow soon?",
    source="corosync 3.1.10 exec/ipc_glue.c cs_ipcs_connection_accept; libqb 2.0.10",
)
class IpcNotReady(Event):
    """A client came while corosync was starting, ending or forming a ring, and must come again."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Denied connection attempt from (?P<uid>\d+):(?P<gid>\d+)",
            example="[MAIN  ] Denied connection attempt from 33:33",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Which program runs as that user? Allow it in a uidgid section if it should.",
    source="corosync 3.1.10 exec/ipc_glue.c cs_ipcs_connection_accept",
)
class IpcDenied(Event):
    """A program that is not root wanted to talk to corosync and was turned away.

    Mostly a monitoring agent; it does the cluster no harm.
    """

    uid: int
    gid: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"refusing new connections \(fds_available:(?P<available>-?\d+)\)",
            example="[MAIN  ] refusing new connections (fds_available:12)",
        ),
    ),
    danger=Danger.WARNING,
    look="`ls /proc/$(pidof corosync)/fd | wc -l`: which client keeps opening connections?",
    source="corosync 3.1.10 exec/ipc_glue.c cs_ipcs_low_fds_event",
)
class IpcExhausted(Event):
    """Corosync ran short of file descriptors and lets no more clients in.

    pmxcfs cannot come back in this state, should it lose its connection.
    """

    available: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"allowing new connections \(fds_available:(?P<available>-?\d+)\)",
            example="[MAIN  ] allowing new connections (fds_available:40)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/ipc_glue.c cs_ipcs_low_fds_event",
)
class IpcRelieved(Event):
    """Corosync has file descriptors again and lets clients in."""

    available: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"cs_ipcs_msg_process\(\) \(\d+:\d+ - \d+\) (?P<error>[^!]+)!",
            example="[MAIN  ] *** cs_ipcs_msg_process() (2:4 - 1) Resource temporarily "
            "unavailable!",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="What did pmxcfs say (`cpg_send_message retry`), and did the ring stand?",
    source="corosync 3.1.10 exec/ipc_glue.c cs_ipcs_msg_process",
)
class IpcOverloaded(Event):
    """A client's message was dropped because corosync could not take more.

    Rare: flow control is silent as a rule, and shows as retries of pmxcfs.
    """

    error: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"cs_ipcs_msg_process\(\) invalid message! size:(?P<size>-?\d+)",
            example="[MAIN  ] *** cs_ipcs_msg_process() invalid message! size:16 error:9",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/ipc_glue.c cs_ipcs_msg_process",
)
class IpcMessageInvalid(Event):
    """A client sent corosync something it does not understand, and was told so."""

    size: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"event_send retuned (?P<sent>-?\d+), expected (?P<expected>\d+)",
            example="[MAIN  ] event_send retuned -32, expected 272!",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Did pmxcfs or another client of corosync crash in this second?",
    source="corosync 3.1.10 exec/ipc_glue.c msg_send_or_queue",
)
class IpcEventLost(Event):
    """A message for a local client could not be handed over, mostly because the client is gone."""

    sent: int
    expected: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"can't mcast to group (?P<group>\S*) state:(?P<state>\d+), error:(?P<error>\d+)",
            example="[CPG   ] *** 0x55d0c4a3e6b0 can't mcast to group pve_dcdb_v1 state:0, "
            "error:12",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Which client was it, and had it joined the group?",
    source="corosync 3.1.10 exec/cpg.c message_handler_req_lib_cpg_mcast",
)
class CpgSendFailed(Event):
    """A client tried to send to a process group that it is not, or no longer, a member of."""

    group: str
    state: int
    error: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Unknown node -> we will not deliver message",
            example="[CPG   ] Unknown node -> we will not deliver message",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/cpg.c message_handler_req_exec_cpg_mcast",
)
class CpgMessageDropped(Event):
    """A message of a process group came from a node that is not a member of it, and was dropped."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"downlist left_list: (?P<left>\d+) received",
            example="[CPG   ] downlist left_list: 1 received",
            versions="a warning up to corosync 2.4.4 (`… in state 0`), debug since",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 2.4.4 exec/cpg.c message_handler_req_exec_cpg_downlist",
)
class CpgDownlist(Event):
    """The nodes told each other how many members left: part of every membership change."""

    left: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"downlist OLD from node (?P<peer>0x[0-9a-f]+|\d+)",
            example="[CPG   ] downlist OLD from node 0x2",
            versions="corosync 2.1 to 3.0.2",
        ),
        wording(
            r"discarded unknown message \d+ for service \d+",
            example="[MAIN  ] discarded unknown message 15 for service 1 (max id 14)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="`pveversion -v | grep corosync` on every node.",
    source="corosync 3.1.10 exec/main.c deliver_fn; 3.0.2 exec/cpg.c",
)
class PeerVersionDiffers(Event):
    """A node sent a message that this corosync does not know: the versions differ.

    Ordinary while a cluster is upgraded node by node.
    """

    peer: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Watchdog (?:not enabled|disabled) by configuration",
            example="[WD    ] Watchdog not enabled by configuration",
            versions="`not enabled` since corosync 2.99.5, `disabled` since 2.3.6",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/wd.c setup_watchdog",
)
class CorosyncWatchdogIdle(Event):
    """Corosync's own watchdog plugin is not in use, as it should be: printed at every start.

    It says nothing about the watchdog that fences Proxmox VE nodes; that one is watchdog-mux's.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"No [Ww]atchdog(?: (?P<device>[^\s,]+))?, try modprobe",
            example="[WD    ] No watchdog /dev/watchdog, try modprobe <a watchdog>",
        ),
        wording(
            r"Watchdog (?:(?P<device>\S+) )?exists but couldn't be opened",
            example="[WD    ] Watchdog /dev/watchdog exists but couldn't be opened.",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Take watchdog_device out of corosync.conf: watchdog-mux owns the device.",
    source="corosync 3.1.10 exec/wd.c setup_watchdog",
)
class CorosyncWatchdogUnavailable(Event):
    """Corosync's own watchdog plugin found no device that it may use, and stays idle.

    Corosync 2.3.5 and earlier tries at every start; later versions only when told to.
    """

    device: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Watchdog (?:(?P<device>\S+) )?is now be(?:en|ing) tickled by corosync",
            example="[WD    ] Watchdog /dev/watchdog is now being tickled by corosync.",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Take watchdog_device out of corosync.conf: watchdog-mux must own the device.",
    source="corosync 3.1.10 exec/wd.c setup_watchdog",
)
class CorosyncWatchdogUsed(Event):
    """Corosync itself holds a hardware watchdog, so watchdog-mux cannot, and HA cannot fence."""

    device: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(r"NOT tickling the watchdog!", example="[WD    ] NOT tickling the watchdog!"),
    ),
    danger=Danger.CRITICAL,
    look="Which resource failed just before?",
    source="corosync 3.1.10 exec/wd.c wd_tickle_fn",
)
class CorosyncWatchdogStarved(Event):
    """Corosync's own watchdog plugin stopped feeding its device on purpose: a reset follows.

    Only where watchdog_device is configured for corosync, which Proxmox VE never does.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r'resource "(?P<resource>[^"]*)" failed!',
            example='[WD    ] watchdog resource "memory_used" failed!',
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="What does its recovery key ask for: none, quit, reboot, or the watchdog?",
    source="corosync 3.1.10 exec/wd.c wd_resource_failed",
)
class CorosyncResourceFailed(Event):
    """A value that corosync was told to watch (load, memory) went over its limit."""

    resource: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"resource (?P<resource>\S+) missing a recovery key",
            example="[WD    ] resource load_15min missing a recovery key.",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"resource (?P<resource>\S+) missing a state key",
            example="[WD    ] resource memory_used missing a state key.",
            versions="corosync 2.1 and later",
        ),
        wording(r"no resources configured", example="[WD    ] no resources configured."),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/wd.c wd_resource_create, wd_scan_resources",
)
class CorosyncResourceIdle(Event):
    """Nobody asked corosync to watch load or memory: printed at every start, and harmless."""

    resource: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"magically closing the watchdog", example="[WD    ] magically closing the watchdog."
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/wd.c wd_exec_exit_fn",
)
class CorosyncWatchdogClosed(Event):
    """Corosync is ending and disarmed the watchdog that it had held itself."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"failed to write \S to dog\(",
            example="[WD    ] failed to write V to dog(12).",
            versions="corosync 2.4.3 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    source="corosync 3.1.10 exec/wd.c wd_exec_exit_fn",
)
class CorosyncWatchdogLeftArmed(Event):
    """Corosync ended without disarming the watchdog that it had held itself: a reset follows."""


EVENTS = (
    CorosyncStarted,
    CorosyncFeatures,
    CorosyncSignalled,
    CorosyncExited,
    CorosyncExitFailed,
    AlreadyRunning,
    StartStepFailed,
    StateDirectoryUnusable,
    RingIdUnsaved,
    ServiceSynced,
    NotScheduled,
    RealtimeRefused,
    CgroupMoveFailed,
    MemoryLockRefused,
    ConfigReloaded,
    ConfigReloadFailed,
    ConfigInvalid,
    ConfigKeyNotLive,
    ConfigParseFailed,
    StartFileUnreadable,
    ConfigObsolete,
    KilledByNode,
    NodeShutDown,
    ConfigVersionRefused,
    ServiceLoaded,
    ServicesUnloading,
    ServiceUnloaded,
    ServiceLoadFailed,
    IpcServerStarted,
    IpcServerWithdrawn,
    IpcNotReady,
    IpcDenied,
    IpcExhausted,
    IpcRelieved,
    IpcOverloaded,
    IpcMessageInvalid,
    IpcEventLost,
    CpgSendFailed,
    CpgMessageDropped,
    CpgDownlist,
    PeerVersionDiffers,
    CorosyncWatchdogIdle,
    CorosyncWatchdogUnavailable,
    CorosyncWatchdogUsed,
    CorosyncWatchdogStarved,
    CorosyncResourceFailed,
    CorosyncResourceIdle,
    CorosyncWatchdogClosed,
    CorosyncWatchdogLeftArmed,
)
