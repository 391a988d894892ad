"""What a scenario is: a cluster's shape, what is done to it, and the answer that is right."""

from dataclasses import dataclass

from lab.fault import Fault
from lab.shape import Ha, Shape


@dataclass(frozen=True, slots=True)
class Act:
    """Faults in force together for some seconds, then rest; without faults just rest."""

    faults: tuple[Fault, ...]
    seconds: float
    rest: float = 0


@dataclass(frozen=True, slots=True)
class Scenario:
    """One run of the laboratory.

    causes: slugs that are right as the first hypothesis, best first; none: no incident.
    blamed: the nodes at fault; empty where nobody in particular is.
    before: faults in force from before the start of the daemons to the end of the record.
    load: bytes and rate of the cluster traffic on the first and the last node.
    ha: what HA has to do; none: the cluster has no HA services and no HA daemons log.
    status: whether the nodes are asked for their status in the middle of the first act.
    form: how the logs are kept: "text" as journalctl prints it; "binary", "export" or "json" from
    a real journald on each node.
    """

    name: str
    about: str
    shape: Shape
    acts: tuple[Act, ...]
    causes: tuple[str, ...] = ()
    blamed: tuple[str, ...] = ()
    before: tuple[Fault, ...] = ()
    load: tuple[int, float] = (800, 5)
    ha: Ha | None = None
    status: bool = False
    form: str = "text"


def once(seconds: float, *together: Fault, rest: float = 14) -> tuple[Act, ...]:
    """One act."""
    return (Act(together, seconds, rest),)


def again(times: int, down: float, up: float, *together: Fault) -> tuple[Act, ...]:
    """The same act several times, then rest."""
    return (*(Act(together, down, up) for _ in range(times)), Act((), 18))
