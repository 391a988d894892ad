"""A cluster to tell incidents about: its logs are put together from what happened to it."""

from collections.abc import Callable, Sequence

import pytest

from fencepost.model.case import Confidence
from fencepost.model.verdict import Hypothesis, Report

MORNING = 8 * 3600
TOKEN_S, CONSENSUS_S = 3.65, 4.38
REFORM_S = TOKEN_S + CONSENSUS_S


def clock(seconds: float) -> str:
    """Write seconds since midnight as a clock."""
    whole = int(seconds)
    fraction = int((seconds - whole) * 1e6)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{fraction:06d}"


class Cluster:
    """Nodes n1, n2, … with one ring since 08:00; times are seconds since midnight.

    n1 is armed. Every node says something ordinary each ten minutes, from 08:00 to 14:00.
    """

    def __init__(self, investigate: Callable[[str], Report], size: int = 3) -> None:
        self._investigate = investigate
        self.nodes = [f"n{number}" for number in range(1, size + 1)]
        self.lines: list[tuple[float, str, str, str]] = []
        self.files: list[str] = []
        self.ring = 5
        for node in self.nodes:
            for minute in range(0, 360, 10):
                self.say(
                    node, MORNING + minute * 60, "pvestatd", "restarting server after 72 cycles"
                )
            self.formed([node], self.nodes, MORNING, joined=[n for n in self.nodes if n != node])
        self.arm("n1")

    def say(self, node: str, at: float, program: str, text: str) -> "Cluster":
        """Add one line."""
        self.lines.append((at, node, program, text))
        return self

    def file(self, name: str, text: str) -> "Cluster":
        """Lay a file beside the logs."""
        self.files.append(f"==> {name} <==\n{text.strip()}")
        return self

    def arm(self, node: str, at: float = MORNING + 5) -> "Cluster":
        """Let the LRM of this node hold its watchdog."""
        return self.say(node, at, "pve-ha-lrm", "status change wait_for_agent_lock => active")

    def formed(
        self,
        speakers: Sequence[str],
        members: Sequence[str],
        at: float,
        *,
        joined: Sequence[str] = (),
        left: Sequence[str] = (),
        polite: bool = False,
    ) -> "Cluster":
        """A new ring, as `speakers` log it."""
        words = f"A new membership ({members[0][1:]}.{self.ring}) was formed. Members"
        words += f" joined: {_ids(joined)}" if joined else ""
        words += f" left: {_ids(left)}" if left else ""
        for node in speakers:
            self.say(node, at, "corosync", f"[TOTEM ] {words}")
            if left and not polite:
                self.say(
                    node,
                    at,
                    "corosync",
                    f"[TOTEM ] Failed to receive the leave message. failed: {_ids(left)}",
                )
            if left and len(members) * 2 <= len(self.nodes):
                self.say(
                    node,
                    at,
                    "corosync",
                    "[QUORUM] This node is within the non-primary component and will NOT provide "
                    "any services.",
                )
            self.say(node, at, "corosync", f"[QUORUM] Members[{len(members)}]: {_ids(members)}")
        return self

    def lost(self, observer: str, peer: str, at: float) -> "Cluster":
        """One link loss."""
        return self.say(
            observer, at, "corosync", f"[KNET  ] link: host: {peer[1:]} link: 0 is down"
        )

    def found(self, observer: str, peer: str, at: float) -> "Cluster":
        """One link that is back."""
        return self.say(observer, at, "corosync", f"[KNET  ] rx: host: {peer[1:]} link: 0 is up")

    def late(self, node: str, at: float) -> "Cluster":
        """A late token, and then a lost one."""
        self.say(node, at + 2.7, "corosync", "[TOTEM ] Token has not been received in 2737 ms")
        return self.say(
            node,
            at + TOKEN_S,
            "corosync",
            "[TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), "
            "waiting 4380ms for consensus.",
        )

    def cut(self, at: float, *groups: str, mute: Sequence[str] = ()) -> "Cluster":
        """The cluster falls into groups, each written as `n1 n2`; the mute say nothing of it."""
        self.ring += 4
        parts = [group.split() for group in groups]
        for part in parts:
            others = [node for other in parts if other is not part for node in other]
            for node in part:
                if node in mute:
                    continue
                for peer in others:
                    self.lost(node, peer, at + 1.5)
                self.late(node, at)
                self.formed([node], part, at + REFORM_S, left=others)
        return self

    def heal(self, at: float, *groups: str) -> "Cluster":
        """The groups become one ring again."""
        self.ring += 4
        parts = [group.split() for group in groups]
        for part in parts:
            others = [node for other in parts if other is not part for node in other]
            for node in part:
                for peer in others:
                    self.found(node, peer, at)
            self.formed(part, self.nodes, at + 2, joined=others)
        return self

    def starved(self, node: str, since: float, back: float = 90) -> "Cluster":
        """The watchdog of an armed node runs out and resets it, and it boots again."""
        self.say(
            node, since + 58, "watchdog-mux", "client watchdog expired - disable watchdog updates"
        )
        return self.ended(node, since + 69, back)

    def ended(self, node: str, at: float, back: float = 90) -> "Cluster":
        """The log of a node stops, and its next boot begins."""
        self.lines = [
            line for line in self.lines if line[1] != node or not at < line[0] < at + back
        ]
        return self.say(node, at + back, "kernel", "Linux version 6.8.12-4-pve (build@proxmox)")

    def told(self) -> Report:
        """Investigate what was told."""
        lines = sorted(self.lines, key=lambda line: line[0])
        text = [f"{node} {clock(at)} {program} {said}" for at, node, program, said in lines]
        return self._investigate("\n".join([*text, *self.files]))

    def answers(self) -> dict[str, Hypothesis]:
        """The hypotheses of the gravest incident by cause, best first."""
        gravest = max(self.told().verdicts, key=lambda verdict: verdict.incident.gravity)
        return {answer.cause: answer for answer in gravest.hypotheses}

    def claimed(self) -> list[str]:
        """The causes that are not ruled out, best first."""
        return [
            name
            for name, one in self.answers().items()
            if one.confidence is not Confidence.RULED_OUT
        ]

    def best(self) -> Hypothesis:
        """The first of them."""
        return next(iter(self.answers().values()))


def _ids(nodes: Sequence[str]) -> str:
    return " ".join(node[1:] for node in nodes)


@pytest.fixture
def cluster(excerpt: Callable[[str], Report]) -> Callable[..., Cluster]:
    """Return a function that makes a cluster of so many nodes."""

    def make(size: int = 3) -> Cluster:
        return Cluster(excerpt, size)

    return make
