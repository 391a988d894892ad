import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.model.literal import alternatives, required_literal


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [
        (r"node lost quorum", "node lost quorum"),
        (r"in (?P<waited_ms>\d+) ms, late", " ms, late"),
        (r"lock '(?P<lock>[\w.-]+)'", "lock '"),
        (r"(?:long alternative|other) tail", " tail"),
        (r"(?:long optional )?end", "end"),
        (r"(?:certain part )+x", "certain part "),
        (r"^-- Reboot --", "-- Reboot --"),
        (r"\bgot lock\b", "got lock"),
        (r"a\.b\(c\)", "a.b(c)"),
        (r"(?P<what>inside a group) (?P<n>\d+)", "inside a group "),
        (r"[abc]+\d*", ""),
        (r"(?i:loud words) calm", " calm"),
    ],
)
def test_it_is_the_longest_text_that_no_match_lacks(pattern: str, literal: str) -> None:
    assert required_literal(pattern) == literal


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        (
            r"(?:Started|Finished) (?P<unit>a|b)\.s",
            {"Started a.s", "Started b.s", "Finished a.s", "Finished b.s"},
        ),
        (r"x (?P<size>\d+) (?:up|down) of (?:\w+|it)", {" up of ", " down of "}),
        (r"E [UC]E\b", {"E UE", "E CE"}),
        (r"(?:one \d+|three \d+ four)", {"one ", "three "}),
        (r"(?:long one \d|\d+) x", {" x"}),
        (r"(?:optional text)?", {""}),
        (r"(?P<n>\d+) (?:slow op)+s", {"slow op"}),
    ],
)
def test_alternatives_tell_more_than_what_they_have_in_common(
    pattern: str, texts: set[str]
) -> None:
    assert set(alternatives(pattern)) == texts


words = st.text(st.sampled_from("abc "), min_size=1, max_size=6)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.lists(
        st.tuples(words, words | st.none(), st.sampled_from(["", "?", "*", "+", "{2}"])),
        min_size=1,
        max_size=4,
    )
)
def test_every_match_of_a_pattern_holds_its_literal(
    parts: list[tuple[str, str | None, str]],
) -> None:
    pattern = "".join(f"(?:{one}{f'|{other}' if other else ''}){how}" for one, other, how in parts)
    literal, texts = required_literal(pattern), alternatives(pattern)
    often = {"": (1, 1), "?": (0, 1), "*": (0, 2), "+": (1, 2), "{2}": (2, 2)}
    for most, choose in product((0, 1), (0, 1)):
        said = [(other or one if choose else one, often[how][most]) for one, other, how in parts]
        text = "".join(word * times for word, times in said)
        assert re.fullmatch(pattern, text)
        assert literal in text
        assert any(one in text for one in texts)
