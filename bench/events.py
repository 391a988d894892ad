"""Reconstruct and explain so many events: `python -m bench.events NUMBER`.

Three nodes; one of them loses the others again and again, and on ordinary days tasks run. Prints
the seconds that reconstruction and causes took, reading left out, and what came of it.
"""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from fencepost.causes import explain
from fencepost.model.line import Line, Origin
from fencepost.reconstruct.build import reconstruct

BEGIN = datetime(2025, 10, 1, tzinfo=UTC)
NODES = ("pve1", "pve2", "pve3")
AS_ONE = {"corosync": 1500, "pmxcfs": 1400, "pvedaemon": 1300}


def main() -> None:
    """Run the command line."""
    lines = list(lines_of(int(sys.argv[1]), Random(1)))
    begin = time.perf_counter()
    case = reconstruct(lines)
    rebuilt = time.perf_counter() - begin
    for incident in case.incidents:
        explain(case, incident)
    seconds = time.perf_counter() - begin
    print(f"{seconds:.3f} of them {rebuilt:.3f} for reconstruction", end="; ")
    print(len(case.timeline.events), "events,", len(case.incidents), "incidents")


def lines_of(number: int, random: Random) -> Iterator[Line]:
    """Tell so many events, or a few more, as lines in order of time."""
    at, ring, told = BEGIN, 0x100, 0
    while told < number:
        at += timedelta(seconds=random.randrange(600, 3600))
        story = _lost(random.randrange(3), ring) if random.random() < 0.5 else _task(random)
        ring += 8
        for after, node, program, text in story:
            told += 1
            then = at + timedelta(seconds=after)
            origin = Origin(f"{node}.log", told, None, f"{then:%b %d %H:%M:%S} {program}: {text}")
            yield Line(then, node, program, AS_ONE.get(program), text, origin)


Told = tuple[float, str, str, str]


def _task(random: Random) -> list[Told]:
    upid = f"UPID:pve1:{random.getrandbits(32):08X}:0066A8D4:69986A1C:vzdump:{random.randrange(99)}:root@pam:"
    node = NODES[random.randrange(3)]
    return [
        (0, node, "pvedaemon", f"<root@pam> starting task {upid}"),
        (60, node, "pvedaemon", f"<root@pam> end task {upid} OK"),
    ]


def _lost(lost: int, ring: int) -> list[Told]:
    """Tell how one node loses the others, and how they find each other again."""
    told: list[Told] = [(0, NODES[lost], "kernel", "e1000e 0000:00:1f.6 eno1: NIC Link is Down")]
    ids = (1, 2, 3)
    for index, node in enumerate(NODES):
        own = index + 1
        away = [one for one in ids if one != own] if index == lost else [lost + 1]
        left = [one for one in ids if one not in away]
        gone, still = " ".join(map(str, away)), " ".join(map(str, left))
        who = (node, "corosync")
        told += [(1, *who, f"[KNET  ] link: host: {peer} link: 0 is down") for peer in away]
        told += [(1, *who, f"[KNET  ] host: host: {peer} has no active links") for peer in away]
        told += [
            (3, *who, "[TOTEM ] Token has not been received in 2737 ms"),
            (4, *who, "[TOTEM ] A processor failed, forming new configuration: token timed out "
                "(3650ms), waiting 4380ms for consensus."),
            (8, *who, f"[QUORUM] Sync members[{len(left)}]: {still}"),
            (8, *who, f"[QUORUM] Sync left[{len(away)}]: {gone}"),
            (8, *who, f"[TOTEM ] A new membership ({left[0]}.{ring:x}) was formed. Members left: {gone}"),
            (8, *who, f"[QUORUM] Members[{len(left)}]: {still}"),
        ]  # fmt: skip
        if index == lost:
            told.append((8, *who, "[QUORUM] This node is within the non-primary component and will "
                "NOT provide any services."))  # fmt: skip
            told.append((8, node, "pmxcfs", "[status] notice: node lost quorum"))
        told += [(40, *who, f"[KNET  ] rx: host: {peer} link: 0 is up") for peer in away]
        told += [
            (41, *who, "[QUORUM] Sync members[3]: 1 2 3"),
            (41, *who, f"[QUORUM] Sync joined[{len(away)}]: {gone}"),
            (
                41,
                *who,
                f"[TOTEM ] A new membership (1.{ring + 4:x}) was formed. Members joined: {gone}",
            ),
            (41, *who, "[QUORUM] Members[3]: 1 2 3"),
        ]
        if index == lost:
            told.append((41, *who, "[QUORUM] This node is within the primary component and will "
                "provide service."))  # fmt: skip
            told.append((41, node, "pmxcfs", "[status] notice: node has quorum"))
    told.append((39, NODES[lost], "kernel", "e1000e 0000:00:1f.6 eno1: NIC Link is Up 1000 Mbps "
        "Full Duplex, Flow Control: Rx/Tx"))  # fmt: skip
    return sorted(told, key=lambda one: one[0])


if __name__ == "__main__":
    main()
