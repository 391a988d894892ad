from datetime import UTC, datetime

from fencepost.events.votequorum import (
    MembersListed,
    QdevicePolled,
    QnetdUnreachable,
    SyncLeft,
    SyncMembers,
)
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    return Line(datetime(2025, 11, 8, tzinfo=UTC), "pve1", "corosync", 7, text, Origin("syslog", 1))


def test_a_list_that_goes_on_in_the_next_line_keeps_what_it_has() -> None:
    event = MembersListed.read(line("[QUORUM] Members[12]: 1 2 3 4 5 6 7 8 9\\"))
    assert event is not None
    assert event.members == (1, 2, 3, 4, 5, 6, 7, 8, 9)


def test_an_empty_list_is_a_list() -> None:
    event = SyncLeft.read(line("[QUORUM] Sync left[0]:"))
    assert event is not None
    assert event.members == ()


def test_members_of_a_ring_being_formed_are_not_those_of_one_that_stands() -> None:
    forming = line("[QUORUM] Sync members[2]: 1 3")
    assert MembersListed.read(forming) is None
    event = SyncMembers.read(forming)
    assert event is not None
    assert event.members == (1, 3)


def test_the_wait_for_the_quorum_device_has_a_limit() -> None:
    event = QdevicePolled.read(
        line("[VOTEQ ] waiting for quorum device Qdevice poll (but maximum for 30000 ms)")
    )
    assert event is not None
    assert (event.device, event.timeout_ms) == ("Qdevice", 30000)


def test_an_unreachable_server_is_told_with_the_reason_where_there_is_one() -> None:
    texts = (
        "Can't connect to qnetd host. (-5986): Network address not available (in use?)",
        "Can't connect to qnetd host (-5961): TCP connection reset by peer",
        "Connect timeout",
    )
    events = [QnetdUnreachable.read(line(text)) for text in texts]
    assert [event and event.reason for event in events] == [
        "Network address not available (in use?)",
        "TCP connection reset by peer",
        "Connect timeout",
    ]
