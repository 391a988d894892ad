"""What the nodes log: one /dev/log socket for each, read into journal-like lines."""

import os
import re
import selectors
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

DATAGRAM = re.compile(
    r"<\d+>(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )?(?P<program>[^\[:]+)"
    r"(?P<pid>\[\d+\])?: ?(?P<text>.*)",
    re.DOTALL,
)


def journal_line(datagram: bytes, node: str, at: datetime) -> str:
    """Return a syslog datagram as `journalctl -o short-precise` would print it.

    Further lines of one message are indented below it, as journalctl does.
    A datagram of another form is kept whole, as a message of `syslog`.
    """
    said = datagram.decode("utf-8", "replace").rstrip("\0\n")
    match = DATAGRAM.fullmatch(said)
    program, text = ("syslog", said) if match is None else (match["program"], match["text"])
    pid = "" if match is None else match["pid"] or ""
    head = f"{at:%b %d %H:%M:%S.%f} {node} {program}{pid}: "
    return head + text.replace("\n", "\n" + " " * len(head))


class Recorder:
    """Listens for all nodes at once until it is closed; `lines` has what was said, by node.

    One thread of the laboratory's own process reads every socket, so all nodes share one clock,
    and closing it ends the record of all nodes at one moment, before any process is stopped.
    clocks: how far a node's clock is ahead of it; its lines are stamped accordingly.
    """

    def __init__(self, nodes: Sequence[str], folder: Path) -> None:
        self.lines: dict[str, list[str]] = {node: [] for node in nodes}
        self.clocks: dict[str, timedelta] = {}
        self._folder = folder
        self._deaf: set[str] = set()
        self._writing = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._selector = selectors.DefaultSelector()

    def say(self, node: str, datagram: bytes) -> None:
        """Write a line as if a program on the node had sent this datagram just now."""
        with self._writing:
            if not self._closing.is_set():
                at = datetime.now(UTC) + self.clocks.get(node, timedelta())
                self.lines[node].append(journal_line(datagram, node, at))

    def deafen(self, node: str) -> None:
        """Hear a node's programs no more; `say` is still written."""
        with self._writing:
            self._deaf.add(node)

    def hear(self, node: str) -> None:
        """Hear a node's programs again; what they said meanwhile is lost."""
        self._deaf.discard(node)

    def socket_folder(self, node: str) -> Path:
        """Return the folder that holds the node's socket, named `log`."""
        return self._folder / node / "log"

    def __enter__(self) -> Self:
        for node in self.lines:
            self.socket_folder(node).mkdir(parents=True)
            path = self.socket_folder(node) / "log"
            ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            ear.bind(str(path))
            path.chmod(0o666)
            self._selector.register(ear, selectors.EVENT_READ, node)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the record; may be called again."""
        self._closing.set()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            self._selector.unregister(key.fileobj)
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()

    def _listen(self) -> None:
        # A late listener would hold up the daemons, whose system log takes ten lines and then waits.
        with suppress(PermissionError):
            priority = os.sched_param(os.sched_get_priority_max(os.SCHED_RR))
            os.sched_setscheduler(0, os.SCHED_RR, priority)
        while not self._closing.is_set():
            for key, _ in self._selector.select(timeout=0.1):
                assert isinstance(key.fileobj, socket.socket)
                datagram = key.fileobj.recv(65536)
                if key.data not in self._deaf:
                    self.say(key.data, datagram)
