"""What corosync says about votes: who is a member, and whether there is a quorum.

The last third is the quorum device: its client on the nodes (corosync-qdevice) and its server
outside the cluster (corosync-qnetd).
"""

import re

from fencepost.model.event import Danger, Event, NodeIds, Wording, logged, wording


def _verbatim(versions: str, *texts: str) -> tuple[Wording, ...]:
    """Wordings without variable parts: the words themselves become the field `reason`."""
    return tuple(
        wording(rf"(?P<reason>{re.escape(text)})", example=f"[VOTEQ ] {text}", versions=versions)
        for text in texts
    )


@logged(
    by="corosync",
    wordings=(
        wording(
            r"within the non-primary component and will NOT provide any service",
            example="[QUORUM] This node is within the non-primary component and will NOT provide "
            "any services.",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Was the node armed (LRM or CRM active)? Then it has about a minute from here.",
    source="corosync 3.1.10 exec/vsf_quorum.c quorum_api_set_quorum",
)
class QuorumLost(Event):
    """This node has lost quorum: the ring it is in holds too few votes.

    It is the line that starts the clock of a self-fence, for /etc/pve becomes read-only and locks
    can no longer be renewed. A node without active HA stays up, however long it lasts.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"within the primary component and will provide service",
            example="[QUORUM] This node is within the primary component and will provide service.",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/vsf_quorum.c quorum_api_set_quorum",
)
class QuorumGained(Event):
    """This node has quorum: said at a start, and when a loss of quorum is over."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Sync members\[\d+\]:(?P<members>[\d\s]*)",
            example="[QUORUM] Sync members[3]: 1 2 3",
            versions="corosync 3.1.0 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Does `Completed service synchronization` follow? If not, the synchronisation is stuck.",
    source="corosync 3.1.10 exec/vsf_quorum.c log_view_list",
)
class SyncMembers(Event):
    """The nodes of the ring that is being formed, this one included.

    A long list goes on in further lines of the same kind; a backslash ends all but the last.
    """

    members: NodeIds


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Sync joined\[\d+\]:(?P<members>[\d\s]*)",
            example="[QUORUM] Sync joined[1]: 2",
            versions="corosync 3.1.0 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/vsf_quorum.c log_view_list",
)
class SyncJoined(Event):
    """The nodes that are new in the ring that is being formed.

    A long list goes on in further lines of the same kind.
    """

    members: NodeIds


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Sync left\[\d+\]:(?P<members>[\d\s]*)",
            example="[QUORUM] Sync left[1]: 3",
            versions="corosync 3.1.0 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Did they say goodbye (no `Failed to receive the leave message`)?",
    source="corosync 3.1.10 exec/vsf_quorum.c log_view_list",
)
class SyncLeft(Event):
    """The nodes that are missing from the ring that is being formed.

    A long list goes on in further lines of the same kind.
    """

    members: NodeIds


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Members\[\d+\]:(?P<members>[\d\s]*)",
            example="[QUORUM] Members[3]: 1 2 3",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/vsf_quorum.c log_view_list",
)
class MembersListed(Event):
    """The nodes of the ring that stands now; printed when the view or the quorum changed.

    A long list goes on in further lines of the same kind; a backslash ends all but the last.
    """

    members: NodeIds


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Waiting for all cluster members\.\s+Current votes: (?P<votes>\d+) "
            r"expected_votes: (?P<expected>\d+)",
            example="[VOTEQ ] Waiting for all cluster members. Current votes: 1 expected_votes: 2",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Is the other node up? `pvecm expected 1` gives quorum back by hand.",
    source="corosync 3.1.10 exec/votequorum.c are_we_quorate",
)
class WaitingForAll(Event):
    """The node has no quorum because it has not yet seen every node since its start.

    It is what `wait_for_all` asks for (and `two_node: 1` implies it): no fault of the network.
    """

    votes: int
    expected: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"wait_for_all_status reset by user on node (?P<peer>\d+)",
            example="[VOTEQ ] wait_for_all_status reset by user on node 1.",
            versions="corosync 2.3.4 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync 3.1.10 exec/votequorum.c message_handler_req_exec_votequorum_reconfigure",
)
class WaitingForAllCancelled(Event):
    """An administrator ended the wait for all nodes by hand, on that node."""

    peer: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"lost contact with quorum device (?P<device>\S+)",
            example="[VOTEQ ] lost contact with quorum device Qdevice",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="What did corosync-qdevice say, and did it still run?",
    source="corosync 3.1.10 exec/votequorum.c qdevice_timer_fn",
)
class QdeviceContactLost(Event):
    """The quorum device client on this node stopped polling, so its vote is gone.

    With two nodes and a device that is one step from losing quorum.
    """

    device: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"waiting for quorum device (?P<device>\S+) poll "
            r"\(but maximum for (?P<timeout_ms>\d+) ms\)",
            example="[VOTEQ ] waiting for quorum device Qdevice poll (but maximum for 30000 ms)",
            versions="corosync 2.3.4 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="How long does it take until `Members[…]` follows? Services stand still until then.",
    source="corosync 3.1.10 exec/votequorum.c votequorum_sync_init",
)
class QdevicePolled(Event):
    """A ring is being formed and corosync waits for the quorum device's opinion, up to this long.

    Ordinary at every change of membership; the cluster is synchronised only when it came.
    """

    device: str
    timeout_ms: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"(?P<reason>A new qdevice with different name) \(new: (?P<device>\S+)",
            example="[VOTEQ ] A new qdevice with different name (new: Other old: Qdevice) is "
            "trying to register!",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"(?P<reason>Unable to determine origin of the qdevice register call)",
            example="[VOTEQ ] Unable to determine origin of the qdevice register call!",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"(?P<reason>Unable to send qdevice registration request)",
            example="[VOTEQ ] Unable to send qdevice registration request to cluster",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"(?P<reason>Registration request already in progress)",
            example="[VOTEQ ] Registration request already in progress",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"(?P<reason>Registration of quorum device is disabled)",
            example="[VOTEQ ] Registration of quorum device is disabled by incorrect "
            "corosync.conf. See logs for more information",
            versions="corosync 2.1 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Run `corosync-qdevice-tool -s` and compare quorum.device on all nodes.",
    source="corosync 3.1.10 exec/votequorum.c message_handler_req_lib_votequorum_qdevice_register",
)
class QdeviceRefused(Event):
    """The quorum device could not be registered on this node, so its vote does not count."""

    reason: str
    device: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"(?<!')configuration error: (?P<reason>.+)",
            example="[VOTEQ ] configuration error: nodelist or quorum.expected_votes must be "
            "configured!",
            versions="corosync 2.1 and later",
        ),
        *_verbatim(
            "corosync 2.1 and later",
            "two_node and auto_tie_breaker are both specified but are not compatible",
            "auto_tie_breaker is set, the cluster has an odd number of nodes",
            "auto_tie_breaker is set and the cluster has an odd number of nodes",
            "auto_tie_breaker_nodes is not valid",
            "auto_tie_breaker_node: is meaningless if auto_tie_breaker is set to 0",
            "Last Man Standing feature is supported only when all",
        ),
    ),
    danger=Danger.WARNING,
    look="Correct the quorum section; the next lines say what corosync does meanwhile.",
    source="corosync 3.1.10 exec/votequorum.c votequorum_readconfig",
)
class QuorumConfigInvalid(Event):
    """The quorum section of corosync.conf contradicts itself or the list of nodes.

    A missing `nodelist or quorum.expected_votes` often means only that a name given as ringX_addr
    cannot be resolved.
    """

    reason: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Using quorum provider (?P<provider>\S+)",
            example="[QUORUM] Using quorum provider corosync_votequorum",
        ),
    ),
    danger=Danger.HARMLESS,
    source="corosync 3.1.10 exec/vsf_quorum.c quorum_exec_init_fn",
)
class QuorumProviderChosen(Event):
    """Corosync is starting with this way of counting votes."""

    provider: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Quorum provider: (?P<provider>\S+) failed to initialize",
            example="[QUORUM] Quorum provider: corosync_votequorum failed to initialize.",
            versions="corosync 2.1 and later",
        ),
        wording(
            r"Couldn't load quorum provider (?P<provider>\S+)",
            example="[QUORUM] Couldn't load quorum provider corosync_quorum_ykd",
            versions="corosync 1.4",
        ),
    ),
    danger=Danger.CRITICAL,
    look="The line before says what is wrong with the quorum section.",
    source="corosync 3.1.10 exec/vsf_quorum.c quorum_exec_init_fn",
)
class QuorumProviderFailed(Event):
    """Votes cannot be counted as configured, and corosync ends."""

    provider: str


@logged(
    by="corosync-qdevice",
    wordings=(
        wording(
            r"Can't connect to qnetd host\.?(?: \(-?\d+\): (?P<reason>.+))?",
            example="Can't connect to qnetd host. (-5986): Network address not available (in use?)",
        ),
        wording(r"(?P<reason>Connect timeout)", example="Connect timeout"),
    ),
    danger=Danger.WARNING,
    look="Is quorum.device.net.host still right, and TCP 5403 open to it?",
    source="corosync-qdevice 3.0.4 qdevices/qdevice-net-socket.c, qdevice-model-net.c",
)
class QnetdUnreachable(Event):
    """This node could not reach the quorum device's server, and tries again.

    While it lasts the node counts without the device's vote.
    """

    reason: str | None = None


@logged(
    by="corosync-qdevice",
    wordings=(
        wording(
            r"Server didn't send echo reply message on time",
            example="Server didn't send echo reply message on time",
        ),
    ),
    danger=Danger.WARNING,
    look="Did the nodes lose one another in the same seconds? Then it is this node's network.",
    source="corosync-qdevice 3.0.4 qdevices/qdevice-net-echo-request-timer.c",
)
class QnetdSilent(Event):
    """The quorum device's server stopped answering this node."""


@logged(
    by="corosync-qdevice",
    wordings=(
        wording(
            r"(?P<reason>Server certificate (?:is expired|verification failure))",
            example="Server certificate verification failure. (-8179): Peer's Certificate issuer "
            "is not recognized.",
        ),
        wording(
            r"(?P<reason>Can't start TLS)",
            example="Can't start TLS (-12271): SSL peer cannot verify your certificate.",
        ),
        wording(
            r"(?P<reason>Incompatible tls configuration)",
            example="Incompatible tls configuration (server 2 client 0)",
        ),
        wording(
            r"(?P<reason>Received server error \d+)",
            example="Received server error 10. Disconnecting from server",
        ),
        wording(
            r"(?P<reason>Duplicate node id) may be result of",
            example="Duplicate node id may be result of server not yet accepted this node "
            "disconnect. Retry again.",
        ),
        wording(
            r"(?P<reason>Configured (?:tie-breaker|algorithm) differs in cluster)",
            example="Configured algorithm differs in cluster. This may be result of server not "
            "yet accepted this node disconnect. Retry again.",
        ),
    ),
    danger=Danger.WARNING,
    look="Set the device up again (`pvecm qdevice remove`, `setup`) if it does not pass.",
    source="corosync-qdevice 3.0.4 qdevices/qdevice-net-nss.c, qdevice-net-msg-received.c",
)
class QnetdQuarrelled(Event):
    """Node and quorum device server reached each other but did not come to terms.

    Certificates, or settings that differ between the nodes: no fault of the network.
    """

    reason: str


@logged(
    by="corosync-qdevice",
    wordings=(
        wording(
            r"Heuristics result changed from (?P<was>\w+) to (?P<now>\w+)",
            example="Heuristics result changed from Pass to Fail",
        ),
    ),
    danger=Danger.NOTABLE,
    source="corosync-qdevice 3.0.4 qdevices/qdevice-net-heuristics.c",
)
class HeuristicsChanged(Event):
    """The commands by which this node judges its own fitness now end otherwise."""

    was: str
    now: str


@logged(
    by="corosync-qnetd",
    wordings=(
        wording(
            r"Client (?P<client>\S+) doesn't sent any message during (?P<silent_ms>\d+)\s*ms",
            example="Client ::ffff:10.0.0.2:54321 doesn't sent any message during 20000ms. "
            "Disconnecting",
        ),
    ),
    danger=Danger.WARNING,
    look="Is it one node, or all of them? All point at the network of the server.",
    source="corosync-qdevice 3.0.4 qdevices/qnetd-client-dpd-timer.c",
)
class QnetdClientSilent(Event):
    """The quorum device's server gave up a node that it had not heard for this long.

    A witness from outside the cluster: that node was cut off from here, or gone.
    """

    client: str
    silent_ms: int


EVENTS = (
    QuorumLost,
    QuorumGained,
    SyncMembers,
    SyncJoined,
    SyncLeft,
    MembersListed,
    WaitingForAll,
    WaitingForAllCancelled,
    QdeviceContactLost,
    QdevicePolled,
    QdeviceRefused,
    QuorumConfigInvalid,
    QuorumProviderChosen,
    QuorumProviderFailed,
    QnetdUnreachable,
    QnetdSilent,
    QnetdQuarrelled,
    HeuristicsChanged,
    QnetdClientSilent,
)
