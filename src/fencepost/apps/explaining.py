"""What a line or a name means: `fencepost explain`."""

import difflib
import re
from datetime import UTC, datetime

from fencepost.apps.catalogue import audit_page, cause_page, event_page
from fencepost.audits import AUDITS
from fencepost.causes import CAUSES
from fencepost.errors import BadCallError
from fencepost.events import EVENTS
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin

ENVELOPE = re.compile(r"(?:^|\s)([A-Za-z][\w.@-]*?)(?:\[(\d+)\])?:\s+(.*)$")


def explain_text(text: str) -> str:
    """Return what a log line or a name means, as plain Markdown.

    Raises BadCallError when neither is known, with the nearest names.
    """
    named = _named(text)
    if named is not None:
        return named
    events = _read(text)
    if events:
        return "\n".join(_of_line(event) for event in events)
    names = [
        *(event.__name__ for event in EVENTS),
        *(each.name for each in CAUSES),
        *(each.name for each in AUDITS),
    ]
    near = difflib.get_close_matches(text, names, n=3, cutoff=0.5)
    hint = f" Near it: {', '.join(near)}." if near else ""
    raise BadCallError(
        "no event, cause or audit is called that, and no wording fencepost knows matches it."
        f"{hint} fencepost catalogue lists them all."
    )


def _named(text: str) -> str | None:
    wanted = text.lower().replace("-", "_")
    for event in EVENTS:
        if event.__name__.lower() == wanted:
            return event_page(event)
    for cause in CAUSES:
        if cause.name == wanted:
            return cause_page(cause)
    for audit in AUDITS:
        if audit.name == wanted:
            return audit_page(audit)
    return None


def _read(text: str) -> list[Event]:
    """Read the line with its program if it names one, else by any program's wording."""
    origin = Origin("(given)", 1, text=text)
    now = datetime(2000, 1, 1, tzinfo=UTC)
    match = ENVELOPE.search(text)
    found: list[Event] = []
    if match is not None:
        program, pid, message = match.group(1), match.group(2), match.group(3).strip()
        line = Line(now, "", program, int(pid) if pid else None, message, origin)
        for event in EVENTS:
            if program in event.grammar.by:
                read = event.read(line)
                if read is not None:
                    return [read]
    for event in EVENTS:
        read = event.read(Line(now, "", "", None, text, origin))
        if read is not None:
            found.append(read)
    return found[:1]


def _of_line(event: Event) -> str:
    own = [
        f"{name} = {getattr(event, name)}"
        for name in event.grammar.fields
        if getattr(event, name) not in (None, ())
    ]
    said = f"This line says: {', '.join(own)}\n\n" if own else ""
    return said + event_page(type(event))
