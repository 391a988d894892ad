"""corosync.conf: its own grammar, with comments and order kept, so that it can be changed safely.

Source: corosync 3.1.10 exec/coroparse.c (sections `name {`, keys `key: value`, comments `#`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from fencepost.model.document import Document
from fencepost.model.line import Origin


def _number(value: str | None) -> int | None:
    """Return a whole number as corosync reads it: ASCII digits, no more than fit 64 bits."""
    if value is None or not (value.isascii() and value.isdigit()) or len(value) > 19:
        return None
    return int(value)


@dataclass(frozen=True, slots=True)
class ConfLine:
    """One line of the file: a comment or blank, a key, or the edge of a section.

    path: names of the open sections, outermost first (`("totem", "interface")`).
    index: which section of that path it is, counted from 0, for repeated sections.
    key, value: empty unless the line sets a key.
    """

    number: int
    text: str
    path: tuple[str, ...]
    index: int
    key: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class NodeEntry:
    """One `node { }` of the nodelist. addresses: link number → address."""

    name: str | None
    id: int | None
    votes: int
    addresses: dict[int, str]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CorosyncConf(Document):
    """A corosync.conf as written. `faults` are (line number, sentence) of what does not parse."""

    lines: tuple[ConfLine, ...]
    faults: tuple[tuple[int, str], ...] = ()

    def keys(self, *path: str) -> Iterator[ConfLine]:
        """Yield the lines that set a key directly in sections of this path."""
        return (line for line in self.lines if line.key and line.path == path)

    def find(self, key: str, *path: str) -> ConfLine | None:
        """Return the last line that sets `key` in `path`, as corosync would use it."""
        found = [line for line in self.keys(*path) if line.key == key]
        return found[-1] if found else None

    def get(self, key: str, *path: str) -> str | None:
        """Return the value of `key` in `path`, or None."""
        line = self.find(key, *path)
        return line.value if line else None

    def number(self, key: str, *path: str) -> int | None:
        """Return `key` as a whole number, None when absent or not a number."""
        return _number(self.get(key, *path))

    @property
    def nodes(self) -> tuple[NodeEntry, ...]:
        """The nodelist, in the file's order."""
        found: dict[int, dict[str, str]] = {}
        first: dict[int, int] = {}
        for line in self.keys("nodelist", "node"):
            found.setdefault(line.index, {})[line.key] = line.value
            first.setdefault(line.index, line.number)
        return tuple(
            NodeEntry(
                name=keys.get("name"),
                id=_number(keys.get("nodeid")),
                votes=1 if (votes := _number(keys.get("quorum_votes"))) is None else votes,
                addresses={
                    link: value
                    for key, value in keys.items()
                    if key.startswith("ring")
                    and key.endswith("_addr")
                    and (link := _number(key[4:-5])) is not None
                },
                line=first[index],
            )
            for index, keys in found.items()
        )

    @property
    def links(self) -> tuple[int, ...]:
        """Link numbers that any node has an address on."""
        return tuple(sorted({link for node in self.nodes for link in node.addresses}))

    def origin_at(self, number: int) -> Origin:
        """Return where line `number` of this file stands."""
        offset = (self.origin.line or 1) - 1
        text = next((line.text for line in self.lines if line.number == number), "")
        return replace(self.origin, line=offset + number, text=text.rstrip("\r"))

    @property
    def text(self) -> str:
        """The whole file, exactly as read."""
        return "\n".join(line.text for line in self.lines) + "\n"

    @classmethod
    def parse(cls, text: str, origin: Origin, node: str | None = None) -> "CorosyncConf":
        """Read a corosync.conf; what does not parse is kept as a line and named in `faults`."""
        lines: list[ConfLine] = []
        faults: list[tuple[int, str]] = []
        path: tuple[str, ...] = ()
        counts: dict[tuple[str, ...], int] = {}
        for number, raw in enumerate(text.removesuffix("\n").split("\n"), start=1):
            stripped = raw.strip()
            key = value = ""
            here = path
            if not stripped or stripped.startswith("#"):
                pass
            elif stripped.endswith("{"):
                path = (*path, stripped[:-1].strip())
                here = path
                counts[path] = counts.get(path, -1) + 1
            elif stripped == "}":
                if not path:
                    faults.append((number, "a section is closed that was never opened"))
                path = path[:-1]
            elif ":" in stripped:
                key, value = (part.strip() for part in stripped.split(":", 1))
            else:
                faults.append((number, f"neither a section nor `key: value`: {stripped!r}"))
            lines.append(ConfLine(number, raw, here, counts.get(here, 0), key, value))
        if path:
            faults.append((len(lines), f"section {path[-1]!r} is never closed"))
        return cls(origin=origin, node=node, lines=tuple(lines), faults=tuple(faults))
