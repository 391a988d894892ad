"""Reading as a user meets it: archives, compressed files, two WHEREs, one file alone."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from fencepost.apps.cli import main

CASE = Path(__file__).parents[1] / "cases" / "lab-partition" / "logs.tar.xz"
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def files() -> dict[str, bytes]:
    with tarfile.open(CASE) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}  # type: ignore[union-attr]


def _asked(capsys: Capture, *where: Path) -> dict[str, object]:
    code = main(["investigate", *map(str, where), "--format", "json", "--year", "2026", "--quiet"])
    assert code == 0
    report: dict[str, object] = json.loads(capsys.readouterr().out)
    return report


def _told(report: dict[str, object]) -> list[tuple[str, list[str], list[str]]]:
    return [
        (one["gravity"], one["story"], [h["cause"] for h in one["hypotheses"]])
        for one in report["incidents"]  # type: ignore[attr-defined]
    ]


def _plain(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
}


@pytest.mark.parametrize("ending", PACKED)
def test_compressed_files_say_the_same(
    ending: str, files: dict[str, bytes], tmp_path: Path, capsys: Capture
) -> None:
    plain = _asked(capsys, _plain(files, tmp_path / "plain"))
    packed = {name + ending: PACKED[ending](data) for name, data in files.items()}
    again = _asked(capsys, _plain(packed, tmp_path / "packed"))
    assert _told(again) == _told(plain)
    assert _told(plain)[0][2][0] == "isolated_node"


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
def test_an_archive_says_the_same_whatever_its_name(
    mode: str, files: dict[str, bytes], tmp_path: Path, capsys: Capture
) -> None:
    plain = _asked(capsys, _plain(files, tmp_path / "plain"))
    archive = tmp_path / "from-the-customer"
    with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(f"./logs/{name}")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    report = _asked(capsys, archive)
    assert _told(report) == _told(plain)
    evidence = report["evidence"]
    assert isinstance(evidence, dict)
    assert {entry["file"].split("/")[0] for entry in evidence.values()} == {"from-the-customer"}


def test_two_places_are_read_as_one_cluster(
    files: dict[str, bytes], tmp_path: Path, capsys: Capture
) -> None:
    whole = _asked(capsys, _plain(files, tmp_path / "whole"))
    names = sorted(files)
    one = _plain({name: files[name] for name in names[::2]}, tmp_path / "one")
    two = _plain({name: files[name] for name in names[1::2]}, tmp_path / "two")
    assert _told(_asked(capsys, one, two)) == _told(whole)


def test_one_log_alone_gives_a_partial_answer(
    files: dict[str, bytes], tmp_path: Path, capsys: Capture
) -> None:
    log = _plain({"node1.log": files["node1.log"]}, tmp_path) / "node1.log"
    report = _asked(capsys, log)
    (gravity, _, causes), *_ = _told(report)
    assert gravity == "quorum_lost"
    assert causes[0] in ("isolated_node", "unknown")
    hypotheses = report["incidents"][0]["hypotheses"]  # type: ignore[index]
    assert hypotheses[0]["confidence"] == "possible"
