"""What systemd, logind and journald say: who asked for a stop, which unit went, what the log lost.

Units are named without `.service` (`corosync`, `pve-ha-lrm`). systemd 249 and older print only a
unit's description; it is turned back into the name.
"""

import re

from fencepost.model.event import Danger, Event, Wording, logged, wording

UNITS: dict[str, tuple[str, ...]] = {
    "corosync": ("Corosync Cluster Engine",),
    "corosync-qdevice": ("Corosync Qdevice daemon",),
    "pve-cluster": ("The Proxmox VE cluster filesystem",),
    "pve-ha-lrm": (
        "PVE Local HA Resource Manager Daemon",
        "PVE Local HA Ressource Manager Daemon",
    ),
    "pve-ha-crm": (
        "PVE Cluster HA Resource Manager Daemon",
        "PVE Cluster Resource Manager Daemon",
        "PVE Cluster Ressource Manager Daemon",
    ),
    "watchdog-mux": ("Proxmox VE watchdog multiplexer",),
    "pve-guests": ("PVE guests",),
    "pve-firewall": ("Proxmox VE firewall",),
    "proxmox-firewall": ("Proxmox nftables firewall",),
    "ufw": ("Uncomplicated firewall",),
    "nftables": ("nftables",),
    "netfilter-persistent": ("netfilter persistent configuration",),
    "firewalld": ("firewalld - dynamic firewall daemon",),
    "networking": ("Network initialization", "Raise network interfaces"),
}
"""Units whose start or stop explains a cluster, and the descriptions they ever had.

Source: Debian units and git histories of corosync, pve-cluster, pve-ha-manager, pve-firewall,
pve-manager, ufw, ifupdown, ifupdown2.
"""

_UNIT_OF = {text: unit for unit, texts in UNITS.items() for text in texts}
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))

_SYSTEMD_UNIT = "systemd 252–257 src/core/unit.c, job.c"


def _said_of_units(verb: str, example: str, tail: str = ".") -> tuple[Wording, ...]:
    """Return the wordings of one verb: with the unit's name, and with a description alone."""
    named = wording(
        rf"{verb} (?P<unit>{_UNIT})\.service(?: - |\.)",
        example=f"{example} corosync.service - Corosync Cluster Engine{tail}",
        versions="systemd 250 and later (PVE 8, 9)",
    )
    described = (
        wording(
            rf"{verb} (?P<unit>{re.escape(text)}){re.escape(tail)}",
            example=f"{example} {text}{tail}",
            versions="systemd 249 and earlier (up to PVE 7)",
        )
        for text in _UNIT_OF
    )
    return (named, *described)


class _OfUnit(Event):
    """An event about one unit, named by its name or, by old versions, its description."""

    __slots__ = ()
    unit: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", _UNIT_OF.get(self.unit, self.unit))


# --- an orderly stop of the machine -----------------------------------------------------


@logged(
    by=("systemd-logind", "systemd"),
    wordings=(
        wording(
            r"(?P<kind>[Rr]eboot|[Pp]ower-?off|[Hh]alt|[Kk]exec|soft-reboot) requested from client"
            r"(?: PID (?P<client>\d+))?(?: \('(?P<command>[^']*)'\))?(?: \(unit (?P<unit>[^)]+)\))?",
            example="reboot requested from client PID 9682 ('reboot') (unit session-3.scope)...",
            versions="systemd 255 and later (PVE 9)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Whose session or which service is the unit? pvedaemon.service means the API or the web page.",
    source="systemd 257 src/login/logind-dbus.c, src/core/dbus-manager.c log_caller",
)
class ShutdownRequested(Event):
    """A program asked for a reboot or power-off.

    Names who asked: `command` is the program, `unit` the session or service it ran in. The
    Proxmox VE API runs `reboot` or `poweroff` from pvedaemon. An orderly stop, not a fence.
    """

    kind: str
    client: int | None = None
    command: str | None = None
    unit: str | None = None


@logged(
    by="systemd-logind",
    wordings=(
        wording(
            r"The system will (?P<kind>reboot|power off|halt|kexec|soft-reboot) (?:now|at (?P<when>.{1,60}))!",
            example="The system will reboot now!",
            versions="systemd 251 and later",
        ),
        wording(
            r"(?P<kind>Rebooting)\.\.\.", example="Rebooting...", versions="systemd 250 and earlier"
        ),
        wording(
            r"(?P<kind>Powering [Oo]ff)\.\.\.",
            example="Powering Off...",
            versions="systemd 250 and earlier",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Who asked? A session, the API, unattended-upgrades, a UPS or the power key, shortly before.",
    source="systemd 252 src/login/logind-action.c manager_handle_action; 247 the same file",
)
class ShutdownAnnounced(Event):
    """The machine was told to reboot or power off; `kind` is `reboot` or `power off`.

    Proof of an orderly stop when more of the stop follows. The reset that may come at its very
    end is asked for, even where `watchdog did not stop!` stands next to it. `when` is the hour of
    one that was planned for later, and may be called off.
    """

    kind: str
    when: str | None = None

    def __post_init__(self) -> None:
        short = {"Rebooting": "reboot", "Powering Off": "power off", "Powering off": "power off"}
        object.__setattr__(self, "kind", short.get(self.kind, self.kind))


@logged(
    by="systemd-logind",
    wordings=(
        wording(
            r"System is rebooting(?: \((?P<reason>[^)]*)\))?",
            example="System is rebooting (Applied kernel updates).",
        ),
        wording(
            r"System is powering down(?: \((?P<reason>[^)]*)\))?",
            example="System is powering down.",
        ),
        wording(
            r"System is (?:halting|rebooting with kexec)(?: \((?P<reason>[^)]*)\))?",
            example="System is rebooting with kexec.",
        ),
    ),
    danger=Danger.NOTABLE,
    source="systemd 252 src/login/logind-dbus.c bus_manager_log_shutdown",
)
class SystemStopping(Event):
    """The orderly stop of the machine began; `reason` is the wall message of who asked."""

    reason: str | None = None


@logged(
    by="systemd-logind",
    wordings=(
        wording(
            r"(?:Power|Reboot) key pressed(?: (?P<how>short|long))?\.",
            example="Power key pressed short.",
        ),
        wording(
            r"System is powered off by (?P<how>power key)",
            example="System is powered off by power key.",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Was somebody at the machine, or did a BMC or hypervisor press the key?",
    source="systemd 252 src/login/logind-button.c; without `short` before 251",
)
class PowerKeyPressed(Event):
    """The power key was pressed, by hand or by a BMC's or hypervisor's `soft shutdown`.

    An orderly stop normally follows. A key held for four seconds cuts the power and logs nothing.
    """

    how: str | None = None


@logged(
    by="systemd",
    wordings=(
        wording(
            r"Reached target (?P<target>(?:reboot|poweroff|halt|kexec|shutdown)\.target) - System ",
            example="Reached target shutdown.target - System Shutdown.",
            versions="systemd 250 and later",
        ),
        wording(
            r"Reached target (?P<target>(?:System )?(?:Reboot|Power[- ]Off|Halt))\.",
            example="Reached target Power-Off.",
            versions="systemd 249 and earlier",
        ),
    ),
    danger=Danger.NOTABLE,
    source="systemd 252 units/*.target (Description `System …` since 250)",
)
class ShutdownTargetReached(Event):
    """All units had stopped and the machine was about to reboot or power off.

    `target` is `reboot.target`, `poweroff.target`, `halt.target`, `kexec.target` or
    `shutdown.target`. The old bare `Reached target Shutdown.` is not read: each user's own
    systemd says the same at every logout.
    """

    target: str

    def __post_init__(self) -> None:
        word = self.target.removesuffix(".target").removeprefix("System ").lower()
        object.__setattr__(self, "target", re.sub(r"[- ]", "", word) + ".target")


@logged(
    by=("systemd", "systemd-shutdown", "systemd-shutdow", "systemd-journald"),
    wordings=(
        wording(r"^Shutting down\.$", example="Shutting down."),
        wording(
            r"Syncing filesystems and block devices",
            example="Syncing filesystems and block devices.",
        ),
        wording(
            r"Sending SIG(?:TERM|KILL) to remaining processes",
            example="Sending SIGTERM to remaining processes...",
        ),
        wording(
            r"Received SIGTERM from PID 1 \(systemd-shutdow",
            example="Received SIGTERM from PID 1 (systemd-shutdow).",
        ),
        wording(
            r"All filesystems(?:, swaps)?.{0,60} (?:detached|unmounted)",
            example="All filesystems, swaps, loop devices, MD devices and DM devices detached.",
        ),
    ),
    danger=Danger.NOTABLE,
    source="systemd 252 src/core/main.c, src/shutdown/shutdown.c, src/shared/killall.c",
)
class SystemShuttingDown(Event):
    """The last seconds of an orderly stop: everything is being ended.

    What comes later goes to the console only. A reset after this is no fence, unless the stop
    itself hung.
    """


# --- the journal ------------------------------------------------------------------------


@logged(
    by="systemd-journald",
    wordings=(wording(r"^Journal stopped", example="Journal stopped"),),
    danger=Danger.NOTABLE,
    source="systemd 252 src/journal/journald-server.c server_done",
)
class JournalStopped(Event):
    """journald ended orderly: normally the last line of an orderly stop, rarely a mere restart."""


@logged(
    by="systemd-journald",
    wordings=(wording(r"^Journal started", example="Journal started"),),
    danger=Danger.HARMLESS,
    source="systemd 252 src/journal/journald-server.c server_init",
)
class JournalStarted(Event):
    """journald began to log, at boot or after its own restart."""


@logged(
    by="systemd-journald",
    wordings=(
        wording(
            r"File (?P<file>\S+) corrupted or uncleanly shut down",
            example="File /var/log/journal/4f1c/system.journal corrupted or uncleanly shut down, renaming and replacing.",
        ),
    ),
    danger=Danger.NOTABLE,
    source="systemd 252 src/shared/journal-file-util.c journal_file_open_reliably",
)
class JournalUnclean(Event):
    """The journal file had not been closed: the life before ended without an orderly stop.

    Says that, but not why: fence, panic, power loss, hard reset and a restored snapshot all
    leave it.
    """

    file: str


@logged(
    by=("systemd-journald", "rsyslogd"),
    wordings=(
        wording(
            r"Suppressed (?P<count>\d+) messages from (?:\S*/)?(?P<unit>[^\s/]+)",
            example="Suppressed 1322 messages from corosync.service",
        ),
        wording(r"Missed (?P<count>\d+) kernel messages", example="Missed 128 kernel messages"),
        wording(
            r"(?P<count>\d+) messages lost due to rate-limiting",
            example="imjournal: 1523 messages lost due to rate-limiting (20000 allowed within 600 seconds)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Counts of that unit's messages in this time are too low.",
    source="systemd 252 src/journal/journald-rate-limit.c, journald-kmsg.c; rsyslog imjournal",
)
class JournalSuppressed(Event):
    """The log left out messages because there were too many.

    Typical for a storm of corosync `Retransmit List` lines: what is missing here was more of
    the same, not silence.
    """

    count: int
    unit: str | None = None

    def __post_init__(self) -> None:
        if self.unit is not None:
            object.__setattr__(self, "unit", self.unit.removesuffix(".service"))


@logged(
    by="systemd-journald",
    wordings=(
        wording(
            r"Failed to write entry .{0,200}ignoring: (?P<reason>.+)",
            example="Failed to write entry (22 items, 725 bytes), ignoring: Read-only file system",
        ),
    ),
    danger=Danger.WARNING,
    look="Is the root filesystem full or read-only? The node may have lived on after its log ends.",
    source="systemd 252 src/journal/journald-server.c write_to_journal",
)
class JournalUnwritable(Event):
    """The journal could not be written: the log may end while the node still runs."""

    reason: str


@logged(
    by="systemd-pstore",
    wordings=(
        wording(
            r"PStore (?P<file>dmesg-[\w.-]*\w)",
            example="PStore dmesg-efi_pstore-172301200201001 moved to /var/lib/systemd/pstore/172301200/",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Read /var/lib/systemd/pstore: it holds the kernel's last words of the life before.",
    source="systemd 252 src/pstore/pstore.c move_file",
)
class PanicRecordFound(Event):
    """The firmware kept a kernel dump of the life before: it ended in a panic or oops.

    The kernel stores one only when it dies of a panic or oops. A fence by softdog leaves
    none, unless it is loaded with soft_panic=1.
    """

    file: str


# --- units ------------------------------------------------------------------------------


@logged(
    by="systemd",
    wordings=_said_of_units("Starting", "Starting", "..."),
    danger=Danger.HARMLESS,
    source=_SYSTEMD_UNIT,
)
class UnitStarting(_OfUnit):
    """A service that matters to the cluster is being started."""

    unit: str


@logged(
    by="systemd",
    wordings=_said_of_units("(?:Started|Finished)", "Started"),
    danger=Danger.HARMLESS,
    source=_SYSTEMD_UNIT,
)
class UnitStarted(_OfUnit):
    """A service that matters to the cluster started, or its one-off work was finished."""

    unit: str


@logged(
    by="systemd",
    wordings=_said_of_units("Stopping", "Stopping", "..."),
    danger=Danger.NOTABLE,
    source=_SYSTEMD_UNIT,
)
class UnitStopping(_OfUnit):
    """A service that matters to the cluster is being stopped, orderly and on request."""

    unit: str


@logged(
    by="systemd",
    wordings=_said_of_units("Stopped", "Stopped"),
    danger=Danger.NOTABLE,
    source=_SYSTEMD_UNIT,
)
class UnitStopped(_OfUnit):
    """A service that matters to the cluster has stopped.

    Comes after a requested stop and also after a crash: a `Stopping` line before it tells them
    apart.
    """

    unit: str


@logged(
    by="systemd",
    wordings=_said_of_units("Failed to start", "Failed to start"),
    danger=Danger.WARNING,
    look="What did the unit itself log just before?",
    source=_SYSTEMD_UNIT,
)
class UnitStartFailed(_OfUnit):
    """A service that matters to the cluster could not be started."""

    unit: str


@logged(
    by="systemd",
    wordings=(
        wording(
            rf"(?P<unit>{_UNIT})\.service: Failed with result '(?P<result>[\w-]+)'",
            example="corosync.service: Failed with result 'signal'.",
        ),
    ),
    danger=Danger.WARNING,
    source="systemd 252 src/core/unit.c unit_log_failure",
)
class UnitFailed(Event):
    """A service that matters to the cluster failed; `result` is systemd's word for how.

    corosync has no automatic restart on Proxmox VE: it stays down until somebody starts it.
    """

    unit: str
    result: str


@logged(
    by="systemd",
    wordings=(
        wording(
            rf"(?P<unit>{_UNIT})\.service: [Mm]ain process exited, code=(?P<code>\w+), status=(?P<status>[\w/+-]+)",
            example="corosync.service: Main process exited, code=killed, status=9/KILL",
        ),
    ),
    danger=Danger.WARNING,
    look="SEGV and ABRT are crashes; KILL is the OOM killer or a person.",
    source="systemd 252 src/core/service.c service_sigchld_event",
)
class UnitProcessDied(Event):
    """The main process of a service that matters to the cluster ended by itself or was killed."""

    unit: str
    code: str
    status: str


@logged(
    by="systemd",
    wordings=(
        wording(
            rf"(?P<unit>{_UNIT})\.service: A process of this unit has been killed by the OOM killer",
            example="corosync.service: A process of this unit has been killed by the OOM killer.",
        ),
    ),
    danger=Danger.CRITICAL,
    source="systemd 252 src/core/unit.c unit_notify_cgroup_oom",
)
class UnitOomKilled(Event):
    """The kernel killed a service that matters to the cluster because memory had run out."""

    unit: str


@logged(
    by="systemd",
    wordings=(
        wording(
            rf"(?P<unit>{_UNIT})\.service: State '(?P<state>[\w-]+)' timed out",
            example="pve-ha-lrm.service: State 'stop-sigterm' timed out. Killing.",
        ),
    ),
    danger=Danger.WARNING,
    source="systemd 252 src/core/service.c service_dispatch_timer",
)
class UnitTimedOut(Event):
    """A service that matters to the cluster did not start or stop in its time, and is killed.

    An LRM killed while it holds the watchdog resets the node.
    """

    unit: str
    state: str


@logged(
    by="systemd",
    wordings=(
        wording(
            r"(?P<unit>[\w@.-]{1,80})\.service: Watchdog timeout \(limit (?P<limit>[^)]+)\)",
            example="systemd-journald.service: Watchdog timeout (limit 3min)!",
        ),
    ),
    danger=Danger.WARNING,
    look="journald, udevd and logind together: the disk or the whole machine stood still.",
    source="systemd 252 src/core/service.c service_dispatch_watchdog",
)
class ServiceHung(Event):
    """A service gave systemd no sign of life for its limit and is killed.

    systemd's own WatchdogSec, not the watchdog that resets the node. On journald or udevd it
    is a good witness of stalled storage or of a paused machine.
    """

    unit: str
    limit: str


@logged(
    by="systemd",
    wordings=(
        wording(
            r"Using hardware watchdog '(?P<driver>[^']+)'",
            example="Using hardware watchdog 'iTCO_wdt', version 6, device /dev/watchdog0",
        ),
    ),
    danger=Danger.WARNING,
    look="Is RuntimeWatchdogSec set in /etc/systemd/system.conf? watchdog-mux needs that device.",
    source="systemd 252 src/shared/watchdog.c watchdog_open",
)
class HardwareWatchdogTaken(Event):
    """systemd itself opened a watchdog device (RuntimeWatchdogSec or RebootWatchdogSec).

    While it runs, watchdog-mux cannot have the same device. At shutdown it is usual.
    """

    driver: str


@logged(
    by="systemd-coredump",
    wordings=(
        wording(
            r"Process (?P<victim>\d+) \((?P<process>[^)]+)\) of user \d+ (?:dumped core|terminated abnormally)",
            example="Process 1417 (corosync) of user 0 dumped core.",
        ),
    ),
    danger=Danger.WARNING,
    look="`coredumpctl info` shows where it crashed.",
    source="systemd 252 src/coredump/coredump.c submit_coredump",
)
class ProcessDumpedCore(Event):
    """A process crashed and its memory was saved."""

    process: str
    victim: int | None = None


@logged(
    by="systemd",
    wordings=(
        wording(
            r"Startup finished in .{0,80}\(kernel\).{0,40}\(userspace\)",
            example="Startup finished in 6.732s (firmware) + 4.321s (loader) + 2.183s (kernel) + 13.167s (userspace) = 27.616s.",
        ),
    ),
    danger=Danger.HARMLESS,
    source="systemd 252 src/core/manager.c manager_notify_finished",
)
class StartupFinished(Event):
    """The machine has come up completely."""


EVENTS: tuple[type[Event], ...] = (
    ShutdownRequested,
    ShutdownAnnounced,
    SystemStopping,
    PowerKeyPressed,
    ShutdownTargetReached,
    SystemShuttingDown,
    JournalStopped,
    JournalStarted,
    JournalUnclean,
    JournalSuppressed,
    JournalUnwritable,
    PanicRecordFound,
    UnitStarting,
    UnitStarted,
    UnitStopping,
    UnitStopped,
    UnitStartFailed,
    UnitOomKilled,
    UnitProcessDied,
    UnitFailed,
    UnitTimedOut,
    ServiceHung,
    HardwareWatchdogTaken,
    ProcessDumpedCore,
    StartupFinished,
)
