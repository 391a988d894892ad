"""Write lines as programs write them: journalctl's and syslog's text, export format, JSON."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone

from fencepost.model.line import Line

MARK = "journalctl"
"""The program that boot separators come as; only journalctl's text has them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EAST = timezone(timedelta(hours=2))


def _text(stamp: Callable[[datetime], str]) -> Callable[[Line], bytes]:
    def write(line: Line) -> bytes:
        if line.program == MARK:
            return f"{line.text}\n".encode()
        pid = "" if line.pid is None else f"[{line.pid}]"
        head = f"{stamp(line.at)} {line.node} {line.program}{pid}: "
        text = line.text.replace("\n", "\n" + " " * len(head))
        said = text if line.times == 1 else f"message repeated {line.times} times: [ {text} ]"
        return f"{head}{said}\n".encode()

    return write


def _unmarked(write: Callable[[Line], bytes]) -> Callable[[Line], bytes]:
    return lambda line: b"" if line.program == MARK else write(line)


def _fields(line: Line) -> dict[str, str]:
    """Return a journal entry's fields, as far as a line tells them."""
    fields = {"__REALTIME_TIMESTAMP": str((line.at - _EPOCH) // timedelta(microseconds=1))}
    if line.monotonic_us is not None:
        fields["__MONOTONIC_TIMESTAMP"] = str(line.monotonic_us)
    if line.boot_id is not None:
        fields["_BOOT_ID"] = line.boot_id
    fields |= {"_HOSTNAME": line.node, "SYSLOG_IDENTIFIER": line.program}
    if line.pid is not None:
        fields["SYSLOG_PID"] = str(line.pid)
    said = line.text if line.times == 1 else f"message repeated {line.times} times: [ {line.text} ]"
    return {**fields, "MESSAGE": said}


def _export(line: Line) -> bytes:
    whole = b""
    for name, value in _fields(line).items():
        data = value.encode()
        if b"\n" in data:
            whole += name.encode() + b"\n" + len(data).to_bytes(8, "little") + data + b"\n"
        else:
            whole += name.encode() + b"=" + data + b"\n"
    return whole + b"\n"


def _json(line: Line) -> bytes:
    return json.dumps(_fields(line), ensure_ascii=False).encode() + b"\n"


FORMS: dict[str, Callable[[Line], bytes]] = {
    "short": _text(lambda at: f"{at:%b %d %H:%M:%S}"),
    "short-precise": _text(lambda at: f"{at:%b %d %H:%M:%S.%f}"),
    "short-iso": _text(lambda at: f"{at:%Y-%m-%dT%H:%M:%S}+0000"),
    "rfc3339": _unmarked(_text(lambda at: at.astimezone(_EAST).isoformat(timespec="microseconds"))),
    "syslog": _unmarked(_text(lambda at: f"{at:%b} {at.day:2d} {at:%H:%M:%S}")),
    "export": _unmarked(_export),
    "json": _unmarked(_json),
}
"""How each format writes one line; `syslog` is rsyslog's old one, `rfc3339` its new one."""


def written(lines: Iterable[Line], form: str) -> bytes:
    """Return a file of these lines in one of FORMS."""
    return b"".join(map(FORMS[form], lines))
