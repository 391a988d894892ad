import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fencepost.model.literal import required_literal


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
        (r"(?P<what>inside a group) (?P<n>\d+)", "inside a group"),
        (r"[abc]+\d*", ""),
        (r"(?i:loud words) calm", " calm"),
    ],
)
def test_it_is_the_longest_text_that_no_match_lacks(pattern: str, literal: str) -> None:
    assert required_literal(pattern) == literal


words = st.text(st.sampled_from("abc "), min_size=1, max_size=6)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(words, st.sampled_from(["", "?", "*", "+", "{2}"])), min_size=1, max_size=4)
)
def test_every_match_of_a_pattern_holds_its_literal(parts: list[tuple[str, str]]) -> None:
    pattern = "".join(f"(?:{word}){often}" for word, often in parts)
    literal = required_literal(pattern)
    often = {"": (1, 1), "?": (0, 1), "*": (0, 2), "+": (1, 2), "{2}": (2, 2)}
    for most in (0, 1):
        text = "".join(word * often[how][most] for word, how in parts)
        assert re.fullmatch(pattern, text)
        assert literal in text
