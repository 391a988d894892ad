"""See `unknown`."""

from datetime import timedelta

from fencepost.causes.scene import joined, look
from fencepost.events.totem import TokenLate, TokenLost
from fencepost.events.watchdog_mux import ClientDied
from fencepost.model.case import Case, Confidence, Ending, Gravity, Incident, Proof
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:00:00 corosync [QUORUM] Members[2]: 1 2
        n1 12:10:08 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] A new membership (1.5) was formed. Members joined: 2
        n1 12:10:08 corosync [TOTEM ] Token has not been received in 2737 ms
    """,
)
def unknown(case: Case, incident: Incident) -> Hypothesis | None:
    """What was read does not single out one cause.

    Why it reboots a node:
        It may be any cause that leaves these traces; those that are left are listed below it.

    What it is mistaken for:
        An answer. A lost token is a symptom: it says that a token did not arrive, and neither
        why nor at which node.

    What to do:
        Run the command given with it, on the node given with it, before anything is changed.

    References:
        docs/explanation/confidence.md
    """
    if incident.gravity is Gravity.WARNING:
        return None
    scene = look(case, incident)
    mute = [name for name in scene.members if name not in scene.heard]
    stopped = [boot for boot in incident.boots if boot.ending is Ending.UNKNOWN]
    died = scene.events(ClientDied)
    missing = [
        *(f"the log of {name}" for name in mute),
        *(f"the last minutes of {boot.node}'s log" for boot in stopped),
    ]
    proofs: list[Proof] = [
        *died[:2],
        *scene.events(TokenLost)[:2],
        *scene.events(TokenLate)[:1],
        *(proof for boot in stopped for proof in boot.because[:1]),
    ]
    first = stopped[0].node if stopped else (incident.nodes[0] if incident.nodes else "each node")
    nodes = [boot.node for boot in incident.boots if boot.ending is not Ending.ASKED_FOR]
    what = f"why {joined(sorted(set(nodes)))} went down" if nodes else "why the ring broke"
    left = joined(
        [
            *(["its watchdog"] if any(boot.node in incident.armed for boot in stopped) else []),
            "a crash of its kernel",
            "its hardware",
            "its power",
        ]
    )
    by_itself = sorted({boot.node for boot in incident.boots if scene.fenced_quorate(boot.node)})
    return Hypothesis(
        cause="unknown",
        blames=tuple(by_itself) if len(by_itself) == 1 else (),
        confidence=Confidence.POSSIBLE,
        says=f"nothing that was read says {what}" + (f"; left are {left}" if stopped else ""),
        because=tuple(proofs),
        missing=tuple(missing),
        settle_with=f"on {first}: last -x | head; ls /var/lib/systemd/pstore; ipmitool sel elist | tail"
        if stopped
        else (
            f"on {first}: journalctl --since '{incident.began:%Y-%m-%d %H:%M} UTC' "
            f"--until '{incident.ended + timedelta(minutes=1):%Y-%m-%d %H:%M} UTC'"
        ),
        weight=6.0 if stopped else 3.5,
    )
