"""The example cluster: the generator still writes it, and it holds what its story promises."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import mean
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
HOMELAB = EXAMPLES / "homelab"
NODES = ("proxmox", "proxmox2", "proxmox3")
SERVICES = ("ct:100", "ct:113", "ct:116", "ct:122", "ct:130", "ct:131", "ct:1250")
STAMP = re.compile(r"(Nov 0[89] \d\d:\d\d:\d\d) (\S+) [\w./-]+(?:\[\d+\])?: ")
QUOTED = (
    "Nov 09 10:33:27 proxmox corosync[2764]: [TOTEM] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.",
    "Nov 09 10:33:31 proxmox corosync[2764]: [TOTEM] Failed to receive the leave message. failed: 2 3",
    "Nov 08 11:46:02 proxmox2 pve-ha-crm[1084]: node 'proxmox': state changed from 'unknown' => 'fence'",
    "Nov 08 11:46:02 proxmox2 pve-ha-crm[1084]: service 'ct:100': state changed from 'started' to 'fence'",
    "Nov 08 11:47:03 proxmox2 pve-ha-crm[1084]: recover service 'ct:100' from fenced node 'proxmox' to node 'proxmox2'",
)


@cache
def truth() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EXAMPLES / "homelab-truth.json").read_text("utf-8"))
    return loaded


@cache
def journal(node: str) -> tuple[str, ...]:
    return tuple((HOMELAB / node / "journal.txt").read_text("utf-8").splitlines())


def at(line: str) -> datetime:
    match = STAMP.match(line)
    assert match, line
    return datetime.strptime(f"2025 {match[1]} +0000", "%Y %b %d %H:%M:%S %z")


def said(node: str, *words: str) -> list[datetime]:
    return [at(line) for line in journal(node) if all(word in line for word in words)]


def nearest(times: list[datetime], when: datetime, *, after: bool = False) -> float:
    """Seconds from `when` back to the last of `times` before it, or on to the first after it."""
    gaps = [(time - when if after else when - time).total_seconds() for time in times]
    return min(gap for gap in gaps if gap >= 0)


def fences() -> list[datetime]:
    return [datetime.fromisoformat(end["at"]) for end in truth()["endings"]["proxmox"]]


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    paths = [folder / "homelab-truth.json", *(folder / "homelab").rglob("*")]
    for path in sorted(paths):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def test_the_generator_writes_these_very_files(tmp_path: Path) -> None:
    command = [sys.executable, "-B", "-m", "examples.homelab_generator", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)
    assert dict(files(tmp_path)) == dict(files(EXAMPLES))


def test_the_files_have_a_reader_friendly_size() -> None:
    sizes = {name: len(data) for name, data in files(EXAMPLES)}
    assert sum(sizes.values()) < 3_000_000
    assert all(300_000 <= sizes[f"homelab/{node}/journal.txt"] <= 700_000 for node in NODES)


@pytest.mark.parametrize("node", NODES)
def test_a_journal_is_in_short_form_and_in_order(node: str) -> None:
    stamps = []
    for line in journal(node):
        if line.startswith(" " * 20) or re.fullmatch(r"-- Boot [0-9a-f]{32} --", line):
            continue
        stamps.append(at(line))
        assert line.split()[3] == node
    assert stamps == sorted(stamps)
    assert stamps[0].hour == 0
    assert stamps[-1] > datetime.fromisoformat("2025-11-09T19:20:00Z")


@pytest.mark.parametrize("quoted", QUOTED)
def test_the_lines_of_the_report_stand_in_the_journals(quoted: str) -> None:
    node = quoted.split()[3]
    plain = {re.sub(r"\s+", " ", line.replace("[TOTEM ]", "[TOTEM]")) for line in journal(node)}
    assert quoted in plain


@pytest.mark.parametrize("node", NODES)
def test_the_token_is_lost_every_20_to_40_minutes(node: str) -> None:
    gaps = [(b - a) / timedelta(minutes=1) for a, b in pairwise(said(node, "A processor failed"))]
    assert len(gaps) + 1 == truth()["token_losses"]
    assert 20 <= min(gaps) < max(gaps) <= 40


def test_each_loss_comes_with_a_hang_of_one_port_only() -> None:
    hangs = said("proxmox", "e1000e 0000:00:1f.6 enp0s31f6: Detected Hardware Unit Hang:")
    for lost in said("proxmox", "A processor failed"):
        assert nearest(hangs, lost) <= 3
    assert not said("proxmox2", "Unit Hang")
    assert not said("proxmox3", "Unit Hang")


def test_a_hang_is_printed_with_its_continuation_lines() -> None:
    lines = journal("proxmox")
    first = next(k for k, line in enumerate(lines) if line.endswith("Detected Hardware Unit Hang:"))
    assert lines[first + 1].split()[0] == "TDH"
    assert lines[first + 14].split() == ["PCI", "Status", "<10>"]
    assert STAMP.match(lines[first + 15])


def test_three_hangs_outlast_the_watchdog() -> None:
    assert len(fences()) == 3
    for reset in fences():
        assert 60 <= nearest(said("proxmox", "link: host: 2 link: 0 is down"), reset) <= 67
        assert 54 <= nearest(said("proxmox", "node lost quorum"), reset) <= 61
        assert 49 <= nearest(said("proxmox", "active => lost_agent_lock"), reset) <= 59
        assert 19 <= nearest(said("proxmox", "client watchdog is about to expire"), reset) <= 23
        assert 10 <= nearest(said("proxmox", "client watchdog expired"), reset) <= 13
        assert 9 <= nearest(said("proxmox", "with active connections"), reset) <= 12
        assert 9 <= nearest(said("proxmox", "watchdog did not stop!"), reset) <= 12
        assert 60 <= nearest(said("proxmox", "Linux version"), reset, after=True) <= 150
        assert nearest(said("proxmox", "uncleanly shut down"), reset, after=True) <= 155


def test_two_fences_are_acknowledged_and_one_leaves_no_trace_on_the_others() -> None:
    by_day, as_master, in_the_morning = fences()
    marked = [time for node in NODES[1:] for time in said(node, "'unknown' => 'fence'")]
    acked = [time for node in NODES[1:] for time in said(node, "fencing: acknowledged")]
    assert len(marked) == len(acked) == len(truth()["fence_acks"]) == 2
    for reset in (by_day, in_the_morning):
        unknown = [time for node in NODES[1:] for time in said(node, "'online' => 'unknown'")]
        fenced = nearest(marked, reset + timedelta(seconds=5))
        assert 49 <= nearest(unknown, reset + timedelta(seconds=5 - fenced)) <= 52
        assert 60 <= nearest(acked, reset + timedelta(seconds=5 - fenced), after=True) <= 76
    assert 49 <= nearest(said("proxmox3", "slave => master"), as_master, after=True) <= 53
    quorate = as_master + timedelta(
        seconds=nearest(said("proxmox", "node has quorum"), as_master, after=True)
    )
    active = said("proxmox", "wait_for_agent_lock => active")
    assert 118 <= nearest(active, quorate, after=True) <= 132


def test_every_service_is_recovered_to_a_peer_and_comes_back() -> None:
    moved = [(move["service"], move["to"]) for move in truth()["recoveries"]]
    assert sorted(moved) == sorted(2 * moved[: len(SERVICES)])
    assert {service for service, _ in moved} == set(SERVICES)
    assert {target for _, target in moved} == {"proxmox2", "proxmox3"}
    for master in ("proxmox2", "proxmox3"):
        for service, target in moved[: len(SERVICES)]:
            words = f"recover service '{service}' from fenced node 'proxmox' to node '{target}'"
            assert len(said(master, words)) == 1
    status = (HOMELAB / "ha-manager-status.txt").read_text("utf-8")
    assert all(f"service {service} (proxmox, started)\n" in status for service in SERVICES)


def test_a_near_miss_is_saved_before_the_watchdog_expires() -> None:
    (miss,) = truth()["near_misses"]
    cut = datetime.fromisoformat(miss["at"])
    (saved,) = said("proxmox", "client watchdog was updated before expiring")
    assert 45 <= (saved - cut).total_seconds() <= 52
    assert 0 < miss["margin_s"] < 10


def test_proxmox2_is_rebooted_in_order_and_proxmox3_never() -> None:
    lines = journal("proxmox2")
    boots = [k for k, line in enumerate(lines) if line.startswith("-- Boot")]
    assert len(boots) == 1
    assert lines[boots[0] - 1].endswith("Journal stopped")
    assert said("proxmox2", "systemd-logind", "The system will reboot now!")
    assert said("proxmox2", "reboot LRM, stop and freeze all services")
    assert not said("proxmox2", "uncleanly shut down")
    assert not said("proxmox3", "failed: 2")
    assert not any(line.startswith("-- Boot") for line in journal("proxmox3"))


@pytest.mark.parametrize("node", NODES)
def test_wordings_and_versions_are_of_one_release(node: str) -> None:
    versions = (HOMELAB / node / "pveversion.txt").read_text("utf-8")
    assert "\npve-ha-manager: 5.0.5\n" in versions
    assert "\ncorosync: 3.1.9-pve2\n" in versions
    assert not said(node, "watchdog-mux", "(PID ")
    started = said(node, "Corosync Cluster Engine", "starting up")
    assert started == said(node, "Corosync Cluster Engine 3.1.9 starting up")


def test_the_clock_of_proxmox3_is_behind() -> None:
    lost = zip(
        said("proxmox2", "A processor failed"), said("proxmox3", "A processor failed"), strict=True
    )
    offset = mean((there - here).total_seconds() for here, there in lost)
    planted = truth()["clock_offsets_ms"]
    assert planted["proxmox"] == planted["proxmox2"] == 0
    assert offset == pytest.approx(planted["proxmox3"] / 1000, abs=0.15)


def test_the_settings_leave_the_token_at_its_default() -> None:
    conf = (HOMELAB / "corosync.conf").read_text("utf-8")
    assert "config_version: 5\n" in conf
    assert "cluster_name: homelab-cluster\n" in conf
    assert "token" not in conf
    for address in ("192.168.1.137", "192.168.1.125", "192.168.1.126"):
        assert f"ring0_addr: {address}\n" in conf
    cmap = (HOMELAB / "proxmox" / "corosync-cmapctl.txt").read_text("utf-8")
    assert "runtime.config.totem.token (u32) = 3650\n" in cmap
    assert "runtime.config.totem.consensus (u32) = 4380\n" in cmap


def test_outputs_begin_with_their_command_and_show_a_healthy_evening() -> None:
    for path in HOMELAB.rglob("*.txt"):
        if path.name != "journal.txt":
            assert re.match(r"root@proxmox[23]?:~# \S.*\n", path.read_text("utf-8")), path
    assert "\nQuorate:          Yes\n" in (HOMELAB / "pvecm-status.txt").read_text("utf-8")
    for node in NODES:
        bridge = (HOMELAB / node / "ethtool-vmbr0.txt").read_text("utf-8")
        assert "\tSpeed: 10000Mb/s\n\tDuplex: Unknown! (255)\n" in bridge
        memory = (HOMELAB / node / "free.txt").read_text("utf-8")
        assert 22_000 <= int(memory.splitlines()[2].split()[3]) <= 27_000
        load = (HOMELAB / node / "loadavg.txt").read_text("utf-8")
        assert float(load.splitlines()[1].split()[0]) < 1.0
    port = (HOMELAB / "proxmox" / "ethtool-enp0s31f6.txt").read_text("utf-8")
    assert "\tSpeed: 1000Mb/s\n\tDuplex: Full\n" in port
    offloads = (HOMELAB / "proxmox" / "ethtool-k-enp0s31f6.txt").read_text("utf-8")
    assert "\ntcp-segmentation-offload: on\n" in offloads
