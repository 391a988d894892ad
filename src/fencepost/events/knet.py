"""What kronosnet (knet) says: links between nodes, their MTU, and packets it would not take.

Its lines pass through corosync's main loop: on a node that was paused they are stamped late, all
at once, while the other nodes' stamps are right.
"""

import re

from fencepost.model.event import Danger, Event, Wording, logged, wording


def _verbatim(tag: str, versions: str, *texts: str) -> tuple[Wording, ...]:
    """Wordings without variable parts: the words themselves become the field `what`."""
    return tuple(
        wording(
            rf"(?P<what>{re.escape(text)})", example=f"[KNET  ] {tag}: {text}", versions=versions
        )
        for text in texts
    )


@logged(
    by="corosync",
    wordings=(
        wording(
            r"host: (?P<host>\d+) link: (?P<link>\d+) is down",
            example="[KNET  ] link: host: 3 link: 0 is down",
        ),
    ),
    danger=Danger.WARNING,
    look="Who else lost a link to the same host in the same second?",
    source="kronosnet 1.35 libknet/threads_heartbeat.c _link_down",
)
class LinkDown(Event):
    """No answer came from that host on that link for the ping timeout (half a token, or more).

    Ping and answer are one test, so loss in one direction takes the link down at both ends. For
    some seconds after a start or a loss it takes up to ten times as long. It follows a peer's
    clean stop, too, about a second later.
    """

    host: int
    link: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"host: (?P<host>\d+) link: (?P<link>\d+) is up",
            example="[KNET  ] rx: host: 3 link: 0 is up",
            versions="`rx:` in kronosnet 1.x, `heartbeat:` or `link:` in others",
        ),
    ),
    danger=Danger.NOTABLE,
    source="kronosnet 1.28 libknet/threads_rx.c; 2.x libknet/threads_heartbeat.c process_pong",
)
class LinkUp(Event):
    """That host answers again on that link: two to four seconds after the path is whole."""

    host: int
    link: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"host: (?P<host>\d+) has no active links",
            example="[KNET  ] host: host: 3 has no active links",
        ),
    ),
    danger=Danger.WARNING,
    look="Was it the only configured link? A second one on other hardware would have carried on.",
    source="kronosnet 1.35 libknet/host.c _host_dstcache_update_sync",
)
class HostUnreachable(Event):
    """Every link to that host is down: nothing is sent to it any more, the token included.

    Two such lines for each peer at the start of corosync are ordinary.
    """

    host: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"host: (?P<host>\d+) has (?P<links>\d+) active links",
            example="[KNET  ] host: host: 3 has 2 active links",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Is it as many as are configured?",
    source="kronosnet 1.35 libknet/host.c _host_dstcache_update_sync",
)
class ActiveLinks(Event):
    """So many links to that host are in use; said with link_mode active or rr only."""

    host: int
    links: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"host: (?P<host>\d+) \(passive\) best link: (?P<link>\d+)"
            r"(?: \(pri: (?P<priority>\d+)\))?",
            example="[KNET  ] host: host: 3 (passive) best link: 0 (pri: 1)",
        ),
    ),
    danger=Danger.HARMLESS,
    look="With two links: did it change from one to the other?",
    source="kronosnet 1.35 libknet/host.c _host_dstcache_update_sync",
)
class BestLink(Event):
    """The link that carries the traffic to that host from now on.

    When the last link goes down it is printed all the same, with the old number, just before
    `has no active links`.
    """

    host: int
    link: int
    priority: int | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Resetting MTU for link (?P<link>\d+) because host (?P<host>\d+) joined",
            example="[KNET  ] link: Resetting MTU for link 0 because host 3 joined",
            versions="kronosnet 1.25 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    source="kronosnet 1.35 libknet/links.c _link_updown",
)
class LinkMtuReset(Event):
    """The path MTU of a link is measured anew, because the link came up."""

    link: int
    host: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"PMTUD link change for host: (?P<host>\d+) link: (?P<link>\d+) "
            r"from (?P<was>\d+) to (?P<now>\d+)",
            example="[KNET  ] pmtud: PMTUD link change for host: 3 link: 0 from 469 to 1397",
        ),
    ),
    danger=Danger.HARMLESS,
    look="Did it fall? Growing from 469 to 1397 (MTU 1500) is the ordinary start.",
    source="kronosnet 1.35 libknet/threads_pmtud.c _handle_check_pmtud",
)
class PathMtuChanged(Event):
    """The largest packet that reaches that host on that link was measured: bytes of payload.

    It starts at 469 and ends at 1397 for an MTU of 1500, near 8900 for 9000. A fall later on means
    that something on the path takes smaller packets only.
    """

    host: int
    link: int
    was: int
    now: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Global data MTU changed to: (?P<now>\d+)",
            example="[KNET  ] pmtud: Global data MTU changed to: 1397",
        ),
    ),
    danger=Danger.HARMLESS,
    source="kronosnet 1.35 libknet/threads_pmtud.c _handle_pmtud_link_thread",
)
class GlobalMtuChanged(Event):
    """The size of fragments that fits all links, after the MTU of one of them changed."""

    now: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"possible MTU misconfiguration detected\. kernel is reporting MTU: "
            r"(?P<kernel_mtu>\d+) bytes for host (?P<host>\d+) link (?P<link>\d+)",
            example="[KNET  ] pmtud: possible MTU misconfiguration detected. kernel is reporting "
            "MTU: 9000 bytes for host 3 link 0 but the other node is not acknowledging packets "
            "of this size. ",
            versions="kronosnet 1.0 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Send a packet of full size: `ping -M do -s 8972 ADDRESS` (1472 for an MTU of 1500).",
    source="kronosnet 1.35 libknet/threads_pmtud.c _handle_check_link_pmtud",
)
class MtuMisconfigured(Event):
    """Packets as large as this node's port allows are not acknowledged by that host.

    A port, bridge or switch on the way takes smaller packets only; or packets are being lost, for
    plain loss looks the same. With encryption it comes minutes after the fault began.
    """

    kernel_mtu: int
    host: int
    link: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"This can be caused by this node interface MTU too big",
            example="[KNET  ] pmtud: This can be caused by this node interface MTU too big or a "
            "network device that does not support or has been misconfigured to manage MTU of this "
            "size, or packet loss. knet will continue to run but performances might be affected.",
            versions="kronosnet 1.0 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    look="The line before names host, link and size.",
    source="kronosnet 1.35 libknet/threads_pmtud.c _handle_check_link_pmtud",
)
class MtuMisconfiguredHint(Event):
    """The second line of `possible MTU misconfiguration detected`; it adds no fact of its own."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Aborting PMTUD process: Too many attempts",
            example="[KNET  ] pmtud: Aborting PMTUD process: Too many attempts. MTU might have "
            "changed during discovery.",
        ),
    ),
    danger=Danger.WARNING,
    look="Is the MTU, or the path, changing all the time?",
    source="kronosnet 1.35 libknet/threads_pmtud.c _handle_check_link_pmtud",
)
class PmtudAborted(Event):
    """The search for the path MTU did not come to an end and was given up for this time."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Invalid MTU detected for host: (?P<host>\d+) link: (?P<link>\d+) mtu: (?P<mtu>\d+)",
            example="[KNET  ] pmtud: Invalid MTU detected for host: 3 link: 0 mtu: 0",
            versions="kronosnet 1.13 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Was the port's MTU being changed?",
    source="kronosnet 1.35 libknet/threads_pmtud.c _handle_check_pmtud",
)
class MtuInvalid(Event):
    """The path MTU came out as a value that cannot be, and was thrown away."""

    host: int
    link: int
    mtu: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"MTU manually set to: (?P<now>\d+)",
            example="[KNET  ] pmtud: MTU manually set to: 0",
            versions="kronosnet 1.11 and later",
        ),
    ),
    danger=Danger.HARMLESS,
    look="0 means automatic; anything else comes from knet_mtu in corosync.conf.",
    source="kronosnet 1.35 libknet/threads_pmtud.c knet_handle_pmtud_set",
)
class MtuSet(Event):
    """The MTU setting was read: at a start and at every reload of corosync.conf."""

    now: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Digest does not match",
            example="[KNET  ] nsscrypto: Digest does not match. Check crypto key and "
            "configuration.",
            versions="with advice since kronosnet 1.23",
        ),
        wording(
            r"Received message has invalid digest",
            example="[TOTEM ] Received message has invalid digest... ignoring.",
            versions="corosync 2.4 and earlier",
        ),
    ),
    danger=Danger.CRITICAL,
    look="`sha256sum /etc/corosync/authkey` on every node.",
    source="kronosnet 1.35 libknet/crypto_nss.c, crypto_openssl.c; corosync 2.4.5 exec/totemcrypto.c",
)
class DigestMismatch(Event):
    """A packet was signed with another key, and was dropped.

    Another authkey or other ciphers on one node, or a second cluster on the same port. Nodes with
    different keys do not see each other at all, which looks like a cut network.
    """


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Unable to decrypt packet from (?:(?P<address>\S+):\w+|unknown host/port) \(size",
            example="[KNET  ] rx: Unable to decrypt packet from 10.0.0.9:5405 (size 128)!",
            versions="kronosnet 1.23 and later",
        ),
        wording(
            r"Unable to decrypt/auth packet",
            example="[KNET  ] rx: Unable to decrypt/auth packet",
            versions="with debug on",
        ),
        wording(
            r"This node has received more than \d+ packets that have failed basic sanity checks",
            example="[KNET  ] rx: This node has received more than 100 packets that have failed "
            "basic sanity checks",
            versions="kronosnet 2.x",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Which machine has that address? Compare its /etc/corosync/authkey.",
    source="kronosnet 1.35 libknet/threads_rx.c _parse_recv_from_links",
)
class DecryptFailed(Event):
    """A packet could not be decrypted with this node's key, and was dropped."""

    address: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Packet rejected from (?P<address>\S+)[:/]\w+",
            example="[KNET  ] rx: Packet rejected from 10.0.0.9:5405",
            versions="kronosnet 1.23 and later; `10.0.0.9/5405` and only with debug since 1.10",
        ),
    ),
    danger=Danger.WARNING,
    look="Whose address is it? A node that answers from another address than it is configured?",
    source="kronosnet 1.35 libknet/threads_rx.c _check_rx_acl",
)
class PacketRejected(Event):
    """A packet came from an address that corosync.conf does not list, and was dropped.

    A changed or duplicate address, a node that left the cluster but still runs, or a source
    address that the sender's routing picked.
    """

    address: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Received packet with incorrect checksum",
            example="[KNET  ] rx: Received packet with incorrect checksum. Received: 7 Expected: 9",
            versions="kronosnet 2.x",
        ),
        wording(
            r"Received incorrect data checksum after reassembly from host: (?P<host>\d+)",
            example="[KNET  ] rx: Received incorrect data checksum after reassembly from host: 3 "
            "seq: 12",
            versions="kronosnet 2.x",
        ),
        wording(
            r"Invalid fragment (?:count|sequence)",
            example="[KNET  ] rx: Invalid fragment count: 0 (valid range: 1-255)",
            versions="kronosnet 1.35 and later",
        ),
        wording(
            r"Invalid link_id in packet",
            example="[KNET  ] rx: Invalid link_id in packet: 200 (max: 7)",
            versions="kronosnet 1.35 and later",
        ),
        wording(
            r"Packet is too short",
            example="[KNET  ] nsscrypto: Packet is too short",
            versions="kronosnet 1.3 and later",
        ),
        wording(
            r"Incorrect packet size",
            example="[KNET  ] nsscrypto: Incorrect packet size.",
            versions="kronosnet 1.x",
        ),
        wording(
            r"Decompressed size \d+ exceeds buffer size",
            example="[KNET  ] rx: Decompressed size 70000 exceeds buffer size 65536, rejecting "
            "packet",
            versions="kronosnet 1.34 and later",
        ),
        wording(
            r"Receiving unknown host info message from host (?P<host>\d+)",
            example="[KNET  ] rx: Receiving unknown host info message from host 3",
            versions="kronosnet 1.x",
        ),
    ),
    danger=Danger.WARNING,
    look="Does it come from one host? Check its memory, its network card and the cable.",
    source="kronosnet 1.35 libknet/threads_rx.c",
)
class PacketMalformed(Event):
    """A packet made no sense and was dropped: damaged on the way, or not of this cluster.

    `Packet is too short` means that it carried no digest: a sender without encryption.
    """

    host: int | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Received packet version (?P<version>\d+) from node (?P<host>\d+), "
            r"(?:lower|higher) than currently",
            example="[KNET  ] rx: Received packet version 2 from node 3, higher than currently "
            "maximum supported onwire version. Rejecting.",
            versions="kronosnet 2.x",
        ),
    ),
    danger=Danger.CRITICAL,
    look="`dpkg -l 'libknet*'` on every node: bring them to one version.",
    source="kronosnet 2.x libknet/threads_rx.c _packet_checks",
)
class PeerProtocolRefused(Event):
    """A node speaks a knet protocol that this one does not, so the two cannot form a ring."""

    version: int
    host: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Failed to set socket buffer via option (?P<option>\d+) to value (?P<wanted>\d+): "
            r"capped at (?P<got>\d+)",
            example="[KNET  ] transport: Failed to set socket buffer via option 7 to value "
            "8388608: capped at 425984",
            versions="kronosnet 1.0 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does corosync run without its usual rights (a container)? Raise net.core.[rw]mem_max.",
    source="kronosnet 1.35 libknet/transport_common.c",
)
class SocketBufferCapped(Event):
    """The kernel gave knet smaller socket buffers than it asked for.

    Bursts may then be lost on this node. Option 7 is sending, 8 receiving.
    """

    option: int
    wanted: int
    got: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"common: (?P<module>\S+) has been loaded from (?P<path>\S+)",
            example="[KNET  ] common: crypto_nss.so has been loaded from "
            "/usr/lib/x86_64-linux-gnu/kronosnet/crypto_nss.so",
        ),
    ),
    danger=Danger.HARMLESS,
    source="kronosnet 1.35 libknet/common.c open_lib",
)
class ModuleLoaded(Event):
    """Corosync is starting and loaded a part of knet, as a rule the encryption."""

    module: str
    path: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"unable to (?:dlopen|dlinfo) (?P<module>[^\s:]+)",
            example="[KNET  ] common: unable to dlopen crypto_nss.so: libnss3.so: cannot open "
            "shared object file: No such file or directory",
        ),
        wording(
            r"Unable to load (?P<module>\S+) lib",
            example="[KNET  ] crypto: Unable to load nss lib",
        ),
        wording(
            r"ABI mismatch loading module (?P<module>[^\s.]+)",
            example="[KNET  ] crypto: ABI mismatch loading module nss. knet ver: 3, module ver: 2",
        ),
    ),
    danger=Danger.CRITICAL,
    look="`dpkg -l 'libknet*' libnss3`: are packages of two releases mixed?",
    source="kronosnet 1.35 libknet/common.c open_lib, libknet/crypto.c",
)
class ModuleUnloadable(Event):
    """A part of knet could not be loaded; without encryption corosync does not start."""

    module: str


@logged(
    by="corosync",
    wordings=(
        *_verbatim(
            "crypto",
            "kronosnet 1.27 and later",
            "Test of crypt operation failed",
            "Test of decrypt operation failed",
        ),
        *_verbatim(
            "nsscrypto",
            "",
            "unknown crypto cipher type requested",
            "unknown crypto hash type requested",
            "crypto communication requires hash specified",
            "Secret key is probably too long",
            "Private key is too long",
        ),
        *_verbatim(
            "nsscrypto",
            "kronosnet 2.x",
            "unknown or unsupported crypto cipher type",
            "Unsupported cipher mode",
        ),
        *_verbatim(
            "gcryptcrypto",
            "kronosnet 2.x",
            "requested crypto cipher type not available for use",
            "requested crypto hash type not available for use",
        ),
        wording(
            r"(?P<what>NSS DB initialization failed)",
            example="[KNET  ] nsscrypto: NSS DB initialization failed (err -8023): A PKCS #11 "
            "module returned CKR_DEVICE_ERROR, indicating that a problem has occurred with the "
            "token or slot.",
        ),
        wording(
            r"crypto: (?P<what>model \S+ not supported)",
            example="[KNET  ] crypto: model foo not supported",
        ),
        wording(
            r"(?P<what>this version of libknet was built without \S+ support)",
            example="[KNET  ] crypto: this version of libknet was built without foo support. "
            "Please contact your vendor or fix the build.",
        ),
        wording(
            r"(?P<what>knet_handle_crypto\w{0,20})(?:\W[^:]{0,60})? failed",
            example="[TOTEM ] knet_handle_crypto_set_config (index 1) failed: -2",
            versions="corosync 3.x",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Check crypto_cipher, crypto_hash, crypto_model and the length of the authkey.",
    source="kronosnet 1.35 libknet/crypto.c, crypto_nss.c; corosync 3.1.10 exec/totemknet.c",
)
class CryptoRefused(Event):
    """Encryption could not be set up as configured: at a start corosync ends.

    At a reload the old key stays in use on this node, and nodes with the new one drop away.
    """

    what: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Unable to resolve host: (?P<host>\d+) link: (?P<link>\d+) "
            r"(?:source|destination) addr/port",
            example="[KNET  ] link: Unable to resolve host: 3 link: 0 destination addr/port: "
            "Name or service not known",
        ),
    ),
    danger=Danger.WARNING,
    look="Use addresses, not names, for ringX_addr, or put the names into /etc/hosts.",
    source="kronosnet 1.35 libknet/links.c knet_link_set_config",
)
class LinkAddressUnresolved(Event):
    """An address of that host could not be turned into something printable."""

    host: int
    link: int


@logged(
    by="corosync",
    wordings=(
        wording(
            r"(?P<what>Unable to (?:bind|create) listener socket)(?:: (?P<reason>.+))?",
            example="[KNET  ] udp: Unable to bind listener socket: Address already in use",
        ),
        wording(
            r"(?P<what>Source address family does not match destination address family)",
            example="[KNET  ] link: Source address family does not match destination address "
            "family",
            versions="kronosnet 1.8 and later",
        ),
        wording(
            r"(?P<what>Failed to configure host \d+ link \d+ dyn \d+\. Conflicts with)",
            example="[KNET  ] link: Failed to configure host 3 link 0 dyn 0. Conflicts with host "
            "2 link 0 dyn 0: Invalid argument",
            versions="kronosnet 1.22 and later",
        ),
        wording(
            r"(?P<what>knet_link_set_config failed)(?:: (?P<reason>.+))?",
            example="[TOTEM ] knet_link_set_config failed: Cannot assign requested address (99)",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.CRITICAL,
    look="Are port, address and family of ringX_addr right, unique, and on this node?",
    source="kronosnet 1.35 libknet/transport_udp.c, links.c; corosync 3.1.10 exec/totemknet.c",
)
class LinkRefused(Event):
    """A link could not be set up, so it does not carry anything.

    The port is taken, two nodes have the same address, or IPv4 and IPv6 are mixed.
    """

    what: str
    reason: str | None = None


@logged(
    by="corosync",
    wordings=(
        wording(
            r"host: (?P<host>\d+) link: (?P<link>\d+) (?P<what>interval): \d+ too small",
            example="[KNET  ] link: host: 3 link: 0 interval: 50 too small (Invalid argument). "
            "interval lower than thread_timer_res (200 ms) has no effect",
            versions="kronosnet 1.27 and later",
        ),
        wording(
            r"host: (?P<host>\d+) link: (?P<link>\d+) (?P<what>pong timeout): \d+ too small",
            example="[KNET  ] link: host: 3 link: 0 pong timeout: 100 too small (Invalid "
            "argument). timeout cannot be less than thread_timer_res (200 ms)",
            versions="kronosnet 1.27 and later",
        ),
        wording(
            r"knet_link_(?P<what>set_ping_timers|set_pong_count|set_priority|set_enable"
            r"|set enable\(off\)|clear_config) for node(?:id)? (?P<host>\d+),? "
            r"link (?P<link>\d+) failed",
            example="[TOTEM ] knet_link_set_ping_timers for nodeid 3, link 0 failed: Invalid "
            "argument (22)",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="Take knet_ping_timeout, knet_ping_interval and knet_pong_count out of corosync.conf.",
    source="kronosnet 1.35 libknet/links.c; corosync 3.1.10 exec/totemknet.c",
)
class LinkSettingRefused(Event):
    """A setting of a link was refused: its timing, its priority, or whether it is in use.

    The link goes on as it was before.
    """

    host: int
    link: int
    what: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"(?P<call>knet_handle_new) failed(?!, trying)",
            example="[TOTEM ] knet_handle_new failed: Operation not permitted (1)",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"(?P<call>knet_handle_(?:compress|pmtud\w*|setprio_dscp|enable_\w+)) failed",
            example="[TOTEM ] knet_handle_pmtud_setfreq failed: Invalid argument (22)",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"(?P<call>knet_host_(?:get_host_list|add|enable_\w+))\b",
            example="[TOTEM ] knet_host_add: Out of memory (12)",
            versions="corosync 2.99.5 and later",
        ),
        wording(
            r"(?P<call>knet_set_policy) failed",
            example="[TOTEM ] knet_set_policy failed: Invalid argument (22)",
            versions="corosync 2.99.5 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="The words after the colon are the system's reason; does corosync end with a status?",
    source="corosync 3.1.10 exec/totemknet.c totemknet_initialize, totemknet_member_add",
)
class KnetCallFailed(Event):
    """Corosync asked knet for something that knet would not do.

    At a start it decides whether corosync comes up; at a reload the change is not in force.
    """

    call: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"knet_handle_new failed, trying unprivileged",
            example="[TOTEM ] knet_handle_new failed, trying unprivileged: Operation not "
            "permitted (1)",
            versions="corosync 3.1.1 and later",
        ),
    ),
    danger=Danger.NOTABLE,
    look="Does corosync run in a container? Look for `capped at` as well.",
    source="corosync 3.1.10 exec/totemknet.c totemknet_initialize",
)
class KnetUnprivileged(Event):
    """Knet may not raise its socket buffers above the system's limits, and does without."""


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Received ICMP error from (?P<address>[^\s:]\S*?): (?P<error>.+)",
            example="[KNET  ] udp: Received ICMP error from 10.0.0.1: No route to host 10.0.0.3",
            versions="with debug on",
        ),
    ),
    danger=Danger.NOTABLE,
    look="`Connection refused`: no corosync runs there. Otherwise ask the router that said it.",
    source="kronosnet 1.35 libknet/transport_udp.c read_errs_from_sock",
)
class IcmpErrorReceived(Event):
    """A machine on the way said that packets of this node cannot be delivered.

    Only in logs with `debug: on`, and the most telling line there is about a broken path.
    """

    address: str
    error: str


@logged(
    by="corosync",
    wordings=(
        wording(
            r"Incoming pong packet from host: (?P<host>\d+) link: (?P<link>\d+) has higher "
            r"latency than pong_timeout",
            example="[KNET  ] rx: Incoming pong packet from host: 3 link: 0 has higher latency "
            "than pong_timeout. Discarding",
            versions="with debug on; kronosnet 1.12 and later",
        ),
    ),
    danger=Danger.WARNING,
    look="What fills the link, or the queue of this node's port, at that hour?",
    source="kronosnet 1.35 libknet/threads_rx.c",
)
class PongTooLate(Event):
    """An answer did come, but later than the timeout: the path is slow, not cut.

    Only in logs with `debug: on`.
    """

    host: int
    link: int


EVENTS = (
    LinkDown,
    LinkUp,
    HostUnreachable,
    ActiveLinks,
    BestLink,
    LinkMtuReset,
    PathMtuChanged,
    GlobalMtuChanged,
    MtuMisconfigured,
    MtuMisconfiguredHint,
    PmtudAborted,
    MtuInvalid,
    MtuSet,
    DigestMismatch,
    DecryptFailed,
    PacketRejected,
    PacketMalformed,
    PeerProtocolRefused,
    SocketBufferCapped,
    ModuleLoaded,
    ModuleUnloadable,
    CryptoRefused,
    LinkAddressUnresolved,
    LinkRefused,
    LinkSettingRefused,
    KnetCallFailed,
    KnetUnprivileged,
    IcmpErrorReceived,
    PongTooLate,
)
