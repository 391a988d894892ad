"""Quoting: the very lines that a finding leans on, and the nodes that it is about."""

from collections.abc import Iterable

from fencepost.model.case import Evidence
from fencepost.model.corosync_conf import CorosyncConf
from fencepost.model.document import Document


def quote(document: Document, *names: str) -> tuple[Evidence, ...]:
    """Return the lines that say `names`, each once, or the document's first line."""
    origins = dict.fromkeys(document.origin_of(name) for name in names) or {document.origin: None}
    at = getattr(document, "as_of", None)
    return tuple(Evidence(document.node, at, origin) for origin in origins)


def quote_lines(conf: CorosyncConf, *numbers: int) -> tuple[Evidence, ...]:
    """Return these lines of a corosync.conf, each once, in the file's order."""
    return tuple(
        Evidence(conf.node, None, conf.origin_at(number)) for number in sorted(set(numbers))
    )


def quote_keys(conf: CorosyncConf, section: tuple[str, ...], *keys: str) -> tuple[Evidence, ...]:
    """Return the lines that set `keys` in `section`; keys that are not set are left out."""
    found = [line for key in keys if (line := conf.find(key, *section))]
    return quote_lines(conf, *(line.number for line in found))


def on_nodes(nodes: Iterable[str | None]) -> str:
    """Return ` on n1, n2` for nodes of which the same is said, nothing where none is known.

    >>> on_nodes(["n2", None, "n1", "n2"]), on_nodes([None])
    (' on n1, n2', '')
    """
    names = sorted({node for node in nodes if node})
    return f" on {', '.join(names)}" if names else ""


def sole(nodes: Iterable[str | None]) -> str | None:
    """Return the node when there is exactly one, None for several or none."""
    names = {node for node in nodes if node}
    return names.pop() if len(names) == 1 else None
