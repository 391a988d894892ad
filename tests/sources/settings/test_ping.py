from fencepost.model.document import Ping
from fencepost.sources.settings import read_documents


def only(text: str) -> Ping:
    (document,) = read_documents("ping.txt", text, None)
    assert isinstance(document, Ping)
    return document


SUMMARY = (
    "PING pve2 (10.0.0.2) 56(84) bytes of data.\n\n--- pve2 ping statistics ---\n"
    "500 packets transmitted, 498 received, +1 errors, 0.4% packet loss, time 510ms\n"
    "rtt min/avg/max/mdev = 0.101/0.202/13.5/0.04 ms, pipe 2\n"
)


def test_reads_a_summary() -> None:
    ping = only(SUMMARY)
    assert (ping.target, ping.sent, ping.received) == ("pve2", 500, 498)
    assert (ping.min_ms, ping.avg_ms, ping.max_ms) == (0.101, 0.202, 13.5)
    assert ping.origin_of("received").line == 4


def test_nothing_came_back() -> None:
    ping = only(
        "--- 10.0.0.2 ping statistics ---\n"
        "3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2044ms\n"
    )
    assert (ping.target, ping.received, ping.avg_ms) == ("10.0.0.2", 0, None)


def test_reads_translated_and_busybox_summaries() -> None:
    german = only(
        "PING n2 (10.0.0.2) 56(84) Bytes an Daten.\n--- n2 Ping-Statistiken ---\n"
        "5 Pakete übertragen, 4 empfangen, 20% packet loss, time 4005ms\n"
    )
    assert (german.sent, german.received) == (5, 4)
    busybox = only(
        "PING n2 (10.0.0.2): 56 data bytes\n--- n2 ping statistics ---\n"
        "5 packets transmitted, 5 packets received, 0% packet loss\n"
        "round-trip min/avg/max = 0.1/0.2/0.3 ms\n"
    )
    assert (busybox.received, busybox.max_ms) == (5, 0.3)


def test_several_pings_come_apart() -> None:
    assert len(read_documents("ping.txt", SUMMARY * 3, None)) == 3


def test_a_ping_without_a_summary_says_nothing() -> None:
    assert read_documents("ping.txt", SUMMARY[: SUMMARY.index("---")], None) == []
