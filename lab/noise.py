"""Lines of other programs, and routine of the cluster's own, that mean nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from fencepost.model.line import Line, Origin

SHARE = 0.4
"""Of the lines that are followed by noise."""

ROUTINE: tuple[tuple[str, str], ...] = (
    ("sshd", "Connection closed by authenticating user root 10.90.{a}.{b} port 4{c:04d} [preauth]"),
    ("sshd", "Accepted publickey for root from 10.90.{a}.{b} port 5{c:04d} ssh2: ED25519 SHA256:x{c}"),
    ("CRON", "pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)"),
    ("CRON", "(root) CMD (   cd / && run-parts --report /etc/cron.hourly)"),
    ("pvedaemon", "<root@pam> successful auth for user 'root@pam'"),
    ("pvedaemon", "worker {c} finished"),
    ("pveproxy", "starting 1 worker(s)"),
    ("pveproxy", "proxy detected vanished client connection"),
    ("pmxcfs", "[status] notice: received log"),
    ("pmxcfs", "[dcdb] notice: data verification successful"),
    ("smartd", "Device: /dev/sd{d} [SAT], SMART Usage Attribute: 194 Temperature_Celsius changed from {a} to {b}"),
    ("systemd", "Starting man-db.service - Daily man-db regeneration..."),
    ("systemd", "Finished logrotate.service - Rotate log files."),
    ("systemd-logind", "New session {c} of user root."),
    ("postfix/qmgr", "{c:05X}: from=<root@lan.invalid>, size={c}, nrcpt=1 (queue active)"),
    ("postfix/smtp", "connect to mail.lan.invalid[10.90.{a}.{b}]:25: Connection timed out"),
    ("zed", "eid={c} class=history_event pool='rpool'"),
    ("qmeventd", "read: Connection reset by peer"),
    ("dhclient", "DHCPACK of 10.90.{a}.{b} from 10.90.{a}.1"),
    ("snmpd", "Connection from UDP: [10.90.{a}.{b}]:4{c:04d}->[10.90.{a}.1]:161"),
    ("kernel", "usb 1-{a}: new high-speed USB device number {b} using xhci_hcd"),
    ("kernel", "fwbr{c}i0: port 2(tap{c}i0) entered forwarding state"),
    ("spiceproxy", "reopen access log file due to signal"),
    ("rrdcached", "flushing old values"),
)  # fmt: skip


def routine(node: str, at: datetime, chance: Random) -> Line:
    """Return one line of noise."""
    program, pattern = chance.choice(ROUTINE)
    text = pattern.format(
        a=chance.randint(2, 99),
        b=chance.randint(2, 99),
        c=chance.randint(100, 9999),
        d=chance.choice("abcd"),
    )
    pid = None if program == "kernel" else chance.randint(30_000, 90_000)
    return Line(at, node, program, pid, text, Origin(""))


def among(lines: Sequence[Line], chance: Random) -> Iterator[Line]:
    """Yield the lines with noise between them.

    Noise has the time of the line it follows: it must not say that a node lived when it did not.
    """
    for line in lines:
        yield line
        if chance.random() < SHARE:
            for _ in range(chance.randint(1, 3)):
                noise = routine(line.node, line.at, chance)
                yield replace(noise, boot_id=line.boot_id, monotonic_us=line.monotonic_us)


def stranger(node: str, since: datetime, until: datetime, chance: Random) -> list[Line]:
    """Return the log of a machine that has nothing to do with the cluster, in time order."""
    lines, at = [], since
    while at < until:
        lines.append(routine(node, at, chance))
        at += timedelta(seconds=chance.uniform(0.5, 20))
    return lines
