"""When the cause is not proven: what to find out, what to collect, what to keep next time."""

from collections.abc import Iterator

from fencepost.advice import journal, ports
from fencepost.advice.matter import Advice, Claim, Matter, action
from fencepost.advice.names import address, counted, fit, listed, nodes, peers
from fencepost.events.kernel_boot import WatchdogNotStopped
from fencepost.events.pve_ha_crm import FenceAcknowledged
from fencepost.model.case import Boot, Case, Confidence, Ending
from fencepost.model.verdict import Priority

_MOST_COMMANDS = 8
_MOST_INCIDENTS = 3
_AFTER_CRASH = (
    "journalctl --list-boots | tail -5; journalctl -b -1 -n 50; last -x | head -20; ls -l"
    " /var/lib/systemd/pstore; ipmitool sel elist | tail -20"
)


@action(causes=None)
def settle_first(matter: Matter) -> Iterator[Advice]:
    """Run the commands that would decide, where the best explanation is only possible.

    Source: each cause names the one command that would settle it.
    """
    doubtful = tuple(
        claim
        for claim in matter.claims
        if claim.hypothesis.confidence <= Confidence.POSSIBLE
        and claim.hypothesis.cause != "unknown"
        and claim.hypothesis.settle_with
    )
    if not doubtful:
        return
    asked: dict[str, Claim] = {}
    for claim in sorted(doubtful, key=lambda claim: claim.rank, reverse=True):
        asked.setdefault(claim.hypothesis.settle_with, claim)
    steps = [
        f"For {claim.incident.id}, {claim.hypothesis.cause.replace('_', ' ')}? {_command(command)}"
        for command, claim in list(asked.items())[:_MOST_COMMANDS]
    ]
    if len(asked) > _MOST_COMMANDS:
        steps.append(f"{len(asked) - _MOST_COMMANDS} more are named with their incidents.")
    missing = [word for claim in asked.values() for word in claim.hypothesis.missing]
    absent = listed(list(dict.fromkeys(missing)), most=3)
    narrowed = Matter(matter.case, doubtful)
    yield narrowed.recommend(
        Priority.NOW,
        "Find out before you change anything: these commands settle what is only possible",
        why=f"Missing: {absent}." if absent else "",
        steps=steps,
        risk="Nothing: these commands only read.",
        expected="Each command shows or rules out its cause. If it shows nothing, do not act on it;"
        " the hours may have passed from the log already.",
        verify="Run fencepost again with the outputs as files beside the logs: the hypothesis"
        " becomes likely, or is gone.",
        undo="Nothing to undo.",
        reads=True,
    )


def _command(settle_with: str) -> str:
    """Write a settling command as a step: `on NODE: COMMAND` keeps its lead outside."""
    lead, colon, rest = settle_with.partition(": ")
    if colon and lead.startswith(("on ", "from ")) and "`" not in rest:
        return f"{lead[0].upper()}{lead[1:]}: `{rest}`"
    return f"`{settle_with}`" if "`" not in settle_with else settle_with


@action(causes=("unknown",))
def collect(matter: Matter) -> Iterator[Advice]:
    """Collect what would tell, with exact hours, before it is rotated away.

    Source: journals of all nodes side by side answer most cases; statistics of knet are lost at
    a reboot, so survivors have to be asked.
    """
    case = matter.case
    claims = sorted(
        matter.claims, key=lambda claim: (*claim.rank, claim.incident.began), reverse=True
    )[:_MOST_INCIDENTS]
    steps: list[str] = []
    for claim in claims:
        alike: dict[str, list[str]] = {}
        for node in nodes(case):
            alike.setdefault(journal.hours(case, claim.incident, node), []).append(node)
        steps += [
            f"On {listed(some, most=len(some))}: `journalctl {hours} -o short-precise --utc >"
            f" /root/$(hostname)-{fit(claim.incident.id, 'incident')}.txt`"
            for hours, some in alike.items()
        ]
    steps += [
        f"On {boot.node}, which went down without a word: `{_AFTER_CRASH}`"
        for boot in _unclear(matter)
    ]
    steps += [
        (
            "On the nodes that stayed up, before they are rebooted: `corosync-cmapctl -m stats >"
            " /root/$(hostname)-stats.txt; corosync-cfgtool -n; pvecm status; ha-manager status`."
        ),
        "The logs of switch and UPS for the same minutes.",
    ]
    mute = [node.name for node in case.cluster.nodes if not node.heard]
    yield matter.recommend(
        Priority.NOW,
        f"Collect what is missing for {listed([claim.incident.id for claim in claims])}",
        why=(f"No log of {listed(mute)} was read. " if mute else "")
        + f"What was read does not single out a cause; guessing costs weeks.{_no_proof(case)}",
        steps=steps,
        risk="Nothing: these commands only read.",
        expected="With the logs of all nodes of the same minutes the cause can mostly be told. If a"
        " log just stops, only a witness from outside helps (BMC, UPS, switch, netconsole).",
        verify="Run fencepost again on the folder with these files: the incident has a likely"
        " cause.",
        undo="Remove the files.",
        reads=True,
    )


def _unclear(matter: Matter) -> list[Boot]:
    """The last boot of each node that ended in these incidents, nobody knows how."""
    found = {
        boot.node: boot
        for incident in matter.incidents
        for boot in incident.boots
        if boot.ending in {Ending.UNKNOWN, None}
    }
    return [found[node] for node in sorted(found)]


def _no_proof(case: Case) -> str:
    said = []
    if case.timeline.of(WatchdogNotStopped):
        said.append("`watchdog did not stop!` is printed at ordinary shutdowns too")
    if case.timeline.of(FenceAcknowledged):
        said.append("`fencing: acknowledged` only says that a lock ran out")
    return f" {' and '.join(said)}: neither proves a watchdog reset." if said else ""


@action(causes=None)
def keep_more(matter: Matter) -> Iterator[Advice]:
    """Make the next such end leave its last words somewhere.

    Source: journald.conf(5), SyncIntervalSec; Linux Documentation/networking/netconsole.rst.
    """
    case = matter.case
    silent = [
        boot
        for boot in case.boots
        if boot.ended is not None
        and (
            boot.ending is Ending.UNKNOWN or (boot.missing and boot.ending is not Ending.ASKED_FOR)
        )
    ]
    unproven = frozenset(silent)
    concerned = tuple(
        claim for claim in matter.claims if not unproven.isdisjoint(claim.incident.boots)
    )
    if not concerned:
        return
    node = min(boot.node for boot in silent)
    other = next(iter(peers(case, node)), "ANOTHER_NODE")
    port = ports.one_of(case, node)
    narrowed = Matter(case, concerned)
    yield narrowed.recommend(
        Priority.LATER,
        "Make the next sudden end leave its last words",
        why=f"{counted(len(silent), 'boot')} of {listed(sorted({boot.node for boot in silent}))}"
        " ended without proof of how. Up to five minutes of the journal are lost at a reset.",
        steps=(
            (
                "On every node, a journal on disk that is written out often: in"
                " `/etc/systemd/journald.conf` `Storage=persistent` and `SyncIntervalSec=15s`; then"
                " `systemctl restart systemd-journald`."
            ),
            (
                f"Kernel lines to another machine: on {other} `nc -ulk 6666 >>"
                f" /var/log/netconsole.log`, on {node} `modprobe netconsole"
                f" netconsole=6665@{address(case, node)}/{port},6666@{address(case, other)}/`."
                " softdog's last line is seen in this way only."
            ),
            "Panics: `ls /sys/fs/pstore` must exist; `systemctl enable systemd-pstore`.",
            (
                "The BMC's event log: `ipmitool sel elist`; set its clock with `ipmitool sel"
                " time set now`."
            ),
            "Same time everywhere: `chronyc tracking` on every node.",
            (
                "More from corosync, only while you wait for the next incident (it is very"
                " chatty): in `logging` of corosync.conf `debug: on`."
            ),
        ),
        risk="Somewhat more writing to the system disk.",
        expected="The next end names itself: self-fence, panic, power or hardware.",
        verify=f"On {node}: `journalctl --header | grep -c File` is not 0 and `echo test >"
        f" /dev/kmsg` arrives on {other}.",
        undo="Take the lines out again; `rmmod netconsole`.",
    )
