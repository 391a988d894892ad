"""Makes text from logs safe to show: what a screen would obey becomes something to read."""

import re

SURROGATES = "\ud800-\udfff"
"""Halves of a pair, which no UTF-8 file can hold (inside a character class)."""

UNSEEN = (
    "\x7f-\x9f"  # delete, and the upper half of the control characters
    "\xad\u034f\u061c\u180e"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, line, direction
    "\U000e0000-\U000e007f"
)
"""What is not to be seen above plain ASCII, yet acts (inside a character class)."""

_ACTING = re.compile(f"[\x00-\x1f{UNSEEN}{SURROGATES}]")

_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def visible(text: str) -> str:
    r"""Write characters that a screen would obey or swallow as escapes, and leave the rest.

    >>> visible("\x1b[2Jgone\n")
    '\\x1b[2Jgone\\n'
    """
    return _ACTING.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    letter = match[0]
    number = ord(letter)
    if letter in _SHORT:
        return _SHORT[letter]
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
