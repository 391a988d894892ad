"""The command line as people use it: exit codes, one clear sentence, forms, hostile input."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from fencepost import __version__
from fencepost.apps.cli import main

ISOLATED = """
Nov 08 12:00:00 n1 corosync[7]:   [QUORUM] Sync members[3]: 1 2 3
Nov 08 12:00:00 n1 corosync[7]:   [TOTEM ] A new membership (1.5) was formed. Members joined: 2 3
Nov 08 12:00:00 n1 corosync[7]:   [QUORUM] Members[3]: 1 2 3
Nov 08 12:10:02 n1 corosync[7]:   [KNET  ] link: host: 2 link: 0 is down
Nov 08 12:10:02 n1 corosync[7]:   [KNET  ] link: host: 3 link: 0 is down
Nov 08 12:10:08 n1 corosync[7]:   [QUORUM] Sync members[1]: 1
Nov 08 12:10:08 n1 corosync[7]:   [TOTEM ] A new membership (1.9) was formed. Members left: 2 3
Nov 08 12:10:08 n1 corosync[7]:   [TOTEM ] Failed to receive the leave message. failed: 2 3
Nov 08 12:10:08 n1 corosync[7]:   [QUORUM] This node is within the non-primary component and will NOT provide any services.
""".lstrip()

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "n1.log").write_text(ISOLATED)
    return folder


def _json(capsys: Capture, *words: str) -> dict[str, object]:
    assert main(["investigate", *words, "--format", "json", "--year", "2025"]) == 0
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def test_version(capsys: Capture) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip() == __version__


def test_a_report_is_made_in_every_form(logs: Path, tmp_path: Path, capsys: Capture) -> None:
    assert _json(capsys, str(logs))["schema"] == "fencepost.report/1"
    for form, mark in (("text", "quorum"), ("markdown", "#"), ("html", "<!doctype html>")):
        assert main(["investigate", str(logs), "--format", form, "--year", "2025"]) == 0
        assert mark in capsys.readouterr().out.lower()
    out = tmp_path / "deep" / "report.html"
    assert main(["investigate", str(logs), "-o", str(out), "--year", "2025"]) == 0
    assert out.read_text().lower().startswith("<!doctype html>")


def test_the_same_input_gives_the_same_bytes(logs: Path, capsys: Capture) -> None:
    said = []
    for _ in range(2):
        main(["investigate", str(logs), "--format", "html", "--year", "2025"])
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]


def test_fail_on_gives_three_when_it_is_that_grave(logs: Path, capsys: Capture) -> None:
    common = ["investigate", str(logs), "--format", "json", "--year", "2025", "--fail-on"]
    assert main([*common, "quorum_lost"]) == 3
    assert main([*common, "node_down"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["investigate", "/nowhere/at/all"], "does not exist"),
        (["investigate", ".", "--timezone", "Mars/Olympus"], "not a time zone"),
        (["investigate", ".", "--since", "yesterday-ish"], "not a time"),
        (["investigate", ".", "-o", "report.doc"], "--format"),
        (["investigate", ".", "--format", "papyrus"], "papyrus"),
        (["investigate", ".", "--year", "soon"], "soon"),
        (["explain"], "explain what"),
        (["explain", "NoSuchThingAnywhere"], "fencepost catalogue"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_two(
    words: list[str], says: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch, logs: Path
) -> None:
    monkeypatch.chdir(logs)
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


def test_without_a_place_this_machine_is_read(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fencepost.apps.reading.ROOT", tmp_path)
    for command in ("investigate", "audit"):
        assert main([command]) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith("fencepost: nothing readable on this machine: ")
        assert told.err.count("\n") == 1
    (tmp_path / "etc/corosync").mkdir(parents=True)
    (tmp_path / "etc/corosync/corosync.conf").write_text(
        "nodelist {\n  node {\n    name: pve2\n    nodeid: 2\n    ring0_addr: 10.0.0.2\n  }\n}\n"
    )
    assert main(["investigate"]) == 1
    assert "no journal and no system log. On a node" in capsys.readouterr().err
    (tmp_path / "etc/hostname").write_text("pve1\n")
    (tmp_path / "var/log").mkdir(parents=True)
    (tmp_path / "var/log/syslog").write_text("Nov 08 10:00:00 pve1 corosync[7]: [QUORUM] x\n")
    assert main(["investigate"]) == 0
    assert "pve1" in capsys.readouterr().out
    assert main(["audit"]) == 0


def test_without_a_place_elsewhere_than_on_linux_nothing_is_read(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert main(["investigate"]) == 2
    assert "nothing to read" in capsys.readouterr().err


def test_nothing_readable_is_one_sentence_and_one(tmp_path: Path, capsys: Capture) -> None:
    assert main(["investigate", str(tmp_path)]) == 1
    assert "nothing readable" in capsys.readouterr().err


RUBBISH: dict[str, Callable[[Path], object]] = {
    "nothing but NULs": lambda f: f.write_bytes(b"\0" * 100_000),
    "binary": lambda f: f.write_bytes(bytes(range(256)) * 400),
    "one long line": lambda f: f.write_bytes(
        b"Nov 08 12:00:00 n1 corosync[7]: " + b"x" * 3_000_000
    ),
    "not UTF-8": lambda f: f.write_bytes(
        b"Nov 08 12:00:00 n1 corosync[7]: \xff\xfe [TOTEM ] \xc3\x28\n"
    ),
    "a loop of links": lambda f: f.symlink_to(f.parent),
    "a dangling link": lambda f: f.symlink_to(f.parent / "gone"),
    "a pipe": os.mkfifo,
    "half a gzip": lambda f: f.write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03half"),
    "half a tar": lambda f: f.write_bytes(b"x" * 257 + b"ustar\x0000" + b"y" * 99),
    "half a JSON": lambda f: f.write_text('{"MESSAGE": "unfinished'),
    "far future": lambda f: f.write_text("9999-12-31T23:59:59+00:00 n1 corosync[7]: [TOTEM ] x\n"),
    "impossible dates": lambda f: f.write_text(
        "Feb 31 25:61:61 n1 corosync[7]: Retransmit List: 1\n"
    ),
    "a huge number": lambda f: f.write_text(
        "Nov 08 12:00:00 n1 corosync[7]:   [KNET  ] link: host: "
        + "9" * 5000
        + " link: 0 is down\n"
    ),
}


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_beside_a_good_log_costs_nothing(kind: str, logs: Path, capsys: Capture) -> None:
    before = _json(capsys, str(logs))
    RUBBISH[kind](logs / "rubbish")
    after = _json(capsys, str(logs))
    incidents = before["incidents"]
    assert incidents
    assert after["incidents"] == incidents


@pytest.mark.parametrize("kind", RUBBISH)
def test_rubbish_alone_is_told_in_one_sentence(kind: str, tmp_path: Path, capsys: Capture) -> None:
    RUBBISH[kind](tmp_path / "rubbish")
    code = main(["investigate", str(tmp_path), "--year", "2025", "--quiet"])
    told = capsys.readouterr()
    assert code in (0, 1)
    assert "Traceback" not in told.err
    assert code == 0 or told.err.count("\n") == 1


def test_escapes_and_markup_in_a_log_stay_text(logs: Path, capsys: Capture) -> None:
    evil = "Nov 08 12:10:03 n1 corosync[7]:   [TOTEM ] A processor failed, forming new configuration. \x1b]0;owned\x07<script>alert(1)</script>\n"
    (logs / "n1.log").write_text(ISOLATED + evil)
    for form in ("text", "markdown", "html"):
        main(["investigate", str(logs), "--format", form, "--year", "2025", "--color", "never"])
        out = capsys.readouterr().out
        assert "\x1b" not in out
        assert form != "html" or "<script>" not in out


def test_a_node_twice_counts_once(logs: Path, capsys: Capture) -> None:
    once = _json(capsys, str(logs))
    (logs / "copy-of-n1.log").write_text(ISOLATED)
    twice = _json(capsys, str(logs))
    assert [i["story"] for i in twice["incidents"]] == [i["story"] for i in once["incidents"]]  # type: ignore[attr-defined]


def test_logs_of_another_cluster_are_named(logs: Path, capsys: Capture) -> None:
    conf = "totem {{\n  version: 2\n  cluster_name: {0}\n}}\nnodelist {{\n  node {{\n    name: {1}\n    nodeid: 1\n    ring0_addr: 10.0.0.1\n  }}\n}}\n"
    (logs / "a.conf").write_text(conf.format("alpha", "n1"))
    (logs / "b.conf").write_text(conf.format("beta", "z9"))
    gaps = _json(capsys, str(logs))["gaps"]
    assert "alpha" in str(gaps)
    assert "beta" in str(gaps)


def test_no_color_is_honoured(logs: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    main(["investigate", str(logs), "--year", "2025"])
    assert "\x1b[" not in capsys.readouterr().out


def test_since_and_until_leave_out_what_lies_outside(logs: Path, capsys: Capture) -> None:
    assert _json(capsys, str(logs), "--since", "2025-11-09")["incidents"] == []
    assert _json(capsys, str(logs), "--until", "2025-11-08T12:05")["incidents"] == []
    assert _json(capsys, str(logs), "--since", "2025-11-08")["incidents"] != []


def test_explain_reads_a_line_and_a_name(capsys: Capture) -> None:
    line = "Nov 09 10:33:31 proxmox corosync[2764]: [TOTEM] Failed to receive the leave message. failed: 2 3"
    assert main(["explain", line]) == 0
    assert "LeaveNotReceived" in capsys.readouterr().out
    for name in ("TokenLost", "nic_hang", "single_link"):
        assert main(["explain", name]) == 0
        assert name in capsys.readouterr().out


def test_audit_reports_findings_and_no_incidents(logs: Path, capsys: Capture) -> None:
    assert main(["audit", str(logs), "--format", "json", "--year", "2025"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["incidents"] == []
    assert "findings" in report
