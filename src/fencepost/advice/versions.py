"""Which package versions the nodes have, for steps that differ by version."""

from fencepost.events.corosync import CorosyncStarted
from fencepost.model.case import Case
from fencepost.model.debian_version import numbers
from fencepost.model.document import PackageVersions

Version = tuple[int, ...]

DISARM_SINCE: Version = (5, 1, 3)
"""First pve-ha-manager with `disarm-ha`. Source: pve-ha-manager changelog 5.1.3."""

TIMERS_SINCE: Version = (3, 1, 10, 1)
"""First corosync package whose reload works out knet's ping timers from the new token.

Source: corosync issue 813, Proxmox corosync 3.1.10-pve1.
"""

TOKEN_3000_SINCE: Version = (3, 1, 0)
"""First corosync with a default token of 3000 ms. Source: corosync commit 8221f780."""


def installed(case: Case, package: str) -> dict[str | None, Version]:
    """Return the package's version by node, from package lists or corosync's own start."""
    found: dict[str | None, Version] = {}
    if package == "corosync":
        for event in case.timeline.of(CorosyncStarted):
            if event.version:
                found[event.node] = numbers(event.version)
    for document in case.documents_of(PackageVersions):
        version = numbers(document.packages.get(package, ""))
        if version:
            found[document.node] = version
    return found


def everywhere(case: Case, package: str, since: Version) -> bool | None:
    """Whether all nodes that are known have at least this version; None when none is known."""
    known = installed(case, package)
    return all(version >= since for version in known.values()) if known else None
