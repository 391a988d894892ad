"""What watchdog-mux says: it alone feeds the watchdog device, as long as all its clients are fed.

Clients are the LRM while it may run services, and the CRM while it is master. A client that
sends nothing for 60 s has expired: the mux stops feeding, and the device resets the machine
10 s later. From pve-ha-manager 5.1.2 on, lines name the client's process id.
"""

from fencepost.model.event import Danger, Event, logged, wording

SINCE_PID = "pve-ha-manager 5.1.2 and later"


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"Watchdog driver '(?P<driver>[^']*)', version (?P<version>[0-9a-f]+)",
            example="Watchdog driver 'Software Watchdog', version 0",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class WatchdogDriver(Event):
    """watchdog-mux started, and from now on this device ticks (10 s), whether HA is used or not.

    `Software Watchdog` is softdog, in the kernel; anything else (iTCO_wdt, IPMI, HPE iLO) is
    hardware, and its firmware may have logged the reset. version: hexadecimal.
    """

    driver: str
    version: str | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"Loading watchdog module '(?P<module>[^']+)'",
            example="Loading watchdog module 'ipmi_watchdog'",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class WatchdogModuleLoading(Event):
    """WATCHDOG_MODULE in /etc/default/pve-ha-manager chose this driver instead of softdog."""

    module: str


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"added new client(?: \(PID (?P<client>\d+)\))? to watch",
            example="added new client (PID 1913) to watch",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientAdded(Event):
    """An LRM or CRM opened the watchdog: starved for 60 s, it now takes the node down.

    client: process id, which tells LRM from CRM.
    """

    client: int | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"client(?: \(PID (?P<client>\d+)\))? has disconnected cleanly",
            example="client (PID 976) has disconnected cleanly. Removing it gracefully from the watch",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientLeft(Event):
    """An LRM or CRM gave its watchdog back in an orderly way."""

    client: int | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"all watchdog client connections to the multiplexer closed",
            example="all watchdog client connections to the multiplexer closed",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientsAllLeft(Event):
    """No client is left: losing quorum cannot reset this node now."""


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"client watchdog is about to expire",
            example="client watchdog is about to expire",
            versions="pve-ha-manager 5.0.1 to 5.1.1",
        ),
        wording(
            r"client \(PID (?P<client>\d+)\) watchdog is about to expire",
            example="client (PID 1030) watchdog is about to expire",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.CRITICAL,
    look="`was updated before expiring` within 10 s is a near miss; `watchdog expired` or the end of the log is a reset.",
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientNearExpiry(Event):
    """A client has sent nothing for 50 s; 10 s are left. The journal is written to disk now."""

    client: int | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"client watchdog was updated before expiring",
            example="client watchdog was updated before expiring",
            versions="pve-ha-manager 5.0.1 to 5.1.1",
        ),
        wording(
            r"client \(PID (?P<client>\d+)\) watchdog was updated before expiring",
            example="client (PID 24280) watchdog was updated before expiring",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.WARNING,
    look="A near miss: find what kept the LRM from its lock for 50 s, next time it may be 60.",
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientSaved(Event):
    """The client came back in the last 10 s, and the node was not reset."""

    client: int | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"[Cc]lient watchdog expired - disable watchdog updates",
            example="client watchdog expired - disable watchdog updates",
            versions="pve-ha-manager 5.1.1 and older",
        ),
        wording(
            r"client \(PID (?P<client>\d+)\) watchdog expired - disable watchdog updates",
            example="client (PID 1030) watchdog expired - disable watchdog updates",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.CRITICAL,
    look="What starved it: no quorum (`lost lock 'ha_agent`), a stuck /etc/pve, a hanging daemon, or a clock that jumped?",
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientExpired(Event):
    """A client has sent nothing for 60 s: the device is fed no more and resets the node.

    There is no way back. The reset follows 9–12.5 s later. Time is taken from the wall clock,
    so that a step forward of a minute does the same. Up to pve-ha-manager 5.0.0 this line often
    did not reach the disk: its absence proves nothing there.
    """

    client: int | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"client did not stop watchdog - disable watchdog updates",
            example="client did not stop watchdog - disable watchdog updates",
            versions="pve-ha-manager 5.1.1 and older",
        ),
        wording(
            r"client \(PID (?P<client>\d+)\) did not stop watchdog - disable watchdog updates",
            example="client (PID 1030) did not stop watchdog - disable watchdog updates",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.CRITICAL,
    look="Why did pve-ha-lrm or pve-ha-crm die: killed by hand, out of memory, crashed?",
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class ClientDied(Event):
    """A client's process ended without giving the watchdog back; the reset follows 9–12.5 s later."""

    client: int | None = None


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"exit watchdog-mux with active connections",
            example="exit watchdog-mux with active connections",
        ),
    ),
    danger=Danger.CRITICAL,
    look="The kernel's `watchdog did not stop!` and the end of the log follow.",
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxExitedArmed(Event):
    """watchdog-mux ended while clients depended on it: nothing feeds the device any more.

    From 5.0.1 on it follows an expiry by about one second; else the mux was stopped by hand.
    """


@logged(
    by="watchdog-mux",
    wordings=(wording(r"\bclean exit\b", example="clean exit"),),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxExitedClean(Event):
    """watchdog-mux switched the device off and ended: part of an orderly shutdown."""


@logged(
    by="watchdog-mux",
    wordings=(wording(r"got terminate request", example="got terminate request"),),
    danger=Danger.NOTABLE,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxTerminated(Event):
    """watchdog-mux was told to end: a shutdown, an update of pve-ha-manager, or by hand."""


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"got SIGHUP - ignored",
            example="got SIGHUP - ignored",
            versions="before 5.1.2 with an error text after it",
        ),
    ),
    danger=Danger.HARMLESS,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxHangupIgnored(Event):
    """Somebody sent watchdog-mux a hang-up; it does nothing about it."""


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"watchdog active - unable to restart watchdog-mux",
            example="watchdog active - unable to restart watchdog-mux",
        ),
    ),
    danger=Danger.CRITICAL,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxBlocked(Event):
    """A watchdog-mux with clients died before, and its successor must not save them.

    The device is not fed and resets the node within 10 s.
    """


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"watchdog (?P<action>update) failed: (?P<reason>.+)",
            example="watchdog update failed: Invalid argument",
        ),
        wording(
            r"watchdog (?P<action>open|set timeout): (?P<reason>.+)",
            example="watchdog open: Device or resource busy",
        ),
        wording(
            r"(?P<action>read watchdog info): (?P<reason>.+)",
            example="read watchdog info: Inappropriate ioctl for device",
        ),
        wording(
            r"(?P<action>write magic watchdog close): (?P<reason>.+)",
            example="write magic watchdog close: Input/output error",
        ),
        wording(
            r"(?P<action>close watchdog fd): (?P<reason>.+)",
            example="close watchdog fd: Input/output error",
            versions=SINCE_PID,
        ),
    ),
    danger=Danger.CRITICAL,
    look="`Device or resource busy` on open: another program (systemd, ipmi, corosync) owns /dev/watchdog; see `wdctl`.",
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxDeviceFailed(Event):
    """The watchdog device refused something; without it HA cannot fence this node at all."""

    action: str
    reason: str


@logged(
    by="watchdog-mux",
    wordings=(
        wording(
            r"(?P<action>socket (?:create|bind|listen)): (?P<reason>.+)",
            example="socket bind: Address already in use",
        ),
    ),
    danger=Danger.CRITICAL,
    source="pve-ha-manager 5.2.0 src/watchdog-mux.c main",
)
class MuxSocketFailed(Event):
    """watchdog-mux could not open its socket, so no LRM or CRM can reach it."""

    action: str
    reason: str


EVENTS = (
    WatchdogDriver,
    WatchdogModuleLoading,
    ClientAdded,
    ClientLeft,
    ClientsAllLeft,
    ClientNearExpiry,
    ClientSaved,
    ClientExpired,
    ClientDied,
    MuxExitedArmed,
    MuxExitedClean,
    MuxTerminated,
    MuxHangupIgnored,
    MuxBlocked,
    MuxDeviceFailed,
    MuxSocketFailed,
)
