from datetime import UTC, datetime

import pytest

from fencepost.events.knet import (
    EVENTS,
    BestLink,
    CryptoRefused,
    DecryptFailed,
    KnetCallFailed,
    LinkDown,
    LinkUp,
    PacketRejected,
)
from fencepost.model.line import Line, Origin


def line(text: str) -> Line:
    return Line(datetime(2025, 11, 8, tzinfo=UTC), "pve1", "corosync", 7, text, Origin("syslog", 1))


@pytest.mark.parametrize("part", ["rx", "heartbeat", "link"])
def test_a_link_comes_up_whatever_part_of_knet_says_so(part: str) -> None:
    event = LinkUp.read(line(f"[KNET  ] {part}: host: 2 link: 1 is up"))
    assert event is not None
    assert (event.host, event.link) == (2, 1)
    assert LinkDown.read(line(f"[KNET  ] {part}: host: 2 link: 1 is up")) is None


def test_the_best_link_is_not_taken_for_the_host() -> None:
    event = BestLink.read(line("[KNET  ] host: host: 5 (passive) best link: 1 (pri: 10)"))
    assert event is not None
    assert (event.host, event.link, event.priority) == (5, 1, 10)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("[KNET  ] rx: Packet rejected from 10.0.0.9:5405", "10.0.0.9"),
        ("[KNET  ] rx: Packet rejected from fd00::9:5405", "fd00::9"),
        ("[KNET  ] rx: Packet rejected from 10.0.0.9/5405", "10.0.0.9"),
    ],
)
def test_a_rejected_packet_names_its_sender_without_the_port(text: str, address: str) -> None:
    event = PacketRejected.read(line(text))
    assert event is not None
    assert event.address == address


def test_an_undecipherable_packet_may_have_no_sender() -> None:
    known = DecryptFailed.read(
        line("[KNET  ] rx: Unable to decrypt packet from 10.0.0.9:5405 (size 128)!")
    )
    unknown = DecryptFailed.read(
        line("[KNET  ] rx: Unable to decrypt packet from unknown host/port (size 128)!")
    )
    assert known is not None
    assert unknown is not None
    assert (known.address, unknown.address) == ("10.0.0.9", None)


def test_refused_encryption_is_told_from_other_refusals() -> None:
    crypto = line("[TOTEM ] knet_handle_crypto_set_config (index 1) failed: -2")
    other = line("[TOTEM ] knet_handle_pmtud_setfreq failed: Invalid argument (22)")
    without_rights = line("[TOTEM ] knet_handle_new failed, trying unprivileged: (1)")
    assert [kind for kind in EVENTS if kind.read(crypto)] == [CryptoRefused]
    assert [kind for kind in EVENTS if kind.read(other)] == [KnetCallFailed]
    assert KnetCallFailed.read(without_rights) is None
