"""Do all nodes run the same versions?"""

from collections.abc import Iterator

from fencepost.audits._quote import on_nodes
from fencepost.audits._versions import Installed, installed
from fencepost.model.case import Case
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

PACKAGES = ("corosync", "libknet1", "pve-cluster", "pve-ha-manager")
SOURCE = "Proxmox VE Admin Guide, cluster requirements: the same version on all nodes"


@audit(
    fires="""
        n1 12:00:00 pve-ha-lrm starting server
        n2 12:00:00 pve-ha-lrm starting server
        ==> n1/pveversion.txt <==
        root@n1:~# pveversion -v
        proxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)
        pve-manager: 8.2.7 (running version: 8.2.7/3e0176e6)
        corosync: 3.1.7-pve3
        pve-ha-manager: 4.0.5
        ==> n2/pveversion.txt <==
        root@n2:~# pveversion -v
        proxmox-ve: 7.4-1 (running kernel: 5.15.102-1-pve)
        pve-manager: 7.4-3 (running version: 7.4-3/9002ab8a)
        corosync: 3.1.7-pve1
        pve-ha-manager: 3.6.0
    """,
    silent="""
        n1 12:00:00 pve-ha-lrm starting server
        n2 12:00:00 pve-ha-lrm starting server
        ==> n1/pveversion.txt <==
        root@n1:~# pveversion -v
        proxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)
        pve-manager: 8.2.7 (running version: 8.2.7/3e0176e6)
        corosync: 3.1.7-pve3
        pve-ha-manager: 4.0.5
        ==> n2/pveversion.txt <==
        root@n2:~# pveversion -v
        proxmox-ve: 8.2.0 (running kernel: 6.8.12-2-pve)
        pve-manager: 8.2.7 (running version: 8.2.7/3e0176e6)
        corosync: 3.1.7-pve3
        pve-ha-manager: 4.0.5
    """,
)
def mixed_versions(case: Case) -> Iterator[Finding]:
    """Nodes run different versions of corosync, libknet, pmxcfs or the HA manager.

    Why it matters:
        Versions work together for the time of an upgrade; nobody tests them side by side for
        months. Defaults differ between them, so that two nodes may have different timers from
        the same file, and a fault that is fixed on one node is still there on the next.

    What to do:
        Finish the upgrade, one node after the other, and reboot each node into its new kernel.

    References:
        Proxmox VE Administration Guide, "Requirements"; pveversion(1).
    """
    same: dict[str, list[Installed]] = {}
    for package in PACKAGES:
        found = [one for one in installed(case, package) if one.node is not None]
        if any(one.exact for one in found):  # a log alone does not tell the package's revision
            found = [one for one in found if one.exact]
        if len({one.version for one in found}) > 1:
            yield _finding(Severity.WARNING, {package: found})
        elif len(found) > 1:
            same[package] = found
    if same:
        yield _finding(Severity.OK, same)


def _finding(severity: Severity, by_package: dict[str, list[Installed]]) -> Finding:
    told: list[str] = []
    for package, found in by_package.items():
        for version in dict.fromkeys(one.version for one in found):
            nodes = on_nodes(one.node for one in found if one.version == version)
            told.append(f"{package} {version}{nodes}")
    return Finding(
        audit="mixed_versions",
        severity=severity,
        found="; ".join(told),
        expected=f"one version on all nodes, but for the hours of an upgrade ({SOURCE})",
        because=tuple(
            proof for found in by_package.values() for one in found for proof in one.because
        ),
    )
