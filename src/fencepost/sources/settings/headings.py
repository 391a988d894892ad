"""Lines that say what the lines below them are: prompts, report titles, echoed commands.

Source: pve-manager 9 PVE/Report.pm (`==== title ====`, `# command`); GNU `head` (`==> file <==`).
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: the command or title it names, and the node it names, where it does."""

    command: str
    node: str | None = None


# A `#` also begins comments in settings, so a command after one must be a known program. Where
# the program's name is an English word too, its first argument must look like one.
_PROGRAMS = """
    pvecm ha-manager pveversion pvereport pveperf pvesh pvesm pvesr pveceph pvesubscription
    pve-firewall corosync-\\w+ pcs crm_mon ethtool ipmitool ipmi-sel journalctl dmesg dmidecode
    lspci lsmod lscpu lsblk lsusb lshw findmnt hostnamectl timedatectl chronyc systemctl
    systemd-\\w+ sysctl iptables(?:-save)? ip6tables(?:-save)? nft ss netstat ifconfig brctl
    bridge lldpctl lldpcli mii-tool ovs-vsctl zpool zfs zarcstat pvs vgs lvs ceph rbd qm pct
    smartctl nvme sensors mdadm multipath iscsiadm dpkg dpkg-query apt apt-cache apt-mark ps
    omping mtr ping6? traceroute tracepath arping [ez]?grep sha256sum md5sum wdctl vmstat iostat
    mpstat iotop ras-mc-ctl hwclock efibootmgr proxmox-boot-tool numactl tc wtmpdb df
"""
_WORDY_PROGRAMS = r"""
    (?:z?cat|head|tail|less|more|cmp|diff|stat|find|ls|output)(?=\s+['"./~-])
    | ip(?=\s+(?:-|a(?:d(?:dr(?:ess)?)?)?\b|l(?:ink)?\b|r(?:oute)?\b|n(?:eigh)?\b|rule\b|maddr\b))
    | last(?=\s+(?:-|reboot|shutdown|runlevel)|\s*(?:\||$))
    | (?:free|top|w|who|date|hostname|uptime|uname|mount)(?=\s+-|\s*(?:\||$))
    | (?:for\s+\w+\s+in|while)(?=\s)
    | watch(?=\s+-)
"""
_COMMAND = rf"""
    (?:(?:sudo|time|env|LC_\w+=\S*|LANG=\S*|timeout\s+\d+|ssh(?:\s+-\S+)*\s+\S+)\s+){{0,4}}
    (?:/(?:usr/)?s?bin/)?
    (?:(?:{"|".join(_PROGRAMS.split())})(?=\s|$) | {_WORDY_PROGRAMS})"""
_FILE = r"/(?:etc|proc|sys|run|var|lib)/\S+"
_HOST = r"(?P<node>[A-Za-z0-9][\w.-]{0,62})"

_PROMPT = re.compile(
    rf"""
    (?:\#{{1,6}}\s+)? \[? [\w.-]{{1,32}}@{_HOST}
    (?:\s*:\s*|\s+) (?:[~/][^#$%>]{{0,200}}?)? \s*\]?\s* [#$%](?:\s+(?P<command>.*))?
    """,
    re.VERBOSE,
)
_NODE_PROMPT = re.compile(
    rf"""
    (?:(?:\#{{1,6}}|[=*+-]{{2,}})\s+)? {_HOST} (?::\s*[~/][^#$%]{{0,200}}?)?
    [#$%>] \s+ (?P<command>{_COMMAND}.*)
    """,
    re.VERBOSE,
)
_NODE_TITLE = re.compile(rf"(?i:node|host)(?:\s*[:=]\s*|\s+(?=\S*\d)){_HOST}")
_NODE_COMMAND = re.compile(rf"{_HOST}:\s+(?P<command>{_COMMAND}.*)", re.VERBOSE)
_COMMAND_ON_NODE = re.compile(
    rf"(?P<command>{_COMMAND}.*?)\s+(?:on|@)\s+(?:(?:node|host)\s+)?{_HOST}", re.VERBOSE
)
_TITLE = re.compile(r"={2,}\s+(?P<title>\S.*?)\s*=*")
_SUBTITLE = re.compile(r"\#{2,6}\s+(?P<title>\S.*?)\s*#*")
# What `head` prints over /proc/pressure/* stays, so that one document holds all resources.
_HEAD_FILE = re.compile(r"==>\s+(?P<file>(?!/proc/pressure/)\S.*?)\s+<==")
_DOLLAR = re.compile(r"\$\s+(?P<command>\S.*)")
_MARKED = re.compile(
    rf"(?:\#{{1,6}}|-{{2,}}|\*{{2,}}|>{{2,}}|\++|%+)\s+(?P<command>{_COMMAND}.*?)\s*[-*\#:]*",
    re.VERBOSE,
)
_MARKED_FILE = re.compile(
    rf"(?:(?:\#{{2,6}}|-{{2,}}|\*{{2,}}|>{{2,}})\s+)?(?P<file>{_FILE}?):?(?:\s*[-*#]+)?"
)
_QUOTED = re.compile(rf"[*_`]{{1,3}}(?P<command>{_COMMAND}.*?)[*_`:]{{1,4}}", re.VERBOSE)
_BARE = re.compile(
    r"""(?P<command>
        pvecm\s+(?:status|nodes) | corosync-(?:cfgtool|quorumtool|cmapctl)(?:\s+-.*)?
        | ha-manager\s+status.* | pveversion(?:\s+-\S+)? | ethtool(?:\s+-\S+)?\s+[\w.-]+
        | ipmitool\s+(?:sel|chassis)\s+\w+ | journalctl\s+(?:-\S+\s+)*--list-boots.*
        | last\s+-.* | cat\s+/\S+ | ip\s+(?:-\S+\s+)*(?:a|addr|address|l|link)(?:\s+.*)?
        | bridge\s+link | free(?:\s+-\w+)? | uptime
    ):?""",
    re.VERBOSE,
)
_SSH = re.compile(r"ssh(?:\s+-\S+)*\s+(?:[\w.-]+@)?(?P<node>[A-Za-z][\w.-]*)\s+(?P<command>.*)")
_PINGED = re.compile(r"---\s(?!ping\s).*\bping\b.*\s---", re.IGNORECASE)  # ping's own line
_LONGEST = 400


def read_heading(line: str) -> Heading | None:
    """Return what this line announces, or None when it announces nothing."""
    if not line or line[0].isspace() or len(line) > _LONGEST:
        return None
    if found := _PROMPT.fullmatch(line):
        return _heading(found["command"] or "", found["node"])
    if found := _NODE_PROMPT.fullmatch(line):
        return _heading(found["command"], found["node"])
    if line[0].isalnum():
        found = _BARE.fullmatch(line)
        return _heading(found["command"]) if found else None
    if _PINGED.fullmatch(line):
        return None
    if found := _HEAD_FILE.fullmatch(line) or _MARKED_FILE.fullmatch(line):
        return Heading(f"cat {found['file']}")
    if found := _TITLE.fullmatch(line):
        return _titled(found["title"]) or _heading(found["title"])
    if found := _DOLLAR.fullmatch(line) or _QUOTED.fullmatch(line):
        return _heading(found["command"])
    if found := _MARKED.fullmatch(line):
        return _titled(found["command"]) or _heading(found["command"])
    marked = _SUBTITLE.fullmatch(line)
    return _titled(marked["title"]) if marked else None


def _titled(title: str) -> Heading | None:
    """Read a title that names a node; None when it names none."""
    if found := _NODE_TITLE.fullmatch(title):
        return _heading("", found["node"])
    found = _NODE_COMMAND.fullmatch(title) or _NODE_PROMPT.fullmatch(title)
    if found is None:
        found = _COMMAND_ON_NODE.fullmatch(title)
    return _heading(found["command"], found["node"]) if found else None


def _heading(command: str, node: str | None = None) -> Heading:
    command = command.strip()
    if found := _SSH.fullmatch(command):
        command, node = found["command"].strip("'\" "), found["node"]
    return Heading(command, short_name(node))


def short_name(host: str | None) -> str | None:
    """Return the host name without its domain; None for an address or `localhost`."""
    if not host or host.replace(".", "").isdigit():
        return None
    name = host.partition(".")[0]
    return None if name == "localhost" else name
