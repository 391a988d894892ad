from hypothesis import given
from hypothesis import strategies as st

from fencepost.sources.stems import SIZE, Everyday, stems_in, stems_of

TEXTS = st.sets(st.text("abc ", min_size=1, max_size=9).map(str.encode), min_size=1, max_size=9)


@given(TEXTS, st.text("abc ", max_size=40).map(str.encode))
def test_every_needle_is_listed_once_where_its_stem_first_stands(
    needles: set[bytes], sample: bytes
) -> None:
    everyday = Everyday()
    everyday.learn(sample)
    stems = stems_of(needles, everyday)
    listed = [(stem, end, needle) for stem, found in stems.items() for end, needle in found]
    assert sorted(needle for _, _, needle in listed) == sorted(needles)
    for stem, end, needle in listed:
        assert needle.find(stem) + len(stem) == end
        assert stem == needle or (len(stem) == SIZE and stem not in sample)


def test_needles_share_stems_that_are_rare() -> None:
    everyday = Everyday()
    everyday.learn(b"host: 12 link: 7 is fine\n")
    stems = stems_of((b"host: 1 link: down", b"link: down again", b"fine"), everyday)
    assert sorted(len(found) for found in stems.values()) == [1, 2]
    assert stems[b"fine"] == [(4, b"fine")]


def test_of_stems_that_cover_as_much_the_one_of_rarer_bytes_is_chosen() -> None:
    everyday = Everyday()
    everyday.learn(b"abcabcabcabc" * 100)
    needle = b"bcaqzabx"
    (stem,) = stems_of((needle,), everyday)
    costs = sorted(map(everyday.cost, stems_in(needle) - everyday.stems))
    assert everyday.cost(stem) == costs[0] < costs[-1]
