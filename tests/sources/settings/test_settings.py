import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.model.document import (
    Bond,
    Document,
    Load,
    Ping,
    Port,
    PortCounters,
    PortDriver,
    Pressure,
    QuorumStatus,
    Wtmp,
)
from fencepost.sources.settings import read_documents

DATA = Path(__file__).parent / "data"
REPORT = (DATA / "pvereport.txt").read_text()
PROMPTS = (DATA / "prompts.txt").read_text()


def kinds(documents: list[Document]) -> list[str]:
    return [type(document).__name__ for document in documents]


def of_kind(documents: list[Document], kind: type[Document]) -> Document:
    return next(document for document in documents if isinstance(document, kind))


def test_reads_every_known_section_of_a_pvereport() -> None:
    documents = read_documents("report.txt", REPORT, None)
    assert kinds(documents) == [
        "PackageVersions",
        "Load",
        "Memory",
        "Pressure",
        "Interfaces",
        "Port",
        "QuorumStatus",
        "QuorumStatus",
        "CorosyncConf",
        "HaStatus",
        "DatacenterCfg",
    ]
    assert {document.node for document in documents} == {"pve2"}
    pressure = of_kind(documents, Pressure)
    assert isinstance(pressure, Pressure)
    assert list(pressure.stalls) == ["cpu", "io", "memory"]


def test_reads_every_known_output_of_a_dump_with_prompts() -> None:
    documents = read_documents("dump.txt", PROMPTS, "elsewhere")
    assert kinds(documents) == [
        "Load",
        "PortDriver",
        "Port",
        "PortOffloads",
        "PortCounters",
        "PortRings",
        "Bond",
        "Ping",
        "Wtmp",
    ]
    assert {document.node for document in documents[:-1]} == {"proxmox"}
    assert isinstance(documents[-1], Wtmp)
    assert documents[-1].node == "proxmox2"
    port, bond = of_kind(documents, Port), of_kind(documents, Bond)
    assert isinstance(port, Port)
    assert (port.speed_mb, port.duplex) == (10000, None)
    assert isinstance(bond, Bond)
    assert (bond.name, bond.lacp_rate) == ("bond0", "slow")
    assert bond.slaves["eno2"] == ("down", None, None, 17, "2")
    for kind in (PortDriver, PortCounters):
        assert getattr(of_kind(documents, kind), "name", None) == "enp0s31f6"


@pytest.mark.parametrize("text", [REPORT, PROMPTS])
def test_every_origin_is_the_very_line(text: str) -> None:
    lines = text.split("\n")
    for document in read_documents("a/b.txt", text, None):
        for origin in (document.origin, *document.where.values()):
            assert origin.file == "a/b.txt"
            assert origin.line is not None
            assert lines[origin.line - 1] == origin.text
            assert origin.text


@pytest.mark.parametrize("text", [REPORT, PROMPTS])
def test_windows_newlines_colours_and_a_byte_order_mark_change_nothing(text: str) -> None:
    plain = read_documents("a.txt", text, None)
    coloured = text.replace("root@proxmox", "\x1b[01;32mroot@proxmox\x1b[00m")
    noisy = read_documents("a.txt", "\ufeff" + coloured.replace("\n", "\r\n"), None)
    assert kinds(noisy) == kinds(plain)
    assert [document.origin.line for document in noisy] == [d.origin.line for d in plain]
    assert not any(document.origin.text.endswith("\r") for document in noisy)


def test_plain_concatenation_comes_apart() -> None:
    text = (
        "0.29 0.10 0.03 2/94 8023\nproxmox-ve: 8.2.0 (running kernel: 6.8.12-4-pve)\n"
        "Settings for eno1:\n\tSpeed: 1000Mb/s\ndriver: igb\nquorum OK\nvm: 100\n\tstate started\n"
    )
    documents = read_documents("all.txt", text, "n1")
    assert kinds(documents) == [
        "Load",
        "PackageVersions",
        "Port",
        "PortDriver",
        "HaStatus",
        "HaResources",
    ]
    assert [document.origin.line for document in documents] == [1, 2, 3, 5, 6, 7]
    assert {document.node for document in documents} == {"n1"}


def test_markdown_fences_end_a_section_and_keep_its_command() -> None:
    text = "### cat /proc/pressure/cpu\n```\nsome avg10=1.00 avg60=2.00 avg300=3.00 total=1\n```\nBye\n"
    (pressure,) = read_documents("post.md", text, None)
    assert isinstance(pressure, Pressure)
    assert list(pressure.stalls) == ["cpu"]


def test_titles_tell_whose_the_sections_below_are() -> None:
    load = "0.29 0.10 0.03 2/94 8023\n"
    text = f"$ uptime\n{load}== node: n1 ==\n$ cat /proc/loadavg\n{load}== node: n2 ==\n{load}"
    documents = read_documents("all.txt", text, "outside")
    assert [document.node for document in documents] == ["outside", "n1", "n2"]


def test_hostname_tells_whose_the_rest_is() -> None:
    text = "$ cat /proc/loadavg\n0.29 0.10 0.03 2/94 8023\n$ hostname -f\nn7.example.org\n"
    (load,) = read_documents("all.txt", text, None)
    assert isinstance(load, Load)
    assert load.node == "n7"


@pytest.mark.parametrize(
    "text",
    [
        "Nov 08 11:46:07 pve1 corosync[2764]:   [KNET  ] link: host: 2 link: 0 is down\n" * 200,
        "июл 17 18:12:21 pmx5 pmxcfs[1]: [status] notice: node has quorum\n" * 50,
        "9 月 16 日 19:31:41 cl4 kernel: Settings for eno1:\n" * 50,
        "2020-11-23T14:36:26.372058+08:00 node2 corosync[2328]:   [TOTEM ] x\n" * 50,
        '{"MESSAGE":"quorum OK","_HOSTNAME":"n1"}\n' * 50,
        "__CURSOR=s=1\nMESSAGE=quorum OK\n\n" * 50,
        "-- Boot 6c0e0b3fa1c34fb5a3c2d5e0a2a6e3a1 --\n"
        + "Nov 08 11:46:07 pve1 kernel: driver: e1000e\n" * 50,
        "",
        "\n\n\n",
        "Just some words about a cluster.\nNothing else.\n",
    ],
)
def test_logs_and_prose_hold_no_document(text: str) -> None:
    assert read_documents("syslog", text, None) == []


def test_a_ping_and_a_status_may_stand_in_one_file() -> None:
    status = "Quorum information\n----\nQuorate:          Yes\n"
    ping = "PING n2 (10.0.0.2) 56(84) bytes of data.\n--- n2 ping statistics ---\n3 packets transmitted, 3 received, 0% packet loss\n"
    first, second = read_documents("a.txt", status + ping, None)
    assert isinstance(first, QuorumStatus)
    assert first.quorate is True
    assert isinstance(second, Ping)


@settings(deadline=None)
@given(st.text(max_size=400))
def test_random_text_never_raises(text: str) -> None:
    read_documents("x", text, None)


LINES = (REPORT + PROMPTS).split("\n")


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False), st.sampled_from(["cut", "shuffle", "garble", "digits"]))
def test_mutated_samples_never_raise(dice: random.Random, how: str) -> None:
    lines = list(LINES)
    if how == "shuffle":
        dice.shuffle(lines)
    text = "\n".join(lines)
    if how == "cut":
        begin = dice.randrange(len(text))
        text = text[begin : begin + dice.randrange(4000)]
    for _ in range(40 if how in {"garble", "digits"} else 0):
        at = dice.randrange(len(text))
        junk = "9" * 5000 if how == "digits" else dice.choice("\x00\r\x1b{}:=#<>|²٣ \t\n")
        text = text[:at] + junk + text[at + 1 :]
    for document in read_documents("x", text, None):
        assert document.origin.line is not None
