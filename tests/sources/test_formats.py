import pytest

from fencepost.sources.formats import Kind, look_at

LOG = b"Nov 08 11:00:00 pve1 kernel: x\n"


@pytest.mark.parametrize(
    ("head", "says"),
    [
        (b"", "empty"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(99), "a 7z archive"),
        (b"\xff\xfeN\0o\0v\0", "UTF-16"),
        (bytes(900) + LOG, "900 of its first 931 bytes are NUL"),
        (bytes(range(1, 32)) * 9, "bytes are no characters"),
        ("Журнал".encode("koi8-r") * 50, "bytes are no characters"),
    ],
)
def test_refuses_what_is_no_text(head: bytes, says: str) -> None:
    look = look_at(head, whole=True)
    assert look.kind is Kind.REFUSED
    assert says in look.says


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (LOG, Kind.TEXT_LOG),
        (LOG + bytes(20) + LOG, Kind.TEXT_LOG),
        (b"corosync[7]: [KNET  ] x\n", Kind.TEXT_LOG),
        (b'{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"}\n', Kind.JSON_LINES),
        (b'[{"__REALTIME_TIMESTAMP":"1","MESSAGE":"x"},{"a":', Kind.JSON_ENTRIES),
        (b"__CURSOR=x\n__REALTIME_TIMESTAMP=1\n", Kind.EXPORT),
        (b"LPKSHHRH" + bytes(200), Kind.BINARY_JOURNAL),
        (b'{"master_node":"pve1"}', Kind.SETTINGS),
        (b'{"time":"2025-11-08T10:00:00Z","level":"INFO","msg":"x"}\n', Kind.SETTINGS),
        (b"totem {\n}\n", Kind.SETTINGS),
        (b"Nov 08 11:00:00 INFO something: happened\n", Kind.SETTINGS),
    ],
)
def test_tells_formats_by_content(head: bytes, kind: Kind) -> None:
    assert look_at(head, whole=False).kind is kind


def test_sees_whose_log_it_is() -> None:
    look = look_at(LOG + LOG.replace(b"pve1", b"pve2.lan"), whole=True)
    assert look.hosts == ("pve1", "pve2")
    assert look.zoneless
    assert look.yearless == look.first
    assert not look.mixed
