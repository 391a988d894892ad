"""Stops that somebody asked for."""

from collections.abc import Iterator

from fencepost.advice import ha_safety, journal
from fencepost.advice.matter import Advice, Matter, action
from fencepost.advice.names import fit, listed
from fencepost.events.kernel_boot import WatchdogNotStopped
from fencepost.events.services import AdminCommand
from fencepost.model.case import Ending
from fencepost.model.document import DatacenterCfg
from fencepost.model.verdict import Priority


@action(causes=("asked_for",))
def planned_stop(matter: Matter) -> Iterator[Advice]:
    """Say that nothing is broken, who may have asked, and how to do it without harm.

    Source: pve-ha-manager 5.2.0 src/PVE/HA/LRM.pm; datacenter.cfg(5), ha: shutdown_policy.
    """
    case = matter.case
    matter = Matter(case, tuple(claim for claim in matter.claims if not claim.behind))
    if not matter.claims:
        return
    fenced = [
        boot.node
        for incident in matter.incidents
        for boot in incident.boots
        if boot.ending is Ending.SELF_FENCE
    ]
    where = matter.blamed
    first = fit(where[0], "NODE") if where else "NODE"
    steps: list[str] = []
    for node in where:
        worst = matter.worst(node)
        hours = journal.hours(case, worst.incident, node) if worst else ""
        steps.append(
            f"Who asked? On {node}: `last -x | head -20; journalctl {hours} | grep -E"
            " 'logind|sudo|COMMAND|apt'; tail -40 /var/log/apt/history.log`."
        )
    known = case.timeline.of(AdminCommand)
    told = " The log names an administrator's command; see the evidence." if known else ""
    policy = next(
        (doc.keys["ha"] for doc in case.documents_of(DatacenterCfg) if "ha" in doc.keys), None
    )
    now = f" (it says `ha: {policy}` now)" if policy and "`" not in policy else ""
    steps.append(
        "Before maintenance, empty the node: `ha-manager crm-command node-maintenance enable"
        f" {first}`. Or let every shutdown do so: `ha: shutdown_policy=migrate` in"
        f" `/etc/pve/datacenter.cfg`{now}."
    )
    if fenced:
        steps += [f"Before corosync is stopped by hand: {step}" for step in ha_safety.disarm(case)]
    lies = (
        " `watchdog did not stop!` is printed at every ordinary shutdown and proves no fence."
        if case.timeline.of(WatchdogNotStopped)
        else ""
    )
    cost = (
        f" corosync was stopped while {listed(sorted(set(fenced)))} was armed, and that reset it."
        if fenced
        else ""
    )
    yield matter.recommend(
        Priority.SOON if fenced else Priority.LATER,
        f"Ask who stopped {listed(where) or 'the node'}; nothing is broken"
        if not fenced
        else f"Disarm HA before corosync is stopped on {listed(where) or 'a node'}",
        why=f"It was an orderly stop.{cost}{told}{lies} A master logs `fencing: acknowledged` after"
        " a planned shutdown too: it only means that a lock ran out.",
        steps=steps,
        risk="`migrate` makes shutdowns longer, and needs room on the other nodes.",
        expected="Planned work no longer looks like a failure, and services move before it.",
        verify="At the next planned reboot `ha-manager status` shows the services on other nodes"
        " beforehand.",
        undo="Take the line out of datacenter.cfg again.",
    )
