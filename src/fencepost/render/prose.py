"""Sentences in pieces: plain words, and commands between backticks."""

import re
from dataclasses import dataclass

from fencepost.render.escape import visible

_CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a sentence; `code` when it is to be typed or is quoted as it stands."""

    text: str
    code: bool = False


def pieces(sentence: str) -> tuple[Piece, ...]:
    """Cut a sentence at its backticks. Line breaks become blanks, control characters visible.

    >>> [piece.text for piece in pieces("Run `pvecm status` now.") if piece.code]
    ['pvecm status']
    """
    flat = re.sub(r"\s*\n\s*", " ", sentence.strip())
    found: list[Piece] = []
    for index, text in enumerate(_CODE.split(flat)):
        if text:
            found.append(Piece(visible(text), code=index % 2 == 1))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Instruction:
    """A step of a recommendation: what to do, and lines to be typed or pasted as they stand."""

    says: str
    lines: tuple[str, ...] = ()


def instruction(step: str) -> Instruction:
    r"""Part a step into its sentence and the lines that follow it.

    >>> instruction("Add this:\n  post-up true").lines
    ('  post-up true',)
    """
    says, *lines = step.strip("\n").split("\n")
    fences = [line for line in lines if line.strip().startswith("```")]
    return Instruction(says, tuple(visible(line) for line in lines if line not in fences))
