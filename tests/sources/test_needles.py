import importlib.util

import hyperscan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.sources.needles import SCANNED, Needles, needles_of, proven_by

LETTERS = st.text("ab [.", min_size=1, max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.sets(LETTERS, min_size=1, max_size=12), st.text("ab [.x", max_size=30))
def test_finds_what_a_plain_search_finds(texts: set[str], data: str) -> None:
    found = Needles(tuple(sorted(text.encode() for text in texts))).find(data.encode(), 0)
    assert (found >= 0) == any(text in data for text in texts)
    if found >= 0:
        inside = [
            at <= found < at + len(text)
            for text in texts
            for at in range(len(data))
            if data.startswith(text, at)
        ]
        assert any(inside)


def test_needles_are_found_as_json_writes_them() -> None:
    needles = needles_of(('say "größer"',), in_json=True)
    assert needles
    assert needles.find('{"M":"say \\"größer\\""}'.encode(), 0) >= 0
    assert needles.find(b'{"M":"say \\"gr\\u00f6\\u00dfer\\""}', 0) >= 0
    assert needles.find('{"M":"say größer"}'.encode(), 0) == -1


def test_no_needles_or_an_empty_one_mean_everything() -> None:
    assert needles_of(()) is None
    assert needles_of(("x", "")) is None


def test_a_needle_is_found_where_a_longer_one_nearly_stands() -> None:
    needles = Needles((b"e~abcde", b"~abcd"))
    assert needles.find(b"x~abcde", 0) == 1
    assert needles.find(b"~abcdee", 0) == 0
    assert needles.find(b"~abce~abc", 0) == -1


@settings(max_examples=300, deadline=None)
@given(st.sets(LETTERS, min_size=1, max_size=12), st.lists(st.text("ab [.x", max_size=12)))
def test_hyperscan_finds_what_plain_python_finds(texts: set[str], rows: list[str]) -> None:
    needles = tuple(sorted(text.encode() for text in texts))
    small = "\n".join(rows).encode() + b"\n"
    large = small + b"x" * SCANNED  # so much that it is worth starting
    found = _rows(Needles(needles), small, small)
    assert _rows(Needles(needles), large, small) == found
    assert found == {
        (row, text.encode()) for row, said in enumerate(rows) for text in texts if text in said
    }


def test_needles_are_found_while_everyday_lines_change() -> None:
    """New stems are learned when lines of another kind hold many of those in use."""
    texts = (b"link 1 is down", b"link is up", b"[1] ", b"up", b"token lost")
    kinds = (b"a quiet hour\n", b"link 1 is downhill\n", b"uplink [1]0\n", b"broken tokens\n")
    needles = Needles(texts)
    for lines in kinds * 2:
        data = lines * (SCANNED // len(lines) + 1) + b"link is up\ntoken lost\n"
        rows = enumerate(data.split(b"\n"))
        told = {(row, text) for row, line in rows for text in texts if text in line}
        assert _rows(needles, data, data) == told


def _rows(needles: Needles, data: bytes, told: bytes) -> set[tuple[int, bytes]]:
    """Return in which row which needle stands."""
    return {
        (data.count(b"\n", 0, at), needle) for at, needle in needles.hits(data) if at < len(told)
    }


def test_hyperscan_is_there_in_development() -> None:
    assert importlib.util.find_spec("hyperscan")


def test_a_record_must_match_a_pattern_of_its_needle() -> None:
    proven = proven_by({"port": (r"port \d+\((?!tap)", r"port lost")})
    assert proven
    assert proven(b"port", "größer: port 2(eno1) entered".encode())
    assert proven(b"port", b"port lost")
    assert not proven(b"port", b"port 2(tap100i0) entered")
    assert proven(b"another", b"that nothing is known of")
    assert proven_by({}) is None


def test_a_pattern_is_not_asked_of_a_long_record() -> None:
    """One that begins with what may repeat looks at each place again and again."""
    proven = proven_by({": error": (r"\d+-\d+: error",)})
    assert proven
    assert not proven(b": error", b"1" * 200 + b": error")
    assert proven(b": error", b"1" * 1_000_000 + b": error")


def test_a_processor_without_hyperscan_is_searched_without_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Refusing:
        def __init__(self, **_: object) -> None: ...

        def compile(self, **_: object) -> None:
            raise hyperscan.error("no code for this processor")

    monkeypatch.setattr(hyperscan, "Database", Refusing)
    needles = Needles((b"refused here",))
    ((at, needle),) = needles.hits(b"x" * SCANNED + b"refused here")
    assert SCANNED <= at < SCANNED + len(needle)
