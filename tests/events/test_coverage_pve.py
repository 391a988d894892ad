"""No message of pmxcfs or the HA stack that matters is forgotten: it is read, or left out by name.

data/pmxcfs_messages.tsv: format strings of pmxcfs: all of level critical in pve-cluster 9.1.6, the
milder ones that a resync, a reload, a start or a stop prints, and the wordings of PVE 6 to 8 where
they differ (`pve`: major versions).
data/pve_ha_messages.tsv: one line for each wording of pve-ha-manager 2 to 5 and of the daemons
around it, with the event it must be read as; without one for what is left out.
"""

import csv
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fencepost.events import pmxcfs, pve_daemons, pve_ha_crm, pve_ha_lrm, watchdog_mux
from fencepost.model.event import Event
from fencepost.model.line import Line, Origin

DATA = Path(__file__).with_name("data")
EVENTS: tuple[type[Event], ...] = (
    *pmxcfs.EVENTS,
    *pve_ha_crm.EVENTS,
    *pve_ha_lrm.EVENTS,
    *watchdog_mux.EVENTS,
    *pve_daemons.EVENTS,
)

LEFT_OUT = {
    "a start that failed before it touched anything of the cluster: options, group, pipes": (
        "option parsing failed: %s",
        "too many arguments",
        "Unable to get www-data group ID",
        "pipe error: %s",
        "read error: %s",
        "child failed to send '1'",
    ),
    "guards against programming errors; none names anything that an administrator could act on": (
        "log pointer is NULL!",
        "no dfsm_sync_info - internal error",
        "internal error - unknown mode %d",
        "internal error - can't delete entry",
        "dfsm_node_info_lookup failed",
        "memdb index contains wrong number of bytes",
        "memdb index has no entires",
        "qb_ipcs_context_get failed",
        "%s: received unexpected update message",
    ),
    "concerns the cluster log in the web interface alone": ("unable to merge log files",),
    "a program that asked pmxcfs something was gone before the answer came": (
        "qb_ipcs_response_send: %s",
    ),
    "noise of cron about a link in its own folder": (
        "(*system*vzupdate) CAN'T OPEN SYMLINK (/etc/cron.d/vzupdate)",
    ),
    "subject of a mail; it does not stand in the journal": ("FENCE: Try to fence node 'pve3'",),
}
EXCUSED = {text for texts in LEFT_OUT.values() for text in texts}

CONVERSION = re.compile(r"%[-0-9]*(?:<PRI(?P<macro>\w)\d*>|(?:ll|z)?(?P<plain>[dpsuX]))")
VALUES = {"d": "7", "i": "7", "p": "0x55d0", "s": "NAME", "u": "7", "X": "A1B2"}
OF_KIND = {"members: %s": "members: 1/1299, 2/1080", "synced members: %s": "synced members: 1/1299"}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


def printed(form: str) -> str:
    """What printf makes of a format string, with one fixed value for each kind."""
    form = OF_KIND.get(form, form)
    return CONVERSION.sub(lambda match: VALUES[match["macro"] or match["plain"]], form)


def readers(program: str, text: str) -> list[str]:
    at = datetime(2025, 11, 8, tzinfo=UTC)
    line = Line(at, "pve1", program, 7, text, Origin("syslog", 1))
    return [
        kind.__name__
        for kind in EVENTS
        if program in kind.grammar.by and kind.read(line) is not None
    ]


@pytest.mark.parametrize(
    "row", rows("pmxcfs_messages.tsv"), ids=lambda row: f"{row['pve']}: {row['format']}"
)
def test_message_of_pmxcfs_is_read_as_one_event_or_left_out(row: dict[str, str]) -> None:
    text = f"[{row['domain']}] {row['level']}: {printed(row['format'])}"
    assert len(readers("pmxcfs", text)) == (0 if row["format"] in EXCUSED else 1)


@pytest.mark.parametrize(
    "row", rows("pve_ha_messages.tsv"), ids=lambda row: f"{row['program']}: {row['text']}"
)
def test_message_of_the_ha_stack_is_read_as_its_event_or_left_out(row: dict[str, str]) -> None:
    found = readers(row["program"], row["text"])
    assert found[:1] == ([row["event"]] if row["event"] else [])
    assert (row["text"] in EXCUSED) == (not row["event"])


def test_everything_left_out_is_in_the_data() -> None:
    known = {row["format"] for row in rows("pmxcfs_messages.tsv")}
    known |= {row["text"] for row in rows("pve_ha_messages.tsv")}
    assert known >= EXCUSED


def test_samples_are_what_printf_prints() -> None:
    assert printed("(%zu < %08X) %016<PRIX64> %s") == "(7 < A1B2) A1B2 NAME"
    assert not [row for row in rows("pmxcfs_messages.tsv") if "%" in printed(row["format"])]
