"""Package versions: which are installed, and which is older."""

import re
from dataclasses import dataclass

from fencepost.audits._quote import quote
from fencepost.events.corosync import CorosyncStarted
from fencepost.model.case import Case, Proof
from fencepost.model.document import PackageVersions

_PARTS = re.compile(r"([^0-9]*)([0-9]{0,18})")

Part = tuple[tuple[tuple[int, ...], int], ...]
Order = tuple[int, Part, Part]


@dataclass(frozen=True, slots=True)
class Installed:
    """One package on one node.

    exact: whether the package's own revision (`-pve2`) is part of `version`.
    """

    node: str | None
    version: str
    exact: bool
    because: tuple[Proof, ...]


def _weight(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _part(text: str) -> Part:
    return tuple(
        ((*(_weight(character) for character in words), 0), int(digits or 0))
        for words, digits in _PARTS.findall(text)
    )


def order(version: str) -> Order:
    """Return a key that sorts versions as Debian does.

    Source: Debian Policy 5.6.12.

    >>> sorted(["3.1.10-pve1", "3.1.9-pve2", "3.1.10~rc1-1", "3.1.10-pve3"], key=order)
    ['3.1.9-pve2', '3.1.10~rc1-1', '3.1.10-pve1', '3.1.10-pve3']
    """
    epoch, colon, rest = version.partition(":")
    if not colon:
        epoch, rest = "0", version
    upstream, _, revision = rest.rpartition("-") if "-" in rest else (rest, "", "")
    return (_part(epoch)[0][1], _part(upstream), _part(revision))


def is_older(version: str, than: str) -> bool:
    """Whether `version` comes before `than`.

    >>> is_older("3.0.4-pve1", "3.1.0"), is_older("3.1.10", "3.1.9-pve2")
    (True, False)
    """
    return order(version) < order(than)


def upstream_of(version: str) -> str:
    """Return a version without its package revision.

    >>> upstream_of("3.1.10-pve2")
    '3.1.10'
    """
    return version.rpartition("-")[0] or version


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
