"""Other witnesses of how boots ended: `last -x`, `journalctl --list-boots`, pstore dumps.

Source: util-linux 2.38 to 2.41 login-utils/last.c; wtmpdb 0.73 src/wtmpdb.c (PVE 9's `last`);
systemd 252 and 257 src/journal/journalctl.c; Linux 6.8 fs/pstore/platform.c.
"""

import re

from fencepost.model.document import BootList, ListedBoot, PstoreDump, Wtmp, WtmpEntry
from fencepost.sources.settings.sections import Section
from fencepost.sources.settings.times import find_times

WTMP_LINE = r"(?:reboot|shutdown|runlevel)\s+(?:system boot|system down|soft-reboot|\(to lvl|~)"
LISTED_BOOT_HEAD = r"\s*IDX BOOT ID\s"
LISTED_BOOT = r"\s*-?[0-9]{1,6} [0-9a-f]{32}\b"
PSTORE_HEAD = r"(?:Panic|Oops|Emergency|Shutdown|Unknown)#[0-9]+ Part ?[0-9]+$"

# Lines of a dump that say what happened, the most telling first.
_TELLING = (
    r"Kernel panic - not syncing",
    r"Oops(?::| -)|general protection fault|divide error",
    r"BUG:|kernel BUG at",
    r"Hardware Error|Machine check",
    r"watchdog: BUG|NMI watchdog|hard LOCKUP",
    r"WARNING:",
)
_KERNEL_ENVELOPE = re.compile(
    r"(?:<[0-9]{1,3}>)?(?:\[\s*[0-9]+\.[0-9]+\]\s?)?(?:\[\s*[TC][0-9]+\]\s?)?"
)


def parse_wtmp(section: Section) -> Wtmp | None:
    """Read `last -x`. Only full times (-F) tell the year; others leave began and ended None."""
    entries: list[WtmpEntry] = []
    for index, found in section.every(WTMP_LINE):
        line = section.lines[index]
        began, ended, *_ = *find_times(line), None, None
        kind = found[0].split()[0]
        if kind == "reboot" and re.search(r"-\s+crash\b", line):
            kind, ended = "crash", None
        entries.append(WtmpEntry(kind, began, ended, section.origin(index)))
    return Wtmp(**section.facts({}), entries=tuple(entries))


def parse_boot_list(section: Section) -> BootList | None:
    """Read `journalctl --list-boots`, with its heading line (systemd 254 on) or without."""
    boots: list[ListedBoot] = []
    for index, found in section.every(LISTED_BOOT):
        number, boot_id = found[0].split()
        times = find_times(section.lines[index][found.end() :])
        first, last, *_ = *times, None, None
        boots.append(ListedBoot(int(number), boot_id, first, last, section.origin(index)))
    if not boots:
        return None
    return BootList(**section.facts({}), boots=tuple(boots))


def parse_pstore(section: Section) -> PstoreDump:
    """Read a dump that the kernel left; `says` is its most telling line without the envelope."""
    said = [_KERNEL_ENVELOPE.sub("", line, count=1) for line in section.lines]
    telling = (
        index for text in _TELLING for index, line in enumerate(said) if re.search(text, line)
    )
    index = next(telling, 0)
    return PstoreDump(
        **section.facts({"says": index}),
        says=said[index].strip(),
    )
