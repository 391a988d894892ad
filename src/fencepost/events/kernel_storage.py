"""What kernel, ZFS, Ceph and multipath say of storage: what fails, what stalls, what went read-only."""

from fencepost.model.event import Danger, Event, logged, wording

_DISK = r"(?P<device>(?!fd\d|loop\d|sr\d|nbd\d)[A-Za-z][\w.!-]*)"

# --- disks and controllers --------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            rf"(?:I/O|critical medium|critical target|critical nexus|recoverable transport|protection) error, dev {_DISK}",
            example="I/O error, dev nvme0n1, sector 1953512 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 0",
            versions="`blk_update_request: ` or `print_req_error: ` stands before it up to 5.16",
        ),
        wording(
            rf"Buffer I/O error on dev(?:ice)? {_DISK}",
            example="Buffer I/O error on dev dm-1, logical block 20639617, lost async page write",
        ),
    ),
    danger=Danger.WARNING,
    look="smartctl -a on the disk; is it the one that holds the root filesystem?",
    source="linux 6.8 block/blk-mq.c blk_print_req_error, fs/buffer.c buffer_io_error",
)
class IoFailed(Event):
    """A disk answered a read or write with an error.

    When it is the system disk, the log may end here while the node still lives.
    """

    device: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"nvme (?P<device>nvme\d+): I/O .{0,80}QID \d+ timeout",
            example="nvme nvme0: I/O tag 10 (100a) QID 4 timeout, aborting req_op:WRITE(1) size:4096",
        ),
    ),
    danger=Danger.WARNING,
    look="Firmware of the drive, its temperature, and power saving (nvme_core.default_ps_max_latency_us=0).",
    source="linux 6.8 drivers/nvme/host/pci.c nvme_timeout",
)
class NvmeTimedOut(Event):
    """An NVMe drive did not answer for 30 s. Everything that writes to it waited so long."""

    device: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"nvme (?P<device>nvme\d+): controller is down; will reset",
            example="nvme nvme0: controller is down; will reset: CSTS=0xffffffff, PCI_STATUS=0x10",
        ),
        wording(
            r"nvme (?P<device>nvme\d+): Removing after probe failure",
            example="nvme nvme0: Removing after probe failure status: -19",
        ),
        wording(
            r"nvme (?P<device>nvme\d+): Disabling device after reset failure",
            example="nvme nvme0: Disabling device after reset failure: -19",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/nvme/host/pci.c nvme_warn_reset, nvme_reset_work",
)
class NvmeDied(Event):
    """An NVMe drive fell off the bus or did not come back from a reset."""

    device: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<port>ata\d+(?:\.\d+)?): exception Emask",
            example="ata1.00: exception Emask 0x0 SAct 0x40000 SErr 0x0 action 0x6 frozen",
        ),
        wording(
            r"(?P<port>ata\d+(?:\.\d+)?): hard resetting link", example="ata1: hard resetting link"
        ),
        wording(
            r"(?P<port>ata\d+(?:\.\d+)?): disable(?:d$| device)",
            example="ata1.00: disable device",
        ),
    ),
    danger=Danger.WARNING,
    look="Cable and power of the disk, then the disk itself.",
    source="linux 6.8 drivers/ata/libata-eh.c, libata-core.c",
)
class AtaFailed(Event):
    """A SATA port met an error, and the disk stood still until it was reset, often for 30 s."""

    port: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"sd (?P<device>[\d:]{1,20}): .{0,80}hostbyte=DID_TIME_OUT",
            example="sd 0:0:1:0: [sdb] tag#12 FAILED Result: hostbyte=DID_TIME_OUT driverbyte=DRIVER_OK cmd_age=182s",
        ),
        wording(
            r"sd (?P<device>[\d:]{1,20}): .{0,80}timing out command, waited",
            example="sd 0:0:1:0: [sdb] tag#12 timing out command, waited 180s",
        ),
        wording(
            r"sd (?P<device>[\d:]{1,20}): .{0,80}attempting task abort",
            example="sd 0:0:1:0: attempting task abort!scmd(0x0000000012345678), outstanding for 30312 ms & timeout 30000 ms",
            versions="mpt3sas and others",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 drivers/scsi/scsi_lib.c, scsi_logging.c, mpt3sas/mpt3sas_scsih.c",
)
class ScsiTimedOut(Event):
    """A SCSI or SAS disk, or a LUN, did not answer in its time."""

    device: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"sd (?P<device>[\d:]{1,20}): .{0,80}rejecting I/O to offline device",
            example="sd 0:0:1:0: rejecting I/O to offline device",
        ),
        wording(
            r"sd (?P<device>[\d:]{1,20}): .{0,80}Device offlined",
            example="sd 0:0:1:0: Device offlined - not ready after error recovery",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 drivers/scsi/scsi_lib.c, scsi_error.c scsi_eh_offline_sdevs",
)
class DiskOfflined(Event):
    """The kernel gave a disk up: every access to it fails from now on."""

    device: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"md/raid\w*:(?P<array>\w+): Disk failure on (?P<device>\S+), disabling device",
            example="md/raid1:md0: Disk failure on sda1, disabling device.",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 drivers/md/raid1.c raid1_error, raid10.c, raid5.c",
)
class RaidDegraded(Event):
    """A software RAID lost a disk and goes on without it."""

    array: str
    device: str


# --- filesystems ------------------------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"(?P<detail>EXT4-fs \([^)]{1,60}\)): Remounting filesystem read-only",
            example="EXT4-fs (dm-1): Remounting filesystem read-only",
        ),
        wording(
            r"(?P<detail>XFS \([^)]{1,60}\)): .{0,120}Filesystem has been shut down",
            example="XFS (dm-1): Filesystem has been shut down due to log error (0x2).",
            versions="kernel 5.16 and later",
        ),
        wording(
            r"(?P<detail>XFS \([^)]{1,60}\)): .{0,120}Shutting down filesystem",
            example="XFS (dm-1): Corruption of in-memory data detected.  Shutting down filesystem",
            versions="kernel 5.15 and earlier",
        ),
        wording(
            r"(?P<detail>BTRFS.{0,80}): forced readonly",
            example="BTRFS info (device sda2: state E): forced readonly",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is it the root filesystem? Then nothing more is logged, though the node lives.",
    source="linux 6.8 fs/ext4/super.c ext4_handle_error, fs/xfs/xfs_fsops.c, fs/btrfs/super.c",
)
class ReadOnlyRemounted(Event):
    """A filesystem stopped taking writes after an error; `detail` names its kind and device."""

    detail: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"EXT4-fs error \(device (?P<device>[^)]{1,60})\)",
            example="EXT4-fs error (device dm-1): ext4_journal_check_start:83: comm pmxcfs: Detected aborted journal",
        ),
        wording(
            r"Aborting journal on device (?P<device>[\w-]+)",
            example="Aborting journal on device dm-1-8.",
        ),
        wording(
            r"XFS \((?P<device>[^)]{1,60})\): (?:log|metadata) I/O error",
            example="XFS (dm-0): log I/O error -5",
        ),
        wording(
            r"XFS \((?P<device>[^)]{1,60})\): Metadata (?:CRC error|corruption) detected",
            example="XFS (sda4): Metadata corruption detected at xfs_dinode_verify.part.0+0x739/0x920 [xfs], inode 0x427b2d1",
        ),
        wording(
            r"BTRFS (?:error|critical) \(device (?P<device>[\w.-]+)",
            example="BTRFS error (device sda2 state EA): bdev /dev/sda2 errs: wr 12, rd 0, flush 1, corrupt 0, gen 0",
        ),
    ),
    danger=Danger.CRITICAL,
    source="linux 6.8 fs/ext4/super.c, fs/jbd2/journal.c, fs/xfs/xfs_log.c, xfs_buf.c, fs/btrfs/messages.c",
)
class FilesystemError(Event):
    """A filesystem met an error that it cannot work around."""

    device: str


# --- storage over the network -----------------------------------------------------------


@logged(
    by="kernel",
    wordings=(
        wording(
            r"nfs: server (?P<server>\S+) not responding",
            example="nfs: server 10.0.0.5 not responding, still trying",
        ),
    ),
    danger=Danger.WARNING,
    look="Does the same second lack corosync links too? Then it is the network, not the server.",
    source="linux 6.8 net/sunrpc/clnt.c call_timeout",
)
class NfsUnresponsive(Event):
    """An NFS server did not answer: whoever uses that mount waits, and so may pvestatd and backups."""

    server: str


@logged(
    by="kernel",
    wordings=(wording(r"nfs: server (?P<server>\S+) OK", example="nfs: server 10.0.0.5 OK"),),
    danger=Danger.NOTABLE,
    source="linux 6.8 net/sunrpc/clnt.c call_decode",
)
class NfsRecovered(Event):
    """An NFS server answers again."""

    server: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"CIFS.{0,40} (?:Server )?\\{0,2}(?P<server>[^\s\\]{1,100}) has not responded in \d+ seconds",
            example=r"CIFS: VFS: \\10.0.0.9 has not responded in 180 seconds. Reconnecting...",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 fs/smb/client/connect.c server_unresponsive",
)
class CifsUnresponsive(Event):
    """An SMB server did not answer."""

    server: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"libceph: (?P<daemon>(?:osd|mon|mds)\d+)\S{0,60} \S{1,80} socket (?:closed|error)",
            example="libceph: osd3 (1)10.0.0.13:6801 socket closed (con state OPEN)",
        ),
        wording(
            r"libceph: (?P<daemon>mon\d+)\S{0,60} \S{1,80} session lost",
            example="libceph: mon0 (2)192.168.1.81:3300 session lost, hunting for new mon",
        ),
        wording(r"libceph: (?P<daemon>osd\d+) down", example="libceph: osd3 down"),
        wording(r"ceph: .{0,80}(?P<daemon>mds\d+) hung", example="ceph: mds0 hung"),
    ),
    danger=Danger.NOTABLE,
    look="One alone is often an idle connection; many in one second are the network or a node.",
    source="linux 6.8 net/ceph/messenger.c, mon_client.c, osdmap.c, fs/ceph/mds_client.c",
)
class CephConnectionLost(Event):
    """The kernel's Ceph client lost a monitor, OSD or metadata server."""

    daemon: str


@logged(
    by=("ceph-osd", "ceph-mon", "ceph-mgr", "ceph-mds"),
    wordings=(
        wording(
            r"(?P<detail>\d{1,9} slow ops.*)",
            example="2025-01-15T13:02:11.101+0000 7f1 -1 osd.3 412 get_health_metrics reporting 3 slow ops, oldest is osd_op(client.24103.0:218 2.1f 2:f8:::rbd_data:head [write 0~4096])",
        ),
        wording(
            r"(?P<detail>\d{1,9} slow requests.*)",
            example="cluster [WRN] 7 slow requests (by type [ 'delayed' : 7 ])",
        ),
    ),
    danger=Danger.WARNING,
    source="ceph 17–19 src/osd/OSD.cc get_health_metrics, src/mon/HealthMonitor.cc (SLOW_OPS)",
)
class SlowOps(Event):
    """Ceph took longer than 30 s over some requests: a slow disk, or the network between OSDs."""

    detail: str


@logged(
    by=("kernel", "iscsid"),
    wordings=(
        wording(
            r"(?P<connection>connection\d+:\d+): +detected conn error",
            example="connection1:0: detected conn error (1022)",
        ),
        wording(
            r"(?P<connection>connection\d+:\d+): +ping timeout of",
            example="connection1:0: ping timeout of 5 secs expired, recv timeout 5, last rx 4297, last ping 4298, now 4299",
        ),
        wording(
            r"Kernel reported iSCSI (?P<connection>connection \d+:\d+) error",
            example="Kernel reported iSCSI connection 1:0 error (1022 - Invalid or unknown error code) state (3)",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 drivers/scsi/scsi_transport_iscsi.c, libiscsi.c; open-iscsi 2.1 usr/initiator.c",
)
class IscsiConnectionLost(Event):
    """An iSCSI target did not answer or hung up."""

    connection: str


@logged(
    by="kernel",
    wordings=(
        wording(
            r"device-mapper: multipath: (?:[\d:]+: )?Failing path (?P<device>[\d:]+)",
            example="device-mapper: multipath: 253:3: Failing path 8:16.",
        ),
    ),
    danger=Danger.WARNING,
    source="linux 6.8 drivers/md/dm-mpath.c fail_path",
)
class PathFailed(Event):
    """One of several ways to a LUN failed; another may go on."""

    device: str


@logged(
    by="multipathd",
    wordings=(
        wording(
            r"(?P<lun>\S{1,80}): remaining active paths: 0$",
            example="mpatha: remaining active paths: 0",
        ),
    ),
    danger=Danger.CRITICAL,
    source="multipath-tools 0.9 libmultipath/io_err_stat.c, multipathd/main.c",
)
class AllPathsLost(Event):
    """No way to a LUN is left."""

    lun: str


# --- ZFS --------------------------------------------------------------------------------


@logged(
    by=("kernel", "zed"),
    wordings=(
        wording(
            r"Pool '(?P<pool>[^']{1,120})' has encountered an uncorrectable I/O failure",
            example="WARNING: Pool 'rpool' has encountered an uncorrectable I/O failure and has been suspended.",
        ),
        wording(
            r"class=io_failure pool='(?P<pool>[^']{1,120})'",
            example="eid=411 class=io_failure pool='rpool' size=4096 offset=1048576 priority=3 err=5",
        ),
    ),
    danger=Danger.CRITICAL,
    source="openzfs 2.3 module/zfs/zio.c zio_suspend; cmd/zed/zed.d/all-syslog.sh",
)
class PoolSuspended(Event):
    """A ZFS pool lost so many disks that all access to it waits: on rpool the node is as good as dead."""

    pool: str


@logged(
    by="zed",
    wordings=(
        wording(
            r"class=de(?:lay|adman) pool='(?P<pool>[^']{1,120})'(?:.{0,200}\bdelay=(?P<delay_ms>\d+)ms)?",
            example="eid=97 class=delay pool='rpool' vdev=nvme0n1p3 size=4096 offset=270336 priority=3 err=0 flags=0x380880 delay=31250ms",
        ),
    ),
    danger=Danger.WARNING,
    source="openzfs 2.3 module/zfs/zio.c zio_done (zio_slow_io_ms 30 s), cmd/zed/zed.d/all-syslog.sh",
)
class DeviceDelayed(Event):
    """A disk of a ZFS pool took more than 30 s over one access."""

    pool: str
    delay_ms: int | None = None


@logged(
    by="zed",
    wordings=(
        wording(
            r"class=statechange pool='(?P<pool>[^']{1,120})'(?: vdev=(?P<device>\S{1,120}))?.{0,120} vdev_state=(?P<state>FAULTED|REMOVED|UNAVAIL|DEGRADED)",
            example="eid=112 class=statechange pool='rpool' vdev=sda3 vdev_state=FAULTED",
        ),
    ),
    danger=Danger.WARNING,
    source="openzfs 2.3 cmd/zed/zed.d/all-syslog.sh",
)
class PoolDegraded(Event):
    """A disk of a ZFS pool failed or went away."""

    pool: str
    state: str
    device: str | None = None


EVENTS: tuple[type[Event], ...] = (
    IoFailed,
    NvmeTimedOut,
    NvmeDied,
    AtaFailed,
    ScsiTimedOut,
    DiskOfflined,
    RaidDegraded,
    ReadOnlyRemounted,
    FilesystemError,
    NfsUnresponsive,
    NfsRecovered,
    CifsUnresponsive,
    CephConnectionLost,
    SlowOps,
    IscsiConnectionLost,
    PathFailed,
    AllPathsLost,
    PoolSuspended,
    DeviceDelayed,
    PoolDegraded,
)
