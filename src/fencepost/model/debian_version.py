"""Debian package versions: which of two is older.

Source: Debian Policy 5.6.12.
"""

import re

_PARTS = re.compile(r"([^0-9]*)([0-9]{0,18})")

Part = tuple[tuple[tuple[int, ...], int], ...]
Order = tuple[int, Part, Part]


def order(version: str) -> Order:
    """Return a key that sorts versions as Debian does.

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


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's first six numbers, package revision included; epoch left off.

    For "at least this release", where an epoch or a `~rc1` must not count; else see `order`.

    >>> numbers("3.1.10-pve1") > numbers("3.1.10"), numbers("5.1.3") < numbers("5.1.10")
    (True, True)
    """
    return tuple(int(part) for part in re.findall(r"[0-9]{1,9}", version.rpartition(":")[2])[:6])


def _weight(character: str) -> int:
    if character == "~":
        return -1
    return ord(character) if character.isalpha() else ord(character) + 256


def _part(text: str) -> Part:
    return tuple(
        ((*(_weight(character) for character in words), 0), int(digits or 0))
        for words, digits in _PARTS.findall(text)
    )
