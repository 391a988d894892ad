"""What a fault is: something done to a cluster, in words, and how it is begun and ended."""

from collections.abc import Callable
from dataclasses import dataclass

from lab.cluster import Cluster

Undo = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is done to the cluster, in words, and how; `begin` returns what ends it."""

    what: str
    begin: Callable[[Cluster], Undo]
