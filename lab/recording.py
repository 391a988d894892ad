"""A recording read back: its lines by node, what lies beside them, and the truth."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from fencepost.model.line import Line
from fencepost.sources.open import ReadOptions, read_sources
from lab.quotes import contents
from lab.score import Data, given, moment
from lab.written import MARK

ARCHIVES = (".tar", ".tar.gz", ".tar.xz", ".tgz")
LATE = timedelta(seconds=5)
"""How much later than the truth has it a node may still have written."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One case, apart.

    logs: each node's lines as they stood in its files, oldest file first, every line with the
    id of its boot. beside: settings and states by name, byte for byte.
    """

    name: str
    truth: Data
    logs: dict[str, tuple[Line, ...]]
    beside: dict[str, bytes]


def read_recording(case: Path) -> Recording:
    """Read a case (a folder with truth.json)."""
    truth: Data = json.loads((case / "truth.json").read_text())
    with given(case) as folder:
        files: dict[str, list[Line]] = {}
        for one in read_sources([folder], ReadOptions(year=truth["year"])):
            if isinstance(one, Line):
                files.setdefault(one.origin.file, []).append(one)
        beside = {_plain(name): data for name, data in contents(folder) if name not in files}
    logs: dict[str, list[Line]] = {}
    for lines in sorted(files.values(), key=lambda lines: lines[0].at):
        for line in lines:
            logs.setdefault(line.node, []).append(line)
    whole = {node: tuple(_with_boots(lines, resets(truth, node))) for node, lines in logs.items()}
    return Recording(case.as_posix(), truth, whole, beside)


def _plain(name: str) -> str:
    """Return a member's name without its archive's."""
    top, _, rest = name.partition("/")
    return rest if rest and top.endswith(ARCHIVES) else name


def resets(truth: Data, node: str) -> list[datetime]:
    """Return when a node's boots ended, in order."""
    return sorted(moment(ending["at"]) for ending in truth["endings"].get(node, ()))


def _with_boots(lines: Iterable[Line], resets: list[datetime]) -> Iterator[Line]:
    """Give each line the id of its boot where the source did not.

    A boot begins with a separator or the kernel's first line, or else with the first line after
    a reset that the truth knows of.
    """
    boot, left, fresh = 0, list(resets), False
    for line in lines:
        begins = line.program == MARK or (
            line.program == "kernel" and line.text.startswith("Linux version ")
        )
        late = bool(left) and line.at > left[0] + LATE
        if (begins and not fresh) or late:
            boot += 1
            left = [at for at in left if at + LATE >= line.at]
        fresh = line.program == MARK
        name = sha256(f"{line.node} {boot}".encode()).hexdigest()[:32]
        yield line if line.boot_id else replace(line, boot_id=name)
