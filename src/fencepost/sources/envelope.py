"""Opens the envelope of a log line: which machine, which program, what it says."""

import re
from dataclasses import dataclass
from typing import NamedTuple


class Envelope(NamedTuple):
    """What stands around a message.

    host: as written, None when the line names none. program: `""` when it names none.
    times: how often the message was said.
    known: whether it is an envelope that a logger of ours writes; otherwise all is text.
    """

    host: str | None
    program: str
    pid: int | None
    text: str
    times: int = 1
    known: bool = True


LEVEL = r"(?:trace|debug|info|notice|warning|warn|error|err|crit|alert|emerg)"
_LEVELS = frozenset(LEVEL[3:-1].split("|"))
SUBSYSTEM = (
    r"\[(?:MAIN|TOTEM|KNET|QUORUM|VOTEQ|CFG|CPG|CMAP|SERV|QB|WD|MON|CLM|CKPT|EVT|EVS|LCK|MSG|AMF"
    r"|PLOAD|YKD|CONFDB|SYNC|IPC|TIMER|LOG|pcmk)\s*\]"
)
"""The tag that corosync's own log puts before every message (exec/logsys.c)."""

HOST = r"(?P<host>[\w.:%-]*\w)"
PROGRAM = r"(?P<program>[^\s\[\]]+?)"
PID = r"\[(?P<pid>\d{1,10})\]"


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to write an envelope; `program` is whose it is when the line does not say."""

    pattern: re.Pattern[str]
    program: str = ""


def _form(pattern: str, program: str = "") -> _Form:
    return _Form(re.compile(pattern, re.DOTALL), program)


_SYSLOG = _form(rf"{HOST}\s+{PROGRAM}(?:{PID}:\s?|:(?:\s|$))(?P<text>.*)")
_OWN_FILE = _form(
    rf"{PID}\s+(?:{HOST}\s+)?(?P<program>corosync)\s?{LEVEL}?\s+(?P<text>{SUBSYSTEM}.*)"
)
_HOSTLESS = _form(r"(?P<program>[A-Za-z][\w./-]*)\[(?P<pid>\d{1,10})\]:\s?(?P<text>.*)")
_TIMED = (
    _SYSLOG,
    _OWN_FILE,
    # pacemaker in that file, 1.x and 2.x
    _form(rf"{PID}\s+{HOST}\s+(?P<program>[\w-]+):\s+(?P<text>.*)"),
    _form(rf"{HOST}\s+(?P<program>[\w-]+)\s+{PID}\s+(?P<text>.*)"),
    # corosync 1.x, its standard error, and pastes without host or program
    _form(rf"(?:corosync\s*)?(?:{LEVEL}\s+)?(?P<text>{SUBSYSTEM}.*)", "corosync"),
    _form(rf"{HOST}\s+corosync\s?{LEVEL}?\s+(?P<text>{SUBSYSTEM}.*)", "corosync"),
    _HOSTLESS,
    _form(r"kernel:\s(?P<text>.*)", "kernel"),
    _form(rf"(?:{HOST}\s+)?(?P<text>\[\s*\d+\.\d{{6}}\].*)", "kernel"),
    # a container's log around corosync's standard error
    _form(
        rf"\S+\[\d+\]\s+[A-Z]+\s+\S+:\s+(?:\S+\s+\d+\s+[\d:.]+\s+)?(?:{LEVEL}\s+)?"
        rf"(?P<text>{SUBSYSTEM}.*)",
        "corosync",
    ),
)
_UNTIMED = (
    _OWN_FILE,
    _HOSTLESS,
    _form(rf"(?:{LEVEL}\s+)?(?P<text>{SUBSYSTEM}\s.*)", "corosync"),
)
_OWN_LEVEL = re.compile(rf"{LEVEL}\s+(?={SUBSYSTEM})")
_TAG = re.compile(rf"{PROGRAM}(?:{PID})?:")
_REPEATED = re.compile(r"message repeated (\d{1,9}) times: \[(.*)\]\s*$", re.DOTALL)


def open_timed(rest: str, tag: str = "") -> Envelope:
    """Open a line after its time stamp; `tag` is what stood before the stamp."""
    rest = rest.strip()
    if tag:
        return _tagged(rest, tag)
    return _first(_TIMED, rest) or Envelope(None, "", None, rest, known=False)


def open_untimed(line: str) -> Envelope | None:
    """Open a line that has no time stamp; None when it has no envelope at all."""
    return _first(_UNTIMED, line.strip())


def said(text: str) -> tuple[str, int]:
    """Return the message itself, and how often it was said where syslog counted.

    >>> said("message repeated 156 times: [   [TOTEM ] Retransmit List: 1be7]")
    ('[TOTEM ] Retransmit List: 1be7', 156)
    """
    repeated = _REPEATED.match(text) if text.startswith("message repeated ") else None
    return (repeated[2].strip(), int(repeated[1])) if repeated else (text.strip(), 1)


def _first(forms: tuple[_Form, ...], rest: str) -> Envelope | None:
    for form in forms:
        match = form.pattern.match(rest)
        if match is None:
            continue
        found = match.groupdict()
        host, pid = found.get("host"), found.get("pid")
        if host is not None and host.lower() in _LEVELS:
            continue
        program = found.get("program") or form.program
        return Envelope(host, program, int(pid) if pid else None, *said(found["text"]))
    return None


def _tagged(rest: str, tag: str) -> Envelope:
    if tag.endswith("["):  # Talos: `kern: err: [time]: text`
        return Envelope(None, "kernel" if tag.startswith("kern:") else "", None, *said(rest))
    match = _TAG.match(tag)
    if match is None:
        return Envelope(None, "", None, rest, known=False)
    pid = match["pid"]
    text = _OWN_LEVEL.sub("", rest, count=1)
    return Envelope(None, match["program"], int(pid) if pid else None, *said(text))
