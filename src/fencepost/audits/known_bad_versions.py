"""Is a version in use that is known to take clusters down?"""

from collections.abc import Iterator
from dataclasses import dataclass

from fencepost.audits._quote import on_nodes, sole
from fencepost.audits._versions import Installed, installed
from fencepost.events.corosync import ConfigVersionRefused
from fencepost.model.case import Case
from fencepost.model.debian_version import is_older, upstream_of
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault of some versions of a package: from `since` (included) to `fixed` (excluded).

    comes_of_old_file: whether a node that starts with an old corosync.conf sets it off.
    """

    package: str
    since: str
    fixed: str
    severity: Severity
    does: str
    source: str
    comes_of_old_file: bool = False


FLAWS = (
    Flaw(
        "corosync",
        "3.1.10-pve1",
        "3.1.10-pve2",
        Severity.INFO,
        "a malformed packet can crash it (CVE-2026-35091, CVE-2026-35092)",
        "Proxmox corosync changelog",
    ),
    Flaw(
        "corosync",
        "3.0.0",
        "3.1.10-pve3",
        Severity.INFO,
        "a node that joins and exits in the same moment, as one with an old corosync.conf does,"
        " leaves a ghost behind: /etc/pve then blocks on all nodes and HA fences them",
        "corosync commit 2ab885ab; Proxmox corosync changelog, 17 July 2026",
        comes_of_old_file=True,
    ),
    Flaw(
        "corosync",
        "3.1.0",
        "3.1.10-pve1",
        Severity.INFO,
        "knet's ping timers lag one reload behind a changed token",
        "corosync issue 813, commit 29206cdf",
    ),
    Flaw(
        "corosync",
        "3.1.5-pve1",
        "3.1.5-pve2",
        Severity.CRITICAL,
        "with libknet 1.22 a joining node corrupts the group messages and the whole cluster is"
        " fenced",
        "corosync issue 660; Proxmox corosync changelog, 9 November 2021",
    ),
    Flaw(
        "corosync",
        "3.0.0",
        "3.0.2-pve4",
        Severity.WARNING,
        "packets sent while a ring is formed can be too large for the path",
        "corosync issue 506",
    ),
    Flaw(
        "libknet1",
        "1.10",
        "1.13",
        Severity.CRITICAL,
        "it corrupts its memory, and corosync crashes; path MTUs are found wrong",
        "kronosnet issues 241, 255, 256, 257, 261",
    ),
    Flaw(
        "libknet1",
        "1.22",
        "1.23",
        Severity.WARNING,
        "with corosync 3.1.5-pve1 a joining node gets the whole cluster fenced",
        "corosync issue 660",
    ),
    Flaw(
        "pve-ha-manager",
        "0",
        "3.3-1",
        Severity.WARNING,
        "an LRM stays armed for ever after its last HA service is gone, so nodes without any HA"
        " service reset themselves",
        "pve-ha-manager changelog, 3.3-1",
    ),
    Flaw(
        "pve-ha-manager",
        "0",
        "3.3-2",
        Severity.INFO,
        "a fenced node whose services were removed meanwhile stays in `fence`",
        "pve-ha-manager changelog, 3.3-2",
    ),
    Flaw(
        "pve-ha-manager",
        "5.0.1",
        "5.0.2",
        Severity.INFO,
        "watchdog-mux pings once more after a client expired, so the reset comes a tick later",
        "pve-ha-manager commit 1700789",
    ),
)

PACKAGES = ("corosync", "libknet1", "pve-ha-manager")


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.5 starting up
        ==> n1/pveversion.txt <==
        root@n1:~# pveversion -v
        proxmox-ve: 7.1-1 (running kernel: 5.13.19-1-pve)
        pve-manager: 7.1-4 (running version: 7.1-4/ca457116)
        corosync: 3.1.5-pve1
        libknet1: 1.22-pve1
        pve-ha-manager: 3.3-1
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.5 starting up
        ==> n1/pveversion.txt <==
        root@n1:~# pveversion -v
        proxmox-ve: 7.1-1 (running kernel: 5.13.19-2-pve)
        pve-manager: 7.1-8 (running version: 7.1-8/5b267f33)
        corosync: 3.1.5-pve2
        libknet1: 1.23-pve1
        pve-ha-manager: 3.3-1
    """,
)
def known_bad_versions(case: Case) -> Iterator[Finding]:
    """A version of corosync, libknet or the HA manager has a known fault.

    Why it matters:
        Some versions have taken whole clusters down by themselves, and no setting helps. Others
        have faults that only show together with something else; those are informative here.

    What to do:
        Upgrade, one node after the other, with HA disarmed or its services stopped while
        corosync and libknet are replaced. Restart corosync on one node at a time.

    References:
        Proxmox corosync, kronosnet and pve-ha-manager changelogs; corosync issues 506, 660, 813.
    """
    for package in PACKAGES:
        by_version: dict[str, list[Installed]] = {}
        for one in installed(case, package):
            by_version.setdefault(one.version, []).append(one)
        for same in by_version.values():
            flaws = [flaw for flaw in FLAWS if flaw.package == package and _has(same[0], flaw)]
            for flaw in flaws:
                yield _finding(case, same, flaw)
            if not flaws:
                yield Finding(
                    audit="known_bad_versions",
                    severity=Severity.OK,
                    node=sole(one.node for one in same),
                    found=f"{package} {_told(same)}: none of the faults known here",
                    expected="a version without known faults (changelogs of Proxmox VE)",
                    because=same[0].because,
                )


def _told(same: list[Installed]) -> str:
    return f"{same[0].version}{on_nodes(one.node for one in same)}"


def _has(one: Installed, flaw: Flaw) -> bool:
    """Whether the version surely has the flaw; a log names upstream's version only."""
    if one.exact:
        return not is_older(one.version, flaw.since) and is_older(one.version, flaw.fixed)
    since, fixed = upstream_of(flaw.since), upstream_of(flaw.fixed)
    return not is_older(one.version, since) and is_older(one.version, fixed)


def _finding(case: Case, same: list[Installed], flaw: Flaw) -> Finding:
    severity = flaw.severity
    because = tuple(proof for one in same for proof in one.because)
    refused = case.timeline.of(ConfigVersionRefused)
    if flaw.comes_of_old_file and refused:  # then what sets it off has happened
        severity, because = Severity.WARNING, (*because, refused[0])
    return Finding(
        audit="known_bad_versions",
        severity=severity,
        node=sole(one.node for one in same),
        found=f"{flaw.package} {_told(same)}: {flaw.does}",
        expected=f"{flaw.package} {flaw.fixed} or later ({flaw.source})",
        because=because,
    )
