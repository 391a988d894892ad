"""The field's words, explained to whoever meets them first in a report."""

import re
from collections.abc import Iterable

GLOSSARY = (
    (
        "armed",
        r"armed|arms?\b",
        (
            "HA was at work on the node, so its watchdog was running. Only an armed node resets "
            "itself; one without HA guests just waits."
        ),
    ),
    (
        "corosync",
        r"corosync",
        "the service through which the nodes hear each other and agree who is in the cluster.",
    ),
    (
        "fence",
        r"(self-)?fenc\w+",
        (
            "to make sure that a lost node has stopped before its guests start elsewhere. In "
            "Proxmox VE the node does it itself: its watchdog resets it."
        ),
    ),
    (
        "HA lock",
        r"agent[ _]lock|ha lock",
        "a lock in /etc/pve that an HA node renews all the time. Without quorum it cannot.",
    ),
    (
        "knet link",
        r"knet|links?",
        "corosync's own path between two nodes over one network; there can be several.",
    ),
    (
        "LRM, CRM",
        r"lrm|crm|pve-ha-\w+",
        (
            "the HA daemons pve-ha-lrm (runs this node's HA guests) and pve-ha-crm (decides which "
            "guest runs where)."
        ),
    ),
    (
        "membership, ring",
        r"memberships?|rings?",
        "the nodes that hear each other at a moment, as one of them sees it.",
    ),
    (
        "pmxcfs",
        r"pmxcfs|cluster file ?system",
        "the cluster file system behind /etc/pve; read-only without quorum.",
    ),
    (
        "quorum",
        r"quorum|quorate",
        (
            "more than half of the cluster's votes. A node that sees fewer must not change "
            "anything and must not run HA guests."
        ),
    ),
    (
        "retransmit",
        r"retransmi\w+",
        "corosync asks for packets again that it did not get. A few are harmless.",
    ),
    (
        "token",
        r"tokens?",
        (
            "a small message that corosync passes round the nodes many times a second. When it "
            "does not come back in time, the nodes work out anew who is there."
        ),
    ),
    (
        "watchdog",
        r"watchdogs?",
        (
            "a timer that resets the machine unless it is fed. HA feeds it only while the node can "
            "renew its lock; 60 s without, and the node goes down about 10 s later."
        ),
    ),
)
"""(term, what it looks like in a text, what it means), by term."""


def explained(texts: Iterable[str]) -> list[tuple[str, str]]:
    """Return term and meaning of those terms that occur in the texts."""
    said = "\n".join(texts)
    return [
        (term, meaning)
        for term, looks, meaning in GLOSSARY
        if re.search(rf"\b(?:{looks})\b", said, re.IGNORECASE)
    ]
