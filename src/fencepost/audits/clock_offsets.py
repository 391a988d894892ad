"""Do the nodes agree on the time, and does it run evenly?"""

from collections.abc import Iterator
from datetime import timedelta

from fencepost.events.clock_sync import ClockStepped
from fencepost.events.totem import MembershipFormed
from fencepost.laws import watchdog
from fencepost.model.case import Case, Proof
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

MOST = timedelta(seconds=1)
SOURCE = "pve-ha-manager 5.2.0 src/watchdog-mux.c measures its 60 s by the wall clock"


@audit(
    fires="""
        n1 12:00:00 chronyd System clock wrong by 61.200000 seconds
        n1 12:01:01 chronyd System clock was stepped by 61.200000 seconds
    """,
    silent="""
        n1 12:00:00 chronyd Selected source 192.0.2.1
        n1 12:00:05 chronyd System clock was stepped by 0.010200 seconds
    """,
)
def clock_offsets(case: Case) -> Iterator[Finding]:
    """The nodes' clocks differ by more than a second, or a clock was stepped.

    Why it matters:
        corosync does not mind the time of day, HA does: watchdog-mux measures the 60 s of its
        clients by the wall clock, so a step forward by that much resets an armed node at once.
        Clocks that differ make the HA manager see old or future reports, make certificates and
        tickets fail, and make logs of several nodes hard to read side by side.

    What to do:
        Let chrony run on every node, with the same servers and at least one that does not
        depend on the cluster. Let it step only at boot (`makestep 1 3`), set the hardware clock
        (`rtcsync`), and replace an empty CMOS battery.

    References:
        pve-ha-manager 5.2.0 src/watchdog-mux.c; chrony.conf(5), makestep, rtcsync.
    """
    yield from _steps(case)
    yield from _offsets(case)


def _steps(case: Case) -> Iterator[Finding]:
    worst: dict[str, ClockStepped] = {}
    for event in case.timeline.of(ClockStepped):
        known = worst.get(event.node)
        if known is None or abs(event.seconds) > abs(known.seconds):
            worst[event.node] = event
    for node, event in sorted(worst.items()):
        severity = Severity.OK
        if abs(event.seconds) > MOST.total_seconds():
            severity = Severity.WARNING
        if event.seconds >= watchdog.CLIENT_WARNING_S:
            severity = Severity.CRITICAL
        yield Finding(
            audit="clock_offsets",
            severity=severity,
            node=node,
            found=f"the clock was stepped by {event.seconds:g} s",
            expected=f"steps of less than {MOST.total_seconds():g} s once the node is up; one of"
            f" {watchdog.CLIENT_TIMEOUT_S} s forward is a missed watchdog ({SOURCE})",
            because=(event,),
        )


def _offsets(case: Case) -> Iterator[Finding]:
    """Compare the clocks for which something both ends logged could be compared."""
    clocks = [clock for clock in case.clocks if clock.anchors]
    if len(clocks) < 2:
        return
    slow = min(clocks, key=lambda clock: (clock.offset, clock.node))
    fast = max(clocks, key=lambda clock: (clock.offset, clock.node))
    unsure = fast.error + slow.error
    surely = fast.offset - slow.offset - unsure > MOST
    told = ", ".join(
        f"{clock.node} {clock.offset.total_seconds():+.3f} s"
        for clock in sorted(clocks, key=lambda clock: clock.node)
    )
    yield Finding(
        audit="clock_offsets",
        severity=Severity.WARNING if surely else Severity.OK,
        found=f"clocks against the common time: {told} (± {unsure.total_seconds() / 2:.3f} s)",
        expected=f"within {MOST.total_seconds():g} s of one another ({SOURCE})",
        because=_common_ring(case, slow.node, fast.node),
    )


def _common_ring(case: Case, one: str, other: str) -> tuple[Proof, ...]:
    """Return the last ring that both nodes logged, once as each of them did."""
    rings = {event.ring: event for event in case.timeline.of(MembershipFormed, node=one)}
    for event in reversed(case.timeline.of(MembershipFormed, node=other)):
        if event.ring in rings:
            return rings[event.ring], event
    return ()
