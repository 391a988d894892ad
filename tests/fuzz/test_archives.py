"""Mutated archives: no crash, no hang, bounded memory, and what survives is still read."""

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import zstandard

Files = Mapping[str, bytes]
Mutate = Callable[[bytes, random.Random], bytes]
Survive = Callable[..., dict[str, Any]]
LOGS = 60
LINE = b"Nov 08 10:%02d:%02d pve%d kernel: x\n"


def tar_of(files: Files) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


class Pipe(io.RawIOBase):
    """A place that zipfile cannot go back in: sizes come behind the members."""

    def __init__(self) -> None:
        self.out = io.BytesIO()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return self.out.write(data)


def zip_of(files: Files, method: int = zipfile.ZIP_DEFLATED, *, piped: bool = False) -> bytes:
    pipe = Pipe()
    with zipfile.ZipFile(pipe if piped else pipe.out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return pipe.out.getvalue()


FORMS: tuple[Callable[[Files], bytes], ...] = (
    tar_of,
    zip_of,
    lambda files: gzip.compress(tar_of(files), 1),
    lambda files: lzma.compress(tar_of(files), preset=0),
    lambda files: bz2.compress(tar_of(files), 1),
    lambda files: zstandard.compress(tar_of(files)),
    lambda files: zip_of(files, zipfile.ZIP_STORED, piped=True),
    lambda files: zip_of(files, piped=True),
    lambda files: zip_of(files, zipfile.ZIP_BZIP2),
    lambda files: zip_of({"sos.tar.xz": lzma.compress(tar_of(files), preset=0), **files}),
    lambda files: tar_of({name + ".gz": gzip.compress(one, 1) for name, one in files.items()}),
    lambda files: gzip.compress(next(iter(files.values())), 1),
    lambda files: zstandard.compress(next(iter(files.values()))),
)


def with_lies(data: bytes, chance: random.Random) -> bytes:
    """Change what a header claims; in a tar its checksum is made right again."""
    out = bytearray(data)
    places = [at for at in range(0, len(data) - 512, 512) if data[at + 257 : at + 262] == b"ustar"]
    if places:
        at = chance.choice(places)
        begin, size = chance.choice(((0, 100), (124, 12), (136, 12), (156, 1), (345, 155)))
        lie = chance.choice((b"7" * 11 + b"\0", b"\x80" + b"\xff" * 11, b"\0" * 12, b"../../x"))
        out[at + begin : at + begin + size] = (lie * 14)[:size]
        out[at + 148 : at + 156] = b" " * 8
        out[at + 148 : at + 156] = b"%06o\0 " % sum(out[at : at + 512])
        return bytes(out)
    at = data.find(b"PK\3\4", chance.randrange(len(data)))
    if at >= 0:
        field = at + chance.choice((4, 6, 8, 14, 18, 22, 26, 28))
        out[field : field + 4] = chance.choice((b"\xff" * 4, bytes(4), chance.randbytes(4)))
    return bytes(out)


def with_members_swapped(
    form: Callable[[Files], bytes], files: Files, chance: random.Random
) -> bytes:
    names, contents = list(files), list(files.values())
    chance.shuffle(contents)
    names += chance.choices(names, k=2)
    return form(dict(zip(names, contents, strict=False))) + form(files)


def test_mutated_archives_do_no_harm(
    rounds: int, seeds: Mapping[str, Files], mutate: Mutate, survive: Survive
) -> None:
    packed = {form: {case: form(files) for case, files in seeds.items()} for form in FORMS}

    def mutated() -> Iterator[tuple[str, bytes]]:
        for number in range(rounds):
            chance = random.Random(number)
            form, case = FORMS[number % len(FORMS)], chance.choice(list(seeds))
            whole = packed[form][case]
            kind = chance.randrange(8)
            if kind == 0:
                whole = with_members_swapped(form, seeds[case], chance)
            elif kind == 1:
                whole = mutate(
                    form({"x": mutate(packed[form][case], chance), **seeds[case]}), chance
                )
            elif kind <= 3:
                whole = with_lies(whole, chance)
            else:
                whole = mutate(whole, chance)
            yield f"{number:05}", whole

    told = survive(mutated())
    assert len(told) == rounds
    assert sum(one.lines > 0 for one in told.values()) > rounds / 2


def some_logs() -> dict[str, bytes]:
    return {
        f"pve{n}/syslog": b"".join(LINE % (at // 60, at % 60, n) for at in range(LOGS))
        for n in range(1, 40)
    }


def test_what_comes_before_a_cut_is_read(rounds: int, survive: Survive) -> None:
    """Whole lines before the cut are read, but for those that the packing still held back."""
    logs = some_logs()
    forms = {"tar": tar_of(logs), "zip": zip_of(logs, zipfile.ZIP_STORED), "zipped": zip_of(logs)}
    cuts = [random.Random(number).random() for number in range(max(3, rounds // 10))]

    def cut() -> Iterator[tuple[str, bytes]]:
        for name, whole in forms.items():
            for number, share in enumerate(cuts):
                yield f"{name}-{number:05}", whole[: int(len(whole) * share)]

    for name, one in survive(cut(), all_lines=True).items():
        form, number = name.split("-")
        end = int(len(forms[form]) * cuts[int(number)])
        mark = b"PK\3\4" if form != "tar" else b"\0ustar"
        members_over = max(0, forms[form].count(mark, 0, end) - 1)
        if form == "tar" or end < forms[form].index(b"PK\1\2"):
            assert one.lines >= members_over * LOGS, name
        else:
            assert one.lines == len(logs) * LOGS, name


def test_damage_in_one_member_costs_no_other(rounds: int, survive: Survive) -> None:
    logs = some_logs()
    forms = {"tar": tar_of(logs), "zip": zip_of(logs)}

    def damaged() -> Iterator[tuple[str, bytes]]:
        for name, whole in forms.items():
            for number in range(max(3, rounds // 10)):
                chance = random.Random(number)
                at = chance.randrange(len(whole) // 2)
                size = 700 if name == "tar" else 60
                yield (
                    f"{name}-{number:05}",
                    whole[:at] + chance.randbytes(size) + whole[at + size :],
                )

    for name, one in survive(damaged(), all_lines=True).items():
        assert one.lines >= (len(logs) - 3) * LOGS, name
