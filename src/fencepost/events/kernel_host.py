"""What the kernel says of the machine itself: panic, hardware, processor, memory, scheduling."""

from fencepost.model.event import Danger, Event, logged, wording

# --- death of the kernel ----------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"Kernel panic - not syncing: (?!Software Watchdog)(?P<reason>.+)",
            example="Kernel panic - not syncing: Fatal exception in interrupt",
        ),
        wording(r"(?P<reason>Rebooting in \d+ seconds)", example="Rebooting in 10 seconds.."),
    ),
    danger=Danger.CRITICAL,
    look="With kernel.panic=0 the machine stays dead until somebody resets it.",
    source="linux 6.8 kernel/panic.c panic",
)
class KernelPanicked(Event):
    """The kernel gave up. No fence: the node dies whether it was quorate or not.

    Reaches the disk only by luck; look in pstore, netconsole, kdump or the BMC's console.
    """

    reason: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"BUG: (?P<reason>unable to handle .+)",
            example="BUG: unable to handle page fault for address: ffffb1c0c0a3d000",
        ),
        wording(
            r"BUG: (?P<reason>kernel NULL pointer dereference.*)",
            example="BUG: kernel NULL pointer dereference, address: 0000000000000008",
        ),
        wording(r"(?P<reason>kernel BUG at \S+)", example="kernel BUG at mm/slub.c:448!"),
        wording(r"(?P<reason>Oops: .+)", example="Oops: 0002 [#1] PREEMPT SMP NOPTI"),
        wording(
            r"(?P<reason>general protection fault[:,].+)",
            example="general protection fault, probably for non-canonical address 0xdead000000000108: 0000 [#1] PREEMPT SMP NOPTI",
        ),
    ),
    danger=Danger.CRITICAL,
    look="What does the call trace after it name?",
    source="linux 6.8 arch/x86/mm/fault.c, arch/x86/kernel/traps.c, dumpstack.c, lib/bug.c",
)
class KernelOopsed(Event):
    """The kernel met a fault inside itself and killed what it was doing.

    The machine may live on damaged, hang later, or panic at once (kernel.panic_on_oops).
    """

    reason: str


# --- hardware ---------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"BERT: (?:\[Hardware Error\]:\s*)?(?P<detail>Error records from previous boot)",
            example="BERT: Error records from previous boot:",
        ),
        wording(
            r"(?<!\})\[Hardware Error\]:\s*(?P<detail>event severity: \w+)",
            example="[Hardware Error]: event severity: fatal",
        ),
    ),
    danger=Danger.CRITICAL,
    look="The lines after it name the part: processor, memory, PCIe device.",
    source="linux 6.8 drivers/acpi/apei/bert.c bert_print_all, drivers/firmware/efi/cper.c",
)
class PreviousBootError(Event):
    """The firmware kept a hardware error of the life before: it ended in a hardware reset."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"mce: (?:\[Hardware Error\]: )?(?P<detail>CPU \d+: Machine Check.*)",
            example="mce: [Hardware Error]: CPU 5: Machine Check: 0 Bank 5: bea0000000000108",
        ),
    ),
    danger=Danger.WARNING,
    look="In the first seconds of a boot it tells of the life before.",
    source="linux 6.8 arch/x86/kernel/cpu/mce/core.c __print_mce",
)
class MachineChecked(Event):
    """The processor reported an error that it could not correct.

    Printed while it happens, or, in the first seconds of a boot, as the reason why the life
    before ended.
    """

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"mce: \[Hardware Error\]: Machine check events logged",
            example="mce: [Hardware Error]: Machine check events logged",
        ),
    ),
    danger=Danger.NOTABLE,
    look="rasdaemon or mcelog has the details; most are corrected errors.",
    source="linux 6.8 arch/x86/kernel/cpu/mce/core.c mce_notify_irq",
)
class MachineChecksNoted(Event):
    """Machine checks were noted; the line does not say whether they were corrected."""


@logged(
    by="kernel",
    wordings=(
        wording(
            r"\}\[Hardware Error\]:\s*(?P<detail>event severity: (?:fatal|recoverable))",
            example="{1}[Hardware Error]: event severity: recoverable",
        ),
        wording(
            r"\[Hardware Error\]: (?P<detail>System Fatal error)",
            example="[Hardware Error]: System Fatal error.",
        ),
        wording(
            r"\[Hardware Error\]: (?P<detail>Uncorrected, software \w+ error)",
            example="[Hardware Error]: Uncorrected, software restartable error.",
        ),
        wording(
            r"(?P<detail>EDAC MC\d+: \d+ UE .*)",
            example="EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0",
        ),
        wording(
            r"AER: (?P<detail>(?:Multiple )?Uncorrect(?:ed|able) \((?:Non-)?Fatal\) error .*)",
            example="pcieport 0000:00:1c.4: AER: Uncorrected (Fatal) error received: 0000:04:00.0",
        ),
        wording(
            r"(?P<detail>Memory failure: 0x[0-9a-f]+: .+)",
            example="Memory failure: 0x1a2b3c: recovery action for dirty LRU page: Recovered",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/firmware/efi/cper.c, drivers/edac/{edac_mc,mce_amd}.c, drivers/pci/pcie/aer.c, mm/memory-failure.c",
)
class HardwareErrorReported(Event):
    """The hardware reported an error that it could not correct, while the system ran."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<detail>EDAC MC\d+: \d+ CE .*)",
            example="EDAC MC0: 1 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0",
        ),
        wording(
            r"\}\[Hardware Error\]:\s*(?P<detail>event severity: corrected)",
            example="{1}[Hardware Error]: event severity: corrected",
        ),
        wording(
            r"\[Hardware Error\]: (?P<detail>(?:Corrected|Deferred) error, no action required)",
            example="[Hardware Error]: Corrected error, no action required.",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Many of them on one memory module announce a failing one.",
    source="linux 6.8 drivers/edac/{edac_mc,mce_amd}.c, drivers/firmware/efi/cper.c",
)
class CorrectedError(Event):
    """The hardware corrected an error by itself: no harm was done."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<detail>\S{1,40}: (?:\S{1,40}: )?critical temperature reached.*)",
            example="thermal thermal_zone0: acpitz: critical temperature reached, shutting down",
        ),
        wording(
            r"(?P<detail>HARDWARE PROTECTION .+)",
            example="reboot: HARDWARE PROTECTION shutdown (Temperature too high)",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/thermal/thermal_core.c, kernel/reboot.c",
)
class ThermalTripped(Event):
    """The machine was too hot and shut itself down; an orderly stop follows, asked for by nobody."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"CPU(?P<cpu>\d+): (?:Core|Package) temperature (?:is )?above threshold",
            example="CPU3: Core temperature is above threshold, cpu clock is throttled (total events = 12)",
        ),
    ),
    danger=Danger.NOTABLE,
    source="linux 6.8 drivers/thermal/intel/therm_throt.c",
)
class ThermalThrottled(Event):
    """A processor was slowed down because it was hot. Slow, but not stopped."""

    cpu: int


# --- a processor or a task that does not get on -----------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"BUG: soft lockup - CPU#(?P<cpu>\d+) stuck for (?P<seconds>\d+)s!(?: \[(?P<task>.{1,40}):\d+\])?",
            example="watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [kvm:2213]",
        ),
    ),
    danger=Danger.WARNING,
    look="On virtual machines: did the host pause this one?",
    source="linux 6.8 kernel/watchdog.c watchdog_timer_fn",
)
class SoftLockedUp(Event):
    """A processor ran kernel code for `seconds` without letting anything else run.

    Corosync on that processor stood still. In a paused virtual machine all processors say so
    at once when it wakes.
    """

    cpu: int
    seconds: int
    task: str | None = None


@logged(
    by="kernel",
    wordings=(
        wording(
            r"[Ww]atchdog detected hard LOCKUP on cpu (?P<cpu>\d+)",
            example="watchdog: Watchdog detected hard LOCKUP on cpu 3",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 kernel/watchdog.c watchdog_hardlockup_check",
)
class HardLockedUp(Event):
    """A processor did not even answer interrupts: broken hardware, firmware or driver."""

    cpu: int


@logged(
    by="kernel",
    wordings=(
        wording(
            r"INFO: (?P<detail>rcu_\w+ (?:self-)?detected (?:expedited )?stalls? on .*)",
            example="rcu: INFO: rcu_preempt self-detected stall on CPU",
        ),
        wording(
            r"BUG: (?P<detail>workqueue lockup - pool .*)",
            example="BUG: workqueue lockup - pool cpus=3 node=0 flags=0x0 nice=0 stuck for 35s!",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 kernel/rcu/tree_stall.h, tree_exp.h, kernel/workqueue.c",
)
class CpuStalled(Event):
    """A processor did not get through its kernel work for 20 s or longer."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"INFO: task (?P<task>.{1,40}?):\d+ blocked .{0,40}?more than (?P<seconds>\d+) seconds",
            example="INFO: task pmxcfs:1417 blocked for more than 122 seconds.",
        ),
    ),
    danger=Danger.WARNING,
    look="Which storage was it waiting for? Look for I/O errors and NFS lines just before.",
    source="linux 6.8 kernel/hung_task.c check_hung_task",
)
class TaskBlocked(Event):
    """A task has waited in the kernel for `seconds`, nearly always for storage.

    An LRM, pmxcfs or corosync that waits like this is a reason for a fence even on a quorate
    node. Guests' threads (`kvm`, `CPU 0/KVM`) alone are not.
    """

    task: str
    seconds: int


@logged(
    by="kernel",
    wordings=(
        wording(r"sched: .{0,60}RT throttling activated", example="sched: RT throttling activated"),
    ),
    danger=Danger.NOTABLE,
    source="linux 6.8 kernel/sched/rt.c sched_rt_runtime_exceeded",
)
class RealtimeThrottled(Event):
    """Real-time tasks, corosync among them, used 95 % of a second and were held back once.

    Said once a boot only: more of it goes unsaid.
    """


@logged(
    by="kernel",
    wordings=(
        wording(
            r"Marking clocksource '(?P<clock>[^']{1,40})' as unstable",
            example="clocksource: timekeeping watchdog on CPU3: Marking clocksource 'tsc' as unstable because the skew is too large:",
        ),
        wording(
            r"Marking (?P<clock>TSC) unstable due to",
            example="tsc: Marking TSC unstable due to clocksource watchdog",
        ),
    ),
    danger=Danger.NOTABLE,
    look="A frequent mark of a paused or overcommitted virtual machine.",
    source="linux 6.8 kernel/time/clocksource.c, arch/x86/kernel/tsc.c",
)
class ClocksourceUnstable(Event):
    """The processor's clock disagreed with another one and is no longer used.

    Firmware, power saving, or a processor that stood still (paused virtual machine, SMM).
    """

    clock: str | None = None


@logged(
    by="kernel",
    wordings=(wording(r"PM: suspend entry \((?P<how>\S+)\)", example="PM: suspend entry (deep)"),),
    danger=Danger.CRITICAL,
    look="Mask sleep.target and suspend.target, set HandleLidSwitch=ignore.",
    source="linux 6.8 kernel/power/suspend.c enter_state",
)
class SystemSuspended(Event):
    """The machine went to sleep: a power key, a lid or a desktop's idle timer did it."""

    how: str


@logged(
    by="kernel",
    wordings=(wording(r"PM: suspend exit", example="PM: suspend exit"),),
    danger=Danger.WARNING,
    source="linux 6.8 kernel/power/suspend.c pm_suspend",
)
class SystemResumed(Event):
    """The machine woke from sleep; all the time between was lost to it."""


# --- memory -----------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"Out of memory(?: \([^)]{0,60}\))?: Kill(?:ed)? process (?P<victim>\d+) \((?P<process>[^)]{1,40})\)",
            example="Out of memory: Killed process 1417 (corosync) total-vm:735212kB, anon-rss:171336kB, file-rss:61032kB, shmem-rss:49152kB, UID:0 pgtables:580kB oom_score_adj:0",
        ),
    ),
    danger=Danger.CRITICAL,
    look="What grew? Compare guests' memory with the node's, and the ZFS ARC limit.",
    source="linux 6.8 mm/oom_kill.c __oom_kill_process; `Kill process … score` before 5.0",
)
class MemoryRanOut(Event):
    """The whole machine was out of memory and the kernel killed a process.

    Killing corosync, pmxcfs or the LRM costs the node its quorum or its watchdog.
    """

    process: str
    victim: int


@logged(
    by="kernel",
    wordings=(
        wording(
            r"Memory cgroup out of memory: Kill(?:ed)? process (?P<victim>\d+) \((?P<process>[^)]{1,40})\)",
            example="Memory cgroup out of memory: Killed process 48213 (mysqld) total-vm:2254132kB, anon-rss:1048404kB, file-rss:0kB, shmem-rss:0kB, UID:100112 pgtables:2328kB oom_score_adj:0",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Which container or service is it?",
    source="linux 6.8 mm/memcontrol.c mem_cgroup_out_of_memory, mm/oom_kill.c",
)
class MemoryLimitReached(Event):
    """A container or service hit its own memory limit and lost a process.

    The node itself had memory left: of no concern to the cluster.
    """

    process: str
    victim: int


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<process>[^\s\[\]][^\[\]]{0,30}?) invoked oom-killer: ",
            example="kvm invoked oom-killer: gfp_mask=0x140cca(GFP_HIGHUSER_MOVABLE|__GFP_COMP), order=0, oom_score_adj=0",
        ),
    ),
    danger=Danger.NOTABLE,
    look="The line that follows names the victim, and whether the machine or a container was full.",
    source="linux 6.8 mm/oom_kill.c dump_header",
)
class OomInvoked(Event):
    """A process asked for memory that was not there. It is not the culprit and not the victim."""

    process: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<process>[^\s\[\]][^\[\]]{0,30})\[(?P<victim>\d+)\]: segfault at",
            example="corosync[1417]: segfault at 7f3c60000010 ip 00007f3c74b2a1a3 sp 00007f3c6dffa9d0 error 4 in libknet.so.1.2.0[7f3c74b1e000+13000]",
        ),
        wording(
            r"traps: (?P<process>[^\[]{1,30})\[(?P<victim>\d+)\] general protection",
            example="traps: corosync[1417] general protection fault ip:7f3c74b2a1a3 sp:7f3c6dffa9d0 error:0 in libknet.so.1.2.0[7f3c74b1e000+13000]",
        ),
        wording(
            r"traps: (?P<process>[^\[]{1,30})\[(?P<victim>\d+)\] trap ",
            example="traps: corosync[1417] trap invalid opcode ip:7f3c74b2a1a3 sp:7f3c6dffa9d0 error:0 in libc.so.6[7f3c74b1e000+13000]",
        ),
    ),
    danger=Danger.WARNING,
    look="The library at the end of the line says where it crashed.",
    source="linux 6.8 arch/x86/mm/fault.c show_signal_msg, arch/x86/kernel/traps.c",
)
class ProcessSegfaulted(Event):
    """A program crashed. Of corosync, pmxcfs or a pve-ha daemon it is the cause of what follows."""

    process: str
    victim: int | None = None


EVENTS: tuple[type[Event], ...] = (
    KernelPanicked,
    KernelOopsed,
    PreviousBootError,
    MachineChecked,
    MachineChecksNoted,
    HardwareErrorReported,
    CorrectedError,
    ThermalTripped,
    ThermalThrottled,
    SoftLockedUp,
    HardLockedUp,
    CpuStalled,
    TaskBlocked,
    RealtimeThrottled,
    ClocksourceUnstable,
    SystemSuspended,
    SystemResumed,
    MemoryRanOut,
    MemoryLimitReached,
    OomInvoked,
    ProcessSegfaulted,
)
