"""See `wrong_key`."""

from collections import Counter

from fencepost.causes.scene import look
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
    sources = Counter(
        event.address.rsplit(":", 1)[0]
        for event in scene.events(DecryptFailed)
        if event.address is not None
    )
    names = {
        address: node.name for node in case.cluster.nodes for address in node.addresses.values()
    }
    seen_by = {event.node for event in refused}
    accused = sorted({names[address] for address in sources if address in names} - seen_by)
    blames = accused if len(accused) == 1 else sorted(seen_by) if len(seen_by) == 1 else accused
    return Hypothesis(
        cause="wrong_key",
        blames=tuple(blames),
        confidence=Confidence.LIKELY,
        says="packets arrive but cannot be decrypted: authkey or crypto settings differ",
        because=tuple(refused[:4]),
        settle_with="on every node: sha256sum /etc/corosync/authkey",
        weight=9.0,
    )
