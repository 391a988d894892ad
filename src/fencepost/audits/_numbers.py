"""Numbers as documents print them: hostile ones are no numbers."""

MOST_DIGITS = 20
"""Digits of the largest 64-bit counter."""


def whole(text: str | None) -> int | None:
    """Return a counter's value, None when the text is no plain number of 64 bits.

    >>> whole("3650"), whole("-1"), whole("²"), whole(None)
    (3650, None, None, None)
    """
    plain = text is not None and text.isascii() and text.isdecimal()
    return int(text) if text and plain and len(text) <= MOST_DIGITS else None
