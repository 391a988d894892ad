"""Which corosync.conf counts, and what it says as a whole."""

from fencepost.model.case import Case
from fencepost.model.corosync_conf import ConfLine, CorosyncConf

ONE_LINK_TRANSPORTS = ("udp", "udpu")


def version_of(conf: CorosyncConf) -> int | None:
    """Return the file's config_version, None when it has none."""
    return conf.number("config_version", "totem")


def current(case: Case) -> CorosyncConf | None:
    """Return the corosync.conf that counts: of the highest version, the first that was read."""
    confs = case.documents_of(CorosyncConf)
    return max(confs, key=lambda conf: version_of(conf) or 0, default=None)


def distinct(case: Case) -> list[CorosyncConf]:
    """Return each wording of corosync.conf once, in the order read."""
    return list({conf.text: conf for conf in reversed(case.documents_of(CorosyncConf))}.values())[
        ::-1
    ]


def sections(conf: CorosyncConf, *path: str) -> list[list[ConfLine]]:
    """Return the key lines of each section of this path, one list a section."""
    found: dict[int, list[ConfLine]] = {}
    for line in conf.keys(*path):
        found.setdefault(line.index, []).append(line)
    return list(found.values())


def has_device(conf: CorosyncConf) -> bool:
    """Whether a quorum device is configured: corosync goes by its `model`."""
    return conf.get("model", "quorum", "device") is not None


def node_votes(conf: CorosyncConf) -> int:
    """Return the votes of all nodes of the nodelist together."""
    return sum(node.votes for node in conf.nodes)


def device_votes(conf: CorosyncConf) -> int:
    """Return the votes of the quorum device, 0 without one.

    Source: corosync 3.1.10 exec/votequorum.c votequorum_readconfig: all nodes' votes less one
    when the device has no `votes` of its own.
    """
    if not has_device(conf):
        return 0
    votes = conf.number("votes", "quorum", "device")
    return node_votes(conf) - 1 if votes is None else votes
