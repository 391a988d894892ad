"""`ping`: what came back. Source: iputils 2022 ping/ping_common.c; busybox and its translations."""

import re

from fencepost.model.document import Ping
from fencepost.sources.settings.numbers import decimal
from fencepost.sources.settings.sections import Section

HEAD = r"PING \S+ ?\("
SUMMARY = r"---\s.{0,300}\b[Pp]ing\b[^-]{0,300}---$"

_COUNTS = re.compile(
    r"(?P<sent>[0-9]{1,9}) [^0-9,]+, (?P<received>[0-9]{1,9}) [^0-9,]+,.*?[0-9]+(?:[.,][0-9]+)? ?%"
)
_TIMES = re.compile(
    r"(?:rtt|round-trip|\S+)\s.*min/avg/max\S*\s*= ?"
    r"(?P<min>[0-9.,]+)/(?P<avg>[0-9.,]+)/(?P<max>[0-9.,]+)"
)


def parse_ping(section: Section) -> Ping | None:
    """Read the summary; a ping that was cut off before it says nothing."""
    target = ""
    where: dict[str, int] = {}
    counts: re.Match[str] | None = None
    times: re.Match[str] | None = None
    for index, line in enumerate(section.lines):
        if found := re.match(r"PING (\S+)", line):
            target = found[1].partition("(")[0]
            where["target"] = index
        elif not target and (found := re.match(r"---\s(\S+)\s[Pp]ing", line)):
            target = found[1]
            where["target"] = index
        elif counts is None and (counts := _COUNTS.match(line)):
            where |= dict.fromkeys(("sent", "received"), index)
        elif times is None and (times := _TIMES.match(line)):
            where |= dict.fromkeys(("min_ms", "avg_ms", "max_ms"), index)
    if not target or counts is None:
        return None
    return Ping(
        **section.facts(where),
        target=target,
        sent=int(counts["sent"]),
        received=int(counts["received"]),
        min_ms=decimal(times["min"]) if times else None,
        avg_ms=decimal(times["avg"]) if times else None,
        max_ms=decimal(times["max"]) if times else None,
    )
