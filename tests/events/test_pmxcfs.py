from datetime import UTC, datetime

import pytest

from fencepost.events import pmxcfs
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin


def heard(text: str) -> Event | None:
    at = datetime(2025, 11, 8, 11, 46, tzinfo=UTC)
    line = Line(at, "pve1", "pmxcfs", 1299, text, Origin("syslog", 1))
    return next((event for kind in pmxcfs.EVENTS if (event := kind.read(line))), None)


@pytest.mark.parametrize(
    ("text", "what", "error"),
    [
        ("[quorum] crit: quorum_dispatch failed: CS_ERR_LIBRARY", "quorum", "CS_ERR_LIBRARY"),
        ("[quorum] crit: quorum_dispatch failed: 2", "quorum", "2"),
        ("[confdb] crit: cmap_dispatch failed: 2", "cmap", "2"),
        ("[status] crit: cpg_leave failed: 2", "cpg", "2"),
    ],
)
def test_lost_connection_names_what_was_lost_in_old_and_new_wording(
    text: str, what: str, error: str
) -> None:
    event = heard(text)
    assert isinstance(event, pmxcfs.CorosyncConnectionLost)
    assert (event.what, event.error) == (what, error)


def test_dispatch_and_initialize_are_told_apart() -> None:
    text = "[confdb] crit: cmap_initialize failed: CS_ERR_LIBRARY (failed to connect to corosync)"
    assert isinstance(heard(text), pmxcfs.CorosyncUnavailable)


def test_members_and_members_in_sync_are_told_apart() -> None:
    members = heard("[dcdb] notice: members: 1/1299, 2/1080")
    assert isinstance(members, pmxcfs.CpgMembers)
    assert (members.domain, members.members) == ("dcdb", "1/1299, 2/1080")
    synced = heard("[dcdb] notice: synced members: 1/1299, 2/1080")
    assert isinstance(synced, pmxcfs.MembersInSync)


def test_newline_that_syslog_escaped_does_not_hide_the_exit_code() -> None:
    event = heard("[dcdb] crit: corosync-cfgtool -R failed with exit code 7#010")
    assert isinstance(event, pmxcfs.ReloadCommandFailed)
    assert event.code == 7


@pytest.mark.parametrize("blanks", [" ", "  "])
def test_cluster_name_may_have_lost_a_blank_in_a_paste(blanks: str) -> None:
    event = heard(f"[status] notice: update cluster info (cluster name{blanks}home, version = 4)")
    assert isinstance(event, pmxcfs.ClusterInfoUpdated)
    assert (event.cluster_name, event.version) == ("home", 4)


def test_debug_mode_appends_the_place_in_the_source() -> None:
    text = "[status] notice: node lost quorum (status.c:1971:cfs_set_quorate)"
    assert isinstance(heard(text), pmxcfs.FilesystemLostQuorum)


def test_graph_point_from_the_past_tells_how_far_the_clock_went_back() -> None:
    event = heard(
        "[status] notice: RRD update error /var/lib/rrdcached/db/pve2-vm/100: illegal attempt to "
        "update using time 1762602369 when last update time is 1762606000 (minimum one second step)"
    )
    assert isinstance(event, pmxcfs.GraphUpdateTooOld)
    assert event.last_s - event.used_s == 3631
