"""Lines of kernel, systemd and services that experts look for are read; near ones are not.

Each row: the event, the program, the line as the program prints it.
"""

from datetime import UTC, datetime

import pytest

from fencepost.events import EVENTS
from fencepost.model.line import Line, Origin

LISTED = """
ShutdownAnnounced | systemd-logind | The system will reboot now!
ShutdownAnnounced | systemd-logind | The system will power off now!
SystemStopping | systemd-logind | System is rebooting.
SystemStopping | systemd-logind | System is rebooting (Applied kernel updates).
SystemStopping | systemd-logind | System is powering down.
PowerKeyPressed | systemd-logind | Power key pressed short.
PowerKeyPressed | systemd-logind | Power key pressed.
UnitStopping | systemd | Stopping corosync.service - Corosync Cluster Engine...
UnitStopping | systemd | Stopping The Proxmox VE cluster filesystem...
UnitStopping | systemd | Stopping pve-guests.service - PVE guests...
UnitStopped | systemd | Stopped corosync.service - Corosync Cluster Engine.
UnitStopped | systemd | Stopped Corosync Cluster Engine.
UnitStarted | systemd | Started watchdog-mux.service - Proxmox VE watchdog multiplexer.
UnitStarted | systemd | Finished ufw.service - Uncomplicated firewall.
UnitStarting | systemd | Starting Corosync Cluster Engine...
UnitStartFailed | systemd | Failed to start corosync.service - Corosync Cluster Engine.
UnitProcessDied | systemd | corosync.service: Main process exited, code=killed, status=11/SEGV
UnitFailed | systemd | corosync.service: Failed with result 'oom-kill'.
UnitOomKilled | systemd | corosync.service: A process of this unit has been killed by the OOM killer.
ShutdownTargetReached | systemd | Reached target shutdown.target - System Shutdown.
ShutdownTargetReached | systemd | Reached target reboot.target - System Reboot.
ShutdownTargetReached | systemd | Reached target poweroff.target - System Power Off.
ShutdownTargetReached | systemd | Reached target Reboot.
ShutdownTargetReached | systemd | Reached target Power-Off.
SystemShuttingDown | systemd | Shutting down.
SystemShuttingDown | systemd-shutdown | Syncing filesystems and block devices.
SystemShuttingDown | systemd-shutdown | Sending SIGTERM to remaining processes...
JournalStopped | systemd-journald | Journal stopped
JournalStarted | systemd-journald | Journal started
JournalUnclean | systemd-journald | File /var/log/journal/7f1c/system.journal corrupted or uncleanly shut down, renaming and replacing.
PanicRecordFound | systemd-pstore | PStore dmesg-efi_pstore-172301200201001 moved to /var/lib/systemd/pstore/172301200/
KernelStopped | kernel | reboot: Restarting system
KernelStarted | kernel | Linux version 5.15.107-2-pve (build@proxmox) (gcc (Debian 10.2.1-6) 10.2.1 20210110, GNU ld 2.35.2) #1 SMP PVE 5.15.107-2 (2023-05-10T09:10Z) ()
BootSeparated | journalctl | -- Boot 0f41d7e5a9b04c5c8e2f6a7b1c3d4e5f --
BootSeparated | journalctl | -- Reboot --
FilesystemRecovered | kernel | EXT4-fs (dm-1): recovery complete
FilesystemRecovered | kernel | EXT4-fs (dm-1): orphan cleanup on readonly fs
FilesystemRecovered | kernel | XFS (sda3): Starting recovery (logdev: internal)
WatchdogNotStopped | kernel | watchdog: watchdog0: watchdog did not stop!
WatchdogNotStopped | kernel | iTCO_wdt: watchdog did not stop!
SoftdogLoaded | kernel | softdog: initialized. soft_noboot=0 soft_margin=60 sec soft_panic=0 (nowayout=0)
SoftdogLoaded | kernel | softdog: Software Watchdog Timer: 0.08 initialized. soft_noboot=0 soft_margin=60 sec soft_panic=0 (nowayout=0)
SoftdogFired | kernel | softdog: Initiating system reboot
SoftdogFired | kernel | Kernel panic - not syncing: Software Watchdog Timer expired
SoftdogIgnored | kernel | softdog: Triggered - Reboot ignored
HardwareWatchdogLoaded | kernel | iTCO_wdt: initialized. heartbeat=30 sec (nowayout=0)
HardwareWatchdogLoaded | kernel | IPMI Watchdog: driver initialized
ResetReasonReported | kernel | x86/amd: Previous system reset reason [0x08000800]: an uncorrected error caused a data fabric sync flood event
SystemClockSet | kernel | rtc_cmos 00:01: setting system clock to 2025-11-08T11:47:31 UTC (1762602451)
KernelPanicked | kernel | Kernel panic - not syncing: Fatal machine check
KernelPanicked | kernel | Rebooting in 10 seconds..
KernelOopsed | kernel | BUG: unable to handle page fault for address: ffffb1c0c0a3d000
KernelOopsed | kernel | Oops: 0000 [#1] SMP NOPTI
KernelOopsed | kernel | general protection fault: 0000 [#1] SMP PTI
MachineChecked | kernel | mce: [Hardware Error]: CPU 4: Machine Check: 0 Bank 6: be00000000800400
MachineChecksNoted | kernel | mce: [Hardware Error]: Machine check events logged
PreviousBootError | kernel | BERT: Error records from previous boot:
PreviousBootError | kernel | BERT: [Hardware Error]: Error records from previous boot:
HardwareErrorReported | kernel | EDAC MC0: 1 UE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0)
HardwareErrorReported | kernel | pcieport 0000:00:1c.4: AER: Uncorrectable (Non-Fatal) error message received from 0000:04:00.0
CorrectedError | kernel | EDAC MC0: 3 CE memory scrubbing error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 slot:0)
MemoryRanOut | kernel | Out of memory: Killed process 1417 (corosync) total-vm:735212kB, anon-rss:171336kB, file-rss:61032kB, shmem-rss:49152kB, UID:0 pgtables:580kB oom_score_adj:0
ThermalThrottled | kernel | CPU3: Core temperature above threshold, cpu clock throttled (total events = 1)
ThermalThrottled | kernel | CPU3: Package temperature is above threshold, cpu clock is throttled (total events = 97)
ThermalTripped | kernel | thermal thermal_zone0: critical temperature reached (100 C), shutting down
ThermalTripped | kernel | reboot: HARDWARE PROTECTION shutdown (Temperature too high)
NicHung | kernel | e1000e 0000:00:1f.6 eno1: Detected Hardware Unit Hang:
AdapterReset | kernel | e1000e 0000:00:1f.6 eno1: Reset adapter unexpectedly
AdapterReset | kernel | igb 0000:05:00.0 eno3: Reset adapter
TransmitTimedOut | kernel | NETDEV WATCHDOG: eth0 (r8169): transmit queue 0 timed out
TransmitTimedOut | kernel | r8169 0000:03:00.0 enp3s0: NETDEV WATCHDOG: CPU: 2: transmit queue 0 timed out 5012 ms
CarrierLost | kernel | e1000e: enp0s31f6 NIC Link is Down
CarrierLost | kernel | bnx2x 0000:02:00.0 eno1: NIC Link is Down
CarrierLost | kernel | tg3 0000:02:00.0 eno1: Link is down
CarrierLost | kernel | r8169 0000:03:00.0 enp3s0: link down
CarrierGained | kernel | bnx2x 0000:02:00.0 eno1: NIC Link is Up, 10000 Mbps full duplex, Flow control: ON - receive & transmit
SpeedDowngraded | kernel | e1000e 0000:00:1f.6 eno1: Link Speed was downgraded by SmartSpeed
BridgePortDisabled | kernel | vmbr0: port 1(eno1) entered disabled state
BridgePortForwarding | kernel | vmbr0: port 1(bond0) entered forwarding state
BondSlaveDown | kernel | bond0: (slave eno1): link status definitely down, disabling slave
BondEmpty | kernel | bond0: now running without any active interface!
BondWithoutPartner | kernel | bond0: Warning: No 802.3ad response from the link partner for any adapters in the bond
SoftLockedUp | kernel | watchdog: BUG: soft lockup - CPU#7 stuck for 23s! [kworker/7:1:1093]
SoftLockedUp | kernel | NMI watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [swapper/0:0]
HardLockedUp | kernel | NMI watchdog: Watchdog detected hard LOCKUP on cpu 2
HardLockedUp | kernel | watchdog: CPU3: Watchdog detected hard LOCKUP on cpu 3
CpuStalled | kernel | rcu: INFO: rcu_sched detected stalls on CPUs/tasks:
CpuStalled | kernel | rcu: INFO: rcu_preempt detected expedited stalls on CPUs/tasks: { 3-...D } 21 jiffies s: 1297 root: 0x8/.
TaskBlocked | kernel | INFO: task pve-ha-lrm:1609 blocked for more than 120 seconds.
ClocksourceUnstable | kernel | clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:
RealtimeThrottled | kernel | sched: RT throttling activated
IoFailed | kernel | blk_update_request: I/O error, dev sdb, sector 3907027080 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 0
IoFailed | kernel | Buffer I/O error on dev dm-1, logical block 1545, lost async page write
NvmeTimedOut | kernel | nvme nvme0: I/O 12 QID 3 timeout, aborting
NvmeTimedOut | kernel | nvme nvme0: I/O tag 11 (200b) opcode 0x1 (I/O Cmd) QID 3 timeout, reset controller
NvmeDied | kernel | nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0xffff
AtaFailed | kernel | ata1.00: exception Emask 0x10 SAct 0x0 SErr 0x4050002 action 0xe frozen
FilesystemError | kernel | EXT4-fs error (device dm-1): ext4_wait_block_bitmap:582: comm kworker/u8:2: Cannot read block bitmap
ReadOnlyRemounted | kernel | EXT4-fs (dm-1): Remounting filesystem read-only
NfsUnresponsive | kernel | nfs: server nas.lan not responding, timed out
NfsRecovered | kernel | nfs: server nas.lan OK
CephConnectionLost | kernel | libceph: osd3 (1)10.0.0.13:6801 socket closed (con state OPEN)
SlowOps | ceph-mon | cluster [WRN] Health check failed: 1 slow ops, oldest one blocked for 32 sec, osd.1 has slow ops (SLOW_OPS)
DeviceDelayed | zed | eid=97 class=delay pool='rpool' vdev=nvme0n1p3 size=4096 offset=270336 priority=3 err=0 flags=0x380880 delay=31250ms
PoolSuspended | kernel | WARNING: Pool 'rpool' has encountered an uncorrectable I/O failure and has been suspended.
PoolSuspended | zed | eid=411 class=io_failure pool='rpool' pool_state=UNAVAIL size=4096 offset=1048576 priority=3 err=5
ClockStepped | chronyd | System clock was stepped by 72.401533 seconds
ClockWrong | chronyd | System clock wrong by 1.204112 seconds, adjustment started
ClockSourceLost | chronyd | Can't synchronise: no selectable sources
ClockSynchronised | chronyd | Selected source 192.0.2.1 (2.debian.pool.ntp.org)
TimeJumped | chronyd | Forward time jump detected!
ProcessSegfaulted | kernel | corosync[1417]: segfault at 7f3c60000010 ip 00007f3c74b2a1a3 sp 00007f3c6dffa9d0 error 4 in libknet.so.1.2.0[7f3c74b1e000+13000]
ProcessDumpedCore | systemd-coredump | Process 1417 (corosync) of user 0 dumped core.
JournalSuppressed | systemd-journald | Suppressed 1322 messages from corosync.service
UpsOnBattery | upsmon | UPS eaton@10.0.0.9 on battery
UpsOnBattery | apcupsd | Power failure.
UpsShutdown | upsmon | Executing automatic power-fail shutdown
UpgradeRebooted | unattended-upgrades | Found /var/run/reboot-required, rebooting
PackagesUpgraded | apt.systemd.daily | Packages that will be upgraded: corosync libknet1t64
AdminCommand | sudo | root : TTY=pts/0 ; PWD=/root ; USER=root ; COMMAND=/usr/bin/systemctl stop corosync
"""

NOISE = """
kernel | vmbr0: port 3(tap101i0) entered disabled state
kernel | vmbr0: port 3(tap101i0) entered forwarding state
kernel | fwbr100i0: port 2(veth100i0) entered disabled state
kernel | vmbr0: port 5(fwpr101p0) entered disabled state
kernel | vmbr0: port 1(eno1) entered blocking state
kernel | tap101i0: entered promiscuous mode
kernel | tap101i0: link is down
kernel | tap101i0: Link is Down
kernel | veth100i0: link up
kernel | IPv6: ADDRCONF(NETDEV_CHANGE): tap101i0: link becomes ready
kernel | IPv6: ADDRCONF(NETDEV_UP): eno1: link is not ready
kernel | ata3: SATA link down (SStatus 0 SControl 300)
kernel | ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)
kernel | pcieport 0000:00:1c.4: pciehp: Slot(4): Link Down
kernel | pcieport 0000:00:1c.4: pciehp: Slot(4): Link Up
kernel | pcieport 0000:00:1c.4: AER: Corrected error received: 0000:04:00.0
kernel | [UFW BLOCK] IN=vmbr0 OUT= MAC=3c:ec SRC=203.0.113.7 DST=10.0.0.2 LEN=40 TOS=0x00 PREC=0x00 TTL=242 ID=54321 PROTO=TCP SPT=40112 DPT=23 WINDOW=1024 RES=0x00 SYN URGP=0
kernel | [UFW BLOCK] IN=vmbr0 OUT= MAC=01:00 SRC=10.0.0.9 DST=224.0.0.251 LEN=72 TOS=0x00 PREC=0x00 TTL=255 ID=9 DF PROTO=UDP SPT=5353 DPT=5353 LEN=52
kernel | [UFW ALLOW] IN=vmbr0 OUT= MAC=3c:ec SRC=10.0.0.1 DST=10.0.0.2 LEN=144 TOS=0x00 PREC=0xC0 TTL=64 ID=3 DF PROTO=UDP SPT=5405 DPT=5405 LEN=124
kernel | audit: type=1400 audit(1764115223.398:6514): apparmor="DENIED" operation="mount" class="mount" info="failed flags match" error=-13 profile="lxc-125_</var/lib/lxc>" name="/run/systemd/unit-root/" pid=3868939 comm="(ogrotate)" flags="rw, rslave"
kernel | perf: interrupt took too long (2501 > 2500), lowering kernel.perf_event_max_sample_rate to 79750
kernel | clocksource: Switched to clocksource tsc
kernel | tsc: Detected 3600.000 MHz processor
kernel | mce: CPU0: Thermal monitoring enabled (TM1)
kernel | EDAC MC: Ver: 3.0.0
kernel | EDAC MC0: Giving out device to module skx_edac controller Skylake Socket#0 IMC#0: DEV 0000:3a:0a.0 (INTERRUPT)
kernel | EXT4-fs (dm-1): mounted filesystem 2f6d7a1e-0000-4aa0-9d1c-3f5e6c7c8e9a r/w with ordered data mode. Quota mode: none.
kernel | I/O error, dev sr0, sector 0 op 0x0:(READ) flags 0x80700 phys_seg 1 prio class 2
kernel | nvme nvme0: 8/0/0 default/read/poll queues
kernel | oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,global_oom,task_memcg=/system.slice/corosync.service,task=corosync,pid=1417,uid=0
kernel | sysrq: Show State
kernel | watchdog: Enabled. Permanently consumes one hw-PMU counter.
kernel | Command line: BOOT_IMAGE=/boot/vmlinuz-6.8.12-4-pve root=/dev/mapper/pve-root ro quiet nmi_watchdog=0
systemd | Started session-12.scope - Session 12 of User root.
systemd | Started Session 12 of user root.
systemd | Started chrony, an NTP client/server.
systemd | Finished logrotate.service - Rotate log files.
systemd | Started Proxmox VE firewall logger.
systemd | Stopped target timers.target - Timer Units.
systemd | Reached target multi-user.target - Multi-User System.
systemd | Reached target Shutdown.
systemd | Startup finished in 61ms.
systemd | Reloading.
systemd | watchdog-mux.service: Deactivated successfully.
systemd | corosync.service: Succeeded.
systemd | logrotate.service: Failed with result 'exit-code'.
systemd | smartmontools.service: Main process exited, code=exited, status=17/n/a
systemd-logind | New session 12 of user root.
systemd-logind | Session 12 logged out. Waiting for processes to exit.
systemd-logind | Watching system buttons on /dev/input/event1 (Power Button)
systemd-journald | Runtime Journal (/run/log/journal/7f1c) is 8.0M, max 642.4M, 634.4M free.
chronyd | Frequency -12.345 +/- 0.012 ppm read from /var/lib/chrony/chrony.drift
chronyd | Source 192.0.2.1 replaced with 192.0.2.7 (2.debian.pool.ntp.org)
zed | eid=7 class=scrub_finish pool='rpool'
zed | eid=8 class=history_event pool='rpool'
upsmon | Communications with UPS eaton@10.0.0.9 established
sudo | tina : TTY=pts/0 ; PWD=/home/tina ; USER=root ; COMMAND=/usr/bin/systemctl status corosync
sudo | pam_unix(sudo:session): session opened for user root(uid=0) by tina(uid=1000)
"""


def rows(table: str, parts: int) -> list[list[str]]:
    return [row.split(" | ", parts - 1) for row in table.strip().split("\n")]


def readers(program: str, text: str) -> list[str]:
    at = datetime(2025, 11, 8, 11, 45, tzinfo=UTC)
    line = Line(at, "pve1", program, 1, text, Origin("syslog", 1))
    return [
        event.__name__
        for event in EVENTS
        if program in event.grammar.by and event.read(line) is not None
    ]


@pytest.mark.parametrize(("event", "program", "text"), rows(LISTED, 3))
def test_a_line_that_experts_look_for_is_read_once_as_its_event(
    event: str, program: str, text: str
) -> None:
    assert readers(program, text) == [event]


@pytest.mark.parametrize(
    ("event", "text"), [(event, text) for event, by, text in rows(LISTED, 3) if by == "kernel"]
)
def test_a_kernel_line_is_read_with_its_own_time_stamp_inside(event: str, text: str) -> None:
    assert readers("kernel", f"[3133701.371873] {text}") == [event]
    assert readers("kernel", f"[    2.491403] [    T240] {text}") == [event]


@pytest.mark.parametrize(("program", "text"), rows(NOISE, 2))
def test_a_line_of_every_day_is_not_read(program: str, text: str) -> None:
    assert readers(program, text) == []
