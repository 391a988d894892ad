"""Opens what is packed: compressed files, tar and zip, one inside the other, never to disk.

A packing is recognised by its first bytes, never by a name, and nothing in an archive is
believed: sizes are limits to stop at, member names are labels, links are not followed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from fencepost.model.line import Gap
from fencepost.sources.stream import Opened, Stream, TornError
from fencepost.sources.tar import is_tar, tar_members
from fencepost.sources.unpack import PACKINGS, unpacked
from fencepost.sources.zip import is_zip, zip_members


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one file on disk is followed.

    depth: packings inside each other. members: files in all its archives together.
    free, ratio: it may be unpacked to `free` bytes and beyond that to `ratio` times its size.
    Logs shrink to a tenth, rarely to a fiftieth; a bomb shrinks to a thousandth and less.
    """

    depth: int = 6
    members: int = 100_000
    free: int = 1 << 30
    ratio: int = 200


LIMITS = Limits()


class _Allowance:
    """What may still be unpacked out of one file on disk."""

    def __init__(self, limits: Limits, outermost: Stream) -> None:
        self.limits = limits
        self.members = 0
        self.spent = False
        self._outermost = outermost
        self._unpacked = 0

    def spend(self, packed: int, done: int, more: int) -> None:
        """Take `more` bytes out of a stream that gave `done` for `packed` bytes so far.

        A quarter of what is free is each stream's own, so that one bomb in an archive does not
        cost its neighbours.
        """
        limits = self.limits
        if done + more > limits.free // 4 + limits.ratio * packed:
            raise TornError(_too_much(limits.ratio, done))
        self._unpacked += more
        self.spent = self._unpacked > limits.free + limits.ratio * self._outermost.done
        if self.spent:
            raise TornError(_too_much(limits.ratio, self._unpacked - more))


def _too_much(ratio: int, done: int) -> str:
    return f"unpacks to more than {ratio} times its size: not read beyond {done} bytes"


def unfold(file: Opened, limits: Limits = LIMITS) -> Iterator[Opened | Gap]:
    """Yield the plain files in `file`: itself, what it is a packed form of, or its members."""
    yield from _unfold(file, _Allowance(limits, file.stream), 0)


def _unfold(file: Opened, allowance: _Allowance, depth: int) -> Iterator[Opened | Gap]:
    head, limits = file.stream.head, allowance.limits
    packing = next((some for some in PACKINGS if head.startswith(some.magic)), None)
    if not packing and not is_tar(head) and not is_zip(head):
        yield file
    elif depth >= limits.depth:
        yield Gap(f"packed more than {limits.depth} times over: not opened", file=file.name)
    elif packing:
        inner = Stream(unpacked(file.stream, packing, allowance.spend))
        yield from _unfold(Opened(file.name, file.modified, inner), allowance, depth + 1)
    else:
        yield from _members(file, allowance, depth)


def _members(file: Opened, allowance: _Allowance, depth: int) -> Iterator[Opened | Gap]:
    limits = allowance.limits
    members = zip_members if is_zip(file.stream.head) else tar_members
    try:
        for member in members(file, allowance.spend):
            if isinstance(member, Gap):
                yield member
                continue
            allowance.members += 1
            if allowance.members > limits.members:
                yield Gap(f"more than {limits.members} members: the rest not read", file=file.name)
                return
            yield from _unfold(member, allowance, depth + 1)
            if allowance.spent:
                says = f"unpacks to more than {limits.ratio} times its size: the rest not read"
                yield Gap(says, file=file.name)
                return
    except TornError as torn:
        yield Gap(str(torn), file=file.name)
