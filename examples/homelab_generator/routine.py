"""The daily noise of three Proxmox VE nodes: cron, logins, workers, timers, disks, backups."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from .cluster import Cluster, Node
from .guests import task
from .journal import DAY, Boot, moment
from .lifecycle import log_in

_TIMERS = (
    ("00:00:09", "dpkg-db-backup", "Daily dpkg database backup service"),
    ("00:00:10", "logrotate", "Rotate log files"),
    ("03:52:21", "pve-daily-update", "Daily PVE download activities"),
    ("06:11:47", "apt-daily-upgrade", "Daily apt upgrade and clean activities"),
    ("06:48:02", "man-db", "Daily man-db regeneration"),
    ("13:24:55", "systemd-tmpfiles-clean", "Cleanup of Temporary Directories"),
    ("18:37:30", "apt-daily", "Daily apt download activities"),
)
_LOGINS = ("08 09:12:40", "08 13:05:11", "08 18:31:02", "09 08:02:19", "09 19:27:30")
_BACKUP = "02:00:04"


def fill(cluster: Cluster, until: float) -> None:
    """Let every boot of every node go about its business until `until`."""
    for node in cluster.nodes:
        for boot in node.boots:
            began = max(boot.began + 45.0, 0.0)
            ended = until if boot.ended is None else boot.ended
            rng = Random(f"routine {node.name} {boot.id}")
            life = Life(cluster, node, boot, rng, began, ended)
            for habit in _HABITS:
                habit(life)


@dataclass(frozen=True, slots=True)
class Life:
    """The part of one boot that the journals cover."""

    cluster: Cluster
    node: Node
    boot: Boot
    rng: Random
    began: float
    ended: float

    def every(self, least: float, most: float) -> list[float]:
        """Return moments that are `least` to `most` seconds apart."""
        times, at = [], self.began + self.rng.uniform(0.0, most)
        while at < self.ended:
            times.append(at)
            at += self.rng.uniform(least, most)
        return times

    def sharp(self, period: float, offset: float) -> list[float]:
        """Return every moment that is `offset` after a full `period`."""
        first = int((self.began - offset) // period) + 1
        last = int((self.ended - offset) // period)
        return [k * period + offset for k in range(first, last + 1)]

    def covers(self, at: float) -> bool:
        """Whether the node runs at `at`."""
        return self.began <= at < self.ended


Habit = Callable[[Life], None]


def _cron(life: Life) -> None:
    """Run the hourly jobs, and every ten minutes the collection of statistics."""
    hourly = "cd / && run-parts --report /etc/cron.hourly"
    statistics = "command -v debian-sa1 > /dev/null && debian-sa1 1 1"
    jobs = [(at, hourly) for at in life.sharp(3600.0, 1020.8)]
    if life.node is not life.cluster.nodes[0]:
        jobs += [(at, statistics) for at in life.sharp(600.0, 301.3)]
    for at, command in jobs:
        pid = life.boot.fork(at)
        session = "pam_unix(cron:session): session"
        life.boot.say(at, "CRON", f"{session} opened for user root(uid=0) by root(uid=0)", pid)
        life.boot.say(at + 0.004, "CRON", f"(root) CMD ({command})", life.boot.fork(at))
        life.boot.say(
            at + life.rng.uniform(0.02, 0.2), "CRON", f"{session} closed for user root", pid
        )


def _workers(life: Life) -> None:
    """Let pveproxy and pvedaemon replace workers."""
    for at in life.every(900.0, 3400.0):
        old, new = life.boot.fork(at - 2400.0), life.boot.fork(at)
        texts = [f"worker {old} finished", "starting 1 worker(s)", f"worker {new} started"]
        program = "pveproxy" if life.rng.random() < 0.7 else "pvedaemon"
        life.boot.say(at - 0.02, program, "worker exit", old)
        life.boot.speak(at, program, texts)


def _api(life: Life) -> None:
    """Let a home automation and a browser ask the API for tickets."""
    for at in life.every(500.0, 1500.0):
        user = "homeassistant@pve" if life.rng.random() < 0.8 else "root@pam"
        life.boot.say(
            at,
            "pvedaemon",
            f"<{user}> successful auth for user '{user}'",
            life.boot.fork(at - 900.0),
        )
        life.cluster.log_shared(life.node, at)


def _disks(life: Life) -> None:
    """Report changed temperatures at smartd's half-hourly checks."""
    celsius = 64
    for at in life.sharp(1800.0, life.rng.uniform(60.0, 1700.0)):
        now = min(70, max(58, celsius + life.rng.choice((-2, -1, 0, 0, 1, 2))))
        if now != celsius:
            attribute = "SMART Usage Attribute: 194 Temperature_Celsius changed"
            life.boot.say(
                at, "smartd", f"Device: /dev/sda [SAT], {attribute} from {celsius} to {now}"
            )
        celsius = now


def _audit(life: Life) -> None:
    """Report what AppArmor keeps containers from doing."""
    most = 5200.0 if life.node.name == "proxmox" else 1500.0
    for at in life.every(400.0, most):
        guest, serial = life.rng.choice(life.node.guests), life.rng.randint(200, 9000)
        stamp = f"{1762560000 + at:.3f}:{serial}"
        life.boot.say(
            at,
            "kernel",
            f'audit: type=1400 audit({stamp}): apparmor="DENIED" operation="mount" class="mount" '
            f'info="failed flags match" error=-13 profile="lxc-{guest}_</var/lib/lxc>" '
            f'name="/run/systemd/unit-root/" pid={life.boot.fork(at)} comm="(ogrotate)" '
            f'flags="rw, rslave"',
        )


def _verify(life: Life) -> None:
    """Let pmxcfs verify its data once an hour."""
    for at in life.sharp(3600.0, 2214.0):
        if life.cluster.reachable(life.node, at):
            life.boot.say(
                at + life.node.id * 0.004, "pmxcfs", "[dcdb] notice: data verification successful"
            )


def _timers(life: Life) -> None:
    """Run systemd's daily timers."""
    for clock, unit, about in _TIMERS:
        for day in (8, 9):
            at = moment(day, clock) + 61.0 * (life.node.id - 1) + life.rng.uniform(0.0, 0.9)
            if not life.covers(at):
                continue
            life.boot.say(at, "systemd", f"Starting {unit}.service - {about}...")
            done = at + life.rng.uniform(0.4, 3.0)
            life.boot.say(done, "systemd", f"{unit}.service: Deactivated successfully.")
            life.boot.say(done + 0.01, "systemd", f"Finished {unit}.service - {about}.")


def _clock(life: Life) -> None:
    """Let chronyd change its source now and then."""
    for at in life.every(9000.0, 40000.0):
        server = life.rng.choice(("162.159.200.1", "185.125.190.58", "78.46.102.180"))
        life.boot.say(at, "chronyd", f"Selected source {server} (2.debian.pool.ntp.org)")


def _mail(life: Life) -> None:
    """Hand root's mail on."""
    for at in life.every(20000.0, 50000.0):
        queue = f"{life.rng.getrandbits(40):010X}"
        life.boot.say(at, "postfix/pickup", f"{queue}: uid=0 from=<root>", life.boot.fork(at))
        life.boot.say(
            at + 0.02,
            "postfix/qmgr",
            f"{queue}: from=<root@{life.node.name}.lan>, size={life.rng.randint(600, 5000)}, nrcpt=1 (queue active)",
        )
        life.boot.say(at + 0.4, "postfix/qmgr", f"{queue}: removed")


def _logins(life: Life) -> None:
    """Let the admin look around, and at the end save the outputs that lie beside the journals."""
    for number, text in enumerate(_LOGINS):
        day, clock = text.split()
        at = moment(int(day), clock) + 7.0 * life.node.id
        if not life.covers(at):
            continue
        pid, session = life.boot.fork(at), 400 + 7 * number + life.node.id
        log_in(life.boot, at, pid, life.rng.randint(40000, 60000), session)
        left = at + life.rng.uniform(45.0, 90.0)
        life.boot.say(
            left, "sshd-session", "pam_unix(sshd:session): session closed for user root", pid
        )
        life.boot.say(
            left + 0.05,
            "systemd-logind",
            f"Session {session} logged out. Waiting for processes to exit.",
        )
        life.boot.say(left + 0.06, "systemd", f"session-{session}.scope: Deactivated successfully.")
        life.boot.say(left + 0.07, "systemd-logind", f"Removed session {session}.")


def _backups(life: Life) -> None:
    """Back up the guests of the node at two in the morning."""
    for day in (8, 9):
        at = moment(day, _BACKUP)
        if not life.covers(at):
            continue
        guests = list(life.node.guests)
        if life.node.name == "proxmox":
            guests += [int(sid[3:]) for sid in life.cluster.places]
        spans = [life.rng.uniform(41.0, 150.0) for _ in guests]
        worker = life.boot.fork(at)
        task(
            life.cluster,
            life.node,
            "pvescheduler",
            "vzdump",
            "",
            began=at,
            ended=at + sum(spans) + 4.0,
            parent=worker,
            boot=life.boot,
        )
        say = life.boot.say
        say(
            at + 0.2,
            "pvescheduler",
            "INFO: starting new backup job: vzdump --all 1 --storage nas --mode snapshot --quiet 1",
            worker,
        )
        at += 1.0
        for guest, span in zip(sorted(guests), spans, strict=True):
            say(at, "pvescheduler", f"INFO: Starting Backup of VM {guest} (lxc)", worker)
            took = f"00:{int(span) // 60:02d}:{int(span) % 60:02d}"
            say(at + span, "pvescheduler", f"INFO: Finished Backup of VM {guest} ({took})", worker)
            at += span
        say(at + 0.5, "pvescheduler", "INFO: Backup job finished successfully", worker)


def _weekly(life: Life) -> None:
    """Scrub filesystems on Sunday, and rotate the key pair of the API once a day."""
    sunday = DAY + 3 * 3600 + 601.0
    if life.covers(sunday):
        about = "Online ext4 Metadata Check for All Filesystems"
        life.boot.say(sunday, "systemd", f"Starting e2scrub_all.service - {about}...")
        life.boot.say(sunday + 0.4, "systemd", "e2scrub_all.service: Deactivated successfully.")
        life.boot.say(sunday + 0.41, "systemd", f"Finished e2scrub_all.service - {about}.")
    for at in life.sharp(DAY, life.rng.uniform(1000.0, 80000.0)):
        life.boot.say(at, "pvestatd", "auth key pair too old, rotating..")


_HABITS: tuple[Habit, ...] = (
    _cron,
    _workers,
    _api,
    _disks,
    _audit,
    _verify,
    _timers,
    _clock,
    _mail,
    _logins,
    _backups,
    _weekly,
)
