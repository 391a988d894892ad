from datetime import UTC, datetime

import pytest

from fencepost.events.kernel_storage import CifsUnresponsive, DeviceDelayed, IoFailed
from fencepost.model.line import Line, Origin


def line(text: str, program: str = "kernel") -> Line:
    at = datetime(2025, 11, 8, tzinfo=UTC)
    return Line(at, "pve1", program, None, text, Origin("syslog", 1))


@pytest.mark.parametrize("device", ["fd0", "sr0", "loop3", "nbd0"])
def test_a_drive_without_a_medium_is_no_failed_disk(device: str) -> None:
    assert IoFailed.read(line(f"I/O error, dev {device}, sector 0 op 0x0:(READ)")) is None


@pytest.mark.parametrize(
    "text",
    [
        "blk_update_request: I/O error, dev sda, sector 11 op 0x1:(WRITE) flags 0x800",
        "print_req_error: I/O error, dev sda, sector 11",
        "blk_update_request: critical medium error, dev sda, sector 11 op 0x0:(READ)",
        "Buffer I/O error on device sda, logical block 7",
    ],
)
def test_a_failed_disk_is_named_by_every_kernel(text: str) -> None:
    read = IoFailed.read(line(text))
    assert read is not None
    assert read.device == "sda"


def test_zed_names_the_delay_where_it_is_long_enough_to_be_printed() -> None:
    head = "eid=97 class=delay pool='tank' vdev=sdc1 size=4096 offset=270336 priority=3 err=0"
    long = DeviceDelayed.read(line(f"{head} flags=0x380880 delay=31250ms", "zed"))
    bare = DeviceDelayed.read(line(head, "zed"))
    assert long is not None
    assert bare is not None
    assert (long.pool, long.delay_ms, bare.delay_ms) == ("tank", 31250, None)


@pytest.mark.parametrize(
    "text",
    [
        r"CIFS: VFS: \\nas.lan has not responded in 180 seconds. Reconnecting...",
        "CIFS VFS: Server nas.lan has not responded in 120 seconds. Reconnecting...",
    ],
)
def test_an_smb_server_is_named_in_both_wordings(text: str) -> None:
    read = CifsUnresponsive.read(line(text))
    assert read is not None
    assert read.server == "nas.lan"
