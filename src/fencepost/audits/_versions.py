"""Package versions: which are installed."""

from dataclasses import dataclass

from fencepost.audits._quote import quote
from fencepost.events.corosync import CorosyncStarted
from fencepost.model.case import Case, Proof
from fencepost.model.document import PackageVersions


@dataclass(frozen=True, slots=True)
class Installed:
    """One package on one node.

    exact: whether the package's own revision (`-pve2`) is part of `version`.
    """

    node: str | None
    version: str
    exact: bool
    because: tuple[Proof, ...]


def installed(case: Case, package: str) -> list[Installed]:
    """Return the package's version on each node, as packages or corosync's own start say it."""
    found: dict[str | None, Installed] = {}
    if package == "corosync":
        for event in case.timeline.of(CorosyncStarted):
            if event.version:
                found[event.node] = Installed(event.node, event.version, False, (event,))  # noqa: FBT003
    for document in case.documents_of(PackageVersions):
        version = document.packages.get(package, "")
        if version[:1].isdigit():
            because = quote(document, f"packages:{package}")
            found[document.node] = Installed(document.node, version, "-" in version, because)
    return sorted(found.values(), key=lambda one: one.node or "")
