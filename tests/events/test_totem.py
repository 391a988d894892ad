from datetime import UTC, datetime

import pytest

from fencepost.events.totem import LeaveNotReceived, MembershipFormed, Retransmitted, TokenLost
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    return Line(datetime(2025, 11, 8, tzinfo=UTC), "pve1", "corosync", 7, text, Origin("syslog", 1))


@pytest.mark.parametrize(
    ("text", "ring", "joined", "left"),
    [
        ("[TOTEM ] A new membership (1.d43) was formed. Members", "1.d43", (), ()),
        ("[TOTEM ] A new membership (2:356) was formed. Members joined: 1", "2:356", (1,), ()),
        (
            "[TOTEM ] A new membership (192.168.0.1:28) was formed. Members left: 1379903680 3",
            "192.168.0.1:28",
            (),
            (1379903680, 3),
        ),
        (
            "[TOTEM ] A new membership (1.11) was formed. Members joined: 1 3 left: 1 3",
            "1.11",
            (1, 3),
            (1, 3),
        ),
        (
            "[TOTEM ] A processor joined or left the membership and a new membership (10.0.0.13:120996) was formed.",
            "10.0.0.13:120996",
            (),
            (),
        ),
    ],
)
def test_a_membership_of_any_version_keeps_its_ring_and_its_lists(
    text: str, ring: str, joined: tuple[int, ...], left: tuple[int, ...]
) -> None:
    event = MembershipFormed.read(line(text))
    assert event is not None
    assert (event.ring, event.joined, event.left) == (ring, joined, left)


def test_a_lost_token_tells_the_timeouts_in_force_where_the_version_prints_them() -> None:
    new = TokenLost.read(
        line(
            "[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), "
            "waiting 4380ms for consensus."
        )
    )
    cut_by_the_pager = TokenLost.read(
        line("[TOTEM ] A processor failed, forming new configuration: token timed ou")
    )
    assert new is not None
    assert cut_by_the_pager is not None
    assert (new.token_ms, new.consensus_ms) == (3650, 4380)
    assert (cut_by_the_pager.token_ms, cut_by_the_pager.consensus_ms) == (None, None)


def test_all_nodes_that_went_without_goodbye_are_named() -> None:
    event = LeaveNotReceived.read(
        line("[TOTEM ] Failed to receive the leave message. failed: 2 3 4")
    )
    assert event is not None
    assert event.failed == (2, 3, 4)


def test_retransmitted_numbers_are_those_of_the_line_and_no_count_of_them() -> None:
    event = Retransmitted.read(line("[TOTEM ] orf_token_rtr Retransmit List: 1be7 1be8"))
    assert event is not None
    assert event.seqs == "1be7 1be8"
    assert Retransmitted.read(line("[TOTEM ] Retransmit List 2")) is None
