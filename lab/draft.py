"""A variation in the making: a recording's lines and truth, to be changed together and written."""

import copy
import gzip
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from fencepost.model.line import Line
from fencepost.sources.naming import known_node
from lab.recording import LATE, Recording, resets
from lab.written import written


@dataclass(slots=True)
class Draft:
    """A variation in the making.

    truth: as in a case. says: what was changed. forms: the format of each node's log.
    pieces: how many files each log is split into. doubled: whether a syslog lies beside it.
    """

    truth: dict[str, Any]
    logs: dict[str, list[Line]]
    beside: dict[str, bytes]
    says: list[str] = field(default_factory=list)
    forms: dict[str, str] = field(default_factory=dict)
    pieces: int = 1
    doubled: bool = False

    def write(self, folder: Path) -> None:
        """Write the files into a folder, and set the truth's year."""
        times = [line.at for lines in self.logs.values() for line in lines]
        self.truth["year"] = min(times).year if times else self.truth["year"]
        for name, data in sorted(self._files().items()):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    def _files(self) -> dict[str, bytes]:
        files = dict(self.beside)
        for node, lines in self.logs.items():
            form = self.forms.get(node, "short-precise")
            if self.doubled:
                files[f"{node}/syslog"] = written(lines, "syslog")
            for place in range(self.pieces):
                share = slice(
                    len(lines) * place // self.pieces, len(lines) * (place + 1) // self.pieces
                )
                age = self.pieces - 1 - place
                name, data = f"{node}.log" + (f".{age}" if age else ""), written(lines[share], form)
                files[f"{name}.gz" if age > 1 else name] = gzip.compress(data) if age > 1 else data
        return files


def draft_of(recording: Recording) -> Draft:
    """Return a draft with nothing changed."""
    logs = {node: list(lines) for node, lines in recording.logs.items()}
    return Draft(copy.deepcopy(dict(recording.truth)), logs, dict(recording.beside))


def without(draft: Draft, node: str) -> None:
    """Take away everything that came from one node."""
    nodes = [*draft.truth["endings"], *draft.logs]
    draft.logs.pop(node, None)
    draft.beside = {
        name: data for name, data in draft.beside.items() if known_node(name, nodes) != node
    }
    draft.says.append(f"without {node}")
    weaken(draft.truth)


def cut(draft: Draft, node: str, tail: timedelta) -> None:
    """Take away what a node wrote last: before its first reset, or else before its log ends."""
    draft.logs[node] = cut_tail(draft.logs[node], resets(draft.truth, node), tail)
    draft.says.append(f"last {tail.total_seconds():.0f} s of {node} lost")
    weaken(draft.truth)


def cut_tail(lines: Sequence[Line], ended: Sequence[datetime], tail: timedelta) -> list[Line]:
    """Return a node's lines without the last ones before its first end, or before they all end."""
    before = [line.at for line in lines if not ended or line.at <= min(ended) + LATE]
    last = max(before or [line.at for line in lines], default=datetime.max.replace(tzinfo=UTC))
    return [line for line in lines if not last - tail < line.at <= last]


def weaken(truth: dict[str, Any]) -> None:
    """Let nothing have to be found any more; what is said must still be so."""
    if truth.get("incident"):
        del truth["incident"]
    truth["recoveries_lost"] = True
    for endings in truth["endings"].values():
        for ending in endings:
            ending["optional"] = True
