"""What corosync says: links, token, memberships, start and stop."""

from collections.abc import Iterable, Sequence

from .cluster import CONSENSUS_S, COROSYNC, TOKEN_S, Node, ids

_LOADED = (
    "[SERV  ] Service engine loaded: corosync configuration map access [0]",
    "[QB    ] server name: cmap",
    "[SERV  ] Service engine loaded: corosync configuration service [1]",
    "[QB    ] server name: cfg",
    "[SERV  ] Service engine loaded: corosync cluster closed process group service v1.01 [2]",
    "[QB    ] server name: cpg",
    "[SERV  ] Service engine loaded: corosync profile loading service [4]",
    "[SERV  ] Service engine loaded: corosync resource monitoring service [6]",
    "[WD    ] Watchdog not enabled by configuration",
    "[WD    ] resource load_15min missing a recovery key.",
    "[WD    ] resource memory_used missing a recovery key.",
    "[WD    ] no resources configured.",
    "[SERV  ] Service engine loaded: corosync watchdog service [7]",
    "[QUORUM] Using quorum provider corosync_votequorum",
    "[SERV  ] Service engine loaded: corosync vote quorum service v1.0 [5]",
    "[QB    ] server name: votequorum",
    "[SERV  ] Service engine loaded: corosync cluster quorum service v0.1 [3]",
    "[QB    ] server name: quorum",
    "[TOTEM ] Configuring link 0",
)
_UNLOADED = (
    "vote quorum service v1.0",
    "configuration map access",
    "configuration service",
    "cluster closed process group service v1.01",
    "cluster quorum service v0.1",
    "profile loading service",
    "resource monitoring service",
    "watchdog service",
)


def say(node: Node, at: float, texts: Iterable[str]) -> float:
    """Write corosync lines (its syslog format begins with two blanks)."""
    return node.boot.speak(at, "corosync", (f"  {text}" for text in texts))


def lose_links(node: Node, peers: Sequence[Node], at: float) -> None:
    """Declare the links to all `peers` down."""
    say(node, at, [f"[KNET  ] link: host: {peer.id} link: 0 is down" for peer in peers])
    say(node, at + 0.002, [text for peer in peers for text in _unreachable(peer)])


def _unreachable(peer: Node) -> tuple[str, str]:
    return (
        f"[KNET  ] host: host: {peer.id} (passive) best link: 0 (pri: 1)",
        f"[KNET  ] host: host: {peer.id} has no active links",
    )


def gain_links(node: Node, peers: Sequence[Node], at: float, *, first: bool = False) -> None:
    """Declare the links to `peers` up; `first` when their MTU is not known yet."""
    for peer in peers:
        at = say(
            node,
            at,
            [
                f"[KNET  ] rx: host: {peer.id} link: 0 is up",
                f"[KNET  ] link: Resetting MTU for link 0 because host {peer.id} joined",
            ],
        )
    say(
        node,
        at,
        [f"[KNET  ] host: host: {peer.id} (passive) best link: 0 (pri: 1)" for peer in peers],
    )
    if first:
        say(
            node,
            at + 0.2,
            [
                f"[KNET  ] pmtud: PMTUD link change for host: {peer.id} link: 0 from 469 to 1397"
                for peer in peers
            ],
        )
    say(node, at + 0.21, ["[KNET  ] pmtud: Global data MTU changed to: 1397"])


def lose_token(node: Node, last_token: float) -> float:
    """Warn of the late token, give it up, and return when the wait for consensus ends."""
    say(node, last_token + TOKEN_S * 0.75, ["[TOTEM ] Token has not been received in 2737 ms"])
    lost = last_token + TOKEN_S
    say(
        node,
        lost,
        [
            (
                "[TOTEM ] A processor failed, forming new configuration: "
                f"token timed out ({TOKEN_S * 1000:.0f}ms), waiting {CONSENSUS_S * 1000:.0f}ms for consensus."
            )
        ],
    )
    return lost + CONSENSUS_S


def form_ring(
    node: Node,
    at: float,
    ring: int,
    members: Sequence[Node],
    *,
    joined: Sequence[Node] = (),
    left: Sequence[Node] = (),
    orderly: bool = False,
    quorate: bool | None = None,
) -> float:
    """Enter a new membership and return the time after its last line.

    orderly: those who left said goodbye. quorate: given when quorum is gained or lost.
    """
    change = "".join(
        f" {verb}: {ids(who)}" for verb, who in (("joined", joined), ("left", left)) if who
    )
    representative = min(member.id for member in members)
    texts = [f"[QUORUM] Sync members[{len(members)}]: {ids(members)}"]
    texts += [f"[QUORUM] Sync joined[{len(joined)}]: {ids(joined)}"] if joined else []
    texts += [f"[QUORUM] Sync left[{len(left)}]: {ids(left)}"] if left else []
    texts.append(
        f"[TOTEM ] A new membership ({representative}.{ring:x}) was formed. Members{change}"
    )
    if left and not orderly:
        texts.append(f"[TOTEM ] Failed to receive the leave message. failed: {ids(left)}")
    if quorate is False:
        texts.append(
            "[QUORUM] This node is within the non-primary component and will NOT provide any services."
        )
    if quorate is True:
        texts.append("[QUORUM] This node is within the primary component and will provide service.")
    texts.append(f"[QUORUM] Members[{len(members)}]: {ids(members)}")
    texts.append("[MAIN  ] Completed service synchronization, ready to provide service.")
    return say(node, at, texts)


def start(node: Node, peers: Sequence[Node], at: float, ring: int) -> float:
    """Start corosync up to the ring of its own and return the time after it."""
    say(
        node,
        at,
        [
            f"[MAIN  ] Corosync Cluster Engine {COROSYNC} starting up",
            (
                "[MAIN  ] Corosync built-in features: dbus monitoring watchdog systemd xmlconf vqsim "
                "nozzle snmp pie relro bindnow"
            ),
            "[TOTEM ] Initializing transport (Kronosnet).",
        ],
    )
    say(
        node,
        at + 0.21,
        [
            "[TOTEM ] totemknet initialized",
            "[KNET  ] pmtud: MTU manually set to: 0",
            (
                "[KNET  ] common: crypto_nss.so has been loaded from "
                "/usr/lib/x86_64-linux-gnu/kronosnet/crypto_nss.so"
            ),
        ],
    )
    at = say(node, at + 0.31, _LOADED)
    say(
        node,
        at,
        [
            f"[TOTEM ] Configured link number 0: local addr: {node.address}, port=5405",
            f"[KNET  ] link: Resetting MTU for link 0 because host {node.id} joined",
            *(text for peer in peers for _ in range(3) for text in _unreachable(peer)),
        ],
    )
    return form_ring(node, at + 0.3, ring, [node], joined=[node])


def stop(node: Node, at: float) -> float:
    """Stop corosync as systemd asks it to and return the time after its last line."""
    at = say(
        node,
        at,
        [
            "[MAIN  ] Node was shut down by a signal",
            "[SERV  ] Unloading all Corosync service engines.",
        ],
    )
    for engine in _UNLOADED:
        at = say(
            node,
            at + 0.04,
            [
                "[QB    ] withdrawing server sockets",
                f"[SERV  ] Service engine unloaded: corosync {engine}",
            ],
        )
    return say(node, at + 0.8, ["[MAIN  ] Corosync Cluster Engine exiting normally"])
