"""The report as Markdown, to be pasted into a forum or an issue as it is."""

import re
from collections.abc import Iterable, Iterator

from fencepost.model.verdict import Report
from fencepost.render.blocks import (
    Block,
    Command,
    Entries,
    Entry,
    Facts,
    Heading,
    Paragraph,
    Quotes,
    Steps,
)
from fencepost.render.escape import visible
from fencepost.render.prose import Instruction, pieces
from fencepost.render.sections import sections

_ACTIVE = re.compile(r"[\\`*_\[\]<>~$|]|&(?=[#\w])|:(?=//)|(?<=\bwww)\.")
_OPENING = re.compile(r"^(\s*)([#+=-]|\d+(?=[.)]))")


def to_markdown(report: Report) -> str:
    """Write a report as CommonMark; text from logs stands in code that it cannot leave."""
    return "\n\n".join(block for block in map(_drawn, sections(report)) if block) + "\n"


def plain(text: str, *, opens: bool = True) -> str:
    r"""Write one line of text so that Markdown takes nothing in it for its own.

    opens: whether it stands where a list or a heading could begin.

    >>> plain("# *not* <b>bold</b>")
    '\\# \\*not\\* \\<b\\>bold\\</b\\>'
    """
    calm = _ACTIVE.sub(lambda match: f"\\{match[0]}", visible(text))
    return _OPENING.sub(_shielded, calm) if opens else calm


def code(text: str) -> str:
    """Write text as a code span that nothing in it can close."""
    shown = visible(text)
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") or shown != shown.strip() else ""
    return f"{fence}{pad}{shown or ' '}{pad}{fence}"


def fenced(lines: Iterable[str], language: str = "text") -> str:
    """Write lines as a code block that nothing in them can close."""
    shown = [visible(line) for line in lines]
    fence = "`" * max(3, max((_longest_run(line) for line in shown), default=0) + 1)
    return "\n".join((fence + language, *shown, fence))


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _shielded(match: re.Match[str]) -> str:
    mark = match[2]
    return f"{match[1]}{mark}\\" if mark.isdigit() else f"{match[1]}\\{mark}"


def _prose(sentence: str, *, opens: bool = True) -> str:
    return "".join(
        code(piece.text) if piece.code else plain(piece.text, opens=opens and index == 0)
        for index, piece in enumerate(pieces(sentence))
    )


def _drawn(block: Block) -> str:
    match block:
        case Heading(level=level, text=text):
            return f"{'#' * level} {_prose(text, opens=False)}"
        case Paragraph(text=text, label=label):
            lead = f"**{plain(label)}:** " if label else ""
            return lead + _prose(text, opens=not lead)
        case Entries(entries=entries, label=label):
            items = [f"- {_entry(entry)}" for entry in entries]
            return "\n".join([f"**{plain(label)}**\n", *items] if label else items)
        case Steps(steps=steps):
            return "\n".join(_steps(steps))
        case Quotes():
            return _quotes(block)
        case Facts(entries=entries):
            # the other bullet keeps the list apart from one that stands right before it
            return "\n".join(f"* {_entry(entry, ':')}" for entry in entries)
        case Command(label=label, text=text):
            return f"**{plain(label)}**\n\n{fenced(text.splitlines(), 'sh')}"


def _entry(entry: Entry, colon: str = "") -> str:
    lead = f"**{plain(entry.lead)}{colon}** " if entry.lead else ""
    names = f" ({', '.join(entry.names)})" if entry.names else ""
    return f"{lead}{_prose(entry.text, opens=not lead)}{names}"


def _steps(steps: Iterable[Instruction]) -> Iterator[str]:
    for index, step in enumerate(steps, start=1):
        mark = f"{index}. "
        yield mark + _prose(step.says)
        if step.lines:
            indent = " " * len(mark)
            yield ""
            yield from (indent + line for line in fenced(step.lines).split("\n"))
            yield ""


def _quotes(block: Quotes) -> str:
    parts = [f"**{plain(block.label)}**"] if block.label else []
    lines: list[str] = []
    for quote in block.quotes:
        lines += [f"{quote.name}  {'  '.join(quote.place)}", f"    {quote.text}"]
    parts.append(fenced(lines))
    if block.names or block.left_out:
        left_out = f" and {block.left_out} more in the JSON report" if block.left_out else ""
        parts.append(f"also {', '.join(block.names)}{left_out}")
    return "\n\n".join(parts)
