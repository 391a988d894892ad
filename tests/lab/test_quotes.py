import gzip
import io
import lzma
import tarfile
from pathlib import Path
from typing import Any

import pytest
from lab.quotes import misquoted

LOG = b"first line of the log\nNov 03 10:00:00 a corosync[7]:   [TOTEM ] A processor\nfailed, forming\xff\n\nshort\n"
SAID = "Nov 03 10:00:00 a corosync[7]:   [TOTEM ] A processor"


def _folder(place: Path) -> Path:
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        member = tarfile.TarInfo("./a.log")
        member.size = len(LOG)
        archive.addfile(member, io.BytesIO(LOG))
    (place / "in").mkdir()
    (place / "in/a.log").write_bytes(LOG)
    (place / "a.log.gz").write_bytes(gzip.compress(LOG))
    (place / "logs.tar.xz").write_bytes(lzma.compress(tar.getvalue()))
    return place


@pytest.mark.parametrize("file", ["in/a.log", "a.log.gz", "logs.tar.xz/a.log"])
@pytest.mark.parametrize(
    ("text", "line", "right"),
    [
        (SAID, 2, True),
        (SAID, 1, False),
        (SAID, 0, False),
        (SAID, 99, False),
        (SAID.replace("A processor", "B processor"), 2, False),
        (f"{SAID} failed, forming\ufffd", 2, True),
        ("[TOTEM ] A processor", 2, True),
        ("A processor", 2, False),
        ("failed, forming\ufffd", 2, False),
        ("short", 5, True),
        ("", 4, False),
    ],
)
def test_a_quote_stands_word_for_word_in_its_line(
    tmp_path: Path, file: str, text: str, line: int, *, right: bool
) -> None:
    evidence = {"e1": {"file": file, "line": line, "text": text}}
    assert (misquoted(evidence, _folder(tmp_path)) == []) is right


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    evidence: dict[str, dict[str, Any]] = {
        "e1": {"file": "b.log", "line": 1, "text": SAID},
        "e2": {"file": "x.journal", "cursor": "s=1", "text": SAID},
        "e3": {"file": "in/a.log", "line": None, "text": SAID},
    }
    wrong = misquoted(evidence, _folder(tmp_path))
    assert [says.split()[0] for says in wrong] == ["e1", "e3"]
