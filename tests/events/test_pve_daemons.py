from datetime import UTC, datetime

import pytest

from fencepost.events import pve_daemons
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin

UPID = "UPID:pve1:0034B84F:0066A8D4:69986A1C"


def heard(text: str, program: str = "pvestatd") -> Event | None:
    at = datetime(2025, 11, 8, 11, 46, tzinfo=UTC)
    line = Line(at, "pve1", program, 1899, text, Origin("syslog", 1))
    kinds = [kind for kind in pve_daemons.EVENTS if program in kind.grammar.by]
    return next((event for kind in kinds if (event := kind.read(line))), None)


@pytest.mark.parametrize(
    ("kind", "task_id", "known"),
    [("vzdump", "", None), ("qmigrate", "105", "105"), ("imgdel", "105@nfs-1", "105@nfs-1")],
)
def test_task_tells_its_kind_and_perhaps_its_guest(
    kind: str, task_id: str, known: str | None
) -> None:
    upid = f"{UPID}:{kind}:{task_id}:root@pam!token:"
    began = heard(f"<root@pam!token> starting task {upid}", "pvedaemon")
    assert isinstance(began, pve_daemons.TaskStarted)
    assert (began.kind, began.task_id, began.upid) == (kind, known, upid)
    ended = heard(f"<root@pam!token> end task {upid} WARNINGS: 2", "pvedaemon")
    assert isinstance(ended, pve_daemons.TaskEnded)
    assert (ended.upid, ended.result) == (upid, "WARNINGS: 2")


@pytest.mark.parametrize(
    ("text", "kind", "what"),
    [
        (
            "pbs: error fetching datastores - 500 Can't connect to 10.0.0.7:8007 (No route to host)",
            pve_daemons.NoRouteToPeer,
            "10.0.0.7:8007",
        ),
        (
            "pbs: error fetching datastores - 500 Can't connect to 10.0.0.7:8007 (Connection refused)",
            pve_daemons.StorageFailed,
            "pbs",
        ),
        ("nfs1: mount error: mount.nfs: No route to host", pve_daemons.NoRouteToPeer, "nfs1"),
        ("nfs1: mount error: mount.nfs: Connection timed out", pve_daemons.StorageFailed, "nfs1"),
        ("mount error: mount.nfs: Connection timed out", pve_daemons.StorageFailed, "a storage"),
        ("got timeout", pve_daemons.StorageFailed, "a storage"),
    ],
)
def test_missing_route_is_told_from_a_storage_that_is_down(
    text: str, kind: type[Event], what: str
) -> None:
    event = heard(text)
    assert type(event) is kind
    assert getattr(event, "what", None) == what


def test_dead_pmxcfs_is_told_from_missing_quorum() -> None:
    dead = heard("status update error: ipcc_send_rec[4] failed: Connection refused")
    assert isinstance(dead, pve_daemons.IpccFailed)
    assert dead.reason == "Connection refused"
    assert isinstance(
        heard("authkey rotation error: cfs-lock 'authkey' error: no quorum!"),
        pve_daemons.ApiWithoutQuorum,
    )


def test_which_part_of_the_status_round_failed() -> None:
    part = heard("lxc status update error: Permission denied")
    whole = heard("status update error: Permission denied")
    assert isinstance(part, pve_daemons.StatusUpdateFailed)
    assert isinstance(whole, pve_daemons.StatusUpdateFailed)
    assert (part.what, whole.what) == ("lxc", None)
