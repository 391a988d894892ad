"""What corosync's totem layer says: the token, the ring, and the sockets that carry them."""

import re

from fencepost.model.event import Danger, Event, NodeIds, Wording, logged, wording


def _verbatim(versions: str, *texts: str) -> tuple[Wording, ...]:
    """Wordings without variable parts: the words themselves become the field `what`."""
    return tuple(
        wording(rf"(?P<what>{re.escape(text)})", example=f"[TOTEM ] {text}", versions=versions)
        for text in texts
    )


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Token has not been received in (?P<waited_ms>\d+) ms",
            example="[TOTEM ] Token has not been received in 2737 ms",
            versions="corosync 2.99.4 and later (a blank at the end up to 3.1.8)",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it followed by `A processor failed`? If not, the token came back in time.",
    source="corosync 3.1.10 exec/totemsrp.c timer_function_orf_token_warning",
)
class TokenLate(Event):
    """The token is overdue, but the ring still stands.

    Said at 75 % of the token timeout in force, and again each time as much has passed. The number
    counts from the last token that did arrive, so it tells how long contact has been lost; the
    first one of an outage gives the timeout away (2737 ms: 3650 ms). Alone it is a near miss.
    """

    waited_ms: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"A processor failed, forming new configuration: token timed out "
            r"\((?P<token_ms>\d+)\s*ms\), waiting (?P<consensus_ms>\d+)\s*ms",
            example="[TOTEM ] A processor failed, forming new configuration: "
            "token timed out (3650ms), waiting 4380ms for consensus.",
            versions="corosync 3.1.0 and later, 2.4.6",
        ),
        wording(
            r"A processor failed, forming new configuration",
            example="[TOTEM ] A processor failed, forming new configuration.",
            versions="corosync 1.4 to 3.0.4, 2.4.5 and earlier",
        ),
    ),
    danger=Danger.WARNING,
    look="Which knet links went down just before, and on which nodes?",
    source="corosync 3.1.10 exec/totemsrp.c timer_function_orf_token_timeout",
)
class TokenLost(Event):
    """This node gave the token up and began to form a new ring.

    It names no culprit and does not say that any node failed: only that the token did not come
    back here. The two times are those in force, which makes them better evidence than
    corosync.conf. Nodes that are drawn into the re-forming by another one do not say it.
    """

    token_ms: int | None = None
    consensus_ms: int | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"entering GATHER state from (?P<cause>\d+)(?:\((?P<why>[^)]*)\))?",
            example="[TOTEM ] entering GATHER state from 2(The token was lost in the OPERATIONAL "
            "state.).",
            versions="with debug on; corosync 1.4 and later, with words since 2.3.3",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does `A new membership` follow within token + consensus?",
    source="corosync 3.1.10 exec/totemsrp.c memb_state_gather_enter",
)
class GatherEntered(Event):
    """The node left the standing ring and began to gather members for a new one.

    Only in logs with `debug: on`. The number says why: 0 and 3 consensus timed out, 2, 4 and 5 the
    token was lost, 6 failed to receive, 7 to 10 another ring was heard, 12 a join message came.
    """

    cause: int
    why: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Forcing into GATHER state",
            example="[TOTEM ] Forcing into GATHER state",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Who set the cmap key runtime.force_gather?",
    source="corosync 3.1.10 exec/main.c force_gather_notify_fn",
)
class GatherForced(Event):
    """Somebody made the ring re-form by hand, through the cmap key runtime.force_gather.

    A testing aid: no fault of network or node is behind it.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"A new membership \((?P<ring>[^)\s]+)\) was formed\. Members"
            r"(?:\s+joined:(?P<joined>[\d\s]*))?(?:\s*left:(?P<left>[\d\s]*))?",
            example="[TOTEM ] A new membership (1.11) was formed. Members joined: 1 3 left: 1 3",
            versions="corosync 2.3.1 and later; the ring is `1.1c` (hexadecimal) since 3.0.3, "
            "`1:28` before, `192.168.0.1:28` in 2.x",
        ),
        wording(
            r"joined or left the membership and a new membership \((?P<ring>[^)\s]+)\) was formed",
            example="[TOTEM ] A processor joined or left the membership and a new membership "
            "(192.168.0.1:28) was formed.",
            versions="corosync 2.0 to 2.3.0",
        ),
        wording(
            r"joined or left the membership and a new membership(?P<ring>) was formed",
            example="[TOTEM ] A processor joined or left the membership and a new membership "
            "was formed.",
            versions="corosync 1.4",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Who left, and did it say goodbye (`Failed to receive the leave message`)?",
    source="corosync 3.1.10 exec/totemsrp.c memb_state_operational_enter",
)
class MembershipFormed(Event):
    """A ring was formed; who joined and who left is seen from this node.

    The ring is the id of its lowest node and a number that grows by four; the same pair on two
    nodes is the same membership. An empty list means that the ring was formed again by the same
    members. The same node under both joined and left had been expelled without noticing.
    """

    ring: str
    joined: NodeIds = ()
    left: NodeIds = ()


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Failed to receive the leave message\.?(?:\s*failed:(?P<failed>[\d\s]*))?",
            example="[TOTEM ] Failed to receive the leave message. failed: 3",
            versions="corosync 2.3.5 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Does the log of the node that went end here, or does it go on alone?",
    source="corosync 3.1.10 exec/totemsrp.c memb_state_operational_enter",
)
class LeaveNotReceived(Event):
    """Members left the ring without saying goodbye.

    Crash, reset, power, network or a pause: a clean stop of corosync does not cause it, save for a
    leave message that was lost. On a node that was cut off it names everybody else.
    """

    failed: NodeIds = ()


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Retransmit List: (?P<seqs>[0-9a-f]+(?:\s+[0-9a-f]+)*)",
            example="[TOTEM ] Retransmit List: 4b 4c 4d",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Are the numbers the same in line after line? Then large packets do not get through.",
    source="corosync 3.1.10 exec/totemsrp.c orf_token_rtr",
)
class Retransmitted(Event):
    """The token asked for messages to be sent again, up to 30 numbers in hexadecimal.

    A few changing numbers are ordinary loss or one slow node. The same numbers for hundreds of
    lines are a message of a size that never arrives (path MTU) or a link that works one way.
    """

    seqs: str


@logged(
    by="corosync",
    wordings=(wording(r"FAILED TO RECEIVE", example="[TOTEM ] FAILED TO RECEIVE"),),
    danger=Danger.CRITICAL,
    look="Compare the MTU of ports, bridges, bonds and switch on the cluster network.",
    source="corosync 3.1.10 exec/totemsrp.c message_handler_orf_token",
)
class FailedToReceive(Event):
    """This node left the ring of its own accord, for messages never reached it.

    The token (small) arrived 2500 times in a row while the data it announced (large) did not:
    nearly always a path that drops large packets, not a dead one.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Process pause detected for (?P<paused_ms>\d+) ms, flushing membership messages",
            example="[TOTEM ] Process pause detected for 3839 ms, flushing membership messages.",
        ),
    ),
    danger=Danger.WARNING,
    look="Is there `was not scheduled`, a soft lockup, or a hung disk in the same seconds?",
    source="corosync 3.1.10 exec/totemsrp.c pause_flush",
)
class PauseFlushed(Event):
    """Corosync itself stood still for more than half a token and threw old joins away.

    Noticed only when a join message happens to arrive first, so its absence proves nothing.
    """

    paused_ms: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Discarding JOIN message during flush, nodeid=(?P<peer>\d+)",
            example="[TOTEM ] Discarding JOIN message during flush, nodeid=2",
            versions="corosync 2.3.5 and later",
        ),
        wording(
            r"JOIN or LEAVE message was thrown away during flush operation",
            example="[TOTEM ] JOIN or LEAVE message was thrown away during flush operation.",
            versions="corosync 1.4 to 2.4.2",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Was this node paused (`Process pause detected`)?",
    source="corosync 3.1.10 exec/totemsrp.c memb_join_process",
)
class JoinDiscarded(Event):
    """A join message was dropped as too old, while the socket was drained after a pause."""

    peer: int | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Discarding LEAVE message during flush, nodeid=(?P<peer>\d+)",
            example="[TOTEM ] Discarding LEAVE message during flush, nodeid=2",
            versions="corosync 2.3.5 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Did that node stop in good order? Its goodbye was lost here.",
    source="corosync 3.1.10 exec/totemsrp.c memb_join_process",
)
class LeaveDiscarded(Event):
    """A node's goodbye was dropped while the socket was drained, after a pause of this node.

    An orderly stop of that node will then look like a failure on this one.
    """

    peer: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Totem is unable to form a cluster because of an operating system or network fault"
            r"(?: \(reason: (?P<reason>[^)]*)\))?",
            example="[MAIN  ] Totem is unable to form a cluster because of an operating system or "
            "network fault (reason: totem is continuously in gather state). The most common cause "
            "of this message is that the local firewall is configured improperly.",
            versions="with a reason since corosync 2.4.3",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Can the nodes reach one another on UDP 5405 and up, in both directions?",
    source="corosync 3.1.10 exec/main.c corosync_totem_stats_updater",
)
class ClusterUnformable(Event):
    """No ring could be agreed on several times running, or packets cannot be sent.

    A firewall is the usual reason with multicast. With knet a node that is walled off forms a ring
    of its own instead and says nothing: the absence of this line clears no firewall.
    """

    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Message received from (?P<sender>\S+) has bad magic number",
            example="[TOTEM ] Message received from 10.0.0.7 has bad magic number (probably sent "
            "by unknown).. Ignoring",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"Message received from (?P<sender>\S+) has unsupported version",
            example="[TOTEM ] Message received from 10.0.0.7 has unsupported version 2... Ignoring",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"Unsupported incoming packet \(probably sent by",
            example="[TOTEM ] Unsupported incoming packet (probably sent by Corosync 3). Rejecting",
            versions="corosync 2.4.4 to 2.4.6",
        ),
        wording(
            r"Incoming packet has different (?:crypto|hash) type",
            example="[TOTEM ] Incoming packet has different hash type. Rejecting",
            versions="corosync 2.x",
        ),
        wording(
            r"Incoming packet appears to have features not supported",
            example="[TOTEM ] Incoming packet appears to have features not supported by this "
            "version of corosync. Rejecting",
            versions="corosync 2.x",
        ),
    ),
    danger=Danger.WARNING,
    look="Which machine has that address, and which corosync runs on it?",
    source="corosync 3.1.10 exec/totemsrp.c check_message_header_validity",
)
class ForeignMessage(Event):
    """A datagram of another version, cluster or program came in on corosync's port.

    It is ignored. Ordinary in the middle of an upgrade from corosync 2 to 3, where old and new
    nodes cannot form one ring; otherwise somebody else uses the port.
    """

    sender: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Message received from (?P<sender>\S+) is too short",
            example="[TOTEM ] Message received from 10.0.0.7 is too short...  Ignoring 12.",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"Message received from (?P<sender>\S+) has wrong type",
            example="[TOTEM ] Message received from 10.0.0.7 has wrong type...  ignoring 9.",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"Received message (?:is too short|corrupted)",
            example="[TOTEM ] Received message is too short...  ignoring 12.",
            versions="corosync 2.4 and earlier",
        ),
        wording(
            r"Type of received message is wrong",
            example="[TOTEM ] Type of received message is wrong...  ignoring 9.",
            versions="corosync 2.4 and earlier",
        ),
        wording(
            r"Received \w+ message is too (?:short|long)",
            example="[TOTEM ] Received memb_join message is too short...  ignoring.",
            versions="corosync 2.4.4 and later",
        ),
        wording(
            r"Received orf_token message rtr_entries is corrupted",
            example="[TOTEM ] Received orf_token message rtr_entries is corrupted...  ignoring.",
            versions="corosync 3.1.10 and later",
        ),
        wording(
            r"Received memb_join message list_entries exceeds",
            example="[TOTEM ] Received memb_join message list_entries exceeds the maximum allowed "
            "value...  ignoring.",
            versions="after corosync 3.1.10",
        ),
        wording(
            r"Message \(totempg_mcast(?: datasize)?\) received from (?P<sender>node \d+) ",
            example="[TOTEM ] Message (totempg_mcast) received from node 3 is too short...  "
            "Ignoring.",
            versions="corosync 2.4.6, 3.0.4 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Does it come from one address? Check that node's memory and network card.",
    source="corosync 3.1.10 exec/totemsrp.c check_*_sanity, exec/totempg.c totempg_deliver_fn",
)
class CorruptMessage(Event):
    """A message of the ring made no sense and was ignored.

    With encryption on (the default of Proxmox VE) such a packet would not have passed the digest,
    so look for a defect of the sender, or for a cluster without `secauth`.
    """

    sender: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Received too big message\. This may be because something bad is happening",
            example="[TOTEM ] Received too big message. This may be because something bad is "
            "happening on the network (attack?), or you tried join more nodes than corosync is "
            "compiled with (384) or bug in the code (bad estimation of the "
            "UDP_RECEIVE_FRAME_SIZE_MAX). Dropping packet.",
            versions="corosync 2.4.4 and later",
        ),
        wording(
            r"Received truncated packet\. Please report this bug",
            example="[TOTEM ] Received truncated packet. Please report this bug. Dropping packet.",
            versions="corosync 3.1.10 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Does it recur? Then note both versions (corosync, libknet) and report it upstream.",
    source="corosync 3.1.10 exec/totemknet.c, totemudp.c data_deliver_fn, net_deliver_fn",
)
class OversizedMessage(Event):
    """A message larger than corosync's buffer came in and was dropped."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Configuring link (?P<link>\d+)",
            example="[TOTEM ] Configuring link 0",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/totemconfig.c configure_totem_links",
)
class LinkAnnounced(Event):
    """Corosync is about to set up a link: at a start, and at every reload that succeeds."""

    link: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Configured link number (?P<link>\d+): local addr: (?P<address>[^\s,]+)"
            r"(?:, port=(?P<port>\d+))?",
            example="[TOTEM ] Configured link number 0: local addr: 10.77.0.1, port=5405",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Is it the address of the network that is meant to carry the cluster?",
    source="corosync 3.1.10 exec/totemknet.c totemknet_iface_set",
)
class LinkConfigured(Event):
    """A link was set up with this address of this node: at a start and at a reload."""

    link: int
    address: str
    port: int | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Initializing transport \((?P<transport>[^)]*)\)",
            example="[TOTEM ] Initializing transport (Kronosnet).",
        ),
        wording(
            r"totemknet initialized",
            example="[TOTEM ] totemknet initialized",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/totemnet.c totemnet_instance_initialize",
)
class TransportInitialised(Event):
    """Corosync is starting its network layer: Kronosnet (knet), UDP/IP unicast or multicast."""

    transport: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"kronosnet crypto reconfigured on index (?P<index>\d+): (?P<kind>\S+)",
            example="[TOTEM ] kronosnet crypto reconfigured on index 1: aes256/sha256/nss",
            versions="corosync 3.1.0 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Did every node do so? A node that keeps the old key drops out of the ring.",
    source="corosync 3.1.10 exec/totemknet.c totemknet_reconfigure",
)
class CryptoReconfigured(Event):
    """A reload changed the key or the ciphers of the cluster traffic."""

    index: int
    kind: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"kronosnet crypto initialized: (?P<kind>\S+)",
            example="[TOTEM ] kronosnet crypto initialized: aes256/sha256",
            versions="corosync 2.99.5 to 3.0.4",
        ),
        wording(
            r"Initializing transmit/receive security \(NSS\) crypto: (?P<kind>\S+ hash: \S+)",
            example="[TOTEM ] Initializing transmit/receive security (NSS) crypto: aes256 hash: "
            "sha1",
            versions="corosync 2.x",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.0.4 exec/totemknet.c totemknet_initialize, 2.4.5 exec/totemcrypto.c init_nss",
)
class CryptoInitialised(Event):
    """Corosync is starting with this encryption and digest."""

    kind: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"new config has different address for link (?P<link>\d+) "
            r"\(addr changed from (?P<was>\S+) to (?P<now>[^\s)]+)\)",
            example="[TOTEM ] new config has different address for link 0 (addr changed from "
            "10.77.0.1 to 10.78.0.1). Internal value was NOT changed.",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"To reconfigure an interface it must be deleted and recreated",
            example="[TOTEM ] To reconfigure an interface it must be deleted and recreated. A "
            "working interface needs to be available to corosync at all times",
            versions="corosync 2.99.5 to 3.0.4",
        ),
    ),
    danger=Danger.WARNING,
    look="Restart corosync on one node after the other, or put the old address back.",
    source="corosync 3.1.10 exec/totemconfig.c check_things_have_not_changed",
)
class AddressChangeRefused(Event):
    """A reload asked for another address of a link in use, and was refused as a whole.

    The daemons go on with the old addresses while the file has the new ones: the change comes into
    force node by node at their next start, and may split the cluster then.
    """

    link: int | None = None
    was: str | None = None
    now: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"New config has different knet transport for link (?P<link>\d+)",
            example="[TOTEM ] New config has different knet transport for link 0. Internal value "
            "was NOT changed.",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Put knet_transport back to udp, or plan a restart of all nodes.",
    source="corosync 3.1.10 exec/totemconfig.c check_things_have_not_changed",
)
class LinkTransportChangeRefused(Event):
    """A reload asked for another knet transport of a link in use, and was refused as a whole."""

    link: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"The network interface \[(?P<address>[^\]]*)\] is now up",
            example="[TOTEM ] The network interface [10.77.0.1] is now up.",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/totemudpu.c timer_function_netif_check_timeout",
)
class InterfaceCameUp(Event):
    """The address that corosync is bound to is there. Said by udp and udpu only, never by knet."""

    address: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"The network interface is down", example="[TOTEM ] The network interface is down."
        ),
    ),
    danger=Danger.CRITICAL,
    look="Did somebody run ifdown or ifreload, or was the address moved?",
    source="corosync 3.1.10 exec/totemudpu.c timer_function_netif_check_timeout",
)
class InterfaceWentDown(Event):
    """The address that corosync is bound to has gone, and corosync fell back to loopback.

    Said by udp and udpu only, never by knet. The node then forms a ring with itself alone.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"One of your ip addresses are now bound to localhost",
            example="[TOTEM ] One of your ip addresses are now bound to localhost. Corosync would "
            "not work correctly.",
            versions="corosync 2.4.5 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Does /etc/hosts give the node's own name a 127.x address?",
    source="corosync 3.1.10 exec/totemudpu.c timer_function_netif_check_timeout",
)
class InterfaceOnLoopback(Event):
    """A member address is bound to loopback, where no other node can reach it (udpu)."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"adding new UDPU member \{(?P<address>[^}]*)\}",
            example="[TOTEM ] adding new UDPU member {10.77.0.2}",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/totemudpu.c totemudpu_member_add",
)
class UnicastMemberAdded(Event):
    """A node address was added to the unicast list (transport udpu): at a start, or a reload."""

    address: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"removing UDPU member \{(?P<address>[^}]*)\}",
            example="[TOTEM ] removing UDPU member {10.77.0.2}",
            versions="corosync 2.x and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Was a node deleted from corosync.conf on purpose?",
    source="corosync 3.1.10 exec/totemudpu.c totemudpu_member_remove",
)
class UnicastMemberRemoved(Event):
    """A node address was taken off the unicast list (transport udpu), by a reload."""

    address: str


@logged(
    by="corosync",
    wordings=(
        *_verbatim(
            "transports udp and udpu",
            "Unable to create sockets, exiting",
            "Unable to bind UDP unicast socket",
            "Unable to bind the socket to send multicast packets",
            "Unable to bind the socket to receive multicast packets",
            "bind token socket failed",
            "Could not create socket for new member",
            "socket() failed",
            "join ipv4 multicast group failed",
            "join ipv6 multicast group failed",
            "cannot select interface for multicast packets",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Is the address of ringX_addr really on one of this node's ports when corosync starts?",
    source="corosync 3.1.10 exec/totemudp.c totemudp_build_sockets_ip, exec/totemudpu.c",
)
class SocketFailed(Event):
    """Corosync could not open, bind or join a socket, so it cannot talk to the others (udp, udpu).

    The usual reason is an address that is not there yet, or a port in use by a second corosync.
    """

    what: str


@logged(
    by="corosync",
    wordings=(
        *_verbatim(
            "transports udp and udpu",
            "Could not set traffic priority",
            "Could not set IP_TOS bits",
            "Could not set non-blocking operation on multicast socket",
            "Could not set non-blocking operation on token socket",
            "Could not set recvbuf size",
            "Could not set sendbuf size",
            "setsockopt(SO_REUSEADDR) failed",
            "setting broadcast option failed",
            "Unable to turn off multicast loopback",
            "set mcast v4 TTL failed",
            "set mcast v6 TTL failed",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does corosync run in a container, or without its usual rights?",
    source="corosync 3.1.10 exec/totemudp.c, exec/totemudpu.c",
)
class SocketOptionRefused(Event):
    """The kernel refused an option of corosync's socket; corosync goes on without it."""

    what: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Marking ringid (?P<ring>\d+) interface (?P<address>\S+) FAULTY",
            example="[TOTEM ] Marking ringid 1 interface 10.78.0.1 FAULTY",
            versions="corosync 1.4 to 2.4 with rrp_mode passive",
        ),
        wording(
            r"Marking seqid \d+ ringid (?P<ring>\d+) interface (?P<address>\S+) FAULTY",
            example="[TOTEM ] Marking seqid 2290 ringid 1 interface 10.78.0.1 FAULTY",
            versions="corosync 1.4 to 2.4 with rrp_mode active",
        ),
    ),
    danger=Danger.WARNING,
    look="Does `Automatically recovered ring` follow, and how often does it come back?",
    source="corosync 2.4.5 exec/totemrrp.c timer_function_active_token_expired",
)
class RingFaulty(Event):
    """One of the redundant rings of corosync 2 was taken out of use.

    The other ring carries on; in `rrp_mode: active` the slower one holds both back.
    """

    ring: int
    address: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Automatically recovered ring (?P<ring>\d+)",
            example="[TOTEM ] Automatically recovered ring 1",
            versions="corosync 1.4 to 2.4 with rrp_mode",
        ),
    ),
    danger=Danger.NOTABLE,
    look="What was wrong with that network since `Marking ringid`?",
    source="corosync 2.4.5 exec/totemrrp.c rrp_deliver_fn",
)
class RingRecovered(Event):
    """A redundant ring of corosync 2 that had been marked faulty is in use again."""

    ring: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Membership (?P<listed>left|join) list contains incorrect address",
            example="[TOTEM ] Membership left list contains incorrect address. This is sign of "
            "misconfiguration between nodes!",
            versions="corosync 1.4 to 2.4 with rrp_mode",
        ),
    ),
    danger=Danger.WARNING,
    look="Compare corosync.conf of all nodes.",
    source="corosync 2.4.5 exec/totemrrp.c active_membership_changed",
)
class RingAddressesDiffer(Event):
    """The nodes do not agree on the addresses of the redundant rings (corosync 2)."""

    listed: str


EVENTS = (
    TokenLate,
    TokenLost,
    GatherEntered,
    GatherForced,
    MembershipFormed,
    LeaveNotReceived,
    Retransmitted,
    FailedToReceive,
    PauseFlushed,
    JoinDiscarded,
    LeaveDiscarded,
    ClusterUnformable,
    ForeignMessage,
    CorruptMessage,
    OversizedMessage,
    LinkAnnounced,
    LinkConfigured,
    TransportInitialised,
    CryptoReconfigured,
    CryptoInitialised,
    AddressChangeRefused,
    LinkTransportChangeRefused,
    InterfaceCameUp,
    InterfaceWentDown,
    InterfaceOnLoopback,
    UnicastMemberAdded,
    UnicastMemberRemoved,
    SocketFailed,
    SocketOptionRefused,
    RingFaulty,
    RingRecovered,
    RingAddressesDiffer,
)
