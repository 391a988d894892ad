"""Mutated journals: no crash, no hang, bounded memory, and what survives is still read."""

import random
import struct
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from tests.sources.binary_journal.writer import Writer

Mutate = Callable[[bytes, random.Random], bytes]
Survive = Callable[..., dict[str, Any]]

HEADER = 264
HEADER_FIELDS = [
    (0, 8), (8, 4), (12, 4), (16, 1), (24, 16), (40, 16), (56, 16), (72, 16),
    *((at, 8) for at in range(88, 264, 8)),
]  # fmt: skip
KINDS = ("data", "field", "entry", "data hash table", "field hash table", "entry array", "tag")
FORMS = tuple(product((False, True), (None, "xz", "lz4", "zstd")))
SAID = (
    ("corosync", "  [TOTEM ] Token has not been received in 2737 ms"),
    ("kernel", "igb 0000:01:00.0 eno1: igb: eno1 NIC Link is Down"),
    ("cron", "(root) CMD (true)"),
    ("pmxcfs", "[status] notice: node lost quorum" + " and more of it" * 50),
)


def _entries(count: int) -> list[dict[str, str]]:
    return [
        {
            "at": str(1_762_600_000_000_000 + n * 1_000_000),
            "SYSLOG_IDENTIFIER": SAID[n % 4][0],
            "_PID": str(100 + n % 7),
            "_BOOT_ID": f"{n // 200:032x}",
            "_HOSTNAME": "pve1",
            "_MACHINE_ID": "6d" * 16,
            "MESSAGE": f"{SAID[n % 4][1]} {n // 3}",
        }
        for n in range(count)
    ]


@pytest.fixture(scope="session")
def journals() -> list[bytes]:
    """Return a journal of each form, of 400 entries."""
    return [Writer(compact, packing).write(_entries(400)) for compact, packing in FORMS]


def _objects(data: bytes) -> list[tuple[int, int, int]]:
    """Return type, begin and end of each object."""
    found, at = [], HEADER
    while at + 16 <= len(data) and data[at]:
        (size,) = struct.unpack_from("<Q", data, at + 8)
        found.append((data[at], at, at + size))
        at = (at + size + 7) & -8
    return found


def _lie(data: bytearray, begin: int, size: int, chance: random.Random) -> None:
    end = len(data)
    lies = (0, 1, 7, 8, 64, HEADER, end // 2 & -8, end - 8, end, end + 8,
            1 << 31, 1 << 32, 1 << 63, (1 << 64) - 1, chance.getrandbits(64))  # fmt: skip
    lie = chance.choice(lies).to_bytes(8, "little") * 2
    data[begin : begin + size] = lie[:size]


def _with_header_lies(data: bytes, number: int, chance: random.Random) -> bytes:
    out = bytearray(data)
    _lie(out, *HEADER_FIELDS[number % len(HEADER_FIELDS)], chance)
    if chance.random() < 0.3:
        _lie(out, *chance.choice(HEADER_FIELDS), chance)
    return bytes(out)


def _with_object_lies(data: bytes, chance: random.Random) -> bytes:
    """Change a word of some objects: sizes, what comes next, where entries are."""
    out, objects = bytearray(data), _objects(data)
    for _ in range(chance.randrange(1, 6)):
        kind = chance.choice([one[0] for one in objects])
        _, begin, end = chance.choice([one for one in objects if one[0] == kind])
        word = chance.choice([begin, begin + 8, *range(begin + 16, min(end, begin + 120) - 7, 8)])
        _lie(out, word, 8, chance)
    return bytes(out)


def _with_parts_of_another(data: bytes, other: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice((64, 4096, 30_000))
    return data[:at] + other[at : at + size] + data[at + size :]


def test_mutated_journals_do_no_harm(
    rounds: int, journals: list[bytes], mutate: Mutate, survive: Survive
) -> None:
    def mutated() -> Iterator[tuple[str, bytes]]:
        for number in range(rounds):
            chance = random.Random(number)
            whole = journals[number % len(journals)]
            kind = number // len(journals) % 5
            if kind == 0:
                whole = _with_header_lies(whole, number // len(journals) // 5, chance)
            elif kind == 1:
                whole = _with_object_lies(whole, chance)
            elif kind == 2:
                whole = _with_parts_of_another(whole, chance.choice(journals), chance)
            else:
                whole = mutate(whole, chance)
            yield f"{number:05}", whole

    told = survive(mutated())
    assert len(told) == rounds
    assert sum(one.lines > 0 for one in told.values()) > rounds * 0.7


def test_every_entry_before_a_cut_is_read(
    rounds: int, journals: list[bytes], survive: Survive
) -> None:
    """Cut at the begin, in the head, in the middle and at the end of an object of each kind."""
    expected: dict[str, int] = {}

    def cut() -> Iterator[tuple[str, bytes]]:
        for number in range(max(len(journals) * 2, rounds)):
            chance = random.Random(number)
            data = journals[number % len(journals)]
            objects = _objects(data)
            kinds = sorted({kind for kind, _, _ in objects})
            kind = kinds[number // len(journals) % len(kinds)]
            _, begin, end = chance.choice([one for one in objects if one[0] == kind])
            at = chance.choice((begin, begin + 8, (begin + end) // 2, end))
            name = f"{number:05}-{KINDS[kind - 1].replace(' ', '-')}"
            expected[name] = sum(kind == 3 and last <= at for kind, _, last in objects)
            yield name, data[:at]

    told = survive(cut(), all_lines=True)
    for name, one in told.items():
        assert one.lines >= 0.9 * expected[name], name
    share = sum(one.lines for one in told.values()) / max(1, sum(expected.values()))
    print(f"{share:.2%} of the entries before {len(told)} cuts were read")
