"""Mutated texts, settings, JSON and export: no crash, no hang, bounded memory."""

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

Files = Mapping[str, bytes]
Mutate = Callable[[bytes, random.Random], bytes]
Survive = Callable[..., dict[str, Any]]
Mutation = Callable[[bytes, random.Random], bytes]


def _entries(log: bytes) -> Iterator[dict[str, str]]:
    for number, line in enumerate(log.decode("utf-8", "replace").split("\n")):
        yield {
            "__CURSOR": f"s={number:x}",
            "__REALTIME_TIMESTAMP": str(1_762_600_000_000_000 + number * 1_000_000),
            "__MONOTONIC_TIMESTAMP": str(number * 1_000_000),
            "_BOOT_ID": f"{1:032x}",
            "_HOSTNAME": "pve1",
            "SYSLOG_IDENTIFIER": "corosync",
            "MESSAGE": line,
        }


def as_json(log: bytes, _chance: random.Random) -> bytes:
    return "\n".join(json.dumps(one) for one in _entries(log)).encode()


def as_one_array(log: bytes, _chance: random.Random) -> bytes:
    return json.dumps(list(_entries(log))).encode()


def as_export(log: bytes, chance: random.Random, lies: float = 0.1) -> bytes:
    out = []
    for one in _entries(log):
        for name, value in one.items():
            raw = value.encode()
            if name == "MESSAGE" and chance.random() < 0.3:
                size = len(raw) if chance.random() >= lies else chance.getrandbits(64)
                out.append(b"MESSAGE\n" + size.to_bytes(8, "little") + raw + b"\n")
            else:
                out.append(f"{name}={value}\n".encode())
        out.append(b"\n")
    return b"".join(out)


def as_paste(log: bytes, chance: random.Random) -> bytes:
    width, quote = chance.randrange(20, 120), chance.choice((b"", b"> ", b"    ", b"| "))
    lines = []
    for line in log.split(b"\n"):
        lines += [quote + line[at : at + width] for at in range(0, len(line), width)]
    return chance.choice((b"\n", b"\r\n")).join(lines)


def with_mixed_ends(log: bytes, chance: random.Random) -> bytes:
    ends = (b"\n", b"\r\n", b"\r", b"\n\n", b"\x0b", b"\x85")
    return b"".join(line + chance.choice(ends) for line in log.split(b"\n"))


def with_nuls(log: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(log))
    return log[:at] + bytes(chance.choice((1, 7, 100, 5000))) + log[at:]


def with_a_giant_line(log: bytes, chance: random.Random) -> bytes:
    at = log.find(b"\n", chance.randrange(len(log)))
    filling = chance.choice((b"x", b" ", b"[1]", b"] ", b"a=b ", b"\xff", b"{", b"[", b'"\\'))
    return (
        log[:at]
        + filling * (chance.choice((70_000, 1_200_000, 2_500_000)) // len(filling))
        + log[at:]
    )


def with_no_utf8(log: bytes, chance: random.Random) -> bytes:
    out = bytearray(log)
    for _ in range(chance.randrange(1, 200)):
        out[chance.randrange(len(out))] = chance.randrange(128, 256)
    return bytes(out)


def with_lines_shuffled(log: bytes, chance: random.Random) -> bytes:
    lines = log.split(b"\n")
    chance.shuffle(lines)
    return b"\n".join(lines)


def with_lines_torn(log: bytes, chance: random.Random) -> bytes:
    return b"\n".join(
        line[: chance.randrange(len(line) + 1)] if chance.random() < 0.1 else line
        for line in log.split(b"\n")
    )


def unchanged(log: bytes, _chance: random.Random) -> bytes:
    return log


FORMS: tuple[Mutation, ...] = (unchanged, unchanged, as_json, as_one_array, as_export, as_paste)
WOUNDS: tuple[Mutation, ...] = (
    with_mixed_ends,
    with_nuls,
    with_a_giant_line,
    with_no_utf8,
    with_lines_shuffled,
    with_lines_torn,
)


def test_mutated_texts_do_no_harm(
    rounds: int, seeds: Mapping[str, Files], mutate: Mutate, survive: Survive
) -> None:
    texts = [content for files in seeds.values() for content in files.values()]

    def mutated() -> Iterator[tuple[str, bytes]]:
        for number in range(rounds):
            chance = random.Random(number)
            text = chance.choice(texts)
            if chance.random() < 0.2:  # a log with settings pasted into its middle, or the reverse
                cut = chance.randrange(len(text))
                text = text[:cut] + chance.choice(texts) + text[cut:]
            text = FORMS[number % len(FORMS)](text, chance)
            for _ in range(chance.randrange(3)):
                text = chance.choice(WOUNDS)(text, chance)
            yield f"{number:05}", mutate(text, chance)

    told = survive(mutated())
    assert len(told) == rounds
    assert sum(one.lines > 0 or one.documents > 0 for one in told.values()) > rounds * 0.8


@pytest.mark.parametrize("form", [unchanged, as_json, as_export])
def test_lines_before_a_cut_are_read(
    rounds: int, seeds: Mapping[str, Files], survive: Survive, form: Mutation
) -> None:
    log = b"".join(
        b"Nov 08 10:%02d:%02d pve1 corosync[7]: [TOTEM ] Token has not been received in 2737 ms\n"
        % (second // 60, second % 60)
        for second in range(600)
    )
    chance = random.Random(1)
    whole = as_export(log, chance, 0) if form is as_export else form(log, chance)
    cuts = [random.Random(number).randrange(len(whole)) for number in range(max(3, rounds // 20))]
    mark = {unchanged: b"\n", as_json: b"}\n", as_export: b"\n\n"}[form]
    files = ((f"{number:05}", whole[:cut]) for number, cut in enumerate(cuts))
    told = survive(files, all_lines=True)
    for name, one in told.items():
        assert one.lines >= whole.count(mark, 0, cuts[int(name)]), name
