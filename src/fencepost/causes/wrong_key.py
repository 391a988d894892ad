"""See `wrong_key`."""

from fencepost.causes.scene import joined, look
from fencepost.events.knet import DecryptFailed, DigestMismatch
from fencepost.model.case import Case, Confidence, Incident
from fencepost.model.rule import cause
from fencepost.model.verdict import Hypothesis


@cause(
    fires="""
        n1 12:00:00 corosync [KNET  ] nsscrypto: Digest does not match. Check crypto key and configuration.
        n1 12:00:00 corosync [KNET  ] rx: Unable to decrypt packet from 10.0.0.3:5405 (size 128)!
        n1 12:00:01 corosync [KNET  ] nsscrypto: Digest does not match. Check crypto key and configuration.
        n1 12:00:02 corosync [KNET  ] nsscrypto: Digest does not match. Check crypto key and configuration.
    """,
    silent="""
        n1 12:00:00 corosync [TOTEM ] Token has not been received in 2737 ms
        n1 12:00:01 corosync [TOTEM ] A processor failed, forming new configuration: token timed out (3650ms), waiting 4380ms for consensus.
    """,
)
def wrong_key(case: Case, incident: Incident) -> Hypothesis | None:
    """Nodes reject each other's packets: another authkey or crypto setting, or another cluster.

    Why it reboots a node:
        To corosync, packets that cannot be decrypted were never received: the node stays alone
        and has no quorum.

    What it is mistaken for:
        A firewall: the packets do arrive.

    What to do:
        Compare `sha256sum /etc/corosync/authkey` and the crypto keys of corosync.conf on all
        nodes; look whether another cluster uses the same port and network.

    References:
        kronosnet 1.28 libknet/crypto_nss.c, threads_rx.c.
    """
    scene = look(case, incident)
    refused = scene.events(DigestMismatch, DecryptFailed)
    if len(refused) < 3:
        return None
    names = {
        address: node.name for node in case.cluster.nodes for address in node.addresses.values()
    }
    senders = {
        (event.node, event.address.rsplit(":", 1)[0])
        for event in scene.events(DecryptFailed)
        if event.address is not None
    }
    strangers = sorted({address for _, address in senders if names and address not in names})
    pairs = {frozenset((node, names.get(address, address))) for node, address in senders}
    refusing = {event.node for event in refused}
    blames = () if strangers else _in_every(pairs, refusing)
    if not senders and len(refusing) == 1 and len(case.heard) > 1:
        blames = tuple(refusing)
    return Hypothesis(
        cause="wrong_key",
        blames=tuple(name for name in blames if case.cluster.node(name) is not None),
        confidence=Confidence.LIKELY,
        says=(
            f"packets of {joined(strangers)}, which is none of this cluster's nodes, arrive and "
            "cannot be decrypted: another cluster on this network, or a node that is not listed"
            if strangers
            else "packets arrive but cannot be decrypted: authkey or crypto settings differ"
        ),
        because=tuple(refused[:4]),
        missing=() if senders else ("the lines `Unable to decrypt packet`, which name the sender",),
        settle_with="on every node: sha256sum /etc/corosync/authkey",
        weight=9.0,
    )


def _in_every(pairs: set[frozenset[str]], refusing: set[str]) -> tuple[str, ...]:
    """The one node that is in every pair of which one refuses the other."""
    common = frozenset.intersection(*pairs) if pairs else frozenset()
    if len(common) == 1:
        return tuple(common)
    if len(pairs) == 1:
        return tuple(common - refusing)  # only one end was heard: the other is the odd one
    several = [node for node in refusing if sum(node in pair for pair in pairs) > 1]
    return tuple(several) if len(several) == 1 else ()
