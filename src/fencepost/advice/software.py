"""Programs of the cluster that crashed, and versions that are known to."""

from collections.abc import Iterator

from fencepost.advice import ha_safety, journal, versions
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import listed, nodes
from fencepost.model.document import PackageVersions
from fencepost.model.verdict import Priority

_PACKAGES = ("corosync", "libknet1", "pve-cluster", "pve-ha-manager")


@action(causes=("corosync_died",))
def start_corosync(matter: Matter) -> Iterator[Advice]:
    """Start corosync where it crashed, and keep what tells why.

    Source: corosync.service of Proxmox VE has no Restart=; nobody starts it again.
    """
    case = matter.case
    steps: list[str] = []
    for node in matter.blamed:
        worst = matter.worst(node)
        hours = journal.hours(case, worst.incident, node) if worst else ""
        steps += [
            (
                f"On {node}: `systemctl is-active corosync`. If it is not active: `systemctl start"
                " corosync`, on this node only. Nothing else starts it."
            ),
            (
                f"On {node}: `coredumpctl list corosync; journalctl -t systemd -t kernel -t"
                f" corosync {hours}`: signal, segfault, out of memory, or somebody's kill?"
            ),
        ]
    steps += [
        (
            "Versions: `pveversion -v | grep -E 'corosync|libknet|libqb'`. Upgrade if newer ones"
            " are there, on one node at a time."
        ),
        (
            "If there is no core dump: `apt install systemd-coredump`, so that the next crash"
            " leaves one. It is what the developers need."
        ),
    ]
    first = matter.blamed[0] if matter.blamed else "the node"
    yield matter.recommend(
        Priority.NOW,
        f"See that corosync runs on {listed(matter.blamed) or 'every node'}, and why it died",
        why="Its node is without quorum from that second on; an armed one resets itself 62 to 72 s"
        " later. After the reset corosync is started by the boot.",
        steps=steps,
        risk="Starting it does no harm. Do not restart corosync on the other nodes.",
        expected="The node is back in the ring within seconds. Unless the reason is found it can"
        " crash again.",
        verify=f"On {first}: `systemctl is-active corosync` says active; `pvecm status` lists all"
        " nodes.",
        undo="Nothing to undo.",
    )


@action(causes=("known_bug",), audits=("known_bad_versions", "mixed_versions"))
def upgrade(matter: Matter) -> Iterator[Advice]:
    """Upgrade what is known to be faulty, one node after the other.

    Source: changelogs of Proxmox's corosync, kronosnet and pve-ha-manager.
    """
    case = matter.case
    wanted = [f"{finding.expected}" for finding in matter.about("known_bad_versions").findings[:4]]
    if "known_bug" in matter.causes and not wanted:
        wanted = ["libknet1 1.13 or later and corosync 3.0.3 or later"]
    read = [
        f"{document.node or 'a node'}: "
        + ", ".join(
            f"{name} {document.packages[name]}" for name in _PACKAGES if name in document.packages
        )
        for document in case.documents_of(PackageVersions)
        if any(name in document.packages for name in _PACKAGES)
    ]
    where = list(dict.fromkeys((*nodes(case), *matter.blamed)))
    old = versions.everywhere(case, "libknet1", (1, 13)) is False
    yield matter.recommend(
        Priority.NOW,
        f"Upgrade corosync and libknet on {listed(where) or 'all nodes'}, one node at a time",
        why=(f"Needed: {'; '.join(wanted)}. " if wanted else "All nodes should run the same. ")
        + (f"Read: {'; '.join(read[:6])}." if read else "No package list was read."),
        steps=(
            *ha_safety.disarm(case),
            (
                "On the first node: `apt update && apt policy corosync libknet1`. Is the wanted"
                " version there? If not, check the repositories (and, with an old release,"
                " upgrade that)."
            ),
            (
                "On this node: `apt install corosync libknet1 pve-cluster pve-ha-manager`. The"
                " package restarts corosync on this node."
            ),
            (
                "Wait until `pvecm status` lists all nodes and `journalctl -t pmxcfs -n 20` says"
                " `all data is up to date`. Only then go to the next node."
            ),
            *ha_safety.arm(case),
        ),
        risk="corosync restarts on the node that is upgraded: that node is out of the ring for some"
        " seconds. Never on two nodes at once."
        + (" With libknet up to 1.12 it may crash on the way." if old else ""),
        expected="This fault is gone. It does not mend cables, cards or disks.",
        verify="`pveversion -v | grep -E 'corosync|libknet|pve-cluster|pve-ha'` says the same on"
        " all nodes.",
        undo="`apt install PACKAGE=OLD_VERSION`, while the repository still has it.",
    )
