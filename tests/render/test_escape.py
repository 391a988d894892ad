import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fencepost.render.escape import visible


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31m", r"\x1b[31m"),
        ("\x9b31m", r"\x9b31m"),
        ("a\tb\r\n", r"a\tb\r\n"),
        ("\u202eexe.gnp", r"\u202eexe.gnp"),
        ("\u200b", r"\u200b"),
        ("\ud83d", r"\ud83d"),
        ("\U000e0041", r"\U000e0041"),
        ("plain – ± ü 日", "plain – ± ü 日"),
    ],
)
def test_what_a_screen_would_obey_is_written_out(raw: str, shown: str) -> None:
    assert visible(raw) == shown


@given(st.text())
def test_nothing_is_left_that_acts(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(letter) for letter in shown} & {"Cc", "Cs", "Zl", "Zp"}
    shown.encode()  # raises where half a pair is left
