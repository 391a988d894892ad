"""Puts rotated logs in order: which file of a log is older, and which one is missing.

Source: logrotate(8), `dateext`, `dateformat`, `compressext`; without `dateext` the newest rotated
file has the number 1. Names are hints alone: what a file is, its content tells.
"""

import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from fencepost.model.line import Gap

_ROTATED = re.compile(
    r"(?P<log>.*?)(?:\.(?P<number>\d{1,3})|[.-](?P<date>\d{8})(?:[-_T]?\d{2,6})?)?"
    r"(?:\.(?:gz|xz|bz2|zst))?"
)
_NUMBERS_ALONE = re.compile(r"[\d.]+")  # an address, not a log


@dataclass(frozen=True, slots=True)
class Rotated:
    """A file's place among those of one log.

    log: the path without what rotation added. number: 0 for the log that is being written, 1
    and up for older ones. date: when it was put away, where its name says that instead.
    """

    log: str
    number: int = 0
    date: datetime | None = None

    @property
    def age(self) -> tuple[float, int]:
        """Sorts the files of one log, the newest first."""
        return (-self.date.timestamp() if self.date else -float("inf"), self.number)


def rotation_of(path: str) -> Rotated:
    """Return the place of a file among the rotated ones.

    >>> rotation_of("pve1/syslog.2.gz")
    Rotated(log='pve1/syslog', number=2, date=None)
    """
    found = _ROTATED.fullmatch(path)
    if not found or _NUMBERS_ALONE.fullmatch(found["log"].rpartition("/")[2]):
        return Rotated(path)
    if found["number"]:
        return Rotated(found["log"], int(found["number"]))
    if found["date"]:
        try:
            date = datetime.strptime(found["date"], "%Y%m%d").replace(tzinfo=UTC)
        except ValueError:
            return Rotated(path)
        return Rotated(found["log"], date=date)
    return Rotated(found["log"])


def missing(paths: Iterable[str], begins: Mapping[str, datetime]) -> Iterator[Gap]:
    """Yield a gap for each rotated file that is missing between two that are there.

    paths: all files. begins: when the first line of a log was written, for those that are one.
    """
    logs: dict[str, dict[str, Rotated]] = defaultdict(dict)
    for path in paths:
        place = rotation_of(path)
        logs[place.log][path] = place
    for log, places in sorted(logs.items()):
        if not any(path in begins for path in places):
            continue
        yield from _numbers_left_out(log, {place.number for place in places.values()})
        yield from _days_left_out(log, places, begins)


def _numbers_left_out(log: str, numbers: set[int]) -> Iterator[Gap]:
    there = sorted(numbers)
    for newer, older in pairwise(there):
        if older - newer > 1:
            gone = f"{log}.{newer + 1}"
            if older - newer > 2:
                gone += f" to {log}.{older - 1}"
            verb = "is" if older - newer == 2 else "are"
            yield Gap(f"{gone} {verb} not there, older and newer ones are", file=log)


def _days_left_out(
    log: str, places: Mapping[str, Rotated], begins: Mapping[str, datetime]
) -> Iterator[Gap]:
    """Compare when each file was put away with when the next one begins."""
    dated = sorted((place.date, path) for path, place in places.items() if place.date)
    if len(dated) < 3:
        return
    usual = statistics.median((b[0] - a[0]).days for a, b in pairwise(dated))
    for (put_away, older), (_, newer) in pairwise(dated):
        begin = begins.get(newer)
        if begin and begin - put_away > timedelta(days=max(1, usual / 2)):
            yield Gap(
                f"nothing between {older}, put away on {put_away:%Y-%m-%d}, and {newer}, which "
                f"begins on {begin:%Y-%m-%d}: a rotated file may be missing",
                file=log,
            )
