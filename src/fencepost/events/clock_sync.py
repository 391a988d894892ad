"""What the time services say: chronyd, systemd-timesyncd, ntpd, and systemd when the clock jumps.

Corosync runs on the monotonic clock and does not notice a step. watchdog-mux runs on the wall
clock: a step of more than 60 s forward expires its clients at once.
"""

from fencepost.model.event import Danger, Event, logged, wording

_NTP = ("ntpd", "ntpdate", "ntp")


@logged(
    by=("chronyd", *_NTP),
    wordings=(
        wording(
            r"System clock was stepped by (?P<seconds>-?\d+(?:\.\d+)?) seconds",
            example="System clock was stepped by -0.812345 seconds",
            versions="chrony",
        ),
        wording(
            r"time reset (?P<seconds>[+-]?\d+(?:\.\d+)?) s",
            example="time reset +72.401533 s",
            versions="ntp 4.2",
        ),
        wording(
            r"time stepped by (?P<seconds>[+-]?\d+(?:\.\d+)?)",
            example="CLOCK: time stepped by 72.401533",
            versions="ntpsec",
        ),
        wording(
            r"step time server \S+ offset (?P<seconds>[+-]?\d+(?:\.\d+)?) sec",
            example="step time server 192.0.2.1 offset +72.401533 sec",
            versions="ntpdate",
        ),
    ),
    danger=Danger.WARNING,
    look="More than 60 s forward while an LRM is active is a reset at once.",
    source="chrony 4.8 reference.c, local.c; ntp 4.2.8 ntpd/ntp_loopfilter.c, ntpdate/ntpdate.c; ntpsec 1.2",
)
class ClockStepped(Event):
    """The wall clock was set by so many seconds at once; positive is forward.

    Lines before it carry the old time: they are to be moved by as much when nodes are compared.
    """

    seconds: float


@logged(
    by="chronyd",
    wordings=(
        wording(
            r"System clock wrong by (?P<seconds>-?\d+(?:\.\d+)?) seconds",
            example="System clock wrong by 3600.123456 seconds",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is a `System clock was stepped` line next to it? Otherwise it is corrected slowly.",
    source="chrony 4.8 reference.c maybe_log_offset; `, adjustment started` stands after it up to 3.x",
)
class ClockWrong(Event):
    """chrony found the clock off by this much; positive means that it was behind.

    Logged above one second (logchange). By itself it says nothing of a step.
    """

    seconds: float | None = None


@logged(
    by=("chronyd", "systemd-timesyncd"),
    wordings=(
        wording(
            r"Can't synchronise: ",
            example="Can't synchronise: no selectable sources",
        ),
        wording(
            r"Timed out waiting for reply from (?P<server>\S+)",
            example="Timed out waiting for reply from 192.0.2.1:123 (0.debian.pool.ntp.org).",
        ),
    ),
    danger=Danger.NOTABLE,
    look="In the same minute as lost links it is a witness of the network failing beyond corosync.",
    source="chrony 4.8 sources.c SRC_SelectSource; systemd 252 src/timesync/timesyncd-manager.c",
)
class ClockSourceLost(Event):
    """No time server answers any more; the clock goes on, unsupervised."""

    server: str | None = None


@logged(
    by=("chronyd", "systemd-timesyncd"),
    wordings=(
        wording(
            r"Selected source (?P<server>\S+)",
            example="Selected source 192.0.2.1 (2.debian.pool.ntp.org)",
        ),
        wording(
            r"(?:Synchronized|Initial synchronization) to time server (?:for the first time )?(?P<server>\S+)",
            example="Synchronized to time server for the first time 192.0.2.1:123 (0.debian.pool.ntp.org).",
            versions="systemd 251 and earlier",
        ),
        wording(
            r"Initial clock synchronization to ",
            example="Initial clock synchronization to Wed 2025-01-15 13:02:11.401533 UTC.",
            versions="systemd 252 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="chrony 4.8 sources.c SRC_SelectSource; systemd 247, 257 src/timesync/timesyncd-manager.c",
)
class ClockSynchronised(Event):
    """The clock follows a time server, or another one than before."""

    server: str | None = None


@logged(
    by=("chronyd", "systemd", "systemd-journald"),
    wordings=(
        wording(
            r"(?P<direction>Forward|Backward) time jump detected",
            example="Forward time jump detected!",
        ),
        wording(r"^Time has been changed", example="Time has been changed"),
        wording(
            r"Time jumped (?P<direction>backwards), rotating",
            example="Time jumped backwards, rotating.",
        ),
    ),
    danger=Danger.WARNING,
    look="Was the machine paused, resumed or restored from a snapshot, or did somebody set the clock?",
    source="chrony 4.8 sched.c check_current_time; systemd src/core/manager.c (to 247), src/journal/journald-manager.c",
)
class TimeJumped(Event):
    """The wall clock jumped, and it was not the time service that moved it.

    A paused and resumed virtual machine, a hand, or another program; by how much is not said.
    """

    direction: str | None = None


EVENTS: tuple[type[Event], ...] = (
    ClockStepped,
    ClockWrong,
    ClockSourceLost,
    ClockSynchronised,
    TimeJumped,
)
