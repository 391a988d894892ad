"""What marks the two ends of a node's life: kernel start, watchdogs, recovery after a hard stop."""

from fencepost.model.event import Danger, Event, logged, wording


@logged(
    by="kernel",
    wordings=(
        wording(
            r"Linux version (?P<version>\d\S*) \(",
            example="Linux version 6.8.12-4-pve (build@proxmox) (gcc (Debian 12.2.0-14) 12.2.0, GNU ld 2.40) #1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)",
        ),
    ),
    danger=Danger.HARMLESS,
    look="How did the life before end?",
    source="linux 6.8 init/version-timestamp.c linux_banner",
)
class KernelStarted(Event):
    """The machine booted: a kernel's first line."""

    version: str


@logged(
    by="journalctl",
    wordings=(
        wording(
            r"^-- Boot (?P<boot>[0-9a-f]{32}) --",
            example="-- Boot 0f41d7e5a9b04c5c8e2f6a7b1c3d4e5f --",
            versions="journalctl 250 and later",
        ),
        wording(r"^-- Reboot --", example="-- Reboot --", versions="journalctl 249 and earlier"),
    ),
    danger=Danger.HARMLESS,
    source="systemd 252 src/shared/logs-show.c, src/journal/journalctl.c",
)
class BootSeparated(Event):
    """journalctl marked that the lines after this belong to another boot."""

    boot: str | None = None


# --- watchdogs --------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?:(?P<device>watchdog\d+): )?watchdog did not stop!",
            example="watchdog: watchdog0: watchdog did not stop!",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Did watchdog-mux say `expired` or `active connections` in the two seconds before?",
    source="linux 6.8 drivers/watchdog/watchdog_dev.c watchdog_release",
)
class WatchdogNotStopped(Event):
    """A program closed the watchdog device without disarming it: the countdown goes on.

    The kernel grants one last full timeout (10 s with watchdog-mux). No proof of a fence by
    itself: it is printed at nearly every ordinary shutdown too.
    """

    device: str | None = None


@logged(
    by="kernel",
    wordings=(
        wording(
            r"softdog: .{0,60}initialized\. soft_noboot=(?P<no_boot>\d)",
            example="softdog: initialized. soft_noboot=0 soft_margin=60 sec soft_panic=0 (nowayout=0)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="linux 6.8 drivers/watchdog/softdog.c softdog_init",
)
class SoftdogLoaded(Event):
    """The kernel's software watchdog is ready; watchdog-mux sets it to 10 s.

    no_boot: 1 means that it never resets the machine, so HA cannot fence this node.
    """

    no_boot: int | None = None


@logged(
    by="kernel",
    wordings=(
        wording(
            r"softdog: Initiating (?:system reboot|panic)",
            example="softdog: Initiating system reboot",
        ),
        wording(
            r"Software Watchdog Timer expired",
            example="Kernel panic - not syncing: Software Watchdog Timer expired",
            versions="softdog loaded with soft_panic=1",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Who stopped feeding the watchdog, and since when?",
    source="linux 6.8 drivers/watchdog/softdog.c softdog_fire",
)
class SoftdogFired(Event):
    """The software watchdog reset the machine, now: full proof of a watchdog reset.

    Hardly ever reaches the disk; netconsole, a serial console or pstore may have it.
    """


@logged(
    by="kernel",
    wordings=(
        wording(
            r"softdog: Triggered - Reboot ignored", example="softdog: Triggered - Reboot ignored"
        ),
    ),
    danger=Danger.CRITICAL,
    look="Load softdog without soft_noboot=1.",
    source="linux 6.8 drivers/watchdog/softdog.c softdog_fire",
)
class SoftdogIgnored(Event):
    """The software watchdog would have reset the machine, and soft_noboot=1 forbade it.

    The cluster may restart this node's guests elsewhere while they still run here.
    """


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<driver>[\w-]{1,40}): initialized\. heartbeat=\d+ sec",
            example="iTCO_wdt iTCO_wdt: initialized. heartbeat=30 sec (nowayout=0)",
        ),
        wording(
            r"(?P<driver>IPMI Watchdog): driver initialized",
            example="IPMI Watchdog: driver initialized",
        ),
        wording(
            r"(?P<driver>hpwdt) .{1,60}Watchdog Timer Driver",
            example="hpwdt 0000:01:00.0: HPE Watchdog Timer Driver: Version: 2.0.4",
        ),
    ),
    danger=Danger.HARMLESS,
    source="linux 6.8 drivers/watchdog/iTCO_wdt.c, sp5100_tco.c, hpwdt.c, drivers/char/ipmi/ipmi_watchdog.c",
)
class HardwareWatchdogLoaded(Event):
    """A hardware watchdog is ready.

    watchdog-mux uses it only when named in /etc/default/pve-ha-manager; otherwise it is
    watched by nobody, or by systemd.
    """

    driver: str


# --- what the next life says about the last one -----------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"x86/amd: Previous system reset reason \[(?P<register>0x[0-9a-f]+)\]: (?P<reason>.+)",
            example="x86/amd: Previous system reset reason [0x02000800]: hardware watchdog timer expired",
            versions="kernel 6.16 and later, AMD Zen",
        ),
    ),
    danger=Danger.NOTABLE,
    look="`software wrote …` is a reboot by software, softdog's included; others name the hardware.",
    source="linux 6.16 arch/x86/kernel/cpu/amd.c print_s5_reset_status_mmio",
)
class ResetReasonReported(Event):
    """The chipset tells why the machine was reset before this boot.

    `hardware watchdog timer expired`, `power button was pressed for 4 seconds`, `internal CPU
    thermal limit was tripped`, `an uncorrected error caused a data fabric sync flood event` …
    A reset by softdog is a reboot by software and reads like an ordinary one.
    """

    reason: str
    register: str | None = None


@logged(
    by="kernel",
    wordings=(
        wording(
            r"EXT4-fs \((?P<device>[^)]+)\): recovery complete",
            example="EXT4-fs (dm-1): recovery complete",
        ),
        wording(
            r"EXT4-fs \((?P<device>[^)]+)\): orphan cleanup on readonly fs",
            example="EXT4-fs (dm-1): orphan cleanup on readonly fs",
        ),
        wording(
            r"XFS \((?P<device>[^)]+)\): Starting recovery",
            example="XFS (dm-1): Starting recovery (logdev: internal)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it the root filesystem at boot, or a guest's volume being mounted?",
    source="linux 6.8 fs/ext4/super.c, fs/ext4/orphan.c, fs/xfs/xfs_log_recover.c",
)
class FilesystemRecovered(Event):
    """A filesystem had not been unmounted: its last user ended without an orderly stop.

    At boot: fence, panic, power loss or hard reset. Later: the volume of a container that was
    stopped hard, often one that HA has just recovered.
    """

    device: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"setting system clock to \S+(?: \S+)? UTC \((?P<epoch_s>\d+)\)",
            example="rtc_cmos 00:01: setting system clock to 2025-01-15T13:02:11 UTC (1736946131)",
        ),
    ),
    danger=Danger.HARMLESS,
    source="linux 6.8 drivers/rtc/class.c rtc_hctosys",
)
class SystemClockSet(Event):
    """At boot the clock was set from the battery clock; NTP may still correct it a little later."""

    epoch_s: int | None = None


# --- how the kernel ends its own life ---------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(r"reboot: (?P<kind>Restarting system)", example="reboot: Restarting system"),
        wording(r"reboot: (?P<kind>Power down)", example="reboot: Power down"),
        wording(r"reboot: (?P<kind>System halted)", example="reboot: System halted"),
    ),
    danger=Danger.NOTABLE,
    source="linux 6.8 kernel/reboot.c kernel_restart, kernel_power_off, kernel_halt",
)
class KernelStopped(Event):
    """The kernel carried out a requested reboot or power-off. Console, netconsole or pstore only."""

    kind: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"sysrq: (?:SysRq : )?(?P<action>Resetting|Trigger a crash|Power [Oo]ff)",
            example="sysrq: Resetting",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Who wrote to /proc/sysrq-trigger or pressed the keys?",
    source="linux 6.8 drivers/tty/sysrq.c",
)
class SysrqUsed(Event):
    """Somebody reset, crashed or cut the machine at once through SysRq: on purpose, not orderly."""

    action: str


EVENTS: tuple[type[Event], ...] = (
    KernelStarted,
    BootSeparated,
    WatchdogNotStopped,
    SoftdogLoaded,
    SoftdogFired,
    SoftdogIgnored,
    HardwareWatchdogLoaded,
    ResetReasonReported,
    FilesystemRecovered,
    SystemClockSet,
    KernelStopped,
    SysrqUsed,
)
