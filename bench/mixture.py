"""What a busy Proxmox VE node logs on ordinary days, by program and share."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

Say = Callable[[Random], str]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that logs: share of all entries, its unit and file, its process ids."""

    share: int
    name: str
    unit: str
    exe: str
    pids: tuple[int, int]
    say: Say


def _address(chance: Random) -> str:
    return f"10.{chance.randrange(256)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


def _pveproxy(chance: Random) -> str:
    number = chance.randrange(900_000, 999_999)
    return chance.choice(
        (f"worker {number} finished", f"worker {number} started", "starting 1 worker(s)")
    )


def _pvedaemon(chance: Random) -> str:
    return f"<root@pam> successful auth for user '{chance.choice(('root', 'monitor'))}@pam'"


def _systemd(chance: Random) -> str:
    number = chance.randrange(1, 99_999)
    return chance.choice(
        (
            f"Started session-{number}.scope - Session {number} of User root.",
            f"session-{number}.scope: Deactivated successfully.",
            "Starting pvesr.service - Proxmox VE replication runner...",
            "pvesr.service: Deactivated successfully.",
            "Finished pvesr.service - Proxmox VE replication runner.",
            "Created slice user-0.slice - User Slice of UID 0.",
            "user-runtime-dir@0.service: Deactivated successfully.",
            f"fstrim.service: Consumed {chance.random():.3f}s CPU time.",
        )
    )


def _cron(chance: Random) -> str:
    return chance.choice(
        (
            "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
            "pam_unix(cron:session): session closed for user root",
            "(root) CMD (cd / && run-parts --report /etc/cron.hourly)",
            f"(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 {chance.randrange(9)} 1)",
        )
    )


def _smtpd(chance: Random) -> str:
    where = f"unknown[{_address(chance)}]"
    if chance.random() < 0.5:
        return f"connect from {where}"
    return f"disconnect from {where} ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"


def _qmgr(chance: Random) -> str:
    return (
        f"{chance.getrandbits(40):010X}: from=<root@pve1.example.net>, "
        f"size={chance.randrange(300, 9000)}, nrcpt=1 (queue active)"
    )


def _sshd(chance: Random) -> str:
    where = f"{_address(chance)} port {chance.randrange(1024, 65_536)}"
    return chance.choice(
        (
            f"Accepted publickey for root from {where} ssh2: ED25519 {chance.getrandbits(168):042x}",
            f"Failed password for invalid user admin from {where} ssh2",
            "pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)",
            f"Received disconnect from {where}:11: disconnected by user",
        )
    )


def _kernel(chance: Random) -> str:
    guest, number = chance.randrange(100, 999), chance.getrandbits(16)
    if chance.random() < 0.01:
        return f"vmbr0: port 2(tap{guest}i0) entered forwarding state"
    return chance.choice(
        (
            f"tap{guest}i0: entered promiscuous mode",
            (
                f"audit: type=1400 audit(17{chance.getrandbits(30)}.{number}:{guest}): "
                f'apparmor="DENIED" operation="mount" profile="lxc-{guest}_</var/lib/lxc>" '
                f'name="/run/systemd" pid={number} comm="(networkd)" flags="rw, rslave"'
            ),
            (
                f"perf: interrupt took too long ({number} > 2500), lowering "
                "kernel.perf_event_max_sample_rate to 50000"
            ),
            f"EXT4-fs (dm-{guest}): mounted filesystem with ordered data mode. Quota mode: none.",
        )
    )


def _smartd(chance: Random) -> str:
    return (
        f"Device: /dev/sd{chance.choice('abcdef')} [SAT], SMART Usage Attribute: 194 "
        f"Temperature_Celsius changed from {chance.randrange(50, 80)} to {chance.randrange(50, 80)}"
    )


def _rrdcached(chance: Random) -> str:
    return f"started new journal /var/lib/rrdcached/journal/rrd.journal.17{chance.getrandbits(40)}"


def _backup(chance: Random) -> str:
    return (
        f"HTTP/2.0 connection to backup host corosync-backup failed after {chance.randrange(90)}s"
    )


def _zed(chance: Random) -> str:
    return f"eid={chance.randrange(9999)} class=history_event pool='rpool'"


PROGRAMS = (
    Program(14, "pveproxy", "pveproxy.service", "/usr/bin/perl", (900_000, 999_999), _pveproxy),
    Program(9, "pvedaemon", "pvedaemon.service", "/usr/bin/perl", (1300, 1303), _pvedaemon),
    Program(9, "systemd", "init.scope", "/usr/lib/systemd/systemd", (1, 1), _systemd),
    Program(14, "CRON", "cron.service", "/usr/sbin/cron", (10_000, 99_999), _cron),
    Program(9, "postfix/smtpd", "postfix@-.service", "/usr/lib/postfix/sbin/smtpd",
            (10_000, 99_999), _smtpd),
    Program(6, "postfix/qmgr", "postfix@-.service", "/usr/lib/postfix/sbin/qmgr",
            (2050, 2050), _qmgr),
    Program(14, "sshd", "ssh.service", "/usr/sbin/sshd", (10_000, 99_999), _sshd),
    Program(8, "kernel", "", "", (0, 0), _kernel),
    Program(5, "smartd", "smartmontools.service", "/usr/sbin/smartd", (1050, 1050), _smartd),
    Program(5, "rrdcached", "rrdcached.service", "/usr/bin/rrdcached", (1060, 1060), _rrdcached),
    Program(5, "proxmox-backup-client", "user@0.service", "/usr/bin/proxmox-backup-client",
            (10_000, 99_999), _backup),
    Program(2, "zed", "zfs-zed.service", "/usr/sbin/zed", (10_000, 99_999), _zed),
)  # fmt: skip
