"""The report on a terminal: plain, indented, readable at 80 columns, colour only where it helps."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.rule import Rule
from rich.text import Text

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
from fencepost.render.sections import in_short, sections

STYLES = {"": "", "bad": "bold red", "warn": "yellow", "good": "green", "soft": "dim"}
INDENT = 2
LONG_LEAD = 40
"""A longer lead of a list's item gets a line of its own."""

_NARROWEST = 20


def to_terminal(report: Report, console: Console) -> None:
    """Print a report; the console decides on width and colour.

    The summary is said again at the end, for that is what is left on the screen.
    """
    for block in (
        *sections(report, evidence=False),
        Heading(2, "In short, again"),
        *in_short(report),
    ):
        for line in _drawn(block, console):
            console.print(line, no_wrap=True, overflow="ignore", crop=False)


def _drawn(block: Block, console: Console) -> Iterator[Text | Rule]:
    match block:
        case Heading():
            yield from _heading(block, console)
        case Paragraph(text=text, label=label, tone=tone):
            lead = Text(f"{label}: ", "bold") if label else Text()
            yield from _hung(Text(), lead + _prose(text, STYLES[tone]), console)
        case Entries(entries=entries, aligned=True):
            yield from _columns(entries, "dim", console)
        case Entries(entries=entries, label=label):
            yield from _label(label, console)
            for entry in entries:
                yield from _hung(Text("- "), _entry(entry), console)
        case Steps(steps=steps):
            for index, step in enumerate(steps, start=1):
                yield from _hung(Text(f"{index}. "), _step(step), console)
        case Quotes(label=label):
            yield from _label(label, console)
            yield from _quotes(block, console)
        case Facts(entries=entries):
            yield from _columns(entries, "bold", console)
        case Command(label=label, text=text):
            yield from _label(label, console)
            typed = "\n".join(visible(line) for line in text.splitlines())
            yield from _hung(Text(), Text(typed, "bold"), console, INDENT * 2)


def _heading(block: Heading, console: Console) -> Iterator[Text | Rule]:
    text = _prose(block.text, STYLES[block.tone] or "bold")
    if block.level > 1:
        yield Text()
    if block.level == 2:
        yield Rule(text, align="left", style="dim")
    else:
        yield from _hung(Text(), text, console, INDENT if block.level == 4 else 0)


def _label(label: str, console: Console) -> Iterator[Text]:
    if label:
        yield from _hung(Text(), Text(label, "bold"), console)


def _entry(entry: Entry) -> Text:
    lead = Text(visible(entry.lead), STYLES[entry.tone] or "bold")
    between = "" if not entry.lead else "\n" if len(entry.lead) > LONG_LEAD else " "
    return lead + Text(between) + _prose(entry.text) + _names(entry.names)


def _step(step: Instruction) -> Text:
    typed = "".join(f"\n{line}" for line in step.lines)
    return _prose(step.says) + Text(typed, "bold")


def _quotes(block: Quotes, console: Console) -> Iterator[Text]:
    wide = max((len(quote.name) for quote in block.quotes), default=0) + 1
    for quote in block.quotes:
        place = Text(visible("  ".join(quote.place)), "dim")
        text = place + Text("\n") + Text(visible(quote.text), style="default")
        yield from _hung(Text(quote.name.ljust(wide)), text, console, INDENT * 2)
    if block.names or block.left_out:
        left_out = f" and {block.left_out} more in the JSON report" if block.left_out else ""
        also = Text(f"also {', '.join(block.names)}{left_out}", "dim")
        yield from _hung(Text(" " * wide), also, console, INDENT * 2)


def _columns(entries: Sequence[Entry], style: str, console: Console) -> Iterator[Text]:
    """Draw leads and sentences in two columns, the first as wide as it must be."""
    wide = max((len(visible(entry.lead)) for entry in entries), default=0) + 1
    for entry in entries:
        lead = Text(visible(entry.lead).ljust(wide), style)
        yield from _hung(lead, _prose(entry.text) + _names(entry.names), console)


def _hung(lead: Text, text: Text, console: Console, indent: int = INDENT) -> Iterator[Text]:
    """Wrap a text beside its lead, every line after the first set in as far as the first."""
    column = indent + lead.cell_len
    width = max(console.width - column, _NARROWEST)
    lines = text.wrap(console, width, overflow="fold", tab_size=1) or [Text()]
    for index, line in enumerate(lines):
        line.rstrip()
        start = Text(" " * indent) + lead if index == 0 else Text(" " * column)
        yield start + line


def _prose(sentence: str, style: str = "") -> Text:
    found = Text()
    for piece in pieces(sentence):
        found.append(piece.text, f"{style} bold" if piece.code else style)
    return found


def _names(names: tuple[str, ...]) -> Text:
    return Text(f" [{', '.join(names)}]" if names else "", "dim")
