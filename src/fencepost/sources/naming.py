"""Names nodes: from host names in lines, and from the names of files and folders."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

_ADDRESS = re.compile(r"[\d.]+$|.*:")
_ENDINGS = re.compile(
    r"\.(?:log|syslog|txt|text|md|json|jsonl|ndjson|export|journal|gz|xz|bz2|tgz|tar|old|bak|orig"
    r"|zst|zip|txz|tbz|out|conf|cfg|\d{1,3})$",
    re.IGNORECASE,
)
_KINDS = (
    "syslog|messages|kern|kernel|daemon|journal|journalctl|corosync|pacemaker|cluster|dmesg|debug"
    "|log|logs|auth|user|system|pvecm|paste|output|stdout|stderr|boot|lastlog|full|all|export|dump"
)
_BEFORE = re.compile(rf"^(?:{_KINDS}|sosreport|scc|nts)[-_.]+", re.IGNORECASE)
_AFTER = re.compile(
    rf"[-_.]+(?:{_KINDS}|\d{{6,14}}|\d{{6}}_\d{{4}}|\d{{4}}-\d\d-\d\d(?:-[a-z]{{7}})?)$",
    re.IGNORECASE,
)
_NO_NODE = re.compile(
    rf"(?:{_KINDS}|var|etc|pve|tmp|root|home|nodes?|hosts?|status|bundle|archive|unnamed|[0-9a-f]{{32}}|\d*|-+)$",
    re.IGNORECASE,
)
_SYSTEM_NAMES = re.compile(
    r"(?:^|/)(?:(?:etc|lib|log)/pve(?:-cluster)?(?=/)|default/pve-ha-manager$)"
)
"""Places in which `pve` is nobody's name, though it is the name that many give their first node."""
_ADDRESS_V4 = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}$")
_HOST_FILE = re.compile(
    r"(?:etc/hostname|sos_commands/(?:host|general)/hostname|proc/sys/kernel/hostname)$"
)
_HOST = re.compile(rb"\s*([A-Za-z0-9][\w.-]{0,62})\s*")
_WORD = r"(?:^|[/._\-@ ]){}(?:$|[/._\-@ ])"


@lru_cache(maxsize=4096)
def short(host: str) -> str:
    """Return a host name without its domain; addresses stay whole."""
    return host if _ADDRESS.match(host) else host.partition(".")[0] or host


def node_of(path: str) -> str | None:
    """Return the node that a file's path inside WHERE names, None when no part looks like one.

    The file's name counts first, then its folders from the inside out.

    >>> node_of("logs/pve-north-syslog.2.gz"), node_of("nas1/var/log/syslog")
    ('pve-north', 'nas1')
    """
    for part in reversed(path.split("/")):
        name = _bare(part)
        if name and not _NO_NODE.match(name):
            return short(name)
    return None


def known_node(path: str, nodes: Iterable[str]) -> str | None:
    """Return the node out of `nodes` that a path names, None when it names none of them.

    >>> known_node("status/pve1.ethtool.txt", ["pve", "pve1"])
    'pve1'
    """
    by_length = sorted(nodes, key=lambda node: (-len(node), node))
    for part in reversed(_SYSTEM_NAMES.sub("", path).split("/")):
        found = [
            (match.start(), -len(node), node)
            for node in by_length
            if node.casefold() in part.casefold()
            and (match := re.search(_WORD.format(re.escape(node)), part, re.IGNORECASE))
        ]
        if found:
            return min(found)[2]
    return None


def tree_of(path: str, content: bytes) -> tuple[str, str] | None:
    r"""Return the tree that a file names the machine of, and that machine; None for other files.

    >>> tree_of("bundle/sosreport-x/etc/hostname", b"pve1.example.com\n")
    ('bundle/sosreport-x/', 'pve1')
    """
    tail, host = _HOST_FILE.search(path), _HOST.fullmatch(content)
    if not tail or not host or host[1] == b"localhost":
        return None
    before = path[: tail.start()]
    if before and not before.endswith("/"):
        return None
    return before, short(host[1].decode())


def known_in(path: str, trees: Mapping[str, str], nodes: Iterable[str]) -> str | None:
    """Return the node that a path names inside its tree, or else the machine of the tree."""
    tree = max((one for one in trees if path.startswith(one)), key=len, default=None)
    if tree is None:
        return known_node(path, nodes)
    return known_node(path.removeprefix(tree), nodes) or trees[tree]


def _bare(name: str) -> str:
    before = None
    while name != before and not _ADDRESS_V4.match(name):
        before = name
        name = _ENDINGS.sub("", name.strip())
        name = _AFTER.sub("", _BEFORE.sub("", name))
    return name
