"""Names from the case as they may stand in a command, and lists of them as prose."""

import re
from collections.abc import Sequence

from fencepost.model.case import Case

_SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@%+=,/-]*")


def fit(text: str, otherwise: str) -> str:
    """Return `text` if it may stand in a command as it is, else `otherwise`.

    Names come out of logs and files, and a log may have been written by anybody.

    >>> fit("enp0s31f6", "PORT"), fit("eth0; reboot", "PORT")
    ('enp0s31f6', 'PORT')
    """
    return text if _SAFE.fullmatch(text) else otherwise


def listed(names: Sequence[str], most: int = 4) -> str:
    """Write names as prose, and only count those beyond `most`.

    >>> listed(["a", "b", "c"]), listed(["a", "b", "c"], most=2)
    ('a, b and c', 'a, b and 1 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def counted(count: int, noun: str) -> str:
    """Write a number of things.

    >>> counted(1, "reset"), counted(3, "reset")
    ('1 reset', '3 resets')
    """
    return f"{count} {noun}{'' if count == 1 else 's'}"


def nodes(case: Case) -> list[str]:
    """Return the names of all nodes, in the cluster's order."""
    return [node.name for node in case.cluster.nodes]


def peers(case: Case, node: str) -> list[str]:
    """Return the names of all other nodes, in the cluster's order."""
    return [name for name in nodes(case) if name != node]


def address(case: Case, node: str) -> str:
    """Return a node's corosync address for use in a command, a placeholder when unknown."""
    placeholder = fit(f"ADDRESS_OF_{node.replace(' ', '_')}", "ADDRESS")
    known = case.cluster.node(node)
    if known is None or not known.addresses:
        return placeholder
    return fit(known.addresses[min(known.addresses)], placeholder)
