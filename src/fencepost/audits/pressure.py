"""For how much of the time do the hosts' tasks stand still?"""

from collections.abc import Iterator
from dataclasses import dataclass

from fencepost.audits._quote import quote
from fencepost.audits._timing import timing
from fencepost.laws import totem, watchdog
from fencepost.model.case import Case
from fencepost.model.document import Pressure
from fencepost.model.rule import audit
from fencepost.model.verdict import Finding, Severity

ROUND_S = 10
"""An LRM works in rounds of this length. Source: pve-ha-manager src/PVE/HA/LRM.pm."""

MINUTE_S = 60
WORST_S = 50
"""Stalled for this long of a minute, a daemon cannot feed its watchdog (CLIENT_WARNING_S)."""

CPU_S = 30
ORDER = ("cpu", "io", "memory", "irq")


@audit(
    fires="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/pressure.txt <==
        root@n1:~# cat /proc/pressure/io
        some avg10=91.20 avg60=84.11 avg300=44.00 total=912345678
        full avg10=80.12 avg60=71.30 avg300=38.20 total=812345678
    """,
    silent="""
        n1 12:00:00 corosync [MAIN  ] Corosync Cluster Engine 3.1.9 starting up
        ==> n1/pressure.txt <==
        root@n1:~# cat /proc/pressure/io
        some avg10=2.20 avg60=3.11 avg300=2.00 total=912345678
        full avg10=1.12 avg60=1.30 avg300=1.20 total=812345678
    """,
)
def pressure(case: Case) -> Iterator[Finding]:
    """Tasks on a host stand still for want of CPU, memory or I/O, or did not when looked at.

    Why it matters:
        Pressure says for which share of the time some tasks (`some`) or all of them (`full`)
        waited. Full I/O pressure of 20 % is 12 s of every minute in which nothing went on: more
        than a round of the LRM, which must succeed once in 60 s. Full memory pressure can
        stop corosync itself for longer than its token.

    What to do:
        I/O: see which storage is slow (`iostat -x 1`, `zpool iostat -l 1`), limit backups and
        trims. Memory: give guests less. CPU: fewer or smaller guests on this host.

    References:
        Linux Documentation/accounting/psi.rst; pve-ha-manager src/PVE/HA/LRM.pm.
    """
    now = timing(case)
    token_s = (now.token_ms if now else totem.TOKEN_MS) / 1000
    for one in case.documents_of(Pressure):
        stalls = [
            Stall(one, resource, kind, *_limit(resource, kind, token_s))
            for resource in sorted(one.stalls, key=_rank)
            if (kind := _kind(one, resource))
        ]
        for stall in stalls:
            if stall.seconds >= stall.limit_s:
                yield _bad(stall)
        fine = [stall for stall in stalls if stall.seconds < stall.limit_s]
        if fine:
            yield Finding(
                audit="pressure",
                severity=Severity.OK,
                node=one.node,
                found=f"tasks waited for {'; '.join(stall.told for stall in fine)}",
                expected=f"less, of each minute, than {_limits(fine)} (Linux psi.rst)",
                because=quote(one, *(stall.line for stall in fine)),
            )


@dataclass(frozen=True, slots=True)
class Stall:
    """For how long tasks waited for one resource, and for how long they may."""

    document: Pressure
    resource: str
    kind: str
    limit_s: float
    why: str

    @property
    def averages(self) -> tuple[float, float, float]:
        """Percent of the last 10, 60 and 300 s."""
        return self.document.stalls[self.resource][self.kind]

    @property
    def seconds(self) -> float:
        """Seconds of the last minute."""
        return self.averages[1] / 100 * MINUTE_S

    @property
    def told(self) -> str:
        """The figures in words."""
        ten, minute, five = self.averages
        return (
            f"{self.resource} ({self.kind}) {ten:g} / {minute:g} / {five:g} % over 10 / 60 / 300 s"
        )

    @property
    def line(self) -> str:
        """What the document's `where` calls it."""
        return f"stalls:{self.resource}:{self.kind}"


def _kind(one: Pressure, resource: str) -> str | None:
    """Return which line counts: `full`, but for the CPU, of which somebody always has one."""
    kinds = one.stalls[resource]
    wanted = "some" if resource == "cpu" or "full" not in kinds else "full"
    return wanted if wanted in kinds else None


def _rank(resource: str) -> tuple[int, str]:
    return (ORDER.index(resource) if resource in ORDER else len(ORDER), resource)


def _bad(stall: Stall) -> Finding:
    grave = stall.kind == "full" and stall.seconds >= WORST_S
    return Finding(
        audit="pressure",
        severity=Severity.CRITICAL if grave else Severity.WARNING,
        node=stall.document.node,
        found=f"tasks waited for {stall.told}: {stall.seconds:.1f} s of the last minute",
        expected=f"less than {stall.limit_s:.1f} s of a minute ({stall.limit_s / MINUTE_S:.0%}),"
        f" {stall.why} (Linux psi.rst)",
        because=quote(stall.document, stall.line),
    )


def _limits(stalls: list[Stall]) -> str:
    return ", ".join(f"{stall.limit_s:.1f} s for {stall.resource}" for stall in stalls)


def _limit(resource: str, kind: str, token_s: float) -> tuple[float, str]:
    """Return the seconds of a minute from which it is bad, and the reason."""
    if resource == "memory":
        return token_s, f"the token timeout of {token_s:.2f} s, in case it came in one piece"
    if kind == "some":
        return CPU_S, "half of the time, when the HA daemons wait in line as well"
    return (
        ROUND_S,
        f"one round of the LRM, which must succeed once in {watchdog.CLIENT_TIMEOUT_S} s",
    )
