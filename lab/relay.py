"""A relay between two interfaces that holds frames back: delay, jitter, spikes, late, twice.

Run in the switch's network namespace as `python -m lab.relay PORT SWITCH`; reads one JSON object
for each line of standard input, the fields of Treatment, and obeys the latest.
"""

import dataclasses
import heapq
import json
import os
import random
import select
import socket
import sys
import time
from dataclasses import dataclass

ETH_P_ALL = 3
PACKET_OUTGOING = 4
IDLE_S = 0.5


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the relay does to frames of both directions; times in ms, shares from 0 to 1.

    jitter_ms: a further delay, evenly spread up to this; keep_order holds later frames behind.
    held: nothing passes; all of it is let go when a later treatment no longer holds it.
    late_share: frames that are overtaken, by late_ms.
    twice_share: frames that are sent again.
    """

    delay_ms: float = 0
    jitter_ms: float = 0
    keep_order: bool = True
    held: bool = False
    late_share: float = 0
    late_ms: float = 20
    twice_share: float = 0

    def line(self) -> str:
        """Return the line that tells a relay to do so."""
        return json.dumps(dataclasses.asdict(self)) + "\n"


class Queue:
    """Frames on their way, ordered by the moment they are due; seconds of a monotonic clock."""

    def __init__(self, chance: random.Random) -> None:
        self._due: list[tuple[float, int, int, bytes]] = []
        self._last = [0.0, 0.0]
        self._count = 0
        self._chance = chance

    def put(self, frame: bytes, way: int, now: float, do: Treatment) -> None:
        """Take a frame in; way: 0 or 1, its direction."""
        due = now + (do.delay_ms + self._chance.random() * do.jitter_ms) / 1000
        if self._chance.random() < do.late_share:
            due += do.late_ms / 1000
        elif do.keep_order:
            due = self._last[way] = max(due, self._last[way])
        for _ in range(2 if self._chance.random() < do.twice_share else 1):
            self._count += 1
            heapq.heappush(self._due, (due, self._count, way, frame))

    def ready(self, now: float) -> tuple[int, bytes] | None:
        """Return the next frame that is due, with its direction."""
        if self._due and self._due[0][0] <= now:
            _, _, way, frame = heapq.heappop(self._due)
            return way, frame
        return None

    def wait(self, now: float) -> float:
        """Return how long nothing is due, in seconds, IDLE_S at most."""
        return max(0.0, min(IDLE_S, self._due[0][0] - now)) if self._due else IDLE_S


def _open(interface: str) -> socket.socket:
    ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    ear.bind((interface, ETH_P_ALL))
    ear.setblocking(False)  # noqa: FBT003
    return ear


def relay(port: str, switch: str) -> None:
    """Carry frames between two interfaces until standard input ends."""
    # A relay that waits for the processor would delay what it was not told to.
    priority = os.sched_param(os.sched_get_priority_max(os.SCHED_RR))
    os.sched_setscheduler(0, os.SCHED_RR, priority)
    ends = (_open(port), _open(switch))
    queue, do = Queue(random.Random(1)), Treatment()
    while True:
        wait = IDLE_S if do.held else queue.wait(time.monotonic())
        ready = select.select([*ends, sys.stdin.fileno()], [], [], wait)[0]
        if sys.stdin.fileno() in ready:
            told = os.read(sys.stdin.fileno(), 65536)
            if not told:
                return
            do = Treatment(**json.loads(told.splitlines()[-1]))
        for way, end in enumerate(ends):
            if end in ready:
                frame, sender = end.recvfrom(65536)
                if sender[2] != PACKET_OUTGOING:
                    queue.put(frame, way, time.monotonic(), do)
        while not do.held and (due := queue.ready(time.monotonic())):
            try:
                ends[1 - due[0]].send(due[1])
            except OSError:  # the interface is down or the frame too long: a lost frame
                continue


if __name__ == "__main__":
    relay(*sys.argv[1:3])
