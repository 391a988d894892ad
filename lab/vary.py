"""Seeded variations of recordings: what an admin's clocks, losses and habits make of the same run.

The truth of a variation follows from what was changed: times shift with the clock, names with the
renaming, and where evidence is taken away nothing has to be found any more, but nothing false may
be said either.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from pathlib import Path
from random import Random

from lab.draft import Draft, cut, draft_of, without
from lab.noise import among, stranger
from lab.recording import Recording, resets
from lab.score import moment
from lab.written import FORMS

Change = Callable[[Draft, Random], None]


def chosen(recording: Recording, number: int, seed: int) -> tuple[Change, ...]:
    """Return what a variation of this number changes: even ones one thing, odd ones several."""
    name = Path(recording.name).name
    if number % 2 == 0:
        return (Random(f"{seed} {name}").sample(CHANGES, len(CHANGES))[number // 2 % len(CHANGES)],)
    chance = Random(f"{seed} {name} {number} several")
    some = chance.sample(CHANGES, chance.choice((2, 2, 3)))
    # What is lost is lost before clocks and names are changed.
    return tuple(change for change in CHANGES if change in some)


def vary(recording: Recording, number: int, seed: int) -> Draft:
    """Return a recording's variation of this number."""
    chance = Random(f"{seed} {Path(recording.name).name} {number}")
    draft = draft_of(recording)
    for change in chosen(recording, number, seed):
        change(draft, chance)
    return draft


def lose_a_node(draft: Draft, chance: Random) -> None:
    """Drop one node's logs."""
    without(draft, chance.choice(sorted(draft.logs)))


def lose_a_tail(draft: Draft, chance: Random) -> None:
    """Lose the last words of a node that was reset, or of any."""
    reset = sorted(node for node in draft.logs if resets(draft.truth, node))
    chosen = chance.choice(reset if reset and chance.random() < 0.7 else sorted(draft.logs))
    cut(draft, chosen, timedelta(seconds=chance.randint(10, 120)))


def add_noise(draft: Draft, chance: Random) -> None:
    """Mix in lines of other programs, and sometimes the log of a machine of no concern."""
    for node, lines in draft.logs.items():
        draft.logs[node] = list(among(lines, chance))
    draft.says.append("noise")
    times = [line.at for lines in draft.logs.values() for line in lines]
    if times and chance.random() < 0.4:
        draft.logs["vault"] = stranger("vault", min(times), max(times), chance)
        draft.says.append("a stranger's log")


OFFSETS_S = ((0.5, 30.0), (60.0, 3000.0), (3600.0, 3600.0), (7000.0, 35_000.0))
"""How far clocks are wrong; the hour is summer time on one node alone."""


def shift_clocks(draft: Draft, chance: Random) -> None:
    """Put the clocks of one or more nodes wrong, by seconds to hours.

    An ending is then right at the true time or on any clock between that and the ones put wrong:
    the common clock is the middle one, and nodes that nothing connects are told as written.
    """
    offsets = [timedelta(0)]
    nodes = sorted(draft.logs)
    for node in chance.sample(nodes, chance.randint(min(1, len(nodes)), len(nodes))):
        seconds = round(chance.choice((-1, 1)) * chance.uniform(*chance.choice(OFFSETS_S)), 3)
        offsets.append(by := timedelta(seconds=seconds))
        draft.logs[node] = [replace(line, at=line.at + by) for line in draft.logs[node]]
        draft.says.append(f"clock of {node} {seconds:+.3f} s")
    for ending in chain.from_iterable(draft.truth["endings"].values()):
        at = moment(ending["at"])
        ending["at"] = (at + min(offsets)).isoformat()
        ending["until"] = (at + max(offsets)).isoformat()


def rename(draft: Draft, chance: Random) -> None:
    """Give nodes other names and networks other addresses, everywhere."""
    stem = chance.choice(("pve", "hv-", "rack7-n", "proxmox", "zeus"))
    old = sorted({*draft.truth["endings"], *draft.logs})
    numbers = chance.sample(range(1, 40), len(old))
    names = {name: f"{stem}{number}" for name, number in zip(old, numbers, strict=True)}
    change = _Renaming(names, chance)
    draft.logs = {
        names[node]: [
            replace(line, node=names[line.node], text=change(line.text)) for line in lines
        ]
        for node, lines in draft.logs.items()
    }
    draft.beside = {
        change(name): change(data.decode("latin-1")).encode("latin-1")
        for name, data in draft.beside.items()
    }
    truth = draft.truth
    truth["endings"] = {names[node]: endings for node, endings in truth["endings"].items()}
    truth["blamed"] = [names.get(node, node) for node in truth.get("blamed", ())]
    for moved in truth.get("recoveries", ()):
        moved |= {end: names.get(moved[end], moved[end]) for end in ("from", "to")}
    draft.says.append("renamed")


_PRIVATE = re.compile(
    r"(?<![\d.])((?:10|192\.168|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){1,2})(\.\d{1,3})(?![\d.])"
)


class _Renaming:
    """Replaces names and private networks in a text, always the same way."""

    def __init__(self, names: dict[str, str], chance: Random) -> None:
        longest = sorted(map(re.escape, names), key=len, reverse=True)
        self._names = names
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(longest)})(?!\w)")
        self._chance = chance
        self._networks: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        text = self._pattern.sub(lambda match: self._names[match[0]], text)
        return _PRIVATE.sub(self._moved, text)

    def _moved(self, match: re.Match[str]) -> str:
        if match[1].count(".") != 2:
            return match[0]
        if match[1] not in self._networks:
            fresh = f"172.{self._chance.randint(16, 31)}.{len(self._networks)}"
            self._networks[match[1]] = fresh
        return self._networks[match[1]] + match[2]


def change_format(draft: Draft, chance: Random) -> None:
    """Save the logs in another format, each node its own or all the same."""
    one = chance.choice(sorted(FORMS))
    for node in sorted(draft.logs):
        draft.forms[node] = one if chance.random() < 0.6 else chance.choice(sorted(FORMS))
    draft.says.append("as " + ", ".join(sorted(set(draft.forms.values()))))


def double(draft: Draft, chance: Random) -> None:
    """Give every log twice: the journal, and the syslog made from it."""
    del chance
    draft.doubled = True
    draft.says.append("syslog beside the journal")


def split(draft: Draft, chance: Random) -> None:
    """Rotate the logs into two or three files, the oldest compressed."""
    draft.pieces = chance.choice((2, 3))
    draft.says.append(f"in {draft.pieces} files")


CHANGES: tuple[Change, ...] = (
    lose_a_node,
    lose_a_tail,
    add_noise,
    rename,
    shift_clocks,
    change_format,
    double,
    split,
)
"""In the order in which they are made."""
