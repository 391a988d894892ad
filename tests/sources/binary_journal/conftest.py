"""What the tests of binary journals share."""

from collections.abc import Callable, Sequence

import pytest
from tests.sources.binary_journal.writer import Entry, Writer

Write = Callable[..., bytes]


@pytest.fixture
def write() -> Write:
    """Return a function that makes the bytes of a journal of some entries."""

    def run(
        entries: Sequence[Entry], *, compact: bool = False, packing: str | None = None
    ) -> bytes:
        return Writer(compact, packing).write(entries)

    return run


@pytest.fixture
def entries() -> list[dict[str, str]]:
    """Return 600 entries of corosync, the kernel and cron."""
    said = ("corosync", "kernel", "cron")
    return [
        {
            "at": str(1_762_600_000_000_000 + n * 1_000_000),
            "SYSLOG_IDENTIFIER": said[n % 3],
            "_TRANSPORT": "kernel" if n % 3 == 1 else "syslog",
            "_PID": str(100 + n % 7),
            "_HOSTNAME": "pve1.example.net",
            "_MACHINE_ID": "6d" * 16,
            "MESSAGE": f"message {n}" + (" long" * 200 if n % 10 == 0 else ""),
        }
        for n in range(600)
    ]
