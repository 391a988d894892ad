"""Can corosync read its file at all?"""

from collections.abc import Iterator

from fencepost.audits._keys import values_of
from fencepost.audits._numbers import whole
from fencepost.audits._quote import quote, quote_lines
from fencepost.audits._settings import distinct
from fencepost.model.case import Case
from fencepost.model.corosync_conf import ConfLine, CorosyncConf
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "corosync 3.1.10 exec/coroparse.c; try it with `corosync -t -c FILE`"
SHOWN = 60
"""Characters of a wrong value that a finding repeats; its line is quoted anyway."""

LONGEST_LINE = 510
"""Bytes that a line may have beside its newline. Source: exec/coroparse.c parse_section."""


@audit(
    fires="""
        ==> corosync.conf <==
        totem {
          cluster_name: torn
          config_version: 3
          version: 2
          token: 5s
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
        # token: 5s
        totem {
          cluster_name: whole
          config_version: 3
          version: 2
          token: 5000
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
def config_syntax(case: Case) -> Iterator[Finding]:
    """corosync.conf does not parse, or gives a key a value that is not of its kind.

    Why it matters:
        Proxmox VE hands a changed file out to all nodes without checking it. The cluster runs
        on, because a running corosync refuses the reload, but after its next reboot no node
        can start corosync, and then none has quorum.

    What to do:
        Correct the line in a copy, try the copy with `corosync -t -c FILE` (it may be done on
        a running node), raise config_version and move the copy to /etc/pve/corosync.conf.

    References:
        corosync 3.1.10 exec/coroparse.c; corosync(8), -t; pve-cluster src/pmxcfs/dcdb.c.
    """
    for conf in distinct(case):
        faults = [*conf.faults, *_values(conf)]
        for number, says in sorted(faults):
            yield Finding(
                audit="config_syntax",
                severity=Severity.CRITICAL,
                node=conf.node,
                found=f"line {number}: {says}",
                expected=f"a file that corosync can read, or it will not start again ({SOURCE})",
                because=quote_lines(conf, number),
            )
        if not faults and any(line.key for line in conf.lines):
            yield Finding(
                audit="config_syntax",
                severity=Severity.OK,
                node=conf.node,
                found=f"{len(conf.lines)} lines, all of them parse",
                expected=f"a file that corosync can read ({SOURCE})",
                because=quote(conf),
            )


def _values(conf: CorosyncConf) -> Iterator[tuple[int, str]]:
    for line in conf.lines:
        if len(line.text.encode(errors="replace")) > LONGEST_LINE:
            yield line.number, f"longer than {LONGEST_LINE} bytes"
        if line.key:
            yield from _value(line)


def _value(line: ConfLine) -> Iterator[tuple[int, str]]:
    taken = values_of(line.path, line.key)
    name = ".".join((*line.path, line.key))
    number = whole(line.value)
    shown = repr(line.value[:SHOWN])
    if isinstance(taken, range) and (number is None or number not in taken):
        yield (
            line.number,
            (f"`{name}` must be a whole number from 0 to {taken.stop - 1}, not {shown}"),
        )
    if isinstance(taken, tuple) and line.value not in taken:
        yield line.number, f"`{name}` must be one of {', '.join(taken)}, not {shown}"
