"""Every event, cause and audit as Markdown, from the definitions themselves."""

from inspect import cleandoc
from pathlib import Path

from fencepost.audits import AUDITS
from fencepost.causes import CAUSES
from fencepost.events import EVENTS
from fencepost.model.event import Event
from fencepost.model.rule import Audit, Cause


def event_page(event: type[Event]) -> str:
    """Return one event: meaning, danger, wordings with examples, source, what to look at."""
    grammar = event.grammar
    lines = [f"## {event.__name__}", "", cleandoc(event.__doc__ or ""), ""]
    lines += [f"- Danger: {grammar.danger.value}"]
    if grammar.by:
        lines.append(f"- Said by: {', '.join(grammar.by)}")
    if grammar.look:
        lines.append(f"- Look next: {grammar.look}")
    lines += [f"- Source: {grammar.source}", ""]
    for way in grammar.wordings:
        versions = f" ({way.versions})" if way.versions else ""
        lines += [f"Wording{versions}:", "", "```text", way.example, "```", ""]
    return "\n".join(lines)


def cause_page(cause: Cause) -> str:
    """Return one cause: its page and the excerpt on which it fires."""
    return "\n".join(
        [
            f"## {cause.name}",
            "",
            _heads(cause.page),
            "",
            "It is found in:",
            "",
            "```text",
            cause.fires,
            "```",
            "",
            "and not in:",
            "",
            "```text",
            cause.silent,
            "```",
            "",
        ]
    )


def audit_page(audit: Audit) -> str:
    """Return one audit: its page."""
    return "\n".join([f"## {audit.name}", "", _heads(audit.page), ""])


def _heads(page: str) -> str:
    """Turn `Head:` lines with indented paragraphs into bold heads with plain ones."""
    lines = []
    for line in page.split("\n"):
        if line.endswith(":") and not line.startswith(" "):
            lines.append(f"**{line[:-1]}**")
            lines.append("")
        else:
            lines.append(line.removeprefix("    "))
    return "\n".join(lines)


def as_pages() -> dict[str, str]:
    """Return file name → page, in the order in which they are read."""
    rooms: dict[str, list[type[Event]]] = {}
    for event in EVENTS:
        rooms.setdefault(event.__module__.rsplit(".", 1)[1], []).append(event)
    pages = {"README.md": _index(rooms)}
    for room, events in rooms.items():
        title = room.replace("_", " ")
        body = "\n".join(event_page(event) for event in events)
        pages[f"events-{room.replace('_', '-')}.md"] = f"# Events: {title}\n\n{body}"
    pages["causes.md"] = "# Causes\n\n" + "\n".join(cause_page(cause) for cause in CAUSES)
    pages["audits.md"] = "# Audits\n\n" + "\n".join(audit_page(audit) for audit in AUDITS)
    return pages


def _index(rooms: dict[str, list[type[Event]]]) -> str:
    wordings = sum(len(event.grammar.wordings) for event in EVENTS)
    lines = [
        "# Catalogue",
        "",
        f"{len(EVENTS)} events in {wordings} wordings, {len(CAUSES)} causes, {len(AUDITS)} audits.",
        "Written by `fencepost catalogue -o docs/catalogue`.",
        "",
        "| events of | page | names |",
        "| --- | --- | --- |",
    ]
    for room, events in rooms.items():
        page = f"events-{room.replace('_', '-')}.md"
        names = ", ".join(event.__name__ for event in events)
        lines.append(f"| {room.replace('_', ' ')} | [{page}]({page}) | {names} |")
    lines += ["", "Causes ([causes.md](causes.md)): " + ", ".join(each.name for each in CAUSES)]
    lines += ["", "Audits ([audits.md](audits.md)): " + ", ".join(each.name for each in AUDITS), ""]
    return "\n".join(lines)


def write_pages(folder: Path) -> None:
    """Write all pages into a folder, replacing those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in as_pages().items():
        (folder / name).write_text(page.rstrip("\n") + "\n", encoding="utf-8")
