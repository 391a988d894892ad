from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.sources.blocks import EXPORT_ENTRIES, LINES, Block, Blocks, every
from fencepost.sources.stream import Stream

PARTS = st.lists(st.text("ab\n", max_size=12).map(str.encode), max_size=8)


@settings(deadline=None)
@given(PARTS, st.integers(min_value=2, max_value=9))
def test_lines_are_those_of_the_file_but_for_long_ones(parts: list[bytes], longest: int) -> None:
    blocks = Blocks(Stream(parts), longest=longest)
    rows = b"".join(parts).split(b"\n")
    if not rows[-1]:
        rows.pop()
    numbered = list(enumerate(rows, 1))
    assert [tuple(one) for one in every(blocks)] == [
        (number, row) for number, row in numbered if len(row) <= longest
    ]
    long = [number for number, row in numbered if len(row) > longest]
    says = [gap.says for gap in blocks.gaps("x")]
    what = f"{len(long)} record{'s' * (len(long) != 1)} of more than {longest} bytes"
    assert says == ([f"{what} not read (line {long[0]})"] if long else [])


def test_export_entries_are_kept_whole() -> None:
    text = b"__CURSOR=1\nMESSAGE=a\n\n__CURSOR=2\nMESSAGE\n\4\0\0\0\0\0\0\0a\n\nb\n\n__CURSOR=3\n\n"
    for longest in (64, 1000):
        blocks = Blocks(Stream([text]), EXPORT_ENTRIES, longest=longest)
        found = [(record.line, record.raw.strip(b"\n")[:10]) for record in every(blocks)]
        assert found == [(1, b"__CURSOR=1"), (4, b"__CURSOR=2"), (10, b"__CURSOR=3")]
    blocks = Blocks(Stream([text]), EXPORT_ENTRIES, longest=25)
    assert [record.line for record in every(blocks)] == [1, 10]


def test_blocks_know_where_they_begin() -> None:
    blocks = Blocks(Stream([b"aa\nbb\ncc"]), LINES, longest=4)
    assert [(block.data, block.line_at(0), block.offset) for block in blocks] == [
        (b"aa\n", 1, 0),
        (b"bb\n", 2, 3),
        (b"cc", 3, 6),
    ]


def test_lines_of_a_large_block_are_counted_as_those_of_a_small_one() -> None:
    data = b"a\nbb\n\n" * 200_000
    block, counted = Block(data, 5, 0), Block(data[:700_000], 5, 0)
    for place in (3, 40_000, 300_000, 699_999):
        assert block.line_at(place) == counted.line_at(place) == 5 + data.count(b"\n", 0, place)
