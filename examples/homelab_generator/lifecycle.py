"""How a node starts, after a reset or an orderly stop, and how it is stopped by hand."""

from collections.abc import Sequence

from . import corosync, ha, nic, pmxcfs
from .cluster import KERNEL, Cluster, Node, Pids, Rounds
from .guests import task
from .journal import Boot

MACHINE = {
    "proxmox": "8f2b6c1d0e5a4d7f9b3c7a61e2d4f508",
    "proxmox2": "41c7d9e80b6f4a2c8d1e5f3a7b90c264",
    "proxmox3": "d05e9a7c3b184f6ea2c47d81f6b3950e",
}
"""Machine ids, for the paths of the journals."""

_KERNEL = (
    (
        f"Linux version {KERNEL} (build@proxmox) (gcc (Debian 14.2.0-19) 14.2.0, GNU ld (GNU Binutils "
        "for Debian) 2.44) #1 SMP PREEMPT_DYNAMIC PMX 6.14.11-4 (2025-10-10T08:04Z) ()"
    ),
    f"Command line: BOOT_IMAGE=/boot/vmlinuz-{KERNEL} root=/dev/mapper/pve-root ro quiet",
    "KERNEL supported cpus:",
    "  Intel GenuineIntel",
    "  AMD AuthenticAMD",
    "BIOS-provided physical RAM map:",
    "BIOS-e820: [mem 0x0000000000000000-0x000000000009efff] usable",
    "NX (Execute Disable) protection: active",
    "efi: EFI v2.7 by American Megatrends",
    "tsc: Detected 2904.000 MHz processor",
    "smpboot: CPU0: Intel(R) Core(TM) i7-10700T CPU @ 2.00GHz (family: 0x6, model: 0xa5, stepping: 0x5)",
    "ACPI: PM-Timer IO Port: 0x1808",
    "clocksource: Switched to clocksource tsc-early",
    "NET: Registered PF_INET protocol family",
    "Freeing unused kernel image (initmem) memory: 4984K",
    "Run /init as init process",
)
_WATCHDOG = ("watchdog-mux", "Proxmox VE watchdog multiplexer")
_PMXCFS = ("pve-cluster", "The Proxmox VE cluster filesystem")
_COROSYNC = ("corosync", "Corosync Cluster Engine")
_GUESTS = ("pve-guests", "PVE guests")
_UNITS = (
    ("pve-ha-crm", "PVE Cluster HA Resource Manager Daemon"),
    ("pve-ha-lrm", "PVE Local HA Resource Manager Daemon"),
)


def start(cluster: Cluster, node: Node, at: float, pids: Pids, *, clean: bool) -> float:
    """Start the node at `at` and return when it is a member of the cluster again.

    clean: the life before was ended in order.
    """
    node.begin(at, pids, f"boot {node.name} {at}")
    node.crm = Rounds(at + 17.2)
    _kernel(node, at, clean=clean)
    _early_services(node, at)
    pmxcfs.start(node, at + 11.2)
    _unit(node, at + 12.1, *_PMXCFS)
    peers = cluster.others(node)
    corosync.start(node, peers, at + 12.4, cluster.next_ring(5))
    _unit(node, at + 13.2, *_COROSYNC)
    joined = _join(cluster, node, peers, at + 14.3)
    _late_services(cluster, node, at)
    return joined


def _kernel(node: Node, at: float, *, clean: bool) -> None:
    say = node.boot.say
    node.boot.speak(at, "kernel", _KERNEL)
    node.boot.speak(at + 0.4, "kernel", nic.found(node))
    mounted = "EXT4-fs (dm-1): mounted filesystem 7d0f2c55-1c3e-4b1d-9a57-2a6a1b1c9f3e ro with ordered data mode. Quota mode: none."
    if not clean:
        say(at + 1.3, "kernel", "EXT4-fs (dm-1): orphan cleanup on readonly fs")
        say(at + 1.35, "kernel", "EXT4-fs (dm-1): recovery complete")
    say(at + 1.4, "kernel", mounted)
    say(at + 1.8, "systemd", f"Hostname set to <{node.name}>.")
    say(at + 2.3, "systemd-journald", "Journal started")
    if not clean:
        journal = f"/var/log/journal/{MACHINE[node.name]}/system.journal"
        say(
            at + 2.6,
            "systemd-journald",
            f"File {journal} corrupted or uncleanly shut down, renaming and replacing.",
        )
    say(
        at + 3.1,
        "kernel",
        "softdog: initialized. soft_noboot=0 soft_margin=60 sec soft_panic=0 (nowayout=0)",
    )
    say(at + 4.0, "kernel", f"vmbr0: port 1({node.port}) entered blocking state")
    say(at + 4.0, "kernel", f"vmbr0: port 1({node.port}) entered disabled state")
    nic.link_up(node, at + 7.6)


def _early_services(node: Node, at: float) -> None:
    say = node.boot.say
    say(at + 8.3, "systemd", "Reached target network-online.target - Network is Online.")
    _unit(node, at + 8.6, *_WATCHDOG)
    say(at + 8.7, "watchdog-mux", "Watchdog driver 'Software Watchdog', version 0")
    _unit(
        node, at + 8.9, "smartmontools", "Self Monitoring and Reporting Technology (SMART) Daemon"
    )
    _unit(node, at + 9.3, "chrony", "chrony, an NTP client/server")
    _unit(node, at + 9.6, "ssh", "OpenBSD Secure Shell server")
    say(at + 11.0, "systemd", "Starting pve-cluster.service - The Proxmox VE cluster filesystem...")


def _join(cluster: Cluster, node: Node, peers: Sequence[Node], at: float) -> float:
    everyone = [node, *peers]
    corosync.gain_links(node, peers, at, first=True)
    for peer in peers:
        corosync.gain_links(peer, [node], at - cluster.rng.uniform(0.0, 0.3))
    ring = cluster.next_ring()
    at += 0.9
    for peer in peers:
        corosync.form_ring(peer, at, ring, everyone, joined=[node])
    joined = corosync.form_ring(node, at, ring, everyone, joined=peers, quorate=True)
    pmxcfs.greet(node, joined + 0.1)
    pmxcfs.sync(cluster, joined + 0.15, "dcdb", everyone, behind=node)
    pmxcfs.sync(cluster, joined + 0.16, "status", everyone)
    return joined


def _late_services(cluster: Cluster, node: Node, at: float) -> None:
    for number, (unit, about) in enumerate(_UNITS):
        begun = at + 17.0 + 1.6 * number
        state = ("wait_for_quorum", "wait_for_agent_lock")[number]
        node.boot.speak(begun, unit, ["starting server", f"status change startup => {state}"])
        _unit(node, begun + 0.1, unit, about)
    ha.crm(node, at + 27.3, "status change wait_for_quorum => slave")
    parent = node.boot.fork(at + 19.4)
    last = at + 20.0 + 2.5 * len(node.guests)
    task(cluster, node, "pve-guests", "startall", "", began=at + 19.5, ended=last, parent=parent)
    for number, guest in enumerate(node.guests):
        begun = at + 20.1 + 2.4 * number
        task(
            cluster,
            node,
            "pve-guests",
            "vzstart",
            str(guest),
            began=begun,
            ended=begun + 2.1,
            parent=parent,
        )
    _unit(node, last + 0.1, *_GUESTS, verb="Finished")
    node.boot.say(last + 0.4, "systemd", "Reached target multi-user.target - Multi-User System.")
    node.boot.say(
        last + 0.5,
        "systemd",
        "Startup finished in 11.402s (firmware) + 3.116s (loader) + 4.207s (kernel) + 41.930s (userspace) = 1min 655ms.",
    )


def _unit(node: Node, at: float, unit: str, about: str, *, verb: str = "Started") -> None:
    node.boot.say(at, "systemd", f"{verb} {unit}.service - {about}.")


def reboot_by_hand(cluster: Cluster, node: Node, heir: Node, at: float, pids: Pids) -> float:
    """Let an admin reboot the master, which holds no service; return when its journal stopped.

    heir: who becomes master.
    """
    boot = node.boot
    log_in(boot, at - 24.0, boot.fork(at - 24.0), cluster.rng.randint(40000, 60000), 431)
    boot.say(at, "systemd-logind", "The system will reboot now!")
    boot.say(at + 0.1, "systemd-logind", "System is rebooting.")
    boot.say(at + 0.3, "systemd", "Stopped target multi-user.target - Multi-User System.")
    left = at + 21.6
    _stop_ha(cluster, node, at + 0.4)
    gone = _leave(cluster, node, left)
    ha.take_over(cluster, heir, heir.crm.after(gone), node)
    ended = _shut_down(node, gone + 2.4)
    cluster.cuts.append((node, left, ended + 62.0))
    joined = start(cluster, node, ended + 46.0, pids, clean=True)
    ha.set_node(heir, heir.crm.after(joined), node, "unknown", "online")
    return ended


def _stop_ha(cluster: Cluster, node: Node, at: float) -> None:
    crm, lrm = _UNITS
    _stopping(node, at, *lrm)
    ha.lrm(
        node,
        at + 0.7,
        "received signal TERM",
        "got shutdown request with shutdown policy 'conditional'",
        "reboot LRM, stop and freeze all services",
    )
    ha.lrm(node, at + 7.8, "server stopped")
    _stopped(node, at + 8.0, *lrm)
    _stopping(node, at + 8.1, *_GUESTS)
    parent = node.boot.fork(at + 8.6)
    task(cluster, node, "pve-guests", "stopall", "", began=at + 8.6, ended=at + 17.1, parent=parent)
    _stopped(node, at + 17.4, *_GUESTS)
    _stopping(node, at + 17.5, *crm)
    ha.crm(node, at + 17.9, "received signal TERM", "server received shutdown request")
    ha.crm(
        node,
        at + 20.6,
        "voluntary release CRM lock",
        "watchdog closed (disabled)",
        "server stopped",
    )
    _stopped(node, at + 20.9, *crm)


def _leave(cluster: Cluster, node: Node, at: float) -> float:
    _stopping(node, at, *_WATCHDOG)
    node.boot.speak(at + 0.05, "watchdog-mux", ["got terminate request", "clean exit"])
    _stopped(node, at + 0.2, *_WATCHDOG)
    _stopping(node, at + 0.3, *_COROSYNC)
    corosync.stop(node, at + 0.4)
    _stopped(node, at + 1.7, *_COROSYNC)
    pmxcfs.stop(node, at + 0.6)
    _stopped(node, at + 2.3, *_PMXCFS)
    rest = cluster.others(node)
    ring = cluster.next_ring()
    for domain in ("dcdb", "status"):
        pmxcfs.sync(cluster, at + 0.55, domain, rest)
    for peer in rest:
        corosync.form_ring(peer, at + 0.56, ring, rest, left=[node], orderly=True)
        corosync.lose_links(peer, [node], at + 1.5 + cluster.rng.uniform(0.0, 0.4))
    return at + 2.3


def _shut_down(node: Node, at: float) -> float:
    node.boot.speak(
        at,
        "systemd",
        [
            "Stopped target network.target - Network.",
            "Reached target umount.target - Unmount All Filesystems.",
            "Reached target shutdown.target - System Shutdown.",
            "Reached target final.target - Late Shutdown Services.",
            "Finished systemd-reboot.service - System Reboot.",
            "Reached target reboot.target - System Reboot.",
            "Shutting down.",
        ],
    )
    node.boot.speak(
        at + 0.3,
        "systemd-shutdown",
        ["Syncing filesystems and block devices.", "Sending SIGTERM to remaining processes..."],
        pid=1,
    )
    node.boot.say(at + 0.4, "systemd-journald", "Journal stopped")
    node.boot.ended = at + 0.4
    return at + 0.4


def _stopping(node: Node, at: float, unit: str, about: str) -> None:
    node.boot.say(at, "systemd", f"Stopping {unit}.service - {about}...")


def _stopped(node: Node, at: float, unit: str, about: str) -> None:
    node.boot.say(at, "systemd", f"{unit}.service: Deactivated successfully.")
    node.boot.say(at + 0.01, "systemd", f"Stopped {unit}.service - {about}.")


def log_in(boot: Boot, at: float, pid: int, port: int, session: int) -> None:
    """Let the admin log in by ssh from the desk."""
    boot.speak(
        at,
        "sshd-session",
        [
            (
                f"Accepted publickey for root from 192.168.1.50 port {port} ssh2: "
                "ED25519 SHA256:kR3vTq0b8mZJ2d5yWc7LxN1aUeHs9fPgXo4iQtBzD6E"
            ),
            "pam_unix(sshd:session): session opened for user root(uid=0) by root(uid=0)",
        ],
        pid=pid,
    )
    boot.say(at + 0.05, "systemd-logind", f"New session {session} of user root.")
    boot.say(
        at + 0.06, "systemd", f"Started session-{session}.scope - Session {session} of User root."
    )
