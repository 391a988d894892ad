"""Changes to a corosync.conf that leave every other byte as it is.

Each function takes a corosync.conf and returns another; `Patch` puts the first and the last
side by side, with the version raised, as a unified diff of the whole file.

Source: corosync 3.1.10 exec/coroparse.c (grammar; of equal keys the last one counts);
pve-cluster 9.1.6 src/pmxcfs/dcdb.c (a file is taken only when its config_version is higher).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import unified_diff

from fencepost.events.pmxcfs import ClusterInfoUpdated, ConfigWritten
from fencepost.model.case import Case
from fencepost.model.corosync_conf import ConfLine, CorosyncConf
from fencepost.model.document import QuorumStatus

SHARED = "/etc/pve/corosync.conf"
"""The file that all nodes share; pmxcfs hands it out."""

_VALUE = re.compile(r"(?P<before>[^:]*:[ \t]*)(?P<value>.*?)(?P<after>\s*)")
_INDENT = re.compile(r"[ \t]*")


@dataclass(frozen=True, slots=True)
class Patch:
    """A corosync.conf before and after a change. The version of `after` is already raised."""

    before: CorosyncConf
    after: CorosyncConf

    @property
    def version(self) -> int:
        """The config_version of the changed file."""
        return self.after.number("config_version", "totem") or 0

    @property
    def text(self) -> str:
        """The changed file."""
        return self.after.text

    @property
    def diff(self) -> str:
        """Both files as one unified diff, without leaving out a single line."""
        was, now = self.before.text.split("\n")[:-1], self.after.text.split("\n")[:-1]
        lines = unified_diff(was, now, SHARED, f"{SHARED}.new", n=len(was) + len(now), lineterm="")
        return "\n".join(lines)

    @property
    def undone(self) -> CorosyncConf:
        """The old content with a version above that of the change: what undoes it."""
        return set_key(self.before, "config_version", str(self.version + 1), "totem")


def patch(case: Case, before: CorosyncConf, after: CorosyncConf) -> Patch:
    """Raise the version of a changed file above all versions that the case knows of."""
    return Patch(before, set_key(after, "config_version", str(newest(case) + 1), "totem"))


def current(case: Case) -> CorosyncConf | None:
    """Return the corosync.conf that counts, when it can be changed safely.

    That is the one of the highest version. None when it does not parse, has no version, or is
    older than what some node is known to run: a change of it would take back a later one.
    """
    confs = [conf for conf in case.documents_of(CorosyncConf) if conf.nodes]
    best = max(confs, key=_version, default=None)
    if best is None or best.faults or not _version(best) or _version(best) < newest(case):
        return None
    return best


def newest(case: Case) -> int:
    """Return the highest config_version in any file or running corosync of the case."""
    versions = [_version(conf) for conf in case.documents_of(CorosyncConf)]
    versions += [status.config_version or 0 for status in case.documents_of(QuorumStatus)]
    told = case.timeline.of(ClusterInfoUpdated, ConfigWritten)
    versions += [event.version or 0 for event in told]
    return max(versions, default=0)


def _version(conf: CorosyncConf) -> int:
    return conf.number("config_version", "totem") or 0


# --- keys ---------------------------------------------------------------------------------


def set_key(
    conf: CorosyncConf, key: str, value: str, *path: str, index: int | None = None
) -> CorosyncConf:
    """Give a key a value: in the line that counts, else in a new line of its section.

    index: which of the sections of this path, None for any. A missing section is made.
    """
    lines = [line for line in _keys(conf, path, index) if line.key == key]
    if lines:
        was = lines[-1]
        match = _VALUE.fullmatch(was.text)
        if match is None or was.value == value:
            return conf
        blank = "" if match["before"].endswith((" ", "\t")) or match["value"] else " "
        return _edited(conf, was.number, 1, [f"{match['before']}{blank}{value}{match['after']}"])
    after = _place(conf, path, index)
    if after is None:
        return add_section(conf, {key: value}, *path)
    return _edited(conf, after.number + 1, 0, [_like(conf, after, f"{key}: {value}")])


def remove_key(conf: CorosyncConf, key: str, *path: str, index: int | None = None) -> CorosyncConf:
    """Take a key out of its section, wherever it is set there."""
    numbers = [line.number for line in _keys(conf, path, index) if line.key == key]
    for number in reversed(numbers):
        conf = _edited(conf, number, 1, [])
    return conf


def add_section(conf: CorosyncConf, keys: Mapping[str, str], *path: str) -> CorosyncConf:
    """Add a section with these keys at the end of the section it belongs to."""
    outer, name = path[:-1], path[-1]
    if outer and not _closing(conf, outer):
        conf = add_section(conf, {}, *outer)
    sample = _closing(conf, outer)[-1] if outer else conf.lines[-1]
    ending = "\r" if sample.text.endswith("\r") else ""
    indent = _indent(conf, outer)
    inner = indent + "  "
    body = [f"{indent}{name} {{", *(f"{inner}{key}: {value}" for key, value in keys.items())]
    made = [line + ending for line in (*body, f"{indent}}}")]
    at = sample.number if outer else sample.number + 1
    return _edited(conf, at, 0, made)


def sections(conf: CorosyncConf, *path: str) -> dict[int, dict[str, str]]:
    """Return the keys of each section of this path, by its index."""
    found: dict[int, dict[str, str]] = {}
    for line in conf.keys(*path):
        found.setdefault(line.index, {})[line.key] = line.value
    return found


# --- lines ----------------------------------------------------------------------------------


def _closing(conf: CorosyncConf, path: tuple[str, ...]) -> list[ConfLine]:
    return [line for line in conf.lines if line.path == path and line.text.strip() == "}"]


def _keys(conf: CorosyncConf, path: tuple[str, ...], index: int | None) -> Iterable[ConfLine]:
    return (line for line in conf.keys(*path) if index is None or line.index == index)


def _place(conf: CorosyncConf, path: tuple[str, ...], index: int | None) -> ConfLine | None:
    """Return the line after which a new key of this section belongs."""
    keys = list(_keys(conf, path, index))
    if keys:
        return keys[-1]
    opened = [
        line
        for line in conf.lines
        if line.path == path
        and line.text.strip().endswith("{")
        and (index is None or line.index == index)
    ]
    return opened[0] if opened else None


def _like(conf: CorosyncConf, sample: ConfLine, text: str) -> str:
    """Indent `text` and end it as the line beside it."""
    own = _INDENT.match(sample.text)
    indent = own[0] if own and sample.key else _indent(conf, sample.path)
    return indent + text + ("\r" if sample.text.endswith("\r") else "")


def _indent(conf: CorosyncConf, path: tuple[str, ...]) -> str:
    """Return the indentation of what stands directly in sections of this path."""
    for line in conf.keys(*path):
        own = _INDENT.match(line.text)
        return own[0] if own else ""
    return "  " * len(path)


def _edited(conf: CorosyncConf, number: int, drop: int, lines: list[str]) -> CorosyncConf:
    """Return the file with `drop` lines from line `number` on replaced by `lines`."""
    texts = [line.text for line in conf.lines]
    texts[number - 1 : number - 1 + drop] = lines
    return CorosyncConf.parse("\n".join(texts) + "\n", conf.origin, conf.node)
