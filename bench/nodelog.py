"""Makes the syslog of one Proxmox VE node, as large as wanted: mostly everyday noise.

One line in a thousand is of interest: tasks and cluster logs on ordinary days, and a disturbed
cluster now and then (retransmissions, a flapping link, a lost ring, a self-fence).
The same seed makes the same bytes.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import count
from pathlib import Path
from random import Random
from typing import TypeVar

BEGIN = datetime(2025, 10, 1, tzinfo=UTC)
POOL = 50_000
A_SECOND = (3, 4, 5, 6, 7, 8, 9, 12, 15)  # ordinary lines
RELEVANT = 0.001
IN_INCIDENTS = 0.5  # of the relevant lines; the others are the everyday ones
LONG = (2_000, 30_000)  # bytes of a container's JSON line

Say = Callable[[Random], str]
Lines = Callable[[Random], list[str]]
Maker = TypeVar("Maker", Say, Lines)


def _ip(random: Random) -> str:
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def _hex(random: Random, digits: int) -> str:
    return f"{random.getrandbits(4 * digits):0{digits}x}"


def _upid(random: Random, kind: str, user: str = "root@pam") -> str:
    ids = ":".join(_hex(random, 8).upper() for _ in range(3))
    return f"UPID:pve1:{ids}:{kind}:{random.randrange(100, 400)}:{user}:"


def _request(random: Random) -> str:
    path = random.choice(("cluster/resources", "cluster/tasks", "nodes/pve1/status", "version"))
    clock = f"{random.randrange(24):02d}:{random.randrange(60):02d}:{random.randrange(60):02d}"
    return (
        f"pveproxy[{random.randrange(900_000, 999_999)}]: {_ip(random)} - root@pam "
        f'[01/10/2025:{clock} +0000] "GET /api2/json/{path} HTTP/1.1" 200 '
        f"{random.randrange(200, 90_000)}"
    )


def _unit(random: Random) -> str:
    number = random.randrange(1, 99_999)
    client = f"{number}-{_ip(random)}:6556-{_ip(random)}:{random.randrange(30_000, 60_000)}"
    return "systemd[1]: " + random.choice(
        (
            f"Started session-{number}.scope - Session {number} of User root.",
            f"session-{number}.scope: Deactivated successfully.",
            f"Started check-mk-agent@{client}.service - Checkmk agent ({_ip(random)}).",
            f"check-mk-agent@{client}.service: Deactivated successfully.",
            "Starting man-db.service - Daily man-db regeneration...",
            "Starting pvesr.service - Proxmox VE replication runner...",
            "pvesr.service: Deactivated successfully.",
            "Finished pvesr.service - Proxmox VE replication runner.",
            "Created slice user-0.slice - User Slice of UID 0.",
            "Starting user-runtime-dir@0.service - User Runtime Directory /run/user/0...",
            "Finished user-runtime-dir@0.service - User Runtime Directory /run/user/0.",
            "Stopping user@0.service - User Manager for UID 0...",
            "Stopped user@0.service - User Manager for UID 0.",
            "user@0.service: Deactivated successfully.",
            f"user@0.service: Consumed {random.random() * 3:.3f}s CPU time.",
        )
    )


def _kernel(random: Random) -> str:
    guest = random.randrange(100, 400)
    return f"kernel: {_since(random)} " + random.choice(
        (
            f"audit: type=1400 audit(17{random.randrange(10**8):08d}.{random.randrange(999)}:9): "
            f'apparmor="DENIED" operation="mount" class="mount" profile="lxc-{guest}_</var/lib/lxc>" '
            f'name="/run/systemd" pid={random.randrange(99_999)} comm="(networkd)" flags="rw, rslave"',
            f"perf: interrupt took too long ({random.randrange(2500, 9000)} > 2500), lowering "
            f"kernel.perf_event_max_sample_rate to {random.randrange(10_000, 90_000)}",
            f"FW-DROP IN=vmbr0 OUT= MAC={_hex(random, 12)} SRC={_ip(random)} DST={_ip(random)} LEN=60 "
            f"TOS=0x00 PREC=0x00 TTL=64 ID={random.randrange(65_536)} DF PROTO=TCP "
            f"SPT={random.randrange(65_536)} DPT=23 WINDOW=64240 RES=0x00 SYN URGP=0",
        )
    )


def _since(random: Random) -> str:
    return f"[{random.randrange(10**7):>7}.{random.randrange(10**6):06d}]"


def _guest_port(random: Random) -> str:
    """Say what the kernel says when a guest starts or stops; words that uplinks share."""
    guest = random.randrange(100, 400)
    return f"kernel: {_since(random)} " + random.choice(
        (
            f"fwbr{guest}i0: port 2(tap{guest}i0) entered blocking state",
            f"fwbr{guest}i0: port 2(tap{guest}i0) entered forwarding state",
            f"fwbr{guest}i0: port 2(tap{guest}i0) entered disabled state",
            f"device tap{guest}i0 entered promiscuous mode",
        )
    )


def _login(random: Random) -> str:
    pid, port = random.randrange(10_000, 99_999), random.randrange(1024, 65_536)
    return f"sshd[{pid}]: " + random.choice(
        (
            f"Accepted publickey for root from {_ip(random)} port {port} ssh2: RSA SHA256:"
            f"{_hex(random, 43)}",
            f"Failed password for invalid user admin from {_ip(random)} port {port} ssh2",
            "pam_unix(sshd:session): session opened for user root(uid=0) by (uid=0)",
            f"Received disconnect from {_ip(random)} port {port}:11: disconnected by user",
            f"Connection closed by authenticating user root {_ip(random)} port {port} [preauth]",
        )
    )


def _cron(random: Random) -> str:
    return f"CRON[{random.randrange(10_000, 99_999)}]: " + random.choice(
        (
            "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)",
            "pam_unix(cron:session): session closed for user root",
            "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)",
            "(root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)",
        )
    )


def _mail(random: Random) -> str:
    return f"postfix/smtpd[{random.randrange(10_000, 99_999)}]: " + random.choice(
        (
            f"connect from unknown[{_ip(random)}]",
            f"disconnect from unknown[{_ip(random)}] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5",
            f"{_hex(random, 10).upper()}: client=localhost[127.0.0.1]",
        )
    )


def _storage(random: Random) -> str:
    daemon, when = random.randrange(40), f"2025-10-01T03:22:10.{random.randrange(10**6):06d}+0000"
    return random.choice(
        (
            f"ceph-osd[3001]: {when} 7f{_hex(random, 10)} -1 osd.{daemon} {random.randrange(99_999)} "
            f"heartbeat_check: no reply from {_ip(random)}:6814 osd.3 since back {when} front {when}",
            f"smartd[1010]: Device: /dev/sd{random.choice('abcdef')} [SAT], SMART Usage Attribute: "
            f"194 Temperature_Celsius changed from {random.randrange(50, 80)} to 61",
            f"rrdcached[1100]: flushing old values {_hex(random, 8)}",
            "rrdcached[1100]: removing old journal /var/lib/rrdcached/journal/rrd.journal.17590",
            f"zed[{random.randrange(10_000, 99_999)}]: eid={random.randrange(9999)} "
            "class=history_event pool='rpool'",
        )
    )


def _agents(random: Random) -> str:
    return random.choice(
        (
            f"snmpd[1200]: Connection from UDP: [{_ip(random)}]:{random.randrange(65_536)}->"
            "[10.0.0.1]:161",
            f"pvedaemon[{random.randrange(1300, 1900)}]: <root@pam> successful auth for user "
            "'monitor@pve'",
            f"pveproxy[{random.randrange(900_000, 999_999)}]: worker {random.randrange(10**6)} finished",
            f"zabbix_agentd[1400]: item [{_hex(random, 8)}] is not supported by this agent",
            f"proxmox-backup-client[{random.randrange(99_999)}]: HTTP/2.0 connection to backup host "
            "corosync-backup.example.net done",
        )
    )


EVERYDAY: tuple[tuple[int, Say], ...] = (
    (17, _request),
    (18, _unit),
    (1, _guest_port),
    (10, _kernel),
    (14, _login),
    (14, _cron),
    (8, _mail),
    (10, _storage),
    (8, _agents),
)


def _task(random: Random) -> list[str]:
    upid = _upid(random, random.choice(("vzdump", "qmstart", "vncproxy", "aptupdate")))
    who = f"pvedaemon[{random.randrange(1300, 1900)}]: <root@pam>"
    return [f"{who} starting task {upid}", f"{who} end task {upid} OK"]


def _chatter(random: Random) -> list[str]:
    return [
        random.choice(
            (
                "pmxcfs[1400]: [status] notice: received log",
                "pmxcfs[1400]: [dcdb] notice: data verification successful",
                f"pvestatd[1250]: status update time ({10 + random.random() * 9:.3f} seconds)",
                "systemd[1]: Starting pve-guests.service - PVE guests...",
            )
        )
    ]


def _retransmits(random: Random) -> list[str]:
    lost = " ".join(_hex(random, 5) for _ in range(3))
    return [f"corosync[1500]:   [TOTEM ] Retransmit List: {lost}"] * random.randrange(2, 20)


def _flap(random: Random) -> list[str]:
    peer = random.randrange(2, 5)
    return [
        f"corosync[1500]:   [KNET  ] link: host: {peer} link: 0 is down",
        f"corosync[1500]:   [KNET  ] host: host: {peer} (passive) best link: 0 (pri: 1)",
        f"corosync[1500]:   [KNET  ] host: host: {peer} has no active links",
        f"corosync[1500]:   [KNET  ] rx: host: {peer} link: 0 is up",
        f"corosync[1500]:   [KNET  ] host: host: {peer} (passive) best link: 0 (pri: 1)",
    ]


def _lost_ring(random: Random) -> list[str]:
    ring = random.randrange(0x1000, 0xF000)
    return [
        "kernel: [81234.123456] e1000e 0000:00:1f.6 eno1: NIC Link is Down",
        *(f"corosync[1500]:   [KNET  ] link: host: {peer} link: 0 is down" for peer in (2, 3, 4)),
        *(
            f"corosync[1500]:   [KNET  ] host: host: {peer} has no active links"
            for peer in (2, 3, 4)
        ),
        "corosync[1500]:   [TOTEM ] Token has not been received in 3225 ms",
        "corosync[1500]:   [TOTEM ] A processor failed, forming new configuration: token timed out "
        "(4300ms), waiting 5160ms for consensus.",
        "corosync[1500]:   [QUORUM] Sync members[1]: 1",
        "corosync[1500]:   [QUORUM] Sync left[3]: 2 3 4",
        f"corosync[1500]:   [TOTEM ] A new membership (1.{ring:x}) was formed. Members left: 2 3 4",
        "corosync[1500]:   [TOTEM ] Failed to receive the leave message. failed: 2 3 4",
        "corosync[1500]:   [QUORUM] This node is within the non-primary component and will NOT "
        "provide any services.",
        "corosync[1500]:   [QUORUM] Members[1]: 1",
        "corosync[1500]:   [MAIN  ] Completed service synchronization, ready to provide service.",
        "pmxcfs[1400]: [status] notice: node lost quorum",
        "pmxcfs[1400]: [dcdb] notice: members: 1/1400",
        "kernel: [81244.123456] e1000e 0000:00:1f.6 eno1: NIC Link is Up 1000 Mbps Full Duplex, Flow "
        "Control: Rx/Tx",
        *(f"corosync[1500]:   [KNET  ] rx: host: {peer} link: 0 is up" for peer in (2, 3, 4)),
        "corosync[1500]:   [QUORUM] Sync members[4]: 1 2 3 4",
        "corosync[1500]:   [QUORUM] Sync joined[3]: 2 3 4",
        f"corosync[1500]:   [TOTEM ] A new membership (1.{ring + 4:x}) was formed. Members joined: 2 3 4",
        "corosync[1500]:   [QUORUM] This node is within the primary component and will provide service.",
        "corosync[1500]:   [QUORUM] Members[4]: 1 2 3 4",
        "corosync[1500]:   [MAIN  ] Completed service synchronization, ready to provide service.",
        "pmxcfs[1400]: [status] notice: node has quorum",
        "pmxcfs[1400]: [dcdb] notice: members: 1/1400, 2/1401, 3/1402, 4/1403",
        "pmxcfs[1400]: [dcdb] notice: all data is up to date",
    ]


ORDINARY: tuple[tuple[int, Lines], ...] = ((2, _task), (3, _chatter))
DISTURBED: tuple[tuple[int, Lines], ...] = ((4, _retransmits), (4, _flap), (2, _lost_ring))


def write_log(path: Path, size: int, *, node: str, seed: int, long_lines: bool = False) -> None:
    """Write about `size` bytes of a node's syslog (RFC 3164), unless they are there."""
    if path.exists() and path.stat().st_size >= size:
        return
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for text in _seconds(Random(seed), size, node, long_lines=long_lines):
            file.write(text.encode())
    part.rename(path)


def _seconds(random: Random, size: int, node: str, *, long_lines: bool) -> Iterator[str]:
    """Yield the lines of one second after the other."""
    pool = _drawn(random, EVERYDAY, POOL)
    if long_lines:
        pool += [_long(random) for _ in range(POOL // 50)]
    lines = size * POOL / (sum(map(len, pool)) + POOL * (len(node) + 18))
    per_second = sum(A_SECOND) / len(A_SECOND)
    due = _due(random, int(lines * RELEVANT), int(lines / per_second) + 1)
    due_at, told = next(due)
    done = 0
    for second in count():
        bodies = random.choices(pool, k=random.choice(A_SECOND))
        while second >= due_at:
            bodies += told
            due_at, told = next(due)
        day, clock = divmod(second, 86_400)
        before = f"{_day(day)} {clock // 3600:02d}:{clock // 60 % 60:02d}:{clock % 60:02d} {node} "
        text = before + f"\n{before}".join(bodies) + "\n"
        yield text
        done += len(text)
        if done >= size:
            return


@lru_cache(maxsize=2)
def _day(number: int) -> str:
    day = BEGIN + timedelta(days=number)
    return f"{day:%b} {day.day:2d}"


def _due(random: Random, lines: int, seconds: int) -> Iterator[tuple[int, list[str]]]:
    """Yield what is of interest, about so many lines, in order, then a second never reached."""
    groups: list[list[str]] = []
    for table, share in ((ORDINARY, 1 - IN_INCIDENTS), (DISTURBED, IN_INCIDENTS)):
        left = int(lines * share)
        makers = _table(table)
        while left > 0:
            groups.append(random.choice(makers)(random))
            left -= len(groups[-1])
    random.shuffle(groups)
    times = sorted(random.randrange(seconds) for _ in groups)
    yield from zip(times, groups, strict=True)
    yield 1 << 60, []


def _drawn(random: Random, table: tuple[tuple[int, Say], ...], size: int) -> list[str]:
    makers = _table(table)
    return [random.choice(makers)(random) for _ in range(size)]


def _table(weighed: tuple[tuple[int, Maker], ...]) -> list[Maker]:
    return [maker for weight, maker in weighed for _ in range(weight)]


def _long(random: Random) -> str:
    word = _hex(random, 500)
    record = (word * (LONG[1] // len(word) + 1))[: random.randrange(*LONG)]
    return f'containerd[2100]: {{"level":"info","record":"{record}"}}'
