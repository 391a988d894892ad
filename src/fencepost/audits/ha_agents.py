"""Do the HA daemons of every node report, and is HA armed?"""

from collections.abc import Iterator

from fencepost.audits._quote import quote
from fencepost.laws import watchdog
from fencepost.model.case import Case, Evidence
from fencepost.model.document import HaStatus
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

GRAVE = ("lost_agent_lock",)
UNWELL = ("old timestamp", "detected time drift")
RULE = (
    "active or idle, with a report of the last 30 s: an active LRM must feed the watchdog at"
    f" least every {watchdog.CLIENT_TIMEOUT_S} s"
)
SOURCE = "pve-ha-manager 5.2.0 src/PVE/API2/HA/Status.pm, src/PVE/HA/LRM.pm"


@audit(
    fires="""
        n1 12:00:00 pve-ha-lrm starting server
        ==> n1/ha-status.txt <==
        root@n1:~# ha-manager status
        quorum OK
        master n1 (active, Sat Nov  8 12:00:00 2025)
        lrm n1 (active, Sat Nov  8 12:00:00 2025)
        lrm n2 (old timestamp - dead?, Sat Nov  8 11:50:00 2025)
        service vm:100 (n1, started)
    """,
    silent="""
        n1 12:00:00 pve-ha-lrm starting server
        ==> n1/ha-status.txt <==
        root@n1:~# ha-manager status
        quorum OK
        master n1 (active, Sat Nov  8 12:00:00 2025)
        lrm n1 (active, Sat Nov  8 12:00:00 2025)
        lrm n2 (idle, Sat Nov  8 12:00:01 2025)
        service vm:100 (n1, started)
    """,
)
def ha_agents(case: Case) -> Iterator[Finding]:
    """An HA daemon is silent, has lost its lock, or HA is disarmed.

    Why it matters:
        An LRM that is active feeds the watchdog: this node resets itself when it can no longer
        do so for 60 s. An idle LRM lets its node survive. An LRM whose report is old is hung or
        cut off, and one that has lost its lock is on its way to the reset. Disarmed, HA
        recovers nothing.

    What to do:
        Look at pve-ha-lrm and pve-cluster on the node concerned before anything else. After
        maintenance arm HA again (`ha-manager crm-command arm-ha`).

    References:
        pve-ha-manager 5.2.0 src/PVE/API2/HA/Status.pm; src/PVE/HA/LRM.pm, src/watchdog-mux.c.
    """
    well: dict[str, Evidence] = {}
    seen: set[tuple[str, str, str | None]] = set()
    for status in case.documents_of(HaStatus):
        for node, (state, dog) in status.lrms.items():
            if (node, state, dog) in seen:  # every node's output lists all of them
                continue
            seen.add((node, state, dog))
            line = quote(status, f"lrms:{node}")[0]
            if any(word in state for word in (*GRAVE, *UNWELL)):
                yield _unwell(node, state, dog, line)
            else:
                well.setdefault(f"{node} {state}{_meaning(state)}", line)
        if status.fencing and "disarm" in status.fencing:
            yield Finding(
                audit="ha_agents",
                severity=Severity.WARNING,
                found=f"HA is disarmed: {status.fencing}",
                expected="armed outside of maintenance: disarmed, no node resets itself and no"
                " service is recovered (pve-ha-manager 5.1.3 changelog)",
                because=quote(status, "fencing"),
            )
    if well:
        yield Finding(
            audit="ha_agents",
            severity=Severity.OK,
            found=f"LRM of {'; '.join(well)}",
            expected=f"{RULE} ({SOURCE})",
            because=tuple(well.values()),
        )


def _unwell(node: str, state: str, dog: str | None, line: Evidence) -> Finding:
    grave = any(word in state for word in GRAVE)
    return Finding(
        audit="ha_agents",
        severity=Severity.CRITICAL if grave else Severity.WARNING,
        node=node,
        found=f"LRM {state}{f', watchdog {dog}' if dog else ''}",
        expected=f"{RULE} ({SOURCE})",
        because=(line,),
    )


def _meaning(state: str) -> str:
    if state.startswith("active"):
        return " (armed: resets itself after a minute without quorum)"
    return " (not armed: survives a loss of quorum)" if state.startswith("idle") else ""
