"""How a changed corosync.conf gets to all nodes: checked first, live, and with a way back.

Source: pve-cluster 9.1.6 src/pmxcfs/dcdb.c dcdb_sync_corosync_conf (it hands out any file,
valid or not, and then reloads); Proxmox VE Administration Guide, "Edit corosync.conf".
"""

from dataclasses import dataclass

from fencepost.advice import ha_safety
from fencepost.advice.conf_patch import SHARED, Patch
from fencepost.model.case import Case

_KEPT = "/root/corosync.conf.before"

RISK = (
    "A file that corosync refuses is still copied to all nodes, and then none can start corosync"
    " after its next reboot. That is why the file is tested before it is moved into place."
)

SHORTLY = (
    f"Change {SHARED} as a copy: `cp {SHARED} {SHARED}.new`, edit the copy, raise config_version by"
    f" one, test it with `corosync -t -c {SHARED}.new`, then `mv {SHARED}.new {SHARED}`. It is"
    " applied live; do not restart corosync."
)
"""The way to change the file where no ready diff can be made."""


@dataclass(frozen=True, slots=True)
class Rollout:
    """How to hand out one change: steps, how to verify it, how to take it back."""

    steps: tuple[str, ...]
    verify: str
    undo: str


def rollout(case: Case, patch: Patch, *, ready: bool = True, again: bool = False) -> Rollout:
    """Return how to apply a patch to the running cluster.

    ready: False when the diff holds placeholders that have to be filled in first.
    again: reload a second time, since older corosync works out knet's ping timers late.
    """
    version = patch.version
    lead = (
        "Edit the copy so that it becomes this"
        if ready
        else "NOT READY: fill in the words in capitals. Then edit the copy so that it becomes this"
    )
    twice = (
        (
            (
                f"Once it is applied, raise config_version to {version + 1} the same way and change"
                " nothing else: corosync before 3.1.10-pve1 takes knet's ping timers from the token"
                " before the last reload."
            ),
        )
        if again
        else ()
    )
    newest = version + len(twice)
    return Rollout(
        steps=(
            *ha_safety.disarm(case),
            (
                "Check that all nodes are online: `pvecm status` says `Quorate: Yes`, and `grep"
                f" config_version /etc/corosync/corosync.conf` says {version - 1} on every node."
                " If it says more, somebody changed the file: redo this change on the newer one."
            ),
            f"Keep the old file and make a copy: `cp {SHARED} {_KEPT}; cp {SHARED} {SHARED}.new`",
            f"{lead} (the diff shows the whole file, nothing else changes):\n{patch.diff}",
            f"Compare: `diff -u {SHARED} {SHARED}.new` shows only these changes.",
            f"Test it: `corosync -t -c {SHARED}.new && echo good` ends with `good`. If not, stop.",
            (
                f"Put it into force: `mv {SHARED}.new {SHARED}`. It reaches all nodes and is"
                " applied live within seconds. Do not restart corosync."
            ),
            *twice,
            *ha_safety.arm(case),
        ),
        verify=f"On every node: `corosync-cmapctl -g totem.config_version` says {newest}, and"
        " `journalctl -t corosync -t pmxcfs --since -5min` has no `[CFG` error and no"
        " `corosync-cfgtool -R failed`.",
        undo=f"Take the old content ({_KEPT}), set config_version to {newest + 1}, test it with"
        f" `corosync -t -c` and move it to {SHARED} the same way. The old number would be ignored.",
    )
