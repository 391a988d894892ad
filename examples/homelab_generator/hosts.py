"""What commands say of a host: versions, memory, load, corosync's settings in force."""

from dataclasses import dataclass

from .cluster import CONFIG_VERSION, KERNEL, NAME

_VERSIONS = """proxmox-ve: 9.0.0 (running kernel: {kernel})
pve-manager: 9.0.11 (running version: 9.0.11/3bf5476b8a4699e2)
proxmox-kernel-helper: 9.0.4
proxmox-kernel-6.14.11-4-pve-signed: 6.14.11-4
proxmox-kernel-6.14: 6.14.11-4
proxmox-kernel-6.14.11-3-pve-signed: 6.14.11-3
ceph-fuse: 19.2.3-pve2
corosync: 3.1.9-pve2
criu: 4.1.1-1
ifupdown2: 3.3.0-1+pmx10
ksm-control-daemon: 1.5-1
libjs-extjs: 7.0.0-5
libknet1: 1.30-pve2
libproxmox-acme-perl: 1.7.0
libproxmox-backup-qemu0: 2.0.1
libproxmox-rs-perl: 0.4.1
libpve-access-control: 9.0.3
libpve-apiclient-perl: 3.4.0
libpve-cluster-api-perl: 9.0.6
libpve-cluster-perl: 9.0.6
libpve-common-perl: 9.0.11
libpve-guest-common-perl: 6.0.2
libpve-http-server-perl: 6.0.5
libpve-network-perl: 1.1.8
libpve-rs-perl: 0.10.10
libpve-storage-perl: 9.0.13
lvm2: 2.03.31-2+pmx1
lxc-pve: 6.0.5-1
lxcfs: 6.0.4-pve1
novnc-pve: 1.6.0-3
proxmox-backup-client: 4.0.16-1
proxmox-firewall: 1.2.0
proxmox-mail-forward: 1.0.2
proxmox-mini-journalreader: 1.6
proxmox-widget-toolkit: 5.0.6
pve-cluster: 9.0.6
pve-container: 6.0.13
pve-docs: 9.0.8
pve-edk2-firmware: 4.2025.02-4
pve-firewall: 6.0.3
pve-firmware: 3.17-2
pve-ha-manager: 5.0.5
pve-i18n: 3.6.1
pve-qemu-kvm: 10.0.2-4
pve-xtermjs: 5.5.0-2
qemu-server: 9.0.24
smartmontools: 7.4-pve1
spiceterm: 3.4.1
swtpm: 0.8.0+pve2
vncterm: 1.9.1
zfsutils-linux: 2.3.4-pve1
"""

_TOTEM = (
    ("block_unlisted_ips", 1),
    ("cancel_token_hold_on_retransmit", 0),
    ("consensus", 4380),
    ("downcheck", 1000),
    ("fail_recv_const", 2500),
    ("heartbeat_failures_allowed", 0),
    ("hold", 685),
    ("interface.0.knet_ping_interval", 912),
    ("interface.0.knet_ping_timeout", 1825),
    ("join", 50),
    ("knet_pmtud_interval", 30),
    ("max_messages", 17),
    ("max_network_delay", 50),
    ("merge", 200),
    ("miss_count_const", 5),
    ("send_join", 0),
    ("seqno_unchanged_const", 30),
    ("token", 3650),
    ("token_retransmit", 869),
    ("token_retransmits_before_loss_const", 4),
    ("token_warning", 75),
    ("window_size", 50),
)


@dataclass(frozen=True, slots=True)
class Host:
    """Numbers of one host: /proc/loadavg, memory in MiB, per cent of time that work waited."""

    load: str
    total: int
    used: int
    free: int
    cpu: float
    io: float


HOSTS = {
    "proxmox": Host("0.78 0.66 0.61 2/912 60733", 32002, 5103, 22418, 0.31, 0.06),
    "proxmox2": Host("0.34 0.29 0.25 1/688 108112", 31996, 3120, 26671, 0.12, 0.02),
    "proxmox3": Host("0.41 0.38 0.36 1/731 3621450", 31996, 4288, 25102, 0.16, 0.03),
}


def versions() -> str:
    """Return `pveversion -v`, the same on all nodes."""
    return _VERSIONS.format(kernel=KERNEL)


def cmap(address: str) -> str:
    """Return the totem keys of corosync's map: settings in force, then those of the file."""
    keys = [f"runtime.config.totem.{name} (u32) = {value}" for name, value in _TOTEM]
    keys += [
        f"totem.cluster_name (str) = {NAME}",
        f"totem.config_version (u64) = {CONFIG_VERSION}",
        f"totem.interface.0.bindnetaddr (str) = {address}",
        "totem.ip_version (str) = ipv4-6",
        "totem.link_mode (str) = passive",
        "totem.secauth (str) = on",
        "totem.version (u32) = 2",
    ]
    return "\n".join(keys) + "\n"


def free(host: Host) -> str:
    """Return memory and swap in MiB."""
    cached = host.total - host.used - host.free
    titles = ("total", "used", "free", "shared", "buff/cache", "available")
    memory = (host.total, host.used, host.free, 61, cached, host.total - host.used)
    heads = "       " + "".join(f"{title:>12}" for title in titles)
    row = "Mem:   " + "".join(f"{value:>12}" for value in memory)
    swap = "Swap:  " + "".join(f"{value:>12}" for value in (8191, 0, 8191))
    return f"{heads}\n{row}\n{swap}\n"


def pressure(host: Host) -> str:
    """Return how much work waited for cpu, io and memory."""
    texts = []
    for name, share in (("cpu", host.cpu), ("io", host.io), ("irq", 0.0), ("memory", 0.0)):
        total = int(share * 91_000_000)
        rows = [] if name == "irq" else [("some", share, total)]
        rows.append(("full", 0.0, 0) if name == "cpu" else ("full", share * 0.8, total * 3 // 4))
        lines = [
            f"{kind} avg10={part:.2f} avg60={part * 0.9:.2f} avg300={part * 0.8:.2f} total={count}"
            for kind, part, count in rows
        ]
        texts.append(f"==> /proc/pressure/{name} <==\n" + "\n".join(lines) + "\n")
    return "\n".join(texts)
