"""May corosync run whenever it must?"""

from collections.abc import Iterator

from fencepost.audits._quote import on_nodes, quote_keys, sole
from fencepost.audits._settings import current
from fencepost.audits._timing import timing
from fencepost.events.corosync import MemoryLockRefused, RealtimeRefused
from fencepost.laws import totem
from fencepost.model.case import Case
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

SOURCE = "corosync.conf(5), sched_rr; corosync 3.1.10 exec/main.c"


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        n1 12:00:00 corosync [MAIN  ] Could not set SCHED_RR at priority 99: Operation not permitted (1)
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        n1 12:00:00 corosync [MAIN  ] Completed service synchronization, ready to provide service.
    """,
)
def realtime(case: Case) -> Iterator[Finding]:
    """Corosync runs without realtime priority, or without its memory locked.

    Why it matters:
        With realtime priority corosync gets a CPU at once, whatever the guests do. Without it
        it waits in line like everybody else, and on a busy host it misses its token. Memory
        that is not locked can be swapped out, and reading it back takes as long as the storage.

    What to do:
        Remove `sched_rr: no` from system { }. Do not run corosync in a container, and do not
        limit it with systemd's CPU settings or RT group scheduling. Restart it on one node at a
        time, with HA disarmed.

    References:
        corosync.conf(5), sched_rr, move_to_root_cgroup; corosync 3.1.10 exec/main.c.
    """
    conf = current(case)
    if conf and conf.get("sched_rr", "system") == "no":
        yield Finding(
            audit="realtime",
            severity=Severity.WARNING,
            node=conf.node,
            found="sched_rr: no, so corosync runs without realtime priority",
            expected=_rule(case),
            because=quote_keys(conf, ("system",), "sched_rr"),
        )
    told = (
        (RealtimeRefused, "the kernel refused corosync its realtime priority"),
        (MemoryLockRefused, "the kernel refused to lock corosync's memory"),
    )
    for kind, says in told:
        last = {event.node: event for event in case.timeline.of(kind)}
        if last:
            nodes = sorted(last)
            yield Finding(
                audit="realtime",
                severity=Severity.WARNING,
                node=sole(nodes),
                found=f"{says}{on_nodes(nodes)}",
                expected=_rule(case),
                because=tuple(last[node] for node in nodes),
            )


def _rule(case: Case) -> str:
    now = timing(case)
    token = now.token_ms if now else totem.TOKEN_MS
    return (
        f"realtime priority and locked memory: a wait of {token} ms, the token timeout, breaks"
        f" the ring ({SOURCE})"
    )
