"""Does corosync know every key and section of its file?"""

from collections.abc import Iterator
from difflib import get_close_matches

from fencepost.audits import _keys
from fencepost.audits._quote import quote_keys, quote_lines
from fencepost.audits._settings import distinct
from fencepost.model.case import Case
from fencepost.model.corosync_conf import ConfLine, CorosyncConf
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

WEIGHTY = ("totem", "quorum", "nodelist")
"""Sections whose keys decide over timing, votes and addresses."""

SOURCE = "corosync.conf(5); `corosync -t` passes over unknown keys without a word"
ALIKE = 0.7
SHOWN = 60


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: misspelt
          config_version: 3
          version: 2
          tokken: 10000
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
        }
    """,
    silent="""
        ==> corosync.conf <==
        totem {
          cluster_name: upgraded
          config_version: 3
          version: 2
          token: 10000
          rrp_mode: passive
          interface {
            ringnumber: 0
            bindnetaddr: 10.0.0.0
          }
        }
        nodelist {
          node {
            name: n1
            nodeid: 1
            ring0_addr: 10.0.0.1
          }
        }
    """,
)
def unknown_keys(case: Case) -> Iterator[Finding]:
    """corosync.conf has keys or sections that corosync does not know.

    Why it matters:
        corosync passes over what it does not know and says nothing, not even to
        `corosync -t`. A misspelt `token` leaves the default in force while everybody believes
        that the token was raised; a misspelt section takes all of its keys with it.

    What to do:
        Correct the name, or move the key into the section it belongs to, by way of
        /etc/pve/corosync.conf and with config_version raised. Check what is in force with
        `corosync-cmapctl -g runtime.config.totem.token` and the like.

    References:
        corosync.conf(5), votequorum(5), corosync-qdevice(8); corosync 3.1.10 exec/coroparse.c.
    """
    for conf in distinct(case):
        before = 0
        for finding in _unknown(conf):
            before += 1
            yield finding
        if not before and conf.get("version", "totem"):
            yield Finding(
                audit="unknown_keys",
                severity=Severity.OK,
                node=conf.node,
                found=f"all {sum(bool(line.key) for line in conf.lines)} keys are known",
                expected=f"only keys that corosync 3 knows ({SOURCE})",
                because=quote_keys(conf, ("totem",), "version"),
            )


def _unknown(conf: CorosyncConf) -> Iterator[Finding]:
    strange: set[_keys.Section] = set()
    for line in conf.lines:
        inside = any(line.path[: len(section)] == section for section in strange)
        free = any(line.path[: len(section)] == section for section in _keys.FREE_SECTIONS)
        if inside or free:
            continue
        if line.path not in _keys.KEYS:
            strange.add(line.path)
            yield _section(conf, line)
        elif line.key and not _keys.is_known(line.path, line.key):
            yield _key(conf, line)


def _section(conf: CorosyncConf, line: ConfLine) -> Finding:
    parent, name = line.path[:-1], line.path[-1]
    siblings = [section[-1] for section in _keys.KEYS if section and section[:-1] == parent]
    near = get_close_matches(name, siblings, n=1, cutoff=ALIKE)
    gone = line.path in _keys.OBSOLETE_SECTIONS
    weighty = line.path[0] in WEIGHTY or bool(near and near[0] in WEIGHTY)
    hint = f"did you mean `{near[0]} {{`? " if near else ""
    return Finding(
        audit="unknown_keys",
        severity=Severity.WARNING if weighty and not gone else Severity.INFO,
        node=conf.node,
        found=f"section `{' '.join(line.path)}` is unknown to corosync 3"
        f"{' (left over from corosync 1)' if gone else ''}, so nothing in it is in force",
        expected=f"{hint}only sections that corosync knows ({SOURCE})",
        because=quote_lines(conf, line.number),
    )


def _key(conf: CorosyncConf, line: ConfLine) -> Finding:
    where = f"{'.'.join(line.path)}." if line.path else ""
    gone = line.key in _keys.OBSOLETE.get(line.path, ())
    home = _keys.home_of(line.key)
    near = get_close_matches(line.key, _keys.candidates(line.path), n=1, cutoff=ALIKE)
    if gone:
        hint = "it did something in corosync 1 or 2 and may go. "
    elif home:
        hint = f"it belongs into `{' { '.join(home)} {{`. "
    else:
        hint = f"did you mean `{near[0]}`? " if near else ""
    weighty = bool((line.path and line.path[0] in WEIGHTY) or (home and home[0] in WEIGHTY))
    return Finding(
        audit="unknown_keys",
        severity=Severity.WARNING if weighty and not gone else Severity.INFO,
        node=conf.node,
        found=f"`{where}{line.key[:SHOWN]}: {line.value[:SHOWN]}` is unknown to corosync 3 here, so it does nothing",
        expected=f"{hint}only keys that corosync knows in this section ({SOURCE})",
        because=quote_lines(conf, line.number),
    )
